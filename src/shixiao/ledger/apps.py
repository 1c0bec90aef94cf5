"""The room of the ledger."""

from datetime import datetime, timedelta

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from shixiao.ledger import checks as _checks  # registers the start-up checks
from shixiao.ledger.jobs import Job


def fold_facts(now: datetime) -> int:
    """A job of the worker: versions of facts go into the cells."""
    from shixiao.ledger import folding  # needs the models, which are there by the time the worker calls

    return folding.fold(now)


def freeze_readings(now: datetime) -> int:
    """A job of the worker: what was read at the end of a day that is over is kept."""
    from shixiao.ledger import freezing  # needs the models

    return freezing.freeze(now)


class LedgerConfig(AppConfig):
    """The book of events; on start it hears from each room's `events.py` what can happen."""

    name = "shixiao.ledger"
    label = "ledger"
    verbose_name = _("台账")
    jobs = (
        Job("ledger.fold", every=timedelta(seconds=5), run=fold_facts),
        Job("ledger.freeze", every=timedelta(minutes=10), run=freeze_readings),
    )

    def ready(self) -> None:
        """Learn every kind of event."""
        autodiscover_modules("events")


__all__ = ["LedgerConfig", "_checks"]
