"""The shape of a reading: what a program understands of one target's wording."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import NamedTuple


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


class Reading(NamedTuple):
    """One target, understood. Equality leaves out where it came from and what was mended on the way.

    A named tuple, because the command line loads it at every start: the standard library's dataclasses would take a
    fifth of that start by themselves.

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
    words: str | None = None
    condition: str | None = None
    text: str | None = None
    source: Source = Source.VALUE
    unsure: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reading):
            return NotImplemented
        return self[:_PROMISE] == other[:_PROMISE] and self.condition == other.condition

    def __ne__(self, other: object) -> bool:
        return not self == other  # a tuple's own would compare every field

    def __hash__(self) -> int:
        return hash((self[:_PROMISE], self.condition))


_PROMISE = 9  # the fields up to `parts`, which with `condition` are what is promised
