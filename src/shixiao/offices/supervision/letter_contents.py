"""What stands in a letter about a task, from what happened to it. Nothing is invented: what is not known is empty.

A letter states what is on record: a reminder, a request for more time, a result. Of an instruction it has nothing but that it is the source:
the words of leaders lie with their own cases, sealed, and are not read here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse

from shixiao import forms
from shixiao.casework import budgets, calendars, deadlines, simulated
from shixiao.casework.events import EXTENSION_GRANTED
from shixiao.casework.local import local, local_day
from shixiao.casework.models import Case, Deadline, Extension
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine import clock
from shixiao.engine.bilingual import CHINESE, Text
from shixiao.ledger.models import Event
from shixiao.offices.supervision import events
from shixiao.offices.supervision.letters import Letter
from shixiao.offices.supervision.models import Assisting, Task
from shixiao.offices.supervision.sources import BY_CODE
from shixiao.offices.supervision.steps import TASKS
from shixiao.people.models import User
from shixiao.people.queries import unit_of

_URGENCIES = {"normal": "一般", "urgent": "急", "most_urgent": "特急"}
# What the report of a task tells of how it came about.
_MILESTONES = (
    *(events.ESTABLISHED, events.EXPECTED, events.ENTRUSTED, events.ACCEPTED, events.TRANSFERRED),
    *(events.SUSPENDED, events.RESUMED, events.FED_BACK, events.RETURNED, events.PASSED, events.PRESENTED),
    *(events.INSTRUCTED_AGAIN, events.CONSENTED, events.CLOSING_CONFIRMED, events.ARCHIVED),
)


class Asked(NamedTuple):
    """Who wants which letter about what, when, and what is said beyond what is on record. `number` as it will stand there."""

    letter: Letter
    task: Task
    by: User
    now: datetime
    further: str
    year: int
    number: str


def content(asked: Asked) -> forms.OfTask:
    """The letter, frozen. Some ten statements. Raises `Refused` where what it would state has not happened."""
    return _MAKERS[asked.letter.word](asked, _Life(asked.task.case))


class _Life:
    """What happened to a task, with what people wrote."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.events: Sequence[Event] = list(events_of(case).prefetch_related("words"))

    def last(self, kind: Any) -> Event | None:
        return next((each for each in reversed(self.events) if each.kind == kind.name), None)

    def first(self, *kinds: Any) -> Event | None:
        names = {kind.name for kind in kinds}
        return next((each for each in self.events if each.kind in names), None)

    def count(self, kind: Any) -> int:
        return sum(each.kind == kind.name for each in self.events)

    def limits(self, name: str, *, before: Event | None = None) -> list[datetime]:
        """The first instant that is too late, as it was set and moved, the oldest first; up to an event where one is given."""
        found = []
        for each in self.events:
            if before is not None and each.pk >= before.pk:
                break
            at = each.particulars.get("late_from", {}).get(name)
            if at:
                found.append(datetime.fromisoformat(at))
        return found


def text_of(event: Event | None, name: str) -> str:
    """What somebody wrote in an event; nothing where there is none, or the law had it deleted."""
    if event is None:
        return ""
    return next((each.words for each in event.words.all() if each.name == name), "")


# ---- what every letter has ---------------------------------------------------------------------------------------


def _common(asked: Asked, life: _Life) -> dict[str, Any]:
    task, case = asked.task, asked.task.case
    assisting = Assisting.objects.filter(case=case).select_related("unit").order_by("pk")
    entrusted = life.first(events.ENTRUSTED)
    limits = life.limits("finish")
    own = unit_of(asked.by, on=local_day(asked.now))
    units = "、".join(each.unit.name for each in assisting)
    return {
        "year": str(asked.year),
        "made_on": local_day(asked.now),
        "simulated": simulated.is_simulated(),
        "number": asked.number,
        "address": address_of(case),
        "issuer": own.name if own else "",
        "recipient": case.unit.name,
        "copied": units,
        "drafted_by": asked.by.display_name,
        "task": case.number,
        "matter": case.title,
        "urgency": _URGENCIES[case.urgency] if case.urgency != "normal" else "",
        "origin": BY_CODE[task.source].title.zh,
        "origin_ref": task.source_ref,
        "orderer": task.orderer.display_name,
        "lead": case.unit.name,
        "assisting": units,
        "handler": case.lead.display_name if case.lead else "",
        "done_when": task.done_when,
        "entrusted_on": local_day(entrusted.happened_at) if entrusted else None,
        "first_limit": day_of(limits[0]) if limits else "",
        "limit": day_of(limits[-1]) if limits else "",
    }


