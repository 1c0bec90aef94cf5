"""Draws the form templates that come with the program: `python tools/form_templates.py [FORM …]`.

Each form is described once, as a grid of cells, and drawn as a Word and as an Excel file. The files are what counts:
they are committed and may be edited in Word and Excel afterwards (docs/howto/forms.md), so this tool writes a form anew
only when it is named, or when its file is not there.
"""

import json
import sys
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from shixiao.forms import packages

FOLDER = Path(__file__).resolve().parents[1] / "src" / "shixiao" / "forms" / "templates"
MADE_ON = date(2026, 1, 1)
FONT = "宋体"
TITLE_FONT = "黑体"


@dataclass
class Cell:
    """A cell of the grid: its text, how many columns and rows it covers, and `<`, `^` or `>` for its side."""

    text: str
    across: int = 1
    down: int = 1
    side: str = "^"


Row = list[Cell]


@dataclass
class Form:
    """A form: page, widths of its columns in millimetres, rows.

    The head of the table of indicators (or projects) repeats on every page. Word repeats the first rows of a table only,
    so there a table of its own begins with it.
    """

    title: str
    widths: list[float]
    rows: list[Row]
    landscape: bool = False
    size: float = 10
    sections: bool = False
    before: list[str] = field(default_factory=list)

    @property
    def head(self) -> int:
        """The number of the row that heads the long table."""
        return next(at for at, row in enumerate(self.rows) if row[0].text in ("一级指标", "序号"))

    @property
    def head_rows(self) -> int:
        """How many rows it has."""
        return self.rows[self.head][0].down


def words(text: str, across: int = 1, down: int = 1) -> Cell:
    """A head of a row or column."""
    return Cell(text, across, down, "^")


def left(text: str, across: int = 1, down: int = 1) -> Cell:
    """A cell of text."""
    return Cell(text, across, down, "<")


def right(text: str, across: int = 1) -> Cell:
    """A cell of a number."""
    return Cell(text, across, 1, ">")


def values(loop: str, *names: str) -> list[str]:
    """The placeholders of a repeated row."""
    return [f"{{{{ {loop}.{name} }}}}" for name in names]


def repeated(loop: str, *row: Cell, lead: int = 0) -> list[Row]:
    """A repeated row between its tags; with `lead` the first columns belong to a cell above."""
    across = sum(each.across for each in row)
    covered = [Cell("", lead, 0)] if lead else []
    begin, end = left(f"{{% 逐行 {loop} %}}", across), left("{% 逐行结束 %}", across)
    return [[*covered, begin], [*covered, *row], [*covered, end]]


LEVELS = ("一级指标", "二级指标", "三级指标")


def declaration() -> Form:
    """项目支出绩效目标申报表."""
    i = values("指标", *LEVELS, "实施周期指标值", "年度指标值")
    f = values("资金", "名称", "实施周期金额", "年度金额")
    rows = [
        [words("项目名称"), left("{{ 项目名称 }}", 5)],
        [words("主管部门"), left("{{ 主管部门 }}", 2), words("实施单位"), left("{{ 实施单位 }}", 2)],
        [words("项目属性"), left("{{ 项目属性 }}", 2), words("项目期"), left("{{ 项目期 }}", 2)],
        [words("项目资金\n（万元）", 1, 4), words("资金来源", 2), words("实施周期", 2), words("年度")],
        *repeated("资金", left(f[0], 2), right(f[1], 2), right(f[2]), lead=1),
        [words("总体目标", 1, 2), words("实施周期目标", 3), words("年度目标", 2)],
        [Cell("", 1, 0), left("{{ 实施周期总体目标 }}", 3), left("{{ 年度总体目标 }}", 2)],
        [*(words(each) for each in LEVELS), words("实施周期指标值", 2), words("年度指标值")],
        *repeated("指标", Cell(i[0]), Cell(i[1]), left(i[2]), left(i[3], 2), left(i[4])),
        [words("审核意见"), left("{{ 审核意见 }}", 5)],
    ]
    return Form("项目支出绩效目标申报表", [24, 26, 42, 22, 20, 42], rows)


