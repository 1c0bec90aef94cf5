"""A workbook of units, staff and appointments: its template, and its rows with their places.

Three sheets, told by name: 单位, 人员, 任职. What stands in a cell is read by `shixiao.tables`, which survives hostile
files; here only headers and rows are told apart, and each fault is named with sheet, row, column and the next step.
"""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shixiao import tables
from shixiao.people.wordings import said
from shixiao.tables.grid import Grid, Row, Sheets

LIMIT = 5 * 1024 * 1024
# An import is one transaction, and on SQLite nobody else writes meanwhile: some seconds for so many.
MOST_ROWS = 2_000
UNITS, STAFF, APPOINTMENTS = "单位", "人员", "任职"
# Sheet → its columns; those with a star must be filled in. The headers are the language of the file, in every language.
COLUMNS: dict[str, tuple[str, ...]] = {
    UNITS: ("编码*", "名称*", "简称", "上级编码", "设立日期*"),
    STAFF: ("工号*", "姓名*", "账号*"),
    APPOINTMENTS: ("工号*", "岗位编码*", "单位编码*", "起始日期*", "主要任职"),
}
EXAMPLES: dict[str, tuple[tuple[str, ...], ...]] = {
    UNITS: (("BGT", "示例办公厅", "办公厅", "", "2020-01-01"), ("BGT01", "示例综合处", "综合处", "BGT", "2020-01-01")),
    STAFF: (("0001", "示例甲", "jia"),),
    APPOINTMENTS: (("0001", "CLERK", "BGT01", "2026-01-01", "是"),),
}
YES, NO = ("是", "Y", "YES", "1", "TRUE"), ("", "否", "N", "NO", "0", "FALSE")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0{1,2}:00(?::00)?)?")
_FORMULA = "formula_without_value"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. `row` 0 is the sheet as a whole, an empty `sheet` the file."""

    sheet: str
    row: int
    column: str
    what: str
    next_step: str
    is_of_a_row: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row: its cells by header, without the star."""

    sheet: str
    row: int
    cells: dict[str, str]

    def problem(self, column: str, what: str, next_step: str) -> Problem:
        """Something wrong in this row."""
        return Problem(self.sheet, self.row, column, what, next_step, is_of_a_row=True)

    @property
    def key(self) -> str:
        """What other rows call it by: a code or a staff number, in one spelling."""
        return unicodedata.normalize("NFKC", self.cells[_bare(COLUMNS[self.sheet][0])]).upper()


@dataclass(slots=True)
class Content:
    """What a workbook holds: rows of each sheet, and what is wrong with them."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are to import."""
        return sum(map(len, self.lines.values()))


def template() -> bytes:
    """The workbook to fill in: three sheets with headers and an invented example. All cells are text."""
    book = Workbook()
    book.remove(book.active)
    for name, columns in COLUMNS.items():
        sheet = book.create_sheet(name)
        for values in (columns, *EXAMPLES[name]):
            sheet.append(values)
        for number, title in enumerate(columns, start=1):
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = max(14, 2 * len(title) + 4)
            sheet.column_dimensions[letter].number_format = "@"
            sheet[f"{letter}1"].font = Font(bold=True)
            sheet[f"{letter}1"].alignment = Alignment(horizontal="left")
        sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content: bytes) -> Content:
    """The rows of the workbook. Raises `tables.Unreadable` for a file that cannot be read at all."""
    found = tables.sheets(content)
    read_so_far = Content()
    known = [grid for grid in found.grids if grid.sheet.strip() in COLUMNS]
    if not known:
        wanted = "、".join(COLUMNS)
        there = "、".join(grid.sheet for grid in found.grids[:5])
        what = _("没有名为 %(wanted)s 的工作表，只有：%(there)s。") % {"wanted": wanted, "there": there}
        read_so_far.problems.append(Problem("", 0, "", what, _("请下载模板，把内容填到同名的工作表里。")))
    for grid in known:
        _read_sheet(grid, found, read_so_far)
    return read_so_far


