"""A plan as data: its versions, and the rows of each version exactly as published.

A version never changes once it is accepted: the database itself refuses. How a wording is understood may: a
`Correction` stands beside the row, the newest one wins, and taking it back is one more correction. `Understanding`
and `Finding` are derived from rows and corrections and can be made anew at any time.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.engine import targets
from shixiao.engine.lint import Severity as LintSeverity
from shixiao.engine.plans import Form

NAME_LENGTH = 500
HASH_LENGTH = 64
FIRST_YEAR, LAST_YEAR = 2000, 2100
PUBLISHED_SINCE = "0003_what_was_published_stays"
KINDS = [kind.value for kind in targets.Kind]
FORMS = [form.value for form in Form]


class Severity(models.TextChoices):
    """How bad a finding is."""

    ERROR = LintSeverity.ERROR.value, pgettext_lazy("severity", "错误")
    WARNING = LintSeverity.WARNING.value, pgettext_lazy("severity", "警告")
    HINT = LintSeverity.HINT.value, pgettext_lazy("severity", "提示")


class Which(models.TextChoices):
    """Which of the two wordings of a row."""

    ANNUAL = "annual", _("年度指标值")
    CYCLE = "cycle", _("实施周期指标值")


def _not_longer(field: str, limit: int, *, name: str, may_be_empty: bool = True) -> models.CheckConstraint:
    """SQLite keeps a text of any length in a varchar; PostgreSQL refuses it. This one is the same on both."""
    condition = models.Q(LessThanOrEqual(Length(field), limit))
    if not may_be_empty:
        condition &= models.Q(GreaterThan(Length(field), 0))
    return models.CheckConstraint(condition=condition, name=name)


# 万元， exact to one fen (six decimals of 万元). Empty is an empty cell, which is not zero.
AMOUNT: dict[str, Any] = {"max_digits": 15, "decimal_places": 6, "null": True, "blank": True}
# Points of a form with weights: empty where none were printed.
POINTS_DIGITS, POINTS_PLACES = 11, 4


class WithFunds(models.Model):
    """The four amounts of a row."""

    total = models.DecimalField(_("总计"), **AMOUNT)
    fiscal = models.DecimalField(_("财政拨款"), **AMOUNT)
    special_account = models.DecimalField(_("财政专户拨款"), **AMOUNT)
    other = models.DecimalField(_("其他资金"), **AMOUNT)

    class Meta:
        abstract = True


class Plan(models.Model):
    """One office's table for one year: the line of its versions."""

    ledger_name = "performance.plan"

    department = models.CharField(_("部门"), max_length=NAME_LENGTH)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))

    class Meta:
        verbose_name = _("绩效目标表")
        verbose_name_plural = _("绩效目标表")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["department", "fiscal_year"], name="performance_plan_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="performance_plan_year_plausible",
            ),
            _not_longer("department", NAME_LENGTH, name="performance_plan_department_length", may_be_empty=False),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year}"


class PlanVersion(WithFunds):
    """A table as it was accepted. The four amounts are its grand total row (合计), empty where none was printed.

    `content_hash` names what was published (wordings, names, funds): the same table pasted, uploaded or saved
    in another encoding has the same one. `source` is the file or the pasted text, byte for byte; `document` is
    the JSON of it as it was understood on that day, `assignments` (JSON, "" for none) what was said by hand of its
    columns: the next file of the office with the same header is read so, too.
    """

    append_only: ClassVar[bool] = True
    append_only_since: ClassVar[str] = PUBLISHED_SINCE

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name=_("绩效目标表"))
    number = models.PositiveIntegerField(_("版本"))
    content_hash = models.CharField(_("内容摘要"), max_length=HASH_LENGTH)
    form = models.CharField(_("表式"), max_length=32, default=Form.TARGET_TABLE.value)
    title = models.TextField(_("标题"), blank=True)
    money_unit = models.CharField(_("金额单位"), max_length=32, blank=True)
    source = models.BinaryField(_("原文"))
    source_hash = models.CharField(_("原文摘要"), max_length=HASH_LENGTH)
    source_name = models.CharField(_("原文名称"), max_length=NAME_LENGTH)
    source_format = models.CharField(_("格式"), max_length=32)
    source_encoding = models.CharField(_("编码"), max_length=32, blank=True)
    source_table = models.PositiveIntegerField(_("原文中第几张表"), default=1)
    document = models.TextField(_("读取结果"))
    assignments = models.TextField(_("人工指定的列"), blank=True, default="")
    repairs = models.JSONField(_("修补"), default=list)
    unit_count = models.PositiveIntegerField(_("单位数"))
    project_count = models.PositiveIntegerField(_("项目数"))
    indicator_count = models.PositiveIntegerField(_("指标数"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("接受人")
    )
    accepted_at = models.DateTimeField(_("接受时间"))
    event_id = models.PositiveBigIntegerField(_("事件编号"), unique=True)

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="performance_version_number_once"),
            models.UniqueConstraint(fields=["plan", "content_hash"], name="performance_version_content_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="performance_version_number_from_1"),
            models.CheckConstraint(condition=models.Q(form__in=FORMS), name="performance_version_form_known"),
            _not_longer("content_hash", HASH_LENGTH, name="performance_version_hash_length", may_be_empty=False),
            _not_longer("source_name", NAME_LENGTH, name="performance_version_source_name_length"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class Unit(WithFunds):
    """A spending unit of a version; the amounts are its subtotal row."""

    append_only: ClassVar[bool] = True
    append_only_since: ClassVar[str] = PUBLISHED_SINCE

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="units")
    position = models.PositiveIntegerField()
    name = models.CharField(_("单位"), max_length=NAME_LENGTH)
    line = models.PositiveIntegerField(_("原文行"), default=0)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "position"], name="performance_unit_position_once"),
            _not_longer("name", NAME_LENGTH, name="performance_unit_name_length"),
        ]

    def __str__(self) -> str:
        return self.name


