"""How long a leader has to say nothing new after reading a result before closing may be proposed: dated data, as any limit (`limits`)."""

from datetime import datetime

from shixiao.casework import deadlines, limits
from shixiao.casework.working import Work

SILENCE = "silence"


def until(work: Work) -> datetime:
    """When the time is over that begins with this step. Raises `NoLimit` where nobody said how long it is."""
    return deadlines.first_due(work, limits.rule(work, SILENCE))
