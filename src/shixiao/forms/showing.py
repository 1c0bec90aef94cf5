"""Content → what is shown: the one place where numbers, dates and ticks become words, for all three kinds of file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, get_args, get_type_hints

from shixiao.forms import hashing
from shixiao.forms.contents import Content, Label, Style
from shixiao.forms.letters import Letter

TICK = "√"
# A placeholder that every form has beyond its fields, beside the picture of its code: the hash in short.
HASH = "校验码"

# What XML cannot hold, and halves of characters. A tab is shown as a space; line ends stay.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Value(NamedTuple):
    """What is shown at one place.

    `text` is what a person reads in every kind of file. Where it is a number, a workbook stores `number` with `pattern`
    (an Excel number format), which shows the same text. `span`: how many rows the cell covers; 0 when the cell above
    covers this one; the text stays, for a template that does not merge.
    """

    text: str
    number: Decimal | None = None
    pattern: str = "General"
    span: int = 1


Row = dict[str, Value]


@dataclass(frozen=True)
class Shown:
    """A form's values by the names of their placeholders, and its repeated rows by the names of their loops.

    `code` is what the small code says, nothing where there is none to draw; `picture` the placeholder where it stands.
    """

    form: str
    title: str
    hash: str
    made_on: date
    values: Row
    rows: dict[str, list[Row]]
    code: str
    picture: str


class Names(NamedTuple):
    """What the templates of a form may and must call. Names of rows stand under the name of their loop."""

    values: frozenset[str]
    rows: dict[str, frozenset[str]]
    needed: frozenset[str]  # values, and "loop.name" for rows
    instead: dict[str, tuple[str, ...]]  # a joined name, and the names that together do instead
    picture: str  # the value that is drawn and not written


def shown(content: Content) -> Shown:
    """Everything a form shows. Texts lose what no file can hold (control characters); nothing else is altered."""
    mark = hashing.content_hash(content)
    plain = {label.name: getattr(content, name) for name, label in labels(type(content)) if label.style is Style.ROWS}
    values = _row(content)
    values[HASH] = Value(hashing.short(mark))
    rows = {name: _merged([_row(each) for each in items], _merging(items)) for name, items in plain.items()}
    said = content.address if isinstance(content, Letter) else hashing.code(content.WORD, mark)
    return Shown(content.WORD, content.TITLE, mark, content.made_on, values, rows, said, content.CODE)


def names(form: type[Content]) -> Names:
    """The placeholders of a form."""
    rows: dict[str, frozenset[str]] = {}
    instead: dict[str, tuple[str, ...]] = {}
    needed = set(form.NEEDED)
    for _, label, row in _loops(form):
        rows[label.name] = frozenset(_names_of(row))
        joined = {f"{label.name}.{name}": parts for name, parts in getattr(row, "JOINED", {}).items()}
        parts = {part for each in joined.values() for part in each}
        needed |= {f"{label.name}.{name}" for name in _names_of(row, only_needed=True) if name not in parts}
        instead |= {name: tuple(f"{label.name}.{part}" for part in each) for name, each in joined.items()}
    needed |= set(_names_of(form, only_needed=True))
    return Names(frozenset({*_names_of(form), HASH, form.CODE}), rows, frozenset(needed), instead, form.CODE)


_KNOWN: dict[type[object], tuple[tuple[str, Label], ...]] = {}


def labels(kind: type[object]) -> tuple[tuple[str, Label], ...]:
    """The fields of a class of `contents`, each with its label, in their order; worked out once for each class."""
    if kind not in _KNOWN:
        _KNOWN[kind] = _labels(kind)
    return _KNOWN[kind]


def _labels(kind: Any) -> tuple[tuple[str, Label], ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple((each.name, _label(hints[each.name])) for each in fields(kind))


def _label(hint: Any) -> Label:
    return next(each for each in get_args(hint) if isinstance(each, Label))


def _loops(form: type[Content]) -> Iterator[tuple[str, Label, type[object]]]:
    hints = get_type_hints(form, include_extras=True)
    for name, label in labels(form):
        if label.style is Style.ROWS:
            yield name, label, get_args(get_args(hints[name])[0])[0]


def _names_of(kind: type[object], *, only_needed: bool = False) -> Iterator[str]:
    for _, label in labels(kind):
        if label.style is Style.ROWS or (only_needed and not label.needed):
            continue
        yield from (each.value for each in label.ticks) if label.ticks else (label.name,)
    yield from getattr(kind, "JOINED", {})


# ---- values --------------------------------------------------------------------------------------------------


def _row(holder: object) -> Row:
    row: Row = {}
    for name, label in labels(type(holder)):
        if label.style is not Style.ROWS:
            row |= _values(getattr(holder, name), label)
    for joined, parts in getattr(holder, "JOINED", {}).items():
        row[joined] = Value("\n".join(row[part].text for part in parts if row[part].text))
    return row


def _values(value: Any, label: Label) -> Row:
    if label.ticks:
        chosen = value if isinstance(value, frozenset) else {value}
        return {each.value: Value(TICK if each in chosen else "") for each in label.ticks}
    return {label.name: _WAYS[label.style](value, label)}


def _text(value: Any, label: Label) -> Value:
    if isinstance(value, Enum):
        value = value.value
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return Value(_UNSHOWABLE.sub("", text))


def _money(value: Decimal | None, label: Label) -> Value:
    if value is None:
        return Value("")
    places = max(2, _places(value))
    return Value(f"{value:,.{places}f}", value, "#,##0." + "0" * places)


def _points(value: Decimal | None, label: Label) -> Value:
    if value is None:
        return Value("")
    places = _places(value)
    return Value(f"{value:.{places}f}", value, "0." + "0" * places if places else "0")


def _percent(value: Decimal | None, label: Label) -> Value:
    if value is None:
        return Value("")
    places = _places(value)
    return Value(f"{value:.{places}f}%", value.scaleb(-2), ("0." + "0" * places if places else "0") + "%")


def _places(value: Decimal) -> int:
    """How many decimals a number has, without the zeros at its end."""
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no amount: a form shows finite numbers only")
    return max(0, -exponent)


def _date(value: date | None, label: Label) -> Value:
    return Value(f"{value.year}年{value.month}月{value.day}日" if value else "")


def _mark(value: bool, label: Label) -> Value:
    return Value(label.name if value else "")


_WAYS = {
    Style.TEXT: _text,
    Style.MONEY: _money,
    Style.POINTS: _points,
    Style.PERCENT: _percent,
    Style.DATE: _date,
    Style.MARK: _mark,
}


# ---- cells that become one -----------------------------------------------------------------------------------


def _merging(items: Sequence[object]) -> list[str]:
    return [label.name for _, label in labels(type(items[0])) if label.merges] if items else []


def _merged(rows: list[Row], columns: list[str]) -> list[Row]:
    """The same rows, where equal values of merging columns below each other span one cell, column within column."""
    for depth, column in enumerate(columns):
        first = 0
        for at in range(1, len(rows) + 1):
            outer = columns[: depth + 1]
            if at < len(rows) and all(rows[at][each].text == rows[first][each].text for each in outer):
                continue
            for covered in range(first, at):
                span = at - first if covered == first else 0
                rows[covered][column] = rows[covered][column]._replace(span=span)
            first = at
    return rows
