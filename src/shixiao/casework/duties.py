"""Duties: what a unit is to do again and again. Creating, changing and ending one; each is one event.

A change applies forward: from a day on that is never before today. What was expected before stays expected, what is withdrawn had
not begun. The cases themselves are made by the worker (`expecting.make_ahead`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import calendars, events, expecting, offices
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Duty, DutyVersion, Project, Subject, Topic
from shixiao.casework.performing import zone
from shixiao.casework.racing import transaction_of_one
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step, Steps
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import Role, Unit, User
from shixiao.people.permissions import mandates

MOST_A_YEAR = 20_000
PREVIEWED = 5
_GIVEN_AS_ROWS = {"unit", "project", "topic", "subject"}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A duty that is about to be created. `told` is what the opening step of every case is told: codes only."""

    title: str
    kind: str
    step: str
    unit: Unit
    schedule: clock.Schedule
    since: date
    calendar: str = calendars.OFFICE
    project: Project | None = None
    topic: Topic | None = None
    subject: Subject | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def may_keep(user: User | None, table: Steps, *, unit: Unit, now: datetime) -> bool:
    """The performance officer, whoever oversees such cases at the unit, and the program."""
    if user is None or (user.role == Role.OFFICER and user.is_active and not table.is_restricted):
        return True
    return mandates(user, timezone.localtime(now).date()).allow(table.overseer, unit.path)


def create(draft: Draft, *, by: User | None, now: datetime) -> Duty:
    """A new duty. Raises `Refused` naming the field, `NotAllowed`."""
    table, step = check(draft, by=by, now=now)
    with transaction_of_one():
        duty = _stored(draft, table, step)
        version = DutyVersion.objects.create(
            duty=duty,
            number=1,
            schedule=clock.schedule_to_dict(draft.schedule),
            since=draft.since,
            decided_at=now,
        )
        expecting.try_some(duty, version, step, now=now)
        codes = {
            "kind": duty.kind,
            "step": duty.step,
            "unit": duty.unit_id,
            "project": duty.project_id,
            "topic": duty.topic_id,
            "subject": duty.subject_id,
            "calendar": duty.calendar,
            "told": duty.told,
            "since": duty.since,
            "schedule": version.schedule,
        }
        ledger.record(events.DUTY_CREATED, subject=duty, by=by, now=now, particulars=codes, texts={"title": duty.title})
    return duty


def change(duty: Duty, schedule: clock.Schedule, *, since: date, by: User | None, now: datetime) -> DutyVersion:
    """Another schedule from a day on; what was planned for then is replaced. The same schedule changes nothing.

    Expected cases that the new schedule does not know, whose window has not begun and on which nothing happened, are withdrawn.
    Raises `Refused`, `NotAllowed`.
    """
    with transaction.atomic():
        duty = _locked(duty, by=by, now=now)
        check_since(since, now=now)
        _check_runs(duty, since)
        check_number(schedule, calendar=duty.calendar, year=since.year)
        versions = list(duty.versions.order_by("number"))
        last, plain = versions[-1], clock.schedule_to_dict(schedule)
        if last.schedule == plain and last.since <= since:
            return last
        _close(versions, on=since)
        version = DutyVersion.objects.create(
            duty=duty, number=last.number + 1, schedule=plain, since=since, decided_at=now
        )
        duty.is_rare = clock.is_rare(schedule)
        expecting.compare(duty, now=now)
        codes = {"since": since, "before": last.schedule, "schedule": plain}
        ledger.record(events.DUTY_CHANGED, subject=duty, by=by, now=now, particulars=codes)
    return version


def end(duty: Duty, *, until: date, by: User | None, now: datetime) -> None:
    """From this day on it holds no more: cases of later windows are withdrawn where nothing happened on them.

    Raises `Refused`, `NotAllowed`.
    """
    with transaction.atomic():
        duty = _locked(duty, by=by, now=now)
        check_since(until, now=now, field="until")
        _check_runs(duty, until)
        _close(list(duty.versions.order_by("number")), on=until)
        duty.until = until
        expecting.compare(duty, now=now)
        ledger.record(events.DUTY_ENDED, subject=duty, by=by, now=now, particulars={"until": until})


