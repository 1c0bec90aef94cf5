"""Units as a tree, posts, and who holds which post where."""

from datetime import date

from django.db import models
from django.db.models.functions import Cast, Length, Right, Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.people.models.accounts import User
from shixiao.people.models.limits import CODE_LENGTH, NAME_LENGTH, half_open, is_code, is_printable, length_within
from shixiao.people.responsibilities import WORD_LENGTH

UNIT_NAME_LENGTH = 100
# A level of a unit's path is its id in so many digits, so paths sort and compare alike under every collation.
LEVEL = 6
DEEPEST = 12
LAST_UNIT_ID = 10**LEVEL - 2  # the one after it must still have six digits


class Units(models.QuerySet["Unit"]):
    """Reads of the tree; each is one range over `path`."""

    def within(self, unit: "Unit") -> "Units":
        """`unit` and everything below it, closed units too."""
        return self.filter(path__gte=unit.path, path__lt=after(unit.path))

    def ancestors(self, unit: "Unit") -> "Units":
        """Everything above `unit`, from the root down, without itself."""
        return self.filter(path__in=levels(unit.path)[:-1]).order_by("depth")

    def open_on(self, day: date) -> "Units":
        """Units that exist on that day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=day), since__lte=day)


def after(path: str) -> str:
    """The first path behind everything that begins with `path`: what begins with it is `>= path` and `< this`."""
    return f"{path[:-LEVEL]}{int(path[-LEVEL:]) + 1:0{LEVEL}}"


def levels(path: str) -> list[str]:
    """The path of every unit from the root down to this one, itself included."""
    return [path[:end] for end in range(LEVEL, len(path) + 1, LEVEL)]


class Unit(models.Model):
    """A part of the office. It is never deleted, since events name it; it is closed.

    Its id is chosen by `people.actions.create_unit`, not by the database, because `path` ends with it.
    """

    id = models.IntegerField(primary_key=True)
    name = models.CharField(_("名称"), max_length=UNIT_NAME_LENGTH, validators=[is_printable])
    short_name = models.CharField(_("简称"), max_length=CODE_LENGTH, blank=True, default="", validators=[is_printable])
    code = models.CharField(
        pgettext_lazy("people", "编码"),
        max_length=CODE_LENGTH,
        unique=True,
        validators=[is_code],
        error_messages={"unique": _("已有单位用这个编码。请换一个。")},
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=LEVEL * DEEPEST, unique=True, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False)
    since = models.DateField(_("设立日期"))
    until = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = Units.as_manager()
    ledger_name = "people.unit"

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(condition=models.Q(id__gte=1, id__lte=LAST_UNIT_ID), name="people_unit_id_fits"),
            models.CheckConstraint(
                condition=Exact(Cast(Right("path", LEVEL), models.IntegerField()), models.F("id")),
                name="people_unit_path_ends_with_id",
            ),
            models.CheckConstraint(
                condition=Exact(Length("path"), models.F("depth") * LEVEL) & models.Q(depth__lte=DEEPEST),
                name="people_unit_path_as_deep_as_it_says",
            ),
            models.CheckConstraint(
                condition=models.Q(depth=1, parent__isnull=True) | models.Q(depth__gt=1, parent__isnull=False),
                name="people_unit_root_has_no_parent",
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="people_unit_not_its_own_parent"),
            models.CheckConstraint(condition=Exact(Upper("code"), models.F("code")), name="people_unit_code_capitals"),
            length_within("name", UNIT_NAME_LENGTH, "people_unit_name_length"),
            length_within("short_name", CODE_LENGTH, "people_unit_short_name_length", shortest=0),
            length_within("code", CODE_LENGTH, "people_unit_code_length"),
            half_open("people_unit_period"),
        )

    def __str__(self) -> str:
        return self.short_name or self.name

    def is_within(self, other: "Unit") -> bool:
        """This is `other`, or lies somewhere below it."""
        return self.path.startswith(other.path)


class Post(models.Model):
    """What somebody is appointed to. `may` lists the responsibilities it carries."""

    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    code = models.CharField(
        pgettext_lazy("people", "编码"),
        max_length=CODE_LENGTH,
        unique=True,
        validators=[is_code],
        error_messages={"unique": _("已有岗位用这个编码。请换一个。")},
    )

    ledger_name = "people.post"

    class Meta:
        verbose_name = _("岗位")
        verbose_name_plural = _("岗位")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Exact(Upper("code"), models.F("code")), name="people_post_code_capitals"),
            length_within("name", NAME_LENGTH, "people_post_name_length"),
            length_within("code", CODE_LENGTH, "people_post_code_length"),
        )

    def __str__(self) -> str:
        return self.name


class PostResponsibility(models.Model):
    """A post carries a responsibility: a word that some room declares (`people.responsibilities`)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="may")
    word = models.CharField(_("职责"), max_length=WORD_LENGTH)

    class Meta:
        verbose_name = _("岗位职责")
        verbose_name_plural = _("岗位职责")
        constraints = (
            models.UniqueConstraint(fields=["post", "word"], name="people_post_carries_a_word_once"),
            length_within("word", WORD_LENGTH, "people_postresponsibility_word_length"),
        )

    def __str__(self) -> str:
        return self.word


class Appointment(models.Model):
    """Somebody holds a post at a unit from one day to another; `until` is the first day without it."""

    user = models.ForeignKey(User, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, verbose_name=_("岗位"), on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, verbose_name=_("单位"), on_delete=models.PROTECT, related_name="appointments")
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    is_main = models.BooleanField(_("主要任职"), default=False)

    ledger_name = "people.appointment"

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = (
            half_open("people_appointment_period"),
            models.UniqueConstraint(
                fields=["user", "post", "unit"],
                condition=models.Q(until__isnull=True),
                name="people_appointment_open_once",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(until__isnull=True, is_main=True),
                name="people_appointment_one_main",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.post_id} {self.unit_id}"
