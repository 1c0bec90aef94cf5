"""How a number opens down to its cases: every gauge in use, and one of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import offices, verifying
from shixiao.casework.evidence import (
    bars,
    board,
    case_rows,
    figures,
    guarding,
    opened,
    rows,
    scoping,
    sentences,
    verdicts,
)
from shixiao.casework.evidence.board import Place
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.naming import ASPECTS, Named
from shixiao.casework.evidence.opened import Known, Opened
from shixiao.casework.evidence.rows import OF_AMOUNTS
from shixiao.casework.evidence.standing import Standing
from shixiao.casework.models import Case, Contract, Project, Subject
from shixiao.casework.restating import Cause
from shixiao.casework.views import is_part, person
from shixiao.engine.measures import Outcome, Reading, Reads
from shixiao.people.models import Role, Unit, User
from shixiao.people.wordings import said
from shixiao.ui import formats

MOST_PROJECTS = 200
YEARS_BACK = 3

CAUSES = 20  # so many late events are listed; the others are counted


@require_safe
@vary_on_headers("HX-Request")
def evidence(request: HttpRequest) -> HttpResponse:
    """Every gauge in use, as the address says. htmx asks for the rows alone."""
    now, by = timezone.now(), person(request)
    chosen = scoping.seen(Chosen.of(request.GET.dict(), today=timezone.localtime(now).date()), by=by, now=now)
    at = board.place(chosen.unit_id)
    found = board.read(chosen, at, by=by, now=now)
    context: dict[str, Any] = {
        "chosen": chosen,
        "board": found,
        "sentence": sentences.of_board(found, chosen),
        "groups": rows.groups_of(found.lines, chosen),
        "window": window_words(chosen, now=now),
        "trail": [{"title": _("度量"), "address": ""}],
    }
    if is_part(request):
        return render(request, "casework/evidence/parts/board.html", context)
    context |= _choices(chosen, at, by=by, now=now)
    if by.role == Role.OFFICER:
        context |= {"keeps_plans": True, "verified": verifying.last_verification()}
    return render(request, "casework/evidence/board.html", context)


@require_safe
def gauge(request: HttpRequest, gauge: int) -> HttpResponse:
    """One gauge over the scope and the window of the address, and the cases behind the part that is chosen."""
    now, by = timezone.now(), person(request)
    today = timezone.localtime(now).date()
    chosen = scoping.seen(Chosen.of(request.GET.dict(), today=today), by=by, now=now)
    at = board.place(chosen.unit_id)
    using, catalogue = opened.gauge_of(gauge, now=now)
    found = opened.opened(using, chosen, at, catalogue=catalogue, by=by, now=now)
    named = found.line.gauge
    office = offices_title(named)
    list_address = reverse("casework:evidence")
    context: dict[str, Any] = {
        "chosen": chosen,
        "opened": found,
        "gauge": named,
        "office": office,
        "aspect": said(ASPECTS[named.measure.aspect]),
        "mark": verdicts.standing_mark(found.line.standing),
        "window": window_words(chosen, now=now),
        "scope_words": _scope_words(chosen, at),
        "is_stock": named.reads is Reads.STOCK,
        "is_live": chosen.as_of is None,
        "note": rows.watch_note(found.line.watch),
        "back": f"{list_address}?{chosen.address(part='', reason='')}",
        "trail": [
            {"title": _("度量"), "address": f"{list_address}?{chosen.scope}"},
            {"title": office, "address": f"{list_address}?{chosen.scope}&office={named.measure.office}"},
            {"title": named.wording, "address": ""},
        ],
        **_choices(chosen, at, by=by, now=now),
    }
    context |= _open(found, chosen) if found.is_open else _closed(found, chosen, at)
    return render(request, "casework/evidence/gauge.html", context)


def offices_title(gauge: Named) -> str:
    """What the office of the gauge is called."""
    label = gauge.measure.office
    return next((said(office.title) for office in offices.installed() if office.label == label), label)


def _open(found: Opened, chosen: Chosen) -> dict[str, Any]:
    """What the page shows of a number that this person may open."""
    gauge, reading = found.line.gauge, found.line.reading
    words = verdicts.part_words(gauge)
    return {
        "value": figures.value(reading, gauge),
        "sentence": sentences.of_reading(reading, gauge, found.reasons, chosen),
        "reasons": sentences.of_reasons(found.reasons, chosen),
        "exclusions": sentences.of_exclusions(reading, gauge),
        "spread": _spread(reading, gauge),
        "bar": bars.parts(reading, f"?{escape(chosen.address(part='', reason=''))}"),
        "tabs": _tabs(found, chosen),
        "months": _months(found, chosen),
        "topics": _topics(found, chosen),
        "all_topics": chosen.address(topic="") or "all",
        "columns": [words[name] for name in bars.PARTS],
        "is_of_amounts": gauge.reads in OF_AMOUNTS,
        "cases": case_rows.body(found.cases.listed, gauge) if found.cases else "",
        "page": found.cases,
        "next": chosen.address(after=found.cases.after) if found.cases and found.cases.after else "",
        "first": chosen.address() if chosen.after else "",
        "known": _known(found.known, gauge),
        "ratios": [said(each.wording) for each in found.ratios],
    }


def _closed(found: Opened, chosen: Chosen, at: Place) -> dict[str, Any]:
    """What everybody may see of a restricted register; the way for whoever holds it at a unit."""
    own = [unit for unit in at.units if found.own_places and unit.path in found.own_places]
    return {
        "value": guarding.hidden_value(found.line.reading, found.line.gauge, is_narrowed=chosen.is_narrowed),
        "own": [(str(unit), chosen.address(unit=str(unit.pk))) for unit in own],
        "whole": chosen.address(
            unit="", project="", contract="", subject="", topic="", since="", until="", on="", part="", reason=""
        ),
    }


# ---- what is chosen, in words ----------------------------------------------------------------------------------


def window_words(chosen: Chosen, *, now: datetime) -> str:
    """2026年, or 2026年3月1日至3月31日; with the past day as whose end things were known."""
    days = chosen.days(timezone.localtime(now).date())
    last = days.end - timedelta(days=1)
    is_year = (days.begin.month, days.begin.day, last.month, last.day) == (
        1,
        1,
        12,
        31,
    ) and days.begin.year == last.year
    if is_year:
        return _("%(year)d 年") % {"year": days.begin.year}
    return _("%(since)s至%(until)s") % {"since": formats.day(days.begin), "until": formats.day(last)}


def _scope_words(chosen: Chosen, at: Place) -> str:
    """Whose cases are in the number."""
    unit = str(at.chosen) if at.chosen else _("没有这个单位") if chosen.unit else _("全部单位")
    project = _("全部项目")
    if chosen.project:
        named = Project.objects.filter(pk=chosen.project).values_list("name", flat=True).first()
        project = named or _("没有这个项目")
    return " · ".join([unit, project, *_further_scope(chosen)])


def _further_scope(chosen: Chosen) -> list[str]:
    """The contract and the device that a page about them chose; there is no list of them to choose from here."""
    found = []
    if chosen.contract:
        named = Contract.objects.filter(pk=chosen.contract).values_list("name", flat=True).first()
        found.append(named or _("没有这个合同"))
    if chosen.subject:
        named = Subject.objects.filter(pk=chosen.subject).values_list("name", flat=True).first()
        found.append(named or _("没有这个物件"))
    return found


def _choices(chosen: Chosen, at: Place, *, by: User, now: datetime) -> dict[str, Any]:
    """What the filters can be set to, as options of their lists."""
    year = timezone.localtime(now).year
    years = sorted({*range(year - YEARS_BACK, year + 2), int(chosen.year or year)}, reverse=True)
    known = Project.objects.filter(scoping.known_projects(by=by, now=now))
    projects = list(known.order_by("name", "id").values_list("pk", "name")[:MOST_PROJECTS])
    if chosen.project and int(chosen.project) not in {key for key, _name in projects}:
        projects += Project.objects.filter(pk=chosen.project).values_list("pk", "name")
    return {
        "years": _options(((str(each), str(each)) for each in years), chosen.year or str(year)),
        "units": _options(((str(unit.pk), "　" * (unit.depth - 1) + str(unit)) for unit in _units(at)), chosen.unit),
        "projects": _options(((str(key), name) for key, name in projects), chosen.project),
        "offices": _options(((office.label, said(office.title)) for office in offices.installed()), chosen.office),
        "states": _options(_states(), chosen.state),
        "yesterday": (timezone.localtime(now).date() - timedelta(days=1)).isoformat(),
    }


def _options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Put together here: a template takes several times as long over hundreds of units and projects (`make bench`)."""
    drawn = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(title)}</option>'
        for value, title in choices
    )
    return mark_safe("".join(drawn))  # noqa: S308 — every text is escaped


