"""The workbook that somebody fills in whose finance system writes none."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from shixiao.offices.payments.columns import Field
from shixiao.offices.payments.steps import SOURCES

COLUMNS = (
    (Field.DATE, 14, "付款的日期，如 2026-03-05。"),
    (Field.CODE, 16, "项目编码和项目名称填一样即可；几个单位有同名项目时填编码。"),
    (Field.NAME, 28, "与系统里的项目名称一致。"),
    (Field.SOURCE, 16, "财政拨款、财政专户资金、其他资金，三选一。"),
    (Field.AMOUNT, 16, "单位元，最多两位小数，只填正数。冲销请在系统里原来那笔支出上办理。"),
    (Field.PAYEE, 28, "收款人全称。"),
    (Field.PURPOSE, 32, "用途，200 字以内。"),
    (Field.VOUCHER, 18, "凭证号，一年内不重复。只用字母、数字和符号。"),
    (Field.CONTRACT, 18, "没有合同的不填；填了的，要先在系统里登记。"),
)
ROWS = 1000
YUAN = "（元）"


def workbook() -> bytes:
    """A sheet with the header, formats and a list of sources, and a sheet that explains the columns."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 — a new workbook has one
    sheet.title = "支出"
    titles = [field.heading.zh + (YUAN if field is Field.AMOUNT else "") for field, _width, _about in COLUMNS]
    sheet.append(titles)
    for number, (field, width, _about) in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, number)
            cell.number_format = {Field.DATE: "yyyy-mm-dd", Field.AMOUNT: "#,##0.00"}.get(field, "@")
    sheet.freeze_panes = "A2"
    listed = ",".join(title.zh for _code, title in SOURCES)
    choices = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    choices.add(f"D2:D{ROWS + 1}")
    sheet.add_data_validation(choices)
    about = book.create_sheet("填写说明")
    about.append(["列", "怎样填"])
    for title, (_field, _width, text) in zip(titles, COLUMNS, strict=True):
        about.append([title, text])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 70
    for row in about.iter_rows():
        row[1].alignment = Alignment(wrap_text=True)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
