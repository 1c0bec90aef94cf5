"""The columns of a table whose header may not be understood: a guess for each, and cells to judge it by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shixiao.tables.assignments import MOST_COLUMNS, Assignment, Columns, Field
from shixiao.tables.grid import Grid
from shixiao.tables.layouts.indicator_rows.headers import headers_of
from shixiao.tables.layouts.indicator_rows.labels import meaning_of
from shixiao.tables.layouts.indicator_rows.lines import Line, cell, lines_of
from shixiao.tables.layouts.indicator_rows.words import bare, is_level1, is_level2

_SAMPLES = 5
_LOOKED_AT = 30
_LONGEST_LABEL = 20
_LONGEST_SAMPLE = 120
_OPERATORS = frozenset("≥ ≤ > < = ＞ ＜ ＝ >= <= ≧ ≦ 大于 小于 等于 大于等于 小于等于 定性 定量".split())
_MEASURE = re.compile(r"[%％‰]|[^\d\W]{1,4}(?:[/／][^\d\W]{1,3})?")
_NUMBER = re.compile(r"[≥≤><=＞＜＝]?\s*\d[\d.,]*\s*\S{0,4}")


def columns_of(grid: Grid, number: int) -> list[Columns]:
    """The headers of a grid, understood or not; empty for a grid in which no line can be one."""
    lines = lines_of(grid)
    headers, near = headers_of(lines)
    found: list[Columns] = []
    for header in headers.values():
        assignment = Assignment(number, lines[header.last].row.line, header.fields, header.labels)
        if not found or found[-1].assignment.columns != assignment.columns:
            found.append(Columns(assignment, _samples(lines, header.last, header.width), is_read=True))
    if found:
        return found
    at = near.line if near else _likeliest(lines)
    return [_guessed(lines, at, number)] if at >= 0 else []


def _likeliest(lines: Sequence[Line]) -> int:
    """The line that looks most like a header, -1 if none does. Of equals, the first."""
    best, most = -1, 0
    for line in lines:
        score = _score(line, lines)
        if score > most:
            best, most = line.order, score
    return best


def _score(line: Line, lines: Sequence[Line]) -> int:
    """How much a line looks like a header: many short words, and rows of about as many cells below it."""
    texts = [text for _, text in line.pieces()]
    if line.row.is_prose or len(texts) < 2 or any(not _is_label(text) for text in texts):
        return 0
    known = sum(1 for text in texts if meaning_of(text))
    below = [each for each in lines[line.order + 1 : line.order + 1 + _LOOKED_AT] if not each.is_blank]
    alike = sum(1 for each in below if len(texts) - 2 <= len(each.pieces()) <= len(texts) + 1)
    levels = sum(1 for each in below if any(is_level1(text) or is_level2(text) for text in each.cells))
    return 2 * len(texts) + 3 * known + alike + levels if alike or levels else 0


def _is_label(text: str) -> bool:
    is_short = len(text) <= _LONGEST_LABEL and not any(mark in text for mark in "。；≥≤%％")
    return is_short and not is_level1(text) and not is_level2(text) and not _NUMBER.fullmatch(text)


def _guessed(lines: Sequence[Line], at: int, number: int) -> Columns:
    line = lines[at]
    width = min(max(len(each.filled) for each in lines[at : at + _LOOKED_AT]), MOST_COLUMNS)
    labels = tuple(bare(cell(line.filled, column)) for column in range(width))
    samples = _samples(lines, at, width)
    return Columns(Assignment(number, line.row.line, _fields(labels, samples), labels), samples, is_read=False)


def _fields(labels: Sequence[str], samples: Sequence[tuple[str, ...]]) -> tuple[Field, ...]:
    """A field for each column by its label, else by its cells; each field once."""
    meanings = [meaning_of(label) if label else None for label in labels]
    fields = [meaning.field if meaning and meaning.field else Field.KEPT for meaning in meanings]
    taken: set[Field] = set()
    for column, field in enumerate(fields):
        fields[column] = Field.KEPT if field in taken else field
        taken.add(field)
    for column, cells in enumerate(samples):
        if fields[column] is not Field.KEPT or meanings[column]:
            continue
        guess = _by_cells(cells, is_after_value=Field.VALUE in taken)
        if guess not in taken:
            fields[column] = guess
            taken.add(guess)
    _name_beside_levels(fields, meanings, samples)
    return tuple(fields)


def _by_cells(cells: Sequence[str], *, is_after_value: bool) -> Field:
    """What the cells of a column show without any label. A unit of measure stands right of its value."""
    checks = (
        (Field.LEVEL1, is_level1),
        (Field.LEVEL2, is_level2),
        (Field.OPERATOR, _OPERATORS.__contains__),
    )
    for field, fits in checks:
        if cells and all(fits(text) for text in cells):
            return field
    if cells and all(_NUMBER.fullmatch(text) for text in cells):
        return Field.VALUE
    if is_after_value and cells and all(_MEASURE.fullmatch(text) for text in cells):
        return Field.MEASURE
    return Field.KEPT


def _name_beside_levels(fields: list[Field], meanings: Sequence[object], samples: Sequence[tuple[str, ...]]) -> None:
    """The first column of words right of the levels holds the names, where no label says which."""
    levels = [column for column, field in enumerate(fields) if field in (Field.LEVEL1, Field.LEVEL2)]
    if Field.NAME in fields or not levels:
        return
    for column in range(levels[-1] + 1, len(fields)):
        if fields[column] is Field.KEPT and not meanings[column] and samples[column]:
            fields[column] = Field.NAME
            return


def _samples(lines: Sequence[Line], header: int, width: int) -> tuple[tuple[str, ...], ...]:
    """The first different cells below each label."""
    samples: list[list[str]] = [[] for _ in range(width)]
    for line in lines[header + 1 : header + 1 + _LOOKED_AT]:
        if line.row.is_prose or len(line.pieces()) < 2:
            continue
        for column, cells in enumerate(samples):
            text = cell(line.cells, column)[:_LONGEST_SAMPLE]
            if text and text not in cells and len(cells) < _SAMPLES:
                cells.append(text)
    return tuple(tuple(cells) for cells in samples)