def _states() -> Iterator[tuple[str, str]]:
    yield "evidence", _("有证据")
    yield from ((each.value, _(words[2])) for each, words in verdicts.STANDINGS.items() if each is not Standing.VALUE)


def _units(at: Place) -> list[Unit]:
    missing = [at.chosen] if at.chosen is not None and at.chosen not in at.units else []
    return [*at.units, *missing]


# ---- parts of the page of one gauge ----------------------------------------------------------------------------


class Tab(NamedTuple):
    """A part to be opened."""

    title: str
    number: str
    query: str
    is_chosen: bool


def _tabs(found: Opened, chosen: Chosen) -> list[Tab]:
    reading, words = found.line.reading, verdicts.part_words(found.line.gauge)
    tabs = [Tab(_("全部"), f"{reading.cases:,}", chosen.address(part="", reason="") or "all", not chosen.part)]
    for name in (*bars.PARTS, "amount"):
        number = reading.amounts if name == "amount" else getattr(reading, name)
        if number or chosen.part == name:
            query = chosen.address(part=name, reason="")
            tabs.append(Tab(words[name], f"{number:,}", query, chosen.part == name))
    return tabs


def _spread(reading: Reading, gauge: Named) -> str:
    """The smallest and the largest amount."""
    if reading.low is None or reading.high is None or reading.amounts < 2:
        return ""
    low, high = (figures.amount(each, gauge) for each in (reading.low, reading.high))
    return _("最小 %(low)s，最大 %(high)s") % {"low": low, "high": high}


