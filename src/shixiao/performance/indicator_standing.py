"""How one row stands, as its page shows it: each part with its figures, its months and the ways down to its cases.

Made of the guarded row alone, so that nothing of a restricted register can get onto the page (law 9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shixiao.casework import restating
from shixiao.casework.evidence import bars, figures, opened
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.rows import OF_AMOUNTS
from shixiao.casework.evidence.verdicts import part_words
from shixiao.engine.measures import CATALOGUE, NOTHING, Reading, Reads
from shixiao.engine.prospects import CHANCE_WORDS, Chance
from shixiao.ledger import freezing
from shixiao.people.models import User
from shixiao.performance import amounts, evidence_links, guarding, standing, wordings
from shixiao.performance.board.markup import TONES, interval_words
from shixiao.performance.board.pictures import Drawer
from shixiao.performance.bound import days_of
from shixiao.performance.guarding import Shown
from shixiao.performance.indicator_markup import MonthRow, months, paragraph
from shixiao.performance.models import Basis, Binding, Indicator, PlanVersion
from shixiao.performance.standing import Board, key_of
from shixiao.performance.why import Why, WhyPart, explain
from shixiao.performance.why.model import STEPS
from shixiao.ui import formats
from shixiao.ui.statuses import badge

EARLIEST = 1990


class TopicRow(NamedTuple):
    """One topic of a binding, with what it counts."""

    name: str
    address: str
    value: str
    is_least: bool


class Restated(NamedTuple):
    """What was read then and what is known now of how it stood then."""

    then: str
    now: str
    changes: list[str]
    address: str
    causes: int


@dataclass(frozen=True, kw_only=True)
class PartShown:
    """One part of the row in words, addresses and pictures."""

    number: int
    words: str
    plain: str
    badge: SafeString
    value: str
    other: str
    note: str
    sentences: list[SafeString]
    room: str
    pace: str
    forecast: str
    chance: str
    window: str
    scope: str
    bar: str
    line: SafeString
    columns: list[str]
    months: SafeString
    topics: list[TopicRow]
    restated: Restated | None
    unknown: list[str]
    is_open: bool
    is_declared: bool
    is_provisional: bool
    provisional: str
    is_partial: bool
    question: str
    binding_address: str
    declared: Any = None


def context_of(version: PlanVersion, indicator: Indicator, *, by: User, now: datetime, on: str) -> dict[str, Any]:
    """What the page of an indicator shows of how it stands, now or at the end of the past day `on`."""
    as_of = past_day(on, now=now)
    bindings = standing.bindings_of(indicator.pk)
    board = standing.read_row(indicator, bindings, now=now, as_of=as_of)
    (row,) = board.rows
    guarded = guarding.board(board, by=by, now=now)
    why = explain(row, by=by, now=now, as_of=as_of, indicator=indicator, bindings=bindings)
    page = _Page(version, indicator, board, why, bindings[::-1], now=now)
    (shown_row,) = guarded.rows
    parts = [page.part(shown, told) for shown, told in zip(guarded.parts(row), why.parts, strict=True)]
    query = f"?on={as_of}" if as_of is not None else ""
    return {
        "standing": {
            "row": shown_row,
            "badge": badge(shown_row.status.value),
            "chance": _chance(shown_row.prospect.chance) if len(parts) > 1 else "",
            "parts": parts,
            "is_compound": len(parts) > 1,
            "day": formats.day(board.day),
            "as_of": as_of,
            "query": query,
            "yesterday": (timezone.localtime(now).date() - timedelta(days=1)).isoformat(),
            "history": history_of(page.bindings, by=by),
            "board": f"{reverse('performance:plan_board', args=[version.plan_id])}{query}#row-{row.row}",
        },
        "why": {"groups": groups_of(why), "address": f"{why_address(version, indicator.row)}{query}"},
    }


def past_day(on: str, *, now: datetime) -> date | None:
    """The day that an address speaks of; None is now. What makes no sense, and a day that is not over, read as now."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return None
    return day if day.year >= EARLIEST and day < timezone.localtime(now).date() else None


