"""Whether this house is a simulated one. Its pages, its interface and its files say so wherever a figure leaves it.

The event of the simulation stands in the book for ever: once seen it is known for as long as the process lives. That there was none is
known for a minute, since somebody may still simulate a year into an empty database.
"""

from time import monotonic
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.ledger.models import Event

SUBJECT = ledger.Reference("casework.simulation", "1")
KEPT_FOR = 60.0  # seconds
HEADER = "Shixiao-Simulated"

_known: bool | None = None
_since = 0.0


def is_simulated() -> bool:
    """What is in this database was simulated. At most one statement a minute, and none once it is so; a database that cannot be asked
    says no, since a page that tells of the failure must not fail of its mark."""
    if _known or (_known is False and monotonic() - _since < KEPT_FOR):
        return bool(_known)
    try:
        found = Event.objects.filter(subject_kind=SUBJECT.kind, subject_id=SUBJECT.id).exists()
    except (DatabaseError, InterfaceError):
        return False
    remember(is_simulated=found)
    return found


def remember(*, is_simulated: bool | None) -> None:
    """What is known from now on; None is nothing, so that the next one who asks looks."""
    global _known, _since
    _known, _since = is_simulated, monotonic()


def words() -> list[str]:
    """The mark in the language of the page, for the first line of a file; nothing where nothing was simulated."""
    return [_("模拟数据")] if is_simulated() else []


def file_name(name: str) -> str:
    """The name of a file that leaves the house, with the mark where it was simulated."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}-simulated{dot}{ending}" if is_simulated() else name


def on_pages(request: HttpRequest) -> dict[str, Any]:
    """For the frame of every page: it asks when it is drawn."""
    del request
    return {"is_simulated": is_simulated}
