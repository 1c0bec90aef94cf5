"""Entering by sheet: the template, a file on the desk, its columns, what would come of it, taking it in."""

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
from shixiao.casework.views.exporting import XLSX
from shixiao.offices.registers import columns, importing, looking, sheets_out
from shixiao.offices.registers.forms import SheetForm, too_large
from shixiao.offices.registers.looking import Preview
from shixiao.offices.registers.models import Draft, Register, Sheet
from shixiao.offices.registers.views import entering_units, opened, trail
from shixiao.people.models import Unit
from shixiao.people.wordings import said

SHEETS_SHOWN = 50
ROWS_SHOWN = 20
LIMIT: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _register(request: HttpRequest, code: str) -> tuple[Register, list[Unit]]:
    """The register, where this person enters; a restricted one takes no sheets."""
    now = timezone.now()
    register = opened(request, code, now=now)
    if register.is_restricted:
        raise Http404
    units = entering_units(register, by=person(request), now=now)
    if not units or register.retired_on is not None:
        raise PermissionDenied(_("您没有登记这个台账的岗位，或者它已经停用。"))
    return register, units


@require_safe
def template_file(request: HttpRequest, code: str) -> HttpResponse:
    """An empty workbook with the columns of the register."""
    register, _units = _register(request, code)
    content = sheets_out.template(register, is_plan=register.current.is_planned)
    name = f'attachment; filename="{register.code}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file; those that wait, and those that were taken in."""
    now = timezone.now()
    register, units = _register(request, code)
    is_post = request.method == "POST"
    form = SheetForm(request.POST if is_post else None, request.FILES if is_post else None, units=units, limit=LIMIT)
    if not is_post or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "registers/import.html", _desk(request, register, form), status=status)
    file, told = form.cleaned_data["file"], form.cleaned_data
    if (file.size or 0) > LIMIT:
        form.add_error("file", too_large(LIMIT))
        context = _desk(request, register, form)
        return render(request, "registers/import.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    unit = next(each for each in units if str(each.pk) == told["unit"])
    try:
        draft = importing.receive(
            file.read(),
            name=file.name or "",
            register=register,
            unit=unit,
            step=told["step"],
            by=person(request),
            now=now,
        )
    except Refused as refused:
        form.add_error("file", said(refused.text))
        return refused_page(request, "registers/import.html", _desk(request, register, form), refused)
    return redirect("registers:preview", draft.pk)


def _desk(request: HttpRequest, register: Register, form: SheetForm) -> dict[str, Any]:
    return {
        "register": register,
        "form": form,
        "drafts": Draft.objects.filter(owner=person(request), register=register).defer("content"),
        "sheets": Sheet.objects.filter(register=register).select_related("recorded_by")[:SHEETS_SHOWN],
        "trail": trail(register, (_("用表格导入"), "")),
    }


def _draft(request: HttpRequest, draft: int) -> Draft:
    rows = Draft.objects.select_related("register__unit", "unit")
    found = rows.filter(pk=draft, owner=person(request)).first()
    if found is None:
        raise Http404
    opened(request, found.register.code, now=timezone.now())
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, draft: int) -> HttpResponse:
    """What would come of the file; with POST it is taken in."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method != "POST":
        return _shown(request, one)
    code = one.register.code
    try:
        done = importing.take_in(one, by=person(request), now=now)
    except Refused as refused:
        # The transaction was rolled back: the file is still on the desk.
        return _shown(request, _draft(request, draft), refused=refused)
    if done.is_new:
        text = ngettext("已导入 %(n)s 条记录。", "已导入 %(n)s 条记录。", done.sheet.opened)
        messages.success(request, text % {"n": done.sheet.opened})
    else:
        messages.info(request, _("这个文件以前已经导入过，什么都没有改变。"))
    return redirect("registers:table", code)


def _shown(request: HttpRequest, one: Draft, *, refused: Refused | None = None) -> HttpResponse:
    try:
        seen = looking.look(one, by=person(request), now=timezone.now())
    except NotAllowed as not_allowed:
        raise PermissionDenied(said(not_allowed.text)) from not_allowed
    context = {
        "draft": one,
        "register": one.register,
        "seen": seen,
        "wrong": seen.wrong[: sheets.WRONG_SHOWN],
        "refused": refused.text if refused else None,
        "taken": _taken(seen),
        "first": [(line, _told(seen, line)) for line in seen.lines[:ROWS_SHOWN]],
        "trail": trail(
            one.register,
            (_("用表格导入"), reverse("registers:import", args=(one.register.code,))),
            (one.name, ""),
        ),
    }
    if refused:
        return refused_page(request, "registers/preview.html", context, refused)
    return render(request, "registers/preview.html", context)


def _taken(seen: Preview) -> list[tuple[str, str]]:
    if seen.how is None:
        return []
    titles = {code: said(title) for code, title in columns.titles(seen.fields)}
    pairs = zip(seen.how.labels, seen.how.codes, strict=False)
    return [(label, titles.get(code, code)) for label, code in pairs if code != columns.IGNORED]


def _told(seen: Preview, line: Any) -> list[str]:
    """The first fields of a row, as they will be."""
    found = []
    for each in columns.readable(seen.fields)[:5]:
        value = line.things.get(each.code) or line.texts.get(each.code) or line.values.get(each.code, "")
        found.append(next((one.title for one in each.choices if one.code == value), str(value)))
    return found


@require_POST
def put_away(request: HttpRequest, draft: int) -> HttpResponse:
    """Take the file off the desk."""
    one = _draft(request, draft)
    code = one.register.code
    one.delete()
    messages.info(request, _("“%(name)s”已经移除，什么都没有导入。") % {"name": one.name})
    return redirect("registers:import", code)


@require_http_methods(["GET", "HEAD", "POST"])
def say_columns(request: HttpRequest, draft: int) -> HttpResponse:
    """Say by hand which row is the header and what the columns hold."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method == "POST" and "forget" in request.POST:
        importing.say_columns(one, None)
        return redirect("registers:preview", one.pk)
    seen = looking.look(one, by=person(request), now=now)
    error, how = "", None
    if request.method == "POST" and seen.sheets is not None:
        how = columns.taken(
            seen.sheets,
            seen.fields,
            grid=sheets.number_of(request.POST.get("grid", "")),
            line=sheets.number_of(request.POST.get("line", "")),
            codes=sheets.chosen(request.POST),
        )
        open_ = columns.missing(how, seen.fields, is_plan=seen.is_plan) if how else []
        if how is not None and not open_:
            importing.say_columns(one, how)
            return redirect("registers:preview", one.pk)
        names = "、".join(each.title for each in open_)
        error = _("还要指出哪一列是：%(columns)s。") % {"columns": names} if open_ else _("请指出哪一行是表头。")
    hows = {each.grid: each for each in (seen.how, how) if each is not None}
    taken = {number: sheets.Choices(each.line, each.codes) for number, each in hows.items()}
    titles = [(code, said(title)) for code, title in columns.titles(seen.fields)]
    found = list(sheets.shown(seen.sheets, taken, titles=titles, fewest=1)) if seen.sheets is not None else []
    context = {
        "draft": one,
        "register": one.register,
        "tables": found[: sheets.TABLES_SHOWN],
        "error": error,
        "trail": trail(one.register, (one.name, reverse("registers:preview", args=(one.pk,))), (_("各列是什么"), "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "registers/columns.html", context, status=status)
