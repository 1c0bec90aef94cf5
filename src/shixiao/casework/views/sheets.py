"""What pages show of a file whose columns somebody has to name: its first tables, a choice above each column."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.http import QueryDict

from shixiao.casework.sheets import MOST_COLUMNS, SEARCHED
from shixiao.tables.grid import Grid, Sheets

ROWS_SHOWN = 12
TABLES_SHOWN = 6
CELL_LENGTH = 60
WRONG_SHOWN = 500


class Choices(NamedTuple):
    """What each column of a table is said to hold, with the line of its header."""

    line: int
    chosen: Sequence[str]


class Shown(NamedTuple):
    """A table of the file. For each column, every choice: its value, its title, whether it is the chosen one."""

    number: int
    sheet: str
    columns: list[list[tuple[str, str, bool]]]
    rows: list[tuple[int, list[str], bool]]


def shown(
    sheets: Sheets, taken: dict[int, Choices], *, titles: Sequence[tuple[str, str]], fewest: int
) -> Iterator[Shown]:
    """The tables of a file that have columns. `taken` says how each is read, by its number from 1; `titles` what a column can be,
    the last of them nothing."""
    for number, grid in enumerate(sheets.grids, 1):
        width = min(max((len(row.cells) for row in grid.rows[:SEARCHED]), default=0), MOST_COLUMNS)
        if width < fewest:
            continue
        how = taken.get(number, Choices(0, ()))
        chosen = [*how.chosen, *[titles[-1][0]] * width][:width]
        columns = [[(value, title, value == each) for value, title in titles] for each in chosen]
        yield Shown(number, grid.sheet, columns, list(_rows(grid, width, how.line)))


def _rows(grid: Grid, width: int, header: int) -> Iterator[tuple[int, list[str], bool]]:
    lines = [row.line for row in grid.rows[:SEARCHED]]
    start = max(0, (lines.index(header) if header in lines else 0) - 3)
    for row in grid.rows[start : start + ROWS_SHOWN]:
        cells = [_cut(cell) for cell in row.cells[:width]]
        yield row.line, [*cells, *[""] * (width - len(cells))], row.line == header


def _cut(text: str) -> str:
    return text if len(text) <= CELL_LENGTH else text[:CELL_LENGTH] + "…"


def chosen(posted: QueryDict) -> list[str]:
    """What was chosen above each column, from the left."""
    found = []
    for number in range(MOST_COLUMNS):
        if not (value := posted.get(f"c{number}", "")):
            break
        found.append(value)
    return found


def number_of(text: str) -> int:
    """A number of a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
