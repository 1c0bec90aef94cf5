"""Projects, contracts, topics, subjects: listed and added by whoever may keep them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import queries, shared_things, visibility
from shixiao.casework.models import Contract, Project, Subject, Topic
from shixiao.casework.models.shared import CODE_LENGTH, NAME_LENGTH
from shixiao.casework.responsibilities import KEEPER
from shixiao.casework.views import person
from shixiao.people.models import Role, Unit, User
from shixiao.ui import formats

PAGE = 50
MOST = 500


class _NewThing(forms.Form):
    """What is told of a new thing. Lengths and characters are the model's to judge."""

    use_required_attribute = False
    by_unit = True

    def __init__(self, given: Any, *, units: QuerySet[Unit]) -> None:
        super().__init__(given)
        if "unit" in self.fields:
            self.fields["unit"] = forms.ModelChoiceField(units[:MOST], label=_("单位"), empty_label=_("请选择"))
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if "project" in self.fields:
            projects = Project.objects.filter(unit__in=units)
            self.fields["project"] = forms.ModelChoiceField(projects, label=_("项目"), empty_label=_("请选择"))
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", kind)


def _line(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class NewProject(_NewThing):
    """A project of a unit's budget."""

    unit = forms.Field()
    name = _line(gettext_lazy("名称"), NAME_LENGTH)
    code = _line(gettext_lazy("项目编码"), CODE_LENGTH, required=False)
    since_year = forms.IntegerField(label=gettext_lazy("起始年度"), min_value=2000, max_value=2100)
    until_year = forms.IntegerField(label=gettext_lazy("到期年度"), min_value=2000, max_value=2100)


class NewContract(_NewThing):
    """An agreement for a project."""

    project = forms.Field()
    number = _line(gettext_lazy("合同编号"), CODE_LENGTH)
    name = _line(gettext_lazy("名称"), NAME_LENGTH)
    party = _line(gettext_lazy("对方"), NAME_LENGTH)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    since = _day(gettext_lazy("自"))
    until = _day(gettext_lazy("至"), required=False)


class NewTopic(_NewThing):
    """What something is about."""

    name = _line(gettext_lazy("名称"), NAME_LENGTH)
    since = _day(gettext_lazy("自"))


class NewSubject(_NewThing):
    """A device, a system, a room."""

    unit = forms.Field()
    label = _line(gettext_lazy("标签"), CODE_LENGTH, help_text=gettext_lazy("贴在实物上的编号，扫码时读到的就是它。"))
    name = _line(gettext_lazy("名称"), NAME_LENGTH)
    since = _day(gettext_lazy("自"))


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One sort of things that offices share, as its pages know it."""

    title: str | Promise
    about: str | Promise
    model: type[Model]
    form: type[_NewThing]
    create: Callable[..., Model]
    way: str  # from the thing to its unit; empty where it belongs to none
    named: tuple[str, ...]  # what is read along
    searched: tuple[str, ...]
    columns: tuple[tuple[str | Promise, Callable[[Any], str]], ...]
    page: str = ""  # the address of one of them, where each has a page


def _years(each: Project) -> str:
    return f"{each.since_year}—{each.until_year}" if each.since_year != each.until_year else str(each.since_year)


def _standing(each: Topic) -> str:
    if each.until is None:
        return ""
    day = formats.day(each.until)
    if each.merged_into is not None:
        return _("自 %(day)s 并入“%(name)s”") % {"day": day, "name": each.merged_into}
    return _("自 %(day)s 停用") % {"day": day}


def _days(each: Any) -> str:
    return f"{formats.day(each.since)} — {formats.day(each.until)}"


SORTS = {
    "projects": Shared(
        title=gettext_lazy("项目"),
        about=gettext_lazy("各办公系统的事项和目标表的指标都对到项目上。"),
        model=Project,
        form=NewProject,
        create=shared_things.create_project,
        way="unit",
        named=("unit",),
        searched=("name", "code"),
        columns=(
            (gettext_lazy("名称"), str),
            (gettext_lazy("单位"), lambda each: str(each.unit)),
            (gettext_lazy("项目编码"), lambda each: each.code),
            (gettext_lazy("年度"), _years),
        ),
    ),
    "contracts": Shared(
        title=gettext_lazy("合同"),
        about=gettext_lazy("项目下与外单位的约定。"),
        model=Contract,
        form=NewContract,
        create=shared_things.create_contract,
        way="project__unit",
        named=("project",),
        searched=("number", "name", "party"),
        columns=(
            (gettext_lazy("合同编号"), lambda each: each.number),
            (gettext_lazy("名称"), lambda each: each.name),
            (gettext_lazy("对方"), lambda each: each.party),
            (gettext_lazy("金额（元）"), lambda each: "" if each.amount is None else f"{each.amount:,.2f}"),
            (gettext_lazy("项目"), lambda each: str(each.project)),
            (gettext_lazy("期限"), _days),
        ),
    ),
    "topics": Shared(
        title=gettext_lazy("主题"),
        about=gettext_lazy("一件事讲的是什么，供按主题统计的指标使用。"),
        model=Topic,
        form=NewTopic,
        create=shared_things.create_topic,
        way="",
        named=("merged_into",),
        searched=("name",),
        columns=(
            (gettext_lazy("名称"), str),
            (gettext_lazy("启用"), lambda each: formats.day(each.since)),
            (gettext_lazy("去向"), _standing),
        ),
        page="casework:topic",
    ),
    "subjects": Shared(
        title=gettext_lazy("物件"),
        about=gettext_lazy("设备、系统、房间：一物一签，事项办在它上面。"),
        model=Subject,
        form=NewSubject,
        create=shared_things.create_subject,
        way="unit",
        named=("unit",),
        searched=("label", "name"),
        columns=(
            (gettext_lazy("标签"), lambda each: each.label),
            (gettext_lazy("名称"), lambda each: each.name),
            (gettext_lazy("单位"), lambda each: str(each.unit)),
            (gettext_lazy("期限"), _days),
        ),
    ),
}


def may_look(user: User, *, now: datetime) -> bool:
    """The performance officer, and whoever keeps them at some unit."""
    return user.role == Role.OFFICER or KEEPER.word in visibility.held_by(user, now=now).words


def _sort(which: str, user: User, *, now: datetime) -> Shared:
    if which not in SORTS:
        raise Http404
    if not may_look(user, now=now):
        raise PermissionDenied(_("您没有项目和合同管理的职责。如需办理，请联系安全管理员。"))
    return SORTS[which]


def _units(user: User, *, now: datetime) -> QuerySet[Unit]:
    if user.role == Role.OFFICER:
        return Unit.objects.open_on(timezone.localtime(now).date()).order_by("path")
    return queries.units_for(KEEPER.word, by=user, now=now)


def _may_add(which: str, user: User) -> bool:
    return which != "topics" or user.role == Role.OFFICER


@require_safe
def listing(request: HttpRequest, which: str) -> HttpResponse:
    """Those of the units that the person keeps, newest first, found by their words."""
    now, user = timezone.now(), person(request)
    sort = _sort(which, user, now=now)
    query, before = request.GET.get("q", "").replace("\0", "")[:100], request.GET.get("before", "")
    found = _rows(sort, user, query, now=now)
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "which": which,
        "sort": sort,
        "tabs": [(name, each.title) for name, each in SORTS.items()],
        "heads": [title for title, _shown in sort.columns],
        "rows": [
            (
                reverse(sort.page, args=(row.pk,)) if sort.page else "",
                [(title, shown(row)) for title, shown in sort.columns],
            )
            for row in rows[:PAGE]
        ],
        "query": query,
        "before": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "may_add": _may_add(which, user),
        "trail": [{"title": sort.title, "address": ""}],
    }
    return render(request, "casework/shared.html", context)


def _rows(sort: Shared, user: User, query: str, *, now: datetime) -> QuerySet[Any]:
    found = sort.model._default_manager.select_related(*sort.named)
    if sort.way and user.role != Role.OFFICER:
        paths = visibility.held_by(user, now=now).paths_for(KEEPER.word)
        found = found.filter(visibility.below(paths, column=f"{sort.way}__path"))
    for word in query.split()[:8]:
        found = found.filter(Q(*[(f"{name}__icontains", word) for name in sort.searched], _connector=Q.OR))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, which: str) -> HttpResponse:
    """One more."""
    now, user = timezone.now(), person(request)
    sort = _sort(which, user, now=now)
    if not _may_add(which, user):
        raise PermissionDenied(_("只有绩效管理员可以建立主题。"))
    form = sort.form(request.POST if request.method == "POST" else None, units=_units(user, now=now))
    if request.method == "POST" and form.is_valid() and (made := _made(sort, form, user, now=now)):
        messages.success(request, _("已登记“%(name)s”。") % {"name": made})
        return redirect("casework:shared", which)
    trail = [
        {"title": sort.title, "address": reverse("casework:shared", args=(which,))},
        {"title": _("登记"), "address": ""},
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"which": which, "sort": sort, "form": form, "trail": trail}
    return render(request, "casework/add_shared.html", context, status=status)


def _made(sort: Shared, form: _NewThing, user: User, *, now: datetime) -> Model | None:
    given = dict(form.cleaned_data)
    first = {"projects": "name", "contracts": "number", "topics": "name", "subjects": "label"}
    name = next(first[which] for which, each in SORTS.items() if each is sort)
    try:
        return sort.create(given.pop(name), **given, by=user, now=now)
    except ValidationError as error:
        for field, several in _errors(error):
            form.add_error(field if field in form.fields else None, several)
    return None


def _errors(error: ValidationError) -> Iterable[tuple[str, list[str]]]:
    if hasattr(error, "error_dict"):
        return list(error.message_dict.items())
    return [(NON_FIELD_ERRORS, error.messages)]
