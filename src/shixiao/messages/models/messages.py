"""What somebody is told, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.ledger.models import Event
from shixiao.messages.models.lengths import WORD_LENGTH, word
from shixiao.messages.states import Fate as Fates
from shixiao.messages.states import State


class Urgency(models.TextChoices):
    """How soon somebody has to know."""

    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("急")
    MOST_URGENT = "most_urgent", _("特急")


class Sort(models.TextChoices):
    """What a message wants of whoever gets it."""

    TODO = "todo", _("待办")
    NOTICE = "notice", _("知会")
    REMINDER = "reminder", _("催办")


# What the inbox shows as new.
UNREAD = State.DELIVERED.value
INBOX_STATES = [State.DELIVERED.value, State.READ.value, State.ACKNOWLEDGED.value, State.WITHDRAWN.value]


class Message(models.Model):
    """One thing that one person is told because of one event: a code of the wording and codes to fill it with, never people's
    words. Written in the transaction of the event (`telling.tell`); once for each event, person and step.

    `subject` is what it speaks of. `useful_until` is the last moment at which it is of use. `stays_inside`: for the inbox only.
    `state` and `is_planned` are derived: the first of the rows of `Fate`, the second says that the worker has looked which
    channels it goes to.
    """

    ledger_name = "messages.message"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    step = models.CharField(max_length=WORD_LENGTH)
    wording = models.CharField(max_length=WORD_LENGTH)
    slots = models.JSONField(default=dict, blank=True)
    sort = models.CharField(_("哪类消息"), max_length=16, choices=Sort)
    urgency = models.CharField(_("紧急程度"), max_length=16, choices=Urgency, default=Urgency.NORMAL)
    subject_kind = models.CharField(max_length=WORD_LENGTH, blank=True)
    subject_id = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(_("时间"))
    useful_until = models.DateTimeField(null=True, blank=True)
    stays_inside = models.BooleanField(default=False)
    state = models.CharField(max_length=16, default=UNREAD)
    is_planned = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["person", "-id"], name="outbox_message_inbox"),
            # Whole, not only of the unread: SQLite proves a partial index from a bound value only when it prepares anew.
            models.Index(fields=["person", "state", "id"], name="outbox_message_unread"),
            models.Index(fields=["state", "sort", "id"], name="outbox_message_open"),
            models.Index(fields=["id"], name="outbox_message_to_plan", condition=models.Q(is_planned=False)),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="outbox_message_subject"),
        )
        constraints = (
            models.UniqueConstraint(fields=["event", "person", "step"], name="outbox_message_once"),
            models.CheckConstraint(condition=models.Q(state__in=INBOX_STATES), name="outbox_message_state_known"),
            models.CheckConstraint(condition=models.Q(sort__in=Sort.values), name="outbox_message_sort_known"),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="outbox_message_urgency_known"),
            word("step", "outbox_message"),
            word("wording", "outbox_message"),
            word("subject_kind", "outbox_message", shortest=0),
        )

    def __str__(self) -> str:
        return f"{self.event_id} {self.person_id} {self.step}"

    @property
    def is_unread(self) -> bool:
        """Nobody opened it yet."""
        return self.state == UNREAD


class Delivery(models.Model):
    """One notice that goes out by one channel: to a person, with one message or several (a digest), or to a target of the channel's own
    because of an event. `key` is how the other side knows it again.

    `state`, `attempts`, `next_at` and `handed_at` are derived from its rows of `Fate`; changed by `fates.happen` only.
    """

    ledger_name = "messages.delivery"

    channel = models.CharField(_("渠道"), max_length=32)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    target = models.CharField(max_length=WORD_LENGTH, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=WORD_LENGTH, unique=True)
    urgency = models.CharField(max_length=16, choices=Urgency, default=Urgency.NORMAL)
    is_digest = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    useful_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, default=State.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("发送")
        verbose_name_plural = _("发送")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "next_at", "id"], name="outbox_delivery_waiting"),
            models.Index(fields=["state", "handed_at", "id"], name="outbox_delivery_since"),
            models.Index(fields=["state", "-id"], name="outbox_delivery_fate"),
            models.Index(fields=["person", "channel", "-id"], name="outbox_delivery_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in State]), name="outbox_delivery_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="outbox_delivery_urgency_known"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, target="")
                | models.Q(person__isnull=True) & ~models.Q(target=""),
                name="outbox_delivery_to_somebody",
            ),
            models.UniqueConstraint(
                fields=["channel", "target", "event"],
                condition=~models.Q(target=""),
                name="outbox_delivery_target_once",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_at__isnull=True) | models.Q(attempts__gt=0), name="outbox_delivery_handed"
            ),
            word("channel", "outbox_delivery", limit=32),
            word("target", "outbox_delivery", shortest=0),
            word("key", "outbox_delivery"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class Item(models.Model):
    """A message goes out with a delivery; at most once by each channel."""

    append_only: ClassVar[bool] = True

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="items")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="items")
    channel = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("发送的消息")
        verbose_name_plural = _("发送的消息")
        constraints = (
            models.UniqueConstraint(fields=["message", "channel"], name="outbox_item_once_by_channel"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="outbox_item_id_positive"),
            word("channel", "outbox_item", limit=32),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.message_id}"


class Fate(models.Model):
    """Something that happened to a message or to a delivery, once, for ever; `attempt` counts how often it was handed over.

    `reason` is a code; what a person wrote when deciding stands in the `event`.
    """

    append_only: ClassVar[bool] = True

    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="fates")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="fates")
    what = models.CharField(max_length=16)
    attempt = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=WORD_LENGTH, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("消息的去向")
        verbose_name_plural = _("消息的去向")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gt=0), name="outbox_fate_id_positive"),
            models.CheckConstraint(
                condition=models.Q(message__isnull=True, delivery__isnull=False)
                | models.Q(message__isnull=False, delivery__isnull=True),
                name="outbox_fate_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=[each.value for each in Fates]), name="outbox_fate_known"
            ),
            models.UniqueConstraint(
                fields=["message", "what"], condition=models.Q(message__isnull=False), name="outbox_fate_message_once"
            ),
            models.UniqueConstraint(
                fields=["delivery", "attempt", "what"],
                condition=models.Q(delivery__isnull=False),
                name="outbox_fate_delivery_once",
            ),
            word("reason", "outbox_fate", shortest=0),
        )

    def __str__(self) -> str:
        return f"{self.message_id or self.delivery_id} {self.what}"
