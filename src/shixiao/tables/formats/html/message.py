"""MHTML: a page saved in one file with its pictures. It is a message of many parts."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import Message

from shixiao.tables.unreadable import Unreadable

# A workbook saved so has a part for each sheet and each picture.
_MOST_PARTS = 2_000


def pages(content: bytes) -> Iterator[tuple[bytes, str]]:
    """The pages of a message with the charset that their part names. Raises Unreadable when there is none."""
    if content.lower().count(b"content-type:") > _MOST_PARTS:
        raise Unreadable("package_damaged")
    message = email.message_from_bytes(content.lstrip())
    found = False
    for part in _parts(message):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body.strip():
                found = True
                yield body, str(part.get_param("charset", "") or "").lower()
    if not found:
        raise Unreadable("package_damaged")


def _parts(message: Message) -> Iterator[Message]:
    """All parts in order, however they are nested."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        else:
            yield part
