"""What all offices share: projects, contracts, topics, subjects."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.people.models import Unit, is_printable

NAME_LENGTH = 200
CODE_LENGTH = 64


class Project(models.Model):
    """A project of a unit's budget. Offices' cases and a plan's indicators meet in it."""

    ledger_name = "casework.project"

    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    code = models.CharField(_("项目编码"), max_length=CODE_LENGTH, blank=True, validators=[is_printable])
    since_year = models.PositiveSmallIntegerField(_("起始年度"))
    until_year = models.PositiveSmallIntegerField(_("到期年度"))

    class Meta:
        verbose_name = _("项目")
        verbose_name_plural = _("项目")
        ordering = ("unit", "name", "id")
        constraints = (
            between("casework_project", "name", NAME_LENGTH, least=1),
            between("casework_project", "code", CODE_LENGTH),
            models.UniqueConstraint(fields=["unit", "name", "since_year"], name="casework_project_once"),
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="casework_project_code_once"),
            models.CheckConstraint(
                condition=models.Q(since_year__gte=2000, until_year__lte=2100, until_year__gte=models.F("since_year")),
                name="casework_project_years",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """An agreement with somebody outside, for a project."""

    ledger_name = "casework.contract"

    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(_("合同编号"), max_length=CODE_LENGTH, unique=True, validators=[is_printable])
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    party = models.CharField(_("对方"), max_length=NAME_LENGTH, validators=[is_printable])
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("合同")
        verbose_name_plural = _("合同")
        ordering = ("-since", "id")
        constraints = (
            between("casework_contract", "number", CODE_LENGTH, least=1),
            between("casework_contract", "name", NAME_LENGTH, least=1),
            between("casework_contract", "party", NAME_LENGTH, least=1),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="casework_contract_days"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Topic(models.Model):
    """What something is about, where a measure asks for it (a list such as 乡村振兴, 城市发展).

    `until` is the first day on which no case is given it: it was retired, or merged into another one (`merged_into`), which
    counts its cases from that day on. Never deleted, since past readings speak of it.
    """

    ledger_name = "casework.topic"

    name = models.CharField(_("名称"), max_length=NAME_LENGTH, unique=True, validators=[is_printable])
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    merged_into = models.ForeignKey(
        "self", verbose_name=_("并入"), on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    class Meta:
        verbose_name = _("主题")
        verbose_name_plural = _("主题")
        ordering = ("name",)
        constraints = (
            between("casework_topic", "name", NAME_LENGTH, least=1),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="casework_topic_days"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(until__isnull=False),
                name="casework_topic_merged_has_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="casework_topic_not_into_itself"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        """Cases can be given it on that day."""
        return self.until is None or on < self.until


class Subject(models.Model):
    """A device, a system, a room: what a case is done on. One label each, which a scanner reads."""

    ledger_name = "casework.subject"

    label = models.CharField(_("标签"), max_length=CODE_LENGTH, unique=True, validators=[is_printable])
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="subjects")
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("物件")
        verbose_name_plural = _("物件")
        ordering = ("label",)
        constraints = (
            between("casework_subject", "label", CODE_LENGTH, least=1),
            between("casework_subject", "name", NAME_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.name}"
