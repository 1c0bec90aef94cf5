"""The rows of the plan table as HTML.

A template spends ten times as long on 123 rows of six cells as it takes to read them from the database (measured:
`make bench`), so the rows are put together here; everything around them stands in the template.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shixiao.performance.models import Suppression
from shixiao.ui import formats
from shixiao.ui.statuses import badge

if TYPE_CHECKING:
    from shixiao.performance.queries import Beyond, FundsShown, ProjectRows, UnitRows


class Chip(NamedTuple):
    """A finding as a mark in a table; `accepted` is the word for it where it was accepted. `text` is escaped."""

    severity: str
    glyph: str
    rule: str
    text: str
    accepted: str


class Row(NamedTuple):
    """An indicator as the table shows it. `cycle` and `cycle_plain` are empty where they say the same."""

    row: int
    class_title: str
    name: str
    annual: str
    cycle: str
    plain: str
    cycle_plain: str
    chips: Sequence[Chip]
    is_doubtful: bool
    is_corrected: bool
    result: str = ""  # what a self-evaluation published


class Marks:
    """Writes the marks of a row, a project or a unit; nothing where there are none."""

    def __init__(self) -> None:
        self.rules = reverse("performance:rules")
        self.doubtful = f'<span class="chip chip-doubtful">{badge("doubtful")}</span>'
        self.corrected = f'<span class="chip chip-corrected">{badge("corrected")}</span>'

    def of(self, chips: Sequence[Chip], *, is_doubtful: bool = False, is_corrected: bool = False) -> str:
        """The marks, in the order of how much they matter."""
        said = self.doubtful if is_doubtful else ""
        said += self.corrected if is_corrected else ""
        said += "".join([self._chip(chip) for chip in chips])
        return f'<span class="checks">{said}</span>' if said else ""

    def _chip(self, chip: Chip) -> str:
        # The id of a rule is ours, letters and digits.
        if chip.accepted:
            return (
                f'<a class="chip chip-accepted" href="{self.rules}{chip.rule}/" '
                f'title="{chip.accepted}: {chip.text}"><span aria-hidden="true">{chip.glyph}</span>'
                f'<span class="visually-hidden">{chip.accepted} </span>{chip.rule}</a>'
            )
        return (
            f'<a class="chip chip-{chip.severity}" href="{self.rules}{chip.rule}/" title="{chip.text}">'
            f'<span aria-hidden="true">{chip.glyph}</span>{chip.rule}</a>'
        )


class RowMarkup:
    """Writes rows in the language of the page; `base` is the address of the plan."""

    def __init__(self, base: str) -> None:
        self.base = escape(base)
        self.plain_label = escape(_("读作"))
        self.cycle_label = escape(_("实施周期"))
        self.marks = Marks()

    def rows(self, rows: Sequence[Row]) -> list[str]:
        """A `tr` for each, every text escaped."""
        texts = iter(escaped([text for row in rows for text in row[1:7]]))
        return list(map(self._row, rows, texts, texts, texts, texts, texts, texts))  # six at a time

    def _row(self, row: Row, class_title: str, name: str, annual: str, cycle: str, plain: str, cycle_plain: str) -> str:
        marks = self.marks.of(row.chips, is_doubtful=row.is_doubtful, is_corrected=row.is_corrected)
        return (
            f'<tr class="indicator" id="row-{row.row}"><td class="seq">{row.row}</td>'
            f'<td class="class">{class_title}</td>'
            f'<td class="name" lang="zh-Hans"><a href="{self.base}{row.row}/">{name or row.row}</a></td>'
            f'<td class="wording" lang="zh-Hans">{annual}{self._cycle(cycle)}{self._result(row.result)}</td>'
            f'<td class="plain" data-label="{self.plain_label}">{plain}{self._cycle(cycle_plain)}</td>'
            f'<td class="checks-cell">{marks}</td></tr>\n'
        )

    def _cycle(self, text: str) -> str:
        return f'<span class="cycle"><b>{self.cycle_label}</b> {text}</span>' if text else ""

    def _result(self, text: str) -> str:
        return f'<span class="cycle result">{escape(text)}</span>' if text else ""


def escaped(texts: Sequence[str]) -> Sequence[str]:
    """Each text escaped, in one go, which is much faster than one by one. No text of ours holds a NUL; should one,
    they are escaped one by one after all."""
    pieces = escape("\0".join(texts)).split("\0")
    return pieces if len(pieces) == len(texts) else [escape(text) for text in texts]


def body(units: Iterable["UnitRows"]) -> SafeString:
    """The units and projects that have rows to show, with their rows."""
    marks, goal, unit_of_money = Marks(), escape(_("绩效目标")), escape(_("万元"))
    pieces = []
    for unit in units:
        shown = [project for project in unit.projects if project.rows]
        if shown:
            head = _head(unit, marks, unit_of_money)
            pieces.append(
                f'<tbody><tr class="unit" id="unit-{unit.position}"><th colspan="6" scope="rowgroup">{head}</th></tr></tbody>\n'
            )
        for project in shown:
            objective = (
                f'<details class="objective"><summary>{goal}</summary><p lang="zh-Hans">{escape(project.objective)}</p></details>'
                if project.objective
                else ""
            )
            pieces.append(
                f'<tbody><tr class="project" id="project-{unit.position}-{project.position}">'
                f'<th colspan="6" scope="rowgroup">{_head(project, marks, unit_of_money)}{objective}</th></tr>\n'
            )
            pieces += project.rows
            pieces.append("</tbody>\n")
    return _joined(pieces)


def _head(part: "UnitRows | ProjectRows", marks: Marks, unit_of_money: str) -> str:
    name = f'<span><b lang="zh-Hans">{escape(part.name)}</b> {marks.of(part.chips)}</span>'
    result = f'<span class="result">{escape(part.result)}</span>' if part.result else ""
    return f'<span class="head-line">{name}{result}{_funds(part.funds, unit_of_money)}</span>'


def _funds(funds: "FundsShown", unit_of_money: str) -> str:
    """The amount of a head, and by source."""
    if not funds.total:
        return ""
    parts = "".join(f' <span class="soft">{escape(title)} {amount}</span>' for title, amount in funds.sources)
    return f'<span class="funds"><b>{funds.total}</b> {unit_of_money}{parts}</span>'


def tree(units: Iterable["UnitRows"]) -> SafeString:
    """Units and projects with their totals, each a link to its place in the table."""
    nothing = escape(_("这个单位下面没有项目。"))
    pieces = []
    for unit in units:
        pieces.append(
            f'<tr class="total"><th scope="row"><a href="#unit-{unit.position}">{escape(unit.name)}</a></th>'
            f'<td class="number">{unit.funds.total}</td></tr>\n'
        )
        pieces += [
            f'<tr><td class="indent-1"><a href="#project-{unit.position}-{project.position}">{escape(project.name)}</a></td>'
            f'<td class="number">{project.funds.total}</td></tr>\n'
            for project in unit.projects
        ] or [f'<tr><td class="indent-1 soft" colspan="2">{nothing}</td></tr>\n']
    return _joined(pieces)


def beyond(listed: Iterable["Beyond"], *, base: str, may_suppress: bool) -> SafeString:
    """The findings of more than a row: what is open, then what was accepted with who, when and why."""
    ordered = sorted(listed, key=lambda each: each.suppression is not None)
    badges = {name: badge(name) for name in ("error", "warning", "hint", "accepted")}
    accept, withdraw = escape(pgettext("action", "接受")), escape(_("撤回"))
    rules, base = reverse("performance:rules"), escape(base)
    pieces = []
    for chip, place, ask, made in ordered:
        kind, rule, where = "accepted" if made else chip.severity, escape(chip.rule), escape(place)
        address, word = (
            (f"{base}accepted/{made.pk}/withdraw/", withdraw)
            if made
            else (f"{base}findings/{rule}/accept/{escape(ask)}", accept)
        )
        pieces.append(
            f'<li class="{kind}"><span><a class="chip chip-{kind}" href="{rules}{rule}/">{badges[kind]} {rule}</a></span><span>'
            + (f'<b lang="zh-Hans">{where}</b> ' if where else "")
            + chip.text
            + (_answer(made) if made else "")
            + "</span>"
            + (
                f'<span><a href="{address}">{word}<span class="visually-hidden"> {rule} {where}</span></a></span>'
                if may_suppress
                else ""
            )
            + "</li>\n"
        )
    return _joined(['<ul class="overall pad">', *pieces, "</ul>"])


def _answer(made: Suppression) -> str:
    scope = f" · {escape(_('本表里这条规则的全部'))}" if made.is_everywhere else ""
    who = f"{escape(made.made_by.display_name)} · {escape(formats.instant(made.made_at))}{scope}"
    reason = escape(made.reason).replace("\n", "<br>")
    return f'<span class="answer">{reason}<span class="who">{who}</span></span>'


def options(offered: Iterable[tuple[str, str]], *, chosen: str) -> SafeString:
    """The options of a select: value and words."""
    return _joined(
        [
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
            for value, words in offered
        ]
    )


def _joined(pieces: Iterable[str]) -> SafeString:
    """Finished pieces of HTML, one after the other."""
    return mark_safe("".join(pieces))  # noqa: S308 — made here, of escaped texts
