"""Whether a step may happen: state, person, moment, and who was quicker."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied

from shixiao.casework import offices
from shixiao.casework.local import local
from shixiao.casework.models import Case, ClosedYear
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import LEAD, PROGRAM, Situation, Step, Steps
from shixiao.casework.timelines import events_of_cases
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates
from shixiao.people.responsibilities import DECLARED as RESPONSIBILITIES


class NotAllowed(Refused, PermissionDenied):
    """The person has not the responsibility. A `PermissionDenied`, so that the attempt is noted where those are."""

    def __init__(self, text: Text) -> None:
        super().__init__(text, reason=Reason.NOT_ALLOWED)


def check(work: Work, *, seen: int | None) -> None:
    """Raises `Refused` unless this step may happen to this case now: state, moment, person. Particulars come after."""
    case, step = work.case, work.step
    if seen is not None and seen != case.revision:
        raise _overtaken(work)
    if case.state not in step.after:
        raise _wrong_state(work)
    check_moment(work.happened_at, now=work.now)
    if work.happened_at < case.opened_at:
        opened = local(case.opened_at)
        if work.now < case.opened_at:
            raise _clock_set_back(case.number, opened)
        raise Refused(
            Text(
                f"{case.number} 是 {opened:%Y年%m月%d日 %H:%M} 开始的，这一步不能发生在那之前。",
                f"{case.number} began at {opened:%F %H:%M}; this step cannot have happened before.",
            ),
            reason=Reason.BEFORE_THE_CASE,
            field="happened_at",
        )
    check_mandate(work.table, step, unit=case.unit, lead=case.lead_id, by=work.by, now=work.now)


def _clock_set_back(number: str, opened: datetime) -> Refused:
    """Nobody can say a moment that would do: the case was opened while the server's clock ran ahead."""
    return Refused(
        Text(
            f"{number} 是服务器的时钟走快的时候登记的，记的是 {opened:%Y年%m月%d日 %H:%M}，时钟后来调回了。过了这个时间就可以办理。"
            "请把这件事告诉系统管理员。",
            f"{number} was registered while the server's clock ran ahead, at {opened:%F %H:%M} by that clock, which was set back since. It "
            "can be dealt with from that moment on; tell the system administrator.",
        ),
        reason=Reason.BEFORE_THE_CASE,
    )


def check_guard(work: Work) -> None:
    """Raises `Refused` where the step table's own guard speaks against it."""
    guard = work.step.guard
    if guard and (why := guard(Situation(work.case.state, work.particulars))):
        raise Refused(why, reason=Reason.GUARDED)


def check_moment(happened_at: datetime, *, now: datetime) -> None:
    """Nothing is recorded that has not happened yet."""
    if happened_at.tzinfo is None:
        raise Refused(
            Text("发生时间要写明时区。", "The moment needs a time zone."), reason=Reason.INVALID, field="happened_at"
        )
    if happened_at > now:
        at = local(happened_at)
        raise Refused(
            Text(
                f"发生时间 {at:%Y年%m月%d日 %H:%M} 还没有到。请填写实际发生的时间。",
                f"{at:%F %H:%M} has not come yet. Say when it really happened.",
            ),
            reason=Reason.NOT_YET,
            field="happened_at",
        )


def check_years(moments: Sequence[datetime], *, now: datetime) -> None:
    """Nothing enters a year whose books are closed. Only past years can be closed, so the usual step asks nothing."""
    this_year = local(now).year
    years = {local(moment).year for moment in moments} - {this_year}
    if not years:
        return
    closed = sorted(ClosedYear.objects.filter(year__in=years).values_list("year", flat=True))
    if closed:
        raise Refused(
            Text(
                f"{closed[0]} 年已经关账，不能再记入。请按今天的日期记一笔更正。",
                f"The books of {closed[0]} are closed. Record a correction under today's date.",
            ),
            reason=Reason.YEAR_CLOSED,
            field="happened_at",
        )


def check_mandate(table: Steps, step: Step, *, unit: Unit, lead: int | None, by: User | None, now: datetime) -> None:
    """Raises `NotAllowed` unless `by` may take this step for a case of `unit`."""
    if not may_take(table, step, unit=unit, lead=lead, by=by, now=now):
        raise NotAllowed(_not_allowed(table, step, unit))


def may_take(table: Steps, step: Step, *, unit: Unit, lead: int | None, by: User | None, now: datetime) -> bool:
    """The person holds the responsibility at the unit or above it, or has the case in hand; the program takes its own steps."""
    if by is None or step.by == PROGRAM:
        return by is None and step.by == PROGRAM
    held = mandates(by, local(now).date())
    if step.by == LEAD:
        return lead == by.pk or held.allow(table.overseer, unit.path)
    return held.allow(step.by, unit.path)


