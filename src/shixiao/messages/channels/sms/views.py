"""Pages for the system administrator and the performance officer, and the carrier's reports."""

import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from shixiao.messages.channels import testing
from shixiao.messages.channels.sms import counting, numbers, reports, standing_in
from shixiao.messages.channels.sms.channel import CHANNEL, MOST_PARTS, signature
from shixiao.messages.models import MobileNumber, SmsSent, StandInRule, Urgency
from shixiao.messages.preferring import Unfit
from shixiao.messages.views import person
from shixiao.people.models import Role, User
from shixiao.people.permissions import may_keep_accounts
from shixiao.people.wordings import said

MONTH = timedelta(days=30)

log = logging.getLogger(__name__)


# ---- the carrier -------------------------------------------------------------------------------------------------


@csrf_exempt  # no cookie lets anybody in here: the word in the address does
@login_not_required
@never_cache
@require_POST
def report(request: HttpRequest, given: str) -> HttpResponse:
    """Reports that the carrier posts. What we know nothing of is answered like the rest: nobody learns here what was sent."""
    if not reports.is_theirs(given):
        log.warning("a report of SMS with another word in its address was refused")
        return HttpResponse("", status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > reports.MOST_BYTES:
            raise reports.NotRead
        reports.take(reports.read(request.body), now=timezone.now())
    except ValueError:
        return HttpResponse("", status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
    return HttpResponse("OK", content_type="text/plain")


# ---- the system administrator ------------------------------------------------------------------------------------


class SetNumber(forms.Form):
    """Whose number is what."""

    account = forms.CharField(label=gettext_lazy("账号"), max_length=64)
    number = forms.CharField(
        label=MobileNumber._meta.get_field("number").verbose_name,
        max_length=30,
        required=False,
        help_text=gettext_lazy("空着就是不再给这个人发短信。"),
    )

    def clean_account(self) -> User:
        """The account of that name."""
        found = User.objects.filter(
            username=User.normalize_username(self.cleaned_data["account"]), is_active=True
        ).first()
        if found is None:
            raise forms.ValidationError(_("没有这个账号，或者已经停用。"))
        return found


class Count(forms.Form):
    """A text to be counted."""

    text = forms.CharField(
        label=gettext_lazy("短信内容"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is set up, what was sent, how long a text is, and whose number is known; one more, or another."""
    if not may_keep_accounts(person(request)):
        raise PermissionDenied
    form = SetNumber(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            numbers.set_number(told["account"], told["number"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            messages.success(request, _("已经保存。"))
            return redirect("messages:sms")
    return _page(request, form)


@require_POST
def try_(request: HttpRequest) -> HttpResponse:
    """Send a test SMS to whoever asks, and say on the answer itself what came of it: a page that is loaded again sends none."""
    if not may_keep_accounts(person(request)):
        raise PermissionDenied
    return _page(request, SetNumber(), tried=testing.tried(CHANNEL, by=person(request)))


def _page(request: HttpRequest, form: SetNumber, *, tried: testing.Shown | None = None) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    text = request.GET.get("text", "").replace("\0", "")[:1000]
    context = {
        "form": form,
        "count": Count(initial={"text": text}),
        "counted": _counted(text) if text else None,
        "rows": numbers.matching(wanted),
        "wanted": wanted,
        "most": numbers.MOST,
        "is_ready": CHANNEL.is_ready(),
        "lacks": CHANNEL.lacks(),
        "gateway": settings.SHIXIAO_SMS_FORM,
        "place": settings.SHIXIAO_SMS_ADDRESS,
        "template": settings.SHIXIAO_SMS_TEMPLATE,
        "signature": signature(),
        "parts": SmsSent.objects.filter(sent_at__gte=timezone.now() - MONTH).aggregate(n=Sum("parts"))["n"] or 0,
        "cost": settings.SHIXIAO_SMS_COST,
        "posts": bool(settings.SHIXIAO_SMS_REPORT_FILE),
        "fetches": bool(settings.SHIXIAO_SMS_REPORT_ADDRESS),
        "most_parts": MOST_PARTS,
        "tried": tried,
    }
    is_wrong = bool(form.errors) or (tried is not None and tried.is_refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "messages/channels/sms.html", context, status=status)


def _counted(text: str) -> dict[str, Any]:
    whole = signature() + text
    return {"units": counting.units(whole), "parts": counting.parts(whole)}


# ---- the performance officer -------------------------------------------------------------------------------------


class SetRule(forms.Form):
    """From when on, and after how many minutes for each urgency."""

    since = forms.DateField(label=gettext_lazy("自"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for urgency in Urgency:
            self.fields[urgency.value] = forms.IntegerField(
                label=_("%(urgency)s：几分钟没有回执就补发") % {"urgency": urgency.label},
                required=False,
                min_value=1,
                max_value=standing_in.MOST_MINUTES,
                help_text=_("空着就是不发短信。"),
            )

    def minutes(self) -> dict[str, int]:
        """Of those that were filled in."""
        told = self.cleaned_data
        return {urgency: told[urgency] for urgency in Urgency.values if told.get(urgency) is not None}


@require_http_methods(["GET", "HEAD", "POST"])
def rule_page(request: HttpRequest) -> HttpResponse:
    """When SMS stands in: everybody may read it, the officer sets it."""
    me, now = person(request), timezone.now()
    today = timezone.localtime(now).date()
    initial = {"since": today, **standing_in.in_force(today).minutes}
    form = SetRule(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        if me.role != Role.OFFICER:
            raise PermissionDenied
        if form.is_valid():
            try:
                standing_in.set_rule(form.minutes(), since=form.cleaned_data["since"], by=me, now=now)
            except Unfit as unfit:
                form.add_error(unfit.field, said(unfit.text))
            else:
                messages.success(request, _("短信补发的规则已经设定。"))
                return redirect("messages:sms_rule")
    stored = [standing_in.from_dict(row.rule, since=row.since) for row in StandInRule.objects.order_by("-since")]
    context = {
        "form": form,
        "may_change": me.role == Role.OFFICER,
        "rows": [_in_words(each) for each in (*stored, standing_in.USUAL)],
        "urgencies": [urgency.label for urgency in Urgency],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "messages/channels/sms_rule.html", context, status=status)


def _in_words(rule: standing_in.Rule) -> dict[str, Any]:
    return {
        "since": None if rule.since == standing_in.USUAL.since else rule.since,
        "minutes": [(urgency.label, rule.minutes.get(urgency.value)) for urgency in Urgency],
    }