class Project(WithFunds):
    """A project of a unit, with its goal as published; of a self-evaluation, with its published score and grade."""

    append_only: ClassVar[bool] = True
    append_only_since: ClassVar[str] = PUBLISHED_SINCE

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="projects")
    position = models.PositiveIntegerField()
    name = models.CharField(_("项目"), max_length=NAME_LENGTH)
    objective = models.TextField(_("绩效目标"), blank=True)
    total_score = models.DecimalField(
        _("总分"), max_digits=POINTS_DIGITS, decimal_places=POINTS_PLACES, null=True, blank=True
    )
    grade = models.CharField(_("自评等级"), max_length=NAME_LENGTH, blank=True, default="")
    line = models.PositiveIntegerField(_("原文行"), default=0)

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "position"], name="performance_project_position_once"),
            _not_longer("name", NAME_LENGTH, name="performance_project_name_length"),
            _not_longer("grade", NAME_LENGTH, name="performance_project_grade_length"),
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One row as published, and how the program read its two wordings when the version was accepted.

    `row` runs through the file. `code` is the two-digit class, empty where it was not recognised. The readings
    are JSON objects of the published shape. What counts now is in its `understanding`. `weight` and `direction` are
    those of forms that have them, `actual_wording`, `score` and `deviation` those of a self-evaluation.
    """

    append_only: ClassVar[bool] = True
    append_only_since: ClassVar[str] = PUBLISHED_SINCE

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="indicators")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="indicators")
    row = models.PositiveIntegerField(_("序号"))
    number = models.PositiveIntegerField(_("项目内序号"), null=True)
    code = models.CharField(_("类别"), max_length=2, blank=True)
    level1 = models.TextField(_("一级指标"), blank=True)
    level2 = models.TextField(_("二级指标"), blank=True)
    name = models.TextField(_("指标名称"), blank=True)
    cycle_wording = models.TextField(_("实施周期指标值"), blank=True)
    annual_wording = models.TextField(_("年度指标值"), blank=True)
    cycle_reading = models.JSONField(_("实施周期读法"))
    annual_reading = models.JSONField(_("年度读法"))
    cycle_kind = models.CharField(max_length=16)
    annual_kind = models.CharField(max_length=16)
    weight = models.DecimalField(
        _("分值"), max_digits=POINTS_DIGITS, decimal_places=POINTS_PLACES, null=True, blank=True
    )
    direction = models.TextField(_("指标方向"), blank=True, default="")
    actual_wording = models.TextField(_("实际完成值"), blank=True, default="")
    score = models.DecimalField(
        _("得分"), max_digits=POINTS_DIGITS, decimal_places=POINTS_PLACES, null=True, blank=True
    )
    deviation = models.TextField(_("偏差原因"), blank=True, default="")
    line = models.PositiveIntegerField(_("原文行"), default=0)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "row"], name="performance_indicator_row_once"),
            models.CheckConstraint(
                condition=models.Q(annual_kind__in=KINDS, cycle_kind__in=KINDS),
                name="performance_indicator_kind_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["version", "code"], name="performance_indicator_class"),
        ]

    def __str__(self) -> str:
        return self.name


class Understanding(models.Model):
    """How a row is understood now, in plain words of both languages: derived from the readings that count.

    `is_doubtful` says that a person should look, `is_corrected` that somebody did and read it otherwise.
    """

    indicator = models.OneToOneField(
        Indicator, on_delete=models.CASCADE, primary_key=True, related_name="understanding"
    )
    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="understandings")
    annual_zh = models.TextField()
    annual_en = models.TextField()
    cycle_zh = models.TextField()
    cycle_en = models.TextField()
    is_doubtful = models.BooleanField(_("待核对"))
    is_corrected = models.BooleanField(_("人工更正"))

    class Meta:
        verbose_name = _("现行读法")
        verbose_name_plural = _("现行读法")

    def __str__(self) -> str:
        return self.annual_zh


class Correction(models.Model):
    """A reading set by hand, with the reason. Never changed: the newest one counts, and `withdraws` is set where
    it takes an earlier one back. `carried_from` is set where it came over from the version before, because the
    row is the same word for word."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.correction"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="corrections")
    which = models.CharField(_("更正哪一个"), max_length=8, choices=Which)
    reading = models.JSONField(_("读法"))
    reason = models.TextField(_("理由"))
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by")
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["indicator", "which", "id"], name="performance_correction_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(which__in=Which.values), name="performance_correction_which"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("reason"), 0)), name="performance_correction_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.which}"


