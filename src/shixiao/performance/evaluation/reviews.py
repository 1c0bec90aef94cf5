"""What reviewers gave, as it enters a score: the one place where a judgement becomes a mark and a tier."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from shixiao.engine.scoring import Profile

BASIS = "reviewed"
CENT = Decimal("0.01")


class Given(NamedTuple):
    """Percent of the points, and the tier of the profile that it lies in ("" for none)."""

    mark: Decimal
    tier: str


def given(value: Fraction | bool | None, profile: Profile) -> Given | None:
    """What people judged in percent: the mean of their marks, or the share of works that reach what was asked for. None where nobody has
    judged yet."""
    if value is None or isinstance(value, bool):
        return None
    mark = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP).normalize() + 0
    tier = profile.tier_of(mark)
    return Given(mark, tier.code if tier else "")
