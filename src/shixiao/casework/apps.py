"""The room of casework."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shixiao.casework.search import checks as _checks  # registers the start-up checks


class CaseworkConfig(AppConfig):
    """Cases, steps, deadlines, search."""

    name = "shixiao.casework"
    label = "casework"
    verbose_name = _("事项")


__all__ = ["CaseworkConfig", "_checks"]
