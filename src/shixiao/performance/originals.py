"""Where something stood in its file: the rows around it as the sheet shows them, with the words marked."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from shixiao.engine.plans import Place
from shixiao.tables.grid import Grid, Merge, Row, Sheets

ROWS_AROUND = 3
COLUMNS_SHOWN = 14
WORDS_AROUND = 160
WORDS_ELSEWHERE = 36
_PLACE = ("line", "column", "start", "end", "page", "table")


class Cell(NamedTuple):
    """A cell of the excerpt. `before`, `marked` and `after` are its text; cut ends carry an ellipsis."""

    before: str
    marked: str
    after: str
    is_meant: bool
    rows: int = 1
    columns: int = 1


@dataclass
class Line:
    """A row of the excerpt under its number in the file."""

    number: int
    is_meant: bool
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Excerpt:
    """The rows around a place. `title` says which sheet, page or table; `lines` is empty where nothing is left of it, `at`
    where the row stands on its page, as an address names it ("" where that is not known)."""

    title: str
    lines: list[Line]
    has_more_columns: bool = False
    at: str = ""


def query_of(place: Place) -> str:
    """A place as a query string, so that an address can name it."""
    query = QueryDict(mutable=True)
    for name in (*_PLACE, "sheet"):
        if value := getattr(place, name):
            query[name] = str(value)
    return query.urlencode()


def place_of(query: QueryDict) -> Place:
    """The place that an address names; what is no number counts as not given."""
    numbers = {name: _number(query.get(name, "")) for name in _PLACE}
    return Place(sheet=query.get("sheet", "")[:500], **numbers)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def excerpt(sheets: Sheets, place: Place) -> Excerpt:
    """The rows around `place`."""
    grid = next((grid for grid in sheets.grids if _is_in(grid, place)), None)
    if grid is None or not place.line:
        return Excerpt(title_of(place), [])
    index = _index_of(grid, place)
    first, last = max(0, index - ROWS_AROUND), min(len(grid.rows), index + ROWS_AROUND + 1)
    width = max((len(row.cells) for row in grid.rows[first:last]), default=0)
    left = _left_edge(place, width)
    lines = [_line(grid, number, index, place, (first, last), left) for number in range(first, last)]
    at = "-".join(str(round(each)) for each in grid.rows[index].box)
    return Excerpt(title_of(place), lines, has_more_columns=width > COLUMNS_SHOWN, at=at)


def box_of(text: str) -> tuple[int, ...]:
    """The place that `at` names; () for anything else."""
    parts = text.split("-")
    is_box = len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts)
    return tuple(map(int, parts)) if is_box else ()


def _is_in(grid: Grid, place: Place) -> bool:
    return (grid.sheet, grid.table) == (place.sheet, place.table)


def _index_of(grid: Grid, place: Place) -> int:
    """The row that begins on the line of the place, or the last one before it: a cell may hold line breaks."""
    found = 0
    for index, row in enumerate(grid.rows):
        same_page = not place.page or (row.page or grid.page) in (0, place.page)
        if same_page and row.line <= place.line:
            found = index
        elif same_page and row.line > place.line:
            break
    return found


def _left_edge(place: Place, width: int) -> int:
    """The first column that is shown: the one that is meant lies inside."""
    if width <= COLUMNS_SHOWN or place.column <= COLUMNS_SHOWN - 1:
        return 0
    return min(place.column - COLUMNS_SHOWN // 2, width - COLUMNS_SHOWN)


def _line(grid: Grid, number: int, meant: int, place: Place, window: tuple[int, int], left: int) -> Line:
    row = grid.rows[number]
    line = Line(row.line, number == meant)
    for column in range(left, min(len(row.cells), left + COLUMNS_SHOWN)):
        merge = _merge_at(grid, number, column)
        if merge and (number, column) != _anchor(merge, window, left):
            continue
        is_meant = number == meant and column == place.column - 1
        line.cells.append(_cell(row, column, place if is_meant else None, _spans(merge, window, left)))
    return line


def _merge_at(grid: Grid, row: int, column: int) -> Merge | None:
    return next(
        (m for m in grid.merges if m.top <= row < m.bottom and m.left <= column < m.right),
        None,
    )


def _anchor(merge: Merge, window: tuple[int, int], left: int) -> tuple[int, int]:
    """Where a merged cell begins inside the excerpt."""
    return max(merge.top, window[0]), max(merge.left, left)


def _spans(merge: Merge | None, window: tuple[int, int], left: int) -> tuple[int, int]:
    if merge is None:
        return 1, 1
    top, first = _anchor(merge, window, left)
    return min(merge.bottom, window[1]) - top, min(merge.right, left + COLUMNS_SHOWN) - first


def _cell(row: Row, column: int, place: Place | None, spans: tuple[int, int]) -> Cell:
    text = row.cells[column]
    if place is None or not place.end:
        length = WORDS_AROUND * 2 if place else WORDS_ELSEWHERE
        return Cell(_cut_end(text, length), "", "", place is not None, *spans)
    start, end = min(place.start, len(text)), min(place.end, len(text))
    before, marked, after = text[:start], text[start:end], text[end:]
    return Cell(_cut_start(before, WORDS_AROUND), marked, _cut_end(after, WORDS_AROUND), True, *spans)


def _cut_end(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


def _cut_start(text: str, length: int) -> str:
    return text if len(text) <= length else "…" + text[-length:]


def title_of(place: Place) -> str:
    """Which sheet, page, table, line and cell a place is in, in words."""
    parts = []
    if place.sheet:
        parts.append(_("工作表“%(sheet)s”") % {"sheet": place.sheet})
    if place.page:
        parts.append(_("第 %(page)s 页") % {"page": place.page})
    if place.table:
        parts.append(_("第 %(table)s 张表") % {"table": place.table})
    if place.line:
        parts.append(_("第 %(line)s 行") % {"line": place.line})
    if place.column:
        parts.append(_("第 %(column)s 格") % {"column": place.column})
    return " · ".join(parts)
