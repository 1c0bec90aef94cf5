"""What was scored and monitored, frozen: each run one more revision; what the office chose for it; promises; templates of forms.

All of it is only added to. A revision says everything that its form shows, so that the form of a revision never changes.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao import forms
from shixiao.engine import scoring
from shixiao.performance.models.plans import HASH_LENGTH, Plan, PlanVersion, Project

CODE_LENGTH = 64
POST_LENGTH = 100
FILE_NAME_LENGTH = 255


class EvaluationKind(models.TextChoices):
    """What a project was looked at for."""

    SELF_EVALUATION = "self_evaluation", pgettext_lazy("evaluation", "自评")
    MONITORING = "monitoring", pgettext_lazy("evaluation", "监控")


class Evaluation(models.Model):
    """One project on the evening of `until`, in one revision, as values.

    `head` names what the form names; `rows` are the indicators in words, with the keys of the frozen readings behind them; `texts` what
    was drafted and what people wrote, by row ("0" is the project). `sheet` is what was scored, `profile` by what, `score` what came of it
    (JSON of the engine; of monitoring null; where nothing can be scored its faults). `edits` is the revision that people changed without
    reading the records anew, and `reason` why. `content_hash` is that of the form.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.evaluation"

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="evaluations")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("种类"), max_length=16, choices=EvaluationKind)
    until = models.DateField(_("截至"))
    revision = models.PositiveIntegerField(_("第几次"))
    head = models.JSONField(_("表头"))
    rows = models.JSONField(_("指标"))
    funds = models.JSONField(_("资金"))
    texts = models.JSONField(_("文字"))
    sheet = models.JSONField(_("计分依据"))
    profile = models.JSONField(_("计分方案"), null=True)
    score = models.JSONField(_("得分"), null=True)
    edits = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="edited_by")
    reason = models.TextField(_("理由"), blank=True, default="")
    content_hash = models.CharField(_("校验码"), max_length=HASH_LENGTH)
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("自评与监控")
        verbose_name_plural = _("自评与监控")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_evaluation_id_positive"),
            models.CheckConstraint(
                condition=models.Q(kind__in=EvaluationKind.values), name="performance_evaluation_kind"
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="performance_evaluation_from_1"),
            models.CheckConstraint(
                condition=models.Q(Exact(Length("content_hash"), HASH_LENGTH)), name="performance_evaluation_hash"
            ),
            models.CheckConstraint(
                condition=models.Q(edits__isnull=True) | models.Q(GreaterThan(Length("reason"), 0)),
                name="performance_evaluation_edit_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["version", "project", "kind", "until", "revision"], name="performance_evaluation_revision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.kind} {self.until} {self.revision}"


class ProfileChoice(models.Model):
    """By which profile a plan is scored, where the office says so; the newest counts, and one without a code takes the choice back.

    `document` is the office's own profile, null for one that comes with the program. `department_share` says how projects make the
    department's total.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.profile_choice"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="profile_choices")
    code = models.CharField(_("方案"), max_length=CODE_LENGTH, blank=True)
    document = models.JSONField(_("本单位的方案"), null=True)
    department_share = models.CharField(
        _("部门汇总"), max_length=16, choices=[(each.value, each.value) for each in scoring.Share]
    )
    reason = models.TextField(_("理由"))
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("选用的计分方案")
        verbose_name_plural = _("选用的计分方案")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_profilechoice_id_positive"),
            models.CheckConstraint(
                condition=models.Q(department_share__in=[each.value for each in scoring.Share]),
                name="performance_profilechoice_share",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("reason"), 0))
                & models.Q(LessThanOrEqual(Length("code"), CODE_LENGTH)),
                name="performance_profilechoice_lengths",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.code}"


class Promise(models.Model):
    """An improvement that was promised for a day, by a post. `row` is the running number of the indicator, 0 for the project."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.promise"

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="promises")
    row = models.PositiveIntegerField(_("序号"))
    text = models.TextField(_("改进措施"))
    due_on = models.DateField(_("完成日"))
    post = models.CharField(_("责任岗位"), max_length=POST_LENGTH)

    class Meta:
        verbose_name = _("整改事项")
        verbose_name_plural = _("整改事项")
        ordering: ClassVar[list[str]] = ["due_on", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_promise_id_positive"),
            models.UniqueConstraint(fields=["evaluation", "row"], name="performance_promise_once"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("text"), 0))
                & models.Q(GreaterThan(Length("post"), 0))
                & models.Q(LessThanOrEqual(Length("post"), POST_LENGTH)),
                name="performance_promise_lengths",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Settlement(models.Model):
    """What became of a promise: kept on a day, or given up; said once, by a person, with a note."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.settlement"
    races: ClassVar[tuple[str, ...]] = ("promise",)

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="settlement")
    is_kept = models.BooleanField(_("已完成"))
    on = models.DateField(_("日期"))
    note = models.TextField(_("说明"))
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("整改结果")
        verbose_name_plural = _("整改结果")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_settlement_id_positive"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("note"), 0)), name="performance_settlement_has_a_note"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise} {self.on}"


class FormTemplate(models.Model):
    """An office's own template of a form, checked, in versions; the newest counts, and one without a file takes it back to the shipped one."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.form_template"
    races: ClassVar[tuple[str, ...]] = ("performance_formtemplate_number_once",)

    form = models.CharField(_("表"), max_length=32)
    format = models.CharField(_("格式"), max_length=8)
    number = models.PositiveIntegerField(_("版本"))
    file_name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH, blank=True, default="")
    file_hash = models.CharField(_("摘要"), max_length=HASH_LENGTH, blank=True, default="")
    file_size = models.PositiveBigIntegerField(_("大小"), default=0)
    note = models.TextField(_("说明"))
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("表格模板")
        verbose_name_plural = _("表格模板")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_formtemplate_id_positive"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="performance_formtemplate_from_1"),
            models.CheckConstraint(
                condition=models.Q(form__in=sorted(forms.FORMS)), name="performance_formtemplate_form"
            ),
            models.CheckConstraint(
                condition=models.Q(format__in=["docx", "xlsx"]), name="performance_formtemplate_format"
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("note"), 0))
                & models.Q(LessThanOrEqual(Length("file_name"), FILE_NAME_LENGTH))
                & models.Q(LessThanOrEqual(Length("file_hash"), HASH_LENGTH)),
                name="performance_formtemplate_lengths",
            ),
            models.UniqueConstraint(fields=["form", "format", "number"], name="performance_formtemplate_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.format} {self.number}"

    @classmethod
    def hashes(cls, beginning: str) -> set[str]:
        """The hashes with that beginning of the files of templates, so that their contents are kept."""
        rows = cls.objects.filter(file_hash__startswith=beginning).exclude(file_hash="")
        return set(rows.values_list("file_hash", flat=True))
