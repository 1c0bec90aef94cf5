"""确定能, 有可能, 完全不可能: proposed from the forecast by thresholds that are dated data; a person may say otherwise, with the reason."""

from collections.abc import Mapping
from datetime import date

from shixiao import forms
from shixiao.engine.prospects import USUAL, Chance, Limits, Prospect

# From this day on (of the cut-off) these thresholds hold. The probabilities are a choice of this program; no rule that is known names any.
THRESHOLDS: tuple[tuple[date, Limits], ...] = ((date(2000, 1, 1), USUAL),)
OF_CHANCE: Mapping[Chance, forms.Likelihood] = {
    Chance.CERTAIN: forms.Likelihood.CERTAIN,
    Chance.POSSIBLE: forms.Likelihood.POSSIBLE,
    Chance.IMPOSSIBLE: forms.Likelihood.IMPOSSIBLE,
}


def limits_on(day: date) -> Limits:
    """The thresholds of a cut-off."""
    return max((each for each in THRESHOLDS if each[0] <= day), key=lambda each: each[0])[1]


def proposed(prospect: Prospect, *, until: date) -> forms.Likelihood | None:
    """What the forecast lets say; None where there is nothing to go by, which is no 有可能."""
    chance = prospect.chance
    if chance is None:
        return None
    forecast, limits = prospect.forecast, limits_on(until)
    if forecast is None or prospect.is_final:
        return OF_CHANCE[chance]
    if forecast.probability >= limits.certain:
        return forms.Likelihood.CERTAIN
    # What can be made up for is never impossible before the end: the engine says which.
    is_out = forecast.probability <= limits.impossible and chance is Chance.IMPOSSIBLE
    return forms.Likelihood.IMPOSSIBLE if is_out else forms.Likelihood.POSSIBLE
