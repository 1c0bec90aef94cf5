"""What a profile of scoring is: points by group of indicators, rules and tables, from a day on, for a place. All of it is data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from shixiao.engine.bilingual import Text

HUNDRED = Decimal(100)
SILENCE = Text("", "")
# The classes of indicators (design of the table of targets): 1 output, 2 benefit, 3 satisfaction, 4 cost.
CLASSES = ("11", "12", "13", "14", "21", "22", "23", "24", "31", "41", "42", "43")


class SourceKind(str, Enum):
    """Where the numbers of a profile come from."""

    RULE = "rule"  # a rule that is known by number and title; its clauses are not quoted
    FORM = "form"  # read on published forms of the place
    DEFAULT = "default"  # chosen by this program
    OFFICE = "office"  # an office's own


class WhenNothing(str, Enum):
    """What an indicator scores of which nothing occurred while somebody was watching (无发生)."""

    FULL = "full"  # full points, said on the form
    LEFT_OUT = (
        "left_out"  # no points; they go to the others of its group (of a project with nothing else a person decides)
    )
    BY_HAND = "by_hand"  # a person decides


class Several(str, Enum):
    """How the conditions of one target make its score."""

    EACH = "each"  # the points are shared out among them
    WORST = "worst"  # the worst one counts for all


class AllOf(str, Enum):
    """What a yes-or-no target scores where some of its cases were missed."""

    WHOLE = "whole"  # all or nothing
    SHARE = "share"  # the share of cases that were met


class ByMoney(str, Enum):
    """How the execution of the budget is scored."""

    PROPORTION = "proportion"  # points × rate, at most the points
    STEPS = "steps"  # full where the work is done within the budget, otherwise by a table of rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the numbers come from; `number` and `title` of a rule only, never its text. `note` says what is the program's own choice."""

    kind: SourceKind
    number: str = ""
    title: str = ""
    note: Text = SILENCE

    @property
    def text(self) -> Text:
        """In one sentence."""
        named = f"《{self.title}》（{self.number}）" if self.number else self.title
        zh, en = _SOURCES[self.kind]
        return Text(zh.format(named) + self.note.zh, " ".join(filter(None, (en.format(named), self.note.en))))


_SOURCES = {
    SourceKind.RULE: ("参照{}。", "After {}."),
    SourceKind.FORM: ("见于公开的表格：{}。", "As on published forms: {}."),
    SourceKind.DEFAULT: ("本程序的默认值。", "A default of this program."),
    SourceKind.OFFICE: ("本单位自定：{}。", "The office's own: {}."),
}


@dataclass(frozen=True, slots=True)
class Move:
    """Points that go to another group when a project has no indicator of this one."""

    to: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Indicators that share points. `classes` are codes of classes or their beginnings ("1" is every output, "11" counts alone).

    `when_absent` says where its points go in a project without such indicators; where it is empty they go to all other groups in
    proportion to their points.
    """

    code: str
    title: Text
    classes: tuple[str, ...]
    points: Decimal
    when_absent: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """From `at_least` percent on (included) there is `share` percent of the points."""

    at_least: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class LateStep:
    """Up to so many days late (included) there is `share` percent of the points."""

    days: int
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Points for spending the year's budget, and how they are earned; `steps` from the highest rate down, for the manner STEPS."""

    points: Decimal
    manner: ByMoney = ByMoney.PROPORTION
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A tier of qualitative indicators: percent of the points from `low` (included) to `high` (included in the highest tier only).

    `usual` is what counts where reviewers name the tier and no percentage; None where they have to say one.
    """

    code: str
    title: Text
    low: Decimal
    high: Decimal
    usual: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A grade, from so many points on (included)."""

    word: Text
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Deduction:
    """Of what was reached `at_least` so many percent of the target, and below `below` (None: any more), `share` percent of the points go."""

    at_least: Decimal
    below: Decimal | None
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What is asked and taken where far more was reached than the target says: percent of the target. None asks nothing."""

    explain_from: Decimal | None = Decimal(130)
    deductions: tuple[Deduction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """To how many digits points are rounded (half up), and weights are shared out."""

    points: int = 2
    weights: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Everything a score follows from, but for what the indicators stand at. In force from `applies_from` up to and without `until`.

    `place` is the beginning of the place it is for ("" everywhere, "湖北省" and below), `level` the level of office ("" any).
    `is_chosen` is false for a variant that is taken by its code only. `pass_line`: a share (percent) below which a target that is scored in
    proportion has nothing; 0 is none. `satisfaction`: a table by which satisfaction (class 31, in %) is scored in place of the proportion.
    `late`: how a day of completion after its deadline is scored; without it a person decides.
    """

    code: str
    title: Text
    source: Source
    applies_from: date
    until: date | None = None
    place: str = ""
    level: str = ""
    is_chosen: bool = True
    execution: Execution
    groups: tuple[Group, ...]
    tiers: tuple[Tier, ...]
    bands: tuple[Band, ...]
    pass_line: Decimal = Decimal(0)
    satisfaction: tuple[Step, ...] = ()
    late: tuple[LateStep, ...] = ()
    over: Over = field(default_factory=Over)
    when_nothing: WhenNothing = WhenNothing.FULL
    several: Several = Several.EACH
    all_of: AllOf = AllOf.WHOLE
    rounding: Rounding = field(default_factory=Rounding)

    def group_of(self, code: str) -> Group | None:
        """The group of a class of indicators: the one that names most of its code. None where none does."""
        found = [(len(start), group) for group in self.groups for start in group.classes if code.startswith(start)]
        return max(found, key=lambda each: each[0])[1] if code and found else None

    def tier_of(self, percent: Decimal) -> Tier | None:
        """The tier that a percentage of the points belongs to."""
        return next((tier for tier in self.tiers if tier.low <= percent <= tier.high), None)

    def tier(self, code: str) -> Tier | None:
        """The tier with that code or that title."""
        return next((tier for tier in self.tiers if code in (tier.code, *tier.title)), None)

    def band_of(self, points: Decimal) -> Band | None:
        """The grade of a total, as it is printed."""
        return next((band for band in self.bands if points >= band.at_least), None)
