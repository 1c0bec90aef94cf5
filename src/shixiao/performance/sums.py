"""The check of the sums, as the review page shows it."""

from typing import NamedTuple

from shixiao.engine import plans
from shixiao.engine import sums as engine_sums
from shixiao.performance import wordings
from shixiao.ui import formats


class SumLine(NamedTuple):
    """A printed total beside what stands below it. `agrees` is None where there is nothing to compare.

    `differences` say which amount differs and how, over all columns.
    """

    title: str
    is_overall: bool
    printed: str
    added: str
    agrees: bool | None
    differences: list[str]


def sum_lines(plan: plans.Plan, *, overall: str) -> list[SumLine]:
    """A line for each unit and one, titled `overall`, for the table; projects only where something differs."""
    compared = list(engine_sums.comparisons(plan))
    lines = [_line(unit.name, [each for each in compared if _is_of_unit(each, unit)], unit) for unit in plan.units]
    lines += [_line(each.project or "", [each]) for each in compared if each.of == "project" and not each.agrees]
    return [*lines, _line(overall, [each for each in compared if each.of == "plan"])._replace(is_overall=True)]


def _is_of_unit(comparison: engine_sums.Comparison, unit: plans.Unit) -> bool:
    return comparison.of == "unit" and comparison.unit == unit.name and comparison.place == unit.place


def _line(title: str, compared: list[engine_sums.Comparison], unit: plans.Unit | None = None) -> SumLine:
    total = next((each for each in compared if each.amount == "total"), None)
    added = total.added if total else engine_sums.unit_funds(unit.projects).total if unit else None
    return SumLine(
        title=title,
        is_overall=False,
        printed=formats.money(total.stated) if total else "",
        added=formats.money(added),
        agrees=all(each.agrees for each in compared) if compared else None,
        differences=[_difference(each) for each in compared if not each.agrees],
    )


def _difference(comparison: engine_sums.Comparison) -> str:
    stated = formats.money(comparison.stated) or "—"
    added = formats.money(comparison.added) or "—"
    return f"{wordings.FUNDS[comparison.amount]}: {stated} ≠ {added}"
