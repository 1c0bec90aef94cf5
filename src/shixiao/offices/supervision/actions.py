"""What the steps of tasks do beyond changing the state."""

from collections.abc import Callable, Mapping
from datetime import date

from shixiao.casework import telling
from shixiao.casework.local import local
from shixiao.casework.models import Relation
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.messages import holding
from shixiao.offices.supervision import instructing, issuing, orderers, parts, silence
from shixiao.offices.supervision.models import Assisting, Task
from shixiao.offices.supervision.sources import BY_CODE
from shixiao.offices.supervision.steps import HANDLER, MOST_ASSISTING, TASK
from shixiao.people.models import Unit

# ---- from proposal to acceptance ---------------------------------------------------------------------------------


def propose(work: Work) -> None:
    """A task of one matter, with the leader who gave the order and the units that help."""
    orderer = orderers.entitled(work, "orderer", unit=work.case.unit)
    check_day(work, work["limit_on"])
    parent = None
    if work["parent"]:
        parent = parts.named(work, "parent")
        parts.check_takes(work, parent)
        work.note(parent_id=parent.pk)
        work.create(Relation(case=work.case, other=parent, kind="parent"))
    work.change_case(title=work["matter"])
    work.detail = Task(
        case=work.case,
        source=work["source"],
        source_ref=work["source_ref"] or "",
        done_when=work["done_when"],
        led_by=work["led_by"],
        orderer=orderer,
        limit_on=work["limit_on"],
        parent=parent,
    )
    _assist(work)


def expect(work: Work) -> None:
    """One time of a recurring task: it ends with its window, and has its own evidence."""
    orderer = orderers.entitled(work, "orderer", unit=work.case.unit)
    work.note(source="routine")
    work.detail = Task(case=work.case, source="routine", led_by=work["led_by"], orderer=orderer)
    _assist(work)


def _assist(work: Work) -> None:
    """Units that help: each once, and none of them the lead unit."""
    met = {work.case.unit_id}
    for number in range(1, MOST_ASSISTING + 1):
        unit = work.thing(f"assisting_{number}", Unit)
        if unit is None:
            continue
        if unit.pk in met:
            text = Text(
                f"{unit.name}已经是主办或协办单位，不必再写。", f"{unit.name} is the lead or an assisting unit already."
            )
            raise work.refuse(text, field=f"assisting_{number}", reason=Reason.INVALID)
        met.add(unit.pk)
        work.create(Assisting(case=work.case, unit=unit))


def check_day(work: Work, day: date | None) -> None:
    """A limit lies ahead of whoever sets it. Raises `Refused`."""
    today = local(work.now).date()
    if day is not None and day < today:
        text = Text(
            f"期限 {day} 已经过去，请写 {today} 或以后的日期。", f"{day} has passed; write {today} or a later day."
        )
        raise work.refuse(text, field="limit_on", reason=Reason.INVALID)


def entrust(work: Work) -> None:
    """Until the day that is told now or was told with the proposal; otherwise the time of its source."""
    told: date | None = work["limit_on"]
    check_day(work, told)
    _limit(work, told or work.detail.limit_on)


def _limit(work: Work, day: date | None) -> None:
    if day is None:
        work.limit_as("finish", BY_CODE[work.detail.source].limit)
        return
    check_day(work, day)
    work.limit("finish", until=day)
    work.note(limit_on=day)
    work.change(limit_on=day)


def accept(work: Work) -> None:
    """Whoever accepts it has it in hand."""
    work.change_case(lead=work.by)


def send_back(work: Work) -> None:
    """Nobody has it in hand any more; the day that was named does not bind the next one."""
    work.change(limit_on=None)


# ---- the work ----------------------------------------------------------------------------------------------------


def progress(work: Work) -> None:
    """A percentage only where it does not follow from parts."""
    percent: int | None = work["percent"]
    if percent is None:
        return
    if parts.of(work.case):
        text = Text(
            "这件事有子任务，进度由子任务算出，不用填写。", "This task has parts: its progress follows from them."
        )
        raise work.refuse(text, field="percent", reason=Reason.INVALID)
    work.change(percent=percent)


def remind(work: Work) -> None:
    """Whoever has it in hand; while nobody has, the handlers of the lead unit."""
    case = work.case
    if case.lead_id is not None:
        work.named = [case.lead_id]
        return
    on = local(work.now).date()
    work.named = telling.nearest(holding.holders([HANDLER], [case.unit.path], on=on), HANDLER, case.unit.path)


