"""Files of a case: taking them in, sending them, removing them."""

import logging
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import attaching, paper_forms, sending
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Attachment, Case
from shixiao.casework.refusing import Refused
from shixiao.casework.uploads import Arrived, streamed
from shixiao.casework.views import person
from shixiao.casework.views.papers import back_to, case_of, form_page, refused_form
from shixiao.engine.bilingual import Text

logger = logging.getLogger(__name__)


def _may_see(request: HttpRequest, case: int) -> None:
    """Before a byte of the file is read: the case is there for this person, and files are theirs to add."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    if not attaching.may_attach(found, by=person(request), now=now):
        raise NotAllowed(Text("您不能给这个事项添加附件。", "You may not attach files to this case."))


@streamed(limit=attaching.size_limit, first=_may_see)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, case: int) -> HttpResponse:
    """Add the files that were chosen. Those that are refused are named with the reason; the others are there."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    if request.method != "POST":
        return _add_page(request, found, [])
    refused = [request.incoming.refused] if request.incoming.refused else []  # type: ignore[attr-defined]
    arrived = [file for file in request.FILES.getlist("file") if isinstance(file, Arrived)]
    if not arrived and not refused:
        nothing = Text("请先选择文件。", "Choose a file first.")
        return _add_page(request, found, [nothing], status=HTTPStatus.UNPROCESSABLE_ENTITY)
    reasons = [each.text for each in refused]
    added = [row for file in arrived if (row := _attach(request, found, file, reasons, now=now))]
    if added:
        sentence = ngettext("已添加 %(number)d 个附件。", "已添加 %(number)d 个附件。", len(added))
        messages.success(request, sentence % {"number": len(added)})
    if reasons:
        return _add_page(request, found, reasons, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return back_to(found, "files")


def _attach(
    request: HttpRequest, case: Case, file: Arrived, reasons: list[Text], *, now: datetime
) -> Attachment | None:
    try:
        return attaching.attach(case, file.draft, name=file.name or "", by=person(request), now=now)
    except NotAllowed:
        raise
    except Refused as refused:
        reasons.append(refused.text)
        return None
    finally:
        file.close()


def _add_page(
    request: HttpRequest, case: Case, reasons: list[Text], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, Any] = {"case": case, "reasons": reasons, "back": reverse("casework:case", args=[case.pk])}
    return render(request, "casework/papers/add_file.html", context, status=status)


@require_safe
def send(request: HttpRequest, file: int) -> HttpResponseBase:
    """The file, as a download; with `?show` in the browser, where its kind may be shown."""
    attachment = attaching.sent_to(person(request), file, now=timezone.now())
    if attachment is None:
        raise Http404
    try:
        return sending.send(request, attachment, is_shown="show" in request.GET)
    except FileNotFoundError:
        logger.error("attachment %s has no content: run verify_attachments", attachment.pk)  # noqa: TRY400
        context = {"attachment": attachment, "case": attachment.case}
        return render(request, "casework/papers/absent_file.html", context, status=HTTPStatus.GONE)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, file: int) -> HttpResponse:
    """Take a file from the case, with a reason; its hash stays in the event."""
    now, by = timezone.now(), person(request)
    attachment = attaching.sent_to(by, file, now=now)
    if attachment is None:
        raise Http404
    form = paper_forms.RemoveFile(request.POST if request.method == "POST" else None)
    context = {
        "title": _("移除附件“%(name)s”") % {"name": attachment.name},
        "button": _("移除"),
        "back": f"{reverse('casework:case', args=[attachment.case_id])}#files",
        "about": _("移除以后，事项里不再显示这个文件；它的指纹留在经过里。"),
    }
    if not form.is_valid():
        return form_page(request, form, **context)
    try:
        attaching.remove(attachment, reason=form.cleaned_data["reason"], by=by, now=now)
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    messages.success(request, _("附件“%(name)s”已移除。") % {"name": attachment.name})
    return back_to(attachment.case, "files")
