"""Where the self-evaluations of a day stand on their way to publication."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.performance.models.plans import HASH_LENGTH, PlanVersion
from shixiao.performance.models.publications import Publication


class ResultLife(models.Model):
    """The row of the case of a plan's self-evaluations until one day: what was handed in last, and what was published.

    Changed by steps only. `content_hash` is the whole of what was handed in or approved last; what it was lies in `Approval`, by `round`.
    `publication` is the last one that was made of it, which may be withdrawn since.
    """

    races: ClassVar[tuple[str, ...]] = ("performance_result_once",)
    objects: ClassVar[models.Manager["ResultLife"]] = models.Manager()

    case = models.OneToOneField(
        "casework.Case", on_delete=models.PROTECT, primary_key=True, related_name="result_life", verbose_name=_("事项")
    )
    case_id: int
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="results", verbose_name=_("版本"))
    version_id: int
    until: "models.DateField[date, date]" = models.DateField(_("自评截至"))
    content_hash = models.CharField(_("提交内容摘要"), max_length=HASH_LENGTH, blank=True, default="")
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=0)
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="+", verbose_name=_("公开"), null=True, blank=True
    )
    publication_id: int | None

    class Meta:
        verbose_name = _("自评审核")
        verbose_name_plural = _("自评审核")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "until"], name="performance_result_once"),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(Length("content_hash"), HASH_LENGTH)),
                name="performance_result_hash_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.version_id} {self.until}"


DETAILS = {"performance.result": ResultLife}
