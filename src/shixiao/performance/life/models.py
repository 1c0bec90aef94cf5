"""Where a plan stands, and what was handed in and approved of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.performance.models.plans import AMOUNT, HASH_LENGTH, Plan, PlanVersion

ABOUT_LENGTH = 64
NOTE_LENGTH = 2000


class PlanLife(models.Model):
    """The row of a plan's case: which version is on its way, which one is approved, which one published.

    Changed by steps only. `version` and `content_hash` are what was handed in last; `approved` stays until another version is approved.
    The comparison is with the plan of the same office for the year before (`compared`, empty where there was none), worked out when
    the version was handed in: rows, and the grand total in 万元 before and now. `waits_since` is when the last step was taken.
    """

    races: ClassVar[tuple[str, ...]] = ("plan",)

    case = models.OneToOneField(
        "casework.Case", on_delete=models.PROTECT, primary_key=True, related_name="plan_life", verbose_name=_("事项")
    )
    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="life", verbose_name=_("绩效目标表"))
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("版本"))
    content_hash = models.CharField(_("提交内容摘要"), max_length=HASH_LENGTH, blank=True, default="")
    approved = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("已批复的版本"), null=True, blank=True
    )
    published = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("已公开的版本"), null=True, blank=True
    )
    is_imported = models.BooleanField(_("转入时已公开"), default=False)
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=0)
    waits_since = models.DateTimeField(_("等待自"))
    compared = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("对照的上年版本"), null=True, blank=True
    )
    rows_added = models.PositiveIntegerField(_("新增行"), default=0)
    rows_removed = models.PositiveIntegerField(_("删去行"), default=0)
    rows_changed = models.PositiveIntegerField(_("改动行"), default=0)
    amount_before = models.DecimalField(_("上年金额"), **AMOUNT)
    amount_now = models.DecimalField(_("本年金额"), **AMOUNT)

    class Meta:
        verbose_name = _("目标表审核")
        verbose_name_plural = _("目标表审核")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["waits_since", "case"], name="performance_life_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("content_hash"), HASH_LENGTH)),
                name="performance_life_hash_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.plan_id}"


class Level(models.TextChoices):
    """Who put a hand to it."""

    SUBMITTED = "submitted", pgettext_lazy("level", "提交")
    UNIT = "unit", pgettext_lazy("level", "单位审核")
    DEPARTMENT = "department", pgettext_lazy("level", "主管部门审核")
    FINANCE = "finance", pgettext_lazy("level", "财政审核")
    SECRECY = "secrecy", pgettext_lazy("level", "保密审查")


class Approval(models.Model):
    """What one part of a plan was when somebody handed it in or approved it: frozen, and never replaced.

    `about` names the part ("targets", "bindings", or what another room adds, such as "evaluation"), `about_id` the row that holds it.
    `content` says so much of it that a later difference can be named row by row; `content_hash` is the hash of the part itself.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.approval"

    case = models.ForeignKey("casework.Case", on_delete=models.PROTECT, related_name="plan_approvals")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="approvals")
    level = models.CharField(_("级别"), max_length=16, choices=Level)
    round = models.PositiveSmallIntegerField(_("第几次提交"))
    about = models.CharField(_("部分"), max_length=ABOUT_LENGTH)
    about_id = models.PositiveBigIntegerField(_("编号"))
    content = models.JSONField(_("内容"), default=dict, blank=True)
    content_hash = models.CharField(_("内容摘要"), max_length=HASH_LENGTH)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("批复的内容")
        verbose_name_plural = _("批复的内容")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "level", "id"], name="performance_approval_of_case"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_approval_id_positive"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="performance_approval_level"),
            models.UniqueConstraint(
                fields=["case", "round", "level", "about"],
                condition=~models.Q(
                    level=Level.SECRECY
                ),  # after one that was refused, or an adjustment that was given up, comes another
                name="performance_approval_once_a_round",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("about"), 0))
                & models.Q(LessThanOrEqual(Length("about"), ABOUT_LENGTH))
                & models.Q(GreaterThan(Length("content_hash"), 0))
                & models.Q(LessThanOrEqual(Length("content_hash"), HASH_LENGTH)),
                name="performance_approval_lengths",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.about} {self.content_hash[:8]}"


class RowNote(models.Model):
    """A reviewer's remark to a row, while the review goes on: a draft that goes when the table is returned, as the words of that event."""

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField(_("序号"))
    text = models.TextField(_("意见"))

    class Meta:
        verbose_name = _("对行的意见")
        verbose_name_plural = _("对行的意见")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "author", "round", "row"], name="performance_rownote_once"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("text"), 0))
                & models.Q(LessThanOrEqual(Length("text"), NOTE_LENGTH)),
                name="performance_rownote_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.text}"


class FindingTally(models.Model):
    """How many open findings a version has, by severity. Derived with the findings, and made anew with them (`performance.derived`)."""

    version = models.OneToOneField(PlanVersion, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    errors = models.PositiveIntegerField(_("错误"), default=0)
    warnings = models.PositiveIntegerField(_("警告"), default=0)
    hints = models.PositiveIntegerField(_("提示"), default=0)

    class Meta:
        verbose_name = _("发现的数目")
        verbose_name_plural = _("发现的数目")

    def __str__(self) -> str:
        return f"{self.version_id}: {self.errors}/{self.warnings}/{self.hints}"


DETAILS = {"performance.plan": PlanLife}
