"""A register as a table and as a calendar: which entries an address asks for, and how they read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shixiao.casework import offices, things, visibility
from shixiao.casework.deadlines import last_moment
from shixiao.casework.models import Case, DutyCase
from shixiao.casework.performing import zone
from shixiao.offices.registers.fields import THINGS, Field, Sort
from shixiao.offices.registers.models import Entry, Register, RestrictedEntry
from shixiao.offices.registers.steps import ENTRY, RESTRICTED_ENTRY
from shixiao.people.models import User
from shixiao.ui import formats

PAGE = 50
MOST_PAGES = 10_000
IN_A_MONTH = 2_000
OPEN = ("planned", "returned", "open")
WAITING = "waiting"  # everything that somebody has still to do
LATE = "late"
# A planned round whose window falls on a day that the calendar closes: it need not be done.
CLOSED = Q(case__expected_by__closed__gt="", case__expected_by__withdrawn_at=None)
SORTS: Mapping[str, tuple[Any, ...]] = {
    "": (F("counted_on").desc(nulls_first=True), "case__limit_at", "-case_id"),
    "oldest": (F("counted_on").asc(nulls_last=True), "case_id"),
    "limit": (F("case__limit_at").asc(nulls_last=True), "case_id"),
    "number": ("-case_id",),
}


class Mark(NamedTuple):
    """How a state looks: word, glyph and colour together."""

    word: Any
    glyph: str
    tone: str


MARKS = {
    "planned": Mark(gettext_lazy("待完成"), "◐", "blue"),
    "open": Mark(gettext_lazy("在办"), "◐", "blue"),
    "returned": Mark(gettext_lazy("已退回"), "▲", "amber"),
    "done": Mark(gettext_lazy("已完成"), "●", "green"),
    "waiting": Mark(gettext_lazy("待确认"), "◇", "violet"),
    "confirmed": Mark(gettext_lazy("已确认"), "●", "green"),
    "cancelled": Mark(gettext_lazy("已取消"), "–", "grey"),
    "withdrawn": Mark(gettext_lazy("已撤回"), "–", "grey"),
    "closed": Mark(gettext_lazy("不开放，不计"), "–", "grey"),
    "late": Mark(pgettext_lazy("an entry that was not done in time", "逾期"), "✕", "red"),
}


def mark_of(case: Case, *, needs_confirmation: bool, now: datetime, is_closed: bool = False) -> Mark:
    """The mark of an entry as it stands at `now`; `is_closed`: its window need not be kept."""
    if case.state in OPEN and is_closed:
        return MARKS["closed"]
    if case.state in OPEN and case.limit_at is not None and case.limit_at <= now:
        return MARKS["late"]
    if case.state == "done" and needs_confirmation:
        return MARKS["waiting"]
    return MARKS[case.state]


@dataclass(frozen=True)
class View:
    """What the address asks for. Whatever makes no sense is left out."""

    state: str = ""
    since: date | None = None
    until: date | None = None
    unit: int | None = None
    q: str = ""
    sort: str = ""
    page: int = 1
    picks: Mapping[str, str] = field(default_factory=dict)  # a choice by the code of its field

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "View":
        """The view that an address describes."""
        return cls(
            state=given.get("state", "") if given.get("state", "") in {*MARKS, WAITING, LATE} else "",
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            unit=_number(given.get("unit", "")),
            q=given.get("q", "").replace("\0", "").strip()[:100],
            sort=given.get("sort", "") if given.get("sort", "") in SORTS else "",
            page=min(max(_number(given.get("page", "")) or 1, 1), MOST_PAGES),
            picks={name[2:]: value[:40] for name, value in given.items() if name.startswith("v-") and value},
        )

    @property
    def is_narrowed(self) -> bool:
        """Something is left out."""
        return bool(self.state or self.since or self.until or self.unit or self.q or self.picks)

    def address(self, **other: Any) -> str:
        """The query of this view, with some parts set to others."""
        parts: dict[str, Any] = {
            "state": self.state,
            "since": self.since,
            "until": self.until,
            "unit": self.unit,
            "q": self.q,
            "sort": self.sort,
            "page": self.page if self.page > 1 else "",
            **{f"v-{code}": value for code, value in self.picks.items()},
        } | other
        return urlencode({name: value for name, value in parts.items() if value})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


# ---- rows --------------------------------------------------------------------------------------------------------


def seen_rows(register: Register, *, by: User, now: datetime) -> QuerySet[Any]:
    """Every entry of the register that the person may look at. `counted_on` is the day on which it counts."""
    kind = RESTRICTED_ENTRY if register.is_restricted else ENTRY
    model: Any = RestrictedEntry if register.is_restricted else Entry
    places = visibility.places(offices.table_of(kind), visibility.held_by(by, now=now))
    seen = visibility.below(places, column="case__unit__path")
    rows = model._default_manager.filter(seen, register=register).select_related(
        "case__unit", "case__project", "case__lead", "version"
    )
    closed = DutyCase.objects.filter(case=OuterRef("case"), withdrawn_at=None).exclude(closed="")
    found: QuerySet[Any] = rows.annotate(
        counted_on=F("done_on" if register.is_restricted else "day"), is_closed=Exists(closed)
    )
    return found


def rows_of(register: Register, view: View, *, by: User, now: datetime) -> QuerySet[Any]:
    """The entries that the view shows, in its order."""
    rows = seen_rows(register, by=by, now=now)
    if view.state == LATE:
        rows = rows.filter(case__state__in=OPEN, case__limit_at__lte=now, is_closed=False)
    elif view.state == WAITING:
        rows = rows.filter(case__state="done", version__needs_confirmation=True)
    elif view.state == "done":
        rows = rows.filter(case__state="done", version__needs_confirmation=False)
    elif view.state:
        rows = rows.filter(case__state=view.state)
    if view.since or view.until:
        rows = rows.filter(between(view.since or date.min, (view.until or date(9999, 12, 30)) + timedelta(days=1)))
    if view.unit:
        rows = rows.filter(case__unit=view.unit)
    if view.q and not register.is_restricted:
        rows = rows.filter(Q(case__title__icontains=view.q) | Q(case__number__icontains=view.q))
    elif view.q:
        rows = rows.filter(case__number__icontains=view.q)
    if not register.is_restricted:
        for code, value in view.picks.items():
            rows = rows.filter(**{f"values__{code}": value}) if code.isidentifier() and "__" not in code else rows
    return rows.order_by(*SORTS[view.sort])


def between(first: date, end: date) -> Q:
    """Counts on one of these days, or is to be done on one of them; `end` is the day behind the last."""
    begins = datetime.combine(max(first, date(1, 1, 2)), time(), tzinfo=zone())
    ends = datetime.combine(end, time(), tzinfo=zone())
    waits = Q(counted_on=None, case__limit_at__gt=begins, case__limit_at__lte=ends)
    return Q(counted_on__gte=first, counted_on__lt=end) | waits


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry as pages show it."""

    case: Case
    mark: Mark
    shown_on: date | None
    is_by_limit: bool  # the day is the one by which it is to be done
    cells: tuple[str, ...] = ()
    may_do: bool = False
    version: int = 0


