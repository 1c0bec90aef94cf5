"""What a reviewer does at the desk: remarks to rows, and returning or approving many plans with one call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from shixiao.casework import performing
from shixiao.casework.allowing import may_take
from shixiao.casework.models import Case
from shixiao.casework.particulars import words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.people.models import User
from shixiao.performance.life.models import NOTE_LENGTH, FindingTally, PlanLife, RowNote
from shixiao.performance.life.steps import LEVEL_OF, PLANS
from shixiao.performance.models.plans import Indicator

MOST_NOTES = 100  # what one event carries of them
_NOTE = words("note", Text("意见", "The remark"), most=NOTE_LENGTH, is_required=False)


def may_review(case: Case, *, by: User, now: datetime) -> bool:
    """The case lies at a level that is this person's. Who took the steps before is looked at when they decide."""
    level = LEVEL_OF.get(case.state)
    step = PLANS.step(f"approve_{level}") if level else None
    return step is not None and may_take(PLANS, step, unit=case.unit, lead=case.lead_id, by=by, now=now)


def note_row(life: PlanLife, row: int, text: str, *, by: User, now: datetime) -> RowNote | None:
    """Keep what the reviewer writes to a row until the table is returned; empty takes it away. A draft: no event. Raises `Refused`."""
    said = _NOTE.read(text, zone=zone())
    if not may_review(life.case, by=by, now=now):
        text_ = Text("这张表现在不在您这里审核。", "This plan does not lie at your level now.")
        raise Refused(text_, reason=Reason.WRONG_STATE)
    mine = RowNote.objects.filter(case=life.case, author=by, round=life.round)
    if said is None:
        mine.filter(row=row).delete()
        return None
    if not Indicator.objects.filter(version=life.version_id, row=row).exists():
        raise Refused(Text(f"没有第 {row} 行。", f"There is no row {row}."), reason=Reason.UNKNOWN)
    if mine.exclude(row=row).count() >= MOST_NOTES:
        full = Text(f"一次最多写 {MOST_NOTES} 行意见。", f"At most {MOST_NOTES} rows are remarked on at once.")
        raise Refused(full, reason=Reason.INVALID)
    note, _is_new = mine.update_or_create(
        row=row,
        defaults={"text": said},
        create_defaults={"case": life.case, "author": by, "round": life.round, "text": said},
    )
    return note


def return_many(
    lives: Sequence[PlanLife], letter: str, *, by: User, now: datetime, seen: int | None = None
) -> list[Case]:
    """Send these plans back with one letter: all or none, one event for each with its own findings and remarks. Raises `Refused`, whose
    `row` says which of them is meant."""
    return _decide(lives, "return", by=by, now=now, seen=seen, letter=letter)


def approve_many(lives: Sequence[PlanLife], opinion: str = "", *, by: User, now: datetime) -> list[Case]:
    """Approve these plans at their level: all or none, and none that has an open error. Raises `Refused`."""
    with_errors = set(
        FindingTally.objects.filter(version__in=[life.version_id for life in lives], errors__gt=0).values_list(
            "version_id", flat=True
        )
    )
    for number, life in enumerate(lives):
        if life.version_id in with_errors:
            text = Text(
                f"{life.case.number} 还有没处理的错误，不能成批通过。请打开逐件审核。",
                f"{life.case.number} has open errors and cannot be approved in bulk. Open it by itself.",
            )
            raise Refused(text, reason=Reason.GUARDED, row=number)
    return _decide(lives, "approve", by=by, now=now, opinion=opinion)


def _decide(
    lives: Sequence[PlanLife], what: str, *, by: User, now: datetime, seen: int | None = None, **told: Any
) -> list[Case]:
    """One call for each level, all in one transaction."""
    done: list[Case] = []
    with transaction.atomic():
        for level in dict.fromkeys(LEVEL_OF.get(life.case.state, "") for life in lives):
            several = [
                (number, life) for number, life in enumerate(lives) if LEVEL_OF.get(life.case.state, "") == level
            ]
            if not level:
                raise _elsewhere(several[0][1], several[0][0])
            try:
                cases = [life.case_id for _number, life in several]
                done += performing.perform_many(cases, f"{what}_{level}", by=by, now=now, seen=seen, **told)
            except Refused as refused:
                refused.row = several[refused.row or 0][0]
                raise
        if what == "return":
            RowNote.objects.filter(case__in=done, author=by).delete()
    return done


def _elsewhere(life: PlanLife, row: int) -> Refused:
    text = Text(f"{life.case.number} 现在不在审核当中。", f"{life.case.number} is not under review now.")
    return Refused(text, reason=Reason.WRONG_STATE, row=row)