def day(text: str) -> date | None:
    """The day that a cell says, or None."""
    match = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _read_sheet(grid: Grid, found: Sheets, into: Content) -> None:
    name = grid.sheet.strip()
    rows = [row for row in grid.rows if any(cell.strip() for cell in row.cells)]
    # A title above the header is no row; a lone cell below it is one that lacks the others.
    while rows and rows[0].is_prose:
        rows.pop(0)
    faults = list(_whole_sheet_faults(name, grid, found, rows))
    into.problems += faults
    if any(fault.row == 0 for fault in faults) or not rows:
        return
    header, *filled = rows
    places, header_faults = _places(name, header)
    into.problems += header_faults
    if header_faults:
        return
    lines = [_line(name, row, places) for row in filled]
    into.lines[name] = lines
    for line in lines:
        into.problems += _cell_faults(line)


def _whole_sheet_faults(name: str, grid: Grid, found: Sheets, rows: list[Row]) -> Iterator[Problem]:
    if len(rows) - 1 > MOST_ROWS:
        what = _("有 %(count)d 行，一次最多 %(most)d 行。") % {"count": len(rows) - 1, "most": MOST_ROWS}
        yield Problem(name, 0, "", what, _("请拆成几个文件，分几次导入。"))
        return
    for merge in grid.merges[:5]:
        row, column = grid.rows[merge.top].line, get_column_letter(merge.left + 1)
        yield Problem(
            name, row, column, _("这里有合并的单元格。"), _("请取消合并，让每个格子只写一件事，标题只占第一行。")
        )
    for repair in found.repairs:
        if repair.code == _FORMULA and repair.place.sheet == grid.sheet:
            column = get_column_letter(repair.place.column) if repair.place.column else ""
            next_step = _("请选中整列，复制后“选择性粘贴 → 数值”，保存后再导入。")
            yield Problem(name, repair.place.line, column, _("这里是没有算出结果的公式。"), next_step)
        elif repair.defect and repair.place.sheet == grid.sheet:
            yield Problem(name, repair.place.line, "", said(repair.text), _("请改好这一处，保存后再导入。"))


def _places(name: str, header: Row) -> tuple[dict[str, int], list[Problem]]:
    titles = [_bare(cell) for cell in header.cells]
    wanted = [_bare(column) for column in COLUMNS[name]]
    problems = [
        Problem(name, header.line, "", _("表头没有“%(column)s”这一列。") % {"column": column}, _("请对照模板补上。"))
        for column in wanted
        if column not in titles
    ]
    for index, title in enumerate(titles):
        letter = get_column_letter(index + 1)
        if title and title not in wanted:
            next_step = _("请对照模板改名，或删去这一列。")
            problems.append(
                Problem(name, header.line, letter, _("不认识“%(title)s”列。") % {"title": title}, next_step)
            )
        elif title and title in titles[:index]:
            problems.append(
                Problem(name, header.line, letter, _("“%(title)s”列出现了两次。") % {"title": title}, _("请只留一列。"))
            )
    return {title: titles.index(title) for title in wanted if title in titles}, problems


def _bare(text: str) -> str:
    return "".join(text.split()).replace("*", "").replace("＊", "")


def _line(name: str, row: Row, places: dict[str, int]) -> Line:
    cells = {title: row.cells[at].strip() if at < len(row.cells) else "" for title, at in places.items()}
    return Line(name, row.line, cells)


def _cell_faults(line: Line) -> Iterator[Problem]:
    for column in COLUMNS[line.sheet]:
        title, cell = _bare(column), line.cells[_bare(column)]
        if column.endswith("*") and not cell:
            yield line.problem(title, _("没有填。"), _("请填上，或删去整行。"))
        elif title.endswith("日期") and cell and day(cell) is None:
            what = _("“%(cell)s”不是日期。") % {"cell": cell[:40]}
            yield line.problem(title, what, _("请写成 2026-01-31 这样。"))
        elif title == "主要任职" and cell.upper() not in (*YES, *NO):
            yield line.problem(title, _("“%(cell)s”看不懂。") % {"cell": cell[:40]}, _("请填“是”或“否”，或留空。"))


def duplicates(lines: Iterable[Line], columns: tuple[str, ...]) -> Iterator[Problem]:
    """Rows that say the same thing a second time."""
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        key = tuple(line.cells[column].upper() for column in columns)
        if all(key) and key in seen:
            what = _("与第 %(row)d 行重复。") % {"row": seen[key]}
            yield line.problem(columns[0], what, _("请只留一行。"))
        seen.setdefault(key, line.row)
