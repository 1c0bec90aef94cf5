"""What became of what was sent, as the carrier reports: posted to us, or fetched by us.

Carriers sign nothing. A report that is posted comes to an address with a word in it that only they know; it can only say of what we sent whether
it arrived. The names of its fields are those of the contract (SHIXIAO_SMS_REPORT_FIELDS). A report may come late, twice, out of order,
and before our own note of what it speaks of.
"""

import base64
import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from shixiao.messages import fates
from shixiao.messages.channels import calling
from shixiao.messages.channels.sms import gateways, plain_http
from shixiao.messages.models import Delivery, SmsEarly, SmsFetch, SmsSent
from shixiao.messages.states import Fate, State

FIELDS = {"group": "msgGroup", "status": "errorCode"}
OPEN = frozenset({"", "ACCEPTD", "UNKNOWN", "ENROUTE"})  # it is under way, and a later report says more
MOST = 1000
MOST_BYTES = 1024 * 1024
EVERY = timedelta(minutes=1)
LATEST = timedelta(days=3)  # a carrier tries no longer
KEPT = timedelta(days=1)
LENGTH = 64

log = logging.getLogger(__name__)


class NotRead(ValueError):
    """This is no report."""


def is_theirs(given: str) -> bool:
    """The word in the address is the one that the carrier was told. Never where none is set."""
    right = gateways.line_of(settings.SHIXIAO_SMS_REPORT_FILE)
    return len(right) >= 16 and constant_time_compare(given, right)


def read(body: bytes) -> list[tuple[str, str]]:
    """Ids and words of a report: one object, a list of them, or an object with one such list. Raises `NotRead`."""
    try:
        told = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        raise NotRead from None
    if isinstance(told, dict):
        lists = [value for value in told.values() if isinstance(value, list)]
        told = lists[0] if len(lists) == 1 else [told]
    if not isinstance(told, list) or len(told) > MOST or not all(isinstance(each, dict) for each in told):
        raise NotRead
    found = [_one(each) for each in told]
    return [each for each in found if each is not None]


def _one(told: Mapping[str, Any]) -> tuple[str, str] | None:
    names = FIELDS | settings.SHIXIAO_SMS_REPORT_FIELDS
    group, status = (plain_http.at(told, names[name]) for name in ("group", "status"))
    is_right = 0 < len(group) <= LENGTH and group.isascii() and group.isprintable()
    return (group, _word(status)) if is_right else None


def _word(status: str) -> str:
    return "".join(sign for sign in status if sign.isascii() and (sign.isalnum() or sign in ":_-."))[:32]


def take(reports: Iterable[tuple[str, str]], *, now: datetime) -> int:
    """Write down what they say; how many of them were news. What nothing is known of is kept for a day."""
    return sum(_take(group, status, now=now) for group, status in reports)


def _take(group: str, status: str, *, now: datetime) -> bool:
    with transaction.atomic():
        sent = SmsSent.objects.select_related("delivery").filter(group=group).first()
        if sent is None:
            SmsEarly.objects.update_or_create(group=group, defaults={"status": status, "came_at": now})
            SmsEarly.objects.filter(came_at__lt=now - KEPT).delete()
            return False
        return _happen(sent, status, now=now)


def caught_up(sent: SmsSent, *, now: datetime) -> None:
    """A report on this may have come before it was written down."""
    early = SmsEarly.objects.filter(group=sent.group).first() if sent.group else None
    if early is not None:
        with transaction.atomic():
            _happen(sent, early.status, now=now)
            early.delete()


def _happen(sent: SmsSent, status: str, *, now: datetime) -> bool:
    if status in settings.SHIXIAO_SMS_ARRIVED:
        return fates.happen(sent.delivery, Fate.DELIVERED, now=now, reason=gateways.code(status))
    if status in OPEN or sent.attempt != sent.delivery.attempts:
        return False  # of an attempt before this one: what became of the later one it does not say
    return fates.happen(sent.delivery, Fate.FAILED, now=now, reason=gateways.code(status))


# ---- fetched -----------------------------------------------------------------------------------------------------


def fetch(*, now: datetime) -> int:
    """Ask the gateway for reports, once a minute for all processes and only while some are awaited; how many were news. Nobody knows of reports whose
    answer was lost: a gateway gives each once."""
    if not settings.SHIXIAO_SMS_REPORT_ADDRESS or not _is_awaited(now) or not _is_my_turn(now):
        return 0
    secret = gateways.secret()
    try:
        pattern = json.loads(settings.SHIXIAO_SMS_REPORT_BODY or "{}")
        body = json.dumps(plain_http.filled(pattern, {"secret": secret}), ensure_ascii=False).encode()
        answer = calling.ask(
            calling.place(settings.SHIXIAO_SMS_REPORT_ADDRESS),
            "POST",
            "",
            body=base64.b64encode(body) if settings.SHIXIAO_SMS_FORM == "yunmas" else body,
            headers={"Content-Type": "application/json; charset=utf-8"},
            authority=settings.SHIXIAO_SMS_AUTHORITY,
            most=MOST_BYTES,
        )
        reports = read(answer.body) if answer.status == 200 and answer.body.strip() else []
    except (calling.NotConnected, calling.NoAnswer, calling.NoAddress, NotRead, ValueError) as error:
        log.warning("reports of SMS were not fetched: %s", type(error).__name__)
        return 0
    return take(reports, now=now)


def _is_awaited(now: datetime) -> bool:
    states = [State.SENT.value, State.UNKNOWN.value]
    return Delivery.objects.filter(channel="sms", state__in=states, handed_at__gte=now - LATEST).exists()


def _is_my_turn(now: datetime) -> bool:
    """One statement where it is; of several processes one gets through."""
    if SmsFetch.objects.filter(fetched_at__lte=now - EVERY).update(fetched_at=now):
        return True
    _row, is_first = SmsFetch.objects.get_or_create(id=1, defaults={"fetched_at": now})
    return is_first
