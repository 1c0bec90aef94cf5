"""`shixiao diff`: what changed between two tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from shixiao.engine import changes
from shixiao.engine.bilingual import Text
from shixiao.engine.changes import Change, FieldChange, How
from shixiao.engine.plans import Plan
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN
from shixiao.site.cli.sources import read_document
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.wording import visible

SCHEMA = "urn:shixiao:schema:diff:1"
DIFFERENT = 1
_SIGNS = {How.ADDED: "+", How.REMOVED: "-", How.CHANGED: "~"}
_COLOURS = {How.ADDED: "good", How.REMOVED: "error", How.CHANGED: "warning"}
_LEVELS = ("plan", "unit", "project", "indicator")
_NOUNS = {
    "plan": Text("整张表", "the table"),
    "unit": Text("单位", "unit"),
    "project": Text("项目", "project"),
    "indicator": Text("指标", "indicator"),
}


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Compare OLD with NEW; exit status 1 when anything is different. Raises Refused when one cannot be read."""
    old, new = wishes.words("OLD")[0], wishes.words("NEW")[0]
    found = list(_changes(read_document(old, terminal).plans, read_document(new, terminal).plans))
    if wishes.chosen("format") == "json":
        terminal.line(json.dumps(_form(old, new, found), ensure_ascii=False, indent=1))
    else:
        for line in _lines(found, terminal):
            terminal.line(line)
    return DIFFERENT if found else CLEAN


def _changes(olds: tuple[Plan, ...], news: tuple[Plan, ...]) -> Iterator[tuple[int, Change]]:
    """The changes of each table with its number. Tables of one file are compared in order."""
    for number in range(1, max(len(olds), len(news)) + 1):
        old = olds[number - 1] if number <= len(olds) else None
        new = news[number - 1] if number <= len(news) else None
        if old and new:
            yield from ((number, change) for change in changes.compare(old, new))
        else:
            yield number, Change("plan", How.ADDED if new else How.REMOVED)


# ---- for people ------------------------------------------------------------------------------------------------


def _lines(found: list[tuple[int, Change]], terminal: Terminal) -> Iterator[str]:
    if not found:
        yield terminal.say(Text("没有不同。", "no differences."))
        return
    heading: tuple[int, str | None, str | None] | None = None
    for table, change in found:
        if change.of == "indicator" and heading != (heading := (table, change.unit, change.project)):
            yield terminal.paint(f"{visible(change.project or '')}  {visible(change.unit or '')}", "strong")
        elif change.of != "indicator":
            heading = None
        yield from _change_lines(change, terminal)
    yield ""
    yield terminal.say(_summary([change for _table, change in found]))


def _change_lines(change: Change, terminal: Terminal) -> Iterator[str]:
    name = {"unit": change.unit, "project": change.project, "indicator": change.indicator}.get(change.of) or ""
    row = change.row_after if change.row_after is not None else change.row_before
    which = terminal.say(Text(f"第 {row} 条 ", f"row {row} ")) if row is not None else ""
    noun = "" if change.of == "indicator" else f"{terminal.say(_NOUNS[change.of])} "
    words = f"{_SIGNS[change.how]} {noun}{which}{visible(name)}".rstrip()
    yield "  " * (change.of == "indicator") + terminal.paint(words, _COLOURS[change.how])
    for field in change.fields:
        yield "      " + _field_line(field, terminal)


def _field_line(field: FieldChange, terminal: Terminal) -> str:
    label = terminal.say(changes.field_name(field.field))
    words = "".join(_piece(piece, terminal) for piece in field.pieces)
    after = ""
    if field.tendency:
        after = f"  ({terminal.say(changes.TENDENCIES[field.tendency])})"
    elif field.difference is not None:
        after = f"  ({field.difference:+,f})"
    return f"{label}{terminal.say(Text('：', ': '))}{words}{after}"


def _piece(piece: changes.Piece, terminal: Terminal) -> str:
    """Unchanged words as they are; what went as [-…-], what came as {+…+}, as word diffs are usually written."""
    if piece.is_same:
        return visible(piece.before)
    gone = terminal.paint(f"[-{visible(piece.before)}-]", "error") if piece.before else ""
    come = terminal.paint(f"{{+{visible(piece.after)}+}}", "good") if piece.after else ""
    return gone + come


def _summary(found: list[Change]) -> Text:
    counts = Counter((change.of, change.how) for change in found)
    zh, en = [], []
    for of in _LEVELS:
        parts = [(how, counts[of, how]) for how in How if counts[of, how]]
        if parts:
            zh.append(_NOUNS[of].zh + "、".join(f"{changes.HOW[how].zh} {count}" for how, count in parts))
            en.append(f"{_NOUNS[of].en}: " + ", ".join(f"{count} {changes.HOW[how].en}" for how, count in parts))
    moved = Counter(_tendency_of(change) for change in found)
    for which, words in changes.TENDENCIES.items():
        if moved[which]:
            zh.append(f"{words.zh} {moved[which]} 条")
            en.append(f"{words.en}: {moved[which]}")
    return Text("；".join(zh) + "。", "; ".join(en) + ".")


def _tendency_of(change: Change) -> changes.Tendency | None:
    """The tendency of the annual target, or of the cycle's where that one alone moved."""
    found = [field.tendency for field in change.fields if field.tendency]
    return found[-1] if found else None


# ---- for programs ----------------------------------------------------------------------------------------------


def _form(old: str, new: str, found: list[tuple[int, Change]]) -> dict[str, Any]:
    return {"schema": SCHEMA, "old": old, "new": new, "changes": [_change(table, change) for table, change in found]}


def _change(table: int, change: Change) -> dict[str, Any]:
    return {
        "table": table,
        "of": change.of,
        "how": change.how.value,
        "unit": change.unit,
        "project": change.project,
        "indicator": change.indicator,
        "row_before": change.row_before,
        "row_after": change.row_after,
        "fields": [_field(field) for field in change.fields],
    }


def _field(field: FieldChange) -> dict[str, Any]:
    return {
        "field": field.field,
        "before": field.before,
        "after": field.after,
        "pieces": [{"before": piece.before, "after": piece.after} for piece in field.pieces],
        "tendency": field.tendency.value if field.tendency else None,
        "difference": None if field.difference is None else f"{field.difference:f}",
    }
