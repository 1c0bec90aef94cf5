"""The tables of messages. Their names begin with `outbox_`: Django has an app called `messages` of its own."""

from shixiao.messages.channels.email.models import EmailAddress
from shixiao.messages.channels.sms.models import MobileNumber, SmsEarly, SmsFetch, SmsSent, StandInRule
from shixiao.messages.channels.webhooks.models import Endpoint
from shixiao.messages.channels.yuezhengyi.models import (
    YuezhengyiAccount,
    YuezhengyiCard,
    YuezhengyiDepartment,
    YuezhengyiSeen,
    YuezhengyiToken,
)
from shixiao.messages.models.messages import UNREAD, Delivery, Fate, Item, Message, Sort, Urgency
from shixiao.messages.models.rules import Climb, LadderRule, Preferences, QuietRule

__all__ = [
    "UNREAD",
    "Climb",
    "Delivery",
    "EmailAddress",
    "Endpoint",
    "Fate",
    "Item",
    "LadderRule",
    "Message",
    "MobileNumber",
    "Preferences",
    "QuietRule",
    "SmsEarly",
    "SmsFetch",
    "SmsSent",
    "Sort",
    "StandInRule",
    "Urgency",
    "YuezhengyiAccount",
    "YuezhengyiCard",
    "YuezhengyiDepartment",
    "YuezhengyiSeen",
    "YuezhengyiToken",
]
