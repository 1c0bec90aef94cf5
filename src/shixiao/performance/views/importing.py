"""Import: paste or upload → review → accept. What waits for its review lies on the officer's desk and can be left."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao import tables
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans
from shixiao.performance import actions, assigning, differences, intake, originals, pictures, queries, rows
from shixiao.performance.forms import AcceptForm, ImportForm
from shixiao.performance.models import Upload
from shixiao.performance.review import already_accepted, earlier_version, review
from shixiao.performance.wordings import language
from shixiao.performance.years import proposed_year
from shixiao.tables.columns import columns_of


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The form and the files that wait. One readable file goes straight to its review, several to the list."""
    user = _officer(request)
    if request.method != "POST":
        return _form(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form)
    sources = form.sources()
    is_explaining = "explain" in request.POST
    if len(sources) == 1 and not is_explaining and (refused := _refusal(sources[0])):
        sentence, can_explain = refused
        # A file cannot be put back into its field, so one whose columns could be explained waits on the desk.
        if sources[0].is_pasted or not can_explain:
            form.refuse(sentence)
            return _form(request, form, can_explain=can_explain)
    try:
        received = intake.receive(sources, by=user, now=timezone.now())
    except intake.DeskFull as full:
        form.refuse(str(full))
        return _form(request, form)
    if len(received) > 1:
        return redirect("performance:import")
    return redirect("performance:columns" if is_explaining else "performance:review", received[0].pk)


@require_safe
def summary(request: HttpRequest, upload: int) -> HttpResponse:
    """One waiting file, read: a row of the list asks for this by itself, so that progress shows file by file."""
    one = _upload(request, upload)
    if one.outcome is None:
        _document(one)
    return render(request, "performance/upload_row.html", {"upload": one, "refusal": intake.refusal(one)})


@require_safe
def look(request: HttpRequest, upload: int) -> HttpResponse:
    """The review of one table of a waiting file."""
    one = _upload(request, upload)
    return _review(request, one, _table(request.GET.get("table", "")))


@require_safe
def original(request: HttpRequest, upload: int) -> HttpResponse:
    """Where something stood in the file: the rows around it. htmx asks for the part alone."""
    one = _upload(request, upload)
    place = originals.place_of(request.GET)
    try:
        shown = originals.excerpt(tables.sheets(bytes(one.content)), place)
    except tables.Unreadable:
        shown = originals.Excerpt("", [])
    is_part = getattr(request, "htmx", False)
    template = "performance/original_part.html" if is_part else "performance/original.html"
    context = {"upload": one, "excerpt": shown, "is_part": is_part, "page": place.page if shown.lines else 0}
    return render(request, template, context)


@require_safe
def page_picture(request: HttpRequest, upload: int, page: int) -> HttpResponse:
    """A page of a waiting PDF as it is printed."""
    one = _upload(request, upload)
    content = bytes(one.content)
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        raise Http404
    try:
        picture = pictures.page_of(content, page, originals.box_of(request.GET.get("at", "")))
    except pictures.NotDrawn:
        raise Http404 from None
    # What lies under this address never changes: another file is another upload.
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@require_POST
def accept(request: HttpRequest, upload: int) -> HttpResponse:
    """Store what was reviewed. A year or an office that is wrong is asked for again, beside its field."""
    user, one = _officer(request), _upload(request, upload)
    form = AcceptForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _review(request, one, form.cleaned_data.get("table") or 1, accepting=form)
    table = form.cleaned_data["table"]
    try:
        accepted = actions.accept_plan(
            bytes(one.content),
            name=one.name,
            by=user,
            now=timezone.now(),
            table=table,
            fiscal_year=form.cleaned_data["fiscal_year"],
            department=form.cleaned_data["department"],
            assignments=intake.assignments_of(one),
            remembered=intake.remembered(),
        )
    except actions.NotAcceptable as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _review(request, one, table, accepting=form)
    _tell(request, accepted)
    others = len((one.outcome or {}).get("tables", ())) - 1
    if others > 0:
        messages.info(
            request,
            format_html(
                '<a href="{}">{}</a>',
                reverse("performance:review", args=[one.pk]),
                _("这个文件里还有别的表，回去核对。"),
            ),
        )
    else:
        intake.put_away(one)
    return redirect(queries.address_of(accepted.version))


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, upload: int) -> HttpResponse:
    """The tables of a waiting file as they stand: a person says what each column holds."""
    one = _upload(request, upload)
    if request.method == "POST" and "forget" in request.POST:
        intake.forget_columns(one)
        return redirect("performance:review", one.pk)
    error = ""
    if request.method == "POST":
        try:
            intake.say_columns(one, assigning.from_post(request.POST))
        except (ValueError, tables.Unreadable) as refused:
            error = assigning.sentence(refused)
        else:
            return redirect("performance:review", one.pk)
    context = {"upload": one, "tables": assigning.shown(one, request.POST), "error": error}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "performance/columns.html", context, status=status)


