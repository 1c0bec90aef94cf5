"""Draws the templates of letters that come with the program: `python tools/letter_templates.py [LETTER …]`.

As with forms (`form_templates.py`), the files are what counts: they are committed and may be edited in Word afterwards, so this tool
writes a letter anew only when it is named, or when its file is not there. The wordings are the house's own. A4 with the margins of
official papers.
"""

import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from shixiao.forms import packages

FOLDER = Path(__file__).resolve().parents[1] / "src" / "shixiao" / "forms" / "templates"
MADE_ON = date(2026, 1, 1)
TEXT, TITLE, HEAD = "仿宋", "宋体", "黑体"
SIZE, LARGE, SMALL = 16, 22, 10.5  # 三号, 二号, 五号
RED = RGBColor(0xC0, 0x00, 0x00)
WIDTH = 156  # mm between the margins
SIDES = {"<": WD_ALIGN_PARAGRAPH.LEFT, "^": WD_ALIGN_PARAGRAPH.CENTER, ">": WD_ALIGN_PARAGRAPH.RIGHT}
FIELDS = ("PAGE", "NUMPAGES")


class Sheet:
    """A letter as it is drawn, from the top downwards."""

    def __init__(self, title: str) -> None:
        self.document = docx.Document()
        for style in ("Normal", "Header", "Footer"):
            font(self.document.styles[style], TEXT, SIZE if style == "Normal" else SMALL)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(30), Mm(28)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(14)
        foot = section.footer.paragraphs[0]
        foot.alignment = SIDES["^"]
        for piece in ("第 ", "PAGE", " 页，共 ", "NUMPAGES", " 页　{{ 文号 }}　内容校验码 {{ 校验码 }}　{{ 模拟 }}"):
            field(foot, piece) if piece in FIELDS else write(foot, piece, 9)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments, properties.language = title, "", "", "zh-CN"

    def issuer(self) -> None:
        """Who issues it, in red, with a line below."""
        line = self.line("{{ 发文单位 }}", "^", size=LARGE, face=TITLE, is_bold=True, colour=RED, after=8)
        borders = OxmlElement("w:pBdr")
        bottom = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", str(RED))):
            bottom.set(qn(f"w:{name}"), value)
        borders.append(bottom)
        line._element.get_or_add_pPr().append(borders)

    def title(self, text: str, *, size: float = LARGE) -> None:
        """The name of the letter."""
        self.line(text, "^", size=size, face=TITLE, is_bold=True, before=10, after=10, spacing=Pt(size * 1.45))

    def line(
        self,
        text: str,
        side: str = "<",
        *,
        size: float = SIZE,
        face: str = TEXT,
        is_bold: bool = False,
        colour: Any = None,
        before: float = 0,
        after: float = 0,
        spacing: Any = None,
        indent: float = 0,
    ) -> Any:
        """One paragraph."""
        paragraph = self.document.add_paragraph()
        looks(paragraph, side, before=before, after=after, spacing=spacing or Pt(size * 1.7), indent=indent)
        run = write(paragraph, text, size, face=face, is_bold=is_bold)
        if colour is not None:
            run.font.color.rgb = colour
        return paragraph

    def says(self, text: str) -> None:
        """A paragraph of the letter, two characters in."""
        self.line(text, indent=2 * SIZE)

    def head(self, text: str) -> None:
        """The heading of a part."""
        self.line(text, face=HEAD, indent=2 * SIZE).paragraph_format.keep_with_next = True

    def repeated(self, loop: str, text: str) -> None:
        """A paragraph for each item; none where there is no item."""
        self.line(f"{{% 逐行 {loop} %}}")
        self.says(text)
        self.line("{% 逐行结束 %}")

    def table(self, rows: list[list[str]], *, tall: dict[str, int] | None = None, loop: str = "") -> None:
        """Four columns; a row of two texts is a name and a value across the rest. `tall`: least heights in mm, by the name of the row."""
        widths = [26, 56, 26, 48] if not loop else [44, 66, 46]
        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for row in rows:
            cells = table.add_row().cells
            line = table.rows[-1]
            line.height, line.height_rule = Mm((tall or {}).get(row[0], 9)), WD_ROW_HEIGHT_RULE.AT_LEAST
            if len(row) < len(widths):
                cells[len(row) - 1].merge(cells[-1])
            for number, text in enumerate(row):
                is_name = row is rows[0] if loop else number % 2 == 0
                cell = cells[number]
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                looks(cell.paragraphs[0], "^" if is_name else "<", spacing=Pt(20))
                write(cell.paragraphs[0], text, 12, face=HEAD if is_name else TEXT)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for line in table.rows:
            at = 0
            for cell in line._tr.tc_lst:
                cell.width = Mm(sum(widths[at : at + cell.grid_span]))
                at += cell.grid_span

    def signed(self, *, who: str = "{{ 发文单位 }}") -> None:
        """Who issues it, and the day."""
        self.line("", size=8)
        self.line(who, ">")
        self.line("{{ 成文日期 }}", ">")

    def foot(self) -> None:
        """To whom copies go, who wrote it, and the code beside what it is for."""
        self.line("", size=8)
        table = self.document.add_table(rows=1, cols=2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, (WIDTH - 26, 26), strict=True):
            column.width = Mm(width)
            column.cells[0].width = Mm(width)
            column.cells[0].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        said, code = table.rows[0].cells
        lines = ("抄送：{{ 抄送 }}", "经办人：{{ 经办人 }}", "扫码打开事项 {{ 事项编号 }}")
        for number, text in enumerate(lines):
            paragraph = said.paragraphs[0] if not number else said.add_paragraph()
            looks(paragraph, "<", spacing=Pt(18))
            write(paragraph, text, SMALL)
        looks(code.paragraphs[0], ">")
        write(code.paragraphs[0], "{{ 二维码 }}", SMALL)

    def bytes(self) -> bytes:
        """The file."""
        made = BytesIO()
        self.document.save(made)
        return packages.packed(made.getvalue(), made_on=MADE_ON)


