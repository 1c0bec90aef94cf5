"""Law 9 for numbers: of a restricted register, whoever does not hold it sees a ratio, and “fewer than 5” instead of a small count.

A number that could be taken apart by asking twice is not shown at all: no part of a year, no unit, no project, no past day.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shixiao.casework import offices, visibility
from shixiao.casework.evidence import figures
from shixiao.casework.evidence.naming import Named
from shixiao.engine.measures import Reading, Reads
from shixiao.people.permissions import Mandates

FEWEST = 5


def is_open(gauge: Named, held: Mandates, scope: Sequence[str]) -> bool:
    """Whether somebody may open the number down to its cases. `scope` are the paths of the units whose cases are in it: of a
    restricted register all of them have to be held."""
    if not gauge.is_restricted:
        return True
    places = held_places(gauge, held)
    return bool(scope) and bool(places) and all(path.startswith(places) for path in scope)


def held_places(gauge: Named, held: Mandates) -> tuple[str, ...]:
    """The units at which somebody holds the restricted kinds of case that the gauge looks at."""
    tables = [offices.table_of(kind) for kind in gauge.measure.of if offices.is_known(kind)]
    found = [set(visibility.places(table, held)) for table in tables if table.is_restricted]
    return tuple(sorted(set.intersection(*found))) if found else ()


def hidden_value(reading: Reading, gauge: Named, *, is_narrowed: bool) -> str:
    """What everybody may see of a restricted gauge."""
    if is_narrowed:
        return _("不分开显示")
    counted = reading.amounts if gauge.reads in (Reads.SUM, Reads.MEAN, Reads.STOCK) else reading.counted
    if counted < FEWEST:
        return _("少于 %(n)d") % {"n": FEWEST}
    return figures.value(reading, gauge)