class Suppression(models.Model):
    """A finding that somebody looked at and accepted, with the reason: what `rule` says of one place, or everywhere in
    the version (`is_everywhere`). The place is written as in `Finding`. Never changed: `withdraws` is set where it
    takes an earlier one back, `carried_from` where it came over from the version before."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.suppression"

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="suppressions")
    rule = models.CharField(_("规则"), max_length=16)
    is_everywhere = models.BooleanField(_("本表所有"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", null=True)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(_("理由"))
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by")
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("接受的发现")
        verbose_name_plural = _("接受的发现")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(is_everywhere=False)
                | models.Q(unit__isnull=True, project__isnull=True, indicator__isnull=True),
                name="performance_suppression_everywhere_or_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("reason"), 0)), name="performance_suppression_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("rule"), 0)) & models.Q(LessThanOrEqual(Length("rule"), 16)),
                name="performance_suppression_rule_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.reason}"


class Counterpart(models.Model):
    """Which project of the offices a project of a plan is: said by a person, held by names, so that the next version of the
    table has it, too. Never changed: the newest one counts, and one without `counterpart` takes it back.

    `ordinal` counts projects of the same name in the same unit, from 1.
    """

    append_only: ClassVar[bool] = True

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="counterparts")
    unit_name = models.CharField(_("单位"), max_length=NAME_LENGTH)
    project_name = models.CharField(_("项目"), max_length=NAME_LENGTH)
    ordinal = models.PositiveSmallIntegerField(_("同名第几个"), default=1)
    counterpart = models.ForeignKey("casework.Project", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("对应项目")
        verbose_name_plural = _("对应项目")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_counterpart_id_positive"),
            models.CheckConstraint(condition=models.Q(ordinal__gte=1), name="performance_counterpart_ordinal_from_1"),
            _not_longer("unit_name", NAME_LENGTH, name="performance_counterpart_unit_length"),
            _not_longer("project_name", NAME_LENGTH, name="performance_counterpart_project_length"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.project_name}"


class Finding(models.Model):
    """What a rule says of a row, a project, a unit or (all three empty) the table. Derived, in both languages.

    `suppression` is the one that accepts it; where there is none the finding is open.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="findings")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="findings", null=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="findings", null=True)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="findings", null=True)
    suppression = models.ForeignKey(Suppression, on_delete=models.PROTECT, related_name="findings", null=True)
    position = models.PositiveIntegerField()
    rule = models.CharField(_("规则"), max_length=16)
    severity = models.CharField(_("级别"), max_length=16, choices=Severity)
    text_zh = models.TextField()
    text_en = models.TextField()
    suggestion_field = models.CharField(max_length=32, blank=True)
    suggestion_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("发现")
        verbose_name_plural = _("发现")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "position"], name="performance_finding_position_once"),
            models.CheckConstraint(
                condition=models.Q(severity__in=Severity.values), name="performance_finding_severity_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["rule"], name="performance_finding_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.text_zh}"


class Upload(models.Model):
    """A file on an officer's desk: received, looked at, neither accepted nor put away.

    A draft, as the text in a form is one: it is no event, nobody but its owner sees it, and it goes when it is
    accepted or put away (docs/adr/0013). `outcome` is what reading gave when it was last tried, None before: it
    can be worked out again at any time. `assignments` are what was said by hand of its columns.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(_("原文名称"), max_length=NAME_LENGTH)
    content = models.BinaryField(_("原文"))
    content_hash = models.CharField(_("原文摘要"), max_length=HASH_LENGTH)
    size = models.PositiveIntegerField(_("大小"))
    is_pasted = models.BooleanField(default=False)
    received_at = models.DateTimeField(_("收到时间"))
    outcome = models.JSONField(null=True)
    assignments = models.JSONField(_("人工指定的列"), default=list)

    class Meta:
        verbose_name = _("待核对的文件")
        verbose_name_plural = _("待核对的文件")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "content_hash"], name="performance_upload_once"),
            _not_longer("content_hash", HASH_LENGTH, name="performance_upload_hash_length", may_be_empty=False),
            _not_longer("name", NAME_LENGTH, name="performance_upload_name_length", may_be_empty=False),
        ]

    def __str__(self) -> str:
        return self.name
