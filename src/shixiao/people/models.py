"""Who works here: accounts, units (a tree), posts, and who holds which post where."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Cast, Length, Right, Upper
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from shixiao.people.permissions import Mandates

NAME_LENGTH = 64
CODE_LENGTH = 32
UNIT_NAME_LENGTH = 100
WORD_LENGTH = 100
# A level of a unit's path is its id in so many digits, so paths sort and compare alike under every collation.
LEVEL = 6
DEEPEST = 12
LAST_UNIT_ID = 10**LEVEL - 2  # the one after it must still have six digits


def is_printable(text: str) -> None:
    """No NUL (PostgreSQL refuses it), no lone surrogate (both databases do), no other control character."""
    if not text.isprintable():
        raise ValidationError(_("名称里有看不见的控制字符。请重新输入，不要粘贴。"), code="unprintable")


is_code = RegexValidator(r"\A[0-9A-Z]+\Z", _("编码只能用英文字母和数字。"), code="code")


def _length(field: str, limit: int, name: str, *, shortest: int = 1) -> models.CheckConstraint:
    """SQLite keeps a text of any length in a varchar; PostgreSQL would refuse it. This one is the same on both."""
    within = models.Q(LessThanOrEqual(Length(field), limit))
    return models.CheckConstraint(
        condition=within & models.Q(GreaterThan(Length(field), shortest - 1)) if shortest else within, name=name
    )


def _half_open(name: str) -> models.CheckConstraint:
    """`until` is the first day that no longer counts; the same day as `since` is a period of no days."""
    return models.CheckConstraint(
        condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")), name=name
    )


class Role(models.TextChoices):
    """What an account is for: one word. What somebody may do at an office's desk follows from posts, not from it."""

    OFFICER = "officer", _("绩效管理员")
    READER = "reader", _("查看")
    STAFF = "staff", _("工作人员")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("系统管理员")
    SECURITY_ADMINISTRATOR = "security_administrator", _("安全管理员")
    AUDITOR = "auditor", _("安全审计员")


# Whoever holds one of these does no business and holds no other of them.
ADMINISTRATORS = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)


class Language(models.TextChoices):
    """The language somebody reads; empty follows the browser."""

    BROWSER = "", _("跟随浏览器")
    CHINESE = "zh-hans", _("简体中文")
    ENGLISH = "en", _("English")


class Accounts(BaseUserManager["User"]):
    """Finds accounts. They are made by `people.actions.create_account`, which leaves its event."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of that name, in the spelling in which names are stored."""
        return self.get(username=self.model.normalize_username(username or ""))


class User(AbstractBaseUser):
    """One account. It is never deleted, since events name it; somebody who left is made inactive."""

    # Django would stamp `last_login` by a signal at each sign-in; here a sign-in is an event of the ledger.
    last_login = None

    username = models.CharField(
        _("账号"),
        max_length=NAME_LENGTH,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("已有这个账号。请换一个名称。")},
    )
    display_name = models.CharField(_("显示名称"), max_length=NAME_LENGTH, validators=[is_printable])
    staff_number = models.CharField(
        _("工号"), max_length=CODE_LENGTH, blank=True, default="", validators=[is_printable]
    )
    role = models.CharField(_("角色"), max_length=32, choices=Role)
    language = models.CharField(_("语言"), max_length=8, choices=Language, blank=True, default=Language.BROWSER)
    is_active = models.BooleanField(_("启用"), default=True)
    is_demonstration = models.BooleanField(_("演示账号"), default=False)
    created_at = models.DateTimeField(_("建立时间"))
    left_on = models.DateField(_("离开日期"), null=True, blank=True)

    # What posts give, kept for the request: (day, mandates). See `people.permissions.mandates`.
    known_mandates: "tuple[date, Mandates] | None" = None

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]
    ledger_name = "people.user"

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="people_user_role_known"),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="people_user_language_known"),
            # SQLite keeps a text of any length in a varchar(64); PostgreSQL would refuse it.
            models.CheckConstraint(
                condition=GreaterThan(Length("username"), 0) & LessThanOrEqual(Length("username"), NAME_LENGTH),
                name="people_user_username_length",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("display_name"), NAME_LENGTH), name="people_user_display_name_length"
            ),
            _length("staff_number", CODE_LENGTH, "people_user_staff_number_length", shortest=0),
            # One person has at most one account to work with, and at most one to administer with.
            models.UniqueConstraint(
                fields=["staff_number"],
                condition=~models.Q(staff_number="") & ~models.Q(role__in=ADMINISTRATORS),
                name="people_user_staff_number_once",
                violation_error_message=_("已有账号用这个工号。"),
            ),
            models.UniqueConstraint(
                fields=["staff_number"],
                condition=~models.Q(staff_number="") & models.Q(role__in=ADMINISTRATORS),
                name="people_user_one_administrator_account",
                violation_error_message=_("这个工号已有一个管理员账号。系统、安全、审计三员不能由同一人兼任。"),
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling for one account: full-width letters and capitals are the same name."""
        return super().normalize_username(username).strip().casefold()

    def get_full_name(self) -> str:
        """The name that people read."""
        return self.display_name

    def get_short_name(self) -> str:
        """The name that people read."""
        return self.display_name

    @property
    def is_administrator(self) -> bool:
        """One of the three who run the house and do no business in it."""
        return self.role in ADMINISTRATORS


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
        _("编码"),
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
            _length("name", UNIT_NAME_LENGTH, "people_unit_name_length"),
            _length("short_name", CODE_LENGTH, "people_unit_short_name_length", shortest=0),
            _length("code", CODE_LENGTH, "people_unit_code_length"),
            _half_open("people_unit_period"),
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
        _("编码"),
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
            _length("name", NAME_LENGTH, "people_post_name_length"),
            _length("code", CODE_LENGTH, "people_post_code_length"),
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
            _length("word", WORD_LENGTH, "people_postresponsibility_word_length"),
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
            _half_open("people_appointment_period"),
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
