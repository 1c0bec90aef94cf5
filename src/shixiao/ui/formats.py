"""How amounts, days and counts look, in the language of the page."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language

CENTS = Decimal("0.01")
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def is_english() -> bool:
    """Whether the page is in English; Chinese in every other case."""
    return (get_language() or "").startswith("en")


def money(amount: Decimal | None) -> str:
    """An amount in 万元： thousands separators and two decimals, more only where the amount has more.

    An empty cell stays empty: it is not zero.
    """
    if amount is None:
        return ""
    exact = amount.normalize()
    if exact.is_zero():
        return "0.00"
    shown = amount.quantize(CENTS)
    return f"{shown:,f}" if shown == amount else f"{exact:,f}"


def day(moment: date | datetime | None) -> str:
    """2026年6月30日 or 30 June 2026, in local time."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    if is_english():
        return f"{moment.day} {ENGLISH_MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment.year}年{moment.month}月{moment.day}日"


def instant(moment: datetime | None) -> str:
    """The day with hours and minutes, in local time."""
    return f"{day(moment)} {timezone.localtime(moment):%H:%M}" if moment else ""
