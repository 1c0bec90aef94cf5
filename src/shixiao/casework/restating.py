"""Restatements: what is known better since of how things stood at the end of a past day.

What was read then stays as it was frozen. Beside it stands what the same reading would be with everything that had happened by then,
whenever it was written down. Only cases of which something was written down late are looked at again: readings add, so theirs as they were
known are taken out and theirs as they are known now put in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import F

from shixiao.casework import assessing
from shixiao.casework.models import Case
from shixiao.casework.timelines import CHUNK, events_of, irrelevant
from shixiao.engine.measures import NOTHING, Outcome, Reading, add_up
from shixiao.ledger import facts, freezing, gauges, readings
from shixiao.ledger.facts import FactRow
from shixiao.ledger.gauges import InUse
from shixiao.ledger.models import Event, FrozenReading
from shixiao.ledger.readings import EVERYWHERE, Asked, Days, Where, end_of

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cause:
    """One event that was written down after the end of the day on which it, or what followed, had happened; `days_late` in local days.

    `before` and `after` are what the gauge said of its case in this window and scope then, and what it says now of how the case stood then.
    """

    case_id: int
    event_id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    days_late: int
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """`told` is what was read at the end of the day, as it was `frozen` or, where nothing was, as the facts say; `known` is what is known
    now of how it stood then; `delta` is known less told. `causes` are empty where nothing is known better."""

    frozen: FrozenReading | None
    told: Reading
    known: Reading
    delta: Reading
    causes: tuple[Cause, ...]

    @property
    def has_changed(self) -> bool:
        """Whether something is known better."""
        return self.told != self.known


@dataclass(frozen=True, slots=True)
class _Changed:
    """A case with late events: its facts as they were known, and as they are known now, within the window and scope."""

    case_id: int
    before: tuple[FactRow, ...]
    after: tuple[FactRow, ...]

    @property
    def has_changed(self) -> bool:
        return [_said(row) for row in self.before] != [_said(row) for row in self.after]


def restate(gauge: int, *, days: Days, where: Where = EVERYWHERE, day: date, now: datetime) -> Restatement:
    """What is known at `now` of how the reading stood at the end of the local day `day`, beside what was read then.

    Raises `LookupError` for a gauge that is not in use: nobody can look again.
    """
    using = _in_use(gauge, now)
    asked = Asked(0, gauge, days, where)
    as_of = freezing.counted([asked], as_of=day)[0]
    kept = freezing.frozen_like(gauge, days=days, where=where, day=day)
    told = freezing.reading_of(kept) if kept is not None else as_of
    late = _late_events(using, day)
    changed = [each for each in _looked_at_again(using, list(late), asked, day) if each.has_changed]
    known = _known(as_of, changed, asked, day)
    causes = tuple(cause for each in changed for cause in _causes(each, late[each.case_id]))
    return Restatement(frozen=kept, told=told, known=known, delta=_less(known, told), causes=causes)


def _in_use(gauge: int, now: datetime) -> InUse:
    found = next((each for each in gauges.current(now).gauges if each.id == gauge), None)
    if found is None:
        raise LookupError(f"the gauge {gauge} is not in use")
    return found


def _late_events(using: InUse, day: date) -> dict[int, list[Event]]:
    """The events of cases of the gauge's kinds that had happened by the end of the day and were written down after it, by case."""
    end = end_of(day)
    rows = Event.objects.filter(
        subject_kind=Case.ledger_name, recorded_at__gte=end, happened_at__lt=end, recorded_at__gt=F("happened_at")
    ).exclude(kind__in=irrelevant())
    found: dict[int, list[Event]] = {}
    for event in rows.order_by("id"):
        found.setdefault(int(event.subject_id), []).append(event)
    kept = {key for part in _parts(list(found)) for key in _of_kinds(part, using)}
    return {key: found[key] for key in sorted(kept)}


def _of_kinds(keys: Sequence[int], using: InUse) -> Iterable[int]:
    return Case.objects.filter(pk__in=keys, kind__in=using.measure.of).values_list("pk", flat=True)


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


