"""The book for the auditor: every event, to be filtered, nothing to be changed."""

import json
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.forms import BookFilter
from shixiao.people.models import Post, Unit, User
from shixiao.people.permissions import may_read_the_book
from shixiao.people.views.pages import ROWS, only
from shixiao.people.wordings import said


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """A page of events, newest first. Older ones follow by their number, so the last page costs what the first does."""
    only(may_read_the_book, request)
    form = BookFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _chosen(chosen)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(id__lt=int(before))
    rows = list(found.order_by("-id")[: ROWS + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "events": _told(rows[:ROWS]),
        "older": rows[ROWS - 1].pk if len(rows) > ROWS else None,
        "is_first": not before,
        "query": query.urlencode(),
    }
    return render(request, "people/book.html", context)


def _chosen(chosen: dict[str, Any]) -> "QuerySet[Event]":
    found = Event.objects.all()
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    if chosen.get("since"):
        found = found.filter(recorded_at__gte=_midnight(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(recorded_at__lt=_midnight(chosen["until"] + timedelta(days=1)))
    if who := chosen.get("who", "").replace("\0", ""):
        user = User.objects.filter(username=User.normalize_username(who)).first()
        about = {"kind": User.ledger_name, "id": str(user.pk) if user else ""}
        by, subject = (Q(**{f"{side}_{key}": value for key, value in about.items()}) for side in ("by", "subject"))
        found = found.filter(by | subject) if user else found.none()
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _told(events: list[Event]) -> list[dict[str, Any]]:
    """Each event in words; names come in one statement for each kind of thing."""
    spoken_of = {(event.by_kind, event.by_id) for event in events} | {(e.subject_kind, e.subject_id) for e in events}
    names: dict[tuple[str, str], str] = {("", ""): _("程序")}
    for model in (User, Unit, Post):
        ids = [number for kind, number in spoken_of if kind == model.ledger_name]
        for thing in model.objects.filter(pk__in=ids) if ids else ():
            names[model.ledger_name, str(thing.pk)] = str(thing)

    def name(kind: str, number: str) -> str:
        return names.get((kind, number)) or f"{kind} {number}"

    return [
        {
            "number": event.pk,
            "kind": event.kind,
            "title": said(DECLARED[event.kind].title) if event.kind in DECLARED else event.kind,
            "at": event.recorded_at,
            "happened_at": event.happened_at if event.happened_at != event.recorded_at else None,
            "by": name(event.by_kind, event.by_id),
            "subject": name(event.subject_kind, event.subject_id),
            "particulars": [(key, _shown(value)) for key, value in event.particulars.items()],
        }
        for event in events
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