def address_of(case: Case) -> str:
    """The page of the case as a telephone opens it; nothing while the house does not say where it is found."""
    base = settings.SHIXIAO_ADDRESS
    return f"{base}{reverse('casework:case', args=(case.pk,))}" if base else ""


def day_of(overdue_from: datetime) -> str:
    """The last day in time, with the time of day where it does not end with the day."""
    last = deadlines.last_moment(overdue_from)
    day = f"{last.year}年{last.month}月{last.day}日"
    over = local(overdue_from)
    return day if over.time() == time() else f"{day}{over.hour}时{over.minute:02}分"


# ---- each kind ---------------------------------------------------------------------------------------------------


def _order(asked: Asked, life: _Life) -> forms.OfTask:
    return forms.SupervisionOrder(**_common(asked, life), further=asked.further)


def _notice(asked: Asked, life: _Life) -> forms.OfTask:
    limits = life.limits("accept")
    by = day_of(limits[-1]) if limits else ""
    return forms.EntrustingNotice(**_common(asked, life), accept_by=by, further=asked.further)


def _reminder(asked: Asked, life: _Life) -> forms.OfTask:
    by_letter = [
        each for each in life.events if each.kind == events.REMINDED.name and each.particulars["manner"] == "letter"
    ]
    sent = life.last(events.REMINDER_ISSUED)
    if not by_letter or (sent is not None and sent.pk > by_letter[-1].pk):
        raise _refused(
            "没有要发函的催办。请先“催办”，方式选催办函，催办内容就是函的正文。",
            "There is no reminder to be sent by letter. Take “Remind” first, by letter: its words are the text of the letter.",
        )
    urging = text_of(by_letter[-1], "urging")
    if not urging:
        raise _refused("催办内容已依法删除，不能发函。", "The words of the reminder were deleted by law.")
    limits = life.limits("finish")
    return forms.ReminderLetter(
        **_common(asked, life),
        urging=urging,
        count=str(life.count(events.REMINDED)),
        standing=_standing(limits[-1], asked.now) if limits else "没有期限",
        progress=tuple(_progress(life)),
    )


def _standing(overdue_from: datetime, now: datetime) -> str:
    """How far it is to the limit, or how long it is over, in whole days."""
    days = (local_day(now) - deadlines.last_moment(overdue_from).date()).days
    if now >= overdue_from:
        return f"已超过期限{max(days, 1)}天"
    return f"距期限还有{-days}天" if days < 0 else "今天到期"


def _progress(life: _Life) -> Iterator[forms.Progress]:
    """What was reported last, if anything was."""
    last = life.last(events.PROGRESSED)
    if last is None or not (said := text_of(last, "progress")):
        return
    percent = last.particulars.get("percent")
    yield forms.Progress(
        on=local_day(last.happened_at), text=said, percent="" if percent is None else f"（进度{percent}%）"
    )


def _request(asked: Asked, life: _Life) -> forms.OfTask:
    asking = Extension.objects.filter(deadline__case=life.case, answer=Extension.Answer.ASKED)
    extension = asking.select_related("deadline").order_by("-pk").first()
    if extension is None:
        raise _refused(
            "没有待批的延期申请。请先在时限旁边“申请延期”，写明延长多少和理由。",
            "No more time is asked for. Ask for it beside the deadline first, saying how much and why.",
        )
    event = next((each for each in life.events if each.pk == extension.asked_event_id), None)
    office = _unit_of_officer(life)
    told = {
        **_common(asked, life),
        "issuer": life.case.unit.name,
        "recipient": office,
        "copied": "",
    }
    return forms.ExtensionRequest(
        **told,
        more=clock.budget_in_words(budgets.read(extension.budget)).in_(CHINESE).replace(" ", ""),
        until=_until(extension),
        reason=text_of(event, "reason"),
        progress=tuple(_progress(life)),
    )


