"""The button of a card says who took note, wherever that was: `update_template_card`, with a code that came with the card or with the press.

It is asked once for each card. Where that goes wrong nothing is lost: what happened stands in the book of fates, and the card still leads to
the inbox.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi import accounts, asking, provider, tokens
from shixiao.messages.channels.yuezhengyi.cards import fitted, plain
from shixiao.messages.channels.yuezhengyi.models import CODE_LENGTH
from shixiao.messages.models import Delivery, Item, YuezhengyiCard
from shixiao.messages.states import State

BATCH = 5  # each may wait for the provider
LIFE = timedelta(hours=72)  # so long a code is good, once
MARGIN = timedelta(minutes=10)
NAME_SIGNS = 12
_ENDS = (State.ACKNOWLEDGED.value, State.WITHDRAWN.value)

log = logging.getLogger(__name__)


def note(delivery: Delivery, code: object, *, now: datetime) -> None:
    """Keep the code with which the card of this delivery can be changed; the newest one. What can be none is left alone. One statement."""
    if not isinstance(code, str) or not (0 < len(code) <= CODE_LENGTH and code.isascii() and code.isprintable()):
        return
    card = YuezhengyiCard(delivery=delivery, code=code, given_at=now)
    changed = ["code", "given_at"]  # whether it was asked for stays
    YuezhengyiCard.objects.bulk_create([card], update_conflicts=True, unique_fields=["delivery"], update_fields=changed)


def replace(now: datetime) -> int:
    """Change a few cards of which everything was acknowledged; how many were asked for. Nothing was left when it is 0."""
    done = 0
    while done < BATCH and (card := _claim(now=now)) is not None:
        done += 1
        try:
            told = asking.call(provider.provider(), "message/update_template_card", body=_body(card), now=now)
        except (provider.Unset, tokens.NotGiven, calling.NotConnected, calling.NoAnswer, asking.Garbled) as error:
            log.warning("the card of delivery %s was not changed: %s", card.delivery_id, error)
            break
        if told["errcode"] != 0:
            log.warning("the card of delivery %s was not changed: wecom_%s", card.delivery_id, told["errcode"])
    return done


def _claim(*, now: datetime) -> YuezhengyiCard | None:
    """The next card to be changed, written down as asked for. Of several workers at once each takes another one."""
    items = Item.objects.filter(delivery=OuterRef("delivery"))
    acknowledged = items.filter(message__state=State.ACKNOWLEDGED.value)
    with transaction.atomic():
        rows = YuezhengyiCard.objects.filter(replaced_at=None, given_at__gt=now - LIFE + MARGIN)
        rows = rows.filter(Exists(acknowledged), ~Exists(items.exclude(message__state__in=_ENDS)))
        can_skip = connection.features.has_select_for_update_skip_locked
        card = rows.order_by("pk").select_for_update(skip_locked=can_skip, of=("self",)).first()
        if card is not None:
            card.replaced_at = now
            card.save(update_fields=["replaced_at"])
            YuezhengyiCard.objects.filter(given_at__lt=now - LIFE).delete()
    return card


def _body(card: YuezhengyiCard) -> Mapping[str, Any]:
    delivery = Delivery.objects.select_related("person").get(pk=card.delivery_id)
    person = delivery.person
    return {
        "userids": list(accounts.of([person]).values()) if person is not None else [],
        "agentid": settings.SHIXIAO_YUEZHENGYI_AGENT,
        "response_code": card.code,
        "button": {"replace_name": label(person.display_name, person.language) if person is not None else ""},
    }


def label(name: str, language: str) -> str:
    """What the button says from now on."""
    with translation.override(language or "zh-hans"):
        return _("%(name)s 已知悉") % {"name": fitted(plain(name), NAME_SIGNS)}
