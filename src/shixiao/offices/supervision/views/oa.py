"""The exchange with an OA: what came of its documents, what could not be taken in and why, and how far its list was read."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.casework import offices, visibility
from shixiao.casework.models import Case
from shixiao.casework.views import person
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.models import OaDocument, OaFetch, OaRefusal
from shixiao.offices.supervision.oa import asking, fetching
from shixiao.offices.supervision.oa.reading import TITLES
from shixiao.offices.supervision.responsibilities import OFFICER
from shixiao.offices.supervision.steps import INSTRUCTION, TASK
from shixiao.offices.supervision.views import trail
from shixiao.people.wordings import said

MOST = 50
WHY = {
    "secret": Text("带有密级标志，没有收下", "It carries a mark of secrecy"),
    "invalid": Text("内容不合要求", "Something is missing or wrong"),
    "differs": Text("同一编号以前收过，内容不同", "The same id came before with another content"),
    "not-allowed": Text("取件账号没有这项职责", "The account that fetches has not the responsibility"),
    "http_404": Text("OA 上没有这个附件", "The OA has no such file"),
    "http_410": Text("OA 上没有这个附件", "The OA has no such file"),
    "file_changed": Text("附件与清单里的指纹不符", "A file is not what its hash says"),
    "answer_too_long": Text("附件太大", "A file is too large"),
}
TROUBLES = {
    "account": Text("没有取件账号，或者已经停用", "There is no account to fetch with, or it is disabled"),
    "http_401": Text("OA 不认取件的密钥", "The OA does not know the secret"),
    "answer_garbled": Text("OA 的回答读不懂", "The answer of the OA cannot be read"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: HttpRequest) -> HttpResponse:
    """Documents that came, newest first, those that this person may see; with POST the list of the OA is read again from its beginning."""
    now, by = timezone.now(), person(request)
    if OFFICER.word not in visibility.held_by(by, now=now).words:
        raise PermissionDenied(_("OA 交换由督办管理查看。"))
    if request.method == "POST":
        fetching.begin_anew(now)
        messages.success(request, _("下次去取时从头再取一遍；已经登记的不会再登记。"))
        return redirect("supervision:oa")
    seen = Q(pk__in=())
    for kind in (TASK, INSTRUCTION):
        seen |= Q(visibility.seen_by(by, tables=[offices.table_of(kind)], now=now), kind=kind)
    cases = Case.objects.filter(seen)
    rows = OaDocument.objects.filter(case__in=cases.values("pk")).select_related("case__unit")[:MOST]
    row = OaFetch.objects.filter(system=settings.SHIXIAO_OA_SYSTEM).first()
    context = {
        "rows": [{"it": each, "state": offices.table_of(each.case.kind).state(each.case.state)} for each in rows],
        "most": MOST,
        "refusals": [_refusal(each) for each in OaRefusal.objects.all()[:MOST]],
        "is_fetched": asking.is_ready(),
        "lacks": asking.lacking(),
        "place": settings.SHIXIAO_OA_ADDRESS,
        "fetch": row,
        "is_busy": row is not None and row.fetched_at > now,
        "trouble": said(_or_code(TROUBLES, row.trouble)) if row is not None and row.trouble else "",
        "trail": trail((_("OA 交换"), "")),
    }
    return render(request, "supervision/oa.html", context)


def _refusal(row: OaRefusal) -> dict[str, Any]:
    titles = [said(TITLES.get(each, Text(each, each))) for each in row.fields if each]
    return {"it": row, "why": said(_or_code(WHY, row.why)), "fields": "、".join(titles)}


def _or_code(known: dict[str, Text], code: str) -> Text:
    return known.get(code, Text(code, code))
