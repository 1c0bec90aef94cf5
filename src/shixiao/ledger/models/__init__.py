"""The book of what happened; and what is worked out from it and can be made anew at any time."""

from shixiao.ledger.models.book import HOST_LENGTH, REFERENCE_LENGTH, Event, Words, WorkerHeartbeat
from shixiao.ledger.models.facts import (
    AspectBinCell,
    AspectCell,
    BinCell,
    DayCell,
    Fact,
    Gauge,
    GaugeSet,
    MonthCell,
    ReasonCell,
)
from shixiao.ledger.models.frozen import FrozenDay, FrozenReading

__all__ = [
    "HOST_LENGTH",
    "REFERENCE_LENGTH",
    "AspectBinCell",
    "AspectCell",
    "BinCell",
    "DayCell",
    "Event",
    "Fact",
    "FrozenDay",
    "FrozenReading",
    "Gauge",
    "GaugeSet",
    "MonthCell",
    "ReasonCell",
    "Words",
    "WorkerHeartbeat",
]