def why_address(version: PlanVersion, row: int) -> str:
    """The page that explains the number."""
    return reverse("performance:why", args=[version.plan_id, version.number, row])


def _chance(chance: Chance | None) -> str:
    return wordings.said(CHANCE_WORDS[chance]) if chance is not None else ""


class _Page:
    def __init__(
        self,
        version: PlanVersion,
        indicator: Indicator,
        board: Board,
        why: Why,
        bindings: Sequence[Binding],
        *,
        now: datetime,
    ) -> None:
        self.version, self.indicator, self.board, self.why, self.now = version, indicator, board, why, now
        self.drawer = Drawer(board.day)
        self.bindings = bindings

    def part(self, shown: Shown, told: WhyPart) -> PartShown:
        """One part."""
        part, prospect = shown.part, shown.part.prospect
        tone = TONES[prospect.status]
        bound, columns = told.bound, _columns(shown)
        is_measured = shown.may_open and part.reading is not None
        return PartShown(
            number=told.number + 1,
            words=told.condition or told.words,
            plain=wordings.said(told.plain),
            badge=badge(prospect.status.value),
            value=shown.value,
            other=shown.other,
            note=shown.note,
            sentences=[
                paragraph(each)
                for each in self.why.sentences
                if each.part == told.number and each.step in ("cases", "value")
            ],
            room=prospect.headroom.text.in_(wordings.language()) if prospect.headroom is not None else "",
            pace=_pace(shown),
            forecast=_forecast(shown),
            chance=_chance(prospect.chance),
            window=days_of(bound.window, bound.begin, bound.last + timedelta(days=1)) if bound is not None else "",
            scope="，".join([*(name for _what, _id, name in bound.scope), *(name for _id, name in bound.topics)])
            if bound is not None
            else "",
            bar=self.drawer.bar(part, tone=tone, address="") if shown.is_open else "",
            line=self._line(shown, tone) if shown.is_open else SafeString(""),
            columns=columns,
            months=months(self._months(shown), has_parts=bool(columns)) if is_measured else SafeString(""),
            topics=_topics(shown, told) if is_measured else [],
            restated=self._restated(shown) if is_measured else None,
            unknown=[wordings.said(each.text) for each in told.unknown],
            is_open=shown.is_open,
            is_declared=part.declared is not None,
            is_provisional=bound is not None and bound.is_provisional,
            is_partial=part.bound is not None and part.bound.is_partial,
            provisional=bound.reason if bound is not None and bound.is_provisional else "",
            question=bound.question if bound is not None else "",
            binding_address=self._binding_address(told.number + 1),  # as people count
            declared=_declared(told, self.version),
        )

    def _line(self, shown: Shown, tone: str) -> SafeString:
        drawn = self.drawer.line(shown.part, tone=tone, is_open=shown.may_open)
        return mark_safe(drawn)  # noqa: S308 — drawn of numbers and of words that are escaped

    def _binding_address(self, part: int) -> str:
        args = [self.version.plan_id, self.version.number, self.indicator.row, part]
        return reverse("performance:binding", args=args)

    # ---- months

    def _months(self, shown: Shown) -> list[MonthRow]:
        """Every month of the window that has begun, and those to come in which something counts already."""
        bound, gauge = shown.part.bound, shown.gauges[0]
        if bound is None:
            return []
        view = evidence_links.chosen(bound, unit=self._unit(bound.id), as_of=self.board.as_of)
        listed = opened.months_of(gauge, bound.days, bound.where, view)
        frozen = self._frozen(key_of(gauge.id, bound.days, bound.where), [each.last for each in listed])
        most = max((_size(gauge, each.reading) for each in listed), default=Decimal(0))
        found, sum_ = [], NOTHING
        for month in listed:
            sum_ = month.reading if gauge.reads is Reads.STOCK else sum_ + month.reading
            if month.first <= self.board.day or month.reading.cases:
                found.append(self._month(shown, gauge, month, sum_, frozen, view, most=most))
        return found

    def _month(
        self,
        shown: Shown,
        gauge: Named,
        month: opened.Month,
        sum_: Reading,
        frozen: Mapping[date, Reading],
        view: Chosen,
        *,
        most: Decimal,
    ) -> MonthRow:
        bound = shown.part.bound
        begin = max(month.first, bound.days.begin) if bound is not None else month.first
        last = min(month.last, bound.days.end - timedelta(days=1)) if bound is not None else month.last
        address = ""
        if month.reading.cases:
            address = evidence_links.address(gauge.id, view, year="", since=begin.isoformat(), until=last.isoformat())
        bar, numbers = _pictured(shown, gauge, month.reading, address, most=most)
        value = amounts.of_reading(shown.part, sum_) if month.first <= self.board.day else ""
        kept = amounts.of_reading(shown.part, frozen[month.last]) if month.last in frozen else ""
        return MonthRow(
            title=_month_title(month.first),
            address=address,
            bar=bar,
            numbers=numbers,
            value=value,
            frozen=kept,
            has_changed=bool(kept) and kept != value,
        )

    def _unit(self, binding: int) -> int | None:
        return next((each.unit_id for each in self.bindings if each.pk == binding), None)

    def _frozen(self, key: str, days: Sequence[date]) -> Mapping[date, Reading]:
        """What was frozen under the key at the ends of these months, up to the day of the page."""
        days = [day for day in days if day <= self.board.day]
        return {day: freezing.reading_of_kept(values) for _key, day, *values in freezing.kept([key], days) if days}

    # ---- a past day

    def _restated(self, shown: Shown) -> Restated | None:
        bound, gauge = shown.part.bound, shown.gauges[0]
        if self.board.as_of is None or bound is None:
            return None
        asked = standing.wanted_of(bound)[0]
        said = restating.restate(gauge.id, days=asked.days, where=asked.where, day=self.board.as_of, now=self.now)
        if not said.has_changed:
            return None
        words, changes = part_words(gauge), []
        for name in bars.PARTS:
            difference = getattr(said.known, name) - getattr(said.told, name)
            if difference:
                changes.append(f"{words[name]} {'+' if difference > 0 else '−'}{abs(difference):,}")
        view = evidence_links.chosen(bound, unit=self._unit(bound.id), as_of=self.board.as_of)
        return Restated(
            then=amounts.of_reading(shown.part, said.told),
            now=amounts.of_reading(shown.part, said.known),
            changes=changes,
            address=evidence_links.address(gauge.id, view),
            causes=len(said.causes),
        )