# ---- looking again ---------------------------------------------------------------------------------------------


def _looked_at_again(using: InUse, keys: Sequence[int], asked: Asked, day: date) -> Iterator[_Changed]:
    """Each case as it was known at the last instant of the day, and by what is known now; 500 at a time."""
    last = end_of(day) - _TICK
    for part in _parts(keys):
        stored, happened = facts.stored(part), events_of(part)
        for case in Case.objects.filter(pk__in=part).order_by("pk"):
            before = _at(stored.get((case.pk, using.id), ()), last)
            after = assessing.findings_at(
                case, happened.get(case.pk, ()), gauge=using, moment=last, happened_before=end_of(day)
            )
            yield _Changed(case.pk, _within(before, asked), _within(after, asked))


def _at(rows: Iterable[FactRow], moment: datetime) -> list[FactRow]:
    """Of each part the version that was known at the moment; rows come by part and version."""
    return list({row.part: row for row in rows if row.known_at <= moment}.values())


def _within(rows: Iterable[FactRow], asked: Asked) -> tuple[FactRow, ...]:
    return tuple(
        row for row in rows if row.outcome != Outcome.GONE and asked.days.holds(row.day) and _lies_in(row, asked.where)
    )


def _lies_in(row: FactRow, where: Where) -> bool:
    return (
        (where.units is None or row.unit in where.units)
        and where.project in (None, row.project)
        and where.contract in (None, row.contract)
        and (where.topics is None or row.topic in where.topics)
        and where.subject in (None, row.subject)
    )


def _said(row: FactRow) -> tuple[object, ...]:
    """What of a fact says anything about the case, whenever it was known."""
    return (row.part, row.outcome, row.otherwise, row.day, row.reason, row.value, row.weight, *row.scope)


# ---- adding ----------------------------------------------------------------------------------------------------


def _known(as_of: Reading, changed: Sequence[_Changed], asked: Asked, day: date) -> Reading:
    """The reading with what was known of these cases taken out and what is known put in. Smallest and largest do not add."""
    found = _less(as_of, _sum(row for each in changed for row in each.before))
    found += _sum(row for each in changed for row in each.after)
    if not changed:
        return as_of
    rows = readings.facts_at(day, gauge=asked.gauge, days=asked.days, where=asked.where).filter(outcome=Outcome.AMOUNT)
    left = rows.exclude(case_id__in=[each.case_id for each in changed])
    ends = [left.order_by(order).values_list("value", flat=True).first() for order in ("value", "-value")]
    others = [row.value for each in changed for row in each.after if row.outcome == Outcome.AMOUNT]
    values = [value for value in (*ends, *others) if value is not None]
    return _with_ends(found, values)


def _with_ends(reading: Reading, values: Sequence[int]) -> Reading:
    spread = [readings.of_values(Outcome.AMOUNT, 0, value, 0, None).total for value in values]
    return replace(reading, low=min(spread, default=None), high=max(spread, default=None))


def _sum(rows: Iterable[FactRow]) -> Reading:
    return add_up(readings.of_values(row.outcome, row.otherwise, row.value, row.weight, row.bin) for row in rows)


def _less(one: Reading, other: Reading) -> Reading:
    """The difference; without smallest and largest, which do not subtract."""
    names = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts", "total", "weight")
    bins = {bin_: one.bins.get(bin_, 0) - other.bins.get(bin_, 0) for bin_ in {*one.bins, *other.bins}}
    sums = {name: getattr(one, name) - getattr(other, name) for name in names}
    return NOTHING + Reading(**sums, bins=bins)


def _causes(changed: _Changed, late: Iterable[Event]) -> Iterator[Cause]:
    before, after = (tuple(Outcome(row.outcome) for row in rows) for rows in (changed.before, changed.after))
    for event in late:
        happened, recorded = (
            moment.astimezone(assessing.zone()).date() for moment in (event.happened_at, event.recorded_at)
        )
        yield Cause(
            changed.case_id,
            event.pk,
            event.kind,
            event.happened_at,
            event.recorded_at,
            (recorded - happened).days,
            before,
            after,
        )
