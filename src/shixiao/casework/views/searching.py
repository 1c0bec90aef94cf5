"""Search over everything that the person sees."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import offices, rows, search, visibility
from shixiao.casework.listing import NAMED
from shixiao.casework.models import Case
from shixiao.casework.views import person

PAGE = 20
MOST_LOOKS = 5


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Cases by their words, newest first, each with the place where the words stand."""
    query = request.GET.get("q", "").replace("\0", "")[:1100]
    before = request.GET.get("before", "")
    context: dict[str, object] = {"query": query, "trail": [{"title": _("查找事项"), "address": ""}]}
    if query.strip():
        is_number = before.isascii() and before.isdigit() and len(before) < 19
        context |= _found(request, query, int(before) if is_number else None)
    return render(request, "casework/search.html", context)


def _found(request: HttpRequest, query: str, before: int | None) -> dict[str, object]:
    now, by = timezone.now(), person(request)
    held = visibility.held_by(by, now=now)
    tables = [table for table in offices.tables() if not table.is_restricted]
    seen = {table.kind: visibility.places(table, held) for table in tables}
    kinds = tuple(kind for kind, paths in seen.items() if paths)
    paths = tuple(sorted({path for places in seen.values() for path in places}))
    scope = search.Scope(paths=paths, kinds=kinds)
    hits: list[dict[str, object]] = []
    found = search.Found((), before=before)
    for _again in range(MOST_LOOKS):  # a page may hold nothing but cases of kinds that the person sees elsewhere only
        found = search.find(query, within=scope, limit=PAGE, before=found.before)
        hits += _shown(found, seen, now=now)
        if found.before is None or len(hits) >= PAGE // 2:
            break
    refusal = found.refusal.value if found.refusal else ""
    return {"hits": hits, "before": found.before, "refusal": refusal, "searched": True}


def _shown(found: search.Found, seen: dict[str, tuple[str, ...]], *, now: datetime) -> list[dict[str, object]]:
    """The hits that the person may look at, each as a row."""
    there = Case.objects.select_related(*NAMED).in_bulk([hit.case_id for hit in found.hits])
    return [
        {"row": row, "excerpt": hit.excerpt, "where": hit.field.partition("/")[0]}
        for hit in found.hits
        if (case := there.get(hit.case_id)) and case.unit.path.startswith(seen.get(case.kind) or ("-",))
        for row in rows.rows_of([case], now=now)
    ]
