"""Correct a reading by hand, and take a correction back."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shixiao.engine import targets
from shixiao.people.models import User
from shixiao.people.permissions import may_correct_readings
from shixiao.performance import actions, indicators, queries, wordings
from shixiao.performance.correcting import MOST_PARTS, REASON_LENGTH, CorrectionForm, initial_of
from shixiao.performance.models import Correction, Indicator, PlanVersion, Which
from shixiao.performance.views.trails import of_indicator

READ = ["GET", "HEAD", "POST"]


@require_http_methods(READ)
def correct(request: HttpRequest, plan: int, number: int, row: int, which: str) -> HttpResponse:
    """The form. First it shows what a change would mean, then it saves: two buttons, the same fields."""
    user, version, one = _asked(request, plan, number, row)
    if which not in Which.values:
        raise Http404
    before = actions.counting_reading(one, which)
    form = _form(request, before)
    context = _context(version, one, which, before) | {"form": form}
    if request.method != "POST":
        return render(request, "performance/correct.html", context)
    if "more" in request.POST:
        return render(request, "performance/correct.html", context | {"form": _unjudged(form)})
    if not form.is_valid() or form.reading is None:
        return render(request, "performance/correct.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    context["change"] = indicators.change(before, form.reading)
    if "save" not in request.POST:
        return render(request, "performance/correct.html", context)
    try:
        _save(one, which, form, user)
    except actions.NotCorrectable as refused:
        form.add_error(None, str(refused))
        return render(request, "performance/correct.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("读法已更正，公布的原文没有改动。"))
    return redirect(queries.address_of(version, row))


def _asked(request: HttpRequest, plan: int, number: int, row: int) -> tuple[User, PlanVersion, Indicator]:
    if not may_correct_readings(request.user):
        raise PermissionDenied(_("更正读法由绩效管理员办理。您可以查看读法和更正的经过。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    version = queries.version_of(plan, number)
    if version.has_newer:  # type: ignore[attr-defined]
        raise PermissionDenied(_("这是旧版。请在最新一版里更正。"))
    return request.user, version, indicators.indicator_of(version, row)


def _form(request: HttpRequest, before: targets.Reading) -> CorrectionForm:
    initial = initial_of(before)
    if request.method != "POST":
        return CorrectionForm(initial=initial, parts=len(before.parts))
    asked = str(request.POST.get("part_count", ""))
    parts = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 2
    data = request.POST.copy()
    parts = min(MOST_PARTS, max(2, parts + ("more" in data)))
    data["part_count"] = str(parts)
    return CorrectionForm(data, initial=initial, parts=parts)


def _unjudged(form: CorrectionForm) -> CorrectionForm:
    """The same content, one part more, and nothing said yet about what is still empty."""
    values = {name: form.data.get(name) for name in form.fields}
    parts = [
        {name: part.data.get(part.add_prefix(name)) or part.initial.get(name) for name in part.fields}
        for part in form.parts
    ]
    return CorrectionForm(initial=values | {"parts": parts, "part_count": len(parts)}, parts=len(parts))


def _context(version: PlanVersion, one: Indicator, which: str, before: targets.Reading) -> dict[str, object]:
    wording = one.annual_wording if which == Which.ANNUAL else one.cycle_wording
    return {
        "version": version,
        "indicator": one,
        "which": which,
        "which_title": Which(which).label,
        "wording": wording,
        "before": wordings.said(targets.explain(before)),
        "doubts": wordings.doubts(before),
        "other_is_same": one.annual_wording == one.cycle_wording,
        "back": queries.address_of(version, one.row),
        "trail": of_indicator(version, one, here=_("更正读法")),
    }


def _save(one: Indicator, which: str, form: CorrectionForm, user: User) -> None:
    """One correction, or two where the other wording is the same and it was asked for."""
    asked = [which]
    if form.cleaned_data.get("both") and one.annual_wording == one.cycle_wording:
        asked = [Which.ANNUAL.value, Which.CYCLE.value]
    reading = form.reading
    assert reading is not None  # noqa: S101 — the form is valid
    now, reason = timezone.now(), form.cleaned_data["reason"]
    with transaction.atomic():
        for each in asked:
            if each != which and actions.counting_reading(one, each) == reading:
                continue
            actions.correct_reading(one, which=each, reading=reading, reason=reason, by=user, now=now)


class WithdrawForm(forms.Form):
    """Why a correction is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("撤回的理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


@require_http_methods(READ)
def withdraw(request: HttpRequest, plan: int, number: int, row: int, correction: int) -> HttpResponse:
    """Ask once and say what will happen; then take the correction back by a new record."""
    user, version, one = _asked(request, plan, number, row)
    made = get_object_or_404(Correction.objects.select_related("made_by"), pk=correction, indicator=one)
    form = WithdrawForm(request.POST or None, label_suffix="")
    if form.is_valid():
        try:
            actions.withdraw_correction(made, reason=form.cleaned_data["reason"], by=user, now=timezone.now())
        except actions.NotCorrectable as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("更正已撤回，撤回也留有记录。"))
            return redirect(queries.address_of(version, row))
    context = {
        "version": version,
        "indicator": one,
        "correction": made,
        "form": form,
        "change": indicators.change(targets.from_json(made.reading), _before(made)),
        "back": queries.address_of(version, row),
        "trail": of_indicator(version, one, here=_("撤回更正")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "performance/withdraw.html", context, status=status)


def _before(correction: Correction) -> targets.Reading:
    """The reading that counted before `correction`."""
    earlier = Correction.objects.filter(
        indicator=correction.indicator_id, which=correction.which, pk__lt=correction.pk
    ).last()
    return targets.from_json(earlier.reading if earlier else actions.as_read(correction.indicator, correction.which))
