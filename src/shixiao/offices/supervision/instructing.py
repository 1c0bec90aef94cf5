"""What the steps of instructions do beyond changing the state. What a leader wrote goes into the event's sealed words and nowhere else."""

from collections.abc import Callable, Mapping

from shixiao.casework.local import local
from shixiao.casework.models import Case, Relation
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import orderers, parts, silence
from shixiao.offices.supervision.instruction_steps import INSTRUCTION, MOST_CLAUSES, clause, refuse_marked
from shixiao.offices.supervision.models import ClauseTask, Instruction, Task


def register(work: Work) -> None:
    """An instruction of one leader. Its title is made of the leader and the day: nothing of the text stands in it."""
    _check_unmarked(work)
    leader = orderers.entitled(work, "leader", unit=work.case.unit)
    _check_days(work)
    given_on = work["given_on"]
    work.change_case(title=f"{leader.display_name} {given_on:%Y-%m-%d} 批示", lead=work.by)
    work.detail = Instruction(case=work.case, leader=leader, given_on=given_on)


def write(work: Work) -> None:
    """By the leader in person, who has nobody registered it for; a keeper of instructions goes on with it."""
    assert work.by is not None  # noqa: S101 — the program takes no step of a leader
    _check_unmarked(work)
    _check_days(work)
    given_on = work["given_on"]
    work.change_case(title=f"{work.by.display_name} {given_on:%Y-%m-%d} 批示")
    work.detail = Instruction(case=work.case, leader=work.by, given_on=given_on)


def _check_unmarked(work: Work) -> None:
    if (why := refuse_marked(work["secrecy"])) is not None:
        raise work.refuse(why, field="secrecy")


def _check_days(work: Work) -> None:
    today = local(work.now).date()
    if work["given_on"] > today:
        text = Text("批示日期还没有到。", "The day of the instruction has not come yet.")
        raise work.refuse(text, field="given_on", reason=Reason.INVALID)
    wanted = work["feedback_on"]
    if wanted is None:
        return
    if wanted < today:
        text = Text(f"要求反馈日期 {wanted} 已经过去。", f"{wanted} has passed.")
        raise work.refuse(text, field="feedback_on", reason=Reason.INVALID)
    work.limit("answer", until=wanted)


def split(work: Work) -> None:
    """Clauses are numbered without gaps. Split anew, those that were tied already keep their places."""
    told: Mapping[str, str] = {name: text.strip() for name, text in work["clauses"].items() if text.strip()}
    wanted = sorted(clause(number) for number in range(1, len(told) + 1))
    if not told or len(told) > MOST_CLAUSES or sorted(told) != wanted:
        text = Text(
            f"从第 1 条起依次填写，最多 {MOST_CLAUSES} 条，中间不空。",
            f"Fill them in from the first, without gaps, {MOST_CLAUSES} at most.",
        )
        raise work.refuse(text, field="clauses", reason=Reason.INVALID)
    instruction: Instruction = work.detail
    highest = max(covered(work.case.pk, instruction.round), default=0)
    if highest > len(told):
        text = Text(
            f"第 {highest} 条已经关联了事项，不能少于 {highest} 条。",
            f"Clause {highest} has a task already: {highest} clauses at least.",
        )
        raise work.refuse(text, field="clauses", reason=Reason.GUARDED)
    work.particulars["clauses"] = told
    work.note(round=instruction.round, count=len(told))
    work.change(clauses=len(told))


def covered(instruction: int, round_: int) -> set[int]:
    """The clauses of a round that have a task; one statement."""
    rows = ClauseTask.objects.filter(instruction=instruction, round=round_)
    return set(rows.values_list("clause", flat=True))


def uncovered(instruction: Instruction) -> list[int]:
    """The clauses of the present round without a task."""
    there = covered(instruction.pk, instruction.round)
    return [number for number in range(1, instruction.clauses + 1) if number not in there]


def tie(work: Work) -> None:
    """A clause is carried out by a task that this leader's instruction is the order for."""
    instruction: Instruction = work.detail
    number: int = work["clause"]
    if number > instruction.clauses:
        text = Text(
            f"这件批示只有 {instruction.clauses} 条，没有第 {number} 条。",
            f"This instruction has {instruction.clauses} clauses, and no clause {number}.",
        )
        raise work.refuse(text, field="clause", reason=Reason.INVALID)
    case = parts.named(work, "task")
    _check_task(work, case, instruction)
    same = ClauseTask.objects.filter(instruction=work.case, round=instruction.round, clause=number, task=case)
    if same.exists():
        text = Text(f"第 {number} 条已经关联了 {case.number}。", f"Clause {number} is tied to {case.number} already.")
        raise work.refuse(text, field="task", reason=Reason.OVERTAKEN)
    work.note(round=instruction.round, task_id=case.pk)
    work.create(ClauseTask(instruction=work.case, round=instruction.round, clause=number, task=case))
    if not Relation.objects.filter(case=case, other=work.case, kind="instruction").exists():
        work.create(Relation(case=case, other=work.case, kind="instruction"))


