"""The import of units and staff: template, preview, and then all of it or nothing."""

import base64

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shixiao import tables
from shixiao.people import actions, importing
from shixiao.people.actions.importing import sentences
from shixiao.people.forms import ImportFile
from shixiao.people.models import User
from shixiao.people.views.pages import answer, only, trail
from shixiao.people.views.staff import may_do_either

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "shixiao.people.import"
SHOWN = 200
KEPT_SECONDS = 60 * 60


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    only(may_do_either, request)
    headers = {"Content-Disposition": 'attachment; filename="people.xlsx"'}
    return HttpResponse(importing.template(), content_type=XLSX, headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Choose the file; then what it would do, or what is wrong with it."""
    user = only(may_do_either, request)
    form = ImportFile(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _form(request, form)
    content = form.cleaned_data["file"].read()
    try:
        outcome = actions.preview_import(content, by=user, now=timezone.now())
    except tables.Unreadable as refused:
        form.add_error("file", refused.in_(get_language() or "zh-hans"))
        return _form(request, form)
    kept = "" if outcome.problems or outcome.is_nothing else _kept(content, user)
    return _outcome(request, outcome, kept)


@never_cache
@require_http_methods(["POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """What was previewed is done; looked at once more, since somebody may have changed something meanwhile."""
    user = only(may_do_either, request)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=f"{SALT}.{user.pk}", max_age=KEPT_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("预览已过期。请重新选择文件。"))
        return redirect("people:import")
    outcome = actions.import_people(base64.b85decode(kept), by=user, now=timezone.now())
    if outcome.problems:
        return _outcome(request, outcome, "")
    return render(request, "people/imported.html", _context(outcome))


def _kept(content: bytes, user: User) -> str:
    """The file goes along inside the page, signed for this person: a preview leaves nothing on the server."""
    return signing.dumps(base64.b85encode(content).decode(), salt=f"{SALT}.{user.pk}", compress=True)


def _form(request: HttpRequest, form: ImportFile) -> HttpResponse:
    context = {"form": form, "trail": trail((_("导入"), "")), "columns": importing.COLUMNS, "most": importing.MOST_ROWS}
    return answer(request, "people/import.html", context, form=form)


def _outcome(request: HttpRequest, outcome: actions.Outcome, kept: str) -> HttpResponse:
    status = 422 if outcome.problems else 200
    return render(request, "people/import_preview.html", _context(outcome) | {"kept": kept}, status=status)


def _context(outcome: actions.Outcome) -> dict[str, object]:
    return {
        "outcome": outcome,
        "sentences": list(sentences(outcome)),
        "problems": outcome.problems[:SHOWN],
        "more": max(0, len(outcome.problems) - SHOWN),
        "trail": trail((_("导入"), "")),
    }
