"""The reviewer's desk: many plans in a list, in two statements however many there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Q

from shixiao.casework import visibility
from shixiao.casework.telling import usual_next
from shixiao.people.models import User
from shixiao.people.permissions import Mandates
from shixiao.performance.life.filters import ENDS, MINE, OPEN, DeskFilters, cursor
from shixiao.performance.life.models import PlanLife
from shixiao.performance.life.steps import IN_REVIEW, LEVEL_OF, PLANS

PAGE = 100
_COLUMNS = (
    "case_id", "case__number", "case__state", "case__limit_at", "waits_since", "plan_id", "plan__department", "plan__fiscal_year",
    "version__number", "version__tally__errors", "version__tally__warnings", "version__tally__hints",
    "compared_id", "rows_added", "rows_removed", "rows_changed", "amount_before", "amount_now",
)  # fmt: skip


class DeskRow(NamedTuple):
    """A plan as the desk shows it. Amounts in 万元; `compared` is empty where there was no plan for the year before."""

    case: int
    number: str
    state: str
    limit_at: datetime | None
    waits_since: datetime
    plan: int
    department: str
    year: int
    version: int
    errors: int | None
    warnings: int | None
    hints: int | None
    compared: int | None
    added: int
    removed: int
    changed: int
    amount_before: Decimal | None
    amount_now: Decimal | None


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """The rows of a page, where the next one begins ("" at the end), and how many plans there are in each state and year."""

    rows: list[DeskRow]
    after: str
    states: Counter[str]
    years: list[int]
    mine: tuple[str, ...]

    def count_of(self, state: str) -> int:
        """How many plans a choice of state has."""
        if state == MINE:
            return sum(self.states[each] for each in self.mine)
        if state == OPEN:
            return sum(times for each, times in self.states.items() if each not in ENDS)
        return self.states[state]


def waiting_for(held: Mandates) -> tuple[str, ...]:
    """The states of which the usual next step is this person's, somewhere."""
    steps = {state.name: usual_next(PLANS, state.name) for state in PLANS.states}
    return tuple(name for name, step in steps.items() if step is not None and step.by in held.words)


def seen(held: Mandates) -> Q:
    """The plans that this person sees: as all cases, by unit."""
    return visibility.below(visibility.places(PLANS, held), column="case__unit__path")


def has_business(by: User, *, now: datetime) -> bool:
    """Whether the person sees any plan's case at all, by a post or as the performance officer; no statement beside that for the posts."""
    held = visibility.held_by(by, now=now)
    return bool(visibility.places(PLANS, held)) or visibility.looks_everywhere(by)


def page(filters: DeskFilters, *, by: User, now: datetime) -> DeskPage:
    """A page of plans, those that wait longest first. Two statements, beside that for the person's posts."""
    held = visibility.held_by(by, now=now)
    mine, here = waiting_for(held), seen(held)
    states: Counter[str] = Counter()
    years: set[int] = set()
    counted = PlanLife.objects.filter(here).values_list("case__state", "plan__fiscal_year")
    for state, year, times in counted.annotate(times=Count("case")).order_by():
        years.add(year)
        if filters.year in (None, year):
            states[state] += times
    rows = PlanLife.objects.filter(here, filters.conditions(mine=mine, now=now), filters.behind())
    read = rows.order_by("waits_since", "case_id").values_list(*_COLUMNS)[: PAGE + 1]
    found = [DeskRow._make(row) for row in read]
    after = cursor(found[PAGE - 1].waits_since, found[PAGE - 1].case) if len(found) > PAGE else ""
    return DeskPage(rows=found[:PAGE], after=after, states=states, years=sorted(years, reverse=True), mine=mine)


def chosen(keys: list[int], *, by: User, now: datetime) -> list[PlanLife]:
    """The lives of these cases that the person sees and that are in review, in the order asked for."""
    held = visibility.held_by(by, now=now)
    rows = PlanLife.objects.filter(seen(held), case__in=keys, case__state__in=IN_REVIEW)
    rows = rows.select_related("case__unit", "plan", "version__tally").defer(
        "version__source", "version__document", "version__repairs"
    )
    found = {life.pk: life for life in rows}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def level_of(life: PlanLife) -> str:
    """At which level it lies: unit, department, finance."""
    return LEVEL_OF[life.case.state]
