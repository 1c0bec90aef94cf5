"""Freezing: each night what was read is kept, as it was known at the end of the day, so that any past board reproduces for ever.

Whoever has readings worth keeping registers a supplier (`register`). A day is frozen once, whole, in one transaction, when it is over and
every supplier says that nothing of it is outstanding. A worker that stood still for a week makes each day that is missing, in order: what was
known at the end of a day stands in the facts for as long as anybody asks.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from shixiao.engine.measures import CATALOGUE, SCALE, Measure, Reading
from shixiao.ledger import readings
from shixiao.ledger.adding import SUMS
from shixiao.ledger.models import FrozenDay, FrozenReading, Gauge, GaugeSet
from shixiao.ledger.readings import Asked, Days, Where, end_of
from shixiao.ledger.states import State, states

LOCK = 0x5348_4959  # the name of the advisory lock of whoever freezes
SETTLES_IN = timedelta(
    minutes=10
)  # a step that began before midnight is written by then, on every machine of the office
CHUNK = 200


class Wanted(NamedTuple):
    """One reading to be kept: the owner's key, the gauge, the window and the scope."""

    key: str
    gauge: int
    days: Days
    where: Where


Supply = Callable[[date], Iterable[Wanted]]


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who wants readings kept. `is_ready(day)`: everything that had been known by the end of that day is in the facts."""

    supply: Supply
    is_ready: Callable[[date], bool]


_suppliers: dict[str, Supplier] = {}


def register(name: str, supply: Supply, *, is_ready: Callable[[date], bool] = lambda _day: True) -> None:
    """Have these readings kept each night: `supply(day)` says which. The same name again takes the place of the one before."""
    _suppliers[name] = Supplier(supply, is_ready)


def freeze(now: datetime) -> int:
    """A job: freeze the next day that is over. Returns how many days it did, 1 or 0; it is called again until there is none left."""
    day = next_day()
    if day is None or not _is_over(day, now) or not _are_ready(day):
        return 0
    with transaction.atomic():
        if not _take_lock() or next_day() != day or not _are_ready(day):
            return 0
        made = _made(_wanted(day), day, now)
        FrozenReading.objects.bulk_create(made, batch_size=CHUNK)
        FrozenDay.objects.create(day=day, readings=len(made), made_at=now)
    return 1


def next_day() -> date | None:
    """The day that is to be frozen next: the one after the last, or the first on which there was a gauge; None before that."""
    last = FrozenDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None:
        return last + timedelta(days=1)
    first = GaugeSet.objects.order_by("id").values_list("recorded_at", flat=True).first()
    return first.astimezone(ZoneInfo(settings.TIME_ZONE)).date() if first is not None else None


def _is_over(day: date, now: datetime) -> bool:
    return now >= end_of(day) + SETTLES_IN


def _are_ready(day: date) -> bool:
    return all(each.is_ready(day) for each in _suppliers.values())


def _take_lock() -> bool:
    """Nobody else freezes until the end of the transaction. SQLite writes one transaction at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _wanted(day: date) -> list[Asked]:
    """What the suppliers want; a key that two of them use is a mistake in the program."""
    found: dict[str, Asked] = {}
    for name, supplier in _suppliers.items():
        for key, gauge, days, where in supplier.supply(day):
            if key in found:
                raise ValueError(f"{name} wants {key!r} kept, which is wanted already: a key begins with its owner")
            found[key] = Asked(key, gauge, days, where)
    return [found[key] for key in sorted(found)]


def _made(asked: Sequence[Asked], day: date, now: datetime) -> list[FrozenReading]:
    found = counted(asked, as_of=day)
    said = states(asked, found, now=now, as_of=day)
    made_by = revisions()
    return [_row(each, found[each.key], said[each.key], made_by.get(each.gauge, 0), day, now) for each in asked]


def counted(asked: Sequence[Asked], *, as_of: date) -> dict[Any, Reading]:
    """The readings as they were known at the end of the day, with the smallest and largest amounts and histograms."""
    found = readings.board(asked, as_of=as_of)
    amounts = readings.spreads([each for each in asked if found[each.key].amounts], as_of=as_of)
    return {key: reading + amounts[key] if key in amounts else reading for key, reading in found.items()}


def revisions() -> dict[int, int]:
    """Of each gauge the revision of its measure, where the office that has it is installed."""
    rows = Gauge.objects.values_list("pk", "measure")
    return {key: made.revision for key, name in rows if isinstance(made := CATALOGUE.get(name), Measure)}


