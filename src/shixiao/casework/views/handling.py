"""What can be done to any case, whatever its step table: put it into other hands, ask for more time, answer that."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shixiao.casework import assigning, extending, offices, queries
from shixiao.casework.models import Case, Deadline, Extension
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page
from shixiao.people.models import Role, User
from shixiao.people.wordings import said

MOST_PEOPLE = 300


class Assign(forms.Form):
    """Into whose hands, and who helps."""

    lead = forms.TypedChoiceField(label=gettext_lazy("主办"), coerce=int)
    assistants = forms.TypedMultipleChoiceField(
        label=gettext_lazy("协办"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, people: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(user.pk, user.display_name) for user in people]
        self.fields["lead"].choices = [("", gettext_lazy("请选择")), *choices]  # type: ignore[attr-defined]
        self.fields["assistants"].choices = choices  # type: ignore[attr-defined]


class AskExtension(forms.Form):
    """How much more time, and why."""

    amount = forms.IntegerField(label=gettext_lazy("延长多少"), min_value=1, max_value=999)
    what = forms.ChoiceField(
        label=gettext_lazy("单位"),
        choices=[
            ("wd", gettext_lazy("个工作日")),
            ("d", gettext_lazy("日")),
            ("wh", gettext_lazy("个工作小时")),
            ("h", gettext_lazy("小时")),
        ],
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerExtension(forms.Form):
    """Yes or no, and why."""

    answer = forms.ChoiceField(
        label=gettext_lazy("答复"),
        choices=[("granted", gettext_lazy("同意")), ("refused", gettext_lazy("不同意"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def _case(request: HttpRequest, key: int, now: datetime) -> Case:
    return queries.case_of(key, by=person(request), now=now)


def _shown(
    request: HttpRequest, case: Case, form: forms.Form, *, heading: str, about: str, button: str
) -> dict[str, Any]:
    trail = [
        {"title": said(offices.office_of(case.kind).title), "address": ""},
        {"title": case.number, "address": f"/cases/{case.pk}/"},
        {"title": heading, "address": ""},
    ]
    return {"case": case, "form": form, "heading": heading, "about": about, "button": button, "trail": trail}


def _refuse(form: forms.Form, refused: Refused) -> None:
    for each in refused.all:
        form.add_error(each.field if each.field in form.fields else None, said(each.text))


def colleagues(case: Case) -> list[User]:
    """Staff with a post at the unit of the case, above or below it: those who may get it."""
    top = case.unit.path[:6]
    rows = User.objects.filter(is_active=True, role=Role.STAFF, appointments__unit__path__startswith=top)
    return list(rows.distinct().order_by("display_name")[:MOST_PEOPLE])


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, case: int) -> HttpResponse:
    """Another lead, other assistants."""
    now = timezone.now()
    found = _case(request, case, now)
    helpers = list(found.assistants.values_list("user_id", flat=True))
    initial = {"lead": found.lead_id or "", "assistants": helpers}
    people = colleagues(found)
    form = Assign(people, request.POST if request.method == "POST" else None, initial=initial)
    context = _shown(
        request, found, form, heading=_("改派"), about=_("主办人负责办结，协办人可以查看和补充。"), button=_("确定改派")
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "casework/handling.html", context, status=422 if form.is_bound else 200)
    by_key = {user.pk: user for user in people}
    told = form.cleaned_data
    try:
        assigning.assign(
            found,
            lead=by_key[told["lead"]],
            assistants=[by_key[key] for key in told["assistants"]],
            reason=told["reason"],
            by=person(request),
            now=now,
        )
    except Refused as refused:
        _refuse(form, refused)
        return refused_page(request, "casework/handling.html", context, refused)
    messages.success(
        request, _("%(number)s 已改派给%(name)s。") % {"number": found.number, "name": by_key[told["lead"]]}
    )
    return redirect("casework:case", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_extension(request: HttpRequest, case: int, name: str) -> HttpResponse:
    """More time for one running deadline of the case."""
    now = timezone.now()
    found = _case(request, case, now)
    row = get_object_or_404(Deadline.objects.filter(case=found, name=name, stopped_at=None))
    form = AskExtension(request.POST if request.method == "POST" else None, initial={"what": "wd"})
    context = _shown(
        request,
        found,
        form,
        heading=_("申请延期"),
        about=_("原定期限不变，同意以后另记新的期限；统计时两个都看。"),
        button=_("提交申请"),
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "casework/handling.html", context, status=422 if form.is_bound else 200)
    told = form.cleaned_data
    budget = f"{told['amount']}{told['what']}"
    try:
        extending.ask_extension(found, row.name, budget=budget, reason=told["reason"], by=person(request), now=now)
    except Refused as refused:
        _refuse(form, refused)
        return refused_page(request, "casework/handling.html", context, refused)
    messages.success(request, _("%(number)s 的延期申请已提交，等主管答复。") % {"number": found.number})
    return redirect("casework:case", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_extension(request: HttpRequest, case: int, extension: int) -> HttpResponse:
    """Grant or refuse what was asked for."""
    now = timezone.now()
    found = _case(request, case, now)
    asked = Extension.objects.filter(pk=extension, deadline__case=found).select_related("deadline").first()
    if asked is None:
        raise Http404
    form = AnswerExtension(request.POST if request.method == "POST" else None)
    context = _shown(
        request, found, form, heading=_("答复延期申请"), about=queries.asked_in_words(asked), button=_("答复")
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "casework/handling.html", context, status=422 if form.is_bound else 200)
    told = form.cleaned_data
    try:
        extending.answer_extension(
            asked, is_granted=told["answer"] == "granted", reason=told["reason"], by=person(request), now=now
        )
    except Refused as refused:
        _refuse(form, refused)
        return refused_page(request, "casework/handling.html", context, refused)
    messages.success(request, _("%(number)s 的延期申请已答复。") % {"number": found.number})
    return redirect("casework:case", found.pk)