def _check_task(work: Work, case: Case, instruction: Instruction) -> None:
    if case.state in parts.DROPPED:
        text = Text(f"{case.number} 已撤销或并入别的事项。", f"{case.number} was dropped.")
        raise work.refuse(text, field="task", reason=Reason.GUARDED)
    task = Task.objects.select_related("orderer").get(case=case)
    if task.orderer_id != instruction.leader_id:
        text = Text(
            f"{case.number} 的交办领导是{task.orderer.display_name}，不是作这件批示的领导；办结须经作批示的领导同意。",
            f"The order of {case.number} was given by {task.orderer.display_name}, not by the leader of this instruction.",
        )
        raise work.refuse(text, field="task", reason=Reason.INVALID)


def send(work: Work) -> None:
    """Every clause has its task, or somebody says why not: clauses without one are named first."""
    instruction: Instruction = work.detail
    without = uncovered(instruction)
    if without and not work["without_task"]:
        zh = "、".join(f"第 {number} 条" for number in without)
        text = Text(
            f"{zh}还没有督办事项。请先立项并关联，或者写明为什么不立项。",
            f"Clauses {', '.join(map(str, without))} have no task. Tie them to tasks, or say why they have none.",
        )
        raise work.refuse(text, field="without_task")
    count = instruction.clauses
    work.note(round=instruction.round, count=count, covered=count - len(without), uncovered=without)


def report_back(work: Work) -> None:
    """To the same leader, when every task of the round is done."""
    instruction: Instruction = work.detail
    orderers.check_there(work, instruction.leader)
    rows = ClauseTask.objects.filter(instruction=work.case, round=instruction.round).values("task")
    tasks = Task.objects.filter(case__in=rows).exclude(case__state__in=parts.DROPPED).select_related("case")
    open_ = [each.case.number for each in tasks.order_by("case_id") if not parts.is_done(each)]
    if open_:
        text = Text(
            f"还有 {len(open_)} 件事项没有审核通过：{'、'.join(open_[:10])}。",
            f"{len(open_)} tasks have not passed: {', '.join(open_[:10])}.",
        )
        raise work.refuse(text)
    work.note(round=instruction.round)
    work.change(silent_until=None)
    work.named = [instruction.leader_id]


def agree(work: Work) -> None:
    """By the very leader."""
    orderers.check_is(work, work.detail.leader)


def note_read(work: Work) -> None:
    """Read; from now on silence counts."""
    orderers.check_is(work, work.detail.leader)
    until = silence.until(work)
    work.note(silent_until=local(until).isoformat())
    work.change(silent_until=until)


def instruct_anew(work: Work) -> None:
    """The leader opens the next round."""
    orderers.check_is(work, work.detail.leader)
    _next_round(work)


def register_anew(work: Work) -> None:
    """The keeper registers what the leader wrote again."""
    _next_round(work)


def _next_round(work: Work) -> None:
    _check_days(work)
    instruction: Instruction = work.detail
    work.change(round=instruction.round + 1, clauses=0, given_on=work["given_on"], silent_until=None)
    work.note(round=instruction.round)


def propose_closing(work: Work) -> None:
    """On the basis that is stated."""
    orderers.check_silent(work, work.detail.silent_until)


def replace_leader(work: Work) -> None:
    """The leader has left: somebody else reads the result."""
    instruction: Instruction = work.detail
    follows = orderers.entitled(work, "leader", unit=work.case.unit)
    if follows.pk == instruction.leader_id:
        text = Text(f"批示领导已经是{follows.display_name}。", f"{follows.display_name} is the leader already.")
        raise work.refuse(text, field="leader", reason=Reason.INVALID)
    work.note(before=instruction.leader_id)
    work.change(leader=follows, silent_until=None)
    work.named = [follows.pk]


ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {
    (INSTRUCTION, "register"): register,
    (INSTRUCTION, "write"): write,
    (INSTRUCTION, "split"): split,
    (INSTRUCTION, "tie"): tie,
    (INSTRUCTION, "send"): send,
    (INSTRUCTION, "report_back"): report_back,
    (INSTRUCTION, "agree"): agree,
    (INSTRUCTION, "note_read"): note_read,
    (INSTRUCTION, "instruct_anew"): instruct_anew,
    (INSTRUCTION, "register_anew"): register_anew,
    (INSTRUCTION, "propose_closing"): propose_closing,
    (INSTRUCTION, "replace_leader"): replace_leader,
}