def _row(asked: Asked, reading: Reading, state: State, revision: int, day: date, now: datetime) -> FrozenReading:
    return FrozenReading(
        key=asked.key,
        day=day,
        gauge_id=asked.gauge,
        revision=revision,
        begin=asked.days.begin,
        end=asked.days.end,
        scope=scope_of(asked.where),
        state=state.value,
        made_at=now,
        **numbers_of(reading),
    )


# ---- numbers and scopes as they are stored ----------------------------------------------------------------------


def numbers_of(reading: Reading) -> dict[str, Any]:
    """The columns of a reading: amounts in 1/10,000."""
    sums = {name: getattr(reading, name) for name in SUMS}
    for name in ("total", "weight", "low", "high"):
        value = getattr(reading, name)
        sums[name] = None if value is None else int(value * SCALE)
    return sums | {"bins": {str(bin_): count for bin_, count in sorted(reading.bins.items())}}


def reading_of(row: FrozenReading) -> Reading:
    """The reading that was kept."""
    sums: dict[str, Any] = {name: getattr(row, name) for name in SUMS}
    for name in ("total", "weight", "low", "high"):
        value = getattr(row, name)
        sums[name] = None if value is None else Decimal(value) / SCALE
    return Reading(**sums, bins={int(bin_): count for bin_, count in row.bins.items()})


# What `kept` gives of each row beside its key and day: the sums, the two ends, and the histogram as text.
_NUMBERS = (*SUMS, "low", "high")


def kept(keys: Iterable[str], days: Iterable[date]) -> list[tuple[Any, ...]]:
    """What was kept under these keys on these days, by day: key, day, and what `reading_of_kept` makes a reading of. One statement."""
    rows = FrozenReading.objects.filter(key__in=list(keys), day__in=list(days)).order_by("day")
    return list(rows.values_list("key", "day", *_NUMBERS, Cast("bins", TextField())))


def reading_of_kept(values: Sequence[Any]) -> Reading:
    """The reading in a row of `kept`, without its key and day."""
    *numbers, bins = values
    sums: dict[str, Any] = dict(zip(_NUMBERS, numbers, strict=True))
    for name in ("total", "weight", "low", "high"):
        if sums[name] is not None:
            sums[name] = Decimal(sums[name]) / SCALE
    return Reading(**sums, bins={int(bin_): count for bin_, count in json.loads(bins).items()})


def scope_of(where: Where) -> dict[str, Any]:
    """A scope as it is stored: what is left open is left out."""
    told: dict[str, Any] = {name: getattr(where, name) for name in ("project", "contract", "subject")}
    for name in ("units", "topics"):
        values = getattr(where, name)
        told[name] = None if values is None else sorted(values)
    return {name: value for name, value in told.items() if value is not None}


def where_of(scope: Mapping[str, Any]) -> Where:
    """The scope that was stored."""
    told: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value for name, value in scope.items()
    }
    return Where(**told)


def asked_of(row: FrozenReading) -> Asked:
    """What the reading was of."""
    return Asked(row.key, row.gauge_id, Days(row.begin, row.end), where_of(row.scope))


# ---- reading them -----------------------------------------------------------------------------------------------


def frozen(key: str, day: date) -> FrozenReading | None:
    """What was kept under this key at the end of that day; None where nothing was."""
    return FrozenReading.objects.filter(key=key, day=day).first()


def frozen_like(gauge: int, *, days: Days, where: Where, day: date) -> FrozenReading | None:
    """What was kept of this gauge, window and scope at the end of that day, under whatever key."""
    rows = FrozenReading.objects.filter(gauge_id=gauge, day=day, begin=days.begin, end=days.end).order_by("pk")
    wanted = scope_of(where)
    return next((row for row in rows if row.scope == wanted), None)


def history_of(key: str, days: Days) -> list[tuple[date, Reading, State]]:
    """A curve: what was kept under this key at the end of each day of `days`, in order; a day on which nothing was kept is left out."""
    rows = FrozenReading.objects.filter(key=key, day__gte=days.begin, day__lt=days.end).order_by("day")
    return [(row.day, reading_of(row), State(row.state)) for row in rows]


def histories_of(keys: Iterable[str], days: Days) -> dict[str, list[tuple[date, Reading, State]]]:
    """The curves of a board, in one statement."""
    rows = FrozenReading.objects.filter(key__in=list(keys), day__gte=days.begin, day__lt=days.end).order_by("day")
    found: dict[str, list[tuple[date, Reading, State]]] = {}
    for row in rows:
        found.setdefault(row.key, []).append((row.day, reading_of(row), State(row.state)))
    return found
