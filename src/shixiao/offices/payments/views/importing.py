"""Import from a finance system: a file on the desk, its columns, what would come of it, taking it in."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.casework.allowing import NotAllowed
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page, sheets
from shixiao.offices.payments import columns, importing, looking, template
from shixiao.offices.payments.columns import YUAN, Field, Taken
from shixiao.offices.payments.forms import StatementForm
from shixiao.offices.payments.looking import Preview
from shixiao.offices.payments.models import SOURCE_CHOICES, Draft, Payment, Statement
from shixiao.offices.payments.views import projects_for, trail
from shixiao.people.wordings import said
from shixiao.tables.grid import Sheets
from shixiao.tables.money import UNITS

STATEMENTS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a file; those that wait, and those that were taken in."""
    now = timezone.now()
    projects_for(request, now=now)
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "payments/import.html", _desk(request, form), status=status)
    file = form.cleaned_data["file"]
    try:
        draft = importing.receive(file.read(), name=file.name or "", by=person(request), now=now)
    except Refused as refused:
        form.add_error("file", said(refused.text))
        return refused_page(request, "payments/import.html", _desk(request, form), refused)
    return redirect("payments:preview", draft.pk)


def _desk(request: HttpRequest, form: StatementForm) -> dict[str, Any]:
    return {
        "form": form,
        "drafts": Draft.objects.filter(owner=person(request)).defer("content"),
        "statements": _statements(request)[:STATEMENTS_SHOWN],
        "trail": trail((_("导入"), "")),
    }


def _statements(request: HttpRequest) -> QuerySet[Statement]:
    """Those that somebody took in, and those with payments of projects that they see."""
    projects = projects_for(request, now=timezone.now())
    seen = Payment.objects.filter(statement=OuterRef("pk"), project__in=projects.values("pk"))
    return Statement.objects.filter(Q(recorded_by=person(request)) | Q(Exists(seen))).select_related("recorded_by")


