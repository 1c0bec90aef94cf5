"""A table without any line: rows and columns told by where the text stands.

Only below a line that is plainly the header of a table of targets. Columns are kept apart by the strips of paper that
no line crosses; a line that leaves the first columns empty, or stands close below the one before, goes on with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from shixiao.tables.formats.pdf.drawing import Character, Page
from shixiao.tables.formats.pdf.lettering import Tally, Written, written
from shixiao.tables.formats.pdf.pages import Content, Filled, PageTable
from shixiao.tables.formats.pdf.ruling import Cell

_HEADERS = ("一级指标", "二级指标", "三级指标", "绩效指标", "指标名称", "指标值", "项目名称", "绩效目标", "总计")
_NARROWEST = 5.0
_FEWEST_COLUMNS = 3


def by_position(page: Page, tally: Tally, edges: list[float] | None) -> tuple[Content, list[float] | None]:
    """A page whose table was told by position, and its edges for the pages after it; `edges` are those of before."""
    lines = written(page.characters, tally)
    header = next((index for index, line in enumerate(lines) if _is_header(line.text)), None)
    if header is None and edges is None:
        return Content(page.number, page.height, list(lines)), None
    start = header or 0
    top = lines[start].top - 1 if lines else 0.0
    below = [one for one in page.characters if (one.top + one.bottom) / 2 > top]
    edges = _edges(below) if header is not None else edges
    if edges is None or len(edges) <= _FEWEST_COLUMNS:
        return Content(page.number, page.height, list(lines)), None
    rows = _rows(below, edges, tally)
    cells = [cell for index, row in enumerate(rows) for cell in _cells(index, row, edges)]
    blocks: list[PageTable | Written] = list(lines[:start])
    if cells:
        blocks.append(PageTable(edges, cells))
    return Content(page.number, page.height, blocks), edges


def _is_header(text: str) -> bool:
    bare = "".join(text.split())
    return sum(label in bare for label in _HEADERS) >= 2 and len(bare) < 80


def _edges(characters: Sequence[Character]) -> list[float]:
    """Where columns begin: behind each strip of paper, from top to bottom, on which nothing is printed."""
    spans = sorted((one.x0, one.x1) for one in characters if one.text.strip())
    if not spans:
        return []
    edges, end = [spans[0][0] - 1], spans[0][1]
    for x0, x1 in spans:
        if x0 - end >= _NARROWEST:
            edges.append((end + x0) / 2)
        end = max(end, x1)
    return [*edges, end + 1]


def _rows(characters: Sequence[Character], edges: Sequence[float], tally: Tally) -> list[list[list[Written]]]:
    """For each row the lines in each column."""
    columns = [
        written((one for one in characters if left <= (one.x0 + one.x1) / 2 < right), tally)
        for left, right in pairwise(edges)
    ]
    starts: list[float] = []
    for line in sorted((line for column in columns for line in column), key=lambda line: line.top):
        if not starts or line.top - starts[-1] > 0.6 * line.size:
            starts.append(line.top)
    rows: list[list[list[Written]]] = []
    for index, start in enumerate(starts):
        stop = starts[index + 1] if index + 1 < len(starts) else float("inf")
        row = [[line for line in column if start - 0.1 <= line.top < stop - 0.1] for column in columns]
        last = rows[-1] if rows else None
        if last is not None and _is_rest(row, last):
            for known, more in zip(last, row, strict=True):
                known.extend(more)
        else:
            rows.append(row)
    return rows


def _is_rest(row: list[list[Written]], last: list[list[Written]]) -> bool:
    """Whether a line only goes on with cells of the row above: fewer than half of them, none of them new, and close."""
    here = [index for index, lines in enumerate(row) if lines]
    if 2 * len(here) > sum(1 for lines in last if lines) or not all(last[index] for index in here):
        return False
    return all(row[index][0].top - last[index][-1].bottom < 0.6 * row[index][0].size for index in here)


def _cells(index: int, row: list[list[Written]], edges: Sequence[float]) -> list[Filled]:
    lines = [line for column in row for line in column]
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    return [
        Filled(Cell(index, column, index + 1, column + 1, top, left, bottom, right), within, (left, right))
        for column, (left, right, within) in enumerate(zip(edges, edges[1:], row, strict=False))
    ]