def _size(gauge: Named, reading: Reading) -> Decimal:
    """How long the bar of a month is: by its amount, or by its cases."""
    if gauge.reads not in OF_AMOUNTS:
        return Decimal(reading.cases)
    value = reading.value(gauge.reads)
    return Decimal(0) if value is None or isinstance(value, bool) else abs(figures.exact(value))


def _pictured(
    shown: Shown, gauge: Named, reading: Reading, address: str, *, most: Decimal
) -> tuple[SafeString, list[tuple[str, str]]]:
    """The bar of a month, and its parts with their addresses; of amounts what they come to."""
    if gauge.reads in OF_AMOUNTS:
        value = amounts.of_reading(shown.part, reading) if reading.cases else ""
        return bars.amount(_size(gauge, reading), most, address), [(value, address)]
    numbers = [(name, getattr(reading, name)) for name in bars.PARTS]
    drawn = bars.parts(reading, escape(address), whole=int(most))
    return drawn, [(f"{number:,}" if number else "", f"{address}&part={name}") for name, number in numbers]


def _month_title(first: date) -> str:
    if formats.is_english():
        return f"{formats.ENGLISH_MONTHS[first.month - 1][:3]} {first.year}"
    return f"{first.year}年{first.month}月"


def _columns(shown: Shown) -> list[str]:
    """The parts of a month's reading that have a column; of amounts there is one."""
    if not shown.gauges:
        return []
    if shown.gauges[0].reads in OF_AMOUNTS:
        return [_("月末存量") if shown.gauges[0].reads is Reads.STOCK else _("当月")]
    words = part_words(shown.gauges[0])
    return [words[name] for name in bars.PARTS]


