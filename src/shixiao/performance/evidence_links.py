"""From a number of the board to the cases behind it: addresses of the pages of gauges, with the same window, scope and day."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse

from shixiao.casework.evidence.choosing import PARTS, Chosen, of_scope
from shixiao.engine.measures import Reading
from shixiao.performance.standing import Bound


def chosen(bound: Bound, *, unit: int | None, as_of: date | None) -> Chosen:
    """The view of the cases of a binding. `unit` is the one that it names: the binding knows the units below it only."""
    where = bound.where
    return of_scope(
        bound.days, unit=unit, project=where.project, contract=where.contract, subject=where.subject, on=as_of
    )


def address(gauge: int, view: Chosen, **changes: str) -> str:
    """The page of a gauge with this view."""
    return f"{reverse('casework:gauge', args=(gauge,))}?{view.address(**changes)}"


def addresses(gauge: int, view: Chosen, reading: Reading) -> Mapping[str, str]:
    """The way to all cases, under "", and to each part that has any."""
    found = {"": f"{address(gauge, view)}#cases"}
    for part in PARTS:
        if reading.amounts if part == "amount" else getattr(reading, part):
            found[part] = f"{address(gauge, view, part=part)}#cases"
    return found
