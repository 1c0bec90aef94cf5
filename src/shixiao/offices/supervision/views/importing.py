"""Tasks by a list: a file on the desk, its columns, what would come of it, taking it in."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.casework.allowing import NotAllowed
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page, sheets
from shixiao.offices.supervision import columns, importing, template
from shixiao.offices.supervision.asking import leaders
from shixiao.offices.supervision.forms import ListForm, too_large
from shixiao.offices.supervision.models import Draft, Sheet
from shixiao.offices.supervision.views import trail
from shixiao.people.models import Unit, User
from shixiao.people.wordings import said

SHEETS_SHOWN = 50
ROWS_SHOWN = 20
LIMIT: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _check(request: HttpRequest) -> None:
    try:
        importing.check_officer(person(request), now=timezone.now())
    except NotAllowed as refused:
        raise PermissionDenied(said(refused.text)) from refused


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a file; those that wait, and those that were taken in."""
    _check(request)
    now = timezone.now()
    there = leaders(None, now=now)
    is_post = request.method == "POST"
    form = ListForm(request.POST if is_post else None, request.FILES if is_post else None, leaders=there, limit=LIMIT)
    if not is_post or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "supervision/import.html", _desk(request, form), status=status)
    told, file = form.cleaned_data, form.cleaned_data["file"]
    if (file.size or 0) > LIMIT:
        form.add_error("file", too_large(LIMIT))
        return render(request, "supervision/import.html", _desk(request, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    orderer: User = next(each for each in there if str(each.pk) == told["orderer"])
    given = {name: told[name] for name in ("source", "source_ref", "led_by")}
    try:
        draft = importing.receive(
            file.read(), name=file.name or "", orderer=orderer, by=person(request), now=now, **given
        )
    except Refused as refused:
        form.add_error("file", said(refused.text))
        return refused_page(request, "supervision/import.html", _desk(request, form), refused)
    return redirect("supervision:preview", draft.pk)


def _desk(request: HttpRequest, form: ListForm) -> dict[str, Any]:
    return {
        "form": form,
        "drafts": Draft.objects.filter(owner=person(request)).defer("content"),
        "sheets": Sheet.objects.select_related("recorded_by")[:SHEETS_SHOWN],
        "trail": trail((_("批量登记"), "")),
    }


@require_safe
def template_file(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the columns that are read, and the names of today to choose from."""
    _check(request)
    now = timezone.now()
    units = Unit.objects.open_on(timezone.localtime(now).date()).order_by("path")
    content = template.workbook(
        units=[each.name for each in units], leaders=[each.display_name for each in leaders(None, now=now)]
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = "attachment; filename=\"tasks.xlsx\"; filename*=UTF-8''%E7%9D%A3%E5%8A%9E%E6%89%B9%E9%87%8F%E7%99%BB%E8%AE%B0%E6%A8%A1%E6%9D%BF.xlsx"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})


def _draft(request: HttpRequest, draft: int) -> Draft:
    _check(request)
    found = Draft.objects.select_related("orderer").filter(pk=draft, owner=person(request)).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, draft: int) -> HttpResponse:
    """What would come of the list; with POST it is taken in."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method != "POST":
        return _shown(request, one)
    try:
        done = importing.take_in(one, by=person(request), now=now)
    except Refused as refused:
        return _shown(request, _draft(request, draft), refused=refused)  # rolled back: the list is still on the desk
    if done.is_new:
        text = ngettext("已拟办 %(n)s 件事项。", "已拟办 %(n)s 件事项。", done.sheet.rows)
        messages.success(request, text % {"n": done.sheet.rows})
    else:
        messages.info(request, _("这份清单以前已经登记过，什么都没有改变。"))
    return redirect("supervision:home")


def _shown(request: HttpRequest, one: Draft, *, refused: Refused | None = None) -> HttpResponse:
    seen = importing.look(one, by=person(request), now=timezone.now())
    first = [
        (line, line.words["matter"], seen.units[line.unit_key].name, line.words["done_when"], line.limit_on)
        for line in seen.lines[:ROWS_SHOWN]
    ]
    context = {
        "draft": one,
        "seen": seen,
        "wrong": seen.wrong[: sheets.WRONG_SHOWN],
        "refused": refused.text if refused else None,
        "taken": _taken(seen),
        "first": first,
        "trail": trail((_("批量登记"), reverse("supervision:import")), (one.name, "")),
    }
    if refused:
        return refused_page(request, "supervision/preview.html", context, refused)
    return render(request, "supervision/preview.html", context)


def _taken(seen: importing.Preview) -> list[tuple[str, str]]:
    if seen.how is None:
        return []
    titles = {code: said(title) for code, title in columns.titles()}
    pairs = zip(seen.how.labels, seen.how.codes, strict=False)
    return [(label, titles.get(code, code)) for label, code in pairs if code != columns.IGNORED]


@require_POST
def put_away(request: HttpRequest, draft: int) -> HttpResponse:
    """Take the list off the desk."""
    one = _draft(request, draft)
    one.delete()
    messages.info(request, _("“%(name)s”已经移除，什么都没有登记。") % {"name": one.name})
    return redirect("supervision:import")


@require_http_methods(["GET", "HEAD", "POST"])
def say_columns(request: HttpRequest, draft: int) -> HttpResponse:
    """Say by hand which row is the header and what the columns hold."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method == "POST" and "forget" in request.POST:
        importing.say_columns(one, None)
        return redirect("supervision:preview", one.pk)
    seen = importing.look(one, by=person(request), now=now)
    error, how = "", None
    if request.method == "POST" and seen.sheets is not None:
        grid, line = (sheets.number_of(request.POST.get(name, "")) for name in ("grid", "line"))
        how = columns.taken(seen.sheets, grid=grid, line=line, codes=sheets.chosen(request.POST))
        open_ = columns.missing(how) if how else []
        if how is not None and not open_:
            importing.say_columns(one, how)
            return redirect("supervision:preview", one.pk)
        names = "、".join(said(each) for each in open_)
        error = _("还要指出哪一列是：%(columns)s。") % {"columns": names} if open_ else _("请指出哪一行是表头。")
    hows = {each.grid: each for each in (seen.how, how) if each is not None}
    taken = {number: sheets.Choices(each.line, each.codes) for number, each in hows.items()}
    titles = [(code, said(title)) for code, title in columns.titles()]
    found = list(sheets.shown(seen.sheets, taken, titles=titles, fewest=2)) if seen.sheets is not None else []
    context = {
        "draft": one,
        "tables": found[: sheets.TABLES_SHOWN],
        "error": error,
        "trail": trail((one.name, reverse("supervision:preview", args=(one.pk,))), (_("各列是什么"), "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "supervision/columns.html", context, status=status)
