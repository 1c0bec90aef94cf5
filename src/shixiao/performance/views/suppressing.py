"""Accept a finding with a reason, and take that back."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from shixiao.people.models import User
from shixiao.people.permissions import may_suppress_findings
from shixiao.performance import queries, suppressing, wordings
from shixiao.performance.correcting import REASON_LENGTH
from shixiao.performance.models import Finding, PlanVersion, Suppression
from shixiao.performance.views.trails import of_plan

READ = ["GET", "HEAD", "POST"]
PLACE = ("unit", "project", "indicator__project__unit")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class SuppressForm(ReasonForm):
    """Why, and for which findings."""

    scope = forms.ChoiceField(
        label=gettext_lazy("接受哪些"), choices=(("here", ""), ("everywhere", "")), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, here: str, everywhere: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "initial": {"scope": "here"}, **kwargs})
        self.fields["scope"].choices = (("here", here), ("everywhere", everywhere))  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("为什么可以接受。会和这条发现一起长期显示，请不要写个人信息。")


@require_http_methods(READ)
def suppress(request: HttpRequest, plan: int, number: int, rule: str) -> HttpResponse:
    """Accept what a rule says of the place that the query string names (`row`, or `unit` and `project`, or nothing for
    the whole table), or everywhere in the version."""
    user, version = _asked(request, plan, number)
    there = list(_there(version, rule, request).select_related(*PLACE))
    if not there:
        raise Http404
    finding, back = there[0], _back(version, there[0])
    if all(each.suppression_id for each in there):
        messages.info(request, _("这条发现已经接受。"))
        return redirect(back)
    everywhere = version.findings.filter(rule=rule, suppression=None).count()
    form = SuppressForm(request.POST or None, here=_here(finding), everywhere=_everywhere(rule, everywhere))
    if form.is_valid():
        is_everywhere, reason = form.cleaned_data["scope"] == "everywhere", form.cleaned_data["reason"]
        try:
            suppressing.suppress_finding(finding, everywhere=is_everywhere, reason=reason, by=user, now=timezone.now())
        except suppressing.NotSuppressible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已接受，理由已记录。发现仍可查看，也可以撤回。"))
            return redirect(back)
    context = _context(version, finding, back, here=_("接受核查发现")) | {
        "form": form,
        "texts": [wordings.found(each) for each in there],
        "severity": finding.severity,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "performance/suppress.html", context, status=status)


@require_http_methods(READ)
def withdraw(request: HttpRequest, plan: int, number: int, suppression: int) -> HttpResponse:
    """Ask once and say what will happen; then take the acceptance back by a new record."""
    user, version = _asked(request, plan, number)
    listed = Suppression.objects.select_related("made_by", *PLACE)
    made = get_object_or_404(listed, pk=suppression, version=version, withdraws=None)
    back = _back(version, made)
    form = ReasonForm(request.POST or None, label_suffix="")
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            suppressing.withdraw_suppression(made, reason=reason, by=user, now=timezone.now())
        except suppressing.NotSuppressible as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("接受已撤回，撤回也留有记录。"))
            return redirect(back)
    context = _context(version, made, back, here=_("撤回接受")) | {
        "form": form,
        "suppression": made,
        "covered": made.findings.count(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "performance/unsuppress.html", context, status=status)


def _asked(request: HttpRequest, plan: int, number: int) -> tuple[User, PlanVersion]:
    if not may_suppress_findings(request.user):
        raise PermissionDenied(_("接受核查发现由绩效管理员办理。您可以查看发现和接受的理由。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    version = queries.version_of(plan, number)
    if version.has_newer:  # type: ignore[attr-defined]
        raise PermissionDenied(_("这是旧版。请在最新一版里办理。"))
    return request.user, version


def _there(version: PlanVersion, rule: str, request: HttpRequest) -> "QuerySet[Finding]":
    """The findings of a rule at the place that the query string names."""
    row, unit, project = (_number(request, name) for name in ("row", "unit", "project"))
    found = version.findings.filter(rule=rule).order_by("position")
    if row is not None:
        return found.filter(indicator__row=row)
    found = found.filter(indicator=None)
    if project is not None:
        return found.filter(project__position=project, unit__position=unit or 0)
    found = found.filter(project=None)
    return found.filter(unit=None) if unit is None else found.filter(unit__position=unit)


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Http404
    return int(given)


def _back(version: PlanVersion, of: Finding | Suppression) -> str:
    """The page on which the finding is shown."""
    if of.indicator:
        return f"{queries.address_of(version, of.indicator.row)}#findings"
    return f"{queries.address_of(version)}#beyond"


def _here(finding: Finding) -> str:
    if finding.indicator:
        return _("只这一处：第 %(row)s 项") % {"row": finding.indicator.row}
    return _("只这一处：%(where)s") % {"where": finding.project or finding.unit or _("整张表")}


def _everywhere(rule: str, count: int) -> str:
    return ngettext(
        "本表里规则 %(rule)s 的全部（现有 %(count)s 处，以后新出现的也算）",
        "本表里规则 %(rule)s 的全部（现有 %(count)s 处，以后新出现的也算）",
        count,
    ) % {"rule": rule, "count": count}


def _context(version: PlanVersion, of: Finding | Suppression, back: str, *, here: str) -> dict[str, object]:
    """Where the finding stands, in words."""
    row = of.indicator
    return {
        "version": version,
        "rule": of.rule,
        "rule_title": wordings.rule_title(of.rule),
        "where": f"{row.row} {row.name}" if row else str(of.project or of.unit or ""),
        "back": back,
        "trail": [*of_plan(version), {"title": here, "address": ""}],
    }
