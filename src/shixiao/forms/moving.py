"""Where the rows of a template come to stand in the filled sheet, and what refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from openpyxl.formula.tokenizer import Token, Tokenizer


class Repeated(NamedTuple):
    """A loop of a sheet: the rows of its two tags."""

    loop: str
    begin: int
    end: int

    @property
    def first(self) -> int:
        """The first row that is repeated."""
        return self.begin + 1

    @property
    def last(self) -> int:
        """The last row that is repeated."""
        return self.end - 1


class Line(NamedTuple):
    """A row of the filled sheet: the template's row it comes from, and the item it shows."""

    row: int
    template: int
    loop: str = ""
    item: int = 0
    single: bool = False  # whether an item has this one row only


# left, first row, right, last row
Area = tuple[int, int, int, int]


class Moved:
    """The lines of a filled sheet, from the loops of its template and how many items each has."""

    def __init__(self, repeats: list[Repeated], counts: dict[str, int], rows: int) -> None:
        self.repeats = repeats
        self.lines = list(_lines(repeats, counts, rows))
        self._places: dict[int, list[int]] = {}
        for line in self.lines:
            self._places.setdefault(line.template, []).append(line.row)
        self._rows = rows

    def first(self, row: int) -> int:
        """Where a range begins that began at this row: at the next row that is left, if this one is gone."""
        for each in range(row, self._rows + 1):
            if each in self._places:
                return self._places[each][0]
        return self.lines[-1].row if self.lines else 1

    def last(self, row: int) -> int:
        """Where a range ends that ended at this row: at the row before, if this one is gone."""
        for each in range(row, 0, -1):
            if each in self._places:
                return self._places[each][-1]
        return 1

    def of_item(self, row: int, template: int, item: int) -> int | None:
        """Where a row of the same loop as `template` stands for one item; None for a row outside that loop."""
        same = next((each for each in self.repeats if each.first <= template <= each.last), None)
        if same and same.first <= row <= same.last:
            return self._places[row][item]
        return None

    def areas(self, areas: Iterable[Area]) -> Iterator[Area]:
        """The merged cells of the filled sheet: once for each item within a loop, stretched around one."""
        for left, first, right, last in areas:
            inside = next((each for each in self.repeats if each.first <= first and last <= each.last), None)
            if inside:
                starts, ends = self._places.get(first, []), self._places.get(last, [])
                yield from ((left, start, right, end) for start, end in zip(starts, ends, strict=True))
                continue
            start, end = self.first(first), self.last(last)
            if (
                end >= start
                and (right > left or end > start)
                and any(each in self._places for each in range(first, last + 1))
            ):
                yield left, start, right, end


def _lines(repeats: list[Repeated], counts: dict[str, int], rows: int) -> Iterator[Line]:
    row, template = 1, 1
    begins = {each.begin: each for each in repeats}
    while template <= rows:
        repeated = begins.get(template)
        if not repeated:
            yield Line(row, template)
            row, template = row + 1, template + 1
            continue
        single = repeated.first == repeated.last
        for item in range(counts[repeated.loop]):
            for each in range(repeated.first, repeated.end):
                yield Line(row, each, repeated.loop, item, single)
                row += 1
        template = repeated.end + 1


# ---- formulas ------------------------------------------------------------------------------------------------

_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d{1,7})")
_OWN_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


def moved_formula(formula: str, moved: Moved, template: int, item: int, title: str) -> str:
    """A formula whose references follow the rows of its own sheet.

    A range over a repeated row covers all its copies; within the same loop a single cell means that of the same item.
    References to other sheets stay.
    """
    parsed = Tokenizer(formula)
    return "=" + "".join(_moved(each, moved, template, item, title) for each in parsed.items)


def _moved(token: Token, moved: Moved, template: int, item: int, title: str) -> str:
    value: str = token.value
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return value
    sheet = _OWN_SHEET.fullmatch(value)
    if sheet and (sheet[1] or sheet[2]).replace("''", "'") != title:
        return value
    prefix, cells = (value[: -len(sheet[3])], sheet[3]) if sheet else ("", value)
    return prefix + _moved_cells(cells, moved, template, item)


def _moved_cells(cells: str, moved: Moved, template: int, item: int) -> str:
    ends = [_CELL.fullmatch(each) for each in cells.split(":")]
    start, end = ends[0], ends[-1]
    if start is None or end is None or len(ends) > 2:
        return cells  # a name, a whole column, a row
    same = [moved.of_item(int(each[2]), template, item) for each in (start, end)]
    first = same[0] or moved.first(int(start[2]))
    last = same[1] or (moved.last(int(end[2])) if len(ends) == 2 else moved.first(int(end[2])))
    if len(ends) == 1:
        return f"{start[1]}{first}"
    return f"{start[1]}{min(first, last)}:{end[1]}{max(first, last)}"
