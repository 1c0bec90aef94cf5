"""The room of people."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from shixiao.people import checks as _checks  # registers the start-up checks
from shixiao.ui import menu


def reads_the_book(request: HttpRequest) -> bool:
    """Only the auditor's menu has the book; who may is asked again by the page. An early failure knows nobody yet."""
    from shixiao.people.permissions import may_read_the_book  # models are there only once the rooms are set up

    user = getattr(request, "user", None)
    return user is not None and may_read_the_book(user)


class PeopleConfig(AppConfig):
    """Accounts, roles and sign-in."""

    name = "shixiao.people"
    label = "people"
    verbose_name = _("人员")
    places = (
        menu.Place(_("单位与人员"), "people:units", icon="units", order=700, within=("people/",)),
        menu.Place(_("事件簿"), "people:book", icon="events", order=700, within=("people/book/",), who=reads_the_book),
    )

    def ready(self) -> None:
        """Learn every responsibility."""
        autodiscover_modules("responsibilities")


__all__ = ["PeopleConfig", "_checks"]
