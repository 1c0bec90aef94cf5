"""Deadlines with what paused and prolonged them, and the timers that look at a case again."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.cases import Case
from shixiao.casework.models.lengths import between

NAME_LENGTH = 32
BUDGET_LENGTH = 64
CALENDAR_LENGTH = 32


class Deadline(models.Model):
    """A budget of time from an instant, on a calendar. The due instant is worked out; the first one stays for ever.

    `due_at` is empty while it stands still and nobody knows until when; `overdue_from` is the first instant that is too late.
    `stopped_at` is when what was awaited happened. A calendar edit moves those that still run, and no other.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    calendar = models.CharField(_("日历"), max_length=CALENDAR_LENGTH)
    budget = models.CharField(_("时限"), max_length=BUDGET_LENGTH)
    roll = models.CharField(_("顺延"), max_length=16)
    started_at = models.DateTimeField(_("起算"))
    first_due_at = models.DateTimeField(_("原定到期"))
    due_at = models.DateTimeField(_("到期"), null=True, blank=True)
    overdue_from = models.DateTimeField(_("超期起点"), null=True, blank=True)
    is_provisional = models.BooleanField(_("暂定"), default=False)
    stopped_at = models.DateTimeField(_("停止"), null=True, blank=True)

    class Meta:
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["started_at"], name="casework_deadline_running", condition=models.Q(stopped_at=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["case", "name"], condition=models.Q(stopped_at=None), name="casework_deadline_one_running"
            ),
            models.CheckConstraint(
                condition=models.Q(first_due_at__gte=models.F("started_at"))
                & (models.Q(due_at=None) | models.Q(due_at__gte=models.F("started_at"))),
                name="casework_deadline_due_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at=None, overdue_from=None) | models.Q(due_at__lte=models.F("overdue_from")),
                name="casework_deadline_late_after_due",
            ),
            between("casework_deadline", "name", NAME_LENGTH, least=1),
            between("casework_deadline", "budget", BUDGET_LENGTH, least=1),
            between("casework_deadline", "calendar", CALENDAR_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"


class Suspension(models.Model):
    """Time that does not count, with the reason; open while nobody knows when it ends."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="suspensions")
    since = models.DateTimeField(_("自"))
    until = models.DateTimeField(_("至"), null=True, blank=True)
    event_id = models.BigIntegerField(_("事件"))

    class Meta:
        verbose_name = _("中止计时")
        verbose_name_plural = _("中止计时")
        ordering = ("since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(until=None), name="casework_suspension_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="casework_suspension_days",
            ),
        )

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.since:%F}"


class Extension(models.Model):
    """More time, asked for, and then granted or refused. The first deadline stays as it was."""

    class Answer(models.TextChoices):
        """What became of it."""

        ASKED = "asked", _("待批")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("不同意")

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="extensions")
    budget = models.CharField(_("延长"), max_length=BUDGET_LENGTH)
    answer = models.CharField(_("答复"), max_length=8, choices=Answer, default=Answer.ASKED)
    asked_event_id = models.BigIntegerField(_("申请事件"))
    answered_event_id = models.BigIntegerField(_("答复事件"), null=True, blank=True)

    class Meta:
        verbose_name = _("延期")
        verbose_name_plural = _("延期")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(answer="asked"), name="casework_extension_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="asked", answered_event_id=None)
                | models.Q(answer__in=["granted", "refused"], answered_event_id__isnull=False),
                name="casework_extension_answered_once",
            ),
            between("casework_extension", "budget", BUDGET_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.deadline_id} +{self.budget}"


class Timer(models.Model):
    """A case is looked at again at `due_at`, once. A fired timer stays, so that nothing is looked at twice."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timers")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, null=True, blank=True, related_name="timers")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)
    due_at = models.DateTimeField(_("到时"))
    fired_at = models.DateTimeField(_("已触发"), null=True, blank=True)

    FALL_DUE: ClassVar[str] = "due"

    class Meta:
        verbose_name = _("定时")
        verbose_name_plural = _("定时")
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=["due_at", "id"], name="casework_timer_waiting", condition=models.Q(fired_at=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["deadline", "name"], condition=models.Q(fired_at=None), name="casework_timer_one_waiting"
            ),
            models.CheckConstraint(
                condition=models.Q(fired_at=None) | models.Q(fired_at__gte=models.F("due_at")),
                name="casework_timer_not_early",
            ),
            between("casework_timer", "name", NAME_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.name}"
