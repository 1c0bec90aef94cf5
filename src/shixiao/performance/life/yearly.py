"""A plan beside the one of the same office for the year before."""

from decimal import Decimal
from typing import NamedTuple

from shixiao.engine import changes
from shixiao.engine.changes import Change, How
from shixiao.performance import rows
from shixiao.performance.models.plans import PlanVersion


class Compared(NamedTuple):
    """How many rows came, went and changed, and both grand totals in 万元; `before` is empty where there was no plan."""

    before: PlanVersion | None
    added: int = 0
    removed: int = 0
    changed: int = 0
    amount_before: Decimal | None = None
    amount_now: Decimal | None = None


def year_before(version: PlanVersion) -> PlanVersion | None:
    """What was in force for the year before: the approved version, or else the newest one that there is."""
    found = PlanVersion.objects.filter(
        plan__department=version.plan.department, plan__fiscal_year=version.plan.fiscal_year - 1
    ).select_related("plan__life__approved")
    newest = found.order_by("-number").defer("source", "repairs").first()
    if newest is None:
        return None
    life = getattr(newest.plan, "life", None)
    approved: PlanVersion | None = life.approved if life else None
    return approved or newest


def compared(version: PlanVersion) -> Compared:
    """The counts for the list of plans; the rows themselves are `differing`."""
    before = year_before(version)
    if before is None:
        return Compared(None, amount_now=amount_of(version))
    found = [each for each in differing(before, version) if each.of == "indicator"]
    counted = {how: sum(each.how is how for each in found) for how in How}
    return Compared(
        before,
        counted[How.ADDED],
        counted[How.REMOVED],
        counted[How.CHANGED],
        amount_of(before),
        amount_of(version),
    )


def differing(before: PlanVersion, after: PlanVersion) -> tuple[Change, ...]:
    """Word by word what is different."""
    return changes.compare(rows.plan_of(before), rows.plan_of(after))


def amount_of(version: PlanVersion) -> Decimal | None:
    """The grand total: as printed, else the sum of the projects, None where no project has an amount."""
    if (printed := _printed(version)) is not None:
        return printed
    amounts = [
        project.funds.total
        for _unit, project in rows.plan_of(version).projects()
        if project.funds is not None and project.funds.total is not None
    ]
    return sum(amounts, Decimal(0)) if amounts else None


def _printed(version: PlanVersion) -> Decimal | None:
    return version.total