class TopicRow(NamedTuple):
    """A topic of the table. `is_none`: nothing is counted for it."""

    title: str
    query: str
    value: str
    number: str
    is_chosen: bool
    is_none: bool


def _topics(found: Opened, chosen: Chosen) -> list[TopicRow]:
    gauge = found.line.gauge
    return [
        TopicRow(
            title=topic.name if topic else _("没有写主题"),
            query=chosen.address(topic=str(topic.pk), part="", reason="") if topic else "",
            value=figures.value(reading, gauge),
            number=f"{reading.cases:,}",
            is_chosen=topic is not None and topic.pk == chosen.topic_id,
            is_none=not reading.cases,
        )
        for topic, reading in found.topics
    ]


def _months(found: Opened, chosen: Chosen) -> SafeString:
    """The months as rows of a table: each with its bar, its reading, and its parts with their links."""
    gauge = found.line.gauge
    is_of_amounts = gauge.reads in OF_AMOUNTS
    amounts = [_amount(month.reading, gauge) for month in found.months]
    most, largest = max((month.reading.cases for month in found.months), default=0), bars.largest(amounts)
    plain = chosen.address(
        year="", since="~", until="~~", part="", reason=""
    )  # only the days differ from month to month
    part = f"&amp;part={escape(chosen.part)}" if chosen.part else ""
    drawn = []
    for month, amount in zip(found.months, amounts, strict=True):
        days = plain.replace("until=~~", f"until={month.last}").replace("since=~", f"since={month.first}")
        query, title = escape(days), escape(_month_title(month.first))
        if not month.reading.cases:
            drawn.append(_empty_month(title, is_of_amounts=is_of_amounts))
            continue
        picture = (
            bars.amount(amount, largest, f"?{days}")
            if is_of_amounts
            else bars.parts(month.reading, f"?{query}", whole=most)
        )
        drawn.append(
            f'<tr><th scope="row"><a href="?{query}{part}">{title}</a></th><td class="bar">{picture}</td>'
            f'<td class="number">{escape(figures.value(month.reading, gauge))}</td>'
            f"{'' if is_of_amounts else _numbers(month.reading, query)}</tr>"
        )
    return mark_safe("\n".join(drawn))  # noqa: S308 — every text is escaped


