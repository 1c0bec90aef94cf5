"""The rows of the board as HTML, put together here and not in a template: 123 rows of six cells (compare `performance.markup`)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shixiao.engine.prospects import CHANCE_WORDS, Forecast, Status
from shixiao.performance import amounts, wordings
from shixiao.performance.board.choosing import GROUPS, Chosen
from shixiao.performance.board.pictures import Drawer
from shixiao.performance.bound import days_of
from shixiao.performance.guarding import Guarded, Shown
from shixiao.performance.models import Basis
from shixiao.performance.remembering import Memory
from shixiao.performance.standing import Board, Place, Row
from shixiao.ui import formats
from shixiao.ui.statuses import STANDINGS, STATUSES, badge

_ROWS: Memory[str] = Memory()
TONES = {each: STATUSES[each.value].tone for each in Status}


class BoardMarkup:
    """Writes the rows of one board in the language of the page. `plan` is the address of the plan's version."""

    def __init__(self, board: Board, guarded: Guarded, chosen: Chosen, *, plan: str) -> None:
        self.board, self.guarded, self.chosen, self.plan = board, guarded, chosen, escape(plan)
        self.drawer = Drawer(board.day, as_of=board.as_of)
        language = get_language() or ""
        self.badges, self.chances, self.counters = _badges(language), _chances(language), _counters(language)
        self.of_parts = escape(_("%(n)d 个部分，都要达到"))
        self.language = wordings.language()
        self.on = f"?on={board.as_of}" if board.as_of is not None else ""
        self.labels = [escape(each) for each in (_("读数"), _("余量"), _("预测"))]
        self.put_back, self.to_confirm = _("计入后 %(value)s"), escape(pgettext("binding", "待确认"))
        words = {"later": _("其后才绑定"), "frozen": _("按当日存档"), "counted": _("按当日所知重算")}
        self.days = {name: f'<span class="chip chip-plain">{escape(word)}</span>' for name, word in words.items()}
        self.reasons: dict[object, str] = {}
        self.of_target = escape(_("目标"))
        self.is_partial = escape(_("依据不全"))
        self.marks = {
            name: f'<span class="chip chip-plain">{badge(name)}</span>' for name in ("declared", "provisional")
        }
        self.year_end = (board.version.plan.fiscal_year, escape(_("年底")))
        self.asked = (self.plan, self.on, language, self.year_end[0])

    # ---- a row -------------------------------------------------------------------------------------------------

    def row(self, row: Row) -> str:
        """A `tr`, and of a target with several parts one more for each; remembered for as long as they are the ones that it was written from."""
        shown = self.guarded.parts(row)
        if any(each.part.declared is not None or not each.is_open for each in shown):
            return self._row(row, shown)
        return _ROWS.of(row, *shown, make=lambda: self._row(row, shown), also=self.asked)

    def _row(self, row: Row, shown: Sequence[Shown]) -> str:
        head = (
            f'<tr class="indicator is-{row.status.value}" id="row-{row.row}">'
            f'<td class="b-status">{self.badges[row.status]}{self._marks(row, shown)}</td>'
            f'<th scope="row" class="b-name"><a href="{self.plan}{row.row}/{self.on}"><span class="seq">{row.row}</span> '
            f'<span lang="zh-Hans">{escape(row.name) or row.row}</span></a>'
            f'<span class="b-wording" lang="zh-Hans"><b>{self.of_target}</b> {escape(row.wording)}</span>'
            f"{self._partial(shown)}{self._provisional(shown)}</th>"
        )
        if len(shown) == 1:
            return f"{head}{self._cells(row, shown[0])}</tr>\n"
        if not any(each.part.basis != "none" for each in shown):
            return f"{head}{self._nothing(shown[0])}</tr>\n"
        whole = f'<td colspan="4" class="b-parts soft">{self.of_parts % {"n": len(shown)}}</td>'
        return f"{head}{whole}</tr>\n{''.join([self._part(row, each) for each in shown])}"

    def _part(self, row: Row, shown: Shown) -> str:
        part = shown.part
        target = part.target
        words = target.words or target.condition or ""
        number = f"{part.number + 1}/{len(row.parts)}"
        return (
            f'<tr class="part"><td class="b-status">{self.badges[part.prospect.status]}</td>'
            f'<td class="b-name"><span class="seq">{number}</span> <span lang="zh-Hans">{escape(words)}</span></td>'
            f"{self._cells(row, shown)}</tr>\n"
        )

    def _cells(self, row: Row, shown: Shown) -> str:
        """What stands beside the name."""
        return self._nothing(shown) if shown.part.basis == "none" else self._drawn(row, shown)

    def _drawn(self, row: Row, shown: Shown) -> str:
        part = shown.part
        tone, address = TONES[part.prospect.status], f"{self.plan}{row.row}/{self.on}"
        value, room, forecast = self.labels
        other = f'<span class="b-other">{escape(self.put_back % {"value": shown.other})}</span>' if shown.other else ""
        if not shown.is_open:
            note = f'<td colspan="3" class="b-nothing soft">{escape(shown.note)}</td>'
            return f'<td class="b-value" data-label="{value}"><b>{escape(shown.value)}</b></td>{note}'
        bar = self.drawer.bar(part, tone=tone, address=address)
        line = self.drawer.line(part, tone=tone, is_open=shown.may_open)
        return (
            f'<td class="b-value" data-label="{value}"><a href="{address}">{escape(shown.value)}</a>{other}{bar}</td>'
            f'<td class="b-room" data-label="{room}">{self._room(shown)}</td>'
            f'<td class="b-forecast" data-label="{forecast}">{self._forecast(shown)}</td>'
            f'<td class="b-line">{line}</td>'
        )

    def _nothing(self, shown: Shown) -> str:
        """Why there is no figure, instead of the cells; said once for all of which it is the same."""
        part, bound = shown.part, shown.part.bound
        is_judged = part.prospect.status is Status.TO_BE_REVIEWED
        why = (part.refusal, bound and bound.basis, bound and bound.awaits, is_judged)
        if why not in self.reasons:
            self.reasons[why] = self._why_nothing(shown)
        return self.reasons[why]

    def _why_nothing(self, shown: Shown) -> str:
        part, bound = shown.part, shown.part.bound
        if part.refusal:
            said = _("绑定不能用：%(why)s") % {"why": part.refusal}
        elif bound is None:
            said = _("还没有绑定依据")
        elif bound.basis == Basis.AWAITED:
            said = _("等待“%(office)s”办公系统，可先绑定到台账") % {"office": wordings.office_title(bound.awaits)}
        elif bound.basis == Basis.REVIEW:
            said = _("由评议人评定")
        elif part.prospect.status is Status.TO_BE_REVIEWED:
            said = _("待评议，还没有评定的")
        elif bound.basis == Basis.DECLARED:
            said = _("等待填报")
        else:
            said = _("已绑定，还没有记录")
        return f'<td colspan="4" class="b-nothing soft">{escape(said)}</td>'

    def _room(self, shown: Shown) -> str:
        found = shown.part.prospect
        if found.headroom is None:
            return ""
        said = f"<span>{escape(found.headroom.text.in_(self.language))}</span>"
        if found.pace is not None:
            pace = _("至今每周 %(so_far)s，须每周 %(needed)s") % {
                "so_far": amounts.number(found.pace.so_far, found.pace.unit),
                "needed": amounts.number(found.pace.needed, found.pace.unit),
            }
            said += f'<span class="soft">{escape(pace)}</span>'
        return said

    def _forecast(self, shown: Shown) -> str:
        part = shown.part
        found, chance = part.prospect.forecast, part.prospect.chance
        if chance is None:
            return ""
        said = f'<span class="chance chance-{chance.value}">{self.chances[chance]}</span>'
        if part.prospect.is_final or found is None or part.bound is None:
            return said
        interval = interval_words(found, part.prospect.unit)
        if not interval:
            return said
        if found.low is None:
            return f'{said}<span class="soft">{escape(interval)}</span>'
        last = part.bound.days.end.fromordinal(part.bound.days.end.toordinal() - 1)
        is_year = (last.year, last.month, last.day) == (self.year_end[0], 12, 31)
        when = self.year_end[1] if is_year else escape(formats.day(last))
        return f'{said}<span class="soft">{when} {escape(interval)}</span>'

    def _marks(self, row: Row, several: Sequence[Shown]) -> str:
        said = self.marks["declared"] if any(each.part.declared is not None for each in several) else ""
        if any(each.part.bound is not None and each.part.bound.question for each in several):
            said += f'<a class="chip chip-doubtful" href="{self.plan}{row.row}/">{self.to_confirm}</a>'
        if any(each.part.bound is not None and each.part.bound.is_partial for each in several):
            said += f'<a class="chip chip-warning" href="{self.plan}{row.row}/#standing">{self.is_partial}</a>'
        if any(each.part.bound is not None and each.part.bound.is_provisional for each in several):
            said += self.marks["provisional"]
        if self.board.as_of is not None and row.basis != "none":
            said += self._mark_of_day(several)
        return f'<span class="checks">{said}</span>' if said else ""

    def _partial(self, several: Sequence[Shown]) -> str:
        """Which office's records the value still lacks."""
        bounds = [each.part.bound for each in several if each.part.bound is not None and each.part.bound.is_partial]
        said = dict.fromkeys(bound.awaits for bound in bounds)
        return "".join(f'<span class="b-wording">{escape(wordings.lacking(office))}</span>' for office in said)

    def _provisional(self, several: Sequence[Shown]) -> str:
        """Which days are only assumed, below the target; each of them once."""
        assumed = [
            each.part.bound for each in several if each.part.bound is not None and each.part.bound.is_provisional
        ]
        days = dict.fromkeys(days_of(bound.window, *bound.days) for bound in assumed)
        said = [_("起止日期没有写明，暂按%(days)s计") % {"days": each} for each in days]
        return "".join(f'<span class="b-wording">{escape(each)}</span>' for each in said)

    def _mark_of_day(self, several: Sequence[Shown]) -> str:
        """Of a past day: whether what is shown was kept then, or is counted now from what was known then."""
        parts = [each.part for each in several if each.part.reading is not None or not each.is_open]
        if not parts:
            return ""
        if any(part.is_bound_later for part in parts):
            return self.days["later"]
        return self.days["frozen" if all(part.is_frozen for part in parts) else "counted"]

    # ---- projects and units ------------------------------------------------------------------------------------

    def body(self, rows: Iterable[Row]) -> SafeString:
        """Units, projects and rows; each project folds."""
        pieces = []
        columns = self._columns()
        is_open = "" if self.chosen.fold and not self.chosen.is_active else " open"
        is_whole = not self.chosen.is_active
        for (_position, name), of_unit in groupby(rows, key=_unit_of):
            pieces.append(f'<h2 class="b-unit" lang="zh-Hans">{escape(name)}</h2>\n')
            for place, of_project in groupby(of_unit, key=_place_of):
                listed = list(of_project)
                is_calm = not any(row.status in GROUPS["attention"] for row in listed)
                folds = " data-folds-on-phone" if is_whole and is_calm else ""
                pieces.append(
                    f'<details class="b-project" id="project-{place.unit_position}-{place.project_position}"{is_open}{folds}>'
                    f'<summary><span lang="zh-Hans">{escape(place.project_name)}</span>'
                    f'<span class="b-counts">{self._counts(listed)}</span></summary>\n'
                    f'<table class="cards board-table"><caption class="visually-hidden" lang="zh-Hans">'
                    f"{escape(place.project_name)}</caption>{columns}<tbody>\n"
                )
                pieces += [self.row(row) for row in listed]
                pieces.append("</tbody></table></details>\n")
        return mark_safe("".join(pieces))  # noqa: S308 — made here, of escaped texts

    def _counts(self, rows: Sequence[Row]) -> str:
        counted = Counter(row.status.value for row in rows)
        return "".join([f"{self.counters[name]}{counted[name]}</span>" for name in STANDINGS if counted[name]])

    def _columns(self) -> str:
        names = (
            ("b-status", _("状态")), ("b-name", _("指标与目标")), ("b-value", _("读数")),
            ("b-room", _("余量与进度")), ("b-forecast", _("预测")), ("b-line", _("走势")),
        )  # fmt: skip
        heads = "".join([f'<th scope="col" class="{kind}">{escape(word)}</th>' for kind, word in names])
        return f"<thead><tr>{heads}</tr></thead>"


