"""Whether the printed totals are the sums of what stands below them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from shixiao.engine import plans
from shixiao.performance import wordings
from shixiao.ui import formats

COLUMNS = ("total", "fiscal", "special_account", "other")


class Sum(NamedTuple):
    """One line of the check. `printed` is None where the table printed no such row, `agrees` then too."""

    title: str
    is_overall: bool
    printed: str | None
    summed: str
    agrees: bool | None
    differences: str


def check_sums(plan: plans.Plan, *, overall: str) -> list[Sum]:
    """A line for each unit and one, titled `overall`, for the table."""
    units = [_sum(unit.name, unit.funds, [project.funds for project in unit.projects]) for unit in plan.units]
    below = [unit.funds or _added(project.funds for project in unit.projects) for unit in plan.units]
    return [*units, _sum(overall, plan.funds, below)._replace(is_overall=True)]


def _sum(title: str, printed: plans.Funds | None, below: list[plans.Funds]) -> Sum:
    summed = _added(below)
    if printed is None:
        return Sum(title, False, None, formats.money(summed.total), None, "")  # noqa: FBT003 — fields of a tuple
    differing = [
        f"{wordings.FUNDS[column]} {formats.money(found)} ≠ {formats.money(expected)}"
        for column in COLUMNS
        if (found := getattr(printed, column) or Decimal(0)) != (expected := getattr(summed, column) or Decimal(0))
    ]
    return Sum(
        title=title,
        is_overall=False,
        printed=formats.money(printed.total),
        summed=formats.money(summed.total),
        agrees=not differing,
        differences=";".join(differing),
    )


def _added(funds: Iterable[plans.Funds]) -> plans.Funds:
    listed = list(funds)

    def column(name: str) -> Decimal | None:
        amounts = [amount for each in listed if (amount := getattr(each, name)) is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    return plans.Funds(*(column(name) for name in COLUMNS))
