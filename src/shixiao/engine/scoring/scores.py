"""What a score is: rows with points, why points are missing, totals, the grade; everything frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.outcomes import Cause, Note
from shixiao.engine.scoring.profiles import HUNDRED, SILENCE, Profile
from shixiao.engine.scoring.rounding import plain
from shixiao.engine.scoring.standing import Basis, ByHand
from shixiao.engine.scoring.weighing import Weights

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Points that are missing, all from one cause. `row` is None for the execution of the budget; `part` is the condition, from 0.

    `is_open`: nobody scored them yet; they count as 0 and may still come. `numbers` are what the text says, as text and exact.
    """

    row: int | None
    part: int = 0
    cause: Cause
    lost: Decimal
    text: Text
    is_open: bool = False
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowScore:
    """The score of one indicator, or of the execution (`row` None). `points` is None where nothing of it could be scored.

    `open` is how much of the weight nobody scored. `put_back` is what the points would be with what is not counted put back, None where that
    changes nothing. `by_hand` stands beside the points and never takes their place. `found` says what was reached, in a sentence.
    """

    row: int | None
    code: str = ""
    name: str = ""
    weight: Decimal
    basis: Basis
    points: Decimal | None
    open: Decimal = _ZERO
    put_back: Decimal | None = None
    by_hand: ByHand | None = None
    explanations: tuple[Explanation, ...] = ()
    notes: tuple[Note, ...] = ()
    found: Text = SILENCE

    @property
    def lost(self) -> Decimal:
        """What is missing to the weight, with what is open."""
        return self.weight - (self.points or _ZERO)

    @property
    def points_by_hand(self) -> Decimal | None:
        """What counts where typed scores do: the typed one, else the computed one."""
        return self.points if self.by_hand is None else self.by_hand.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The points of all that is scored; what is open counts as 0 and is said.

    `scored` is the weight of what is scored, so "points of scored" is how well that went; `open` what is still missing; `whole` both.
    `grade` is the band of the total as printed, and None while what is open could change it, or where the weights do not make 100: then
    `lowest` and `highest` say between which it will be.
    """

    points: Decimal
    scored: Decimal
    open: Decimal
    grade: Text | None
    lowest: Text | None
    highest: Text | None

    @property
    def whole(self) -> Decimal:
        """All points that there are."""
        return self.scored + self.open

    @property
    def most(self) -> Decimal:
        """What it could still become."""
        return self.points + self.open

    @property
    def is_whole(self) -> bool:
        """Nothing is open."""
        return not self.open


def total_of(points: Decimal, open_: Decimal, whole: Decimal, profile: Profile) -> Total:
    """The total with its grade, which goes by the points as they are printed."""
    bands = [profile.band_of(each) if whole == HUNDRED else None for each in (points, points + open_)]
    low, high = (band.word if band else None for band in bands)
    return Total(
        points=points,
        scored=whole - open_,
        open=open_,
        grade=low if low == high else None,
        lowest=low,
        highest=high,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One project scored by one profile. `rows` are the indicators in order, `execution` the budget.

    `computed` is what follows from the records; `with_hand` what it is with the typed scores in the place of the computed ones, None where
    nobody typed any. `put_back` is the computed total with what is not counted put back, None where that changes nothing.
    """

    project: str
    profile: str
    weights: Weights
    rows: tuple[RowScore, ...]
    execution: RowScore
    computed: Total
    with_hand: Total | None = None
    put_back: Decimal | None = None

    @property
    def lines(self) -> Iterator[RowScore]:
        """The execution, and every indicator."""
        yield self.execution
        yield from self.rows

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """Why points are missing; they sum exactly to what is missing of the computed total."""
        return tuple(each for line in self.lines for each in line.explanations)

    @property
    def explanations_by_hand(self) -> tuple[Explanation, ...]:
        """The same where typed scores count: of such a row the reason that was typed. They sum to what is missing of `with_hand`."""
        return tuple(each for line in self.lines for each in _by_hand(line))

    @property
    def by_basis(self) -> Mapping[Basis, Decimal]:
        """How many of the computed points rest on what."""
        found: dict[Basis, Decimal] = {}
        for line in self.lines:
            found[line.basis] = found.get(line.basis, _ZERO) + (line.points or _ZERO)
        return found


def _by_hand(line: RowScore) -> tuple[Explanation, ...]:
    typed = line.by_hand
    if typed is None:
        return line.explanations
    lost = line.weight - typed.points
    if not lost:
        return ()
    text = Text(
        f"人工打分：{typed.reason}，扣 {plain(lost)} 分", f"scored by hand: {typed.reason}, {plain(lost)} points lost"
    )
    return (Explanation(row=line.row, cause=Cause.BY_HAND, lost=lost, text=text),)
