"""Lists of cases, a page at a time: what follows the last row of the page before, never what stands at a position.

A page is served by an index whatever the number of cases. Where somebody sees few units, the first rows of each are
put together; where they see many, the cases are walked along and those of other units are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, Q, QuerySet

from shixiao.casework import offices, search, visibility
from shixiao.casework.filters import OVERDUE, SOON, Cursor, Filters
from shixiao.casework.models import Case
from shixiao.casework.steps import LEAD, PROGRAM, Step, Steps
from shixiao.people.models import Unit, User

PAGE = 50
FEW_UNITS = 40
SEARCHED = 500  # how many hits of a search a list looks through


class Page(NamedTuple):
    """The cases of a page and where the next one begins (empty where this is the last)."""

    cases: list[Case]
    after: str = ""
    is_cut: bool = False  # more hits of the search than are looked through

    @property
    def size(self) -> str:
        """How many, without counting what is not shown."""
        return f"{len(self.cases)}{'+' if self.after else ''}"


@dataclass(frozen=True)
class Sight:
    """Which cases of a kind somebody sees: the paths of units, and the units themselves where they are few."""

    paths: tuple[str, ...]
    units: tuple[Unit, ...]
    has_more_units: bool

    def within(self, unit_id: int | None) -> "Sight":
        """Only this unit and what is below it; the same where it is none of these."""
        chosen = next((unit for unit in self.units if unit.pk == unit_id), None)
        if chosen is None:
            return self
        inside = tuple(unit for unit in self.units if unit.path.startswith(chosen.path))
        return Sight((chosen.path,), inside, self.has_more_units)


def sight(table: Steps, *, by: User, now: datetime, most: int = 200) -> Sight:
    """What `by` sees of a kind; two statements at most."""
    paths = visibility.places(table, visibility.held_by(by, now=now))
    if not paths:
        return Sight((), (), has_more_units=False)
    units = list(Unit.objects.filter(visibility.below(paths, column="path")).order_by("path")[: most + 1])
    return Sight(paths, tuple(units[:most]), has_more_units=len(units) > most)


def of_office(table: Steps, filters: Filters, *, seen: Sight, by: User, now: datetime, limit: int = PAGE) -> Page:
    """The cases of one kind that the view shows to `by`."""
    narrowed = seen.within(filters.unit_id)
    if not narrowed.paths:
        return Page([])
    rows = Case.objects.filter(filters.conditions(table, by=by, now=now))
    is_cut = False
    if filters.q:
        keys, is_cut = _found(filters.q, table, narrowed)
        rows = rows.filter(pk__in=keys)
    page = _page(_parts(table, filters, rows, narrowed), filters, limit=limit)
    return page._replace(is_cut=is_cut)


def _parts(table: Steps, filters: Filters, rows: QuerySet[Case], seen: Sight) -> list[QuerySet[Case]]:
    """One read for each of few units; or for each open state, whose limits an index keeps in order; or one for all."""
    if not filters.q and not seen.has_more_units and len(seen.units) <= FEW_UNITS:
        return [rows.filter(unit=unit.pk) for unit in seen.units]
    everywhere = rows.filter(visibility.below(seen.paths))
    if not filters.is_by_limit or filters.q:
        return [everywhere]
    return [everywhere.filter(state=state.name) for state in table.states if not state.is_end]


def _found(words: str, table: Steps, seen: Sight) -> tuple[list[int], bool]:
    scope = search.Scope(paths=seen.paths, kinds=(table.kind,))
    found = search.find(words, within=scope, limit=SEARCHED)
    return [hit.case_id for hit in found.hits], found.before is not None


def _page(parts: Sequence[QuerySet[Case]], filters: Filters, *, limit: int) -> Page:
    """The first rows behind the cursor."""
    cursor = filters.cursor
    if filters.is_by_limit:
        ordered = [_behind_limit(part, cursor).order_by("limit_at", "id") for part in parts]
    else:
        ordered = [(part.filter(pk__lt=cursor.id) if cursor else part).order_by("-id") for part in parts]
    cases = first_of(ordered, limit=limit + 1, is_by_limit=filters.is_by_limit)
    return cut(cases, limit=limit, is_by_limit=filters.is_by_limit)


def cut(cases: list[Case], *, limit: int, is_by_limit: bool) -> Page:
    """A page of what was read, one row more than fits."""
    if len(cases) <= limit:
        return Page(cases)
    last = cases[limit - 1]
    return Page(cases[:limit], after=str(Cursor(last.pk, last.limit_at if is_by_limit else None)))


def _behind_limit(rows: QuerySet[Case], cursor: Cursor | None) -> QuerySet[Case]:
    if cursor is None or cursor.limit_at is None:
        return rows
    return rows.filter(Q(limit_at__gte=cursor.limit_at) & (Q(limit_at__gt=cursor.limit_at) | Q(pk__gt=cursor.id)))


NAMED = ("unit", "project", "lead")


def first_of(parts: Sequence[QuerySet[Case]], *, limit: int, is_by_limit: bool) -> list[Case]:
    """The first rows of several ordered reads together: one statement for one read, two for many. Each read stops after
    `limit` rows, so an index serves it whatever lies behind."""
    if not parts:
        return []
    if len(parts) == 1:
        return list(parts[0].select_related(*NAMED)[:limit])
    keys = _first_keys(parts, limit=limit, is_by_limit=is_by_limit)
    found = Case.objects.select_related(*NAMED).in_bulk(keys)
    return [found[key] for key in keys]


def _first_keys(parts: Sequence[QuerySet[Case]], *, limit: int, is_by_limit: bool) -> list[int]:
    statements, values = [], []
    for number, part in enumerate(parts):
        statement, given = part.values_list("limit_at", "pk")[:limit].query.sql_with_params()
        statements.append(f"SELECT * FROM ({statement}) AS part{number}")  # noqa: S608 — built by the ORM, values apart
        values += list(given)
    order = "1 ASC NULLS LAST, 2" if is_by_limit else "2 DESC"
    statement = " UNION ALL ".join(statements) + f" ORDER BY {order} LIMIT {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for _limit, key in cursor.fetchall()]


# ---- to-do -----------------------------------------------------------------------------------------------------


def mine(filters: Filters, *, by: User, now: datetime, limit: int = PAGE) -> Page:
    """The open cases that `by` leads: by limit, overdue first; then those without a limit, oldest first. One statement for
    a full page, two where the limits end within it."""
    rows = Case.objects.filter(_unhidden(by, now), lead=by, closed_at=None).select_related(*NAMED)
    cursor = filters.cursor
    cases: list[Case] = []
    if cursor is None or cursor.limit_at is not None:
        timed = rows.filter(filters.of_limits(now), limit_at__isnull=False)
        cases = list(_behind_limit(timed, cursor).order_by("limit_at", "id")[: limit + 1])
    if len(cases) <= limit and filters.due not in {OVERDUE, SOON}:
        untimed = rows.filter(limit_at=None)
        if cursor is not None and cursor.limit_at is None:
            untimed = untimed.filter(pk__gt=cursor.id)
        cases += list(untimed.order_by("id")[: limit + 1 - len(cases)])
    return cut(cases, limit=limit, is_by_limit=True)


def _unhidden(by: User, now: datetime) -> Q:
    return visibility.unhidden(offices.tables(), visibility.held_by(by, now=now))


def assisted(*, by: User, now: datetime, limit: int = PAGE) -> list[Case]:
    """The open cases with which `by` helps."""
    rows = Case.objects.filter(_unhidden(by, now), assistants__user=by, closed_at=None).select_related(*NAMED)
    return list(rows.order_by("limit_at", "id")[:limit])


def waiting(tables: Iterable[Steps], *, by: User, now: datetime, limit: int = PAGE) -> Page:
    """The open cases in a state in which a post of `by` may take a step, and that `by` does not lead: those stand above.
    Three statements, whatever the number of kinds."""
    awaited = list(_awaited(tables, by=by, now=now))
    paths = sorted({path for _kind, _state, parts in awaited for several, _turn in parts for path in several})
    units = Unit.objects.filter(visibility.below(paths, column="path")).order_by("path")[: FEW_UNITS + 1]
    found = list(units) if paths else []
    parts = list(_by_state(awaited) if len(found) > FEW_UNITS else _by_unit(awaited, found))
    others = [part.exclude(lead=by) for part in parts]
    cases = first_of(others, limit=limit + 1, is_by_limit=True)
    return Page(cases[:limit], after="more" if len(cases) > limit else "")


Awaited = tuple[str, str, tuple[tuple[tuple[str, ...], Q], ...]]


def _awaited(tables: Iterable[Steps], *, by: User, now: datetime) -> Iterator[Awaited]:
    """Kind, state, and the paths of the units where a post of `by` may take a step then; where cases name whose turn it is, those of `by`."""
    held = visibility.held_by(by, now=now)
    for table in tables:
        for state in table.states:
            steps = [step for step in table.allowed(state.name) if not state.is_end and step.by in held.words]
            places = [(held.paths_for(word), _turn(table.kind, word, by=by)) for word in {step.by for step in steps}]
            anybodys = {path for paths, turn in places if turn is None for path in paths}
            parts = [(tuple(sorted(anybodys)), Q())] if anybodys else []
            parts += [(tuple(sorted(paths)), turn) for paths, turn in places if turn is not None and paths]
            if parts:
                yield table.kind, state.name, tuple(parts)


def _turn(kind: str, word: str, *, by: User) -> Q | None:
    turn = offices.turn_of(kind, word)
    return turn.of(by) if turn is not None else None


def _by_state(awaited: Iterable[Awaited]) -> Iterator[QuerySet[Case]]:
    """Reads for somebody who sees many units."""
    for kind, state, parts in awaited:
        here = Q(pk__in=())
        for paths, turn in parts:
            here |= visibility.below(paths) & turn
        rows = Case.objects.filter(here, kind=kind, state=state, closed_at=None)
        yield from _timed_and_not(rows)


def _by_unit(awaited: Sequence[Awaited], units: Iterable[Unit]) -> Iterator[QuerySet[Case]]:
    """Reads for somebody who sees few units of many."""
    for unit in units:
        here = Q(pk__in=())
        for kind, state, parts in awaited:
            for paths, turn in parts:
                here |= Q(kind=kind, state=state) & turn if unit.path.startswith(paths) else Q(pk__in=())
        yield from _timed_and_not(Case.objects.filter(here, unit=unit.pk, closed_at=None))


def _timed_and_not(rows: QuerySet[Case]) -> Iterator[QuerySet[Case]]:
    """Those with a limit and those without, so that an index gives the order of each."""
    yield rows.filter(limit_at__isnull=False).order_by("limit_at", "id")
    yield rows.filter(limit_at=None).order_by("id")


def steps_for_many(tables: Iterable[Steps], *, by: User, now: datetime) -> list[tuple[Steps, Step]]:
    """The steps that a list can offer for several cases at once."""
    held = visibility.held_by(by, now=now)
    return [
        (table, step)
        for table in tables
        for step in table.steps
        if not step.opens and step.by != PROGRAM and (step.by == LEAD or step.by in held.words)
    ]


# ---- what an office shows of its own row -----------------------------------------------------------------------


def columns_of(kind: str) -> list[Any]:
    """The fields of the office's row that lists show (`in_lists` of its model)."""
    detail = offices.detail_of(kind)
    names = getattr(detail, "in_lists", ()) if detail is not None else ()
    return [detail._meta.get_field(name) for name in names] if detail is not None else []


def details_of(kind: str, cases: Sequence[Case]) -> dict[int, Model]:
    """The office's rows of these cases, in one statement; none where lists show nothing of them."""
    detail = offices.detail_of(kind)
    if detail is None or not columns_of(kind) or not cases:
        return {}
    return {row.pk: row for row in detail._default_manager.filter(pk__in=[case.pk for case in cases])}
