"""The hash of a form's content, which anybody can work out again.

Version 1. The canonical text is JSON with sorted keys, without spaces, all characters beyond ASCII escaped (\\uXXXX):
{"content":{…},"form":"self_evaluation","schema":"shixiao-form/1"}. Fields stand under their names in `contents`. A decimal is
a string without needless zeros ("10", "8.5"), a date is YYYY-MM-DD, an enum its Chinese word, a set the sorted list of
its words, nothing is null. The hash is SHA-256 of that text, in lower-case hexadecimal.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

from shixiao.forms.contents import Content

SCHEMA = "shixiao-form/1"


def content_hash(content: Content) -> str:
    """64 hexadecimal digits. The same values give the same hash on every machine; the file's kind and template have no part in it."""
    return sha256(canonical(content)).hexdigest()


def canonical(content: Content) -> bytes:
    """The canonical text of a content, to be published beside a form or compared by hand."""
    document = {"schema": SCHEMA, "form": content.WORD, "content": _plain(content)}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def short(mark: str) -> str:
    """The first 16 digits in groups of four, to be read out on the telephone."""
    return " ".join(mark[at : at + 4] for at in range(0, 16, 4))


def code(form: str, mark: str) -> str:
    """What the small code on the page says: schema, form and the whole hash."""
    return f"{SCHEMA} {form} sha256:{mark}"


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
