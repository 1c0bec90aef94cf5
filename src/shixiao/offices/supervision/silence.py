"""How long a leader has to say nothing new after reading a result before closing may be proposed: dated data, as any limit (`limits`)."""

from datetime import datetime

from shixiao.casework import budgets, calendars, limits
from shixiao.casework.local import local
from shixiao.casework.working import Work
from shixiao.engine import clock

SILENCE = "silence"


def until(work: Work) -> datetime:
    """When the time is over that begins with this step. Raises `NoLimit` where nobody said how long it is."""
    on = local(work.happened_at).date()
    rules = limits.rules_of(work.case.kind)
    rule = limits.in_force(rules, name=SILENCE, urgency=str(work.case.urgency), on=on)
    if rule is None:
        raise limits.NoLimit(f"{work.case.kind}: no limit is set for {SILENCE!r}")
    deadline = clock.Deadline(
        start=work.happened_at,
        budget=budgets.read(rule.budget),
        calendar=calendars.in_force()[rule.calendar],
        roll=clock.Roll(rule.roll),
    )
    return deadline.first_due
