"""Tiers, marks within them, and whether several grades agree. Pure.

The numbers of the shipped tiers stand in `engine.scoring` and nowhere else; a rubric names the profile they are taken from, or brings the
office's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring import PROFILES
from shixiao.engine.scoring.profiles import Tier

OWN = "own"  # the scale of a rubric that brings tiers of its own
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST_TIERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One grade: the tier by its code, the mark in percent of the points."""

    tier: str
    mark: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What several grades come to: the mean of the marks to two decimals (half up), how far they lie apart, and the tier where it is one."""

    mark: Decimal
    spread: Decimal
    tier: str
    is_within: bool

    @property
    def holds(self) -> bool:
        """One tier, and marks no farther apart than the limit."""
        return bool(self.tier) and self.is_within


def scales() -> Mapping[str, tuple[Tier, ...]]:
    """The tiers of every shipped scoring profile, by its code; of profiles with the same tiers the first in their order."""
    found: dict[str, tuple[Tier, ...]] = {}
    for profile in PROFILES:
        if profile.tiers not in found.values():
            found[profile.code] = profile.tiers
    return found


def of_scale(scale: str) -> tuple[Tier, ...] | None:
    """The tiers of a shipped profile; None where no profile has that code."""
    return next((profile.tiers for profile in PROFILES if profile.code == scale), None)


def tier_at(tiers: Sequence[Tier], mark: Decimal) -> Tier | None:
    """The tier that a mark lies in: each begins with its lower bound, and the highest one ends with its upper bound."""
    ordered = sorted(tiers, key=lambda each: each.low, reverse=True)
    if not ordered or mark > ordered[0].high:
        return None
    return next((each for each in ordered if each.low <= mark), None)


def bounds(tier: Tier) -> str:
    """`80-100`, as events carry it."""
    return f"{_plain(tier.low)}-{_plain(tier.high)}"


def compare(grades: Sequence[Given], *, limit: Decimal) -> Agreement:
    """Whether the grades agree: one tier, and a spread of at most `limit` points. At least one grade is needed."""
    marks = [each.mark for each in grades]
    spread = max(marks) - min(marks)
    tiers = {each.tier for each in grades}
    mean = (sum(marks, Decimal(0)) / len(marks)).quantize(CENT, ROUND_HALF_UP)
    return Agreement(mark=mean, spread=spread, tier=tiers.pop() if len(tiers) == 1 else "", is_within=spread <= limit)


def wrong_with(tiers: Sequence[Tier]) -> Text | None:
    """What is wrong with tiers of an office's own; None where they go from 100 down to 0 without a gap."""
    if not 2 <= len(tiers) <= MOST_TIERS:
        return Text(f"要有 2 到 {MOST_TIERS} 个档次。", f"There are 2 to {MOST_TIERS} tiers.")
    codes = [each.code for each in tiers]
    if len(set(codes)) < len(codes) or len({each.title.zh for each in tiers}) < len(tiers):
        return Text("两个档次不能同名。", "Two tiers cannot have one name.")
    expected = HUNDRED
    for each in tiers:
        if each.high != expected or each.low >= each.high or each.low != each.low.quantize(CENT):
            zh = f"档次要从高到低首尾相接：“{each.title.zh}”的上限应是 {_plain(expected)}，下限比它小。"
            en = f"Tiers follow each other downwards: “{each.title.en}” ends at {_plain(expected)} and begins below it."
            return Text(zh, en)
        expected = each.low
    return None if expected == 0 else Text("最低一档的下限是 0。", "The lowest tier begins at 0.")


def named(number: int, line: str) -> Tier:
    """The tier that a line such as `优秀 90-100` names, while its numbers are not looked at yet."""
    title = line.strip().rsplit(None, 1)[0][:40]
    return Tier(code=f"tier_{number}", title=Text(title, title), low=Decimal(0), high=HUNDRED)


def as_json(tiers: Iterable[Tier]) -> list[dict[str, str]]:
    """As a rubric keeps tiers of an office's own."""
    return [
        {"code": each.code, "title": each.title.zh, "low": _plain(each.low), "high": _plain(each.high)}
        for each in tiers
    ]


def from_json(given: Iterable[Mapping[str, Any]]) -> tuple[Tier, ...]:
    """The tiers that `as_json` kept. Raises ValueError for what it never wrote."""
    try:
        return tuple(
            Tier(
                code=str(each["code"]),
                title=Text(str(each["title"]), str(each["title"])),
                low=Decimal(str(each["low"])),
                high=Decimal(str(each["high"])),
            )
            for each in given
        )
    except (KeyError, InvalidOperation) as error:
        raise ValueError(f"no tiers: {given!r}") from error


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
