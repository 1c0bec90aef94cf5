"""Pictures of the board's own pages."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.safestring import SafeString, mark_safe

from shixiao.performance.board.money import MoneyLine
from shixiao.ui import formats

register = template.Library()
WIDTH = 120
CENT = Decimal("0.01")


@register.filter
def wan(amount: Decimal) -> str:
    """An amount in 万元 with two decimals: beside each other they are compared, to the fen they stand where they lead."""
    return formats.money(amount.quantize(CENT, ROUND_HALF_UP))


@register.simple_tag
def three_bars(line: MoneyLine) -> SafeString:
    """What is spent, how much of the year is over, and what is on course, below each other from nothing to the whole. Only a picture: the numbers
    stand beside it."""
    drawn = [
        f'<rect class="{kind}" x="0" y="{y}" width="{min(max(float(share), 0.0), 100.0) * WIDTH / 100:.1f}" height="6"></rect>'
        for kind, y, share in (("m-spent", 1, line.rate), ("m-time", 9, line.time), ("m-good", 17, line.share))
        if share is not None
    ]
    return mark_safe(  # noqa: S308 — numbers and our own words
        f'<svg class="three-bars" width="{WIDTH}" height="24" viewBox="0 0 {WIDTH} 24" aria-hidden="true" focusable="false">'
        f"{''.join(drawn)}</svg>"
    )
