"""An account: who signs in, and what post the person holds."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 64


def is_printable(text: str) -> None:
    """No NUL (PostgreSQL refuses it), no lone surrogate (both databases do), no other control character."""
    if not text.isprintable():
        raise ValidationError(_("名称里有看不见的控制字符。请重新输入，不要粘贴。"), code="unprintable")


class Role(models.TextChoices):
    """What an account is for. Posts and units come beside it later; a role stays one word on the account."""

    OFFICER = "officer", _("绩效管理员")
    READER = "reader", _("查看")


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
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    language = models.CharField(_("语言"), max_length=8, choices=Language, blank=True, default=Language.BROWSER)
    is_active = models.BooleanField(_("启用"), default=True)
    is_demonstration = models.BooleanField(_("演示账号"), default=False)
    created_at = models.DateTimeField(_("建立时间"))

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
