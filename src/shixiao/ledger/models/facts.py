"""Facts and cells: derived from events, changed by `ledger` only, and made anew at any time to the same result."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

MEASURE_LENGTH, KEY_LENGTH, REASON_LENGTH = 100, 64, 64
ASPECT_LENGTH, VALUE_LENGTH = 32, 64


class Gauge(models.Model):
    """A measure with its parameters. What it says of cases are its facts. A retired one makes no new ones; those it has stay."""

    ledger_name = "ledger.gauge"

    measure = models.CharField(_("度量"), max_length=MEASURE_LENGTH)
    parameters = models.JSONField(_("参数"), default=dict, blank=True)
    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    added_at = models.DateTimeField(_("加入时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("量规")
        verbose_name_plural = _("量规")
        ordering = ("measure", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("measure"), 0))
                & models.Q(LessThanOrEqual(Length("measure"), MEASURE_LENGTH))
                & models.Q(LessThanOrEqual(Length("key"), KEY_LENGTH)),
                name="ledger_gauge_lengths",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.parameters}"


class GaugeSet(models.Model):
    """One row each time the gauges in use, or the program that looks through them, changed. Its id is the generation: a case whose
    facts were made by an earlier one is looked at again, whole, by the worker. `fingerprint` says which measures with which revisions."""

    append_only: ClassVar[bool] = True

    fingerprint = models.CharField(max_length=KEY_LENGTH)
    why = models.CharField(max_length=32)
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("量规集")
        verbose_name_plural = _("量规集")
        constraints = (models.CheckConstraint(condition=models.Q(id__gt=0), name="ledger_gaugeset_id_positive"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.why}"


class Fact(models.Model):
    """One version of what one gauge says of one part of one case, from `known_at` on.

    `version` counts from 1; the next one supersedes it. `event_id` is the event that made it so, 0 for time that passed.
    `day` and `month` (yyyymm) are the office's local ones, stored because databases disagree about time zones. Where a case has
    no project, contract, topic or subject there is 0. `value` and `weight` are in 1/10,000. `aspects` is what the case tells of itself
    (`engine.measures.aspects`), empty for most kinds. The step that changes a verdict inserts one
    row and touches nothing else; the worker folds it: into the cells, and `superseded_at` into the version before.
    """

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="facts", db_index=False)
    case_id = models.BigIntegerField(_("事项"))
    part = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField()
    known_at = models.DateTimeField(_("知道的时间"))
    event_id = models.BigIntegerField(_("事件"))
    outcome = models.PositiveSmallIntegerField(_("判定"))
    otherwise = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(_("计入日"))
    month = models.PositiveIntegerField()
    unit = models.BigIntegerField(default=0)
    project = models.BigIntegerField(default=0)
    contract = models.BigIntegerField(default=0)
    topic = models.BigIntegerField(default=0)
    subject = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    value = models.BigIntegerField(default=0)
    weight = models.BigIntegerField(default=0)
    bin = models.IntegerField(null=True, blank=True)
    aspects = models.TextField(blank=True, default="", db_default="")
    is_folded = models.BooleanField(default=False)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("事实")
        verbose_name_plural = _("事实")
        indexes = (
            models.Index(fields=["gauge", "day"], name="ledger_fact_by_day"),
            models.Index(
                fields=["gauge", "outcome", "day", "case_id"],
                name="ledger_fact_current",
                condition=models.Q(superseded_at=None),
            ),
            # Why cases of some units or days are not counted: answered from the index alone. SQLite does that only where the index
            # has the columns of its condition, too.
            models.Index(
                fields=["gauge", "day", "reason", "unit", "project", "outcome", "superseded_at"],
                name="ledger_fact_not_counted",
                condition=models.Q(superseded_at=None, outcome=4),
            ),
            models.Index(
                fields=["gauge", "day", "id"], name="ledger_fact_unfolded", condition=models.Q(is_folded=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["case_id", "gauge", "part", "version"], name="ledger_fact_once"),
            models.CheckConstraint(condition=models.Q(outcome__lte=5, otherwise__lte=2), name="ledger_fact_outcome"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="ledger_fact_version"),
            models.CheckConstraint(
                condition=models.Q(superseded_at=None) | models.Q(superseded_at__gte=models.F("known_at")),
                name="ledger_fact_superseded_later",
            ),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("reason"), REASON_LENGTH)), name="ledger_fact_reason_length"
            ),
        )

    def __str__(self) -> str:
        return f"{self.gauge_id} {self.case_id}.{self.part} v{self.version}"


def _lengths(table: str) -> tuple[models.CheckConstraint, ...]:
    """Names of aspects and their values are codes of a limited length."""
    limits = {"aspect": ASPECT_LENGTH, "value": VALUE_LENGTH}
    return tuple(
        models.CheckConstraint(
            condition=models.Q(LessThanOrEqual(Length(name), most)), name=f"ledger_{table}_{name}_length"
        )
        for name, most in limits.items()
    )


class _Sums(models.Model):
    """Facts added up. Every number is the sum over the current facts that fall into the cell."""

    met = models.BigIntegerField(default=0)
    missed = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    not_counted = models.BigIntegerField(default=0)
    back_met = models.BigIntegerField(default=0)
    back_missed = models.BigIntegerField(default=0)
    amounts = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    weight = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    SUMS: ClassVar[tuple[str, ...]] = (
        "met",
        "missed",
        "pending",
        "not_counted",
        "back_met",
        "back_missed",
        "amounts",
        "total",
        "weight",
    )


class _Cell(_Sums):
    """Facts of a gauge and a project, added up."""

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.BigIntegerField()

    class Meta:
        abstract = True


class MonthCell(_Cell):
    """Gauge × project × month: what the board reads."""

    month = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("月格")
        verbose_name_plural = _("月格")
        constraints = (models.UniqueConstraint(fields=["gauge", "month", "project"], name="ledger_monthcell_once"),)

    def __str__(self) -> str:
        return f"{self.gauge_id} {self.project} {self.month}"


class DayCell(_Cell):
    """Gauge × project × unit × day, and × topic where the measure declares it: what lies below the board."""

    day = models.DateField()
    unit = models.BigIntegerField()
    topic = models.BigIntegerField()

    class Meta:
        verbose_name = _("日格")
        verbose_name_plural = _("日格")
        constraints = (
            models.UniqueConstraint(fields=["gauge", "day", "project", "unit", "topic"], name="ledger_daycell_once"),
        )

    def __str__(self) -> str:
        return f"{self.gauge_id} {self.project} {self.unit} {self.day}"


class BinCell(models.Model):
    """How many amounts of a gauge, project and month fall into a bin of the histogram."""

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.BigIntegerField()
    month = models.PositiveIntegerField()
    bin = models.IntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("直方格")
        verbose_name_plural = _("直方格")
        constraints = (
            models.UniqueConstraint(fields=["gauge", "month", "project", "bin"], name="ledger_bincell_once"),
        )

    def __str__(self) -> str:
        return f"{self.gauge_id} {self.project} {self.month} {self.bin}"


class _OfAspect(models.Model):
    """A value of an aspect over a period: a month (yyyymm), or a whole year (yyyy00) so that a year is read at once."""

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.PositiveIntegerField()
    aspect = models.CharField(max_length=ASPECT_LENGTH)
    value = models.CharField(max_length=VALUE_LENGTH)

    class Meta:
        abstract = True


class AspectCell(_OfAspect, _Sums):
    """Gauge × aspect × value × period: what statistics read (docs/adr/0036). A fact with several values of an aspect is in several cells."""

    class Meta:
        verbose_name = _("方面格")
        verbose_name_plural = _("方面格")
        constraints = (
            models.UniqueConstraint(fields=["gauge", "aspect", "period", "value"], name="ledger_aspectcell_once"),
            *_lengths("aspectcell"),
        )

    def __str__(self) -> str:
        return f"{self.aspect}={self.value} {self.period}"


class AspectBinCell(_OfAspect):
    """How many amounts of a gauge, value of an aspect and period fall into a bin of the histogram."""

    bin = models.IntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("方面直方格")
        verbose_name_plural = _("方面直方格")
        constraints = (
            models.UniqueConstraint(
                fields=["gauge", "aspect", "period", "value", "bin"], name="ledger_aspectbincell_once"
            ),
            *_lengths("aspectbincell"),
        )

    def __str__(self) -> str:
        return f"{self.aspect}={self.value} {self.period} {self.bin}"


class ReasonCell(models.Model):
    """How many cases of a gauge, project and month are not counted for a reason."""

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.BigIntegerField()
    month = models.PositiveIntegerField()
    reason = models.CharField(max_length=REASON_LENGTH)
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("理由格")
        verbose_name_plural = _("理由格")
        constraints = (
            models.UniqueConstraint(fields=["gauge", "month", "project", "reason"], name="ledger_reasoncell_once"),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("reason"), REASON_LENGTH)), name="ledger_reasoncell_length"
            ),
        )

    def __str__(self) -> str:
        return f"{self.gauge_id} {self.project} {self.month} {self.reason}"
