"""What forms ask: leaders to choose from instead of everybody, a field for each clause; and what pages call what was told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shixiao.casework.asking import Asked, Asking, Naming
from shixiao.casework.models import Case
from shixiao.casework.particulars import Particular, choice, code, instant, thing, words
from shixiao.casework.steps import Step
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.instruction_steps import CLAUSE_LENGTH, INSTRUCTION, MOST_CLAUSES, clause
from shixiao.offices.supervision.responsibilities import LEADER
from shixiao.offices.supervision.steps import TASK
from shixiao.people.models import Unit, User

MOST_LEADERS = 200
_LEADERS = ("orderer", "leader")


def asked(step: Step, case: Case | None, given: Mapping[str, Any], now: datetime) -> Asked:
    """Leaders by name; clauses one by one."""
    unit = case.unit if case is not None else _unit(given)
    takes: list[Particular] = []
    for each in step.takes:
        if each.name in _LEADERS:
            takes.append(_leader(each, unit, now=now))
        elif each.name == "clauses":
            takes += _clauses()
        else:
            takes.append(each)
    shown = {"given_on": timezone.localtime(now).date().isoformat()} if "given_on" in {t.name for t in takes} else {}
    return Asked(tuple(takes), shown=shown)


def _unit(given: Mapping[str, Any]) -> Unit | None:
    key = str(given.get("unit", ""))
    return Unit.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None


def leaders(unit: Unit | None, *, now: datetime) -> list[User]:
    """Who gives orders to the unit today; to any, where none is chosen yet."""
    on = timezone.localtime(now).date()
    in_force = Q(appointments__until=None) | Q(appointments__until__gt=on)
    rows = User.objects.filter(
        in_force, is_active=True, appointments__since__lte=on, appointments__post__may__word=LEADER.word
    )
    if unit is not None:
        paths = [unit.path[:end] for end in range(6, len(unit.path) + 1, 6)]
        rows = rows.filter(appointments__unit__path__in=paths)
    return list(rows.distinct().order_by("display_name", "id")[:MOST_LEADERS])


def _leader(each: Particular, unit: Unit | None, *, now: datetime) -> Particular:
    chosen = tuple((str(user.pk), Text(user.display_name, user.display_name)) for user in leaders(unit, now=now))
    return replace(choice(each.name, each.title, chosen, is_required=each.is_required), hint=each.hint)


def _clauses() -> Iterable[Particular]:
    return (
        words(
            f"clauses.{clause(number)}",
            Text(f"第 {number} 条", f"Clause {number}"),
            most=CLAUSE_LENGTH,
            is_required=number == 1,
        )
        for number in range(1, MOST_CLAUSES + 1)
    )


_NAMED = (
    thing("parent_id", Text("上级事项", "Task above"), "casework.case"),
    thing("into_id", Text("并入", "Goes into"), "casework.case"),
    thing("task_id", Text("督办事项", "Task"), "casework.case"),
    thing("before", Text("原来的领导", "Leader before"), "people.user"),
    instant("silent_until", Text("阅后期满", "Silence counts until")),
    code("round", Text("第几轮", "Round")),
    code("count", Text("条数", "Clauses")),
    code("covered", Text("有事项的条数", "Clauses with a task")),
)


def named(case: Case) -> Iterable[Particular]:
    """What was worked out, by names that people know."""
    del case
    return _NAMED


ASKING: Mapping[str, Asking] = {TASK: asked, INSTRUCTION: asked}
NAMING: Mapping[str, Naming] = {TASK: named, INSTRUCTION: named}
