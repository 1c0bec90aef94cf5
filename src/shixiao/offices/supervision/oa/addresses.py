"""The addresses at which an OA hands documents over and asks what became of them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Query, Schema
from pydantic import ConfigDict, Field, WithJsonSchema

from shixiao.casework import attaching, offices, tokens, visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.api import building, files, once
from shixiao.casework.api.answers import Named
from shixiao.casework.api.entering import note_not_allowed, table_for, token_of
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.schemas import Envelope
from shixiao.casework.refusing import Reason, Refused
from shixiao.offices.supervision.models import OaDocument
from shixiao.offices.supervision.oa import reading, taking
from shixiao.people.wordings import said

USUAL_SYSTEM = "oa"
_System = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$", max_length=32)]
_Reference = Annotated[str, Field(min_length=1, max_length=reading.ID_LENGTH, pattern=r"^[!-~]+$")]


class DocumentBody(Envelope):
    """One document; `system` tells several OAs apart."""

    system: _System = USUAL_SYSTEM
    document: Annotated[dict[str, Any], WithJsonSchema(reading.schema())]


class Which(Schema):
    """Which document, by the OA's own id."""

    model_config = ConfigDict(extra="forbid")
    id: _Reference
    system: _System = USUAL_SYSTEM


class DocumentOut(Schema):
    """What became of a document: its case as it is now, and the files that are there."""

    system: str
    id: str
    number: str
    case: int
    kind: str
    state: Named
    received_at: datetime
    closed_at: datetime | None
    files: list[files.FileOut]


def add(api: NinjaAPI) -> None:
    """Put them into the interface."""
    taken = building.answering(DocumentOut, (*building.READ, 409, 415), status=HTTPStatus.CREATED)
    taken["response"][HTTPStatus.OK.value] = DocumentOut
    about = (
        "每个编号只登记一次：内容相同的再发，答复已有的；内容不同的拒绝（409 differs），什么都不改。· Each id is registered once: the same content again is "
        "answered with what is there, another content is refused (409 differs) and changes nothing."
    )
    api.post(
        "/oa/documents",
        **taken,
        operation_id="oa_document",
        summary="收 OA 文件 · Take in a document of the OA",
        description=about,
        tags=["oa"],
    )(hand_over)
    api.get(
        "/oa/documents",
        **building.answering(DocumentOut, building.READ),
        operation_id="oa_what_became",
        summary="OA 文件办得怎样 · What became of a document",
        tags=["oa"],
    )(what_became)


def hand_over(request: HttpRequest, body: DocumentBody) -> HttpResponse:
    """Take the document in, once; 201 where it is new, 200 where it was there."""
    try:
        document = reading.read(body.document)
    except reading.NotTaken as wrong:
        raise _problem(wrong) from None
    table_for(request, document.kind, tokens.WRITE)
    by, now = token_of(request).user, timezone.now()
    try:
        taken = taking.take(document, system=body.system, way="pushed", by=by, now=now)
    except taking.Differs as differs:
        number = differs.document.case.number
        raise Problem("differs", differs.text, differs=list(differs.fields), number=number) from None
    except taking.Unseen:
        raise Problem("unknown") from None
    except NotAllowed:
        note_not_allowed(request, now=now)
        raise
    return once.as_json(_out(taken.document), HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK)


def what_became(request: HttpRequest, which: Query[Which]) -> HttpResponse:
    """The case of a document, for whoever may see it; without any of its texts."""
    rows = OaDocument.objects.select_related("case__unit")
    row = rows.filter(system=which.system, reference=which.id).first()
    if row is None or not visibility.can_see(row.case, by=token_of(request).user, now=timezone.now()):
        raise Problem("unknown")
    table_for(request, row.case.kind, tokens.READ)
    return once.as_json(_out(row), HTTPStatus.OK)


def _problem(wrong: reading.NotTaken) -> Exception:
    """Names fields only: what stood in them is repeated to nobody."""
    if wrong.is_secret:
        fields = [each.field for each in wrong.wrong]
        return Problem("secret", wrong.wrong[0].text, fields=fields)
    first, *others = [
        Refused(each.text, reason=Reason.INVALID, field=f"document.{each.field}".rstrip(".")) for each in wrong.wrong
    ]
    return Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)


def _out(row: OaDocument) -> dict[str, Any]:
    case = row.case
    state = offices.table_of(case.kind).state(case.state)
    return {
        "system": row.system,
        "id": row.reference,
        "number": case.number,
        "case": case.pk,
        "kind": case.kind,
        "state": {"name": state.name, "title": said(state.title)},
        "received_at": row.received_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "files": [files.out(each) for each in attaching.attachments_of(case)],
    }
