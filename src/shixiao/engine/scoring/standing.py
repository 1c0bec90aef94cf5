"""What one project's indicators stand at when they are scored: frozen values, worked out by whoever knows the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from shixiao.engine.targets import Reading

Value = Decimal | Fraction | bool | date | str | None


class Basis(str, Enum):
    """What a value comes from, from the strongest to the weakest."""

    MEASURED = "measured"
    NOTHING_OCCURRED = "nothing_occurred"
    REVIEWED = "reviewed"
    DECLARED = "declared"
    NONE = "none"


_WEAKNESS = {basis: number for number, basis in enumerate(Basis)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The cases behind a value. Those that are pending or not counted are in neither `met` nor `missed`."""

    met: int
    missed: int
    pending: int = 0
    not_counted: int = 0

    @property
    def counted(self) -> int:
        """Met or missed."""
        return self.met + self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One condition of a target and where it stands.

    `value` in the target's own unit: a number (a `Fraction` where it does not end, so that nothing is rounded before it is scored), yes or
    no where it is whether all were met or one is there, the day of completion of a deadline, a grade word of a review. None with nothing.
    `counts` are the cases behind it, and `is_timely` says that a missed one was late. `value_put_back` and `counts_put_back` are the second
    figure, with what is not counted put back; None where that changes nothing.

    Of a review: `mark` is the percentage of the points that reviewers gave, `tier` the tier (code or title) they put it in.
    `unit` is shown where it is not the target's. `budget` (in the value's unit) is needed by a bound by the budget, `year` by a deadline without one, `started_on` by a duration.
    """

    target: Reading
    basis: Basis
    value: Value = None
    counts: Counts | None = None
    is_timely: bool = False
    value_put_back: Value = None
    counts_put_back: Counts | None = None
    mark: Decimal | None = None
    tier: str = ""
    unit: str = ""
    budget: Decimal | None = None
    year: int | None = None
    started_on: date | None = None

    @property
    def is_nothing(self) -> bool:
        """Nothing occurred, and no count of none is held against the target."""
        return self.basis is Basis.NOTHING_OCCURRED and self.value is None

    @property
    def has_second_figure(self) -> bool:
        """With what is not counted put back it would stand elsewhere."""
        return self.value_put_back is not None or self.counts_put_back is not None


@dataclass(frozen=True, slots=True)
class ByHand:
    """A score that somebody typed, and why. It stands beside the computed one."""

    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An indicator: its row and class, the points that the plan or somebody gives it (None: by the profile), its parts in order.

    `over_reason` is the explanation for reaching far more than the target.
    """

    row: int
    code: str
    name: str
    parts: tuple[Part, ...]
    weight: Decimal | None = None
    by_hand: ByHand | None = None
    over_reason: str = ""

    @property
    def basis(self) -> Basis:
        """What the row stands on: of its parts the weakest."""
        return max((part.basis for part in self.parts), key=_WEAKNESS.__getitem__, default=Basis.NONE)

    @property
    def is_nothing(self) -> bool:
        """Nothing occurred of all of it."""
        return bool(self.parts) and all(part.is_nothing for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The year's money of a project in 万元: the full-year budget as adjusted (全年预算数), and what was spent of it. None is not known.

    `is_finished`: the work is done; asked for only by a profile that scores the execution by steps. `weight` is the points that the form
    prints for it (None: by the profile).
    """

    full_year: Decimal | None
    executed: Decimal | None
    is_finished: bool | None = None
    weight: Decimal | None = None
    by_hand: ByHand | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One project as it is scored."""

    project: str
    rows: tuple[Standing, ...]
    money: Money = Money(full_year=None, executed=None)
