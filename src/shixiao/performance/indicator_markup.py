"""Sentences and months of the page of an indicator as HTML, put together here and not in a template (compare `performance.markup`)."""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shixiao.performance import wordings
from shixiao.performance.why import Sentence


class MonthRow(NamedTuple):
    """One month: its bar and parts, the value of the window up to its end as it is known now, and as it was frozen then."""

    title: str
    address: str
    bar: SafeString
    numbers: list[tuple[str, str]]
    value: str
    frozen: str
    has_changed: bool


def paragraph(sentence: Sentence) -> SafeString:
    """A sentence in the language of the page; what has an address is a link."""
    pieces = []
    for each in sentence.pieces:
        text = escape(wordings.said(each.text))
        pieces.append(f'<a href="{escape(each.address)}">{text}</a>' if each.address else text)
    return mark_safe("".join(pieces))  # noqa: S308 — made here, of escaped texts


def months(rows: Iterable[MonthRow], *, has_parts: bool) -> SafeString:
    """The rows of the table of months. `has_parts`: there are columns for the bar and the parts."""
    word = escape(_("与现在所知不同"))
    glyph = f'<span aria-hidden="true">▲</span><span class="visually-hidden">{word}</span>'
    changed = f' <span class="tone-amber">{glyph}</span>'
    return mark_safe("".join([_month(each, changed, has_parts=has_parts) for each in rows]))  # noqa: S308 — as above


def _month(month: MonthRow, changed: str, *, has_parts: bool) -> str:
    title = escape(month.title)
    title = f'<a href="{escape(month.address)}">{title}</a>' if month.address else f'<span class="soft">{title}</span>'
    parts = (
        f'<td class="bar">{month.bar}</td>{"".join([_number(*each) for each in month.numbers])}' if has_parts else ""
    )
    frozen = (
        f"{escape(month.frozen)}{changed if month.has_changed else ''}"
        if month.frozen
        else '<span class="soft">—</span>'
    )
    return (
        f'<tr><th scope="row">{title}</th>{parts}<td class="number">{escape(month.value)}</td>'
        f'<td class="number">{frozen}</td></tr>\n'
    )


def _number(number: str, address: str) -> str:
    inner = f'<a href="{escape(address)}">{escape(number)}</a>' if number else ""
    return f'<td class="number ev-part">{inner}</td>'
