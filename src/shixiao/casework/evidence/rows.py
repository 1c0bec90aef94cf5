"""Lines of the board as rows of a page: everything in words already, so that a template only puts it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.casework import offices
from shixiao.casework.evidence import bars, figures, guarding
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.lines import Line, RatioLine
from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.standing import Standing, Watch
from shixiao.casework.evidence.verdicts import part_words, standing_mark
from shixiao.engine.measures import Aspect, Reading, Reads
from shixiao.people.wordings import said

OF_AMOUNTS = frozenset({Reads.SUM, Reads.MEAN, Reads.STOCK})
WATCHED = frozenset({Standing.NO_EVIDENCE, Standing.NOTHING_OCCURRED})


class Row(NamedTuple):
    """One gauge. `other` is the figure with what was excluded put back; `head` its name, `tail` its bar and parts with their links."""

    head: str
    mark: str
    value: str
    other: str
    tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The gauges of one office, or of one of its registers, as rows of a table."""

    title: str
    rows: SafeString


def groups_of(lines: Sequence[Line | RatioLine], chosen: Chosen) -> list[Group]:
    """The rows by office and register. Put together here: a template takes several times as long over hundreds of them (`make bench`)."""
    titles = {office.label: said(office.title) for office in offices.installed()}
    writer = _Writer(chosen)
    labels = (escape(_("读数")), escape(_("计入后")))
    found = []
    for (office, group), several in groupby(lines, key=lambda line: (line.office, line.group)):
        title = titles.get(office, office)
        made = (writer.ratio(line) if isinstance(line, RatioLine) else writer.row(line) for line in several)
        rows = mark_safe("\n".join(_drawn(row, labels) for row in made))  # noqa: S308 — every text is escaped
        found.append(Group(title=f"{title} · {group}" if group else title, rows=rows))
    return found


def _drawn(row: Row, labels: tuple[str, str]) -> str:
    return (
        f'<tr><th scope="row">{row.head}</th><td class="ev-state">{row.mark}</td>'
        f'<td class="number ev-value" data-label="{labels[0]}">{row.value}</td>'
        f'<td class="number" data-label="{labels[1]}">{row.other}</td><td class="ev-parts">{row.tail}</td></tr>'
    )


class _Writer:
    """Writes rows. What is the same in hundreds of them is worked out once."""

    def __init__(self, chosen: Chosen) -> None:
        self.is_narrowed = chosen.is_narrowed
        self.start = reverse("casework:gauge", args=(0,)).removesuffix("0/")
        self.query = escape(chosen.scope)
        self.marks = {each: standing_mark(each) for each in Standing}
        self.closed = escape(_("只显示比率，不可打开"))
        self.words: dict[tuple[Aspect, Reads], dict[str, str]] = {}

    def row(self, line: Line) -> Row:
        """One gauge. Numbers, and words and addresses that are escaped."""
        gauge, reading = line.gauge, line.reading
        address = f"{self.start}{gauge.id}/?{self.query}"
        detail = f' <span class="soft small">{escape(gauge.detail)}</span>' if gauge.detail else ""
        head = f'<a href="{address}">{escape(gauge.wording)}</a>{detail}'
        if line.standing is Standing.HIDDEN:
            value = guarding.hidden_value(reading, gauge, is_narrowed=self.is_narrowed)
            return Row(head, self.marks[line.standing], escape(value), "", _soft(self.closed))
        drawn = bars.parts(reading, address) if gauge.reads not in OF_AMOUNTS else ""
        note = watch_note(line.watch) if line.standing in WATCHED else ""
        tail = f"{drawn}{self._parts(reading, gauge, address)}{_soft(escape(note)) if note else ''}"
        return Row(
            head,
            self.marks[line.standing],
            escape(figures.value(reading, gauge)),
            escape(figures.with_exclusions(reading, gauge)),
            tail,
        )

    def ratio(self, line: RatioLine) -> Row:
        """A rate: its two parts, each a link to its own page."""
        both = (line.numerator, line.denominator)
        links = []
        for each in both:
            value = "" if each.standing is Standing.HIDDEN else escape(figures.value(each.reading, each.gauge))
            links.append(
                f'<a class="part" href="{self.start}{each.gauge.id}/?{self.query}">{escape(each.gauge.wording)} <b>{value}</b></a>'
            )
        value = figures.percent(line.value) if line.ratio.unit == "%" else figures.of_ratio(line.value, line.ratio.unit)
        if line.standing is Standing.HIDDEN:
            value = _("不显示")
        return Row(escape(said(line.ratio.wording)), self.marks[line.standing], escape(value), "", " ÷ ".join(links))

    def _parts(self, reading: Reading, gauge: Named, address: str) -> str:
        """按时 412 · 超时 3: each a link to its cases."""
        words = self._words(gauge)
        numbers = (
            ("met", reading.met),
            ("missed", reading.missed),
            ("pending", reading.pending),
            ("not_counted", reading.not_counted),
            ("amount", reading.amounts),
        )
        return " ".join(
            f'<a class="part is-{name}" href="{address}&amp;part={name}">{words[name]} <b>{number:,}</b></a>'
            for name, number in numbers
            if number
        )

    def _words(self, gauge: Named) -> dict[str, str]:
        key = (gauge.measure.aspect, gauge.reads)
        if key not in self.words:
            self.words[key] = {name: escape(word) for name, word in part_words(gauge).items()}
        return self.words[key]


def _soft(text: str) -> str:
    """What is escaped already."""
    return f'<span class="soft small">{text}</span>'


def watch_note(watch: Watch | None) -> str:
    """What the nil returns say."""
    if watch is None:
        return ""
    if watch.missing:
        return ngettext("缺零报告 %(n)d 期", "缺零报告 %(n)d 期", watch.missing) % {"n": watch.missing}
    if not watch.signed:
        return _("还没有零报告")
    return ngettext("零报告 %(n)d 期", "零报告 %(n)d 期", watch.signed) % {"n": watch.signed}
