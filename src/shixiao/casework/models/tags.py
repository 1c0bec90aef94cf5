"""The vocabulary of tags, and which case carried which tag from when to when."""

from datetime import date

from django.db import models
from django.db.models.functions import Cast, Length, Right
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.casework.models.cases import Case
from shixiao.casework.models.lengths import between
from shixiao.people.models import is_printable

TAG_NAME_LENGTH = 32
# A level of a tag's path is its id in so many digits, so paths sort and compare alike under every collation.
TAG_LEVEL = 6
TAG_DEEPEST = 4
LAST_TAG_ID = 10**TAG_LEVEL - 2  # the one after it must still have six digits


class Colour(models.TextChoices):
    """A token of the style sheet; it decorates, the name says it."""

    GREY = "grey", _("灰")
    BLUE = "blue", _("蓝")
    GREEN = "green", _("绿")
    AMBER = "amber", _("黄")
    ORANGE = "orange", _("橙")
    RED = "red", _("红")
    VIOLET = "violet", _("紫")


class Tag(models.Model):
    """A word of the vocabulary. It is never deleted and never moved, since last year's statistics speak of it.

    Its names lie apart with their days (`TagName`). `until` is the first day on which it can no longer be given: it was
    retired, split, or merged into another one (`merged_into`), which counts its cases from that day on.
    Its id is chosen by `vocabulary.create`, not by the database, because `path` ends with it.
    """

    id = models.IntegerField(primary_key=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级标签"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=TAG_LEVEL * TAG_DEEPEST, unique=True, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False)
    colour = models.CharField(_("颜色"), max_length=16, choices=Colour, default=Colour.GREY)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("并入"), on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    split_from = models.ForeignKey(
        "self", verbose_name=_("分自"), on_delete=models.PROTECT, null=True, blank=True, related_name="split_into"
    )

    ledger_name = "casework.tag"

    class Meta:
        verbose_name = pgettext_lazy("tag", "标签")
        verbose_name_plural = pgettext_lazy("tag", "标签")
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gte=1, id__lte=LAST_TAG_ID), name="casework_tag_id_fits"),
            models.CheckConstraint(
                condition=Exact(Cast(Right("path", TAG_LEVEL), models.IntegerField()), models.F("id")),
                name="casework_tag_path_ends_with_id",
            ),
            models.CheckConstraint(
                condition=Exact(Length("path"), models.F("depth") * TAG_LEVEL) & models.Q(depth__lte=TAG_DEEPEST),
                name="casework_tag_path_as_deep_as_it_says",
            ),
            models.CheckConstraint(
                condition=models.Q(depth=1, parent__isnull=True) | models.Q(depth__gt=1, parent__isnull=False),
                name="casework_tag_root_has_no_parent",
            ),
            models.CheckConstraint(condition=models.Q(colour__in=Colour.values), name="casework_tag_colour_known"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="casework_tag_period",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(until__isnull=False),
                name="casework_tag_merged_has_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")) & ~models.Q(split_from=models.F("id")),
                name="casework_tag_not_from_itself",
            ),
        )

    def __str__(self) -> str:
        return f"tag {self.pk}"

    def is_within(self, other: "Tag") -> bool:
        """This is `other`, or lies somewhere below it."""
        return self.path.startswith(other.path)

    def is_in_force(self, on: date) -> bool:
        """Cases can be given this tag on that day."""
        return self.since <= on and (self.until is None or on < self.until)


class TagName(models.Model):
    """What a tag is called from that day on, until a later name."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("名称"), max_length=TAG_NAME_LENGTH, validators=[is_printable])
    since = models.DateField(_("自"))

    class Meta:
        verbose_name = _("标签名称")
        verbose_name_plural = _("标签名称")
        ordering = ("since",)
        constraints = (
            models.UniqueConstraint(fields=["tag", "since"], name="casework_tagname_one_a_day"),
            between("casework_tagname", "name", TAG_NAME_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return self.name


class CaseTag(models.Model):
    """A case carried a tag from one moment to another; `until` is the first moment without it.

    Both are when it was recorded, so what was counted for a past day stays. A merge or a split changes nothing here.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="cases")
    since = models.DateTimeField(_("自"))
    until = models.DateTimeField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("事项的标签")
        verbose_name_plural = _("事项的标签")
        indexes = (models.Index(fields=["tag", "since", "case"], name="casework_casetag_of_tag"),)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "tag"], condition=models.Q(until__isnull=True), name="casework_casetag_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="casework_casetag_period",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.tag_id}"