def monitoring() -> Form:
    """项目支出绩效运行监控表."""
    causes = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
    chances = ("确定能", "有可能", "完全不可能")
    i = values("指标", *LEVELS, "年度指标值", "执行情况", "全年预计完成情况", *causes, "原因说明", *chances, "备注")
    f = values("资金", "名称", "年初预算数", "执行数", "执行率", "全年预计执行数")
    rows = [
        [words("项目名称", 2), left("{{ 项目名称 }}", 14)],
        [words("主管部门", 2), left("{{ 主管部门 }}", 4), words("实施单位", 3), left("{{ 实施单位 }}", 7)],
        [
            words("项目资金\n（万元）", 2, 4),
            words("资金来源", 2),
            words("年初预算数"),
            words("{{ 监控期间 }}执行数", 4),
            words("{{ 监控期间 }}执行率", 3),
            words("全年预计执行数", 4),
        ],
        *repeated("资金", left(f[0], 2), right(f[1]), right(f[2], 4), right(f[3], 3), right(f[4], 4), lead=2),
        [words("年度总体目标", 2), left("{{ 年度总体目标 }}", 14)],
        [
            *(words(each, 1, 2) for each in LEVELS),
            words("年度指标值", 1, 2),
            words("{{ 监控期间 }}执行情况", 1, 2),
            words("全年预计完成情况", 1, 2),
            words("偏差原因分析", 6),
            words("完成目标可能性", 3),
            words("备注", 1, 2),
        ],
        [Cell("", 6, 0), *(words(each) for each in (*causes, "原因说明", *chances)), Cell("", 1, 0)],
        *repeated(
            "指标",
            Cell(i[0]),
            Cell(i[1]),
            left(i[2]),
            left(i[3]),
            left(f"{i[4]}（{{{{ 指标.依据 }}}}）"),
            left(i[5]),
            *(Cell(each) for each in i[6:11]),
            left(i[11]),
            *(Cell(each) for each in i[12:15]),
            left(i[15]),
        ),
    ]
    widths = [17, 17, 33, 22, 25, 25, 10, 10, 10, 12, 10, 30, 10, 10, 12, 14]
    return Form("项目支出绩效运行监控表", widths, rows, landscape=True, size=8.5)


def _evaluated_funds(columns: tuple[int, ...]) -> list[Row]:
    lead, *rest = columns
    names = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    heads = ("", "年初预算数", "全年预算数\n（A）", "全年执行数\n（B）", "分值", "执行率\n（B/A）", "得分")
    f = values("资金", "名称", *names)
    sides = ("<", ">", ">", ">", "^", "^", "^")
    return [
        [words("项目资金\n（万元）", lead, 4), *(words(head, n) for head, n in zip(heads, rest, strict=True))],
        *repeated("资金", *(Cell(text, n, 1, side) for text, n, side in zip(f, rest, sides, strict=True)), lead=lead),
    ]


def _goals(lead: int, expected: int, achieved: int) -> list[Row]:
    return [
        [words("年度\n总体目标", lead, 2), words("预期目标", expected), words("实际完成情况", achieved)],
        [Cell("", lead, 0), left("{{ 预期目标 }}", expected), left("{{ 实际完成情况 }}", achieved)],
    ]


