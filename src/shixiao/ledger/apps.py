"""The room of the ledger."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from shixiao.ledger import checks as _checks  # registers the start-up checks


class LedgerConfig(AppConfig):
    """The book of events; on start it hears from each room's `events.py` what can happen."""

    name = "shixiao.ledger"
    label = "ledger"
    verbose_name = _("台账")

    def ready(self) -> None:
        """Learn every kind of event."""
        autodiscover_modules("events")


__all__ = ["LedgerConfig", "_checks"]
