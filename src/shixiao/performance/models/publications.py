"""What was published of plans, and that it was withdrawn. Only added to: what somebody cited stays what it was."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.performance.models.plans import HASH_LENGTH, NAME_LENGTH, PlanVersion

OFFICE_WORD_LENGTH = 40
REASON_LENGTH = 500


class Publication(models.Model):
    """One publication of one version of a plan, with everything that was handed out, as it was rendered then (gzip).

    `office` is the word in its address, `number` counts the publications of that office and year. `openings` are the salts and what is not
    public of the records: they never leave the office unless an auditor asks. The secrecy review (保密审查) has a person, a day and a result.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.publication"
    races: ClassVar[tuple[str, ...]] = ("performance_publication_once",)
    objects: ClassVar[models.Manager["Publication"]] = models.Manager()

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="publications")
    version_id: int
    year = models.PositiveSmallIntegerField(_("年度"))
    office = models.CharField(_("地址中的单位"), max_length=OFFICE_WORD_LENGTH)
    number = models.PositiveIntegerField(_("第几次公开"))
    as_of = models.DateField(_("截至"))
    title = models.TextField(_("标题"))
    bundle_hash = models.CharField(_("总哈希"), max_length=HASH_LENGTH)
    content_hash = models.CharField(_("批准内容的摘要"), max_length=HASH_LENGTH)
    is_simulated = models.BooleanField(_("模拟数据"))
    bundle = models.BinaryField()
    openings = models.BinaryField()
    page_zh = models.BinaryField()
    page_en = models.BinaryField()
    table = models.BinaryField()
    restatements = models.PositiveIntegerField(_("更正读数"), default=0)
    reviewed_by = models.CharField(_("保密审查人"), max_length=NAME_LENGTH)
    reviewed_on = models.DateField(_("保密审查日期"))
    review_result = models.CharField(_("保密审查结论"), max_length=REASON_LENGTH)
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("公开时间"))

    class Meta:
        verbose_name = _("公开")
        verbose_name_plural = _("公开")
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["year", "office", "number"], name="performance_publication_once"),
            models.CheckConstraint(
                condition=models.Q(id__gt=0, number__gte=1), name="performance_publication_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(Exact(Length("bundle_hash"), HASH_LENGTH))
                & models.Q(LessThanOrEqual(Length("content_hash"), HASH_LENGTH))
                & models.Q(GreaterThan(Length("office"), 0))
                & models.Q(LessThanOrEqual(Length("office"), OFFICE_WORD_LENGTH))
                & models.Q(GreaterThan(Length("reviewed_by"), 0))
                & models.Q(LessThanOrEqual(Length("reviewed_by"), NAME_LENGTH))
                & models.Q(GreaterThan(Length("review_result"), 0))
                & models.Q(LessThanOrEqual(Length("review_result"), REASON_LENGTH)),
                name="performance_publication_lengths",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """Where it is cited: year, office, version."""
        return f"{self.year}/{self.office}/{self.number}"


class Withdrawal(models.Model):
    """A publication that was taken back, and why. Its address says so from then on, and keeps the hash."""

    append_only: ClassVar[bool] = True
    ledger_name = "performance.publication_withdrawal"
    objects: ClassVar[models.Manager["Withdrawal"]] = models.Manager()

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="withdrawal")
    publication_id: int
    reason = models.CharField(_("理由"), max_length=REASON_LENGTH)
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("撤回公开")
        verbose_name_plural = _("撤回公开")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_withdrawal_positive"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("reason"), 0))
                & models.Q(LessThanOrEqual(Length("reason"), REASON_LENGTH)),
                name="performance_withdrawal_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication}"
