"""How the amounts of this desk look: 万元 with two decimals in overviews, exact yuan beside the cases."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shixiao.offices.payments.rounds import period_words
from shixiao.offices.payments.steps import SOURCES
from shixiao.people.wordings import said

register = template.Library()
TITLES = dict(SOURCES)
FEN = Decimal("0.01")


@register.filter
def yuan(amount: Decimal | None) -> str:
    """1,234.50; nothing for no amount, which is not zero."""
    return "" if amount is None else f"{amount:,.2f}"


@register.filter
def wan(amount: Decimal | None) -> SafeString | str:
    """Yuan as 万元 with two decimals, rounded; the exact amount shows when it is pointed at."""
    if amount is None:
        return ""
    shown = (amount / 10_000).quantize(FEN, ROUND_HALF_UP)
    return format_html('<span title="{}">{}</span>', _("%(exact)s 元") % {"exact": f"{amount:,.2f}"}, f"{shown:,}")


@register.filter
def points(difference: Decimal | None) -> str:
    """+3.2 or −8.4 percentage points."""
    if difference is None:
        return ""
    return f"{'+' if difference > 0 else '−' if difference < 0 else ''}{abs(difference)}"


@register.filter
def source_title(code: str) -> str:
    """财政拨款."""
    return said(TITLES[code]) if code in TITLES else code


@register.filter
def period_title(period: str) -> str:
    """2026年3月."""
    return said(period_words(period))


@register.filter
def is_within(path: str, places: tuple[str, ...]) -> bool:
    """The unit with that path is one of the places, or below one."""
    return bool(places) and path.startswith(places)


@register.simple_tag
def bar(part: Decimal | None, whole: Decimal | None, mark: Decimal | None = None) -> SafeString:
    """A bar of `part` in `whole`, at most full; `mark` (in percent) is a line across. Only a picture: its numbers stand beside."""
    share = min(max(part or Decimal(0), Decimal(0)) * 100 / whole, Decimal(100)) if whole else Decimal(0)
    is_over = whole is not None and part is not None and part > whole
    line = format_html('<line x1="{0}%" x2="{0}%" y1="0" y2="14"></line>', mark) if mark is not None else ""
    return format_html(
        '<svg class="pay-bar{}" height="14" aria-hidden="true" focusable="false"><rect class="ground" width="100%" height="14"></rect>'
        '<rect class="part" width="{}%" height="14"></rect>{}</svg>',
        " is-over" if is_over else "",
        share.quantize(FEN),
        line,
    )
