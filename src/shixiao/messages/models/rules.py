"""Dated data: when nobody is disturbed, who is reminded when, and what each person wants; and the ladders that are being climbed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.ledger.models import Event
from shixiao.messages.models.lengths import WORD_LENGTH, word
from shixiao.messages.models.messages import Urgency


class QuietRule(models.Model):
    """When nothing goes outside, from a day on (`quiet.Quiet`)."""

    ledger_name = "messages.quiet_rule"

    since = models.DateField(_("自"), unique=True)
    rule = models.JSONField()

    class Meta:
        verbose_name = _("免打扰时间")
        verbose_name_plural = _("免打扰时间")
        ordering = ("since",)

    def __str__(self) -> str:
        return f"{self.since:%F}"


class LadderRule(models.Model):
    """Who is reminded when, of a kind of case and an urgency (empty: of every other), from a day on (`ladders.Rung`)."""

    ledger_name = "messages.ladder_rule"

    kind = models.CharField(_("种类"), max_length=WORD_LENGTH, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=WORD_LENGTH, blank=True, default="")
    since = models.DateField(_("自"))
    rungs = models.JSONField()

    class Meta:
        verbose_name = _("催办阶梯")
        verbose_name_plural = _("催办阶梯")
        ordering = ("kind", "urgency", "since")
        constraints = (
            models.UniqueConstraint(fields=["kind", "urgency", "since"], name="outbox_ladder_one_a_day"),
            models.CheckConstraint(
                condition=models.Q(urgency__in=["", *Urgency.values]), name="outbox_ladder_urgency_known"
            ),
            word("kind", "outbox_ladder", shortest=0),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.urgency} {self.since:%F}"


class Preferences(models.Model):
    """What one person wants: which urgencies come once a day, own quiet hours, by which channels. No row: as the house has it."""

    ledger_name = "messages.preferences"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="message_preferences"
    )
    digests = models.JSONField(default=list, blank=True)
    quiet_from = models.TimeField(_("免打扰自"), null=True, blank=True)
    quiet_until = models.TimeField(_("免打扰至"), null=True, blank=True)
    channels = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("消息偏好")
        verbose_name_plural = _("消息偏好")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="outbox_preferences_quiet_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}"


class Climb(models.Model):
    """A limit that is being watched: the rung that was reached last, by which event, and when it is to be looked at again.

    `told` counts the rungs at which there was somebody to tell. `limit_at` is the limit as it was when it was looked at: another one
    begins the ladder anew. Derived work, not history: what happened are the events.
    """

    subject_kind = models.CharField(max_length=WORD_LENGTH)
    subject_id = models.BigIntegerField()
    limit_id = models.BigIntegerField()
    limit_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField(default=0)
    told = models.PositiveSmallIntegerField(default=0)
    last_event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_at = models.DateTimeField(null=True, blank=True)
    last_days = models.IntegerField(null=True, blank=True)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("催办")
        verbose_name_plural = _("催办")
        indexes = (
            models.Index(fields=["next_at", "id"], name="outbox_climb_due", condition=models.Q(ended_at__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(fields=["subject_kind", "limit_id"], name="outbox_climb_once"),
            word("subject_kind", "outbox_climb"),
        )

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.rung}"
