"""The rows under a header → what each says of an indicator, without its reading yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from shixiao.engine.plans import Labelled, Place, Repair
from shixiao.engine.targets.columns import joined
from shixiao.tables.assignments import Field
from shixiao.tables.layouts.indicator_rows.drafts import Entry
from shixiao.tables.layouts.indicator_rows.headers import Header
from shixiao.tables.layouts.indicator_rows.levels import Levels, levels_of, sorted_out
from shixiao.tables.layouts.indicator_rows.money_of import number
from shixiao.tables.layouts.indicator_rows.words import bare, flat, is_level1, is_level2, one_line
from shixiao.tables.repairs import repair

_CYCLE_FIELDS = (
    Field.CYCLE_LEVEL1, Field.CYCLE_LEVEL2, Field.CYCLE_NAME, Field.CYCLE_OPERATOR, Field.CYCLE_VALUE, Field.CYCLE_MEASURE,
)  # fmt: skip
_ANNUAL_FIELDS = (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.OPERATOR, Field.VALUE, Field.MEASURE)
# What is kept in fields of its own, word for word.
_ELSEWHERE = frozenset(
    (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.CYCLE_LEVEL1, Field.CYCLE_LEVEL2, Field.CYCLE_NAME, Field.DIRECTION,
     Field.ACTUAL, Field.DEVIATION, Field.PROJECT, Field.SPENDER, Field.DEPARTMENT, Field.OBJECTIVE, Field.CYCLE_OBJECTIVE,
     Field.ACTUAL_OBJECTIVE, Field.TOTAL, Field.FISCAL, Field.SPECIAL_ACCOUNT, Field.OTHER, Field.IGNORED)
)  # fmt: skip
_OPERATOR_WORDS = frozenset(
    "≥ ≤ > < = ＞ ＜ ＝ >= <= ＞= ＜= ≧ ≦ 〉= 》 ═ == 大于 小于 等于 大于等于 小于等于 大于或等于 小于或等于 不小于 不大于 不低于 不高于 不少于 不超过 "
    "以上 以下 以内 定性 定量 正向 反向 正向指标 反向指标 定性指标 定量指标 约等于 / - — 无 文字描述 区间 其他 计划标准 行业标准 历史标准".split()
)


class Wording:
    """A target of a row: what is printed, put together where it stands in several columns."""

    __slots__ = ("columns", "printed", "words")

    def __init__(self, printed: str, columns: dict[str, str]) -> None:
        self.printed, self.columns = printed, columns
        self.words = printed
        if columns and printed:
            cells = joined(printed, columns)
            self.words = cells.wording if cells.used else printed


class Item:
    """One indicator as a row says it."""

    __slots__ = ("annual", "cycle", "entry", "levels", "name", "number", "repairs")

    def __init__(self, entry: Entry, levels: Levels, name: str) -> None:
        self.entry, self.levels = entry, levels
        self.number, self.name = _numbered(name)
        self.annual: Wording | None = None
        self.cycle: Wording | None = None
        self.repairs: list[tuple[str, dict[str, object]]] = [(code, {"text": levels.level1}) for code in levels.notes]

    @property
    def place(self) -> Place:
        """Where its name stands."""
        has_cycle_name = self.annual is None and Field.CYCLE_NAME in self.entry.header.fields
        return self.entry.place(Field.CYCLE_NAME if has_cycle_name else Field.NAME)

    @property
    def key(self) -> tuple[str, str]:
        """What makes an indicator of the cycle and one of the year the same."""
        return self.levels.code or bare(self.levels.level2), bare(self.name)

    def columns(self) -> tuple[Labelled, ...]:
        """Its further cells as published."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[Labelled]:
        entry, header = self.entry, self.entry.header
        for field, label, printed in zip(header.fields, header.labels, _padded(entry, header), strict=True):
            if field in _ELSEWHERE or not printed:
                continue
            if field in self._other_track():
                continue
            text = flat(printed)
            if field in (Field.VALUE, Field.CYCLE_VALUE) and text in (
                self._words(self.annual),
                self._words(self.cycle),
            ):
                continue
            yield Labelled(label, text)

    def _other_track(self) -> tuple[Field, ...]:
        """The cells of the other indicator in the same row, where those of the cycle and of the year differ."""
        if Field.CYCLE_NAME not in self.entry.header.fields:
            return ()
        return _ANNUAL_FIELDS if self.annual is None else _CYCLE_FIELDS if self.cycle is None else ()

    @staticmethod
    def _words(wording: Wording | None) -> str:
        return wording.words if wording else ""

    def points(self, field: Field) -> Decimal | None:
        """Points or a weight; what is none is listed, but for the signs of an empty cell."""
        text = self.entry.own(field)
        found = number(text)
        if text and found is None and text.strip("-—/\\ 无"):
            label = self.entry.header.labels[self.entry.header.column(field)]
            self.repairs.append(("number_not_read", {"column": label, "text": text}))
        return found


def _padded(entry: Entry, header: Header) -> list[str]:
    texts = [*entry.filled[: header.width]]
    return texts + [""] * (header.width - len(texts))


def items_of(entries: Sequence[Entry], header: Header, *, scope: str, repairs: list[Repair]) -> list[Item]:
    """The indicators under a header, in order. Rows that were never filled in are left out, and counted."""
    if not entries:
        return []
    left_out: list[Entry] = []
    annual = _of_track(entries, header, _ANNUAL_FIELDS, is_cycle=scope == "cycle", left_out=left_out)
    if Field.CYCLE_NAME in header.fields:
        cycle = _of_track(entries, header, _CYCLE_FIELDS, is_cycle=True, left_out=[])
        annual = matched(annual, cycle)
        kept = {id(item.entry) for item in annual}
        left_out = [entry for entry in left_out if id(entry) not in kept]
    if shifted := [entry for entry in entries if entry.shift]:
        repairs.append(repair("row_shifted", shifted[0].line.place(), count=len(shifted)))
    if left_out:
        text = left_out[0].line.text()
        repairs.append(repair("empty_rows_left_out", left_out[0].line.place(), count=len(left_out), text=text))
    return annual


