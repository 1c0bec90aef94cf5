"""A case: anything with a life."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.casework.models.shared import Contract, Project, Subject, Topic
from shixiao.people.models import Unit, is_printable

KIND_LENGTH = 64
STATE_LENGTH = 32
NUMBER_LENGTH = 40
TITLE_LENGTH = 200


class Urgency(models.TextChoices):
    """How soon: 平件, 急件, 特急件."""

    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("急")
    MOST_URGENT = "most_urgent", _("特急")


class Case(models.Model):
    """One matter of one office. Changed by `casework.perform` only; its life are its events in the ledger.

    `limit_at` is the nearest due instant of its running deadlines, kept for lists. `revision` grows with every step, so
    that a page that was shown before somebody else's step is known to be old. `opened_at` is when it happened, not when it
    was typed in.
    """

    ledger_name = "casework.case"

    number = models.CharField(_("编号"), max_length=NUMBER_LENGTH, unique=True)
    kind = models.CharField(_("种类"), max_length=KIND_LENGTH)
    title = models.CharField(_("标题"), max_length=TITLE_LENGTH, validators=[is_printable])
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="cases")
    project = models.ForeignKey(
        Project, verbose_name=_("项目"), on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    contract = models.ForeignKey(
        Contract, verbose_name=_("合同"), on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("主题"), on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    subject = models.ForeignKey(
        Subject, verbose_name=_("物件"), on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    urgency = models.CharField(_("紧急程度"), max_length=16, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(_("状态"), max_length=STATE_LENGTH)
    opened_at = models.DateTimeField(_("开始"))
    limit_at = models.DateTimeField(_("时限"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结"), null=True, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("主办"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_cases",
    )
    revision = models.PositiveIntegerField(_("改动次数"), default=1)
    origin = models.ForeignKey(
        "self", verbose_name=_("来源"), on_delete=models.PROTECT, null=True, blank=True, related_name="asked"
    )

    # How far gauges have looked at it (`casework.assessing`): by which set of them, up to which event and which moment,
    # and when passing time alone may next change what they say.
    generation = models.PositiveIntegerField(default=0, editable=False)
    assessed_event = models.BigIntegerField(default=0, editable=False)
    assessed_until = models.DateTimeField(null=True, blank=True, editable=False)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("事项")
        verbose_name_plural = _("事项")
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["lead", "limit_at", "id"], name="casework_case_mine", condition=models.Q(closed_at=None)
            ),
            models.Index(
                fields=["unit", "limit_at", "id"], name="casework_case_of_unit", condition=models.Q(closed_at=None)
            ),
            models.Index(fields=["kind", "unit", "-id"], name="casework_case_list"),
            models.Index(fields=["project", "kind", "-id"], name="casework_case_of_project"),
            models.Index(fields=["kind", "-id"], name="casework_case_of_kind"),
            models.Index(
                fields=["kind", "state", "limit_at", "id"],
                name="casework_case_waiting",
                condition=models.Q(closed_at=None),
            ),
            models.Index(
                fields=["look_at", "id"], name="casework_case_look_again", condition=models.Q(look_at__isnull=False)
            ),
            models.Index(fields=["generation", "id"], name="casework_case_behind"),
        )
        constraints = (
            between("casework_case", "number", NUMBER_LENGTH, least=1),
            between("casework_case", "kind", KIND_LENGTH, least=3),
            between("casework_case", "title", TITLE_LENGTH, least=1),
            between("casework_case", "state", STATE_LENGTH, least=1),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="casework_case_urgency_known"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_at__gte=models.F("opened_at")),
                name="casework_case_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(limit_at=None), name="casework_case_closed_has_no_limit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Assistant(models.Model):
    """Somebody who helps with a case; the lead is on the case itself."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assistants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assisted")

    class Meta:
        verbose_name = _("协办")
        verbose_name_plural = _("协办")
        constraints = (models.UniqueConstraint(fields=["case", "user"], name="casework_assistant_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class Relation(models.Model):
    """Two cases that belong together, and as what: `reply_to`, `continues`, `round_of` …"""

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(_("关系"), max_length=KIND_LENGTH)

    class Meta:
        verbose_name = _("关联")
        verbose_name_plural = _("关联")
        constraints = (
            models.UniqueConstraint(fields=["case", "other", "kind"], name="casework_relation_once"),
            models.CheckConstraint(condition=~models.Q(case=models.F("other")), name="casework_relation_not_to_itself"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="casework_relation_id_positive"),
            between("casework_relation", "kind", KIND_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class ClosedYear(models.Model):
    """A year whose books are closed: nothing may be entered any more as having happened in it."""

    year = models.PositiveSmallIntegerField(_("年度"), primary_key=True)
    closed_at = models.DateTimeField(_("关账时间"))

    class Meta:
        verbose_name = _("已关账年度")
        verbose_name_plural = _("已关账年度")

    def __str__(self) -> str:
        return str(self.year)
