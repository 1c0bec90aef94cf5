"""Rubrics, the office's own row beside a review, who judges it, and what was given."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models import Case
from shixiao.casework.models.lengths import between
from shixiao.casework.money import MoneyField
from shixiao.engine.scoring.profiles import Tier
from shixiao.offices.reviews import tiers
from shixiao.offices.reviews.steps import LEAST_REVIEWERS, MOST_REVIEWERS, REVIEW
from shixiao.people.models import Unit, User, is_printable

CODE_LENGTH = 40
NAME_LENGTH = 60
NAME_KEY_LENGTH = 20 * NAME_LENGTH
TEXT_LENGTH = 1000
LINK_LENGTH = 500


class Rubric(models.Model):
    """What marks are given by. Its code is permanent: events and measures speak of it; how it is defined stands in its versions.

    `name`, `name_key` and `version` are those of the newest version, kept here for lists and so that no two rubrics in use
    have one name.
    """

    ledger_name = "reviews.rubric"

    code = models.CharField(_("编码"), max_length=CODE_LENGTH, unique=True)
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("评分细则")
        verbose_name_plural = _("评分细则")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["name_key"], condition=models.Q(retired_on=None), name="reviews_rubric_name_once"
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="reviews_rubric_version"),
            between("reviews_rubric", "code", CODE_LENGTH, least=1),
            between("reviews_rubric", "name", NAME_LENGTH, least=1),
            between("reviews_rubric", "name_key", NAME_KEY_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "RubricVersion":
        """The newest version; one statement."""
        return self.versions.get(number=self.version)


class RubricVersion(models.Model):
    """A rubric as it is defined from one moment on. Never changed: reviews keep the version they were opened with.

    `scale` is the code of the scoring profile whose tiers are used, or `own`, and then `own_tiers` has them. `anchors` says by tier what
    such a work looks like. `least` is how many reviewers are needed, `spread` how many points their marks may lie apart.
    """

    append_only: ClassVar[bool] = True

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    judged = models.CharField(_("评什么"), max_length=TEXT_LENGTH)
    scale = models.CharField(_("档次"), max_length=CODE_LENGTH)
    own_tiers = models.JSONField(_("自定档次"), default=list, blank=True)
    anchors = models.JSONField(_("各档样例"), default=dict)
    least = models.PositiveSmallIntegerField(_("至少几人评"), default=LEAST_REVIEWERS)
    spread = MoneyField(_("分差上限"))
    since = models.DateTimeField(_("自"))

    class Meta:
        verbose_name = _("评分细则版本")
        verbose_name_plural = _("评分细则版本")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["rubric", "number"], name="reviews_version_once"),
            models.CheckConstraint(condition=models.Q(id__gt=0), name="reviews_version_id_positive"),
            models.CheckConstraint(
                condition=models.Q(least__gte=LEAST_REVIEWERS, least__lte=MOST_REVIEWERS), name="reviews_version_least"
            ),
            models.CheckConstraint(condition=models.Q(spread__gte=0, spread__lte=100), name="reviews_version_spread"),
            between("reviews_version", "name", NAME_LENGTH, least=1),
            between("reviews_version", "judged", TEXT_LENGTH, least=1),
            between("reviews_version", "scale", CODE_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """Its tiers from the highest down; a version never changes."""
        shipped = tiers.of_scale(self.scale)
        return shipped if shipped is not None else tiers.from_json(self.own_tiers)


class Review(models.Model):
    """A review as it stands. `mark` and `tier` are what was settled, and empty until then: a grade never stands here (`Grade`).

    `round` counts how often reviewers were named.
    """

    in_lists: ClassVar[tuple[str, ...]] = ("rubric", "year", "mark")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    rubric = models.ForeignKey(Rubric, verbose_name=_("评分细则"), on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(RubricVersion, verbose_name=_("版本"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    link = models.CharField(_("材料链接"), max_length=LINK_LENGTH, blank=True, default="")
    chair = models.ForeignKey(
        User, verbose_name=_("组长"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    round = models.PositiveSmallIntegerField(_("第几轮"), default=0)
    mark = MoneyField(_("得分（%）"), null=True, blank=True)
    tier = models.CharField(_("档次"), max_length=CODE_LENGTH, blank=True, default="")

    class Meta:
        verbose_name = _("评议")
        verbose_name_plural = _("评议")
        indexes = (models.Index(fields=["rubric", "year"], name="reviews_review_by_rubric"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(mark=None, tier="") | (models.Q(mark__gte=0, mark__lte=100) & ~models.Q(tier="")),
                name="reviews_review_mark_with_tier",
            ),
            between("reviews_review", "link", LINK_LENGTH),
            between("reviews_review", "tier", CODE_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.rubric_id} {self.case_id}"


class Seat(models.Model):
    """Who judges in a round. Whoever follows in a place has a row of a higher number: the last one counts, the others are how it was."""

    append_only: ClassVar[bool] = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("评审席")
        verbose_name_plural = _("评审席")
        ordering = ("case_id", "round", "place", "number")
        constraints = (
            models.UniqueConstraint(fields=["case", "round", "place", "number"], name="reviews_seat_once"),
            models.CheckConstraint(
                condition=models.Q(id__gt=0, round__gte=1, place__gte=1, place__lte=MOST_REVIEWERS, number__gte=1),
                name="reviews_seat_numbers",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.round}.{self.place}.{self.number}"


class Grade(models.Model):
    """What one reviewer gave in a round, sealed: nothing but `sealing` reads it. Once for each reviewer and round.

    `salt` is what the commitment on the event was made with. `reason` is emptied when the law has it deleted.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=CODE_LENGTH)
    mark = MoneyField()
    reason = models.TextField(blank=True)
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("评分")
        verbose_name_plural = _("评分")
        constraints = (
            models.UniqueConstraint(fields=["case", "round", "reviewer"], name="reviews_grade_once"),
            models.CheckConstraint(condition=models.Q(mark__gte=0, mark__lte=100), name="reviews_grade_mark"),
            between("reviews_grade", "tier", CODE_LENGTH, least=1),
            between("reviews_grade", "reason", TEXT_LENGTH),
            between("reviews_grade", "salt", 64, least=64),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.round} {self.reviewer_id}"  # never the grade: this goes into messages and logs


DETAILS: Mapping[str, type[models.Model]] = {REVIEW: Review}