@require_POST
def put_away(request: HttpRequest, upload: int) -> HttpResponse:
    """Take a file off the desk without accepting it."""
    one = _upload(request, upload)
    intake.put_away(one)
    messages.info(request, _("已移除“%(name)s”，没有接受它。") % {"name": one.name})
    return redirect("performance:import")


def _officer(request: HttpRequest) -> User:
    if not may_accept_plans(request.user):
        raise PermissionDenied(_("导入和接受目标表由绩效管理员办理。您可以查看已接受的目标表。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    return request.user


def _upload(request: HttpRequest, upload: int) -> Upload:
    """A file of this very person: nobody looks at the desk of another."""
    return get_object_or_404(Upload, pk=upload, owner=_officer(request))


def _table(text: str) -> int:
    return int(text) if text.isdecimal() and 0 < len(text) < 5 else 1


def _refusal(source: intake.Source) -> tuple[str, bool] | None:
    """Why nothing in a single file can be read, and whether it has columns that a person could explain."""
    try:
        tables.read(source.content, name=source.name, remembered=intake.remembered())
    except tables.Unreadable as refused:
        return refused.in_(language()), refused.code in assigning.EXPLAINABLE and _columns(source.content)
    return None


def _columns(content: bytes) -> bool:
    try:
        return bool(columns_of(tables.sheets(content)))
    except tables.Unreadable:
        return False


def _document(upload: Upload) -> tables.Document | None:
    try:
        return intake.document_of(upload)
    except tables.Unreadable:
        return None


def _review(request: HttpRequest, upload: Upload, table: int, *, accepting: AcceptForm | None = None) -> HttpResponse:
    document = _document(upload)
    if document is None:
        can_explain = (upload.outcome or {}).get("code") in assigning.EXPLAINABLE and _columns(bytes(upload.content))
        context = {"upload": upload, "refusal": intake.refusal(upload), "can_explain": can_explain}
        return render(request, "performance/refused.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    table = table if 1 <= table <= len(document.plans) else 1
    shown = review(document, table)
    year = proposed_year(shown.plan)
    before = earlier_version(shown.plan.department, year)
    if accepting is None:
        values = {"department": shown.plan.department, "fiscal_year": year, "table": table}
        accepting = AcceptForm(initial=values, label_suffix="")
    context = {
        "review": shown,
        "document": document,
        "upload": upload,
        "table": table,
        "tables": [(number, plan) for number, plan in enumerate(document.plans, 1)],
        "form": accepting,
        "columns": assigning.taken(document),
        "proposed_year": year,
        "same": already_accepted(shown),
        "before": before,
        "differences": differences.of(rows.plan_of(before), shown.plan) if before else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if accepting.is_bound else HTTPStatus.OK
    return render(request, "performance/review.html", context, status=status)


def _form(request: HttpRequest, form: ImportForm, *, can_explain: bool = False) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    waiting = [(upload, intake.refusal(upload)) for upload in intake.waiting(_officer(request))]
    return render(
        request,
        "performance/import.html",
        {"form": form, "waiting": waiting, "can_explain": can_explain},
        status=status,
    )


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
