"""The office's local time. One time zone for the whole house (`settings.TIME_ZONE`), whatever somebody's browser thinks."""

from datetime import date, datetime, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone


def zone() -> ZoneInfo:
    """The office's local time; Django keeps it, since every step asks several times."""
    here: tzinfo = get_default_timezone()
    return cast("ZoneInfo", here)


def local(moment: datetime) -> datetime:
    """The same moment in the office. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(zone())


def local_day(moment: datetime) -> date:
    """The date of `moment` in the office."""
    return local(moment).date()
