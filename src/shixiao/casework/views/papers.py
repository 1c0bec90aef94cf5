"""Tags and remarks of a case, and lawful deletions. Each checks the request and makes one call."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shixiao.casework import erasing, offices, paper_forms, remarking, tagging, visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, Tag
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page
from shixiao.people import refusals
from shixiao.people.permissions import may_grant
from shixiao.people.wordings import said

MOST_CASES = 500


def case_of(request: HttpRequest, key: int, *, now: datetime) -> Case:
    """The case, where this person may look at it. 404 otherwise: nobody learns from an address that something is there."""
    rows = Case.objects.select_related("unit").filter(kind__in=[table.kind for table in offices.tables()])
    case = get_object_or_404(rows, pk=key)
    if not visibility.can_see(case, by=person(request), now=now):
        raise Http404
    return case


def put(form: forms.Form, refused: Refused) -> None:
    """Every sentence of the refusal beside the field it speaks of."""
    for each in refused.all:
        form.add_error(each.field if each.field in form.fields else None, said(each.text))


def form_page(
    request: HttpRequest, form: forms.Form, *, title: str, button: str, back: str, about: str = "", **more: Any
) -> HttpResponse:
    """A form on a page of its own, with a way back; with errors its status says so."""
    context = {"form": form, "title": title, "button": button, "back": back, "about": about} | more
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "casework/papers/form.html", context, status=status)


def refused_form(request: HttpRequest, form: forms.Form, refused: Refused, **context: Any) -> HttpResponse:
    """The same form again with the sentence; where the person may not, it is noted in the book."""
    put(form, refused)
    return refused_page(request, "casework/papers/form.html", {"form": form, **context}, refused)


def back_to(case: Case, part: str) -> HttpResponse:
    """The page of the case, at that part of it."""
    return redirect(f"{reverse('casework:case', args=[case.pk])}#{part}")


# ---- tags ------------------------------------------------------------------------------------------------------


@require_POST
def add_tag(request: HttpRequest, case: int) -> HttpResponse:
    """Give a case a tag."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    key = request.POST.get("tag", "")
    if not (key.isascii() and key.isdigit() and len(key) < 7):
        messages.warning(request, _("请先选一个标签。"))
        return back_to(found, "tags")
    tag = get_object_or_404(Tag, pk=int(key))
    try:
        tagging.tag(found, tag, by=person(request), now=now)
    except Refused as refused:
        return _told(request, refused, found, "tags")
    return back_to(found, "tags")


@require_POST
def remove_tag(request: HttpRequest, case: int, tag: int) -> HttpResponse:
    """Take a tag from a case; for a tag that others were merged into, those."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    shown = get_object_or_404(Tag, pk=tag)
    try:
        for carried in tagging.carried_as(found, shown, on=timezone.localtime(now).date()):
            tagging.untag(found, carried, by=person(request), now=now)
    except Refused as refused:
        return _told(request, refused, found, "tags")
    return back_to(found, "tags")


@require_POST
def tag_many(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases (`cases`, as often as there are cases) a tag, or take it away (`take=away`); then back to `next`."""
    now, by = timezone.now(), person(request)
    keys = [
        int(key)
        for key in (*request.POST.getlist("cases"), *request.POST.getlist("case"))
        if key.isascii() and key.isdigit() and len(key) < 19
    ]
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("casework:tags")
    chosen = request.POST.get("tag", "")
    tag = (
        Tag.objects.filter(pk=int(chosen)).first()
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 7
        else None
    )
    if not keys or tag is None or len(keys) > MOST_CASES:
        messages.warning(request, _("请选择 1 到 %(most)d 个事项和一个标签。") % {"most": MOST_CASES})
        return redirect(back)
    seen = list(Case.objects.filter(visibility.seen_by(by, tables=offices.tables(), now=now), pk__in=keys))
    if len(seen) != len(set(keys)):
        raise Http404
    step = tagging.untag_many if request.POST.get("take") == "away" else tagging.tag_many
    try:
        number = step(seen, tag, by=by, now=now)
    except Refused as refused:
        return _told(request, refused, None, back)
    sentence = ngettext("%(number)d 个事项的标签已更新。", "%(number)d 个事项的标签已更新。", number)
    messages.success(request, sentence % {"number": number})
    return redirect(back)


def _told(request: HttpRequest, refused: Refused, case: Case | None, place: str) -> HttpResponse:
    """Nothing was typed that could be lost: the sentence stands above the page from which it was asked."""
    if isinstance(refused, NotAllowed):
        what = request.resolver_match.view_name if request.resolver_match else "unknown"
        refusals.note(person(request), f"{request.method}:{what}", now=timezone.now())
    messages.error(request, said(refused.text))
    return back_to(case, place) if case is not None else redirect(place)


# ---- remarks ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add_remark(request: HttpRequest, case: int) -> HttpResponse:
    """A remark, or the correction of an earlier one (`corrects`)."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    form = paper_forms.AddRemark(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    corrected = _corrected(found, form)
    context: dict[str, Any] = {
        "title": _("更正备注") if corrected else _("写备注"),
        "button": _("写下更正") if corrected else _("写下备注"),
        "back": f"{reverse('casework:case', args=[found.pk])}#remarks",
        "about": f"{found.number} {found.title}",
        "corrected": corrected,
    }
    if not form.is_valid():
        return form_page(request, form, **context)
    told = form.cleaned_data
    try:
        event = remarking.remark(found, told["remark"], corrects=told["corrects"], by=person(request), now=now)
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    return back_to(found, f"remark-{event.pk}")


def _corrected(case: Case, form: paper_forms.AddRemark) -> remarking.Remark | None:
    """The remark that is being corrected, to be seen beside the form."""
    key = str(form["corrects"].value() or "")
    return next((each for each in remarking.remarks_of(case) if str(each.event_id) == key), None) if key else None


# ---- lawful deletion -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """The security administrator deletes the words or the file of a record."""
    by, now = person(request), timezone.now()
    refusals.require(may_grant, what=f"{request.method}:casework:erase", by=by, now=now)
    form = paper_forms.Erase(request.POST if request.method == "POST" else None)
    context = {
        "title": _("依法删除"),
        "button": _("删除"),
        "back": "/",
        "about": _(
            "删除一条记录里的文字或文件。事件本身和它的指纹保留，证明曾经有过；办公系统另存的内容由该系统处理。"
        ),
    }
    if not form.is_valid():
        return form_page(request, form, **context)
    told = form.cleaned_data
    try:
        number = erasing.erase(told["record"], ground=told["ground"], by=by, now=now)
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    messages.success(request, _("%(number)s 的这条记录已删除文字和文件，指纹保留。") % {"number": number})
    return redirect("casework:erase")