def font(holder: Any, name: str, size: float) -> None:
    """A font for both kinds of script."""
    holder.font.name, holder.font.size = name, Pt(size)
    holder.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def looks(
    paragraph: Any, side: str, *, before: float = 0, after: float = 0, spacing: Any = None, indent: float = 0
) -> None:
    """How a paragraph stands."""
    form = paragraph.paragraph_format
    paragraph.alignment = SIDES[side]
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), spacing
    if indent:
        form.first_line_indent = Pt(indent)


def write(paragraph: Any, text: str, size: float, *, face: str = TEXT, is_bold: bool = False) -> Any:
    """A text of one look."""
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = face, Pt(size), is_bold or None
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    return run


def field(paragraph: Any, name: str) -> None:
    """A page number."""
    for kind in ("begin", "code", "separate", "text", "end"):
        run = paragraph.add_run()
        run.font.size = Pt(9)
        if kind in ("code", "text"):
            element = OxmlElement("w:instrText" if kind == "code" else "w:t")
            element.text = f" {name} " if kind == "code" else "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


# ---- the letters -----------------------------------------------------------------------------------------------

_SOURCE = ["来　　源", "{{ 来源 }} {{ 来源文号 }}", "交办领导", "{{ 交办领导 }}"]
_UNITS = ["主办单位", "{{ 主办单位 }}", "协办单位", "{{ 协办单位 }}"]


def supervision_order() -> bytes:
    """督办单."""
    sheet = Sheet("督办单")
    sheet.issuer()
    sheet.title("督 办 单")
    sheet.line("{{ 文号 }}　　{{ 紧急程度 }}　　{{ 成文日期 }}", ">", size=12, after=4)
    sheet.table(
        [
            ["督办事项", "{{ 事项 }}"],
            ["事项编号", "{{ 事项编号 }}", "办理期限", "{{ 办理期限 }}"],
            _SOURCE,
            _UNITS,
            ["办成标准", "{{ 办成标准 }}"],
            [
                "督办要求",
                "请对照办成标准抓紧办理，在办理期限内办结并反馈结果；不能按期办结的，期限届满前申请延期并说明理由。",
            ],
            ["补充要求", "{{ 补充要求 }}"],
            ["承办情况", ""],
            ["承办人", "", "单位负责人", ""],
        ],
        tall={"督办事项": 14, "办成标准": 16, "补充要求": 14, "承办情况": 46, "承办人": 14},
    )
    sheet.foot()
    return sheet.bytes()


def entrusting_notice() -> bytes:
    """交办通知单."""
    sheet = Sheet("交办通知单")
    sheet.issuer()
    sheet.title("交办通知单")
    sheet.line("{{ 文号 }}　　{{ 紧急程度 }}", "^", size=12, after=8)
    sheet.line("{{ 主送 }}：")
    sheet.says("下列事项由你单位主办。请及时签收并确定承办人，在办理期限内办结，对照办成标准反馈结果。")
    sheet.says("不属于本单位职责的，请在签收前说明理由退回，不要转给其他单位。")
    sheet.table(
        [
            ["事　　项", "{{ 事项 }}"],
            ["事项编号", "{{ 事项编号 }}", "交办日期", "{{ 交办日期 }}"],
            _SOURCE,
            ["签收时限", "{{ 签收时限 }}", "办理期限", "{{ 办理期限 }}"],
            ["协办单位", "{{ 协办单位 }}"],
            ["办成标准", "{{ 办成标准 }}"],
            ["补充要求", "{{ 补充要求 }}"],
        ],
        tall={"事　　项": 14, "办成标准": 18, "补充要求": 14},
    )
    sheet.signed()
    sheet.foot()
    return sheet.bytes()


