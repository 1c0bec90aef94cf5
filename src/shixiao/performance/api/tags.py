"""What stands behind a board, as a short text that changes with it: the tag by which a program asks whether anything is new."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from shixiao import __version__
from shixiao.ledger.models import Event, Fact, FrozenDay, GaugeSet
from shixiao.performance.content import digest
from shixiao.performance.models import Binding, Declared, PlanVersion

# Whatever changes a board leaves a row in one of these: a correction, a merge of topics and a change of name are events.
_BEHIND = (Event, Fact, GaugeSet, FrozenDay, Binding, Declared, PlanVersion)


def tag(day: date, *about: object) -> str:
    """A strong tag for what is asked `about` on that day. One statement."""
    told = [__version__, day.isoformat(), get_language() or "", *_newest(), *map(str, about)]
    return f'"{digest("|".join(told).encode())[:32]}"'


def _newest() -> Iterable[str]:
    """The newest row of each table; on PostgreSQL the writers under way as well, since what they write has earlier numbers than what others
    have written meanwhile."""
    columns = [f'(SELECT MAX("{_key(model)}") FROM "{model._meta.db_table}")' for model in _BEHIND]  # noqa: S608 — our own
    if connection.vendor == "postgresql":
        columns.append("(SELECT string_agg(each::text, ',') FROM pg_snapshot_xip(pg_current_snapshot()) each)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}")
        return [str(each) for each in cursor.fetchone()]


def _key(model: type) -> str:
    return str(model._meta.pk.column)  # type: ignore[attr-defined]


def is_known(request: HttpRequest, current: str) -> bool:
    """The program has it already (`If-None-Match`)."""
    said = request.headers.get("If-None-Match", "")
    known = {each.strip().removeprefix("W/") for each in said.split(",")}
    return current in known or "*" in known


def tagged(response: HttpResponse, current: str) -> HttpResponse:
    """The answer with its tag. Nobody may keep it for others: it is about what this token may see."""
    response["ETag"] = current
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Accept, Accept-Language, Authorization"
    return response
