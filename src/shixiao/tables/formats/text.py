"""Text as people paste it, and CSV: tabs, bars, commas, semicolons or runs of spaces between the cells; quoted cells as spreadsheets copy.

Only the cutting into rows and cells happens here. What a row means is the layout's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shixiao.engine.plans import Place, Repair
from shixiao.tables.decoding import decode
from shixiao.tables.document import Document
from shixiao.tables.grid import Grid, Row, Sheets
from shixiao.tables.layouts import official
from shixiao.tables.repairs import repair

NAME = "txt"

_RULE = frozenset("-:| =+\t")


def sheets(content: bytes) -> Sheets:
    """One grid of all lines. Raises Unreadable when the bytes are no text."""
    text, encoding, repairs = decode(content)
    delimiter = _delimiter(text)
    if not delimiter:
        grid = Grid(_spaced(text), has_gaps=True, is_broken=True)
        return Sheets([grid], encoding, (*repairs, repair("spaces_for_tabs")))
    mended: list[Repair] = []
    rows = list(_rows(text, delimiter, mended)) if '"' in text else _plain_rows(text, delimiter)
    if delimiter == "|":
        rows = [_unbarred(row) for row in rows if not _RULE.issuperset("".join(row.cells))]
    return Sheets([Grid(rows, is_broken=delimiter == "\t")], encoding, (*repairs, *mended))


def write(document: Document) -> bytes:
    """The tables in the official layout, cells kept apart by tabs, in UTF-8."""
    lines = ("\t".join(map(_quoted, row)) for plan in document.plans for row in official().rows_of(plan))
    return ("\n".join(lines) + "\n").encode()


def _quoted(cell: str) -> str:
    if "\n" in cell or cell.startswith('"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _delimiter(text: str) -> str:
    """The character between cells: the first of tab, bar, comma and semicolon with three on one line; "" for spaces."""
    for delimiter in "\t|":
        if text.count(delimiter) >= 3 and _has_line(text, delimiter):
            return delimiter
    return next((mark for mark in ",;" if text.count(mark) >= 3 and _has_line(text, mark)), "")


def _has_line(text: str, delimiter: str) -> bool:
    """A line with three delimiters, or two tabs; between commas the cells must be short and without runs of spaces, as
    labels are."""
    least = 2 if delimiter == "\t" else 3
    for line in text.split("\n"):
        if line.count(delimiter) < least:
            continue
        if delimiter in "\t|":
            return True
        if "  " not in line and "\u3000" not in line and max(map(len, line.split(delimiter)[:7])) < 40:
            return True
    return False


def _plain_rows(text: str, delimiter: str) -> list[Row]:
    return [Row(number, line.split(delimiter)) for number, line in enumerate(text.split("\n"), 1)]


def _unbarred(row: Row) -> Row:
    """A row of a table drawn with bars, without the outer ones."""
    cells = row.cells
    first = 1 if len(cells) > 1 and not cells[0].strip() else 0
    last = len(cells) - 1 if len(cells) > 2 and not cells[-1].strip() else len(cells)
    return row._replace(cells=cells[first:last], lines=row.lines[first:last])


def _spaced(text: str) -> list[Row]:
    """Cells kept apart by two spaces or more, or by a wide one."""
    gap = re.compile(r"(?:[ \xa0]{2}|[\u3000\t])[ \xa0\u3000\t]*")
    return [Row(number, gap.split(line.strip())) for number, line in enumerate(text.split("\n"), 1)]


def _rows(text: str, delimiter: str, mended: list[Repair]) -> Iterator[Row]:
    """Rows of a text with quotes in it. A quoted cell may hold line breaks; its place is the line it begins on."""
    position, line = 0, 1
    while position <= len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if text.find('"', position, end) < 0:
            yield Row(line, text[position:end].split(delimiter))
            position, line = end + 1, line + 1
            continue
        cells, lines, position = _quoted_row(text, position, line, delimiter, mended)
        yield Row(line, cells, tuple(lines) if lines[-1] != line else ())
        line = lines[-1] + cells[-1].count("\n") + 1


def _quoted_row(
    text: str, position: int, line: int, delimiter: str, mended: list[Repair]
) -> tuple[list[str], list[int], int]:
    """The cells of the row at `position`, the line of each, and where the next row begins."""
    cells: list[str] = []
    lines: list[int] = []
    line_end = -1
    while True:
        if line_end < position:
            line_end = text.find("\n", position)
            line_end = len(text) if line_end < 0 else line_end
        found = _quoted_cell(text, position, delimiter) if text.startswith('"', position) else None
        cell, stop = found or _bare_cell(text, position, line_end, delimiter)
        if found and stop > len(text):
            mended.append(repair("unclosed_quote", Place(line, len(cells) + 1)))
        cells.append(cell)
        lines.append(line)
        line += cell.count("\n")
        if not text.startswith(delimiter, stop):
            return cells, lines, stop + 1
        position = stop + 1


def _bare_cell(text: str, position: int, line_end: int, delimiter: str) -> tuple[str, int]:
    stop = text.find(delimiter, position, line_end)
    stop = line_end if stop < 0 else stop
    return text[position:stop], stop


def _quoted_cell(text: str, position: int, delimiter: str) -> tuple[str, int] | None:
    """The cell that opens with the quote at `position`, and where it stops; None when the quote is a mere character.

    A real one closes before a delimiter or the end of a line. One that never closes is the cut end of the text,
    unless rows of the table follow in it (`stop` is then beyond the text).
    """
    closing = position + 1
    while (closing := text.find('"', closing)) >= 0 and text.startswith('""', closing):
        closing += 2
    if closing < 0:
        rest = text[position + 1 :]
        return None if delimiter in rest else (rest.replace('""', '"'), len(text) + 1)
    stop = closing + 1
    if stop < len(text) and text[stop] not in (delimiter, "\n"):
        return None
    cell = text[position + 1 : closing]
    if delimiter not in ",;" and "\n" in cell and delimiter in cell:
        return None
    return cell.replace('""', '"'), stop
