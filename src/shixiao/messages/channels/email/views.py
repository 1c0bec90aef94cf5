"""Whether mail can go, and to whom: for the system administrator."""

from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from shixiao.messages.channels import Result
from shixiao.messages.channels.email import addresses, trying
from shixiao.messages.channels.email.channel import CHANNEL
from shixiao.messages.models import EmailAddress
from shixiao.messages.preferring import Unfit
from shixiao.messages.views import person
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts
from shixiao.people.wordings import said


class SetAddress(forms.Form):
    """Whose mail goes where."""

    account = forms.CharField(label=gettext_lazy("账号"), max_length=64)
    address = forms.CharField(
        label=EmailAddress._meta.get_field("address").verbose_name,
        max_length=254,
        required=False,
        help_text=gettext_lazy("空着就是不再给这个人发邮件。"),
    )

    def clean_account(self) -> User:
        """The account of that name."""
        found = User.objects.filter(
            username=User.normalize_username(self.cleaned_data["account"]), is_active=True
        ).first()
        if found is None:
            raise forms.ValidationError(_("没有这个账号，或者已经停用。"))
        return found


class TryOut(forms.Form):
    """To whom a test mail goes."""

    to = forms.CharField(label=gettext_lazy("发到"), max_length=254)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The server, and the addresses that there are; one more, or another."""
    _only_the_administrator(request)
    form = SetAddress(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            addresses.set_address(told["account"], told["address"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            messages.success(request, _("已经保存。"))
            return redirect("messages:email")
    return _page(request, form=form)


@require_POST
def try_(request: HttpRequest) -> HttpResponse:
    """Send a test mail, and say on the answer itself what came of it: a page that is loaded again sends none."""
    _only_the_administrator(request)
    form = TryOut(request.POST)
    if form.is_valid():
        try:
            tried = trying.send_test(form.cleaned_data["to"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            return _page(request, tried=tried)
    return _page(request, try_out=form)


def _only_the_administrator(request: HttpRequest) -> None:
    if not may_keep_accounts(person(request)):
        raise PermissionDenied


def _page(
    request: HttpRequest,
    *,
    form: SetAddress | None = None,
    try_out: TryOut | None = None,
    tried: trying.Tried | None = None,
) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    me = person(request)
    context = {
        "form": form or SetAddress(),
        "try_out": try_out or TryOut(initial={"to": tried.address if tried else addresses.of([me]).get(me.pk, "")}),
        "tried": tried and {"text": said(tried.text), "is_good": tried.outcome.result is Result.ACCEPTED},
        "rows": addresses.matching(wanted),
        "wanted": wanted,
        "most": addresses.MOST,
        "is_ready": CHANNEL.is_ready(),
        "host": settings.SHIXIAO_MAIL_HOST,
        "port": settings.SHIXIAO_MAIL_PORT,
        "tls": settings.SHIXIAO_MAIL_TLS,
        "sender": settings.SHIXIAO_MAIL_SENDER,
        "signs_in_as": settings.SHIXIAO_MAIL_USER,
    }
    is_wrong = any(each is not None and each.errors for each in (form, try_out))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "messages/channels/email.html", context, status=status)
