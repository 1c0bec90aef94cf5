"""Sending a stored file: whole, a part of it, or that the browser has it already."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from shixiao.casework.file_kinds import BY_MEDIA_TYPE
from shixiao.casework.models import Attachment
from shixiao.casework.storing import CHUNK, store

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# Whatever a file contains, a browser gives it no script, no form and none of this server's rights.
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


def send(request: HttpRequest, attachment: Attachment, *, is_shown: bool) -> HttpResponseBase:
    """The file as a download, or shown by the browser where its kind may be. Raises `FileNotFoundError`."""
    mark = f'"{attachment.sha256}"'
    if mark in re.findall(r'"[^"]*"', request.headers.get("If-None-Match", "")):
        return _dressed(HttpResponse(status=HTTPStatus.NOT_MODIFIED), attachment, is_shown=is_shown)
    wanted = _range(request, attachment, mark)
    if wanted == ():
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{attachment.size}"
        return _dressed(response, attachment, is_shown=is_shown)
    file = store().open(attachment.sha256)
    if not wanted:
        whole: HttpResponseBase = FileResponse(file)
        whole["Content-Length"] = str(attachment.size)
        return _dressed(whole, attachment, is_shown=is_shown)
    start, last = wanted
    part = StreamingHttpResponse(_part(file, start, last - start + 1), status=HTTPStatus.PARTIAL_CONTENT)
    part["Content-Range"] = f"bytes {start}-{last}/{attachment.size}"
    part["Content-Length"] = str(last - start + 1)
    return _dressed(part, attachment, is_shown=is_shown)


def may_be_shown(attachment: Attachment) -> bool:
    """Pictures and PDF, which a browser can show without running anything of ours."""
    kind = BY_MEDIA_TYPE.get(attachment.media_type)
    return kind is not None and kind.is_shown


def _dressed(response: HttpResponseBase, attachment: Attachment, *, is_shown: bool) -> HttpResponseBase:
    inline = is_shown and may_be_shown(attachment)
    response["Content-Type"] = attachment.media_type
    response["Content-Disposition"] = content_disposition_header(not inline, attachment.name) or "attachment"
    response["ETag"] = f'"{attachment.sha256}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"  # kept by the browser, and asked for again each time
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    return response


def _range(request: HttpRequest, attachment: Attachment, mark: str) -> tuple[int, int] | tuple[()] | None:
    """The first and last byte that are wanted; None for the whole; empty where there are no such bytes.

    Several ranges at once, and what is none, get the whole, as the standard allows.
    """
    given = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", mark)
    found = _RANGE.fullmatch(given.replace(" ", ""))
    if request.method != "GET" or found is None or found.groups() == ("", "") or condition != mark:
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), attachment.size)
        return (attachment.size - length, attachment.size - 1) if length else ()
    start, end = int(first), min(int(last), attachment.size - 1) if last else attachment.size - 1
    if last and int(last) < start:
        return None
    return (start, end) if start < attachment.size else ()


def _part(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0 and (part := file.read(min(CHUNK, length))):
            length -= len(part)
            yield part
