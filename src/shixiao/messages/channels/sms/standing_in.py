"""SMS in place of 粤政易, where no receipt came in time: by dated rules for each urgency, and only for those who have a number and want SMS.

Whoever 粤政易 does not reach gets an SMS at once, if the rule knows that urgency. Whoever it reaches gets one only when the card failed, or when nobody
took note within so many minutes. What was read anywhere needs none; quiet hours, digests and a last useful moment hold as for every notice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.messages import channels, events, planning
from shixiao.messages.channels.sms.channel import CHANNEL, STOOD_IN_FOR
from shixiao.messages.models import UNREAD, Delivery, Item, Message, MobileNumber, StandInRule, Urgency
from shixiao.messages.preferring import Unfit
from shixiao.messages.states import State
from shixiao.people.models import Role, User

BATCH = 200
LATEST = timedelta(days=3)  # older than this it is no stand-in any more
MOST_MINUTES = 3 * 24 * 60
LOST = (State.FAILED.value, State.WITHDRAWN.value)  # no receipt will ever come


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """From `since` on: for each urgency that may go by SMS, after how many minutes without a receipt. An urgency that is not named costs nothing."""

    since: date = date.min
    minutes: Mapping[str, int] = field(default_factory=dict)


USUAL = Rule(minutes={Urgency.MOST_URGENT.value: 10, Urgency.URGENT.value: 60})


def to_dict(rule: Rule) -> dict[str, Any]:
    """As it is stored and as an event carries it, without its day."""
    return {"minutes": dict(rule.minutes)}


def from_dict(written: Mapping[str, Any], *, since: date) -> Rule:
    """Reads `to_dict`. Raises `ValueError`."""
    minutes = {str(urgency): int(count) for urgency, count in dict(written["minutes"]).items()}
    if not set(minutes) <= set(Urgency.values) or not all(0 < count <= MOST_MINUTES for count in minutes.values()):
        raise ValueError("minutes")
    return Rule(since=since, minutes=minutes)


def in_force(on: date) -> Rule:
    """The youngest rule that holds on that day; the usual one before any was set. One statement."""
    row = StandInRule.objects.filter(since__lte=on).order_by("-since").first()
    return from_dict(row.rule, since=row.since) if row is not None else USUAL


def set_rule(minutes: Mapping[str, int], *, since: date, by: User | None, now: datetime) -> StandInRule:
    """Another rule from a day on. For the performance officer, as quiet hours. Raises `Unfit`, `PermissionDenied`."""
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("短信补发的规则由绩效管理员设定。"))
    if since < timezone.localtime(now).date():
        raise Unfit(Text("只能从今天或以后起改。", "It changes from today or a later day on."), field="since")
    try:
        rule = from_dict({"minutes": minutes}, since=since)
    except ValueError:
        text = Text("等待时间为 1 分钟至 3 天。", "It waits between one minute and three days.")
        raise Unfit(text, field="since") from None
    with transaction.atomic():
        row, _is_new = StandInRule.objects.update_or_create(since=since, defaults={"rule": to_dict(rule)})
        codes = {"since": since, "minutes": dict(rule.minutes)}
        ledger.record(events.STAND_IN_SET, subject=row, by=by, now=now, particulars=codes)
    return row


# ---- for whom ----------------------------------------------------------------------------------------------------


def gather(now: datetime) -> int:
    """Give a batch of messages that wait in vain for a receipt to SMS; how many. One transaction; two statements where there are none."""
    rule = in_force(timezone.localtime(now).date())
    if not rule.minutes or STOOD_IN_FOR not in {channel.name for channel in channels.for_people()}:
        return 0
    with transaction.atomic():
        messages = list(waiting(rule, now=now))
        return planning.plan_by(messages, CHANNEL, now=now) if messages else 0


def waiting(rule: Rule, *, now: datetime) -> Iterable[Message]:
    """Unread messages whose card failed, or went out long enough ago; of people with a number, and not yet given to SMS. Locked."""
    cards = Delivery.objects.filter(channel=STOOD_IN_FOR, made_at__gte=now - LATEST)
    late = Q(pk__in=())
    for urgency, minutes in rule.minutes.items():
        since = now - timedelta(minutes=minutes)
        late |= Q(urgency=urgency) & (Q(state__in=LOST) | Q(due_at__lte=since))
    given = Item.objects.filter(message=OuterRef("pk"), channel=CHANNEL.name)
    rows = Message.objects.filter(
        state=UNREAD,
        urgency__in=list(rule.minutes),
        items__delivery__in=cards.filter(late),
        person__in=MobileNumber.objects.values("person"),
        person__is_active=True,
    )
    wanted = Q(person__message_preferences__isnull=True) | Q(person__message_preferences__channels__isnull=True)
    rows = rows.filter(wanted | Q(pk__in=_wanting(rows))).filter(~Exists(given))
    keys = list(rows.order_by("pk").values_list("pk", flat=True).distinct()[:BATCH])
    return Message.objects.select_for_update().filter(pk__in=keys, state=UNREAD).order_by("pk")


def _wanting(rows: Any) -> list[int]:
    """Of people who chose their channels, the messages of those who chose SMS. The choice is a list in JSON, which the databases search differently."""
    chosen = rows.filter(person__message_preferences__channels__isnull=False)
    told = chosen.values_list("pk", "person__message_preferences__channels")
    return [key for key, channels in told if CHANNEL.name in (channels or ())]
