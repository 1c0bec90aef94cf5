"""What this room has frozen each night: every reading that a binding in force stands on, once however many stand on it."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Max

from shixiao.ledger.freezing import Wanted
from shixiao.ledger.models import Gauge
from shixiao.performance import standing
from shixiao.performance.models import Basis, PlanVersion

NAME = "performance"


def supply(day: date) -> Iterator[Wanted]:
    """The readings of the newest version of each plan that was accepted, with the bindings that stood at the end of the day."""
    newest = PlanVersion.objects.values("plan").annotate(newest=Max("id")).values_list("newest", flat=True)
    using = set(Gauge.objects.filter(retired_at=None).values_list("pk", flat=True))
    given: set[str] = set()
    for bound in standing.bindings_on(list(newest), day):
        if bound.basis != Basis.MEASURE or bound.made_of is None:
            continue
        for asked in standing.wanted_of(bound):
            if asked.gauge in using and asked.key not in given:
                given.add(asked.key)
                yield Wanted(asked.key, asked.gauge, asked.days, asked.where)