def _empty_month(title: str, *, is_of_amounts: bool) -> str:
    rest = "" if is_of_amounts else '<td class="number ev-part"></td>' * len(bars.PARTS)
    return (
        f'<tr><th scope="row"><span class="soft">{title}</span></th><td class="bar"></td>'
        f'<td class="number"><span class="soft">—</span></td>{rest}</tr>'
    )


def _numbers(reading: Reading, query: str) -> str:
    return "".join(
        f'<td class="number ev-part"><a href="?{query}&amp;part={name}">{number:,}</a></td>'
        if number
        else '<td class="number ev-part"></td>'
        for name, number in ((name, getattr(reading, name)) for name in bars.PARTS)
    )


def _amount(reading: Reading, gauge: Named) -> Decimal:
    value = reading.value(gauge.reads) if gauge.reads in OF_AMOUNTS else None
    return Decimal(0) if value is None else figures.exact(value)


def _month_title(first: date) -> str:
    if formats.is_english():
        return f"{formats.ENGLISH_MONTHS[first.month - 1][:3]} {first.year}"
    return f"{first.year}年{first.month}月"


class CauseShown(NamedTuple):
    """One late event, in words: the case with the way to the event, and what it changed."""

    address: str
    number: str
    title: str
    days_late: int
    before: str
    after: str


class KnownShown(NamedTuple):
    """What was read then and what is known now, in words, and why."""

    then: str
    now: str
    changes: list[str]
    causes: list[CauseShown]
    others: int


def _known(known: Known | None, gauge: Named) -> KnownShown | None:
    """A restatement, where something is known better."""
    if known is None or not known.restated.has_changed:
        return None
    restated, words = known.restated, verdicts.part_words(gauge)
    changes = []
    for name in bars.PARTS:
        difference = getattr(restated.known, name) - getattr(restated.told, name)
        if difference:
            changes.append(f"{words[name]} {'+' if difference > 0 else '−'}{abs(difference):,}")
    causes = [
        _cause(each, known.cases[each.case_id], words)
        for each in restated.causes[:CAUSES]
        if each.case_id in known.cases
    ]
    then, now = figures.value(restated.told, gauge), figures.value(restated.known, gauge)
    return KnownShown(then, now, changes, causes, len(restated.causes) - len(causes))


def _cause(cause: Cause, case: Case, words: Mapping[str, str]) -> CauseShown:
    return CauseShown(
        address=f"{reverse('casework:case', args=(case.pk,))}?event={cause.event_id}#event-{cause.event_id}",
        number=case.number,
        title=case.title,
        days_late=cause.days_late,
        before=_outcomes(cause.before, words),
        after=_outcomes(cause.after, words),
    )


def _outcomes(outcomes: Sequence[Outcome], words: Mapping[str, str]) -> str:
    """What the gauge said of the case; it may have said nothing."""
    told = [words[each.name.lower()] for each in outcomes if each is not Outcome.GONE]
    return "、".join(told) or _("不在其中")
