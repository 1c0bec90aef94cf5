"""Asking an OA that cannot call us, in the shape that docs/howto/oa.md describes: its list by cursor, and files by their address below its own.

    GET {address}/documents?after={cursor}&limit=20     {"items": [document, …], "next": "cursor", "more": false}
    GET {address}{file.address}                         the bytes

Nothing is followed and nothing is asked of any other host; every answer is bounded in bytes and in time.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from shixiao.casework import attaching
from shixiao.casework.storing import CHUNK, Draft, store
from shixiao.messages.channels import calling
from shixiao.offices.supervision.models import OA_CURSOR_LENGTH
from shixiao.offices.supervision.oa.reading import SYSTEM, File

AT_ONCE = 20
MOST_BYTES = 8 * 1024 * 1024
WITHIN, FILE_WITHIN = 20.0, 120.0  # seconds
_CURSOR = re.compile(r"[!-~]*")


class Unanswered(Exception):
    """Nothing came that could be used; the code of why. It is asked again later."""


class NotThere(Exception):
    """The OA has no such file, or another one than the document named: asking again helps nobody. The code of why."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list: documents as they were told, where to go on, and whether there is more."""

    items: tuple[Any, ...]
    cursor: str
    has_more: bool


def lacking() -> list[str]:
    """The settings without which nothing is fetched, where somebody began to set it up; none where nobody did."""
    if not settings.SHIXIAO_OA_ADDRESS:
        return []
    needed = ("SHIXIAO_OA_ACCOUNT", "SHIXIAO_OA_SECRET_FILE")
    missing = [name for name in needed if not getattr(settings, name)]
    if not SYSTEM.fullmatch(settings.SHIXIAO_OA_SYSTEM):
        missing.append("SHIXIAO_OA_SYSTEM")
    try:
        is_safe = calling.place(settings.SHIXIAO_OA_ADDRESS).is_safe
    except calling.NoAddress:
        is_safe = False
    return missing if is_safe else ["SHIXIAO_OA_ADDRESS", *missing]


def is_ready() -> bool:
    """An address is set, and everything that it needs."""
    return bool(settings.SHIXIAO_OA_ADDRESS) and not lacking()


def page(cursor: str) -> Page:
    """What is new after the cursor. Raises `Unanswered`."""
    answer = _ask(f"/documents?{urlencode({'after': cursor, 'limit': AT_ONCE})}", most=MOST_BYTES, within=WITHIN)
    told = answer.told()
    if told is None:
        raise Unanswered("answer_garbled")
    items, following, more = told.get("items"), told.get("next"), told.get("more", False)
    fits = isinstance(items, list) and len(items) <= AT_ONCE and isinstance(more, bool)
    if (
        not fits
        or not isinstance(following, str)
        or len(following) > OA_CURSOR_LENGTH
        or not _CURSOR.fullmatch(following)
    ):
        raise Unanswered("answer_garbled")
    assert isinstance(items, list)  # noqa: S101 — looked at above
    return Page(tuple(items), following, bool(more))


def file(wanted: File) -> Draft:
    """The bytes of a file, whole, with the hash that the document named; the caller discards it.

    Other bytes are asked for once more: an answer may have been cut on the way. Raises `Unanswered`, `NotThere`, `Refused` for a full disk.
    """
    limit = attaching.size_limit()
    content = _bytes(wanted, limit) or _bytes(wanted, limit)
    if content is None:
        raise NotThere("file_changed")
    draft = store().draft(limit=limit, expected=len(content))
    try:
        for start in range(0, len(content), CHUNK):
            draft.write(content[start : start + CHUNK])
        draft.finish()
    except BaseException:
        draft.discard()
        raise
    return draft


def _bytes(wanted: File, limit: int) -> bytes | None:
    try:
        content = _ask(wanted.address, most=limit, within=FILE_WITHIN).body
    except Unanswered as error:
        if str(error) in GONE:
            raise NotThere(str(error)) from None
        raise
    return content if hashlib.sha256(content).hexdigest() == wanted.sha256 else None


GONE = frozenset({"http_404", "http_410", "answer_too_long"})


def _ask(path: str, *, most: int, within: float) -> calling.Answer:
    try:
        secret = calling.secret(settings.SHIXIAO_OA_SECRET_FILE)
        answer = calling.ask(
            calling.place(settings.SHIXIAO_OA_ADDRESS),
            "GET",
            path,
            headers={"Authorization": f"Bearer {secret}", "Accept": "application/json"},
            authority=settings.SHIXIAO_OA_AUTHORITY,
            within=within,
            most=most,
        )
    except (calling.NotConnected, calling.NoAnswer, calling.NoAddress) as error:
        raise Unanswered(str(error)[:64]) from None
    if answer.status != 200:
        raise Unanswered(f"http_{answer.status}")
    return answer