def _topics(shown: Shown, told: WhyPart) -> list[TopicRow]:
    """Each topic apart; of a single one the sentence says all."""
    found = [each for each in told.cases if each.role == "topic" and each.topic is not None]
    if len(found) < 2:
        return []
    least = min((each.reading.met for each in found), default=0)
    return [
        TopicRow(
            name=each.topic[1],
            address=each.addresses[""],
            value=amounts.of_reading(shown.part, each.reading),
            is_least=each.reading.met == least,
        )
        for each in found
        if each.topic is not None
    ]


def _pace(shown: Shown) -> str:
    pace = shown.part.prospect.pace
    if pace is None:
        return ""
    told = {"so_far": amounts.shown(pace.so_far, pace.unit), "needed": amounts.shown(pace.needed, pace.unit)}
    return _("至今每周 %(so_far)s，须每周 %(needed)s") % told


def _forecast(shown: Shown) -> str:
    """Where the value will be when the window ends, with the interval."""
    prospect = shown.part.prospect
    if prospect.forecast is None or prospect.is_final:
        return ""
    if prospect.forecast.mid is None:
        return interval_words(prospect.forecast, prospect.unit)
    if prospect.forecast.low == prospect.forecast.high:
        return _("统计期末约 %(mid)s") % {"mid": amounts.about(prospect.forecast.mid, prospect.unit)}
    told = {
        "mid": amounts.about(prospect.forecast.mid, prospect.unit),
        "interval": interval_words(prospect.forecast, prospect.unit),
    }
    return _("统计期末约 %(mid)s，八成可能在 %(interval)s") % told


def _declared(told: WhyPart, version: PlanVersion) -> dict[str, str] | None:
    made = told.declared
    if made is None:
        return None
    return {
        "value": wordings.said(made.text),
        "on": formats.day(made.on),
        "note": made.note,
        "file": made.file_name,
        "address": reverse("performance:declared_file", args=[version.plan_id, version.number, made.id])
        if made.file_hash
        else "",
        "who": made.made_by or _("绩效管理员"),
        "at": formats.instant(made.made_at),
    }


class Group(NamedTuple):
    """What is said at one step of the explanation."""

    step: str
    title: str
    sentences: list[SafeString]


def groups_of(why: Why) -> list[Group]:
    """The explanation by parts and steps, in its order."""
    found: list[Group] = []
    last: tuple[str, int | None] | None = None
    for each in why.sentences:
        if (each.step, each.part) != last:
            title = wordings.said(STEPS[each.step])
            if each.part is not None and len(why.parts) > 1:
                title = _("第 %(n)d 部分：%(title)s") % {"n": each.part + 1, "title": title}
            found.append(Group(each.step, title, []))
            last = each.step, each.part
        found[-1].sentences.append(paragraph(each))
    return found


class BindingRow(NamedTuple):
    """One binding of the history, in words."""

    part: int
    at: str
    who: str
    what: str
    days: str
    reason: str
    is_carried: bool


def history_of(bindings: Sequence[Binding], *, by: User) -> list[BindingRow]:
    """Every binding of the row, the newest first."""
    return [
        BindingRow(
            part=each.part + 1,
            at=formats.instant(each.made_at),
            who=str(each.made_by) if guarding.may_see_names(by, of=each.made_by) else _("绩效管理员"),
            what=_what(each),
            days=days_of(each.window, each.begin, each.end),
            reason=each.reason,
            is_carried=each.carried_from_id is not None,
        )
        for each in bindings
    ]


def _what(binding: Binding) -> str:
    known = CATALOGUE.get(binding.measure)
    if binding.basis == Basis.AWAITED:
        return _("等待“%(office)s”") % {"office": wordings.office_title(binding.awaits)}
    return wordings.said(known.wording) if known is not None else binding.measure or binding.get_basis_display()
