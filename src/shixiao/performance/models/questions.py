"""What somebody said to a question that the records raise. Only added to; of several answers to one question all stay."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.engine.questions import Kind

KEY_LENGTH = 64
EXPLANATION_LENGTH = 500


class QuestionAnswer(models.Model):
    """An explanation, under the key of the question: its kind, its gauge and its cases. A question whose cases become others is a new one.

    `cases` are their ids as they were then, so that the answer says what it was for also when nothing raises the question any more.
    """

    append_only: ClassVar[bool] = True
    ledger_name = "performance.question_answer"

    key = models.CharField(max_length=KEY_LENGTH)
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("疑问"), max_length=16, choices=[(each.value, each.value) for each in Kind])
    gauge = models.ForeignKey("ledger.Gauge", on_delete=models.PROTECT, related_name="+")
    cases = models.JSONField(_("事项"))
    explanation = models.TextField(_("说明"))
    made_by: Any = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("疑问的说明")
        verbose_name_plural = _("疑问的说明")
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "id"], name="performance_answer_of_question"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id__gt=0), name="performance_answer_id_positive"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[each.value for each in Kind]), name="performance_answer_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(Exact(Length("key"), KEY_LENGTH))
                & models.Q(GreaterThan(Length("explanation"), 0))
                & models.Q(LessThanOrEqual(Length("explanation"), EXPLANATION_LENGTH)),
                name="performance_answer_lengths",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"
