"""Lines of the board as rows of a page: everything in words already, so that a template only puts it down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.casework import offices
from shixiao.casework.evidence import bars, figures, guarding
from shixiao.casework.evidence.board import Line
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.standing import Standing, Watch
from shixiao.casework.evidence.verdicts import part_words, standing_mark
from shixiao.engine.measures import Reading, Reads
from shixiao.people.wordings import said

OF_AMOUNTS = frozenset({Reads.SUM, Reads.MEAN, Reads.STOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One gauge. `other` is the figure with what was excluded put back."""

    address: str
    wording: str
    detail: str
    value: str
    other: str
    mark: SafeString
    bar: SafeString
    parts: SafeString
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The gauges of one office, or of one of its registers."""

    title: str
    rows: tuple[Row, ...]


def groups_of(lines: Sequence[Line], chosen: Chosen) -> list[Group]:
    """The rows by office and register."""
    titles = {office.label: said(office.title) for office in offices.installed()}
    start, query = reverse("casework:gauge", args=(0,)).removesuffix("0/"), chosen.scope
    marks = {each: standing_mark(each) for each in Standing}
    found = []
    for (office, group), several in groupby(lines, key=lambda line: (line.gauge.measure.office, line.gauge.group)):
        title = titles.get(office, office)
        rows = tuple(row_of(line, f"{start}{line.gauge.id}/?{query}", chosen, marks[line.standing]) for line in several)
        found.append(Group(title=f"{title} · {group}" if group else title, rows=rows))
    return found


def row_of(line: Line, address: str, chosen: Chosen, mark: SafeString) -> Row:
    """One row."""
    gauge, reading = line.gauge, line.reading
    if line.standing is Standing.HIDDEN:
        value = guarding.hidden_value(reading, gauge, is_narrowed=chosen.is_narrowed)
        nothing = SafeString("")
        return Row(
            address=address,
            wording=gauge.wording,
            detail=gauge.detail,
            value=value,
            other="",
            mark=mark,
            bar=nothing,
            parts=nothing,
            note=_("只显示比率，不可打开"),
        )
    is_of_cases = gauge.reads not in OF_AMOUNTS
    return Row(
        address=address,
        wording=gauge.wording,
        detail=gauge.detail,
        value=figures.value(reading, gauge),
        other=figures.with_exclusions(reading, gauge),
        mark=mark,
        bar=bars.parts(reading, address) if is_of_cases else SafeString(""),
        parts=_parts(reading, gauge, address),
        note=watch_note(line.watch) if line.standing in (Standing.NO_EVIDENCE, Standing.NOTHING_OCCURRED) else "",
    )


def _parts(reading: Reading, gauge: Named, address: str) -> SafeString:
    """按时 412 · 超时 3: each a link to its cases."""
    words = part_words(gauge)
    numbers: Iterable[tuple[str, int]] = [(name, getattr(reading, name)) for name in bars.PARTS]
    if reading.amounts:
        numbers = [*numbers, ("amount", reading.amounts)]
    found = [
        f'<a class="part is-{name}" href="{escape(address)}&amp;part={name}">{escape(words[name])} <b>{number:,}</b></a>'
        for name, number in numbers
        if number
    ]
    return mark_safe(" ".join(found))  # noqa: S308 — numbers, and words and an address that are escaped


def watch_note(watch: Watch | None) -> str:
    """What the nil returns say."""
    if watch is None:
        return ""
    if watch.missing:
        return ngettext("缺零报告 %(n)d 期", "缺零报告 %(n)d 期", watch.missing) % {"n": watch.missing}
    if not watch.signed:
        return _("还没有零报告")
    return ngettext("零报告 %(n)d 期", "零报告 %(n)d 期", watch.signed) % {"n": watch.signed}
