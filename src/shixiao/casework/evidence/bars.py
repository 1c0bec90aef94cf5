"""Bars of met, missed, pending and not counted, from zero, each part a link. Only pictures: their numbers and links stand beside.

Drawn here and not in a template: a page of all gauges has hundreds of them.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from shixiao.engine.measures import Reading

PARTS = ("met", "missed", "pending", "not_counted")
_START = '<svg class="ev-bar" height="14" width="100%" aria-hidden="true" focusable="false">'
_GAP = 0.4  # of a hundred, between two parts


def parts(reading: Reading, address: str, *, whole: int | None = None) -> SafeString:
    """The four parts of a reading beside each other; `whole` is what the full width stands for. `address` ends in a query, to which
    the part is added, and is escaped already; without one nothing is a link."""
    numbers = [(name, getattr(reading, name)) for name in PARTS]
    full = whole or sum(number for _name, number in numbers)
    if not full:
        return SafeString("")
    drawn, x = [_START], 0.0
    for name, number in numbers:
        if not number:
            continue
        width = number * 100 / full
        rect = f'<rect class="is-{name}" x="{x:.2f}%" width="{max(width - _GAP, 0.3):.2f}%" height="14"></rect>'
        drawn.append(f'<a href="{address}&amp;part={name}" tabindex="-1">{rect}</a>' if address else rect)
        x += width
    drawn.append("</svg>")
    return mark_safe("".join(drawn))  # noqa: S308 — numbers, our own words, and an address that is escaped


def amount(part: Decimal, whole: Decimal, address: str) -> SafeString:
    """One amount, against the largest of its table."""
    if not whole or not part:
        return SafeString("")
    kind = "is-negative" if part < 0 else "is-amount"
    width = min(abs(part) * 100 / whole, Decimal(100))
    rect = f'<rect class="{kind}" width="{width:.2f}%" height="14"></rect>'
    inner = f'<a href="{escape(address)}" tabindex="-1">{rect}</a>' if address else rect
    return mark_safe(f"{_START}{inner}</svg>")  # noqa: S308


def largest(amounts: Sequence[Decimal]) -> Decimal:
    """What the full width stands for."""
    return max((abs(each) for each in amounts), default=Decimal(0))
