"""Dated data of time: calendars, holidays, limits, lights. An officer edits them; every edit is an event."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between

CODE_LENGTH = 32
NAME_LENGTH = 64


class WorkCalendar(models.Model):
    """Office hours, a station's opening hours, round the clock. `hours` is what `engine.clock` writes of its week."""

    ledger_name = "casework.calendar"

    code = models.CharField(_("代码"), max_length=CODE_LENGTH, unique=True)
    title_zh = models.CharField(_("名称"), max_length=NAME_LENGTH)
    title_en = models.CharField(_("英文名称"), max_length=NAME_LENGTH)
    hours = models.JSONField(_("每周时间"))
    keeps_holidays = models.BooleanField(_("节假日休息"), default=True)

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        ordering = ("code",)
        constraints = (
            between("casework_workcalendar", "code", CODE_LENGTH, least=1),
            between("casework_workcalendar", "title_zh", NAME_LENGTH, least=1),
            between("casework_workcalendar", "title_en", NAME_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return self.title_zh


class CalendarDay(models.Model):
    """A holiday, or a working day in lieu (调休). Without one a day is what its weekday says."""

    class Kind(models.TextChoices):
        """What kind of exception."""

        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("上班")

    day = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=NAME_LENGTH)

    class Meta:
        verbose_name = _("节假日和调休")
        verbose_name_plural = _("节假日和调休")
        ordering = ("day",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=["holiday", "workday"]), name="casework_day_kind_known"),
            between("casework_calendarday", "name", NAME_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarChange(models.Model):
    """One row for each change of calendars or holidays, with everything as it was after it, so that what was known on a past day
    can be read again. The stamp of the last one says which calendars are in force, so that what was worked out of them can be
    kept until then. `known_until` is the first day that is not known.

    `days` holds kind and name by day, `own` the calendars with hours of their own; None in rows of a version that kept neither.
    """

    append_only: ClassVar[bool] = True

    stamp = models.CharField(max_length=32, unique=True)
    known_until = models.DateField(_("已知至"))
    recorded_at = models.DateTimeField(_("记录时间"))
    days = models.JSONField(_("节假日和调休"), null=True, editable=False)
    own = models.JSONField(_("工作日历"), null=True, editable=False)

    class Meta:
        verbose_name = _("日历改动")
        verbose_name_plural = _("日历改动")
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gt=0), name="casework_calendarchange_id_positive"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class LimitRule(models.Model):
    """How much time a deadline gives, from a day on: for a kind of case, the name of its deadline, an urgency."""

    ledger_name = "casework.limit_rule"

    kind = models.CharField(_("种类"), max_length=64)
    name = models.CharField(_("时限名称"), max_length=32)
    urgency = models.CharField(_("紧急程度"), max_length=16, blank=True)
    since = models.DateField(_("自"))
    calendar = models.CharField(_("日历"), max_length=CODE_LENGTH)
    budget = models.CharField(_("时限"), max_length=64)
    roll = models.CharField(_("顺延"), max_length=16, default="none")

    class Meta:
        verbose_name = _("时限规则")
        verbose_name_plural = _("时限规则")
        ordering = ("kind", "name", "urgency", "since")
        constraints = (
            models.UniqueConstraint(fields=["kind", "name", "urgency", "since"], name="casework_limitrule_once"),
            between("casework_limitrule", "budget", 64, least=1),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.budget}"


class LightRule(models.Model):
    """From a day on: which light a deadline shows when so much of its time is left. `kind` empty is for every case."""

    ledger_name = "casework.light_rule"

    kind = models.CharField(_("种类"), max_length=64, blank=True)
    since = models.DateField(_("自"))
    rules = models.JSONField(_("规则"))

    class Meta:
        verbose_name = _("亮灯规则")
        verbose_name_plural = _("亮灯规则")
        ordering = ("kind", "since")
        constraints = (models.UniqueConstraint(fields=["kind", "since"], name="casework_lightrule_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"
