"""What an indicator stands on: its bindings, each version with the reason, and the values that somebody declared.

All of it is only added to. Of an indicator's part the newest binding counts; taking one back is one more, with the basis "none".
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.performance.models.plans import Indicator

MEASURE_LENGTH = 100
OFFICE_LENGTH = 64
MOST_PARTS = 20


class Basis(models.TextChoices):
    """What the value of an indicator's part comes from."""

    MEASURE = "measure", _("度量")
    DECLARED = "declared", _("填报值")
    REVIEW = "review", _("评议")
    AWAITED = "awaited", _("等待办公系统")
    NONE = "none", _("未绑定")


class WindowKind(models.TextChoices):
    """What kind of time a binding looks at; its two days say which."""

    YEAR = "year", _("年度")
    CONTRACT = "contract", _("合同年度")
    MONTHS = "months", _("自某日起若干个月")
    TRIAL = "trial", _("试运行期")
    INTERVAL = "interval", _("起止日期")


class BindingQuestion(models.TextChoices):
    """Why a person should look at a binding that came over from the version before."""

    NO = "", _("无")
    PROJECT_RENAMED = "project_renamed", pgettext_lazy("binding", "项目改了名称")
    WORDING_CHANGED = "wording_changed", pgettext_lazy("binding", "指标或指标值改了")


class Binding(models.Model):
    """A gauge with scope and window, as one part of an indicator uses it; or that there is none, and why.

    `part` counts the parts of a compound target from 0; an atomic target has part 0 alone. `measure` is the name of a measure or a ratio,
    `parameters` are those that a person sees, `gauge` reads the value and `against` the second figure: the denominator of a ratio, the
    approved budget of a bound. The window is half-open; `is_provisional` where nobody knows its days yet. `awaits` names the office that is
    not there yet; where there is a measure, its records are what the value still lacks. `question` is set where the binding followed a row
    that had changed, until somebody confirms it.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.binding"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="bindings")
    part = models.PositiveSmallIntegerField(_("部分"), default=0)
    basis = models.CharField(_("依据"), max_length=16, choices=Basis)
    measure = models.CharField(_("度量"), max_length=MEASURE_LENGTH, blank=True, default="")
    parameters = models.JSONField(_("参数"), default=dict, blank=True)
    gauge = models.ForeignKey("ledger.Gauge", on_delete=models.PROTECT, null=True, related_name="+")
    against = models.ForeignKey("ledger.Gauge", on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    project = models.ForeignKey("casework.Project", on_delete=models.PROTECT, null=True, related_name="+")
    contract = models.ForeignKey("casework.Contract", on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey("casework.Subject", on_delete=models.PROTECT, null=True, related_name="+")
    topics: Any = models.ManyToManyField("casework.Topic", through="BindingTopic", related_name="+")
    window = models.CharField(_("统计期"), max_length=16, choices=WindowKind, default=WindowKind.YEAR)
    begin = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"))
    is_provisional = models.BooleanField(_("暂定"), default=False)
    awaits = models.CharField(_("等待的办公系统"), max_length=OFFICE_LENGTH, blank=True, default="")
    reason = models.TextField(_("理由"))
    question = models.CharField(
        _("待确认"), max_length=32, choices=BindingQuestion, blank=True, default=BindingQuestion.NO
    )
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("绑定")
        verbose_name_plural = _("绑定")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["indicator", "part", "id"], name="performance_binding_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_binding_id_positive"),
            models.CheckConstraint(condition=models.Q(part__lt=MOST_PARTS), name="performance_binding_part"),
            models.CheckConstraint(condition=models.Q(basis__in=Basis.values), name="performance_binding_basis"),
            models.CheckConstraint(condition=models.Q(window__in=WindowKind.values), name="performance_binding_kind"),
            models.CheckConstraint(
                condition=models.Q(question__in=BindingQuestion.values), name="performance_binding_question"
            ),
            models.CheckConstraint(condition=models.Q(begin__lt=models.F("end")), name="performance_binding_window"),
            models.CheckConstraint(
                condition=models.Q(basis=Basis.MEASURE, gauge__isnull=False)
                | (~models.Q(basis=Basis.MEASURE) & models.Q(gauge__isnull=True, against__isnull=True)),
                name="performance_binding_gauge_where_measured",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("reason"), 0))
                & models.Q(LessThanOrEqual(Length("measure"), MEASURE_LENGTH))
                & models.Q(LessThanOrEqual(Length("awaits"), OFFICE_LENGTH)),
                name="performance_binding_lengths",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.measure or self.basis}"


class BindingTopic(models.Model):
    """A topic of a binding: each is counted apart, and the least of them counts."""

    append_only: ClassVar[bool] = True

    binding = models.ForeignKey(Binding, on_delete=models.PROTECT, related_name="by_topic")
    topic = models.ForeignKey("casework.Topic", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_bindingtopic_id_positive"),
            models.UniqueConstraint(fields=["binding", "topic"], name="performance_bindingtopic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.binding} {self.topic}"


class Declared(models.Model):
    """A value that somebody typed (填报值): never measured, and never shown as measured.

    `value` is what `targets.judge` takes, as JSON: a number as text, a yes or no, a day, a grade. `on` is the day it stands for. The
    newest of a part that stands for a day counts from that day on; `withdraws` takes one back.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.declared"

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="declared")
    part = models.PositiveSmallIntegerField(_("部分"), default=0)
    value = models.JSONField(_("填报值"), null=True)
    on = models.DateField(_("截至"))
    note = models.TextField(_("说明"))
    file_name = models.CharField(_("附件名称"), max_length=255, blank=True, default="")
    file_hash = models.CharField(_("附件摘要"), max_length=64, blank=True, default="")
    file_size = models.PositiveBigIntegerField(_("附件大小"), default=0)
    withdraws = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by")
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("填报值")
        verbose_name_plural = _("填报值")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["indicator", "part", "id"], name="performance_declared_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_declared_id_positive"),
            models.CheckConstraint(condition=models.Q(part__lt=MOST_PARTS), name="performance_declared_part"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("note"), 0))
                & models.Q(LessThanOrEqual(Length("file_name"), 255))
                & models.Q(LessThanOrEqual(Length("file_hash"), 64)),
                name="performance_declared_lengths",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"

    @classmethod
    def hashes(cls, beginning: str) -> set[str]:
        """The hashes with that beginning of the files that values name, so that their contents are kept."""
        rows = cls.objects.filter(file_hash__startswith=beginning).exclude(file_hash="")
        return set(rows.values_list("file_hash", flat=True))