def feed_back(work: Work) -> None:
    """The whole comes after its parts: open ones are named."""
    parts.check_done(work)


def pass_(work: Work) -> None:
    """What was reviewed is complete."""
    work.change(percent=100)


def transfer(work: Work) -> None:
    """Another lead unit; whoever had it in hand has it no more."""
    unit = work.thing("unit", Unit)
    if unit.pk == work.case.unit_id:
        text = Text(f"主办单位已经是{unit.name}。", f"{unit.name} leads it already.")
        raise work.refuse(text, field="unit", reason=Reason.INVALID)
    if unit.until is not None and unit.until <= local(work.now).date():
        raise work.refuse(
            Text(f"{unit.name}已经撤销。", f"{unit.name} is closed."), field="unit", reason=Reason.INVALID
        )
    work.change_case(unit=unit, lead=None)
    work.change(led_by=work["led_by"])


def place_under(work: Work) -> None:
    """A part of another task. No task is a part of itself, however many lie between."""
    parent = parts.named(work, "parent")
    parts.check_takes(work, parent)
    parts.check_no_circle(work, parent)
    work.note(parent_id=parent.pk)
    work.change(parent=parent)
    if not Relation.objects.filter(case=work.case, other=parent, kind="parent").exists():
        work.create(Relation(case=work.case, other=parent, kind="parent"))


def merge(work: Work) -> None:
    """It goes into another open task; its own parts end first."""
    into = parts.named(work, "into")
    if into.pk == work.case.pk:
        text = Text(f"{into.number} 不能并入自己。", f"{into.number} cannot be merged into itself.")
        raise work.refuse(text, field="into", reason=Reason.INVALID)
    parts.check_takes(work, into, field="into")
    parts.check_done(work)
    work.note(into_id=into.pk)
    work.create(Relation(case=work.case, other=into, kind="merged_into"))


def revoke(work: Work) -> None:
    """Open parts are revoked first."""
    parts.check_done(work)


# ---- closing -----------------------------------------------------------------------------------------------------


def present(work: Work) -> None:
    """To the leader who gave the order, who must still be there."""
    orderers.check_there(work, work.detail.orderer)
    work.note(orderer=work.detail.orderer_id)
    work.change(silent_until=None)
    work.named = [work.detail.orderer_id]


def consent(work: Work) -> None:
    """By the very leader who gave the order."""
    orderers.check_is(work, work.detail.orderer)


def read_result(work: Work) -> None:
    """Read; from now on silence counts."""
    orderers.check_is(work, work.detail.orderer)
    until = silence.until(work)
    work.note(silent_until=local(until).isoformat())
    work.change(silent_until=until)


def instruct_again(work: Work) -> None:
    """Another round, with a time of its own."""
    task: Task = work.detail
    orderers.check_is(work, task.orderer)
    check_day(work, work["limit_on"])
    work.change(round=task.round + 1, silent_until=None, percent=0)
    work.note(round=task.round)
    _limit(work, work["limit_on"])


def propose_closing(work: Work) -> None:
    """Only on the basis that is stated: read, and nothing new for the set time."""
    orderers.check_silent(work, work.detail.silent_until)


def replace_orderer(work: Work) -> None:
    """Somebody else takes the place of the leader who gave the order."""
    task: Task = work.detail
    follows = orderers.entitled(work, "orderer", unit=work.case.unit)
    if follows.pk == task.orderer_id:
        text = Text(f"交办领导已经是{follows.display_name}。", f"{follows.display_name} is the leader already.")
        raise work.refuse(text, field="orderer", reason=Reason.INVALID)
    work.note(before=task.orderer_id)
    work.change(orderer=follows, silent_until=None)
    work.named = [follows.pk]


ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {
    **{
        (TASK, name): action
        for name, action in {
            "propose": propose,
            "expect": expect,
            "entrust": entrust,
            "accept": accept,
            "send_back": send_back,
            "progress": progress,
            "remind": remind,
            "feed_back": feed_back,
            "pass_": pass_,
            "transfer": transfer,
            "place_under": place_under,
            "merge": merge,
            "revoke": revoke,
            "present": present,
            "consent": consent,
            "read_result": read_result,
            "instruct_again": instruct_again,
            "propose_closing": propose_closing,
            "replace_orderer": replace_orderer,
        }.items()
    },
    **instructing.ACTIONS,
    **issuing.ACTIONS,
}