def _unit_of(row: Row) -> tuple[int, str]:
    return row.place.unit_position, row.place.unit_name


def _place_of(row: Row) -> Place:
    return row.place


def interval_words(found: Forecast, unit: str) -> str:
    """10–14 次, one figure where both ends are the same; without figures how likely it is."""
    if found.low is None or found.high is None:
        return _("达成概率 %(percent)s") % {"percent": probability(found.probability)}
    low, high = (amounts.about(each, unit) for each in (found.low, found.high))
    if low == high:
        return low
    first = low.rpartition(" ")[0] if " " in low else low.removesuffix("%")
    return f"{first}–{high}"


def probability(share: float) -> str:
    """58%; never 0% or 100% of what is open."""
    return f"{min(max(round(Decimal(share) * 100), 1), 99)}%"


@lru_cache(maxsize=8)
def _badges(_language: str) -> Mapping[Status, str]:
    return {each: badge(each.value) for each in Status}


@lru_cache(maxsize=8)
def _counters(_language: str) -> Mapping[str, str]:
    """The beginning of a count, by status."""
    return {
        name: f'<span class="tone-{found.tone}"><span aria-hidden="true">{found.glyph}</span>'
        f'<span class="visually-hidden">{escape(str(found.word))}</span> '
        for name, found in STATUSES.items()
    }


@lru_cache(maxsize=8)
def _chances(_language: str) -> Mapping[object, str]:
    return {each: escape(wordings.said(text)) for each, text in CHANCE_WORDS.items()}
