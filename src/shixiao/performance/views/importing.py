"""Import: paste or upload → review → accept. Until the last step everything is in the page and nothing is stored."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shixiao import tables
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans
from shixiao.performance import actions, queries
from shixiao.performance.forms import AcceptForm, CarriedForm, ImportForm, Source, carried
from shixiao.performance.review import already_accepted, earlier_versions, review
from shixiao.performance.wordings import language
from shixiao.performance.years import proposed_year

READ = ["GET", "HEAD", "POST"]


@require_http_methods(READ)
def begin(request: HttpRequest) -> HttpResponse:
    """The form; what is pasted or uploaded is read and comes back as the review page."""
    _officer(request)
    if request.method != "POST":
        return _form(request, ImportForm())
    if "edit" in request.POST:
        return _edit(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form)
    return _read(request, form, form.source())


@require_http_methods(READ)
def review_again(request: HttpRequest) -> HttpResponse:
    """The review of another table of the same file."""
    _officer(request)
    form = CarriedForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _start_again(request, form)
    return _read(request, ImportForm(), form.source(), table=form.cleaned_data["table"])


@require_http_methods(READ)
def accept(request: HttpRequest) -> HttpResponse:
    """Store what was reviewed. A year or an office that is wrong is asked for again, beside its field."""
    user = _officer(request)
    form = AcceptForm(request.POST)
    if request.method != "POST" or not CarriedForm(request.POST).is_valid():
        return _start_again(request, form)
    if not form.is_valid():
        return _read(request, ImportForm(), _source(form), table=form.cleaned_data["table"], accepting=form)
    try:
        accepted = actions.accept_plan(
            form.decoded,
            name=form.cleaned_data["name"],
            by=user,
            now=timezone.now(),
            table=form.cleaned_data["table"],
            fiscal_year=form.cleaned_data["fiscal_year"],
            department=form.cleaned_data["department"],
        )
    except actions.NotAcceptable as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _read(request, ImportForm(), _source(form), table=form.cleaned_data["table"], accepting=form)
    except tables.Unreadable as refused:
        return _refused(request, ImportForm({}), refused)
    _tell(request, accepted)
    return redirect(queries.address_of(accepted.version))


def _officer(request: HttpRequest) -> User:
    if not may_accept_plans(request.user):
        raise PermissionDenied(_("导入和接受目标表由绩效管理员办理。您可以查看已接受的目标表。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    return request.user


def _source(form: AcceptForm) -> Source:
    return form.source()


def _read(
    request: HttpRequest, form: ImportForm, source: Source, *, table: int = 1, accepting: AcceptForm | None = None
) -> HttpResponse:
    try:
        document = tables.read(source.content, name=source.name)
    except tables.Unreadable as refused:
        return _refused(request, form, refused)
    table = table if table <= len(document.plans) else 1
    return _review(request, source, document, table, accepting)


def _review(
    request: HttpRequest, source: Source, document: tables.Document, table: int, accepting: AcceptForm | None
) -> HttpResponse:
    shown = review(document, table)
    year = proposed_year(shown.plan)
    if accepting is None:
        values = carried(source, table=table) | {"department": shown.plan.department, "fiscal_year": year}
        accepting = AcceptForm(initial=values, label_suffix="")
    context = {
        "review": shown,
        "document": document,
        "source": source,
        "table": table,
        "tables": [(number, plan) for number, plan in enumerate(document.plans, 1)],
        "form": accepting,
        "carried": CarriedForm(initial=carried(source, table=table), auto_id="carried_%s"),
        "proposed_year": year,
        "same": already_accepted(shown),
        "earlier": earlier_versions(shown.plan.department, year),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if accepting.is_bound else HTTPStatus.OK
    return render(request, "performance/review.html", context, status=status)


def _refused(request: HttpRequest, form: ImportForm, refused: tables.Unreadable) -> HttpResponse:
    """What could not be read is said beside the field; what was pasted stays in it."""
    form.is_valid()
    form.refuse(refused.in_(language()))
    return _form(request, form)


def _form(request: HttpRequest, form: ImportForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "performance/import.html", {"form": form}, status=status)


def _edit(request: HttpRequest) -> HttpResponse:
    """Back from the review to the pasted text."""
    form = CarriedForm(request.POST)
    if not form.is_valid():
        return _start_again(request, form)
    return _form(request, ImportForm(initial={"text": form.source().text or ""}))


def _start_again(request: HttpRequest, form: CarriedForm) -> HttpResponse:
    if request.method == "POST":
        for error in form.errors.get("__all__", []):
            messages.error(request, str(error))
    return redirect("performance:import")


def _tell(request: HttpRequest, accepted: actions.Acceptance) -> None:
    version = accepted.version
    if not accepted.is_new:
        messages.info(
            request,
            _("这张表已经接受过了，就是下面这一版（第%(number)s版）。没有另存一份。") % {"number": version.number},
        )
        return
    sentence = _("已接受为第%(number)s版：%(count)s 项指标。") % {
        "number": version.number,
        "count": version.indicator_count,
    }
    if accepted.carried:
        sentence += ngettext(
            "上一版的 %(count)s 处更正因原文相同已带过来。",
            "上一版的 %(count)s 处更正因原文相同已带过来。",
            accepted.carried,
        ) % {"count": accepted.carried}
    if accepted.suppressions_carried:
        sentence += ngettext(
            "上一版已接受的 %(count)s 处发现仍然接受。",
            "上一版已接受的 %(count)s 处发现仍然接受。",
            accepted.suppressions_carried,
        ) % {"count": accepted.suppressions_carried}
    address = reverse("performance:events", args=[version.plan_id])
    messages.success(request, format_html('{} <a href="{}">{}</a>', sentence, address, _("查看经过")))