def preview(schedule: clock.Schedule, *, calendar: str, since: date, now: datetime) -> list[clock.ExpectedWindow]:
    """The next windows of such a schedule that are not over."""
    here = calendars.in_force()[calendar]
    begin = clock.first_day(schedule, since)
    found = (
        each for each in clock.expected_windows(schedule, begin, since + timedelta(days=800), here) if each.end > now
    )
    return [window for window, _number in zip(found, range(PREVIEWED), strict=False)]


# ---- checks ------------------------------------------------------------------------------------------------------


def check(draft: Draft, *, by: User | None, now: datetime) -> tuple[Steps, Step]:
    """Raises `Refused` for what cannot be, as far as it can be known without opening a case."""
    table, step = _step(draft.kind, draft.step)
    if not may_keep(by, table, unit=draft.unit, now=now):
        raise _not_allowed(table, draft.unit)
    check_since(draft.since, now=now)
    _check_title(draft)
    if draft.calendar not in calendars.in_force().calendars:
        raise Refused(Text("没有这个日历。", "There is no such calendar."), reason=Reason.INVALID, field="calendar")
    check_number(draft.schedule, calendar=draft.calendar, year=draft.since.year)
    _read_told(step, draft.told)
    return table, step


def _step(kind: str, name: str) -> tuple[Steps, Step]:
    table = offices.table_of(kind) if offices.is_known(kind) else None
    step = next((each for each in table.expectable if each.name == name), None) if table else None
    if table is None or step is None:
        text = Text(
            "这种事项不能由例行安排。请从列表里选。",
            "A duty cannot expect cases of this kind; choose one from the list.",
        )
        raise Refused(text, reason=Reason.UNKNOWN, field="kind")
    return table, step


def check_since(day: date, *, now: datetime, field: str = "since") -> None:
    """Raises `Refused` for a day before today."""
    if day < timezone.localtime(now).date():
        text = Text("只能从今天或以后的一天起。", "It changes from today or a later day on.")
        raise Refused(text, reason=Reason.INVALID, field=field)


def _check_title(draft: Draft) -> None:
    if is_marked(draft.title):
        text = Text(
            "内容带有密级标志，不得录入本系统。", "The title carries a mark of secrecy, which may not enter here."
        )
        raise Refused(text, reason=Reason.INVALID, field="title")
    same = Duty.objects.filter(unit=draft.unit, title=draft.title.strip()).order_by("-id").first()
    if same is not None and (same.until is None or same.until > draft.since):
        text = Text(
            f"{draft.unit.name}已有名为“{same.title}”的例行。请换一个名称，或者修改那一个。",
            f"{draft.unit.name} has a duty called “{same.title}” already. Choose another title, or change that one.",
        )
        raise Refused(text, reason=Reason.INVALID, field="title")


def check_number(schedule: clock.Schedule, *, calendar: str, year: int) -> int:
    """How many cases a year such a schedule makes. Raises `Refused` for too many, and for none at all."""
    here = calendars.in_force()
    number = here.how_many(schedule, year, calendar)
    if number > MOST_A_YEAR:
        text = Text(
            f"这样的周期一年会产生 {number:,} 件，最多 {MOST_A_YEAR:,} 件。请减少次数，或者用更长的时段。",
            f"Such a schedule makes {number:,} cases a year; {MOST_A_YEAR:,} is the most. Ask for fewer, or for longer slots.",
        )
        raise Refused(text, reason=Reason.INVALID, field="schedule")
    if not number and not here.how_many(schedule, year + 1, calendar):
        text = Text(
            "按这个日历，这样的周期一次也不会发生。请换一个日历或周期。",
            "By this calendar such a schedule never comes round. Choose another calendar or schedule.",
        )
        raise Refused(text, reason=Reason.INVALID, field="schedule")
    return number


