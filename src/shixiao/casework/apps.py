"""The room of the counter."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shixiao.casework import checks as _checks  # registers the start-up checks
from shixiao.casework.search import checks as _search_checks
from shixiao.ui import menu


class CaseworkConfig(AppConfig):
    """Cases, step tables, deadlines, tags, attachments, search."""

    name = "shixiao.casework"
    label = "casework"
    verbose_name = _("办事台")
    places = (menu.Place(_("待办"), "casework:todo", icon="todo", order=5, within=("todo/", "cases/", "filters/")),)


__all__ = ["CaseworkConfig", "_checks", "_search_checks"]
