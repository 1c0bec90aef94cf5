"""The office's own rows beside its cases, and the amounts that were really paid."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models import Case, Project
from shixiao.casework.models.lengths import between
from shixiao.casework.models.waiting import FILE_NAME_LENGTH, WaitingFile, bounds
from shixiao.casework.money import MoneyField
from shixiao.offices.payments.steps import BUDGET, PAYMENT, ROUND, SOURCES
from shixiao.people.models import User, is_printable
from shixiao.people.wordings import said

SOURCE_CHOICES = [(code, lazy(said, str)(title)) for code, title in SOURCES]
SOURCE_CODES = [code for code, _title in SOURCES]
PAYEE_LENGTH, PURPOSE_LENGTH, DOCUMENT_LENGTH, VOUCHER_LENGTH = 100, 200, 100, 64


def _source_known(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(source__in=SOURCE_CODES), name=f"{table}_source_known")


class _Amounts(models.Model):
    """Yuan by source of funds."""

    fiscal = MoneyField(_("财政拨款"))
    special = MoneyField(_("财政专户资金"))
    other = MoneyField(_("其他资金"))

    class Meta:
        abstract = True


class Budget(_Amounts):
    """What a project may spend in a year, as it stands now; its versions say how it came to be."""

    in_lists: ClassVar[tuple[str, ...]] = ("fiscal", "special", "other")
    races: ClassVar[tuple[str, ...]] = ("payments_budget_once",)

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))

    class Meta:
        verbose_name = _("预算")
        verbose_name_plural = _("预算")
        constraints = (
            models.UniqueConstraint(fields=["project", "year"], name="payments_budget_once"),
            models.CheckConstraint(
                condition=models.Q(fiscal__gte=0, special__gte=0, other__gte=0), name="payments_budget_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"


class BudgetVersion(_Amounts):
    """One state of a budget, and the document that allows it. Never changed."""

    append_only: ClassVar[bool] = True

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    document = models.CharField(_("依据文件"), max_length=DOCUMENT_LENGTH, validators=[is_printable])
    happened_at = models.DateTimeField(_("批准时间"))

    class Meta:
        verbose_name = _("预算版次")
        verbose_name_plural = _("预算版次")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["budget", "number"], name="payments_budgetversion_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="payments_budgetversion_id_positive"),
            between("payments_budgetversion", "document", DOCUMENT_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.budget_id} v{self.number}"


class Payment(models.Model):
    """What is to be paid, to whom and for what."""

    in_lists: ClassVar[tuple[str, ...]] = ("amount", "payee")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.CharField(_("资金来源"), max_length=8, choices=SOURCE_CHOICES)
    amount = MoneyField(_("金额"))
    payee = models.CharField(_("收款人"), max_length=PAYEE_LENGTH, validators=[is_printable])
    purpose = models.CharField(_("用途"), max_length=PURPOSE_LENGTH, validators=[is_printable])
    is_approved = models.BooleanField(_("已批未付"), default=False)
    voucher = models.CharField(_("凭证号"), max_length=VOUCHER_LENGTH, blank=True)
    paid_at = models.DateTimeField(_("支付时间"), null=True, blank=True)
    over_by = MoneyField(_("超预算"), default=0)
    statement = models.ForeignKey(
        "Statement",
        verbose_name=_("财务数据文件"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
    )

    class Meta:
        verbose_name = _("支出")
        verbose_name_plural = _("支出")
        indexes = (
            models.Index(
                fields=["project", "year", "source"],
                name="payments_payment_committed",
                condition=models.Q(is_approved=True),
            ),
        )
        constraints = (
            _source_known("payments_payment"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_payment_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(paid_at=None) | models.Q(is_approved=False), name="payments_payment_paid_or_waiting"
            ),
            between("payments_payment", "payee", PAYEE_LENGTH, least=1),
            between("payments_payment", "purpose", PURPOSE_LENGTH, least=1),
            between("payments_payment", "voucher", VOUCHER_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.payee} {self.amount}"


class Outlay(models.Model):
    """An amount that left the account, or came back (negative). What is spent is the sum of these, and of nothing else.

    `year` and `month` are those of the office's local day, stored because databases disagree about time zones. A voucher pays
    once a year, whether a payment or a round: two people recording the same one at the same moment meet here.
    """

    append_only: ClassVar[bool] = True
    races: ClassVar[tuple[str, ...]] = ("payments_outlay_voucher_once",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.CharField(_("资金来源"), max_length=8, choices=SOURCE_CHOICES)
    month = models.PositiveSmallIntegerField(_("月份"))
    amount = MoneyField(_("金额"))
    voucher = models.CharField(_("凭证号"), max_length=VOUCHER_LENGTH)
    happened_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("收付")
        verbose_name_plural = _("收付")
        indexes = (
            models.Index(fields=["project", "year", "source"], name="payments_outlay_of_project"),
            models.Index(fields=["year", "voucher"], name="payments_outlay_voucher"),
        )
        constraints = (
            _source_known("payments_outlay"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="payments_outlay_amount"),
            models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="payments_outlay_month"),
            models.UniqueConstraint(
                fields=["year", "voucher"], condition=models.Q(amount__gt=0), name="payments_outlay_voucher_once"
            ),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="payments_outlay_id_positive"),
            between("payments_outlay", "voucher", VOUCHER_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"


class Programme(models.Model):
    """Something that is paid in rounds: an allowance each month, a gift before the Spring Festival."""

    ledger_name = "payments.programme"
    races: ClassVar[tuple[str, ...]] = ("payments_programme_once",)

    class Rhythm(models.TextChoices):
        """When a round is due."""

        MONTHLY = "monthly", _("每月，当月最后一个工作日前")
        SPRING_FESTIVAL = "spring_festival", _("每年，春节放假前")

    name = models.CharField(_("名称"), max_length=100, validators=[is_printable])
    project = models.ForeignKey(Project, verbose_name=_("项目"), on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("资金来源"), max_length=8, choices=SOURCE_CHOICES)
    rhythm = models.CharField(_("发放周期"), max_length=16, choices=Rhythm)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("发放项")
        verbose_name_plural = _("发放项")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["project", "name"], name="payments_programme_once"),
            _source_known("payments_programme"),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=["monthly", "spring_festival"]), name="payments_programme_rhythm_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="payments_programme_days"
            ),
            between("payments_programme", "name", 100, least=1),
        )

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One instalment of a programme. `due_on` is the last day on which it is in time, as the calendar was when it was planned;
    the deadline of its case follows the calendar. One that its duty took back leaves its period to another."""

    races: ClassVar[tuple[str, ...]] = ("payments_round_once",)

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    period = models.CharField(_("期间"), max_length=7)
    due_on = models.DateField(_("最迟发放日"))
    amount = MoneyField(_("金额"), null=True, blank=True)
    people = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    paid_at = models.DateTimeField(_("发放时间"), null=True, blank=True)
    over_by = MoneyField(_("超预算"), default=0)
    is_withdrawn = models.BooleanField(_("不再安排"), default=False)

    class Meta:
        verbose_name = _("发放")
        verbose_name_plural = _("发放")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "period"],
                condition=models.Q(is_withdrawn=False),
                name="payments_round_once",
            ),
            between("payments_round", "period", 7, least=4),
            models.CheckConstraint(
                condition=models.Q(paid_at=None, amount=None)
                | models.Q(paid_at__isnull=False, amount__gt=0, people__gte=1),
                name="payments_round_paid_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.period}"


class Statement(models.Model):
    """A file of the finance system that was taken in; the same bytes change nothing the second time.

    `columns` is how its columns were taken (`columns.Taken`): the next file with the same header is taken so, too.
    """

    ledger_name = "payments.statement"
    races: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH)
    rows = models.PositiveIntegerField(_("行数"))
    opened = models.PositiveIntegerField(_("新增"))
    amount = MoneyField(_("新增金额"), default=0)
    columns = models.JSONField(_("各列的含义"))
    recorded_by = models.ForeignKey(User, verbose_name=_("导入人"), on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("财务数据文件")
        verbose_name_plural = _("财务数据文件")
        ordering = ("-id",)
        constraints = (
            between("payments_statement", "sha256", 64, least=64),
            between("payments_statement", "name", FILE_NAME_LENGTH),
        )

    def __str__(self) -> str:
        return self.name


class Draft(WaitingFile):
    """A finance system's file on somebody's desk; `reasons` is what was written for going above a budget."""

    reasons = models.JSONField(_("超预算理由"), default=dict, blank=True)

    class Meta:
        verbose_name = _("待导入的文件")
        verbose_name_plural = _("待导入的文件")
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["owner", "sha256"], name="payments_draft_once"),
            *bounds("payments_draft"),
        )


DETAILS: Mapping[str, type[models.Model]] = {BUDGET: Budget, PAYMENT: Payment, ROUND: Round}
