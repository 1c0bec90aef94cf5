"""Do the amounts of a plan add up? Grand total against units, units against projects, totals against sources.

Exact decimals in 万元 throughout: a difference of 0.01 is a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from typing import NamedTuple

from shixiao.engine.plans import NOWHERE, Funds, Place, Plan, Project, Unit

SOURCES = ("fiscal", "special_account", "other")
AMOUNTS = ("total", *SOURCES)

# Wide enough that no sum of published amounts is ever rounded.
_EXACT = Context(prec=120)


class Comparison(NamedTuple):
    """One amount as printed beside what it should be.

    `of` is "plan", "unit" or "project"; `amount` names the column of `Funds`. `added` is the sum of `parts`
    ("units", "projects" or "sources"). Either is None when every cell behind it is empty, never both.
    """

    of: str
    amount: str
    parts: str
    stated: Decimal | None
    added: Decimal | None
    unit: str | None = None
    project: str | None = None
    place: Place = NOWHERE

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the last digit. An empty cell agrees with a sum of zero."""
        return self.difference == 0

    @property
    def difference(self) -> Decimal:
        """Stated minus added, in 万元; an empty side counts as nothing."""
        return _EXACT.subtract(self.stated or Decimal(0), self.added or Decimal(0))


class Totals(NamedTuple):
    """What a plan comes to. `funds` is its grand total row, or the sum of its units and projects without one."""

    units: int
    projects: int
    indicators: int
    funds: Decimal | None


def totals(plan: Plan) -> Totals:
    """How many units, projects and indicators, and how much money in 万元 (None when no amount can be read)."""
    projects = [project for _, project in plan.projects()]
    stated = plan.funds.total if plan.funds else None
    funds = stated if stated is not None else add(_unit_amount(unit, "total") for unit in plan.units)
    return Totals(len(plan.units), len(projects), sum(len(project.indicators) for project in projects), funds)


def comparisons(plan: Plan) -> Iterator[Comparison]:
    """Every comparison that the printed amounts allow, in published order.

    A row without amounts, or a unit without projects, is compared with nothing.
    """
    if plan.funds and plan.units:
        yield from _parts(plan, plan.funds)
        yield from _sources("plan", plan.funds, place=plan.place)
    for unit in plan.units:
        if unit.funds:
            yield from _unit_parts(unit, unit.funds)
            yield from _sources("unit", unit.funds, unit=unit.name, place=unit.place)
        for project in unit.projects:
            yield from _sources("project", project.funds, unit=unit.name, project=project.name, place=project.place)


def disagreements(plan: Plan) -> Iterator[Comparison]:
    """Only the comparisons that do not agree."""
    return (comparison for comparison in comparisons(plan) if not comparison.agrees)


def add(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The exact sum. Empty cells add nothing; None when all are empty."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    result = Decimal(0)
    for amount in known:
        result = _EXACT.add(result, amount)
    return result


def unit_funds(projects: Iterable[Project]) -> Funds:
    """What the projects of a unit come to, by source."""
    listed = [project.funds for project in projects]
    return Funds(*(add(getattr(funds, amount) for funds in listed) for amount in AMOUNTS))


def _parts(plan: Plan, funds: Funds) -> Iterator[Comparison]:
    for amount in AMOUNTS:
        stated, added = getattr(funds, amount), add(_unit_amount(unit, amount) for unit in plan.units)
        if stated is not None or added is not None:
            yield Comparison("plan", amount, "units", stated, added, place=plan.place)


def _unit_parts(unit: Unit, funds: Funds) -> Iterator[Comparison]:
    if not unit.projects:
        return
    below = unit_funds(unit.projects)
    for amount in AMOUNTS:
        stated, added = getattr(funds, amount), getattr(below, amount)
        if stated is not None or added is not None:
            yield Comparison("unit", amount, "projects", stated, added, unit=unit.name, place=unit.place)


def _unit_amount(unit: Unit, amount: str) -> Decimal | None:
    funds = unit.funds or unit_funds(unit.projects)
    found: Decimal | None = getattr(funds, amount)
    return found


def _sources(
    of: str, funds: Funds, *, unit: str | None = None, project: str | None = None, place: Place
) -> Iterator[Comparison]:
    added = add(getattr(funds, source) for source in SOURCES)
    if funds.total is not None or added is not None:
        yield Comparison(of, "total", "sources", funds.total, added, unit, project, place)
