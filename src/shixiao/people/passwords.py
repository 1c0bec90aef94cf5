"""What a password must be, when it must be changed, and that none comes back soon."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.people.models import PastPassword, Unit, User

KINDS = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda letter: not letter.isalnum(),
    lambda letter: not letter.isascii(),
)


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        """What is wrong, in the person's language."""
        return _("密码太短，至少要 %(length)d 个字符。") % {"length": self.min_length}


class ManyKinds:
    """Small letters, capitals, digits, signs, other scripts: at least so many of these kinds."""

    def __init__(self, least: int = 2) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` for too few kinds."""
        if sum(any(is_one(letter) for letter in password) for is_one in KINDS) < self.least:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("小写字母、大写字母、数字、符号、汉字，至少要有其中 %(least)d 类。") % {"least": self.least}


class NotNear:
    """Not made of words that everybody here would try first: the product's and the trade's, the office's units, its own address.

    What is left of the password without them must be long enough by itself: `shixiao-2026` has nothing left, a sentence with a unit's name
    in it has. The words are listed in docs/howto/people.md.
    """

    LEAST = 8
    WORDS = (
        "shixiao", "实效", "jixiao", "绩效", "bangongting", "bangongshi", "办公厅", "办公室", "zhengfu", "政府", "jiguan", "机关",
        "guangzhou", "广州", "guangdong", "广东", "admin", "administrator", "管理员", "guanliyuan", "password", "passw0rd", "mima", "密码",
        "office", "qwerty", "welcome", "changeme",
    )  # fmt: skip
    _YEAR = re.compile(r"(?:19|20)\d\d")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = [part for name in names for part in name.split(".")]

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` for a password that is near. One statement, for the names of units; a demonstration is public anyway."""
        if isinstance(user, User) and user.is_demonstration:
            return
        units = Unit.objects.values_list("name", "short_name", "code")
        words = {*self.WORDS, *self.names, *(each for row in units for each in row)}
        rest = _folded(password)
        for word in sorted((_folded(each) for each in words), key=len, reverse=True):
            rest = rest.replace(word, "") if len(word) > (2 if word.isascii() else 1) else rest
        rest = self._YEAR.sub("", rest)
        if rest != _folded(password) and len(rest) < self.LEAST:
            raise ValidationError(self.get_help_text(), code="password_near")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("密码不能主要由单位名称、系统名称和年份这类别人容易猜到的词组成。")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


class NotAgain:
    """None of the last so many passwords of the account, the present one included."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` for a password it had lately. A new account has had none."""
        if not isinstance(user, User) or user.pk is None or not self.last:
            return
        past = user.past_passwords.order_by("-id").values_list("password", flat=True)[: self.last - 1]
        if any(check_password(password, each) for each in (user.password, *past)):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("不能用最近 %(last)d 次用过的密码。") % {"last": self.last}


def forget_old(user: User) -> None:
    """Keep only as many past passwords as are asked about."""
    kept = user.past_passwords.order_by("-id").values_list("id", flat=True)[: settings.SHIXIAO_PASSWORDS_REMEMBERED]
    PastPassword.objects.filter(user=user).exclude(id__in=list(kept)).delete()


def is_due(user: User, *, now: datetime) -> bool:
    """The password must be changed before anything else. A demonstration account's never must."""
    if user.is_demonstration:
        return False
    days: int = settings.SHIXIAO_PASSWORD_DAYS
    is_old = bool(days) and now - (user.password_set_at or user.created_at) >= timedelta(days=days)
    return user.must_change_password or is_old


def why_due(user: User, *, now: datetime) -> str:
    """The sentence for the page on which it is changed; empty where it need not be."""
    if not is_due(user, now=now):
        return ""
    if user.must_change_password:
        return _("这个密码是管理员设定的。请先改成只有您自己知道的密码。")
    days: int = settings.SHIXIAO_PASSWORD_DAYS
    return ngettext("密码已用满 %(days)d 天，请先更换。", "密码已用满 %(days)d 天，请先更换。", days) % {"days": days}