def shown(rows: Sequence[Any], fields: Sequence[Field], *, now: datetime, does: tuple[str, ...] = ()) -> list[Row]:
    """The entries in words; the things they name in one statement a kind. `does` are the places where the person may do."""
    called = things.titles(_named(rows, fields))
    return [_row(each, fields, called, now=now, does=does) for each in rows]


def _named(rows: Iterable[Any], fields: Sequence[Field]) -> Iterator[tuple[str, int]]:
    for row in rows:
        for each in fields:
            value = getattr(row, "values", {}).get(each.code)
            if each.sort in THINGS and isinstance(value, int):
                yield THINGS[each.sort], value


def _row(
    row: Any, fields: Sequence[Field], called: Mapping[tuple[str, int], str], *, now: datetime, does: tuple[str, ...]
) -> Row:
    case: Case = row.case
    due = last_moment(case.limit_at).date() if case.limit_at else None
    return Row(
        case=case,
        mark=mark_of(case, needs_confirmation=row.version.needs_confirmation, now=now, is_closed=row.is_closed),
        shown_on=row.counted_on or due,
        is_by_limit=row.counted_on is None and due is not None,
        cells=tuple(cell_text(each, row, called) for each in fields),
        may_do=case.state in OPEN and bool(does) and case.unit.path.startswith(does),
        version=row.version.number,
    )


def cell_text(each: Field, row: Any, called: Mapping[tuple[str, int], str]) -> str:
    """What an entry tells under a field."""
    if each.is_text:
        return str(row.texts.get(each.code, ""))
    value = row.values.get(each.code)
    if value is None:
        return ""
    match each.sort:
        case Sort.MONEY:
            return f"{Decimal(value):,.2f}"
        case Sort.DATE:
            return formats.day(date.fromisoformat(value))
        case Sort.CHOICE:
            return next((one.title for one in each.choices if one.code == value), value)
        case Sort.ATTACHMENT:
            return _("有")
    return called.get((THINGS[each.sort], value), "") if each.sort in THINGS else str(value)


# ---- the calendar ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A day of the grid and what counts or is due on it."""

    on: date
    is_inside: bool
    is_today: bool
    rows: tuple[Row, ...]


def month_of(text: str, *, today: date) -> date:
    """The first day of the month that the address asks for; of this one where it asks for none."""
    first = _day(f"{text}-01")
    return first if first is not None and 2000 <= first.year <= 2100 else today.replace(day=1)


def weeks(rows: Iterable[Row], *, first: date, today: date) -> list[list[Day]]:
    """The month as whole weeks from Monday on."""
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        if row.shown_on is not None:
            by_day.setdefault(row.shown_on, []).append(row)
    end = (first + timedelta(days=31)).replace(day=1)
    begin, last = first - timedelta(days=first.weekday()), end + timedelta(days=-end.weekday() % 7)
    every = [begin + timedelta(days=number) for number in range((last - begin).days)]
    days = [Day(on, first <= on < end, on == today, tuple(by_day.get(on, ()))) for on in every]
    return [days[at : at + 7] for at in range(0, len(days), 7)]