def reminder_letter() -> bytes:
    """催办函."""
    sheet = Sheet("催办函")
    sheet.issuer()
    sheet.title("关于“{{ 事项 }}”的催办函", size=20)
    sheet.line("{{ 文号 }}　　{{ 紧急程度 }}", "^", size=12, after=8)
    sheet.line("{{ 主送 }}：")
    sheet.says(
        "你单位主办的“{{ 事项 }}”（编号 {{ 事项编号 }}），办理期限为{{ 办理期限 }}，{{ 时限情况 }}。现第{{ 催办次数 }}次催办。"
    )
    sheet.says("{{ 催办内容 }}")
    sheet.repeated("进展", "最近一次报告进展是{{ 进展.日期 }}：{{ 进展.内容 }}")
    sheet.says("请对照办成标准抓紧办理，办结后及时反馈；有困难的，请说明原因和预计办结的时间。")
    sheet.signed()
    sheet.foot()
    return sheet.bytes()


def extension_request() -> bytes:
    """延期申请."""
    sheet = Sheet("延期申请")
    sheet.title("延 期 申 请")
    sheet.line("{{ 文号 }}", "^", size=12, after=8)
    sheet.line("{{ 主送 }}：")
    sheet.says(
        "我单位主办的“{{ 事项 }}”（编号 {{ 事项编号 }}），原定期限为{{ 原定期限 }}，现期限为{{ 办理期限 }}。因下列原因，申请延长{{ 申请延长 }}，延至{{ 申请延至 }}。"
    )
    sheet.head("一、延期理由")
    sheet.says("{{ 延期理由 }}")
    sheet.head("二、目前进展")
    sheet.repeated("进展", "{{ 进展.日期 }}：{{ 进展.内容 }} {{ 进展.进度 }}")
    sheet.head("三、审批意见")
    sheet.table([["审批意见", ""], ["审批人", "", "日　　期", ""]], tall={"审批意见": 34, "审批人": 12})
    sheet.signed()
    sheet.foot()
    return sheet.bytes()


def closing_report() -> bytes:
    """办结报告."""
    sheet = Sheet("办结报告")
    sheet.issuer()
    sheet.title("关于“{{ 事项 }}”办理结果的报告", size=20)
    sheet.line("{{ 文号 }}", "^", size=12, after=8)
    sheet.line("{{ 主送 }}：")
    sheet.says(
        "“{{ 事项 }}”（编号 {{ 事项编号 }}）由{{ 主办单位 }}主办，来源为{{ 来源 }}{{ 来源文号 }}。现将办理结果报告如下。"
    )
    sheet.head("一、办理结果")
    sheet.says("{{ 办理结果 }}")
    sheet.says("{{ 呈报内容 }}")
    sheet.head("二、办成标准")
    sheet.says("{{ 办成标准 }}")
    sheet.head("三、时限")
    sheet.says(
        "原定期限{{ 原定期限 }}，{{ 时限情况 }}。其间延期{{ 延期次数 }}次，催办{{ 催办次数 }}次，退回重办{{ 退回次数 }}次。"
    )
    sheet.head("四、办理经过")
    sheet.table(
        [
            ["日期", "环节", "办理人"],
            ["{% 逐行 经过 %}"],
            ["{{ 经过.日期 }}", "{{ 经过.环节 }}", "{{ 经过.办理人 }}"],
            ["{% 逐行结束 %}"],
        ],
        loop="经过",
    )
    sheet.says("{{ 补充说明 }}")
    sheet.signed()
    sheet.foot()
    return sheet.bytes()


LETTERS: dict[str, Callable[[], bytes]] = {
    each.__name__: each
    for each in (supervision_order, entrusting_notice, reminder_letter, extension_request, closing_report)
}


def main(named: list[str]) -> None:
    """Writes the letters that are named, and those that are not there."""
    for name, draw in LETTERS.items():
        file = FOLDER / f"{name}.docx"
        if name in named or not file.is_file():
            file.write_bytes(draw())
            print(file.name)


if __name__ == "__main__":
    main(sys.argv[1:])
