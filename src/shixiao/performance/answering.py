"""Saying what explains a question: one call, one transaction, one event."""

import hashlib
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.questions import Question
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import may_answer_questions
from shixiao.performance import events
from shixiao.performance.models import EXPLANATION_LENGTH, QuestionAnswer


class NotAnswerable(ValueError):
    """The answer cannot be kept; the sentence says why."""


def answer(question: Question, *, explanation: str, year: int, by: User, now: datetime) -> QuestionAnswer:
    """Keep what somebody says to the question; more than one answer may be given, and all stay.

    Raises `PermissionDenied`, and `NotAnswerable` for no words, too many, or words with a secrecy mark.
    """
    if not may_answer_questions(by):
        raise PermissionDenied(_("疑问由绩效管理员说明。"))
    told = explanation.strip().replace("\0", "")
    _check(told)
    with transaction.atomic():
        made = QuestionAnswer.objects.create(
            key=question.key,
            year=year,
            kind=question.kind.value,
            gauge_id=question.gauge,
            cases=list(question.cases),
            explanation=told,
            made_by=by,
            made_at=now,
        )
        particulars = {
            "key": question.key,
            "question": question.kind.value,
            "gauge": question.gauge,
            "year": year,
            "cases": len(question.cases),
            "explanation_hash": hashlib.sha256(told.encode()).hexdigest(),
        }
        ledger.record(events.QUESTION_ANSWERED, subject=made, by=by, now=now, particulars=particulars)
    return made


def _check(told: str) -> None:
    if not told:
        raise NotAnswerable(_("请写一句说明。"))
    if len(told) > EXPLANATION_LENGTH:
        raise NotAnswerable(
            _("说明最多 %(most)d 字，现在 %(now)d 字。") % {"most": EXPLANATION_LENGTH, "now": len(told)}
        )
    if is_marked(told):
        raise NotAnswerable(_("说明里有密级标志，不能写进这里。"))
