"""The workbook that somebody fills in to propose tasks by a list: the columns that are read, with the units and leaders of this house to choose from."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from shixiao.offices.supervision.columns import REQUIRED, TITLES

SHEET, ABOUT, NAMES = "督办事项", "填写说明", "单位和领导"
ROWS = 500
WIDTHS = {"matter": 40, "unit": 22, "assisting": 26, "done_when": 36, "limit_on": 14, "orderer": 14, "source_ref": 26}
ABOUTS = {
    "matter": "一事一项，写清办什么，200 字以内。",
    "unit": "一个主办单位，从列表里选，或者填单位编码。",
    "assisting": "最多 4 个，用顿号分开；没有就不填。",
    "done_when": "办到什么程度算完成，反馈和审核都对照它，1000 字以内。",
    "limit_on": "如 2026-03-05；不填就按来源规定的时限。",
    "orderer": "从列表里选，或者填登录名；不填就用登记时选的那一位。",
    "source_ref": "文号或会议名称；不填就用登记时写的。",
}


def workbook(*, units: Sequence[str], leaders: Sequence[str]) -> bytes:
    """A sheet with the header and lists to choose from, a sheet that explains the columns, and one with the names. An empty row is no task."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 — a new workbook has one
    sheet.title = SHEET
    sheet.append([title.zh for title in TITLES.values()])
    listed = {"unit": ("A", len(units)), "orderer": ("B", len(leaders))}
    for number, code in enumerate(TITLES, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDTHS[code]
        sheet[f"{letter}1"].font = Font(bold=True)
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, number)
            cell.number_format = "yyyy-mm-dd" if code == "limit_on" else "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if code in listed and listed[code][1]:
            column, count = listed[code]
            # Other words may be typed as well: a code, a user name.
            choices = DataValidation(
                type="list",
                formula1=f"'{NAMES}'!${column}$2:${column}${count + 1}",
                allow_blank=True,
                showErrorMessage=False,
            )
            choices.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(choices)
    sheet.freeze_panes = "A2"
    _explain(book)
    _name(book, units, leaders)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _explain(book: Workbook) -> None:
    about = book.create_sheet(ABOUT)
    about.append(["列", "要不要填", "怎样填"])
    for code, title in TITLES.items():
        about.append([title.zh, "必填" if code in REQUIRED else "可以不填", ABOUTS[code]])
    for letter, width in (("A", 18), ("B", 12), ("C", 60)):
        about.column_dimensions[letter].width = width
        about[f"{letter}1"].font = Font(bold=True)


def _name(book: Workbook, units: Sequence[str], leaders: Sequence[str]) -> None:
    names = book.create_sheet(NAMES)
    for column, words in ((1, ("可选的单位", *units)), (2, ("可选的领导", *leaders))):
        names.column_dimensions[get_column_letter(column)].width = 30
        for row, word in enumerate(words, 1):
            cell = names.cell(row, column)
            cell.value, cell.data_type = word, "s"  # a name that begins with = is no formula
