"""A plan that somebody is writing: a draft as the text in a form is one (docs/adr/0013). It is no event, and goes when it is handed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.performance.models.plans import AMOUNT, FIRST_YEAR, LAST_YEAR, NAME_LENGTH, PlanVersion

MOST_ROWS = 5000
WORDING_LENGTH = 2000


class Draft(models.Model):
    """The head of it. `base` is the version it was begun from: what nobody types (details, tasks) comes from there, and so does the
    evidence that targets are held against."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plan_drafts")
    department = models.CharField(_("部门"), max_length=NAME_LENGTH)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    base = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("底稿"))
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("草拟的目标表")
        verbose_name_plural = _("草拟的目标表")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="performance_draft_year_plausible",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("department"), 0))
                & models.Q(LessThanOrEqual(Length("department"), NAME_LENGTH)),
                name="performance_draft_department_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year}"


class DraftProject(models.Model):
    """A project of the draft with its unit and its money in 万元."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="projects")
    position = models.PositiveIntegerField()
    unit_name = models.CharField(_("单位"), max_length=NAME_LENGTH)
    name = models.CharField(_("项目"), max_length=NAME_LENGTH)
    objective = models.TextField(_("绩效目标"), blank=True, default="")
    total = models.DecimalField(_("总计"), **AMOUNT)
    fiscal = models.DecimalField(_("财政拨款"), **AMOUNT)
    special_account = models.DecimalField(_("财政专户拨款"), **AMOUNT)
    other = models.DecimalField(_("其他资金"), **AMOUNT)

    class Meta:
        verbose_name = _("草拟的项目")
        verbose_name_plural = _("草拟的项目")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["draft", "position"], name="performance_draftproject_once"),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("unit_name"), NAME_LENGTH))
                & models.Q(LessThanOrEqual(Length("name"), NAME_LENGTH)),
                name="performance_draftproject_lengths",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DraftRow(models.Model):
    """An indicator as it is being written. `expected`: how many cases the writer expects, where they know better than the records."""

    project = models.ForeignKey(DraftProject, on_delete=models.CASCADE, related_name="rows")
    code = models.CharField(_("类别"), max_length=2, blank=True, default="")
    name = models.TextField(_("指标名称"), blank=True, default="")
    annual_wording = models.TextField(_("年度指标值"), blank=True, default="")
    cycle_wording = models.TextField(_("实施周期指标值"), blank=True, default="")
    expected = models.PositiveIntegerField(_("预计件数"), null=True, blank=True)

    class Meta:
        verbose_name = _("草拟的指标")
        verbose_name_plural = _("草拟的指标")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("name"), WORDING_LENGTH))
                & models.Q(LessThanOrEqual(Length("annual_wording"), WORDING_LENGTH))
                & models.Q(LessThanOrEqual(Length("cycle_wording"), WORDING_LENGTH))
                & models.Q(LessThanOrEqual(Length("code"), 2)),
                name="performance_draftrow_lengths",
            ),
        ]

    def __str__(self) -> str:
        return self.name