def _of_track(
    entries: Sequence[Entry],
    header: Header,
    fields: tuple[Field, Field, Field, Field, Field, Field],
    *,
    is_cycle: bool,
    left_out: list[Entry],
) -> list[Item]:
    first, second, name, *value = fields
    if first not in header.fields and first is Field.CYCLE_LEVEL1:
        first = Field.LEVEL1
    if second not in header.fields and second is Field.CYCLE_LEVEL2:
        second = Field.LEVEL2
    has_second = second in header.fields
    own = [sorted_out(entry.text(first), entry.text(second), has_second=has_second) for entry in entries]
    own = [_section(entry, pair) for entry, pair in zip(entries, own, strict=True)]
    levels = levels_of(own, is_merged=bool(entries[0].line.grid.merges))
    found: list[Item] = []
    for entry, stands, pair in zip(entries, levels, own, strict=True):
        item = Item(entry, stands, entry.text(name))
        wording = _wording(entry, value[0], value[1], value[2], item)
        both = None
        if not is_cycle and Field.CYCLE_NAME not in header.fields and Field.CYCLE_VALUE in header.fields:
            both = _wording(entry, Field.CYCLE_OPERATOR, Field.CYCLE_VALUE, Field.CYCLE_MEASURE, item)
        if _is_empty(item.name, wording, both, entry):
            left_out.append(entry)
            continue
        item.cycle, item.annual = (wording, None) if is_cycle else (both, wording)
        _name_of(item, found, pair)
        found.append(item)
    return found


def _section(entry: Entry, pair: tuple[str, str]) -> tuple[str, str]:
    """The levels of a row that is only a heading: its word may stand in any column."""
    texts = [text for _, text in entry.line.pieces()]
    if len(texts) != 1 or any(pair):
        return pair
    word = one_line(texts[0])
    if is_level1(word):
        return word, ""
    return ("", word) if is_level2(word) else pair


def _name_of(item: Item, before: Sequence[Item], pair: tuple[str, str]) -> None:
    """A row without a name goes on with the name above it; one with levels of its own lacks a name."""
    if item.name:
        return
    if before and not any(pair) and before[-1].name:
        item.name = before[-1].name
        item.repairs.append(("name_from_above", {"name": item.name}))
    else:
        item.repairs.append(("missing_name", {}))


def _wording(entry: Entry, operator: Field, value: Field, measure: Field, item: Item) -> Wording:
    header = entry.header
    if operator is Field.CYCLE_OPERATOR and operator not in header.fields:
        operator = Field.OPERATOR
    if measure is Field.CYCLE_MEASURE and measure not in header.fields:
        measure = Field.MEASURE
    sign, printed, unit = entry.text(operator), flat(entry.text(value)), entry.text(measure)
    direction = entry.text(Field.DIRECTION)
    if sign and sign == printed and sign not in _OPERATOR_WORDS:
        sign = ""
    if unit and unit == printed:
        unit = ""
    if not printed and sign and sign not in _OPERATOR_WORDS:
        item.repairs.append(("value_in_operator", {"column": header.labels[header.column(operator)], "text": sign}))
        sign, printed = "", flat(sign)
    columns = {"计算符号": sign, "度量单位": unit, "指标方向": direction}
    return Wording(printed, {label: text for label, text in columns.items() if text})


def _is_empty(name: str, annual: Wording, cycle: Wording | None, entry: Entry) -> bool:
    """A row of the printed form that nobody filled in: no name, or a placeholder, and no value of its own."""
    printed = [wording.printed for wording in (annual, cycle) if wording]
    if any(text.strip("0.") and not _is_placeholder(text) for text in printed):
        return False
    return _is_placeholder(name) or not name and not entry.text(Field.ACTUAL).strip("0. ")


_DOTS = frozenset("….·。*＊×xX/\\-—_ \u3000\n")
_TEMPLATE = _DOTS | frozenset("≥≤=<>＝%％人个次元万户件份项")


def _is_placeholder(text: str) -> bool:
    """…… or ** or ≥**%: what a printed form has where something is to be filled in."""
    marks = frozenset(text)
    return bool(marks) and (marks <= _DOTS or (not marks.isdisjoint("*＊×") and marks <= _TEMPLATE))


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(r"指标\s*(\d{0,3}|[一二三四五六七八九十]{1,2})\s*[:：、.．]\s*")


_CHINESE = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}


def _numbered(text: str) -> tuple[int | None, str]:
    """The number and the name of `指标1：培训人次`."""
    name = one_line(text)
    match = _prefix().match(name)
    if not match:
        return None, name
    digits = match[1]
    order = int(digits) if digits.isdigit() else _CHINESE.get(digits)
    return order, name[match.end() :]


def matched(annual: Sequence[Item], cycle: Sequence[Item]) -> list[Item]:
    """Indicators of the year and of the cycle that are the same become one; the others stay, in the order of rows."""
    free: dict[tuple[str, str], list[Item]] = {}
    for item in annual:
        free.setdefault(item.key, []).append(item)
    alone: list[Item] = []
    for item in cycle:
        same = free.get(item.key)
        if same:
            twin = same.pop(0)
            twin.cycle = item.cycle
        else:
            alone.append(item)
    if not alone:
        return list(annual)
    together = [*annual, *alone]
    together.sort(key=lambda item: item.entry.line.order)
    return together