def _evaluated_indicators(columns: tuple[int, ...]) -> list[Row]:
    names = (*LEVELS, "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    heads = (*names[:-1], "偏差原因分析\n及改进措施")
    i = values("指标", *names)
    i[4] += "（{{ 指标.依据 }}）"
    sides = ("^", "^", "<", "<", "<", "^", "^", "<")
    return [
        [words(head, across) for head, across in zip(heads, columns, strict=True)],
        *repeated("指标", *(Cell(text, n, 1, side) for text, n, side in zip(i, columns, sides, strict=True))),
        [
            words("总分", sum(columns[:5])),
            Cell("{{ 总分值 }}", columns[5]),
            Cell("{{ 总得分 }}", columns[6]),
            left("等级：{{ 等级 }}", columns[7]),
        ],
    ]


def self_evaluation() -> Form:
    """项目支出绩效自评表."""
    rows = [
        [words("项目名称"), left("{{ 项目名称 }}", 9)],
        [words("主管部门"), left("{{ 主管部门 }}", 3), words("实施单位"), left("{{ 实施单位 }}", 5)],
        *_evaluated_funds((1, 2, 1, 1, 1, 1, 2, 1)),
        *_goals(1, 4, 5),
        *_evaluated_indicators((1, 1, 2, 1, 1, 1, 1, 2)),
    ]
    return Form("项目支出绩效自评表", [18, 21, 12, 22, 24, 26, 12, 12, 14, 26], rows, size=9)


def summary() -> Form:
    """项目支出绩效自评结果汇总表."""
    names = (
        "序号",
        "实施单位",
        "项目名称",
        "全年预算数",
        "全年执行数",
        "执行率",
        "得分",
        "等级",
        "未完成情况及原因",
        "改进措施",
    )
    i = values("项目", *names)
    heads = [f"{each}\n（万元）" if each.endswith("数") else each for each in names]
    sides = ("^", "<", "<", ">", ">", ">", "^", "^", "<", "<")
    rows = [
        [words("主管部门", 2), left("{{ 主管部门 }}", 8)],
        [words(each) for each in heads],
        *repeated("项目", *(Cell(text, 1, 1, side) for text, side in zip(i, sides, strict=True))),
        [
            words("合计", 3),
            right("{{ 全年预算数合计 }}"),
            right("{{ 全年执行数合计 }}"),
            right("{{ 总执行率 }}"),
            Cell("", 4),
        ],
        [words("说明", 2), left("{{ 说明 }}", 8)],
    ]
    widths = [12, 32, 48, 25, 25, 17, 14, 17, 42, 38]
    return Form("项目支出绩效自评结果汇总表", widths, rows, landscape=True, size=9)


def whole_department() -> Form:
    """部门整体支出绩效自评表."""
    t = values("任务", "任务名称", "主要内容", "预算金额", "财政拨款", "其他资金", "执行数", "完成情况")
    heads = (
        "任务名称",
        "主要内容",
        "预算金额\n（万元）",
        "其中：\n财政拨款",
        "其他资金",
        "执行数\n（万元）",
        "完成情况",
    )
    columns = (2, 2, 1, 1, 1, 2, 1)
    sides = ("<", "<", ">", ">", ">", ">", "<")
    tasks = [Cell(text, n, 1, side) for text, n, side in zip(t, columns, sides, strict=True)]
    rows = [
        [words("部门名称"), left("{{ 部门名称 }}", 10)],
        *_evaluated_funds((1, 2, 1, 2, 2, 1, 1, 1)),
        [words("年度主要任务", 1, 4), *(words(head, n) for head, n in zip(heads, columns, strict=True))],
        *repeated("任务", *tasks, lead=1),
        *_goals(1, 5, 5),
        *_evaluated_indicators((1, 1, 2, 2, 2, 1, 1, 1)),
    ]
    widths = [24, 24, 22, 56, 24, 22, 18, 15, 13, 18, 33]
    return Form("部门整体支出绩效自评表", widths, rows, landscape=True, size=9)


def report() -> Form:
    """绩效评价报告."""
    i = values("评分", *LEVELS, "分值", "得分", "评分说明")
    rows = [
        [*(words(each) for each in LEVELS), words("分值"), words("得分"), words("评分说明")],
        *repeated("评分", Cell(i[0]), Cell(i[1]), left(i[2]), Cell(i[3]), Cell(i[4]), left(i[5])),
        [words("总分", 3), Cell("{{ 总分值 }}"), Cell("{{ 总得分 }}"), left("等级：{{ 等级 }}")],
    ]
    before = ["项目名称：{{ 项目名称 }}", "主管部门：{{ 主管部门 }}", "实施单位：{{ 实施单位 }}"]
    return Form("绩效评价报告", [24, 28, 46, 15, 15, 48], rows, sections=True, before=before)


FORMS = {each.__name__: each for each in (declaration, monitoring, self_evaluation, summary, whole_department, report)}

TOP = ("（{{ 年度 }}年度） {{ 模拟 }}", "填报日期：{{ 填报日期 }}")
SIGNED = (
    "填报人（签名）：{{ 填报人 }}            单位负责人（签名）：{{ 单位负责人 }}            联系电话：{{ 联系电话 }}"
)
STAMP = "填报单位（盖章）：                                        签章日期：      年    月    日"
SOURCE = "数据来源：{{ 数据来源 }}"
HASH = "内容校验码：{{ 校验码 }}"
CODE = "{{ 校验码图 }}"
CODE_WIDTH = 26  # mm: the code is 20 wide


# ---- Word ----------------------------------------------------------------------------------------------------


def as_docx(form: Form) -> bytes:
    """The form as a Word template."""
    document = docx.Document()
    for style in ("Normal", "Header", "Footer"):
        _font(document.styles[style].font, FONT, 10.5)
        document.styles[style].element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    section = document.sections[0]
    across, along = (297, 210) if form.landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if form.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(along)
    section.left_margin = section.right_margin = Mm((across - sum(form.widths)) / 2)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    section.footer_distance = Mm(9)
    _footer(section.footer.paragraphs[0])
    _paragraph(document, form.title, 18, "^", TITLE_FONT)
    _paragraph(document, TOP[0], 10.5, "^")
    _paragraph(document, TOP[1], 10.5, ">")
    for each in form.before:
        _paragraph(document, each, 12, "<")
    if form.sections:
        _paragraph(document, "{% 逐行 章节 %}", 12, "<")
        _paragraph(document, "{{ 章节.标题 }}", 14, "<", TITLE_FONT, keep=True)
        _paragraph(document, "{{ 章节.正文 }}", 12, "<", spacing=1.5)
        _paragraph(document, "{% 逐行结束 %}", 12, "<")
        _paragraph(document, "附：评分表", 14, "<", TITLE_FONT, keep=True)
    if form.head:
        _table(document, form, form.rows[: form.head])
        _sliver(document)
    _table(document, form, form.rows[form.head :], heads=form.head_rows)
    _paragraph(document, SIGNED, 10.5, "<", before=10, keep=True)
    _paragraph(document, STAMP, 10.5, "<", before=6, keep=True)
    _source_and_code(document, sum(form.widths))
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = form.title, "", "", "zh-CN"
    made = BytesIO()
    document.save(made)
    return packages.packed(made.getvalue(), made_on=MADE_ON)


def _font(font: Any, name: str, size: float) -> None:
    font.name, font.size = name, Pt(size)


def _source_and_code(document: Any, width: float) -> None:
    """Beside each other, without lines: below each other they would often need a page of their own."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _mark(table.rows[0], "w:cantSplit")
    for column, own in zip(table.columns, (width - CODE_WIDTH, CODE_WIDTH), strict=True):
        column.width = Mm(own)  # Word looks at the cells, LibreOffice at the columns
        cell = column.cells[0]
        cell.width = Mm(own)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    source, code = table.rows[0].cells
    _run(source.paragraphs[0], f"{SOURCE}\n{HASH}", 9)
    code.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(code.paragraphs[0], CODE, 9)


_SIDES = {"<": WD_ALIGN_PARAGRAPH.LEFT, "^": WD_ALIGN_PARAGRAPH.CENTER, ">": WD_ALIGN_PARAGRAPH.RIGHT}


def _paragraph(
    document: Any,
    text: str,
    size: float,
    side: str,
    font: str = FONT,
    *,
    before: float = 0,
    spacing: float = 1.15,
    keep: bool = False,
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = _SIDES[side]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.line_spacing = spacing
    paragraph.paragraph_format.keep_with_next = keep
    _run(paragraph, text, size, font=font)


def _run(paragraph: Any, text: str, size: float, *, font: str = FONT) -> None:
    for number, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(line)
        _font(run.font, font, size)
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _footer(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页    内容校验码 {{ 校验码 }}    {{ 模拟 }}"):
        if not piece.isupper():
            _run(paragraph, piece, 8)
            continue
        for kind in ("begin", "code", "separate", "text", "end"):
            run = paragraph.add_run()
            _font(run.font, FONT, 8)
            if kind == "code":
                element = OxmlElement("w:instrText")
                element.text = f" {piece} "
            elif kind == "text":
                element = OxmlElement("w:t")
                element.text = "1"
            else:
                element = OxmlElement("w:fldChar")
                element.set(qn("w:fldCharType"), kind)
            run._element.append(element)


def _sliver(document: Any) -> None:
    """A paragraph of one point: two tables that touch would become one again."""
    _paragraph(document, "", 1, "<")
    paragraph = document.paragraphs[-1]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(1)
    _font(paragraph.add_run().font, FONT, 1)


def _table(document: Any, form: Form, rows: list[Row], *, heads: int = 0) -> None:
    table = document.add_table(rows=len(rows), cols=len(form.widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, form.widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate(rows):
        line = table.rows[number]
        line.height, line.height_rule = Mm(7), WD_ROW_HEIGHT_RULE.AT_LEAST
        if number < heads:
            _mark(line, "w:tblHeader")
        _mark(line, "w:cantSplit")
        at = 0
        for cell in row:
            if cell.down:
                _word_cell(table, form, number, at, cell)
            at += cell.across
    _widths(table, form)


def _mark(line: Any, name: str) -> None:
    line._tr.get_or_add_trPr().append(OxmlElement(name))


def _word_cell(table: Any, form: Form, number: int, at: int, cell: Cell) -> None:
    first = table.cell(number, at)
    if cell.across > 1 or cell.down > 1:
        first = first.merge(table.cell(number + cell.down - 1, at + cell.across - 1))
    first.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = first.paragraphs[0]
    paragraph.alignment = _SIDES[cell.side]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, cell.text, form.size)


def _widths(table: Any, form: Form) -> None:
    """Each cell says its width; narrow margins inside, so that four characters fit where they must."""
    for row in table._tbl.tr_lst:
        at = 0
        for cell in row.tc_lst:
            span = cell.grid_span
            cell.width = Mm(sum(form.widths[at : at + span]))
            at += span
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):  # in the order that Word's schema asks for
        each = OxmlElement(f"w:{side}")
        each.set(qn("w:w"), "50" if side in ("left", "right") else "25")
        each.set(qn("w:type"), "dxa")
        margins.append(each)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


# ---- Excel ---------------------------------------------------------------------------------------------------

_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_XLSX_SIDES = {"<": "left", "^": "center", ">": "right"}
_MM_PER_CHARACTER = 1.95


def as_xlsx(form: Form) -> bytes:
    """The form as an Excel template."""
    book = Workbook()
    sheet = book.active
    sheet.title = form.title
    for number, width in enumerate(form.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = round(width / _MM_PER_CHARACTER, 1)
    last = len(form.widths)
    row = _line(sheet, 1, form.title, last, 18, "^", TITLE_FONT)
    row = _line(sheet, row, TOP[0], last, 10.5, "^")
    row = _line(sheet, row, TOP[1], last, 10.5, ">")
    for each in form.before:
        row = _line(sheet, row, each, last, 11, "<")
    if form.sections:
        row = _line(sheet, row, "{% 逐行 章节 %}", last, 11, "<")
        row = _line(sheet, row, "{{ 章节.标题 }}", last, 12, "<", TITLE_FONT)
        row = _line(sheet, row, "{{ 章节.正文 }}", last, 11, "<")
        row = _line(sheet, row, "{% 逐行结束 %}", last, 11, "<")
        row = _line(sheet, row, "附：评分表", last, 12, "<", TITLE_FONT)
    head = row + form.head
    for number, each in enumerate(form.rows):
        _xlsx_row(sheet, row + number, each, form.size)
    row += len(form.rows)
    for text in (SIGNED, STAMP):
        sheet.row_dimensions[row].height = 26
        row = _line(sheet, row, text, last, 10.5, "<")
    beside = _beside_code(form.widths)
    _line(sheet, row, f"{SOURCE}\n{HASH}", beside, 9, "<")  # in one row with the code, which a page end must not cut
    sheet.cell(row, beside + 1, CODE)
    sheet.merge_cells(start_row=row, start_column=beside + 1, end_row=row, end_column=last)
    sheet.row_dimensions[row].height = 62
    if not form.sections:
        sheet.print_title_rows = f"{head}:{head + form.head_rows - 1}"
    _page(sheet, form)
    book.properties.title, book.properties.creator = form.title, ""
    made = BytesIO()
    book.save(made)
    return packages.packed(made.getvalue(), made_on=MADE_ON)


def _beside_code(widths: list[float]) -> int:
    """The last column that leaves room for the code, which is 20 mm wide."""
    return max(at for at in range(1, len(widths)) if sum(widths[at:]) >= 22)


def _line(sheet: Any, row: int, text: str, last: int, size: float, side: str, font: str = FONT) -> int:
    cell = sheet.cell(row, 1, text)
    cell.font = Font(name=font, size=size)
    cell.alignment = Alignment(horizontal=_XLSX_SIDES[side], vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
    return row + 1


def _xlsx_row(sheet: Any, number: int, row: Row, size: float) -> None:
    at = 1
    for cell in row:
        for column in range(at, at + cell.across):
            each = sheet.cell(number, column)
            if type(each).__name__ != "MergedCell":
                each.font = Font(name=FONT, size=size)
                each.alignment = Alignment(horizontal=_XLSX_SIDES[cell.side], vertical="center", wrap_text=True)
            each.border = _BOX
        if cell.down:
            sheet.cell(number, at).value = cell.text or None
            if cell.across > 1 or cell.down > 1:
                sheet.merge_cells(
                    start_row=number, start_column=at, end_row=number + cell.down - 1, end_column=at + cell.across - 1
                )
        at += cell.across


def _page(sheet: Any, form: Form) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页    内容校验码 {{ 校验码 }}    {{ 模拟 }}"
    sheet.sheet_view.showGridLines = False


# ---- the files -----------------------------------------------------------------------------------------------


def main(named: list[str]) -> None:
    """Writes the files of the forms that are named or missing, and the list of all."""
    listed = []
    for word, form in FORMS.items():
        for kind, draw in (("docx", as_docx), ("xlsx", as_xlsx)):
            file = FOLDER / f"{word}.{kind}"
            if word in named or not file.exists():
                file.write_bytes(draw(form()))
                print(file.name)
            listed.append({"form": word, "kind": kind, "file": file.name, "region": "", "from_year": 2020})
    listing = FOLDER / "templates.json"
    if not listing.exists():
        listing.write_text(json.dumps({"templates": listed}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
