"""The rows of the desk as HTML, put together as those of the plan table are (`performance.markup` says why)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shixiao.people.wordings import said
from shixiao.performance.life.desk import DeskRow
from shixiao.performance.life.filters import ENDS
from shixiao.performance.life.steps import IN_REVIEW, PLANS
from shixiao.ui import formats

_KEY, _PLACE = 999_999_999, 999_999_998


class _Words(NamedTuple):
    states: dict[str, str]
    errors: str
    warnings: str
    hints: str
    none: str
    days: str
    today: str
    late: str
    no_year: str
    same: str
    choose: str
    headings: tuple[str, ...]


@lru_cache(maxsize=4)
def _words(language: str) -> _Words:
    """Everything that a row says, in the language of the page; looked up once."""
    chips = {}
    for state in PLANS.states:
        tone, glyph = ("corrected", "●") if state.name in ENDS else ("hint", "◐")
        tone, glyph = ("error", "↩") if state.name == "returned" else (tone, glyph)
        title = escape(said(state.title))
        chips[state.name] = f'<span class="chip chip-{tone}"><span aria-hidden="true">{glyph}</span> {title}</span>'
    headings = (_("部门和年度"), _("现在"), _("等待"), _("发现"), _("比上年"), _("金额（万元）"))
    return _Words(
        chips, escape(_("错误")), escape(_("警告")), escape(_("提示")), escape(_("没有发现")), _("%(n)s 天"), escape(_("不到一天")),
        escape(_("已超期")), escape(_("没有上年的表")), escape(_("行没有变化")), escape(_("选")), tuple(map(escape, headings)),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _addresses(prefix: str) -> tuple[str, str]:
    """The address of a review, and of a version, with numbers to be put in."""
    review = reverse("performance:plan_review", args=[_KEY]).replace(str(_KEY), "{case}")
    version = reverse("performance:version", args=[_KEY, _PLACE])
    return review, version.replace(str(_KEY), "{plan}").replace(str(_PLACE), "{version}")


def rows(listed: Iterable[DeskRow], *, now: datetime) -> SafeString:
    """A `tr` for each plan."""
    words, (review, version) = _words(get_language() or ""), _addresses(reverse("performance:home"))
    pieces = [_row(row, words, review, version, now) for row in listed]
    return mark_safe("".join(pieces))  # noqa: S308 — every text of it is escaped above


def _row(row: DeskRow, words: _Words, review: str, version: str, now: datetime) -> str:
    here, table = review.format(case=row.case), version.format(plan=row.plan, version=row.version)
    name = escape(row.department)
    tick = (
        f'<input type="checkbox" name="case" value="{row.case}" aria-label="{words.choose} {name}">'
        if row.state in IN_REVIEW
        else ""
    )
    heads = words.headings
    return (
        f'<tr><td class="tick">{tick}</td><th scope="row"><a href="{here}" lang="zh-Hans">{name}</a>'
        f'<br><span class="soft small">{row.year} · {escape(row.number)} · v{row.version}</span></th>'
        f'<td data-label="{heads[1]}">{words.states[row.state]}</td>'
        f'<td data-label="{heads[2]}">{_waits(row, words, now)}</td>'
        f'<td data-label="{heads[3]}">{_findings(row, words, table)}</td>'
        f'<td data-label="{heads[4]}">{_changes(row, words, here)}</td>'
        f'<td class="number" data-label="{heads[5]}">{_amounts(row)}</td></tr>\n'
    )


def _waits(row: DeskRow, words: _Words, now: datetime) -> str:
    if row.state in ENDS:
        return ""
    days = (now - row.waits_since).days
    text = words.days % {"n": days} if days else words.today
    is_late = row.limit_at is not None and row.limit_at <= now
    return f'{text} <span class="tone-red small">{words.late}</span>' if is_late else text


def _findings(row: DeskRow, words: _Words, table: str) -> str:
    counts = (
        ("error", "✕", row.errors, words.errors),
        ("warning", "▲", row.warnings, words.warnings),
        ("hint", "△", row.hints, words.hints),
    )
    shown = [
        f'<a class="chip chip-{severity}" href="{table}?check={severity}" title="{word}"><span aria-hidden="true">{glyph}</span>'
        f'<span class="visually-hidden">{word} </span>{times}</a>'
        for severity, glyph, times, word in counts
        if times
    ]
    return f'<span class="checks">{"".join(shown)}</span>' if shown else f'<span class="soft">{words.none}</span>'


def _changes(row: DeskRow, words: _Words, here: str) -> str:
    if row.compared is None:
        return f'<span class="soft">{words.no_year}</span>'
    if not (row.added or row.removed or row.changed):
        return words.same
    return f'<a href="{here}#last-year">＋{row.added} －{row.removed} ±{row.changed}</a>'


def _amounts(row: DeskRow) -> str:
    now = formats.money(row.amount_now)
    if row.amount_before is None or row.amount_now is None:
        return now
    return f'{now}<br><span class="soft small">{signed(row.amount_now - row.amount_before)}</span>'


def signed(amount: Decimal) -> str:
    """An amount of change: its sign is never left out."""
    return ("+" if amount > 0 else "−" if amount < 0 else "±") + formats.money(abs(amount))
