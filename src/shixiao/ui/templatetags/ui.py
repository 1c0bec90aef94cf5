"""Tags and filters of every room's templates."""

from functools import lru_cache

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shixiao.ui import formats, menu, offline, statuses

register = template.Library()

register.filter("money", formats.money)
register.filter("day", formats.day)
register.filter("instant", formats.instant)


@register.simple_tag(takes_context=True)
def menu_entries(context: template.Context) -> list[menu.Entry]:
    """The menu for the page being shown."""
    request: HttpRequest | None = context.get("request")
    return menu.entries(request.path if request else "", request)


@register.simple_tag(takes_context=True)
def places_beside_person(context: template.Context) -> list[menu.Entry]:
    """What stands beside the person's name, with how much waits there."""
    return menu.beside_person(context.get("request"))


@register.filter
def is_inside(request: HttpRequest | None) -> bool:
    """The page is shown inside a messenger (`ui.offline`)."""
    return offline.is_inside(request)


@register.simple_tag
def address_of(url_name: str) -> str:
    """The address, or nothing where the room that has it is not installed."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@register.simple_tag
def status(name: str, count: int | None = None) -> SafeString:
    """Word, glyph and colour of a status together; with `count` the number stands before the word."""
    return statuses.badge(name, count=count)


@register.simple_tag
def symbol(name: str) -> SafeString:
    """A small picture from the icon sheet, decoration only."""
    return _symbol(name, statuses.icon_sheet())


@lru_cache(maxsize=256)
def _symbol(name: str, from_sheet: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', from_sheet, name)
