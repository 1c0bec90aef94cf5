"""What reviewers gave, as it enters a score: the one place where a judgement becomes a mark and a tier."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from shixiao.engine.scoring import Profile
from shixiao.performance.standing import Part

BASIS = "reviewed"
CENT = Decimal("0.01")


class Given(NamedTuple):
    """Percent of the points, and the tier of the profile that it lies in ("" for none)."""

    mark: Decimal
    tier: str


def given(part: Part, profile: Profile) -> Given | None:
    """The mean of the marks that reviewers gave, where the measure behind the part is a judgement; None where nobody has judged yet."""
    if part.basis != BASIS or part.reading is None or part.reading.mean is None:
        return None
    mean = part.reading.mean
    mark = (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(CENT, ROUND_HALF_UP).normalize() + 0
    tier = profile.tier_of(mark)
    return Given(mark, tier.code if tier else "")
