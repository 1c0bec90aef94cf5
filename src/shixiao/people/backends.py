"""Checks a name and a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class Accounts(ModelBackend):
    """Passwords in our own database. Demonstration accounts work only while the demonstration runs."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and no demonstration account outside a demonstration: an open session ends with it, too."""
        return super().user_can_authenticate(user) and (settings.SHIXIAO_DEMO or not user.is_demonstration)
