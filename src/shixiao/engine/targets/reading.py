"""The shape of a reading: what a program understands of one target's wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum


class Kind(str, Enum):
    """What sort of promise a wording makes."""

    NUMERIC = "numeric"
    RANGE = "range"
    BOOLEAN = "boolean"
    QUALITATIVE = "qualitative"
    DEADLINE = "deadline"
    BUDGET_BOUND = "budget_bound"
    COMPOUND = "compound"
    UNPARSEABLE = "unparseable"


class Sense(str, Enum):
    """How a value is judged against the target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACT = "exact"


class Source(str, Enum):
    """Where the reading came from."""

    VALUE = "value"
    NAME = "name"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Reading:
    """One target, understood. Equality leaves out where it came from and what was mended on the way.

    `value` and `high` are in the written unit (95 for 95%). `per` is plain time or an occasion (每年, 每期).
    `date` is an ISO date, `--12-31` without a year, or a duration such as `P18M`. `parts` hold the atomic
    readings of a compound, in order; a part's `words` are what it was read from and its `condition` names
    when it applies (紧急公文), None when always. `text` holds the words of what has no number (是, 良好).
    `unsure` and `repairs` are permanent codes; `reasons.REASONS` says each in both languages.
    """

    kind: Kind
    op: str | None = None
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    per: str | None = None
    date: str | None = None
    sense: Sense = Sense.AT_LEAST
    parts: tuple[Reading, ...] = ()
    words: str | None = field(default=None, compare=False)
    condition: str | None = None
    text: str | None = field(default=None, compare=False)
    source: Source = field(default=Source.VALUE, compare=False)
    unsure: tuple[str, ...] = field(default=(), compare=False)
    repairs: tuple[str, ...] = field(default=(), compare=False)
