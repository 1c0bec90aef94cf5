"""Files on an officer's desk: received, read, accepted or put away. Drafts, so none of this is an event (ADR 0013)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.engine.sums import totals
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans
from shixiao.performance.content import digest
from shixiao.performance.derived import is_doubtful
from shixiao.performance.models import NAME_LENGTH, PlanVersion, Upload
from shixiao.performance.wordings import said
from shixiao.performance.years import proposed_year
from shixiao.tables.assignments import Assignment, from_json
from shixiao.tables.columns import Remembered, assigned

MOST = 200
REMEMBERED = 200
KEPT = timedelta(days=30)
PASTED_NAME = "pasted.txt"


class DeskFull(ValueError):
    """Too many files wait already; the sentence says what to do."""


@dataclass(frozen=True)
class Source:
    """What is to be read: bytes and the name they came under. `is_pasted` where they came as text in a form."""

    content: bytes
    name: str
    is_pasted: bool = False


def waiting(owner: User) -> "QuerySet[Upload]":
    """The files of a person that wait, newest first, without their contents."""
    return Upload.objects.filter(owner=owner).defer("content").order_by("-received_at", "-id")


def receive(sources: Iterable[Source], *, by: User, now: datetime) -> list[Upload]:
    """Put files on the desk of `by`; the same bytes twice are one file. Files of more than a month ago are taken off.

    Raises PermissionDenied, and DeskFull when more would wait than anybody can look through.
    """
    if not may_accept_plans(by):
        raise PermissionDenied(_("只有绩效管理员可以接受目标表。"))
    with transaction.atomic():
        Upload.objects.filter(owner=by, received_at__lt=now - KEPT).delete()
        received = [_receive(source, by=by, now=now) for source in sources]
        if Upload.objects.filter(owner=by).count() > MOST:
            raise DeskFull(_("待核对的文件超过 %(most)s 个，请先处理或移除一些，再上传。") % {"most": MOST})
    return received


def _receive(source: Source, *, by: User, now: datetime) -> Upload:
    values = {
        "name": source.name[-NAME_LENGTH:] or PASTED_NAME,
        "content": source.content,
        "size": len(source.content),
        "is_pasted": source.is_pasted,
        "received_at": now,
    }
    upload, _is_new = Upload.objects.get_or_create(owner=by, content_hash=digest(source.content), defaults=values)
    return upload


def put_away(upload: Upload) -> None:
    """Take a file off the desk; what was accepted from it stays."""
    upload.delete()


def document_of(upload: Upload) -> tables.Document:
    """The tables of a file. Raises tables.Unreadable; either way the outcome is noted on the file."""
    given, known = assignments_of(upload), remembered()
    try:
        document = tables.read(bytes(upload.content), name=upload.name, assignments=given, remembered=known)
    except tables.Unreadable as refused:
        _note(upload, {"code": refused.code, "zh": refused.in_("zh"), "en": refused.in_("en"), "tables": []})
        raise
    if upload.outcome is None:
        _note(upload, {"format": document.format, "tables": [_summary(document, plan) for plan in document.plans]})
    return document


def assignments_of(upload: Upload) -> tuple[Assignment, ...]:
    """What was said by hand of its columns."""
    return tuple(from_json(each) for each in upload.assignments)


def remembered() -> list[Remembered]:
    """What was said by hand of headers in accepted tables, the newest first."""
    said = PlanVersion.objects.exclude(assignments="").order_by("-id")[:REMEMBERED]
    return [
        Remembered(department, each.labels, each.columns)
        for department, text in said.values_list("plan__department", "assignments")
        for each in map(from_json, json.loads(text))
    ]


def say_columns(upload: Upload, assignment: Assignment) -> None:
    """Read the file so from now on, and every other table in it with the same header. Raises ValueError where nothing
    can be read so: "name" or "value" is the column that is missing."""
    given = assigned(tables.sheets(bytes(upload.content)), assignment)
    places = {each[:2] for each in given}
    kept = [each for each in assignments_of(upload) if each[:2] not in places]
    _set_columns(upload, [*kept, *given])


def forget_columns(upload: Upload) -> None:
    """Read the file as the program would by itself."""
    _set_columns(upload, [])


def _set_columns(upload: Upload, given: list[Assignment]) -> None:
    upload.assignments, upload.outcome = [each.as_json() for each in sorted(given)], None
    Upload.objects.filter(pk=upload.pk).update(assignments=upload.assignments, outcome=None)


def _summary(document: tables.Document, plan: Any) -> dict[str, Any]:
    counted = totals(plan)
    found = [finding.severity.value for finding in lint.check(plan)]
    return {
        "department": plan.department,
        "year": proposed_year(plan),
        "projects": counted.projects,
        "indicators": counted.indicators,
        "errors": found.count("error"),
        "warnings": found.count("warning"),
        "doubtful": sum(is_doubtful(row) for _unit, _project, row in plan.indicators()),
    }


def _note(upload: Upload, outcome: dict[str, Any]) -> None:
    upload.outcome = outcome
    Upload.objects.filter(pk=upload.pk).update(outcome=outcome)


def refusal(upload: Upload) -> str:
    """Why the file could not be read, in the language of the page; "" where it could."""
    outcome = upload.outcome or {}
    return said(Text(outcome["zh"], outcome["en"])) if outcome.get("code") else ""