def _read_told(step: Step, told: Mapping[str, Any]) -> dict[str, Any]:
    """Codes only, of particulars that the step knows, as JSON keeps them. Whether they suffice is found by trying to open a case."""
    texts = [each for each in step.takes if each.name in step.texts and each.is_required]
    if texts:
        text = Text(
            f"“{step.title.zh}”每次都要写“{texts[0].title.zh}”，不能由例行安排。",
            f"“{step.title.en}” needs “{texts[0].title.en}” to be written each time; a duty cannot expect it.",
        )
        raise Refused(text, reason=Reason.INVALID, field="kind")
    known = {each.name: each for each in step.takes}
    for name in told:
        if name not in step.codes:
            text = Text(f"“{name[:40]}”不能由例行填写。", f"A duty cannot tell {name[:40]!r}.")
            raise Refused(text, reason=Reason.INVALID, field=name)
    found = {name: known[name].read(value, zone=zone()) for name, value in told.items()}
    return {
        name: value if isinstance(value, (bool, int, str, list, dict)) else str(value)
        for name, value in found.items()
        if value is not None
    }


def _not_allowed(table: Steps, unit: Unit) -> NotAllowed:
    return NotAllowed(
        Text(
            f"{unit.name}的“{table.title.zh}”例行由绩效管理员或该事项的主管维护。",
            f"Duties of “{table.title.en}” at {unit.name} are kept by the performance officer or by whoever oversees such cases.",
        )
    )


# ---- writing -----------------------------------------------------------------------------------------------------


def _stored(draft: Draft, table: Steps, step: Step) -> Duty:
    duty = Duty(
        title=draft.title.strip(),
        kind=table.kind,
        step=draft.step,
        unit=draft.unit,
        project=draft.project,
        topic=draft.topic,
        subject=draft.subject,
        told=_read_told(step, draft.told),
        calendar=draft.calendar,
        since=draft.since,
        made_until=clock.first_day(draft.schedule, draft.since),
        is_rare=clock.is_rare(draft.schedule),
        calendar_stamp=calendars.in_force().stamp,
    )
    try:
        duty.clean_fields(exclude=_GIVEN_AS_ROWS)
        try:
            with transaction.atomic():
                duty.save(force_insert=True)
        except IntegrityError:
            duty.full_clean()  # the database refused: in words, what it asks
            raise
    except ValidationError as wrong:
        first, *others = [
            Refused(Text(sentence, sentence), reason=Reason.INVALID, field=name)
            for name, sentences in wrong.message_dict.items()
            for sentence in sentences
        ]
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others) from wrong
    return duty


def _locked(duty: Duty, *, by: User | None, now: datetime) -> Duty:
    found = Duty.objects.select_related("unit").select_for_update(of=("self",)).get(pk=duty.pk)
    table, _ignored = _step(found.kind, found.step)
    if not may_keep(by, table, unit=found.unit, now=now):
        raise _not_allowed(table, found.unit)
    return found


def _check_runs(duty: Duty, day: date) -> None:
    if duty.until is not None:
        text = Text(
            f"“{duty.title}”已经定于 {duty.until} 结束，请另建一个。",
            f"“{duty.title}” ends on {duty.until}; create another one.",
        )
        raise Refused(text, reason=Reason.WRONG_STATE)
    if day < duty.since:
        text = Text(
            f"“{duty.title}”自 {duty.since} 起才开始，请填那天或以后。",
            f"“{duty.title}” begins on {duty.since} only; choose that day or a later one.",
        )
        raise Refused(text, reason=Reason.INVALID, field="since")


def _close(versions: list[DutyVersion], *, on: date) -> None:
    """No version of before holds on `on` or later."""
    for version in versions:
        if version.until is None or version.until > on:
            version.until = max(version.since, on)
            version.save(update_fields=["until"])
