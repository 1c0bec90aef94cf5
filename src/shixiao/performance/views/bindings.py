"""What the parts of a version stand on: the whole list, one part, and what a change of it would move."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.people.models import User
from shixiao.people.permissions import may_bind_indicators
from shixiao.performance import binding, bound, previewing, queries, shipping
from shixiao.performance.binding import NotBindable
from shixiao.performance.binding_form import REASON_LENGTH, SLOT, BindingForm, initial_of
from shixiao.performance.bound import Line, State
from shixiao.performance.models import Basis, Binding, PlanVersion
from shixiao.performance.previewing import Preview
from shixiao.performance.proposing import Proposing
from shixiao.performance.views.trails import of_indicator, of_plan

READ = ["GET", "HEAD", "POST"]


class ReasonForm(forms.Form):
    """One reason for everything that is confirmed at once."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )


def may_bind(request: HttpRequest, version: PlanVersion) -> bool:
    """The person may, and the version is the newest."""
    return may_bind_indicators(request.user) and not version.has_newer  # type: ignore[attr-defined]


def check_may_bind(request: HttpRequest, version: PlanVersion) -> User:
    """Who asks, if they may. Raises `PermissionDenied` with the sentence that says who does it."""
    if not may_bind_indicators(request.user):
        raise PermissionDenied(_("绑定由绩效管理员办理。您可以查看绑定和经过。"))
    if version.has_newer:  # type: ignore[attr-defined]
        raise PermissionDenied(_("这是旧版。请在最新一版里办理。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    return request.user


# ---- the whole list --------------------------------------------------------------------------------------------


@require_http_methods(READ)
def listing(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """Every part with what it stands on; sent, it confirms everything that is sure."""
    version, now = queries.version_of(plan, number), timezone.now()
    form = ReasonForm(request.POST or None, label_suffix="")
    refused = ""
    if request.method == "POST":
        user = check_may_bind(request, version)
        if form.is_valid():
            try:
                count = _confirm_sure(version, form.cleaned_data["reason"], user, now)
            except NotBindable as error:
                refused = str(error)
            else:
                said = ngettext("已绑定 %(n)s 个部分。", "已绑定 %(n)s 个部分。", count) % {"n": count}
                messages.success(request, said if count else _("没有可以直接确认的建议。"))
                return redirect("performance:bindings", plan, number)
    return render(
        request,
        "performance/bindings.html",
        _list_context(request, version, form, refused, now),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused or form.errors else HTTPStatus.OK,
    )


def _confirm_sure(version: PlanVersion, reason: str, by: User, now: datetime) -> int:
    """What is shipped keeps its own reason; everything else that is sure is bound for the reason given."""
    known = shipping.bind_shipped(version, by=by, now=now)
    sure = bound.lines(version, now=now).sure
    several = []
    for line in sure:
        proposal = line.proposals.sure
        if proposal is not None:
            several.append((line.indicator, line.part, proposal.wanted, f"{reason}（{proposal.reason}）"))
    seen = {(line.indicator.pk, line.part): line.binding.pk if line.binding else 0 for line in sure}
    return known.count + len(binding.bind_many(several, by=by, now=now, seen=seen))


def _list_context(
    request: HttpRequest, version: PlanVersion, form: ReasonForm, refused: str, now: datetime
) -> dict[str, Any]:
    found = bound.lines(version, now=now)
    state = request.GET.get("state", "")
    asked = request.GET.get("unit", "")
    unit = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    units = {line.indicator.project.unit_id: line.indicator.project.unit for line in found.lines}
    shown = found.of(state, unit)
    return {
        "version": version,
        "lines": shown,
        "count": len(found.lines),
        "states": [(each, bound.STATES[each], found.counts[each]) for each in State if found.counts[each]],
        "counts": {each.value: found.counts[each] for each in State},
        "state": state,
        "unit": unit,
        "units": list(units.values()),
        "sure": len(found.sure),
        "form": form,
        "refused": refused,
        "may_bind": may_bind(request, version),
        "progress": previewing.progress(now),
        "address": reverse("performance:bindings", args=[version.plan_id, version.number]),
        "trail": [*of_plan(version), {"title": _("绑定"), "address": ""}],
    }


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far the worker is; asked for again and again while it works."""
    return render(request, "performance/binding_progress.html", {"progress": previewing.progress(timezone.now())})


# ---- one part --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """What one request is about."""

    version: PlanVersion
    line: Line
    history: list[Binding]
    proposing: Proposing
    now: datetime

    @property
    def current(self) -> Binding | None:
        """The binding that counts."""
        return self.history[0] if self.history else None

    @property
    def address(self) -> str:
        """The page of the part."""
        places = [self.version.plan_id, self.version.number, self.line.indicator.row, self.line.number]
        return reverse("performance:binding", args=places)


@require_http_methods(READ)
def part(request: HttpRequest, plan: int, number: int, row: int, part: int) -> HttpResponse:
    """One part. What is sent says by its button: take a proposal, choose a measure, look what would move, save, confirm."""
    asked = _asked(plan, number, row, part)
    if request.method != "POST":
        return _page(request, asked, _form(asked))
    user = check_may_bind(request, asked.version)
    if "fill" in request.POST:
        return _fill(request, asked)
    if "take" in request.POST:
        return _take(request, asked, user)
    if "confirm" in request.POST:
        return _confirm(request, asked, user)
    form = BindingForm(request.POST, target=asked.line.target, choices=asked.proposing.choices)
    if "choose" in request.POST:
        return _page(request, asked, _chosen(request, asked, form), is_open=True)
    if not form.is_valid():
        return _page(request, asked, form, is_open=True, is_wrong=True)
    return _save(request, asked, form, user)


def _asked(plan: int, number: int, row: int, part: int) -> _Asked:
    version, now = queries.version_of(plan, number), timezone.now()
    found = bound.lines(version, now=now, only=row).lines
    line = next((each for each in found if each.number == part), None)
    if line is None:
        raise Http404(_("这一行的目标没有这个部分。请回到绑定列表再选。") if found else "")
    proposing = Proposing(version)
    return _Asked(version, line, bound.history_of(line.indicator, line.part), proposing, now)


def _form(asked: _Asked) -> BindingForm:
    initial = initial_of(asked.current, None, year=asked.version.plan.fiscal_year)
    return BindingForm(initial=initial, target=asked.line.target, choices=asked.proposing.choices)


def _chosen(request: HttpRequest, asked: _Asked, form: BindingForm) -> BindingForm:
    """The same content with the fields of the measure that was chosen, and nothing said yet about what is empty."""
    initial: dict[str, Any] = {name: request.POST.get(name) for name in form.fields}
    initial["topics"] = request.POST.getlist("topics")
    fresh = initial_of(
        None,
        binding.Wanted(basis=Basis.MEASURE, measure=request.POST.get("measure", "")),
        year=asked.version.plan.fiscal_year,
    )
    initial |= {name: value for name, value in fresh.items() if name.startswith(SLOT) and not initial.get(name)}
    return BindingForm(initial=initial, target=asked.line.target, choices=asked.proposing.choices)


def _fill(request: HttpRequest, asked: _Asked) -> HttpResponse:
    """The form with what a proposal knows; what it leaves open is for the person."""
    proposal = asked.line.proposals.of(str(request.POST["fill"]))
    if proposal is None:
        return _page(request, asked, _form(asked), refused=_("这条建议已经不能采用。请看现在的建议。"))
    year = asked.version.plan.fiscal_year
    initial = initial_of(asked.current, proposal.wanted, year=year, reason=proposal.reason)
    form = BindingForm(initial=initial, target=asked.line.target, choices=asked.proposing.choices)
    return _page(request, asked, form, is_open=True)


def _take(request: HttpRequest, asked: _Asked, user: User) -> HttpResponse:
    """A proposal with one press where nothing stands yet; where something does, the form with it and what would move."""
    proposal = asked.line.proposals.of(str(request.POST["take"]))
    if proposal is None or not proposal.can_be_taken:
        return _page(request, asked, _form(asked), refused=_("这条建议已经不能采用。请看现在的建议。"))
    if asked.current is not None and asked.current.basis != Basis.NONE:
        initial = initial_of(
            asked.current, proposal.wanted, year=asked.version.plan.fiscal_year, reason=proposal.reason
        )
        form = BindingForm(initial=initial, target=asked.line.target, choices=asked.proposing.choices)
        moves = _preview(asked, proposal.wanted, proposal.reason, user, initial["seen"])
        if isinstance(moves, str):
            return _page(request, asked, form, is_open=True, refused=moves)
        return _page(request, asked, form, is_open=True, moves=moves)
    seen = str(request.POST.get("seen", "0"))
    try:
        binding.bind(
            asked.line.indicator,
            asked.line.part,
            proposal.wanted,
            reason=proposal.reason,
            by=user,
            now=asked.now,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0,
        )
    except NotBindable as refused:
        return _page(request, asked, _form(asked), refused=str(refused))
    messages.success(request, _("已按建议绑定。"))
    return redirect(asked.address)


def _preview(asked: _Asked, wanted: binding.Wanted, reason: str, user: User, seen: int | None) -> Preview | str:
    try:
        return previewing.preview(
            asked.line.indicator, asked.line.part, wanted, reason=reason, by=user, now=asked.now, seen=seen
        )
    except NotBindable as refused:
        return str(refused)


def _confirm(request: HttpRequest, asked: _Asked, user: User) -> HttpResponse:
    """The followed binding is right as it is."""
    if asked.current is None:
        raise Http404
    try:
        binding.confirm(
            asked.current, reason=str(request.POST.get("reason", ""))[:REASON_LENGTH], by=user, now=asked.now
        )
    except NotBindable as refused:
        return _page(request, asked, _form(asked), refused=str(refused))
    messages.success(request, _("绑定已确认。"))
    return redirect(asked.address)


def _wanted(asked: _Asked, form: BindingForm) -> binding.Wanted:
    """What the form asks for. An office that was waited for is not what a measure lacks that takes its place."""
    wanted, current = form.wanted(), asked.current
    if current is not None and current.basis == Basis.AWAITED and wanted.basis == Basis.MEASURE:
        return replace(wanted, awaits="")
    return wanted


def _save(request: HttpRequest, asked: _Asked, form: BindingForm, user: User) -> HttpResponse:
    """First what would move, then, with the other button, the change itself."""
    told, wanted = form.cleaned_data, _wanted(asked, form)
    try:
        if "save" in request.POST:
            binding.bind(
                asked.line.indicator,
                asked.line.part,
                wanted,
                reason=told["reason"],
                by=user,
                now=asked.now,
                seen=told["seen"],
            )
        else:
            moves = previewing.preview(
                asked.line.indicator,
                asked.line.part,
                wanted,
                reason=told["reason"],
                by=user,
                now=asked.now,
                seen=told["seen"],
            )
            return _page(request, asked, form, is_open=True, moves=moves)
    except NotBindable as refused:
        field = _field_of(form, refused.field)
        form.add_error(field, str(refused))
        if refused.field == "seen":  # they see now what stands; what they filled in may be saved over it
            again = request.POST.copy()
            again["seen"] = str(asked.current.pk if asked.current else 0)
            form.data = again
        return _page(request, asked, form, is_open=True, is_wrong=True)
    messages.success(request, _("绑定已保存。"))
    return redirect(asked.address)


def _stands(wanted: binding.Wanted, current: Binding | None) -> bool:
    """The part stands on it already: whatever of scope and days differs, a person has said."""
    if current is None or (current.basis, current.measure, current.awaits) != (
        wanted.basis,
        wanted.measure,
        wanted.awaits,
    ):
        return False
    return all(current.parameters.get(slot) == value for slot, value in wanted.parameters.items())


def _field_of(form: BindingForm, name: str) -> str | None:
    """The field beside which a sentence belongs; None for the top of the form."""
    return name if name in form.fields and name != "seen" else None


def _page(
    request: HttpRequest,
    asked: _Asked,
    form: BindingForm,
    *,
    is_open: bool = False,
    is_wrong: bool = False,
    moves: Preview | None = None,
    refused: str = "",
) -> HttpResponse:
    line = asked.line
    choices = asked.proposing.choices
    context = {
        "version": asked.version,
        "line": line,
        "indicator": line.indicator,
        "current": asked.current if asked.current and asked.current.basis != Basis.NONE else None,
        "seen": asked.current.pk if asked.current else 0,
        "proposals": [each for each in line.proposals.fitting if not _stands(each.wanted, asked.current)],
        "history": [(each, bound.words_of(each, choices)) for each in asked.history],
        "declared": bound.declared_of(line.indicator, line.part),
        "form": form,
        "is_open": is_open or line.binding is None,
        "moves": moves,
        "refused": refused,
        "may_bind": may_bind(request, asked.version),
        "progress": previewing.progress(asked.now),
        "address": asked.address,
        "listing": reverse("performance:bindings", args=[asked.version.plan_id, asked.version.number]),
        "trail": of_indicator(asked.version, line.indicator, here=_("绑定")),
    }
    wrong = is_wrong or refused
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "performance/binding.html", context, status=status)
