"""What counts one case: which gauges look at it, what each says, and the event that made it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.safestring import SafeString

from shixiao.casework.evidence.naming import Named, named
from shixiao.casework.evidence.verdicts import Verdict, verdict_of
from shixiao.casework.models import Case
from shixiao.engine.measures import CATALOGUE, SCALE, Measure, Outcome
from shixiao.engine.measures.parameters import WrongParameters, as_given
from shixiao.ledger import facts
from shixiao.ledger.gauges import InUse
from shixiao.ledger.models import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one gauge says of the case now."""

    gauge: Named
    verdict: Verdict
    day: date
    known_at: datetime
    event_id: int

    @property
    def address(self) -> str:
        """The number that the case is in, opened at the part that it stands in."""
        return f"{reverse('casework:gauge', args=(self.gauge.id,))}?year={self.day.year}&part={self.verdict.part}"

    @property
    def mark(self) -> SafeString:
        """Word, glyph and colour."""
        return self.verdict.mark


def counts_of(case: Case) -> list[Counted]:
    """Every gauge that counts the case, in one statement, and one more where an office has to look up what its parameters mean."""
    rows = facts.current_of(case.pk)
    gauges = {row.gauge_id: found for row in rows if (found := _in_use(row)) is not None}
    words = {each.id: each for each in named(gauges.values())}
    return [_counted(row, words[row.gauge_id]) for row in rows if row.gauge_id in words]


def by_event(counts: Sequence[Counted]) -> Mapping[int, tuple[Counted, ...]]:
    """The same by the event that decided; what passing time decided is left out."""
    found: dict[int, tuple[Counted, ...]] = {}
    for each in counts:
        if each.event_id:
            found[each.event_id] = (*found.get(each.event_id, ()), each)
    return found


def _in_use(row: Fact) -> InUse | None:
    """The gauge of a fact, unless it was retired or its office taken out."""
    measure = CATALOGUE.get(row.gauge.measure)
    if not isinstance(measure, Measure) or row.gauge.retired_at is not None:
        return None
    try:
        return InUse(row.gauge_id, measure, as_given(measure, row.gauge.parameters))
    except WrongParameters:  # the measure takes others now; nothing can be said of it
        return None


def _counted(row: Fact, gauge: Named) -> Counted:
    verdict = verdict_of(
        gauge,
        Outcome(row.outcome),
        otherwise=Outcome(row.otherwise) if row.otherwise else None,
        reason=row.reason,
        value=Decimal(row.value) / SCALE,
    )
    return Counted(gauge=gauge, verdict=verdict, day=row.day, known_at=row.known_at, event_id=row.event_id)
