"""Law 9 for binding: whoever does not hold a restricted register binds it whole or not at all.

How a row stands is for everybody. Bound to one month after the other, to one unit after the other, or with one threshold after the other,
it would count the cases of each, and no event in the book takes that back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from shixiao.casework import offices
from shixiao.casework.evidence import guarding, naming
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.engine.measures.parameters import as_given
from shixiao.ledger.gauges import InUse
from shixiao.ledger.models import Gauge
from shixiao.ledger.readings import Days
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates

if TYPE_CHECKING:
    from shixiao.performance.binding import Wanted


def may_bind(wanted: "Wanted", several: Iterable[Gauge | None], *, by: User, now: datetime) -> bool:
    """Whether the person may bind these gauges so: of restricted ones only those that they hold, or all cases of a whole year with no
    parameter but the register. No statement but for a narrowed gauge of a measure that looks at restricted kinds of case."""
    found = [each for gauge in several if gauge is not None and (each := _in_use(gauge)) is not None]
    narrowed = [each for each in found if _may_be_restricted(each.measure) and is_narrowed(wanted, each)]
    restricted = [each for each in naming.named(narrowed) if each.is_restricted]
    if not restricted:
        return True
    held = mandates(by, timezone.localtime(now).date())
    scope = [wanted.unit.path] if wanted.unit is not None else list(_roots())
    return all(guarding.is_open(each, held, scope) for each in restricted)


def _in_use(gauge: Gauge) -> InUse | None:
    measure = CATALOGUE.get(gauge.measure)
    return InUse(gauge.pk, measure, as_given(measure, gauge.parameters)) if isinstance(measure, Measure) else None


def _may_be_restricted(measure: Measure) -> bool:
    return any(offices.is_known(kind) and offices.table_of(kind).is_restricted for kind in measure.of)


def is_narrowed(wanted: "Wanted", gauge: InUse) -> bool:
    """Less than everything, other days than those of a whole year, or a parameter that says which cases count, or how many are enough."""
    if any((wanted.unit, wanted.project, wanted.contract, wanted.subject, wanted.topics)):
        return True
    if wanted.begin is not None and wanted.end is not None:
        days = Days(wanted.begin, wanted.end)
        if days != Days.year(days.begin.year):
            return True
    usual = {slot.name: slot.default for slot in gauge.measure.slots}
    given = {name: value for name, value in gauge.parameters.items() if name != gauge.measure.keyed_by}
    return any(value != usual.get(name) for name, value in given.items())


def _roots() -> Iterable[str]:
    return Unit.objects.filter(parent=None).values_list("path", flat=True)