def _until(extension: Extension) -> str:
    """The day to which the limit would move; nothing while it stands still."""
    row = Deadline.objects.prefetch_related("suspensions", "extensions").get(pk=extension.deadline_id)
    now = deadlines.as_clock(row, calendars.in_force()[row.calendar])
    more = clock.Extension(budgets.read(extension.budget), Text("延期", "extension"))
    moved = clock.Deadline(
        start=now.start,
        budget=now.budget,
        calendar=now.calendar,
        roll=now.roll,
        suspensions=now.suspensions,
        extensions=(*now.extensions, more),
    )
    return day_of(moved.overdue_from) if moved.overdue_from is not None else ""


def _unit_of_officer(life: _Life) -> str:
    """The unit of whoever entrusted the task."""
    event = life.last(events.ENTRUSTED)
    officer = _people([event]).get(event.by_id) if event else None
    unit = unit_of(officer, on=local_day(event.happened_at)) if officer and event else None
    return unit.name if unit else ""


def _report(asked: Asked, life: _Life) -> forms.OfTask:
    fed_back = life.last(events.FED_BACK)
    if fed_back is None:
        raise _refused(
            "还没有反馈，没有可以报告的结果。请等主办单位反馈。",
            "Nothing was fed back, so there is no result to report. Wait for the lead unit.",
        )
    presented = life.last(events.PRESENTED)
    closed: datetime | None = life.case.closed_at
    told = {**_common(asked, life), "recipient": asked.task.orderer.display_name, "copied": ""}
    return forms.ClosingReport(
        **told,
        result=text_of(fed_back, "result"),
        summary=text_of(presented, "summary"),
        fed_back_on=local_day(fed_back.happened_at),
        closed_on=local_day(closed) if closed else None,
        standing=_in_time(life, fed_back),
        extensions=str(life.count(EXTENSION_GRANTED)),
        reminders=str(life.count(events.REMINDED)),
        returns=str(life.count(events.RETURNED)),
        further=asked.further,
        milestones=tuple(_milestones(life)),
    )


def _in_time(life: _Life, fed_back: Event) -> str:
    on = local_day(fed_back.happened_at)
    said = f"{on.year}年{on.month}月{on.day}日反馈结果"
    limits = life.limits("finish", before=fed_back)
    if not limits:
        return said
    if fed_back.happened_at < limits[-1]:
        return f"{said}，没有超过期限"
    return f"{said}，{_standing(limits[-1], fed_back.happened_at)}"


def _milestones(life: _Life) -> Iterator[forms.Milestone]:
    names = {kind.name for kind in _MILESTONES} | {EXTENSION_GRANTED.name}
    happened = [each for each in life.events if each.kind in names]
    people = _people(happened)
    for each in happened:
        step = TASKS.step_of(each.kind)
        who = people.get(each.by_id)
        yield forms.Milestone(
            on=local_day(each.happened_at),
            what=step.title.zh if step else "同意延期",
            who=who.display_name if who else "",
        )


def _people(happened: Sequence[Event]) -> dict[str, User]:
    """Who did these, by the id that events have. One statement."""
    keys = {int(each.by_id) for each in happened if each.by_kind == User.ledger_name and each.by_id.isdigit()}
    return {str(user.pk): user for user in User.objects.filter(pk__in=keys)}


def _refused(zh: str, en: str) -> Refused:
    return Refused(Text(zh, en), reason=Reason.GUARDED)


_MAKERS: Mapping[str, Callable[[Asked, _Life], forms.OfTask]] = {
    "supervision_order": _order,
    "entrusting_notice": _notice,
    "reminder_letter": _reminder,
    "extension_request": _request,
    "closing_report": _report,
}
