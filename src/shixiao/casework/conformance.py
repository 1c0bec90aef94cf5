"""What the tests of every office go through: its step table against `perform`, and its folder against the others.

def test_every_state_and_every_step(opened, people, now):
    assert conformance.refused_everywhere_else(opened, by=people, now=now)
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from shixiao.casework import offices
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of, perform
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import PROGRAM, Step, every_combination
from shixiao.ledger.kinds import DECLARED
from shixiao.people.models import User


class NotConforming(AssertionError):
    """The office does something that its step table does not say, or the other way round."""


def refused_everywhere_else(case: Case, *, by: Callable[[Step], User], now: datetime) -> int:
    """Puts `case` into every state and tries every step that the table does not have there: each must be refused as such, and
    leave no event. `by` names somebody who may take a step. Returns how many were tried; the case is as before afterwards."""
    tried = 0
    table = offices.table_of(case.kind)
    before = events_of(case).count()
    for state, step in every_combination(table):
        if state.name in step.after:
            continue
        with transaction.atomic():
            values = {"state": state.name, "closed_at": case.opened_at if state.is_end else None, "limit_at": None}
            Case.objects.filter(pk=case.pk).update(**values)
            _must_be_refused(case, step, by=None if step.by == PROGRAM else by(step), now=now)
            transaction.set_rollback(True)
        tried += 1
    if events_of(case).count() != before:
        raise NotConforming(f"{case.number}: a refused step left an event")
    return tried


def _must_be_refused(case: Case, step: Step, *, by: User | None, now: datetime) -> None:
    try:
        perform(case.pk, step.name, by=by, now=now)
    except Refused as refused:
        if refused.reason is not Reason.WRONG_STATE:
            raise NotConforming(f"{case.kind} {step.name}: refused as {refused.reason}, not for its state") from refused
        return
    raise NotConforming(f"{case.kind}: {step.name!r} was possible where the table does not have it")


def unlisted_names(office: offices.Office) -> list[str]:
    """Kinds of event that the office declares and its `names.txt` lacks, or that stand there and are declared no more.

    The list only grows: events with these names are in offices' books for ever.
    """
    listed = set((Path(office.path) / "names.txt").read_text(encoding="utf-8").split())
    declared = {name for name in DECLARED if name.startswith(f"{office.label}.")}
    return sorted(listed ^ declared)
