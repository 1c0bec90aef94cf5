"""What is known better since of a past day: of each row whose gauge has late events, what was read then and what is known now.

One statement finds whether anything of that day was written down late at all, a second of which kinds; only gauges that look at those kinds are
looked at again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from shixiao.casework import restating
from shixiao.casework.models import Case
from shixiao.ledger import gauges
from shixiao.ledger.models import Event
from shixiao.ledger.readings import end_of
from shixiao.performance import amounts
from shixiao.performance.amounts import fit_of
from shixiao.performance.guarding import Guarded
from shixiao.performance.standing import Bound, Part, Row, wanted_of

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A row of which something is known better: in the target's unit then and now, and how many late events made the difference."""

    row: Row
    number: int
    then: str
    now: str
    causes: int


def restated(guarded: Guarded, *, day: date, now: datetime) -> list[Restated]:
    """The open rows of the board of a past day of which something is known better since."""
    kinds = _late_kinds(day)
    if not kinds:
        return []
    using = {each.id: each for each in gauges.current(now).gauges}
    found = []
    for row in guarded.rows:
        for shown in guarded.parts(row):
            bound, part = shown.part.bound, shown.part
            gauge = using.get(bound.gauge or 0) if bound is not None else None
            if bound is None or gauge is None or not shown.is_open or part.reading is None:
                continue
            if kinds & set(gauge.measure.of) and (change := _restated(row, part, bound, day=day, now=now)) is not None:
                found.append(change)
    return found


def _late_kinds(day: date) -> set[str]:
    """The kinds of the cases of which something that had happened by the end of the day was written down after it."""
    end = end_of(day)
    late = Event.objects.filter(
        subject_kind=Case.ledger_name, recorded_at__gte=end, happened_at__lt=end, recorded_at__gt=F("happened_at")
    )
    keys = [int(key) for key in late.order_by().values_list("subject_id", flat=True).distinct()]
    kinds: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        part = Case.objects.filter(pk__in=keys[start : start + CHUNK])
        kinds |= set(part.order_by().values_list("kind", flat=True).distinct())
    return kinds


def _restated(row: Row, part: Part, bound: Bound, *, day: date, now: datetime) -> Restated | None:
    asked = wanted_of(bound)[0]
    said = restating.restate(asked.gauge, days=asked.days, where=asked.where, day=day, now=now)
    if fit_of(part) is None or not said.has_changed:
        return None
    then, known = (amounts.of_reading(part, reading) for reading in (said.told, said.known))
    return Restated(row=row, number=part.number, then=then, now=known, causes=len(said.causes))
