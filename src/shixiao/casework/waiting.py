"""Files that wait on somebody's desk: put there, and taken off after a month."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from django.db import transaction

from shixiao import tables
from shixiao.casework.models.waiting import FILE_NAME_LENGTH, WaitingFile
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.people.models import User

MOST = 20
KEPT = timedelta(days=30)
Kept = TypeVar("Kept", bound=WaitingFile)


def receive(
    model: type[Kept],
    content: bytes,
    *,
    name: str,
    by: User,
    now: datetime,
    of: Mapping[str, Any] | None = None,
    **more: Any,
) -> Kept:
    """Put a file on the desk; the same bytes twice, for the same thing (`of`), are one file, with what was said last (`more`). Files of a month ago are taken off, and
    the oldest beyond twenty. Raises `Refused` for an empty file or a larger one than is read."""
    if not content.strip():
        text = Text("文件是空的。请选择填好的文件。", "The file is empty. Choose the one that was filled in.")
        raise Refused(text, reason=Reason.INVALID, field="file")
    try:
        tables.refuse_large(len(content))
    except tables.Unreadable as unreadable:
        raise Refused(sentence(unreadable), reason=Reason.INVALID, field="file") from unreadable
    key: Mapping[str, Any] = {"owner": by, "sha256": sha256(content).hexdigest(), **(of or {})}
    given = {"name": _printable(name), "content": content, "received_at": now, **more}
    rows = model._default_manager.filter(owner=by)
    with transaction.atomic():
        rows.filter(received_at__lt=now - KEPT).delete()
        found, is_new = model._default_manager.get_or_create(**key, defaults=given)
        if more and not is_new:
            model._default_manager.filter(pk=found.pk).update(**more)
            found.refresh_from_db()
        beyond = rows.order_by("-received_at", "-id").values_list("pk", flat=True)[MOST:]
        rows.filter(pk__in=list(beyond)).delete()
    return found


def sentence(unreadable: tables.Unreadable) -> Text:
    """What the reader of tables says, with the next step."""
    return Text(unreadable.in_("zh"), unreadable.in_("en"))


def _printable(name: str) -> str:
    return "".join(each for each in name if each.isprintable())[-FILE_NAME_LENGTH:] or "?"


def say_columns(file: WaitingFile, how: Mapping[str, Any] | None) -> None:
    """Take the columns so from now on; None: as the program would by itself."""
    file.columns = dict(how) if how else None
    file.save(update_fields=["columns"])
