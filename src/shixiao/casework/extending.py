"""More time for a case: asked for with a reason, then granted or refused. The first deadline is never overwritten.

Outside the step tables: any case of any office whose deadline runs can be extended, by the same rules.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from shixiao import ledger
from shixiao.casework import assessing, budgets, calendars, deadlines, notices, offices, telling, through
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.events import EXTENSION_ASKED, EXTENSION_GRANTED, EXTENSION_REFUSED
from shixiao.casework.local import local
from shixiao.casework.models import Case, Deadline, Extension, Timer
from shixiao.casework.particulars import words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_unrestricted
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.messages.models import Sort
from shixiao.people.models import User
from shixiao.people.permissions import mandates

REASON = words("reason", Text("理由", "Reason"), most=500)


def ask_extension(case: Case, name: str, *, budget: str, reason: str, by: User, now: datetime) -> Extension:
    """Ask for `budget` more (`2wd`, `8wh`) on the running deadline `name`. One at a time; for the lead or the overseer.

    Raises `Refused`, `NotAllowed`.
    """
    check_unrestricted(case)
    told = REASON.read(reason, zone=zone())
    try:
        written = budgets.write(budgets.read(budget))
    except clock.Unworkable as error:
        raise Refused(error.text, reason=Reason.INVALID, field="budget") from error
    with transaction.atomic(), through.beside(case.pk):
        case = _locked(case.pk)
        row = _running(case, name)
        if not _is_lead(case, by) and not _oversees(case, by, now):
            raise NotAllowed(Text("申请延期由主办人办理。", "Asking for more time is for the lead of the case."))
        if offices.table_of(case.kind).asks_in_time and row.overdue_from is not None and now >= row.overdue_from:
            text = Text(
                "时限已过，不能再申请延期，按原时限计。请尽快办理，并在反馈时说明原因。",
                "The limit has passed, so no more time can be asked for and it stays as it is. Finish it soon, and say why it was late.",
            )
            raise Refused(text, reason=Reason.GUARDED, field="name")
        if row.extensions.filter(answer=Extension.Answer.ASKED).exists():
            text = Text("已有一个延期申请待批。", "An extension is asked for already.")
            raise Refused(text, reason=Reason.WRONG_STATE, field="name")
        codes = {"deadline": row.pk, "name": name, "budget": written.replace(" ", "_")}
        event = ledger.record(EXTENSION_ASKED, subject=case, by=by, now=now, particulars=codes, texts={"reason": told})
        _touch(case)
        to = telling.overseers(case, on=now)
        telling.say(case, event, notices.EXTENSION_ASKED, to=to, by=by, now=now, sort=Sort.TODO, limit=name)
        return Extension.objects.create(deadline=row, budget=written, asked_event_id=event.pk)


def answer_extension(asked: Extension, *, is_granted: bool, reason: str, by: User, now: datetime) -> Deadline:
    """Grant it, and the deadline moves; or refuse it, and it stays. For the overseer of the kind of case.

    Raises `Refused` for one that was answered or whose deadline stopped, `NotAllowed`.
    """
    told = REASON.read(reason, zone=zone())
    case_id = asked.deadline.case_id
    with transaction.atomic(), through.beside(case_id):
        case = _locked(case_id)
        asked = Extension.objects.select_for_update().get(pk=asked.pk)
        row = Deadline.objects.prefetch_related("suspensions", "extensions").get(pk=asked.deadline_id)
        _check_answer(case, row, asked, by=by, now=now)
        before = row.due_at
        asked.answer = Extension.Answer.GRANTED if is_granted else Extension.Answer.REFUSED
        codes: dict[str, Any] = {"deadline": row.pk, "name": row.name, "budget": asked.budget.replace(" ", "_")}
        if is_granted:
            _move(case, row, asked)
            codes |= {"before": _iso(before), "due": _iso(row.due_at), "late_from": deadlines.late_from([row])}
        kind = EXTENSION_GRANTED if is_granted else EXTENSION_REFUSED
        event = ledger.record(kind, subject=case, by=by, now=now, particulars=codes, texts={"reason": told})
        Extension.objects.filter(pk=asked.pk).update(answer=asked.answer, answered_event_id=event.pk)
        _touch(case)
        assessing.reassess([case], now=now)
        _tell(case, row, asked, event, by=by, now=now)
    return row


def _tell(case: Case, row: Deadline, asked: Extension, event: Event, *, by: User, now: datetime) -> None:
    """Whoever asked, and the lead."""
    asker = Event.objects.values_list("by_id", flat=True).get(pk=asked.asked_event_id)
    wording = notices.EXTENSION_GRANTED if asked.answer == Extension.Answer.GRANTED else notices.EXTENSION_REFUSED
    last = _iso(deadlines.last_moment(row.overdue_from)) if row.overdue_from else ""
    due: dict[str, Any] = {"due": last} if last else {}
    telling.say(case, event, wording, to=[int(asker), case.lead_id], by=by, now=now, limit=row.name, **due)


def _check_answer(case: Case, row: Deadline, asked: Extension, *, by: User, now: datetime) -> None:
    if not _oversees(case, by, now):
        raise NotAllowed(Text("延期由主管审批。", "Extensions are answered by the overseer."))
    if asked.answer != Extension.Answer.ASKED:
        text = Text("这个延期申请已经答复过了。", "This extension was answered already.")
        raise Refused(text, reason=Reason.OVERTAKEN)
    if row.stopped_at is not None:
        text = Text("这个时限已经停止，不用再延期。", "This deadline has stopped and needs no more time.")
        raise Refused(text, reason=Reason.WRONG_STATE)


def _move(case: Case, row: Deadline, granted: Extension) -> None:
    """The row with the extension that was just granted, its timer, and the limit of the case."""
    calendar = calendars.in_force()[row.calendar]
    deadline = deadlines.as_clock(row, calendar)
    more = clock.Extension(budgets.read(granted.budget), Text("同意延期", "extension granted"))
    moved = clock.Deadline(
        start=deadline.start,
        budget=deadline.budget,
        calendar=calendar,
        roll=deadline.roll,
        suspensions=deadline.suspensions,
        extensions=(*deadline.extensions, more),
    )
    deadlines.settle(row, moved)
    deadlines.write_due([row])
    Timer.objects.filter(deadline=row, fired_at=None).delete()
    deadlines.set_timers([row])
    others = [each for each in deadlines.running([case]).get(case.pk, []) if each.pk != row.pk]
    case.limit_at = deadlines.nearest([row, *others])


def _iso(instant: datetime | None) -> str:
    return local(instant).isoformat() if instant else ""


def _locked(key: int) -> Case:
    return Case.objects.select_related("unit").select_for_update(of=("self",)).get(pk=key)


def _touch(case: Case) -> None:
    case.revision += 1
    Case.objects.filter(pk=case.pk).update(revision=case.revision, limit_at=case.limit_at)


def _running(case: Case, name: str) -> Deadline:
    row = Deadline.objects.filter(case=case, name=name, stopped_at=None).first()
    if row is None:
        text = Text(f"{case.number} 没有正在计时的这种时限。", f"{case.number} has no such deadline running.")
        raise Refused(text, reason=Reason.UNKNOWN, field="name")
    return row


def _is_lead(case: Case, by: User) -> bool:
    return case.lead_id == by.pk and by.is_active


def _oversees(case: Case, by: User, now: datetime) -> bool:
    held = mandates(by, local(now).date())
    return held.allow(offices.table_of(case.kind).overseer, case.unit.path)
