"""The rows of the plan table as HTML.

A template spends ten times as long on 123 rows of six cells as it takes to read them from the database (measured:
`make bench`), so the rows are put together here; everything around them stands in the template.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shixiao.ui.statuses import badge


class Chip(NamedTuple):
    """A finding as a mark in a table."""

    severity: str
    glyph: str
    rule: str
    text: str


class Row(NamedTuple):
    """An indicator as the table shows it. `cycle` and `cycle_plain` are empty where they say the same."""

    row: int
    class_title: str
    name: str
    annual: str
    cycle: str
    plain: str
    cycle_plain: str
    marks: str


class RowMarkup:
    """Writes rows in the language of the page; `base` is the address of the plan."""

    def __init__(self, base: str) -> None:
        self.base = escape(base)
        self.plain_label = escape(_("读作"))
        self.cycle_label = escape(_("实施周期"))

    def row(self, row: Row) -> str:
        """One `tr`, every text escaped."""
        return (
            f'<tr class="indicator" id="row-{row.row}"><td class="seq">{row.row}</td>'
            f'<td class="class">{escape(row.class_title)}</td>'
            f'<td class="name" lang="zh-Hans"><a href="{self.base}{row.row}/">{escape(row.name) or row.row}</a></td>'
            f'<td class="wording" lang="zh-Hans">{escape(row.annual)}{self._cycle(row.cycle)}</td>'
            f'<td class="plain" data-label="{self.plain_label}">{escape(row.plain)}{self._cycle(row.cycle_plain)}</td>'
            f'<td class="checks-cell">{row.marks}</td></tr>\n'
        )

    def _cycle(self, text: str) -> str:
        return f'<span class="cycle"><b>{self.cycle_label}</b> {escape(text)}</span>' if text else ""


def joined(pieces: Iterable[str]) -> SafeString:
    """Finished pieces of HTML, one after the other."""
    return mark_safe("".join(pieces))  # noqa: S308 — made here, of escaped texts


def marks(chips: Iterable[Chip], *, is_doubtful: bool = False, is_corrected: bool = False) -> SafeString:
    """The marks of a row, a project or a unit; nothing where there are none."""
    said = [f'<span class="chip chip-doubtful">{badge("doubtful")}</span>'] if is_doubtful else []
    said += [f'<span class="chip chip-corrected">{badge("corrected")}</span>'] if is_corrected else []
    said += [_chip(chip) for chip in chips]
    return joined(['<span class="checks">', *said, "</span>"] if said else [])


@lru_cache(maxsize=20_000)
def _chip(chip: Chip) -> str:
    address = reverse("performance:rule", args=[chip.rule])
    return (
        f'<a class="chip chip-{chip.severity}" href="{address}" title="{escape(chip.text)}">'
        f'<span aria-hidden="true">{chip.glyph}</span>{escape(chip.rule)}</a>'
    )


def options(offered: Iterable[tuple[str, str]], *, chosen: str) -> SafeString:
    """The options of a select: value and words."""
    return joined(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in offered
    )


def funds(total: str, sources: Iterable[tuple[str, str]]) -> SafeString:
    """The amount of a head, and by source."""
    if not total:
        return joined([])
    parts = "".join(f' <span class="soft">{escape(title)} {amount}</span>' for title, amount in sources)
    return joined([f'<span class="funds"><b>{total}</b> {escape(_("万元"))}{parts}</span>'])
