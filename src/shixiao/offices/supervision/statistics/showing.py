"""Statistics as tables: every number a link to its tasks. Put together here and not in a template, since there are many cells."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shixiao.ledger.readings import Days
from shixiao.offices.supervision.statistics import opening, periods
from shixiao.offices.supervision.statistics.figures import BESIDE, BY_CODE, FIGURES, Figure, Line, Shows
from shixiao.offices.supervision.statistics.periods import AGES
from shixiao.offices.supervision.statistics.reading import MONTH, Row, Statistics
from shixiao.people.wordings import said

_PLACE = "VALUE"  # where the value stands in an address that many cells share
RANK, NAME = "rank", "name"
# By what the rows can be put in order; a rate by its lower bound, so that few cases do not lead.
SORTS = (
    RANK,
    NAME,
    "issued",
    "closed",
    "due",
    "overdue",
    "in_hand",
    "returned",
    "extensions",
    "reminders",
    "hours_median",
)


class Ranked(NamedTuple):
    """A row with its rank; 0 where so few cases were counted, or none, that there is none."""

    rank: int
    row: Row


def ranked(rows: Sequence[Row], sort: str) -> list[Ranked]:
    """The rows in the order that is asked for; ranks go by the lower bound of the rate in time, whatever the order."""
    order = sorted(
        (row for row in rows if row.line.interval is not None and not row.line.is_of_few), key=_lower, reverse=True
    )
    ranks: dict[str, int] = {}
    for place, row in enumerate(order, start=1):
        alike = order[place - 2] if place > 1 and _lower(order[place - 2]) == _lower(row) else None
        ranks[row.value] = ranks[alike.value] if alike is not None else place
    if sort == NAME:
        chosen = list(rows)
    elif sort == RANK:
        chosen = sorted(rows, key=lambda row: (row.line.is_of_few, row.line.interval is None, -_lower(row)))
    else:
        chosen = sorted(rows, key=lambda row: -(row.line.value(sort) or 0))
    return [Ranked(ranks.get(row.value, 0), row) for row in chosen]


def _lower(row: Row) -> float:
    found = row.line.interval
    return found.low if found is not None else -1.0


class Tables:
    """Writes the tables of one reading in the language of the page."""

    def __init__(self, told: Statistics) -> None:
        self.told = told
        self.list = f"{reverse('supervision:home')}?"
        self.ever = periods.until(told.day)
        self.of_age = {age.code: age.days(told.day) for age in AGES}
        self._addresses: dict[tuple[str, Days, str], str] = {}
        self.titles = {each.code: escape(said(each.title)) for each in FIGURES}
        self.of_rank = escape(_("名次"))
        self.labels_of_age = {
            (code, age.code): f"{self.titles[code]} · {escape(said(age.title))}"
            for code in ("in_hand", "overdue")
            for age in AGES
        }
        few, none = _("件数少"), _("没有可计的事项")
        self.few = f'<span class="chip chip-plain">{escape(few)}</span>'
        self.none = f'<span class="soft" title="{escape(none)}">–</span>'

    # ---- the figures ---------------------------------------------------------------------------------------------

    def figures(self, rows: Iterable[Ranked], *, is_ranked: bool) -> SafeString:
        """The rows of the table of figures, and the line of all."""
        drawn = [self._row(each, is_ranked=is_ranked) for each in rows]
        if self.told.by != MONTH or len(drawn) != 1:
            whole = Row("", _("合计"), self.told.total)
            drawn.append(self._row(Ranked(0, whole), is_ranked=is_ranked, is_total=True))
        return mark_safe("".join(drawn))  # noqa: S308 — every text is escaped

    def months(self) -> SafeString:
        """The months of the period."""
        drawn = [self._row(Ranked(0, row), BESIDE, by=MONTH, is_ranked=False) for row in self.told.months]
        return mark_safe("".join(drawn))  # noqa: S308 — every text is escaped

    def _row(
        self,
        each: Ranked,
        figures: Sequence[Figure] = FIGURES,
        *,
        by: str = "",
        is_ranked: bool,
        is_total: bool = False,
    ) -> str:
        row, by = each.row, by or self.told.by
        rank = ""
        if is_ranked:
            place = str(each.rank) if each.rank else "" if is_total else "–"
            rank = f'<td class="number stat-rank" data-label="{self.of_rank}">{place}</td>'
        cells = "".join(self._cell(figure.code, row, by) for figure in figures)
        style = f' class="stat-depth-{min(row.depth, 3)}"' if row.depth else ""
        kind = ' class="stat-total"' if is_total else ""
        return f'<tr{kind} data-name="{escape(row.name)}">{rank}<th scope="row"{style}>{escape(row.name)}</th>{cells}</tr>\n'

    def _cell(self, code: str, row: Row, by: str) -> str:
        shown = self._shown(code, row.line)
        label, value = self.titles[code], row.line.value(code)
        plain = "" if value is None else f' data-value="{value}"'
        inside = self.none
        if shown and value == 0 and BY_CODE[code].shows is Shows.COUNT:
            inside = f"{shown}{self._beside(code, row.line)}"  # there is nothing to open
        elif shown:
            inside = f'<a href="{self.address(code, row, by)}">{shown}</a>{self._beside(code, row.line)}'
        return f'<td class="number" data-code="{code}"{plain} data-label="{label}">{inside}</td>'

    def _shown(self, code: str, line: Line) -> str:
        value = line.value(code)
        if value is None:
            return ""
        return f"{value}%" if BY_CODE[code].shows is Shows.SHARE else f"{value:,}"

    def _beside(self, code: str, line: Line) -> str:
        """The number of cases beside a rate, and for the first how sure it is."""
        figure = BY_CODE[code]
        reading = line.reading(figure.measure)
        if figure.shows is Shows.SHARE:
            beside = f' <small class="soft">{reading.met}/{reading.counted}</small>'
            found = line.interval
            if code == "in_time_rate" and found is not None:
                beside += f'<br><small class="soft stat-sure">{found.low:.0f}–{found.high:.0f}%</small>'
                beside += f" {self.few}" if line.is_of_few else ""
            return beside
        if figure.shows in (Shows.MEAN, Shows.MEDIAN):
            return f' <small class="soft">/{reading.amounts}</small>'
        return ""

    def address(self, code: str, row: Row, by: str) -> str:
        """The list of the tasks behind a figure, as it stands in an attribute."""
        stands = BY_CODE[code].stands
        if by == MONTH and row.value:
            first = date.fromisoformat(f"{row.value}-01")
            month, days = Days(first, periods.months_later(first, 1)), self.told.period.days
            inside = Days(max(days.begin, month.begin), min(days.end, month.end))
            return self._address(code, month if stands else inside)
        return self._address(code, self.ever if stands else self.told.period.days, "" if by == MONTH else by, row.value)

    def link_of(self, code: str, row: Row) -> SafeString:
        """The same for a template."""
        return mark_safe(self.address(code, row, self.told.by))  # noqa: S308 — it is escaped

    def _address(self, code: str, days: Days, by: str = "", value: str = "") -> str:
        """Many cells have the same address but for the value: a code, as it may stand in an address."""
        key = (code, days, by if value else "")
        if key not in self._addresses:
            told = opening.address(code, by=key[2], value=_PLACE if value else "", days=days, as_of=self.told.as_of)
            self._addresses[key] = escape(self.list + told)
        return self._addresses[key].replace(_PLACE, value) if value else self._addresses[key]

    # ---- how long ------------------------------------------------------------------------------------------------

    def ages(self, rows: Iterable[Row]) -> SafeString:
        """What is in hand by the time since it was entrusted, and what is overdue by the time since its limit."""
        drawn = [self._aged(row) for row in rows if any((*row.line.ages, *row.line.late_ages))]
        drawn.append(self._aged(Row("", _("合计"), self.told.total), is_total=True))
        return mark_safe("".join(drawn))  # noqa: S308

    def _aged(self, row: Row, *, is_total: bool = False) -> str:
        cells = ""
        for code, ages in (("in_hand", row.line.ages), ("overdue", row.line.late_ages)):
            for age, number in zip(AGES, ages, strict=True):
                label = self.labels_of_age[code, age.code]
                inside = self.none
                if number:
                    link = self._address(code, self.of_age[age.code], self.told.by, row.value)
                    inside = f'<a href="{link}">{number:,}</a>'
                cells += f'<td class="number" data-code="{code}-{age.code}" data-value="{number}" data-label="{label}">{inside}</td>'
        kind = ' class="stat-total"' if is_total else ""
        return f'<tr{kind} data-name="{escape(row.name)}"><th scope="row">{escape(row.name)}</th>{cells}</tr>\n'

    def link(self, code: str, words: str) -> SafeString:
        """Words of the opening sentence that lead to the tasks of a figure of all."""
        address = self.address(code, Row("", "", self.told.total), "")
        return mark_safe(f'<a href="{address}">{escape(words)}</a>')  # noqa: S308


def by_age(ages: Sequence[int]) -> dict[str, int]:
    """How many there are of each age, by its code."""
    return {age.code: number for age, number in zip(AGES, ages, strict=True)}


def sentence(told: Statistics) -> SafeString:
    """What matters, each part of it a link."""
    tables, total = Tables(told), told.total
    parts = [
        tables.link("issued", _("交办 %(n)s 件") % {"n": total.value("issued")}),
        tables.link("closed", _("办结 %(n)s 件") % {"n": total.value("closed")}),
    ]
    if (rate := total.value("in_time_rate")) is not None:
        words = _("到期 %(due)s 件，按期 %(n)s 件（%(rate)s%%）")
        parts.append(tables.link("due", words % {"due": total.rate.counted, "n": total.rate.met, "rate": rate}))
    parts += [
        tables.link("overdue", _("现在逾期 %(n)s 件") % {"n": total.value("overdue")}),
        tables.link("in_hand", _("在办 %(n)s 件") % {"n": total.value("in_hand")}),
    ]
    return mark_safe(_("，").join(parts) + _("。"))  # noqa: S308 — each part is escaped
