"""Accounts: who signs in, and what for."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.people.models.limits import CODE_LENGTH, NAME_LENGTH, is_printable, length_within

if TYPE_CHECKING:
    from shixiao.people.permissions import Mandates


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
    # Somebody else chose the password, so it is good for one sign-in.
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    password_set_at = models.DateTimeField(_("密码设定时间"), null=True, blank=True)
    left_on = models.DateField(_("离开日期"), null=True, blank=True)

    # What posts give, kept for the request: (day, mandates). See `people.permissions.mandates`.
    known_mandates: "tuple[date, date, Mandates] | None" = None

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
            length_within("staff_number", CODE_LENGTH, "people_user_staff_number_length", shortest=0),
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
