"""Pages for the system administrator, the provider's callbacks, and signing in."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.messages.channels import testing
from shixiao.messages.channels.yuezhengyi import accounts, contacts, entering, envelopes, fields, provider, receiving
from shixiao.messages.channels.yuezhengyi.channel import CHANNEL
from shixiao.messages.models import YuezhengyiAccount, YuezhengyiToken
from shixiao.messages.preferring import Unfit
from shixiao.messages.views import person
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts
from shixiao.people.wordings import said

log = logging.getLogger(__name__)


# ---- the provider ------------------------------------------------------------------------------------------------


@csrf_exempt  # no cookie lets anybody in here: the signature does
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """What the provider has to say. Whatever cannot be trusted gets one and the same answer; why stands in the log, as a code."""
    try:
        answer = _answer(request)
    except envelopes.Refused as refused:
        log.warning("callback refused: %s", refused)
        return HttpResponse("", status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    kind = "text/plain" if request.method == "GET" else "application/xml"
    return HttpResponse(answer, content_type=f"{kind}; charset=utf-8")


def _answer(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdecimal() or int(length) > fields.MOST:
        raise envelopes.Refused("too_long")
    query = request.GET.dict()
    if request.method == "GET":
        return receiving.echo(query, now=timezone.now())
    return receiving.receive(query, request.body, now=timezone.now())


# ---- signing in --------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """The way in from a card or from the sign-in page: to the inbox for whoever is in already."""
    address = _safe(request, request.GET.get("next", "") or reverse("messages:inbox"))
    if isinstance(request.user, User):
        return redirect(address)
    if not entering.is_offered():
        return redirect(f"{reverse('people:sign_in')}?{urlencode({'next': address})}")
    return redirect(entering.begin(request, address=address, now=timezone.now()))


@login_not_required
@never_cache
@require_safe
def entered(request: HttpRequest) -> HttpResponse:
    """Back from the provider with a code."""
    if not entering.is_offered():
        return redirect("people:sign_in")
    asked = request.GET
    try:
        done = entering.finish(request, state=asked.get("state", ""), code=asked.get("code", ""), now=timezone.now())
    except entering.NotEntered as refused:
        return render(
            request, "messages/channels/not_entered.html", {"text": said(refused.text)}, status=HTTPStatus.FORBIDDEN
        )
    return redirect("people:second_step") if done.waits else redirect(_safe(request, done.address))


def _safe(request: HttpRequest, address: str) -> str:
    """`address` when it is one of ours, else the inbox."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else reverse("messages:inbox")


# ---- the system administrator ------------------------------------------------------------------------------------


class SetAccount(forms.Form):
    """Whose user id is what."""

    account = forms.CharField(label=gettext_lazy("账号"), max_length=64)
    user_id = forms.CharField(
        label=YuezhengyiAccount._meta.get_field("user_id").verbose_name,
        max_length=64,
        required=False,
        help_text=gettext_lazy("空着就是不再用粤政易联系这个人，也不能用它登录。"),
    )

    def clean_account(self) -> User:
        """The account of that name."""
        found = User.objects.filter(
            username=User.normalize_username(self.cleaned_data["account"]), is_active=True
        ).first()
        if found is None:
            raise forms.ValidationError(_("没有这个账号，或者已经停用。"))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is set up, and whose user id is known; one more, or another."""
    _only_the_administrator(request)
    form = SetAccount(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            accounts.set_account(told["account"], told["user_id"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            messages.success(request, _("已经保存。"))
            return redirect("messages:yuezhengyi")
    return _page(request, form)


@require_POST
def try_(request: HttpRequest) -> HttpResponse:
    """Send a test card to whoever asks, and say on the answer itself what came of it: a page that is loaded again sends none."""
    _only_the_administrator(request)
    return _page(request, SetAccount(), tried=testing.tried(CHANNEL, by=person(request)))


def _page(request: HttpRequest, form: SetAccount, *, tried: testing.Shown | None = None) -> HttpResponse:
    wanted = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    context = {
        "form": form,
        "rows": accounts.matching(wanted),
        "wanted": wanted,
        "most": accounts.MOST,
        "is_ready": CHANNEL.is_ready(),
        "lacks": CHANNEL.lacks(),
        "hears": provider.hears(),
        "enters": entering.is_offered(),
        "place": settings.SHIXIAO_YUEZHENGYI_ADDRESS,
        "corp": settings.SHIXIAO_YUEZHENGYI_CORP,
        "agent": settings.SHIXIAO_YUEZHENGYI_AGENT,
        "callback": f"{settings.SHIXIAO_ADDRESS}{reverse('messages:yuezhengyi_callback')}",
        "token": _token(),
        "tried": tried,
    }
    is_wrong = bool(form.errors) or (tried is not None and tried.is_refused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "messages/channels/yuezhengyi.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def contacts_page(request: HttpRequest) -> HttpResponse:
    """What the address book would change; done are those that are ticked and still stand when it is read once more."""
    _only_the_administrator(request)
    now = timezone.now()
    trail = [
        {"title": _("粤政易"), "address": reverse("messages:yuezhengyi")},
        {"title": _("通讯录"), "address": ""},
    ]
    context: dict[str, object] = {"trail": trail, "is_read": False}
    if request.method == "POST":
        try:
            book = contacts.read(now=now)
        except contacts.Unread as unread:
            context["error"] = said(unread.text)
            return render(request, "messages/channels/yuezhengyi_contacts.html", context, status=HTTPStatus.CONFLICT)
        if request.POST.get("do") == "apply":
            done = contacts.apply(book, request.POST.getlist("change"), by=person(request), now=now)
            context |= {"done": _words(done), "refused": done.refused}
        found = contacts.changes(book, now=now)
        context |= {
            "is_read": True,
            "departments": len(book.departments),
            "members": len(book.members),
            "count": len(found),
            "most": contacts.MOST_CHANGES,
            "groups": [
                {
                    "title": said(contacts.TITLES[sort]),
                    "rows": several[: contacts.MOST_CHANGES],
                    "is_shown_only": sort in contacts.SHOWN_ONLY,
                    "is_ticked": sort not in contacts.LOOKED_AT,
                }
                for sort, several in contacts.grouped(found)
            ],
        }
    return render(request, "messages/channels/yuezhengyi_contacts.html", context)


def _words(done: contacts.Done) -> str:
    text = ngettext("%(n)s 项已经办理。", "%(n)s 项已经办理。", done.count) % {"n": done.count}
    if done.missed:
        text += _("%(n)s 项在通讯录里已经变了，没有办理。") % {"n": done.missed}
    return text


def _token() -> YuezhengyiToken | None:
    """How the token fares, without the token."""
    try:
        return YuezhengyiToken.objects.filter(app=provider.provider().app).defer("token").first()
    except provider.Unset:
        return None


def _only_the_administrator(request: HttpRequest) -> None:
    if not may_keep_accounts(person(request)):
        raise PermissionDenied
