"""Tables that people bring in files: which row is the header, what its columns mean, the rows below it. Pure.

An office says what the words of a header mean to it and what it makes of a row; this says where they stand and what was left
out, so that every sentence can name sheet, row and column.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from shixiao.engine.bilingual import Text
from shixiao.tables.grid import Grid, Row, Sheets

SEARCHED = 40  # a header stands among the first rows
MOST_COLUMNS = 60
MOST_ROWS = 20_000  # about ten seconds and 300 MB; a year of a department is below it
# What the reader of tables says when something of the file is not there: a part of a file is never taken in.
CUT_OFF = frozenset(
    "sheet_cut_short rows_below_left_out rows_left_out columns_left_out merges_left_out sheet_missing pages_left_out "
    "page_left_out page_partly_read".split()
)
DIGITS_NOT_SHOWN = "digits_not_shown"
NOTES_KEPT = 20
_BRACKETS = re.compile(r"\(.*?\)|[*★]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_BEGIN = date(1899, 12, 30)
_TOTALS = re.compile(r"(本页|本月|本年|本期)?(小计|合计|总计|累计)[::]?")

Meaning = Callable[[str], Any | None]


class Wrong(NamedTuple):
    """One thing that is wrong: where, and what to do. `column` is a letter, "" for the row."""

    sheet: str
    line: int
    column: str
    title: Text
    text: Text


class How(Protocol):
    """How the columns of a table are taken: which table (from 1), the line of its header, the words of the header."""

    @property
    def grid(self) -> int: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def labels(self) -> tuple[str, ...]: ...  # noqa: D102


Known = TypeVar("Known", bound=How)


def plain(label: str) -> str:
    """A label without blanks and widths."""
    return "".join(unicodedata.normalize("NFKC", label[:200]).split())


def bare(label: str) -> str:
    """The same without what stands in brackets, and without stars: the word itself."""
    return _BRACKETS.sub("", plain(label)).lower()


def letter(column: int) -> str:
    """A for 0, AA for 26."""
    found, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def day_of(cell: str) -> date | None:
    """A date as texts and spreadsheets write it; five digits are the number of a day in a spreadsheet."""
    text = cell.strip()
    if found := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    elif serial := _SERIAL.fullmatch(text):
        day = _SERIAL_BEGIN + timedelta(days=int(serial[1]))
    else:
        return None
    return day if 2000 <= day.year <= 2100 else None


def cut_off(sheets: Sheets) -> Text | None:
    """Why a file that was read in part is not taken in; None where all of it is there."""
    what = next((each.text for each in sheets.repairs if each.code in CUT_OFF), None)
    if what is None:
        return None
    return Text(
        f"{what.zh}只读到一部分的文件不能导入，请拆成几个文件。",
        f"{what.en} A file that was read in part is not taken in; split it.",
    )


# ---- headers ---------------------------------------------------------------------------------------------------


class Header(NamedTuple):
    """A row that may be a header: its place among the rows of its grid, the words of its columns and what they mean."""

    at: int
    line: int
    labels: tuple[str, ...]
    means: tuple[Any | None, ...]

    @property
    def score(self) -> int:
        """How many columns mean something."""
        return sum(each is not None for each in self.means)


def _header(at: int, line: int, labels: tuple[str, ...], meaning: Meaning) -> Header:
    """What is named twice counts the first time."""
    found: list[Any | None] = []
    for label in labels:
        field = meaning(label)
        found.append(field if field is not None and field not in found else None)
    return Header(at, line, labels, tuple(found))


def headers(grid: Grid, meaning: Meaning) -> Iterator[Header]:
    """The first rows of a table as headers; a row with one above it that tells more together with it is taken so."""
    for index, row in enumerate(grid.rows[:SEARCHED]):
        if row.is_prose:
            continue
        alone = _header(index, row.line, _trimmed(plain(cell) for cell in row.cells[:MOST_COLUMNS]), meaning)
        above = grid.rows[index - 1] if index else None
        if above is None or above.is_prose:
            yield alone
            continue
        both = _header(index, row.line, _joined(_spread(grid, index - 1), row, meaning), meaning)
        yield both if both.score > alone.score and alone.score < len(set(both.labels)) else alone


def _trimmed(words: Iterable[str]) -> tuple[str, ...]:
    found = list(words)
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _spread(grid: Grid, index: int) -> list[str]:
    """The words of a row, a merged cell's over all its columns."""
    cells = [plain(cell) for cell in grid.rows[index].cells[:MOST_COLUMNS]]
    for merge in grid.merges:
        if merge.top <= index < merge.bottom and merge.left < len(cells):
            first = cells[merge.left]
            for column in range(merge.left, min(merge.right, len(cells))):
                cells[column] = cells[column] or first
    return cells


def _joined(above: Sequence[str], row: Row, meaning: Meaning) -> tuple[str, ...]:
    """Two rows of a header as one: what stands below says more, unless it is empty or a unit only."""
    below = [plain(cell) for cell in row.cells[:MOST_COLUMNS]]
    width = max(len(above), len(below))
    pairs = zip([*above, *[""] * (width - len(above))], [*below, *[""] * (width - len(below))], strict=True)
    return _trimmed(_together(top, bottom, meaning) for top, bottom in pairs)


def _together(top: str, bottom: str, meaning: Meaning) -> str:
    if not bottom or bottom == top:
        return top
    if re.fullmatch(r"\(?[百千万亿十]*元\)?", bottom):
        return f"{top}({bottom.strip('()')})"
    return bottom if meaning(bottom) is not None or meaning(top) is None else top + bottom


