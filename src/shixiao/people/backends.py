"""Checks a name and a password, and reads the account of each request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models.expressions import BaseExpression

from shixiao.people.models import User

Carried = Callable[[int], BaseExpression]
_carried: dict[str, Carried] = {}


def carry(name: str, of: Carried) -> None:
    """Have every account that a request reads bring `name` along in the same statement: `of` gives the expression for an account's id.
    For rooms above that say something on every page; it must cost next to nothing. The same name again takes the place of the one before."""
    _carried[name] = of


class Accounts(ModelBackend):
    """Passwords in our own database. Demonstration accounts work only while the demonstration runs."""

    def get_user(self, user_id: int) -> User | None:
        """The account of the session, with what is carried along; None where it may not work any more."""
        carried = {name: of(int(user_id)) for name, of in _carried.items()}
        user = User.objects.annotate(**carried).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and no demonstration account outside a demonstration: an open session ends with it, too."""
        return super().user_can_authenticate(user) and (settings.SHIXIAO_DEMO or not user.is_demonstration)
