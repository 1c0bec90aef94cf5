"""Declared values (填报): typing one with its attachment, sending the file back, taking a value back."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import attaching
from shixiao.casework.refusing import Refused
from shixiao.casework.storing import store
from shixiao.casework.uploads import Arrived, streamed
from shixiao.engine import targets
from shixiao.people.models import User
from shixiao.performance import binding, bound, queries
from shixiao.performance.binding import Attached, NotBindable
from shixiao.performance.binding_form import REASON_LENGTH
from shixiao.performance.bound import Line
from shixiao.performance.models import Basis, Declared, PlanVersion
from shixiao.performance.views.bindings import READ, ReasonForm, check_may_bind
from shixiao.performance.views.trails import of_indicator
from shixiao.performance.wordings import said


class DeclareForm(forms.Form):
    """A value, the day it stands for, and where it comes from. The file beside it is taken in by the view."""

    value = forms.CharField(
        label=gettext_lazy("数值"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    on = forms.DateField(
        label=gettext_lazy("截至"),
        help_text=gettext_lazy("这个数说的是到哪一天为止。"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("来源和说明"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


def _hint(target: targets.Reading) -> str:
    """How the value is to be written."""
    match target.kind:
        case targets.Kind.BOOLEAN:
            return _("填“是”或“否”。")
        case targets.Kind.DEADLINE:
            return _("填完成的日期，如 2026-06-30。")
        case targets.Kind.QUALITATIVE:
            return _("填等次或评语，如“良好”。")
    unit = target.unit or ("万元" if target.kind is targets.Kind.BUDGET_BOUND else "")
    return _("填数字，以“%(unit)s”计。") % {"unit": unit} if unit else _("填数字。")


def _line(plan: int, number: int, row: int, part: int) -> tuple[PlanVersion, Line]:
    version = queries.version_of(plan, number)
    found = bound.lines(version, now=timezone.now(), only=row).lines
    line = next((each for each in found if each.number == part), None)
    if line is None:
        raise Http404
    return version, line


def _may_declare(request: HttpRequest, plan: int, number: int, row: int, part: int) -> None:
    """Before a byte of the file is read."""
    version, _found = _line(plan, number, row, part)
    check_may_bind(request, version)


@streamed(limit=attaching.size_limit, first=_may_declare)
@require_http_methods(READ)
def declare(request: HttpRequest, plan: int, number: int, row: int, part: int) -> HttpResponse:
    """Say what the part has reached. The value is marked 填报 wherever it is shown."""
    version, line = _line(plan, number, row, part)
    user, now = check_may_bind(request, version), timezone.now()
    back = reverse("performance:binding", args=[plan, number, row, part])
    initial = {"on": timezone.localdate(now)}
    form = DeclareForm(request.POST if request.method == "POST" else None, label_suffix="", initial=initial)
    file_error = ""
    if request.method == "POST":
        file_error = _refused_file(request)
        if form.is_valid() and not file_error:
            file_error = _declare(request, line, form, user, now)
            if not file_error and not form.errors:
                messages.success(request, _("已填报。显示时一律标明“填报”。"))
                return redirect(back)
    context = {
        "version": version,
        "line": line,
        "indicator": line.indicator,
        "form": form,
        "hint": _hint(line.target),
        "file_error": file_error,
        "is_used": line.binding is not None and line.binding.basis == Basis.DECLARED,
        "is_open": line.binding is None or line.binding.basis == Basis.NONE,
        "limit": attaching.size_limit() >> 20,
        "back": back,
        "trail": of_indicator(version, line.indicator, here=_("填报")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or file_error else HTTPStatus.OK
    return render(request, "performance/declare.html", context, status=status)


def _refused_file(request: HttpRequest) -> str:
    refused = request.incoming.refused  # type: ignore[attr-defined]
    return said(refused.text) if refused else ""


def _declare(request: HttpRequest, line: Line, form: DeclareForm, user: User, now: Any) -> str:
    """The value with its file; returns what is wrong with the file. What is wrong with a field stands beside it."""
    told = form.cleaned_data
    arrived = next((each for each in request.FILES.getlist("file") if isinstance(each, Arrived)), None)
    try:
        attached = _kept(arrived) if arrived else None
        binding.declare(
            line.indicator,
            line.part,
            told["value"],
            on=told["on"],
            note=told["note"],
            attached=attached,
            by=user,
            now=now,
        )
    except Refused as refused:
        return said(refused.text)
    except NotBindable as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return ""


def _kept(arrived: Arrived) -> Attached:
    """The file in the store. It is there before the row that names it; one that nobody names is tidied away."""
    name = attaching.keep(arrived.draft, name=arrived.name or "")
    return Attached(name=name, sha256=arrived.draft.sha256, size=arrived.draft.size)


@require_safe
def file(request: HttpRequest, plan: int, number: int, declared: int) -> HttpResponseBase:
    """The attachment of a declared value, for whoever may read the plan."""
    made = get_object_or_404(
        Declared.objects.exclude(file_hash=""),
        pk=declared,
        indicator__version__plan=plan,
        indicator__version__number=number,
    )
    try:
        content = store().open(made.file_hash)
    except FileNotFoundError:
        raise Http404(_("附件不在存储里。请联系系统管理员。")) from None
    response = FileResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, made.file_name) or "attachment"
    response["Content-Length"] = str(made.file_size)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(READ)
def withdraw(request: HttpRequest, plan: int, number: int, declared: int) -> HttpResponse:
    """Ask once and say what will happen; then take the value back by a new record."""
    version = queries.version_of(plan, number)
    user = check_may_bind(request, version)
    made = get_object_or_404(
        Declared.objects.select_related("made_by", "indicator__project__unit", "indicator__version__plan"),
        pk=declared,
        indicator__version=version,
    )
    back = reverse("performance:binding", args=[plan, number, made.indicator.row, made.part + 1])
    form = ReasonForm(request.POST or None, label_suffix="")
    if form.is_valid():
        try:
            binding.withdraw_declared(made, reason=form.cleaned_data["reason"], by=user, now=timezone.now())
        except NotBindable as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("填报值已撤回，撤回也留有记录。"))
            return redirect(back)
    context = {
        "version": version,
        "made": made,
        "form": form,
        "back": back,
        "trail": of_indicator(version, made.indicator, here=_("撤回填报值")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "performance/undeclare.html", context, status=status)
