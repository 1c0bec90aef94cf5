"""The room of people."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from shixiao.people import checks as _checks  # registers the start-up checks


class PeopleConfig(AppConfig):
    """Accounts, roles and sign-in."""

    name = "shixiao.people"
    label = "people"
    verbose_name = _("人员")

    def ready(self) -> None:
        """Learn every responsibility."""
        autodiscover_modules("responsibilities")


__all__ = ["PeopleConfig", "_checks"]
