"""A callback of the provider: its signature, its age, whether it came before; then what it says.

It is answered within five seconds or sent again (three times, then never). So nothing is asked of anybody here: three statements, and out.
What cannot be trusted is refused in the same words whatever is wrong with it.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shixiao.messages import fates
from shixiao.messages.channels import trying
from shixiao.messages.channels.yuezhengyi import accounts, envelopes, fields, provider, replacing
from shixiao.messages.channels.yuezhengyi.cards import ACKNOWLEDGE
from shixiao.messages.channels.yuezhengyi.envelopes import Refused
from shixiao.messages.models import Delivery, Item, YuezhengyiSeen
from shixiao.messages.states import Fate, State
from shixiao.people.models import User

AGE = timedelta(minutes=5)  # the provider repeats within seconds; clocks differ by less
KEPT = timedelta(days=1)
NONCE_LENGTH = 128
NOTHING = b""  # an empty answer says: taken, and nothing to say

log = logging.getLogger(__name__)


def echo(query: Mapping[str, str], *, now: datetime) -> bytes:
    """What the provider wants to hear when the address is set at its desk. Raises `Refused`."""
    ciphertext = query.get("echostr", "")
    return _open(query, ciphertext, now=now)


def receive(query: Mapping[str, str], body: bytes, *, now: datetime) -> bytes:
    """Do what the callback says, once, and the answer for it. Raises `Refused`.

    One that came before is answered and does nothing: the provider repeats what was answered too late, and an answer that refuses would make it go
    on. So is one that speaks of what we do not know.
    """
    try:
        ciphertext = fields.read(body).get("Encrypt", "")
    except fields.NotRead as error:
        raise Refused(f"outer_{error}") from None
    message = _open(query, ciphertext, now=now)
    try:
        said = fields.read(message)
    except fields.NotRead as error:
        raise Refused(f"inner_{error}") from None
    with transaction.atomic():
        if not first_time(f"callback\n{query.get('msg_signature', '')}", now=now):
            return NOTHING
        replaced = _do(said, now=now)
    return _replaced(said, replaced, now=now) if replaced else NOTHING


def first_time(what: str, *, now: datetime) -> bool:
    """It has not been seen, and from now on it has. Inside the caller's transaction; of two at once one waits for the other."""
    digest = hashlib.sha256(what.encode(errors="surrogatepass")).hexdigest()
    _row, is_new = YuezhengyiSeen.objects.get_or_create(digest=digest, defaults={"came_at": now})
    if is_new:
        YuezhengyiSeen.objects.filter(came_at__lt=now - KEPT).delete()
    return is_new


# ---- whether it is the provider ----------------------------------------------------------------------------------


def _open(query: Mapping[str, str], ciphertext: str, *, now: datetime) -> bytes:
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not ciphertext or not nonce or len(nonce) > NONCE_LENGTH:
        raise Refused("incomplete")
    try:
        token = provider.secret("SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE")
        key = envelopes.key_of(provider.secret("SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE"))
    except provider.Unset:
        raise Refused("unset") from None
    envelopes.check(query.get("msg_signature", ""), token, timestamp, nonce, ciphertext)
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise Refused("timestamp")
    if abs(int(timestamp) - now.timestamp()) > AGE.total_seconds():
        raise Refused("age")
    return envelopes.opened(ciphertext, key=key, receiver=settings.SHIXIAO_YUEZHENGYI_CORP)


# ---- what it says ------------------------------------------------------------------------------------------------


def _do(said: Mapping[str, str], *, now: datetime) -> str:
    """The new label of the button that was pressed; empty where none of ours was."""
    is_press = said.get("MsgType") == "event" and said.get("Event") == "template_card_event"
    if not is_press or said.get("EventKey") != ACKNOWLEDGE:
        return ""
    if said.get("AgentID", str(settings.SHIXIAO_YUEZHENGYI_AGENT)) != str(settings.SHIXIAO_YUEZHENGYI_AGENT):
        return ""
    task = said.get("TaskId", "")
    if trying.is_test(task):
        return _test_pressed(task, said.get("FromUserName", ""), now=now)
    delivery = Delivery.objects.filter(channel="yuezhengyi", key=task).select_related("person").first()
    if delivery is None or delivery.person is None:
        return ""
    who = accounts.who_is(said.get("FromUserName", ""))
    if who is None or who.pk != delivery.person.pk or not who.is_active:
        log.warning("somebody else pressed the button of delivery %s", delivery.pk)
        return ""
    acknowledge(delivery, by=who, now=now)
    replacing.note(delivery, said.get("ResponseCode", ""), now=now)
    return replacing.label(who.display_name, who.language)


def _test_pressed(task: str, user_id: str, *, now: datetime) -> str:
    """Whoever tries the channel learns that callbacks arrive, too."""
    who = accounts.who_is(user_id)
    if who is None or not trying.pressed(task, by=who, now=now):
        return ""
    with translation.override(who.language or "zh-hans"):
        return _("回调正常")


def acknowledge(delivery: Delivery, *, by: User, now: datetime) -> None:
    """The person has the card and took note of it, whatever we know of the sending: of one that waits to be repeated, too, which is withdrawn then
    as one that was read."""
    if fates.happen(delivery, Fate.ACKNOWLEDGED, now=now, by=by, reason="button"):
        return
    delivery.refresh_from_db(fields=["state"])
    if delivery.state == State.QUEUED.value:
        keys = list(Item.objects.filter(delivery=delivery).values_list("message_id", flat=True))
        fates.seen(keys, Fate.ACKNOWLEDGED, by=by, now=now, reason="by_yuezhengyi")


def _replaced(said: Mapping[str, str], label: str, *, now: datetime) -> bytes:
    """The answer that writes another label on the button, sealed as the callback was."""
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    message = fields.written(
        {
            "ToUserName": said.get("FromUserName", ""),
            "FromUserName": settings.SHIXIAO_YUEZHENGYI_CORP,
            "CreateTime": timestamp,
            "MsgType": "update_button",
            "Button": {"ReplaceName": label},
        }
    )
    key = envelopes.key_of(provider.secret("SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE"))
    token = provider.secret("SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE")
    receiver = settings.SHIXIAO_YUEZHENGYI_CORP
    ciphertext = envelopes.closed(message, key=key, receiver=receiver, salt=secrets.token_bytes(envelopes.SALT))
    return fields.written(
        {
            "Encrypt": ciphertext,
            "MsgSignature": envelopes.signature(token, timestamp, nonce, ciphertext),
            "TimeStamp": timestamp,
            "Nonce": nonce,
        }
    )
