"""Backups as a room of Django: its events, its page, its entry in the menu."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao.ui import menu


def keeps_the_house(request: HttpRequest) -> bool:
    """Only the system administrator's menu has backups; who may is asked again by the page."""
    from shixiao.people.permissions import may_keep_accounts  # models are there only once the rooms are set up

    return may_keep_accounts(request.user)


class BackupConfig(AppConfig):
    """Backups, restores and drills."""

    name = "shixiao.site.backup"
    label = "backup"
    verbose_name = _("备份与恢复")
    places = (
        menu.Place(
            _("备份与恢复"), "backup:backups", icon="archive", order=710, within=("backups/",), who=keeps_the_house
        ),
    )
