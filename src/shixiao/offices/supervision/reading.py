"""What a leader wrote, and the clauses it was split into: who may read it, and that every reading is written down.

Nothing else at this desk reads these words. They are sealed (`ledger.kinds`): pages of cases, the interface for programs, lists, search,
messages and exports do not have them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from shixiao import ledger
from shixiao.casework import visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event, Words
from shixiao.offices.supervision import events
from shixiao.offices.supervision.instruction_steps import INSTRUCTIONS, clause
from shixiao.offices.supervision.models import Instruction
from shixiao.people.models import User

_TEXTS = (
    events.INSTRUCTION_REGISTERED,
    events.INSTRUCTION_WRITTEN,
    events.INSTRUCTED_ANEW,
    events.ANEW_REGISTERED,
)


class Said(NamedTuple):
    """One round: the text, and its clauses by number. None where the law had the words deleted; no clauses while nobody split it."""

    round: int
    text: str | None
    clauses: Mapping[int, str] | None


def may_read(instruction: Instruction, *, by: User, now: datetime) -> bool:
    """The leader himself, the keepers of instructions and the head of supervision of that unit; nobody else, not even the auditor."""
    if not by.is_active:
        return False
    if by.pk == instruction.leader_id:
        return True
    return instruction.case.unit.path.startswith(
        visibility.places(INSTRUCTIONS, visibility.held_by(by, now=now)) or ("-",)
    )


def read(instruction: Instruction, *, by: User, now: datetime) -> list[Said]:
    """The text of every round with its clauses, the newest first; that `by` read it is an event of the case. Raises `NotAllowed`."""
    if not may_read(instruction, by=by, now=now):
        raise NotAllowed(
            Text(
                "批示原文只有作批示的领导、批示管理和督办负责人可以查看。",
                "The text is for the leader, the keepers of instructions and the head of supervision only.",
            )
        )
    with transaction.atomic():
        ledger.record(events.INSTRUCTION_OPENED, subject=instruction.case, by=by, now=now)
        return _said(instruction.case)


def _said(case: Case) -> list[Said]:
    """Two statements."""
    kinds = [each.name for each in (*_TEXTS, events.INSTRUCTION_SPLIT)]
    rows = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk), kind__in=kinds).order_by("id")
    happened = list(rows)
    words = {
        (event, name): text
        for event, name, text in Words.objects.filter(event__in=happened).values_list("event_id", "name", "words")
    }
    texts: dict[int, str | None] = {}
    clauses: dict[int, Mapping[int, str] | None] = {}
    for event in happened:
        round_ = int(event.particulars.get("round", 1))
        if event.kind == events.INSTRUCTION_SPLIT.name:
            told = words.get((event.pk, "clauses"))
            clauses[round_] = None if told is None else _numbered(json.loads(told))
        else:
            texts[round_] = words.get((event.pk, "instruction"))
    return [Said(round_, texts[round_], clauses.get(round_, {})) for round_ in sorted(texts, reverse=True)]


def _numbered(told: Mapping[str, str]) -> dict[int, str]:
    return {number: told[clause(number)] for number in range(1, len(told) + 1)}