def may_take_any(case: Case, *, by: User, now: datetime) -> bool:
    """Some step of the case's table is this person's, whatever the state is now: tags and files are theirs to keep."""
    table = offices.table_of(case.kind)
    return any(may_take(table, step, unit=case.unit, lead=case.lead_id, by=by, now=now) for step in table.steps) or (
        case.lead_id == by.pk
    )


def _not_allowed(table: Steps, step: Step, unit: Unit) -> Text:
    if step.by == PROGRAM:
        return Text(f"“{step.title.zh}”由系统自动办理。", f"“{step.title.en}” is done by the program itself.")
    if step.by == LEAD:
        return Text(
            f"“{step.title.zh}”由主办人办理。如需代办，请先改派。",
            f"“{step.title.en}” is for the person in charge of the case. Assign it first.",
        )
    title = RESPONSIBILITIES[step.by].title
    return Text(
        f"您没有{unit.name}的“{title.zh}”职责，不能办理“{step.title.zh}”。如需办理，请联系安全管理员授予岗位。",
        f"“{step.title.en}” needs the responsibility “{title.en}” at {unit.name}. Ask the security administrator for the post.",
    )


def check_persons(works: Sequence[Work]) -> None:
    """Two steps that two people must take were not taken by one. Reads what happened so far, only for steps that say so."""
    step, by = works[0].step, works[0].by
    if not step.not_by or by is None:
        return
    table = works[0].table
    kinds = {row.records.name: row for name in step.not_by if (row := table.step(name))}
    happened = events_of_cases(works)
    for number, work in enumerate(works):
        for event in happened[work.case.pk]:
            if event.kind in kinds and event.by == str(by.pk):  # steps are taken by accounts and by nothing else
                raise _same_person(work, kinds[event.kind], row=number)


def _same_person(work: Work, earlier: Step, *, row: int) -> Refused:
    step, number = work.step, work.case.number
    return Refused(
        Text(
            f"{number} 的“{earlier.title.zh}”是您办的，“{step.title.zh}”须由另一个人办理。",
            f"You took “{earlier.title.en}” of {number}; “{step.title.en}” is for somebody else.",
        ),
        reason=Reason.SAME_PERSON,
        row=row,
    )


# ---- who was quicker -------------------------------------------------------------------------------------------


def _overtaken(work: Work) -> Refused:
    return Refused(_what_happened(work), reason=Reason.OVERTAKEN)


def _wrong_state(work: Work) -> Refused:
    """The step table has no such step here; says what the state is, what happened last, and what may be done."""
    here = work.table.state(work.case.state).title
    next_steps = work.table.allowed(work.case.state)
    zh = "、".join(step.title.zh for step in next_steps) or "没有"
    en = ", ".join(step.title.en for step in next_steps) or "nothing"
    last = _what_happened(work)
    return Refused(
        Text(
            f"{work.case.number} 现在是“{here.zh}”，不能“{work.step.title.zh}”。{last.zh}现在可以办理：{zh}。",
            f"{work.case.number} is “{here.en}” now, so “{work.step.title.en}” is not possible. {last.en} What can be done: {en}.",
        ),
        reason=Reason.WRONG_STATE,
    )


def _what_happened(work: Work) -> Text:
    last = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(work.case.pk)).order_by("-id").first()
    if last is None:  # pragma: no cover — a case without events cannot exist
        return Text("", "")
    who = _name(last)
    at = local(last.recorded_at)
    title = _title(work.table, last.kind)
    here = work.table.state(work.case.state).title
    return Text(
        f"{who.zh}在 {at:%m月%d日 %H:%M} 办理了“{title.zh}”，事项现在是“{here.zh}”。",
        f"{who.en} took “{title.en}” at {at:%m-%d %H:%M}; the case is “{here.en}” now.",
    )


def _name(event: Event) -> Text:
    if not event.by_id:
        return Text("系统", "The program")
    user = User.objects.filter(pk=event.by_id).first()
    return Text(user.display_name, user.display_name) if user else Text("有人", "Somebody")


def _title(table: Steps, kind: str) -> Text:
    step = table.step_of(kind)
    return step.title if step else DECLARED[kind].title if kind in DECLARED else Text(kind, kind)


def buttons(case: Case, *, by: User, now: datetime) -> list[Step]:
    """What this person can do with the case now, the usual step first. One statement at most, the person's posts."""
    table = offices.table_of(case.kind)
    return [
        step
        for step in table.allowed(case.state)
        if may_take(table, step, unit=case.unit, lead=case.lead_id, by=by, now=now)
    ]


def openings(by: User, *, now: datetime, tables: Iterable[Steps]) -> list[tuple[Steps, Step]]:
    """What this person can begin, anywhere."""
    held = mandates(by, local(now).date())
    return [(table, step) for table in tables for step in table.opening if step.by in held.words]
