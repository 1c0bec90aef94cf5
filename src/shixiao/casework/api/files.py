"""A file for a case, as a program sends it: the bytes are the body, its name stands in a header, and the same file again is the same file."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.http import parse_header_parameters
from ninja import Schema

from shixiao.casework import attaching, tokens
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.api import once
from shixiao.casework.api.entering import note_not_allowed, table_for, token_of
from shixiao.casework.api.problems import Problem, wrong_media_type
from shixiao.casework.api.reading import CaseName, visible_case
from shixiao.casework.models import Attachment, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.storing import CHUNK, Draft, store, too_large
from shixiao.engine.bilingual import Text
from shixiao.people.models import User

MEDIA_TYPE = "application/octet-stream"
HEADER = "Content-Disposition"
BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    },
    "parameters": [
        {
            "in": "header",
            "name": HEADER,
            "required": True,
            "description": "文件名，写成 attachment; filename*=UTF-8''… · the name of the file",
            "schema": {"type": "string", "pattern": r"^attachment; filename\*=UTF-8''[A-Za-z0-9._~%-]{1,600}$"},
        }
    ],
}


class FileOut(Schema):
    """A file of a case."""

    id: int
    name: str
    sha256: str
    size: int
    media_type: str


def attach(request: HttpRequest, case: CaseName) -> HttpResponse:
    """Add a file to a case. The same bytes again are answered with the file that is there, and change nothing."""
    found, table = visible_case(request)
    table_for(request, table.kind, tokens.WRITE)
    if request.content_type != MEDIA_TYPE:
        raise wrong_media_type(MEDIA_TYPE)
    by, now = token_of(request).user, timezone.now()
    if not attaching.may_attach(found, by=by, now=now):
        note_not_allowed(request, now=now)
        text = Text("您不能给这个事项添加附件。", "You may not attach files to this case.")
        raise NotAllowed(text)
    name, draft = _name(request), _received(request)
    try:
        row, is_new = attached(found, draft, name=name, by=by, now=now)
    finally:
        draft.discard()
    return once.as_json(out(row), HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def attached(case: Case, draft: Draft, *, name: str, by: User, now: datetime) -> tuple[Attachment, bool]:
    """The attachment with these bytes, and whether it is new; somebody may have added them meanwhile. Raises `Refused`."""
    there = attaching.attachments_of(case).filter(sha256=draft.sha256)
    if (row := there.first()) is not None:
        return row, False
    try:
        return attaching.attach(case, draft, name=name, by=by, now=now), True
    except Refused as refused:
        row = there.first() if refused.reason is Reason.OVERTAKEN else None
        if row is None:
            raise
        return row, False


def out(row: Attachment) -> dict[str, object]:
    """As a program reads it."""
    return {"id": row.pk, "name": row.name, "sha256": row.sha256, "size": row.size, "media_type": row.media_type}


def _name(request: HttpRequest) -> str:
    """What the header says. Raises `Refused`: a file without a name is not guessed at."""
    sort, told = parse_header_parameters(request.headers.get(HEADER, "")[:2000])
    name = told.get("filename", "")
    if sort != "attachment" or not name.strip():
        text = Text(
            "请在 Content-Disposition 里写明文件名：attachment; filename*=UTF-8''…。",
            "Say the name of the file in Content-Disposition: attachment; filename*=UTF-8''….",
        )
        raise Refused(text, reason=Reason.INVALID, field=HEADER)
    return name


def _received(request: HttpRequest) -> Draft:
    """The whole body, never in memory; the caller discards it. Raises `Refused`, and `Problem` for a body that ended early."""
    limit, announced = attaching.size_limit(), int(request.META.get("CONTENT_LENGTH") or 0)
    if announced > limit:
        raise too_large(limit)
    draft = store().draft(limit=limit, expected=announced)
    try:
        while part := request.read(CHUNK):
            draft.write(part)
        draft.finish()
    except UnreadablePostError:
        draft.discard()
        raise Problem("unreadable", _CUT) from None
    except BaseException:
        draft.discard()
        raise
    if draft.size != announced:
        draft.discard()
        raise Problem("unreadable", _CUT)
    return draft


_CUT = Text("文件没有收完整，请再发一次。", "The file did not arrive whole; send it again.")
