"""How messages about cases are shown, and when they are of no use any more: what this room tells the room of messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse

from shixiao.casework import calendars, offices, visibility
from shixiao.casework.events import (
    ASSIGNED,
    EXTENSION_ASKED,
    EXTENSION_GRANTED,
    EXTENSION_REFUSED,
    HANDED_OVER,
    LIMIT_PASSED,
    RESUMED,
    SUSPENDED,
)
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.messages import fates, quiet, subjects
from shixiao.messages.models import UNREAD, Message, Sort
from shixiao.messages.quiet import WorksOn
from shixiao.people.models import User

BATCH = 500


def register() -> None:
    """At the start."""
    cases = subjects.Subjects(shown=shown, matching=matching, kinds=kinds, outward=outward, happenings=happenings)
    subjects.register(Case.ledger_name, cases)
    quiet.register_calendar(_works_on)


def shown(keys: Sequence[int], by: User, now: datetime) -> Mapping[int, subjects.Shown]:
    """The cases that the person may see today; two statements, and the person's posts."""
    tables = offices.tables()
    rows = Case.objects.filter(visibility.seen_by(by, tables=tables, now=now), pk__in=list(keys))
    restricted = {table.kind for table in tables if table.is_restricted}
    return {
        case.pk: subjects.Shown(
            case.number, case.title, reverse("casework:case", args=(case.pk,)), is_restricted=case.kind in restricted
        )
        for case in rows.only("pk", "number", "title", "kind")
    }


def matching(text: str) -> Any:
    """The ids of unrestricted cases whose number or title holds the text."""
    rows = Case.objects.filter(kind__in=_open_kinds())
    return (rows.filter(number__icontains=text) | rows.filter(title__icontains=text)).order_by().values("pk")


def kinds() -> list[tuple[str, Text]]:
    """The kinds of case that have limits."""
    return [(table.kind, table.title) for table in offices.tables() if table.limits]


def outward(keys: Sequence[int]) -> Mapping[int, subjects.Outward]:
    """The cases of unrestricted registers, without a title: people write names into titles. One statement."""
    rows = Case.objects.filter(kind__in=_open_kinds(), pk__in=list(keys))
    return {
        key: subjects.Outward(number, kind, unit)
        for key, number, kind, unit in rows.values_list("pk", "number", "kind", "unit__code")
    }


def happenings() -> list[subjects.Happening]:
    """The steps of every unrestricted register, and what can happen to any case."""
    own = [
        subjects.Happening(table.title, tuple(dict.fromkeys(step.records for step in table.steps)))
        for table in offices.tables()
        if not table.is_restricted
    ]
    known = {each for some in own for each in some.events}
    everywhere = (ASSIGNED, HANDED_OVER, LIMIT_PASSED, SUSPENDED, RESUMED, EXTENSION_ASKED, EXTENSION_GRANTED, EXTENSION_REFUSED)  # fmt: skip
    rest = tuple(each for each in everywhere if each not in known)
    return [subjects.Happening(Text("任何事项", "Any case"), rest), *own]


def _open_kinds() -> list[str]:
    return [table.kind for table in offices.tables() if not table.is_restricted]


def _works_on() -> WorksOn:
    return calendars.in_force()[calendars.OFFICE].is_working_day


def take_back(now: datetime) -> int:
    """What somebody was asked to do, did not look at, and which is not to be done any more since the case went on. One batch; how many.

    A to-do that follows from a state is named by it (`telling`).
    """
    there = Case.objects.filter(pk=OuterRef("subject_id"))
    same = there.annotate(todo=Concat(Value("todo."), F("state"), output_field=CharField()))
    rows = Message.objects.filter(
        state=UNREAD, sort=Sort.TODO, subject_kind=Case.ledger_name, step__startswith="todo."
    ).filter(~Exists(same.filter(todo=OuterRef("step"))))
    reminders = Message.objects.filter(state=UNREAD, sort=Sort.REMINDER, subject_kind=Case.ledger_name).filter(
        Exists(there.filter(closed_at__isnull=False))
    )
    done = 0
    for several in (rows, reminders):
        with transaction.atomic():
            keys = list(several.order_by("pk").values_list("pk", flat=True)[:BATCH])
            done += fates.withdraw(keys, reason="case_went_on", now=now) if keys else 0
    return done
