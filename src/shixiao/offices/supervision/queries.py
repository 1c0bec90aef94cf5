"""What pages and other rooms ask of this desk, each in a bounded number of statements. The text of an instruction is never read here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from shixiao.casework import allowing, offices, visibility
from shixiao.casework.models import Case
from shixiao.casework.offices import Link
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import instructing, orderers, parts
from shixiao.offices.supervision.letters import BY_WORD, LETTERS, Letter
from shixiao.offices.supervision.models import Assisting, ClauseTask, Instruction, IssuedLetter, Task
from shixiao.offices.supervision.responsibilities import HANDLER, INSTRUCTIONS
from shixiao.offices.supervision.steps import INSTRUCTION, TASK
from shixiao.people.models import User
from shixiao.people.wordings import said

PAGE = 50


def own_tasks(by: User, *, now: datetime) -> Q:
    """Tasks in which a unit helps at which this person is a handler, and those that carry out instructions of which this person is a
    keeper."""
    held = visibility.held_by(by, now=now)
    found = Q(pk__in=())
    if paths := held.paths_for(HANDLER.word):
        found |= Q(pk__in=Assisting.objects.filter(visibility.below(paths, column="unit__path")).values("case"))
    if paths := held.paths_for(INSTRUCTIONS.word):
        kept = ClauseTask.objects.filter(visibility.below(paths, column="instruction__unit__path"))
        found |= Q(pk__in=kept.values("task"))
    return found


def own_instructions(by: User, *, now: datetime) -> Q:
    """What this very person wrote."""
    del now
    return Q(pk__in=Instruction.objects.filter(leader=by).values("case"))


# ---- tasks -------------------------------------------------------------------------------------------------------


def tasks_seen(by: User, *, now: datetime) -> QuerySet[Task]:
    """The tasks that somebody may look at."""
    cases = Case.objects.filter(visibility.seen_by(by, tables=[offices.table_of(TASK)], now=now), kind=TASK)
    return Task.objects.filter(case__in=cases.values("pk")).select_related("case__unit", "case__lead", "orderer")


def instructions_seen(by: User, *, now: datetime) -> QuerySet[Instruction]:
    """The instructions that somebody may look at: of the text that says nothing (`reading`)."""
    table = offices.table_of(INSTRUCTION)
    cases = Case.objects.filter(visibility.seen_by(by, tables=[table], now=now), kind=INSTRUCTION)
    return Instruction.objects.filter(case__in=cases.values("pk")).select_related("case__unit", "leader")


class Part(NamedTuple):
    """A part of a task with how far it is."""

    task: Task
    percent: int


def parts_of(task: Task) -> list[Part]:
    """Its parts, dropped ones among them, each with its progress."""
    rows = list(Task.objects.filter(parent=task.case).select_related("case__unit", "case__lead").order_by("case_id"))
    found = parts.progress(rows)
    return [Part(each, found[each.pk]) for each in rows]


class LettersShown(NamedTuple):
    """The letters of a task, each with its title, and those that somebody may issue now, each with its address."""

    issued: list[tuple[IssuedLetter, str]]
    to_issue: list[tuple[str, str]]


def letters_of(case: Case, *, by: User, now: datetime) -> LettersShown:
    """What was sent about a task, the newest first, and what may be sent."""
    rows = IssuedLetter.objects.filter(case=case).select_related("issued_by").order_by("-id")
    may_issue = {each.name for each in allowing.buttons(case, by=by, now=now)}
    return LettersShown(
        [(each, said(BY_WORD[each.letter].title)) for each in rows],
        [
            (said(each.title), reverse("supervision:letter_preview", args=(case.pk, slug(each))))
            for each in LETTERS
            if each.step in may_issue
        ],
    )


def slug(letter: Letter) -> str:
    """A kind of letter in an address."""
    return letter.word.replace("_", "-")


def notice(case: Case) -> Text | None:
    """What the page of a task says on top: who has left, how far its parts are, until when silence counts."""
    task = Task.objects.select_related("orderer").filter(case=case).first()
    if task is None or case.closed_at is not None:
        return None
    now = timezone.now()
    if not orderers.is_there(task.orderer, case.unit, now=now):
        return _left(task.orderer)
    if (silent := _silence(case, task.silent_until)) is not None:
        return silent
    several = parts.of(case)
    if not several:
        return None
    done = sum(map(parts.is_done, several))
    percent = parts.progress([task])[task.pk]
    return Text(
        f"{len(several)} 个子任务，办完 {done} 个，进度 {percent}%。",
        f"{len(several)} parts, {done} done, progress {percent}%.",
    )


def notice_of_instruction(case: Case) -> Text | None:
    """Which clauses have no task yet; that the leader has left; until when silence counts."""
    instruction = Instruction.objects.select_related("leader").filter(case=case).first()
    if instruction is None or case.closed_at is not None:
        return None
    if not orderers.is_there(instruction.leader, case.unit, now=timezone.now()):
        return _left(instruction.leader)
    if (silent := _silence(case, instruction.silent_until)) is not None:
        return silent
    if case.state not in ("split", "sent"):
        return None
    without = instructing.uncovered(instruction)
    if not without:
        return Text(
            f"{instruction.clauses} 条都有督办事项。", f"Each of the {instruction.clauses} clauses has its task."
        )
    zh = "、".join(f"第 {number} 条" for number in without)
    return Text(f"{zh}还没有督办事项。", f"No task yet: clause {', '.join(map(str, without))}.")


def _left(leader: User) -> Text:
    name = leader.display_name
    return Text(
        f"交办领导{name}已经离任，请督办负责人更换领导。",
        f"{name} has left; the head of supervision names another leader.",
    )


def _silence(case: Case, until: datetime | None) -> Text | None:
    if until is None or case.state not in ("presented", "answered"):
        return None
    at = timezone.localtime(until)
    return Text(
        f"领导已阅，没有新的批示的，{at:%Y年%m月%d日} 以后可以提议办结。",
        f"Read by the leader; without a further order closing can be proposed after {at:%F}.",
    )


def links(case: Case) -> Sequence[Link]:
    """The page with the parts and letters of a task."""
    return (
        Link(Text("子任务、批示和文书", "Parts, instructions, letters"), reverse("supervision:task", args=(case.pk,))),
    )


def links_of_instruction(case: Case) -> Sequence[Link]:
    """The page with clauses and tasks, where the text can be read."""
    return (
        Link(
            Text("各条和事项、批示原文", "Clauses, tasks, the text"),
            reverse("supervision:instruction", args=(case.pk,)),
        ),
    )


# ---- instructions ------------------------------------------------------------------------------------------------


class Clause(NamedTuple):
    """A clause of the present round by its number, with the tasks that carry it out."""

    number: int
    tasks: tuple[Task, ...]


def clauses_of(instruction: Instruction) -> list[Clause]:
    """Every clause of the present round; two statements."""
    rows = list(ClauseTask.objects.filter(instruction=instruction.case, round=instruction.round))
    tasks = {
        each.pk: each
        for each in Task.objects.filter(case__in={row.task_id for row in rows}).select_related(
            "case__unit", "case__lead"
        )
    }
    return [
        Clause(number, tuple(tasks[row.task_id] for row in rows if row.clause == number))
        for number in range(1, instruction.clauses + 1)
    ]


NOTICES: Mapping[str, Callable[[Case], Text | None]] = {TASK: notice, INSTRUCTION: notice_of_instruction}
LINKS: Mapping[str, Callable[[Case], Sequence[Link]]] = {TASK: links, INSTRUCTION: links_of_instruction}
SEES: Mapping[str, Callable[..., Q]] = {TASK: own_tasks, INSTRUCTION: own_instructions}