@require_safe
def template_file(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the columns that are needed."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = "attachment; filename=\"payments.xlsx\"; filename*=UTF-8''%E6%94%AF%E5%87%BA%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF.xlsx"
    return HttpResponse(template.workbook(), content_type=kind, headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, draft: int) -> HttpResponse:
    """What would come of the file; with POST it is taken in, or the reasons are kept and what is missing is said."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method == "POST":
        given = {
            name.removeprefix("reason-"): str(text) for name, text in request.POST.items() if name.startswith("reason-")
        }
        try:
            importing.give_reasons(one, given)
            done = importing.take_in(one, by=person(request), now=now)
        except Refused as refused:
            # The transaction was rolled back: the file is still on the desk.
            return _shown(request, _draft(request, draft), refused=refused)
        return _done(request, done)
    return _shown(request, one)


def _done(request: HttpRequest, done: importing.Imported) -> HttpResponse:
    if done.is_new:
        text = ngettext("已导入 %(n)s 笔支出。", "已导入 %(n)s 笔支出。", done.statement.opened)
        messages.success(request, text % {"n": done.statement.opened})
    else:
        messages.info(request, _("这个文件以前已经导入过，什么都没有改变。"))
    return redirect("payments:import")


def _draft(request: HttpRequest, draft: int) -> Draft:
    found = Draft.objects.filter(pk=draft, owner=person(request)).first()
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, one: Draft, *, refused: Refused | None = None) -> HttpResponse:
    try:
        seen = looking.look(one, by=person(request), now=timezone.now())
    except NotAllowed as not_allowed:
        form = StatementForm()
        return refused_page(
            request, "payments/import.html", _desk(request, form) | {"refused": not_allowed.text}, not_allowed
        )
    wrong = [each.text for each in refused.all if not each.field] if refused else []
    fields = {each.field: each.text for each in refused.all if each.field} if refused else {}
    context = {
        "draft": one,
        "seen": seen,
        "wrong": seen.wrong[: sheets.WRONG_SHOWN],
        "refused": wrong,
        "overs": [{"over": over, "error": fields.get(f"reason-{over.group.key}")} for over in seen.overs],
        "sums": _sums(seen),
        "taken": _taken(seen.how),
        "trail": trail((_("导入"), reverse("payments:import")), (one.name, "")),
    }
    if refused:
        return refused_page(request, "payments/preview.html", context, refused)
    return render(request, "payments/preview.html", context)


def _sums(seen: Preview) -> list[dict[str, Any]]:
    """Three small tables: by project, by source, by month."""

    def by_project(key: int) -> str:
        return seen.projects[key].name

    def by_source(key: str) -> str:
        return str(dict(SOURCE_CHOICES)[key])

    def by_month(key: tuple[int, int]) -> str:
        return _("%(year)s年%(month)s月") % {"year": key[0], "month": key[1]}

    kinds: tuple[tuple[str, str, Any], ...] = (
        (_("按项目"), "project", by_project),
        (_("按资金来源"), "source", by_source),
        (_("按月份"), "month", by_month),
    )
    return [
        {"title": title, "rows": [(name(key), count, amount) for key, count, amount in seen.sums(of)]}
        for title, of, name in kinds
    ]


def _taken(how: Taken | None) -> list[tuple[str, str]]:
    if how is None:
        return []
    pairs = zip(how.labels, how.fields, strict=False)
    return [(label, said(field.heading)) for label, field in pairs if field is not Field.IGNORED]


@require_POST
def put_away(request: HttpRequest, draft: int) -> HttpResponse:
    """Take the file off the desk."""
    one = _draft(request, draft)
    one.delete()
    messages.info(request, _("“%(name)s”已经移除，什么都没有导入。") % {"name": one.name})
    return redirect("payments:import")


# ---- columns -----------------------------------------------------------------------------------------------------


class Table(NamedTuple):
    """A table of the file, with what holds for all of its rows."""

    it: sheets.Shown
    unit: str
    source: str


@require_http_methods(["GET", "HEAD", "POST"])
def say_columns(request: HttpRequest, draft: int) -> HttpResponse:
    """Say by hand which row is the header and what the columns hold."""
    now, one = timezone.now(), _draft(request, draft)
    if request.method == "POST" and "forget" in request.POST:
        importing.say_columns(one, None)
        return redirect("payments:preview", one.pk)
    seen = looking.look(one, by=person(request), now=now)
    error = ""
    if request.method == "POST" and seen.sheets is not None:
        how = _from_post(request.POST, seen.sheets)
        if how is not None and not how.missing:
            importing.say_columns(one, how)
            return redirect("payments:preview", one.pk)
        error = _missing(how)
    tables = list(_tables(seen, request.POST)) if seen.sheets is not None else []
    context = {
        "draft": one,
        "tables": tables[: sheets.TABLES_SHOWN],
        "error": error,
        "units": [unit for unit in UNITS if unit in {"元", "百元", "千元", "万元", "百万元", "亿元"}],
        "sources": SOURCE_CHOICES,
        "trail": trail(
            (_("导入"), reverse("payments:import")),
            (one.name, reverse("payments:preview", args=[one.pk])),
            (_("各列是什么"), ""),
        ),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "payments/columns.html", context, status=status)


def _missing(how: Taken | None) -> str:
    if how is None:
        return _("请指出哪一行是表头。")
    return _("还要指出哪一列是：%(columns)s。") % {"columns": "、".join(said(each.heading) for each in how.missing)}


def _from_post(posted: QueryDict, found: Sheets) -> Taken | None:
    fields: list[Field] = []
    for value in sheets.chosen(posted):
        field = Field(value) if value in {each.value for each in Field} else Field.IGNORED
        fields.append(Field.IGNORED if field in fields else field)
    source = posted.get("source", "")
    unit = posted.get("unit", "")
    return columns.taken(
        found,
        grid=sheets.number_of(posted.get("grid", "")),
        line=sheets.number_of(posted.get("line", "")),
        fields=fields,
        unit=unit if unit in UNITS else "",
        source=source if source in dict(SOURCE_CHOICES) else "",
    )


def _tables(seen: Preview, posted: QueryDict) -> Iterator[Table]:
    assert seen.sheets is not None  # noqa: S101 — the caller has looked
    by_hand = _from_post(posted, seen.sheets)
    hows = {each.grid: each for each in (seen.how, by_hand) if each is not None}
    taken = {number: sheets.Choices(how.line, [each.value for each in how.fields]) for number, how in hows.items()}
    titles = [(each.value, said(each.heading)) for each in Field]
    for table in sheets.shown(seen.sheets, taken, titles=titles, fewest=columns.FEWEST):
        how = hows.get(table.number)
        yield Table(table, how.unit if how else YUAN, how.source if how else "")