def best_header(
    sheets: Sheets, meaning: Meaning, *, known: Iterable[Known] = (), fewest: int
) -> tuple[int, Header, Known | None] | None:
    """The first header that somebody said the meaning of before (`known`, the newest first), or the one that means most; with
    the number of its table from 1. None where no row means `fewest` things."""
    by_labels: dict[tuple[str, ...], Known] = {}
    for each in known:
        by_labels.setdefault(each.labels, each)
    best: tuple[int, Header, Known | None] | None = None
    for number, grid in enumerate(sheets.grids, 1):
        for header in headers(grid, meaning):
            if header.labels and (before := by_labels.get(header.labels)):
                return number, header, before
            if header.score >= fewest and (best is None or header.score > best[1].score):
                best = (number, header, None)
    return best


def header_at(sheets: Sheets, meaning: Meaning, *, grid: int, line: int) -> Header | None:
    """The header in that line of that table; None where the file has no such line."""
    if not 1 <= grid <= len(sheets.grids):
        return None
    return next((each for each in headers(sheets.grids[grid - 1], meaning) if each.line == line), None)


def tables_of(sheets: Sheets, how: How, meaning: Meaning) -> Iterator[tuple[Grid, int]]:
    """Every table with this header, with the place of its header's last row."""
    for number, grid in enumerate(sheets.grids, 1):
        for header in headers(grid, meaning):
            if (number == how.grid and header.line == how.line) or (number != how.grid and header.labels == how.labels):
                yield grid, header.at
                break


# ---- the rows below --------------------------------------------------------------------------------------------


class RowsBelow:
    """Walks over the rows of one table, knows its merged cells, and leaves out what is no row of it."""

    merged_text: ClassVar[Text] = Text(
        "这一格是合并单元格，不知道怎样分到各行。请拆开，逐行填写。",
        "This cell is merged over rows, and nobody knows how to share it out. Split it and fill in every row.",
    )

    def __init__(self, grid: Grid, columns: Mapping[Any, int], labels: tuple[str, ...]) -> None:
        self.grid, self.columns, self.labels = grid, columns, labels
        self.merged = dict(self._merged())
        self.wrong: list[Wrong] = []
        self.totals_left_out = 0
        self.notes_left_out: list[str] = []

    def _merged(self) -> Iterator[tuple[tuple[int, int], str]]:
        """What stands in the merged cells that were left empty."""
        columns = sorted(set(self.columns.values()))
        for merge in self.grid.merges:
            first = self.grid.rows[merge.top].cells
            text = first[merge.left] if merge.left < len(first) else ""
            for column in columns:
                if text and merge.left <= column < merge.right:
                    for index in range(merge.top, merge.bottom):
                        yield (index, column), text

    def rows(self, start: int, *, undated: Callable[[Mapping[Any, str]], bool]) -> Iterator[tuple[int, dict[Any, str]]]:
        """The index and the cells of each row from `start` on. `undated`: a row with these cells may be one of totals."""
        for index in range(start, len(self.grid.rows)):
            row = self.grid.rows[index]
            cells = {field: self.cell(index, column) for field, column in self.columns.items()}
            if row.is_prose or not any(cells.values()):
                if text := " ".join(filter(None, (cell.strip() for cell in row.cells))):
                    self.notes_left_out += [text[:80]] if len(self.notes_left_out) < NOTES_KEPT else []
            elif not (undated(cells) and self._is_total(row)) and not self._is_header_again(row):
                yield index, cells

    def cell(self, index: int, column: int) -> str:
        """What stands there, a merged cell's text in each of its rows."""
        return self.own(index, column) or self.merged.get((index, column), "").strip()

    def own(self, index: int, column: int) -> str:
        """What the cell itself holds."""
        cells = self.grid.rows[index].cells
        return cells[column].strip() if column < len(cells) else ""

    def is_shared(self, index: int, field: Any) -> bool:
        """The cell is a part of a merged one, and not its first."""
        column = self.columns[field]
        return (index, column) in self.merged and not self.own(index, column)

    def _is_total(self, row: Row) -> bool:
        """A line that only adds up says so."""
        is_total = any(_TOTALS.fullmatch("".join(cell.split())) for cell in row.cells)
        self.totals_left_out += is_total
        return is_total

    def _is_header_again(self, row: Row) -> bool:
        """Each page of a printed list begins with the header."""
        words = [plain(cell) for cell in row.cells[: len(self.labels)]]
        return tuple(words) == self.labels

    def refuse(self, index: int, field: Any, title: Text, text: Text) -> None:
        """Something is wrong with a cell."""
        self.refuse_line(self.grid.rows[index].line, field, title, text)

    def refuse_line(self, line: int, field: Any, title: Text, text: Text) -> None:
        """The same by the line of the file."""
        column = letter(self.columns[field]) if field in self.columns else ""
        self.wrong.append(Wrong(self.grid.sheet, line, column, title, text))

    def check_digits(self, sheets: Sheets, field: Any, title: Text, advice: Text) -> None:
        """A cell that shows fewer digits than it holds would be read short: in a column of numbers nothing may. Only the first cells
        are named; where there are more, one of them may be in this column."""
        at = self.columns.get(field)
        for each in sheets.repairs:
            if each.code != DIGITS_NOT_SHOWN or each.place.sheet != self.grid.sheet or at is None:
                continue
            named = each.text.en.partition(": ")[2].partition(" (")[0]
            if "…" in named or letter(at) in {cell.rstrip("0123456789") for cell in named.split(", ")}:
                text = Text(each.text.zh + advice.zh, f"{each.text.en} {advice.en}")
                self.refuse_line(each.place.line, field, title, text)
