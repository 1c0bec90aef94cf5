"""Signing in by 粤政易: the provider says by a code who holds the phone. The local password stays; so does the second step, where there is one.

The way out and the way back belong to one browser: what is sent along (`state`) lies in its session, is good for ten minutes and for one return.
A code is taken once, here before it is asked about, so that two returns at once are not two sign-ins. Nobody gets an account by it: only whoever
is linked comes in.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger.book import Reference
from shixiao.messages import events
from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi import accounts, asking, provider, receiving, tokens
from shixiao.people import actions, waiting
from shixiao.people.models import User

MARK = "yuezhengyi_entry"
LONGEST = timedelta(minutes=10)
CODE_LENGTH = 512
ENTRY = Reference("messages.yuezhengyi_entry", "1")
LOCAL = Text("请用账号和密码登录。", "Sign in with account and password.")

log = logging.getLogger(__name__)


class NotEntered(Exception):
    """Nobody comes in by this; the sentence says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in and where the person was going; `waits`: for the second step, at which nobody is signed in yet."""

    person: User
    address: str
    waits: bool


def is_offered() -> bool:
    """Everything is set up that it takes."""
    return bool(settings.SHIXIAO_YUEZHENGYI_AUTHORIZE and not provider.lacking() and _is_safe())


def begin(request: HttpRequest, *, address: str, now: datetime) -> str:
    """Where the browser goes to be asked who it is; `address` is where the person wants to be afterwards."""
    state = secrets.token_urlsafe(24)
    request.session[MARK] = {"state": state, "until": int((now + LONGEST).timestamp()), "address": address}
    asked = {
        "appid": settings.SHIXIAO_YUEZHENGYI_CORP,
        "redirect_uri": f"{settings.SHIXIAO_ADDRESS}{reverse('messages:yuezhengyi_entered')}",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        "agentid": str(settings.SHIXIAO_YUEZHENGYI_AGENT),
    }
    return f"{settings.SHIXIAO_YUEZHENGYI_AUTHORIZE}?{urlencode(asked)}#wechat_redirect"


def finish(request: HttpRequest, *, state: str, code: str, now: datetime) -> Entered:
    """The browser is back: a session for whoever the code names, or the way to the second step. Raises `NotEntered`."""
    kept = request.session.pop(MARK, None)
    is_ours = kept is not None and now.timestamp() < kept["until"] and constant_time_compare(kept["state"], state)
    if kept is None or not is_ours:
        raise _refused(
            "这次登录不是从这个浏览器开始的，或者已经超过十分钟。",
            "This sign-in was not begun in this browser, or ten minutes are over.",
        )
    if not code or len(code) > CODE_LENGTH or not code.isascii() or not code.isprintable():
        raise _refused("粤政易没有给出登录码。", "No code of sign-in came along.")
    _take(code, now=now)
    user_id = _who(code, now=now)
    person = accounts.who_is(user_id)
    if person is None:
        _note("not_linked", None, now=now, user_id=user_id)
        raise _refused(
            "您的粤政易账号还没有对应的账号，请找系统管理员。",
            "No account is linked with you. Ask the system administrator.",
        )
    if not person.is_active or (person.is_demonstration and not settings.SHIXIAO_DEMO):
        _note("not_active", person, now=now)
        raise _refused("您的账号已停用，请找系统管理员。", "Your account is out of use. Ask the system administrator.")
    return _let_in(request, person, kept["address"], now=now)


def _let_in(request: HttpRequest, person: User, address: str, *, now: datetime) -> Entered:
    if actions.has_second_step(person):
        with transaction.atomic():
            ledger.record(events.YUEZHENGYI_ENTERED, subject=person, by=person, now=now, particulars={"waits": True})
        waiting.begin(request, person, address=address, now=now)
        return Entered(person, address, waits=True)
    with transaction.atomic():
        ledger.record(events.YUEZHENGYI_ENTERED, subject=person, by=person, now=now, particulars={"waits": False})
        actions.sign_in(request, person, now=now)
    return Entered(person, address, waits=False)


def _take(code: str, *, now: datetime) -> None:
    with transaction.atomic():
        is_new = receiving.first_time(f"code\n{code}", now=now)
    if not is_new:
        _note("code_used", None, now=now)
        raise _refused(
            "这个登录码已经用过。请重新从粤政易进入。", "This code was used before. Enter from Yuezhengyi once more."
        )


def _who(code: str, *, now: datetime) -> str:
    """The user id that the provider names for the code."""
    try:
        told = asking.call(provider.provider(), "auth/getuserinfo", query={"code": code}, now=now)
    except (provider.Unset, tokens.NotGiven, calling.NotConnected, calling.NoAnswer, asking.Garbled) as error:
        log.warning("signing in by yuezhengyi: %s", error)
        raise _refused("现在联系不上粤政易。", "Yuezhengyi cannot be reached just now.") from None
    # Older answers write UserId. Somebody from outside the corporation has an openid and no user id.
    user_id = told.get("userid", told.get("UserId", ""))
    if told["errcode"] != 0:
        _note("code_refused", None, now=now)
        log.warning("signing in by yuezhengyi: code refused with %s", told["errcode"])
        raise _refused("粤政易不认这个登录码。请重新进入。", "Yuezhengyi does not know this code. Enter once more.")
    if not isinstance(user_id, str) or not accounts.is_user_id(user_id):
        _note("no_member", None, now=now)
        raise _refused("您不是本单位的粤政易成员。", "You are no member of this house in Yuezhengyi.")
    return user_id


def _note(reason: str, person: User | None, *, now: datetime, user_id: str = "") -> None:
    """Somebody came with a code in vain. What a stranger could write into the book at will is not noted: it takes a code of the provider, or a
    session of this house."""
    with transaction.atomic():
        texts = {"user_id": user_id} if user_id else {}
        ledger.record(
            events.YUEZHENGYI_REFUSED,
            subject=person or ENTRY,
            by=None,
            now=now,
            particulars={"reason": reason},
            texts=texts,
        )


def _refused(zh: str, en: str) -> NotEntered:
    return NotEntered(Text(f"{zh}{LOCAL.zh}", f"{en} {LOCAL.en}"))


def _is_safe() -> bool:
    try:
        return calling.place(settings.SHIXIAO_YUEZHENGYI_AUTHORIZE).is_safe
    except calling.NoAddress:
        return False
