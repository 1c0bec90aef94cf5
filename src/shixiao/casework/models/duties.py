"""Duties: what is expected again and again, since when by which schedule, and the cases that were made of it."""

from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.calendars import CODE_LENGTH
from shixiao.casework.models.cases import KIND_LENGTH, Case
from shixiao.casework.models.lengths import between
from shixiao.casework.models.shared import Project, Subject, Topic
from shixiao.engine import clock
from shixiao.people.models import Unit, is_printable

TITLE_LENGTH = 100
STEP_LENGTH = 64
KEY_LENGTH = 32


class Duty(models.Model):
    """What a unit is to do again and again. Its worker job opens a case for each time, ahead (`casework.expecting`).

    `told` is what the opening step of each case is told, codes only. Every window that begins before `made_until` was looked at.
    `calendar_stamp` is the state of the calendars by which the cases that are there were last compared with the schedule; empty
    makes the worker compare again. `is_rare` follows the newest schedule: rare windows are made longer ahead. `until` is the first day on which it holds no more.
    """

    ledger_name = "casework.duty"
    races: ClassVar[tuple[str, ...]] = ("casework_duty_title_once",)

    title = models.CharField(_("名称"), max_length=TITLE_LENGTH, validators=[is_printable])
    kind = models.CharField(_("事项种类"), max_length=KIND_LENGTH)
    step = models.CharField(_("开始方式"), max_length=STEP_LENGTH)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="duties")
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, null=True, blank=True, related_name="duties"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("主题"), on_delete=models.PROTECT, null=True, blank=True, related_name="duties"
    )
    subject = models.ForeignKey(
        Subject, verbose_name=_("物件"), on_delete=models.PROTECT, null=True, blank=True, related_name="duties"
    )
    told = models.JSONField(_("要素"), default=dict, blank=True)
    calendar = models.CharField(_("日历"), max_length=CODE_LENGTH)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)
    made_until = models.DateField(_("已排至"))
    is_rare = models.BooleanField(_("按月或更长"))
    calendar_stamp = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name = _("例行")
        verbose_name_plural = _("例行")
        ordering = ("title", "id")
        indexes = (models.Index(fields=["is_rare", "made_until", "id"], name="casework_duty_made"),)
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "title"], condition=models.Q(until=None), name="casework_duty_title_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="casework_duty_days"
            ),
            between("casework_duty", "title", TITLE_LENGTH, least=1),
            between("casework_duty", "kind", KIND_LENGTH, least=3),
            between("casework_duty", "step", STEP_LENGTH, least=1),
            between("casework_duty", "calendar", CODE_LENGTH, least=1),
            between("casework_duty", "calendar_stamp", 32),
        )

    def __str__(self) -> str:
        return self.title


class DutyVersion(models.Model):
    """The schedule of a duty from a day on, until another one took its place. `decided_at` is when it was decided: what was over
    by then is not expected by it."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    schedule = models.JSONField(_("周期"))
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        verbose_name = _("例行周期")
        verbose_name_plural = _("例行周期")
        ordering = ("duty", "number")
        constraints = (
            models.UniqueConstraint(fields=["duty", "number"], name="casework_dutyversion_once"),
            models.UniqueConstraint(
                fields=["duty"], condition=models.Q(until=None), name="casework_dutyversion_one_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="casework_dutyversion_days",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="casework_dutyversion_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.duty_id} {self.since:%F}"

    @cached_property
    def typed_schedule(self) -> clock.Schedule:
        """Its schedule as a value, which never changes."""
        return clock.schedule_from_dict(self.schedule)


class DutyCase(models.Model):
    """One time that was expected: its window, and the case that was opened for it.

    Without a case it could not be opened: `refused` says why (`reason`, `zh`, `en`), and the worker tries again each day. `closed`
    is the code of why the window does not count, as the calendar stands. A withdrawn one leaves its key free for another.
    """

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="expected")
    version = models.ForeignKey(DutyVersion, on_delete=models.PROTECT, related_name="expected")
    key = models.CharField(_("期次"), max_length=KEY_LENGTH)
    begin = models.DateTimeField(_("起"))
    end = models.DateTimeField(_("止"))
    closed = models.CharField(_("不计的原因"), max_length=CODE_LENGTH, blank=True)
    case = models.OneToOneField(
        Case, verbose_name=_("事项"), on_delete=models.PROTECT, null=True, blank=True, related_name="expected_by"
    )
    refused = models.JSONField(_("未能安排的原因"), null=True, blank=True)
    tried_at = models.DateTimeField(_("最近一次尝试"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("例行的期次")
        verbose_name_plural = _("例行的期次")
        ordering = ("begin", "end", "id")
        indexes = (
            models.Index(fields=["end", "id"], name="casework_dutycase_end", condition=models.Q(withdrawn_at=None)),
            models.Index(fields=["tried_at", "id"], name="casework_dutycase_refused", condition=models.Q(case=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["duty", "key"], condition=models.Q(withdrawn_at=None), name="casework_dutycase_once"
            ),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("begin")), name="casework_dutycase_window"),
            models.CheckConstraint(
                condition=models.Q(case=None, refused__isnull=False)
                | models.Q(case__isnull=False, refused__isnull=True),
                name="casework_dutycase_made_or_refused",
            ),
            between("casework_dutycase", "key", KEY_LENGTH, least=1),
            between("casework_dutycase", "closed", CODE_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.duty_id} {self.key}"
