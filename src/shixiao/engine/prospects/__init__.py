"""Where a target stands on a day, how much room is left, and whether it will be met when its window ends.

    fit(target, measure)                 → how a measure's reading answers the target, or why it cannot
    prospect(Position(…))                → status, value, headroom, pace, forecast, chance
    combine([…])                         → the parts of a compound target as one

No evidence is no value, never 0 or 100; before the window ends a target is only met or missed where nothing could change that.
"""

from shixiao.engine.prospects.fitting import Fit, Misfit, Mode, fit
from shixiao.engine.prospects.position import (
    Forecast,
    Headroom,
    Pace,
    Position,
    Prospect,
    Tier,
    budget_of,
    exact_of,
    value_of,
)
from shixiao.engine.prospects.prospect import USUAL, Limits, combine, of_value, prospect, without_evidence
from shixiao.engine.prospects.statuses import CHANCE_WORDS, STATUS_WORDS, Chance, Evidence, Status

__all__ = [
    "CHANCE_WORDS",
    "STATUS_WORDS",
    "USUAL",
    "Chance",
    "Evidence",
    "Fit",
    "Forecast",
    "Headroom",
    "Limits",
    "Misfit",
    "Mode",
    "Pace",
    "Position",
    "Prospect",
    "Status",
    "Tier",
    "budget_of",
    "combine",
    "exact_of",
    "fit",
    "of_value",
    "prospect",
    "value_of",
    "without_evidence",
]
