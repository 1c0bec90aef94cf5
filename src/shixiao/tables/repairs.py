"""Everything that is mended while a table is read: a permanent code, and a sentence in both languages.

A mend loses nothing (an entity undone, a missing separator supplied). A defect could not be mended: something
was left empty or left out, the sentence quotes it, and a person has to look.
"""

from __future__ import annotations

from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.plans import NOWHERE, Place, Repair


class Kind(NamedTuple):
    """One kind of repair; the sentences have slots for its particulars."""

    zh: str
    en: str
    defect: bool = False


def repair(code: str, place: Place = NOWHERE, *, row: int | None = None, **particulars: object) -> Repair:
    """The repair `code` at `place`; quoted particulars are shortened. Raises KeyError for an unknown code."""
    kind = CODES[code]
    words = {name: shortened(value) if isinstance(value, str) else value for name, value in particulars.items()}
    return Repair(code, Text(kind.zh.format(**words), kind.en.format(**words)), place, row, kind.defect)


def shortened(text: str, *, length: int = 60) -> str:
    """`text` on one line and at most `length` characters long."""
    if len(text) <= length and text.isprintable() and "  " not in text:
        return text.strip()
    line = " ".join(text[: 2 * length].split())
    return line if len(line) <= length and len(text) <= 2 * length else f"{line[: length - 1]}…"


# The words are permanent: they are stored and quoted. Add, never rename and never reuse (a test keeps the list).
CODES: dict[str, Kind] = {
    # -- the file
    "cut_character": Kind(
        "文件末尾只有半个字符，已略去：文件可能被截断。",
        "The file ends with half a character, which was left out: the file may have been cut off.",
        defect=True,
    ),
    "control_character": Kind(
        "去掉了 {count} 个看不见的控制字符（{codes}）。", "{count} invisible control characters ({codes}) were removed."
    ),
    "replacement_character": Kind(
        "有 {count} 个字符在此前的转换中已经丢失（显示为 �）。",
        "{count} characters were lost in an earlier conversion (shown as �).",
        defect=True,
    ),
    "unclosed_quote": Kind(
        "单元格的引号没有结束：文件可能被截断。",
        "The quotes of a cell never end: the file may have been cut off.",
        defect=True,
    ),
    "spaces_for_tabs": Kind(
        "各列之间只有空格，按每格的内容分列。",
        "The columns are kept apart by spaces only; cells were told by their content.",
    ),
    "text_outside_table": Kind(
        "表格之外有 {count} 行文字未读，第一行是“{text}”。",
        "{count} lines of text outside the table were not read, the first being “{text}”.",
    ),
    # -- a PDF file
    "row_joined_over_pages": Kind(
        "第{page}页末的一行在第{next}页上继续，已接上。",
        "The last row of page {page} goes on on page {next}; the two parts were joined.",
    ),
    "page_furniture": Kind(
        "页码、页眉和页脚（共 {count} 行，第一行是“{text}”）未读。",
        "Page numbers and running heads ({count} lines, the first being “{text}”) were not read.",
    ),
    "characters_printed_twice": Kind(
        "有 {count} 个字符重叠印了两次（加粗），只读一次。",
        "{count} characters are printed twice, one upon the other (as bold); each was read once.",
    ),
    "characters_normalised": Kind(
        "{count} 个部首字符或兼容字符（如 U+{code}“{example}”）换成了通用的字（“{plain}”）。",
        "{count} radicals or compatibility characters (such as U+{code} “{example}”) became the ordinary ones (“{plain}”).",
    ),
    "characters_unknown": Kind(
        "第{page}页有 {count} 个字符，字体里没有写明是什么字（显示为 �）。",
        "On page {page} the fonts do not tell what {count} characters are (shown as �).",
        defect=True,
    ),
    "characters_off_page": Kind(
        "第{page}页有 {count} 个字符在纸张边缘之外，打印不出来，未读：表格可能比纸宽。",
        "On page {page} {count} characters lie beyond the edge of the paper and were not read: the table may be too wide.",
        defect=True,
    ),
    "columns_by_position": Kind(
        "表格没有画线，按文字的位置分行分列：请核对。",
        "The table has no lines; rows and columns were told by the position of the text: please check.",
    ),
    "pages_left_out": Kind(
        "共 {pages} 页，只读了前 {read} 页：文件太大。",
        "Of {pages} pages only the first {read} were read: the file is too large.",
        defect=True,
    ),
    "page_left_out": Kind(
        "第{page}页已损坏，或者图形过于复杂，未读。",
        "Page {page} is damaged or holds too complex a drawing; it was not read.",
        defect=True,
    ),
    "page_partly_read": Kind(
        "第{page}页有 {count} 处绘图指令有错，可能缺字。",
        "Page {page} has {count} faulty drawing instructions; text may be missing.",
        defect=True,
    ),
    "pages_are_pictures": Kind(
        "第{pages}页只有图片，没有文字，未读。",
        "These pages are pictures without text and were not read: {pages}.",
        defect=True,
    ),
    "text_behind_picture": Kind(
        "第{page}页的文字藏在图片后面，是扫描识别的结果：请核对。",
        "The text of page {page} is hidden behind a picture, as text recognition leaves it: please check.",
    ),
    "objects_searched_for": Kind(
        "文件的对象目录已损坏，逐个找回了各个对象：请核对页数。",
        "The file's list of objects is damaged; they were found by searching: please check the pages.",
    ),
    # -- the table
    "header_missing": Kind(
        "没有表头，按广东统一表式的列序读取。",
        "There is no header row; the columns were taken in the order of the Guangdong form.",
    ),
    "column_unknown": Kind("“{column}”一列未读。", "The column {column} was not read."),
    "money_unit_missing": Kind("没有写明金额单位，按万元读取。", "The unit of money is not given; 万元 was assumed."),
    "money_unit_converted": Kind(
        "金额单位是{unit}，已精确换算为万元。", "Amounts are in {unit}; converted to 万元 exactly."
    ),
    "money_unit_unknown": Kind(
        "金额单位“{unit}”不认识，各项金额未读。",
        "The unit of money {unit} is not known; no amount was read.",
        defect=True,
    ),
    "second_total": Kind(
        "又有一行合计“{text}”，与前面的不同，已略去。",
        "There is another grand total row, “{text}”, which differs from the first and was left out.",
        defect=True,
    ),
    "subtotal_left_out": Kind("小计行“{text}”未读。", "The page subtotal “{text}” was not read."),
    "unit_row_missing": Kind(
        "项目前没有单位行，归入“{unit}”。", "No unit row stands before the project; it was put under “{unit}”."
    ),
    "row_taken_as_unit": Kind(
        "“{name}”没有目标和指标，按金额核对，作为单位读取。",
        "“{name}” has no goal and no indicators; by its amount it was read as a unit.",
    ),
    "row_taken_as_project": Kind(
        "“{name}”没有目标和指标，按金额核对，作为“{unit}”的项目读取。",
        "“{name}” has no goal and no indicators; by its amount it was read as a project of “{unit}”.",
    ),
    "unit_without_projects": Kind("单位“{name}”下面没有项目。", "The unit “{name}” has no projects.", defect=True),
    "project_twice": Kind(
        "“{unit}”下有两个同名项目“{name}”（前一个在第{line}行），两个都保留。",
        "“{unit}” has the project “{name}” twice (first on line {line}); both were kept.",
        defect=True,
    ),
    "name_missing": Kind("这一行有金额，但没有名称。", "This row has amounts but no name.", defect=True),
    "row_cut_off": Kind(
        "最后一行“{text}”不完整：表格可能被截断。",
        "The last row, “{text}”, is incomplete: the table may be cut off.",
        defect=True,
    ),
    "line_left_out": Kind(
        "这一行不属于任何单元格，未读：“{text}”。", "This line belongs to no cell: “{text}”.", defect=True
    ),
    "too_many_cells": Kind(
        "这一行比表头多 {count} 格，多出的内容并入最后一列。",
        "This row has {count} cells more than the header; they were joined to the last column.",
    ),
    # -- a cell
    "funds_not_number": Kind(
        "“{column}”不是金额：“{text}”，按空读取。", "{column} is not an amount: “{text}”; read as empty.", defect=True
    ),
    "funds_ambiguous": Kind(
        "空格分列，金额属于哪一列无法确定：“{text}”；只读了总计。",
        "With spaces for columns it is unsure where these amounts belong: “{text}”; only the total was read.",
        defect=True,
    ),
    "amount_unit_written": Kind(
        "金额“{text}”自带单位，已精确换算为万元。",
        "The amount “{text}” has a unit of its own; converted to 万元 exactly.",
    ),
    "broken_line": Kind("单元格断成了几行，已接上。", "The cell was broken over several lines; they were joined."),
    "html_tag": Kind("去掉了 {count} 个网页标签。", "{count} HTML tags were removed."),
    "html_entity": Kind(
        "还原了 {count} 个网页字符实体（如 {example}）。", "{count} HTML entities were undone (such as {example})."
    ),
    "html_script": Kind("去掉了网页脚本：“{text}”。", "A web page script was removed: “{text}”."),
    "text_before_indicators": Kind(
        "第一个指标前面的文字未读：“{text}”。",
        "The text before the first indicator was not read: “{text}”.",
        defect=True,
    ),
    "indicators_not_read": Kind(
        "绩效指标一格读不出指标：“{text}”。", "No indicator could be read from the cell: “{text}”.", defect=True
    ),
    "text_cut_off": Kind(
        "文字像是在这里中断了：“{text}”；读到的都保留。",
        "The text seems to break off here: “{text}”; what was read was kept.",
        defect=True,
    ),
    # -- an indicator
    "missing_number": Kind("指标前没有序号。", "The indicator has no number."),
    "number_out_of_order": Kind(
        "序号是 {found}，按顺序应为 {expected}。", "The number is {found} where {expected} was due."
    ),
    "missing_category": Kind("缺少指标类别。", "The category is missing.", defect=True),
    "full_stop_for_semicolon": Kind("该用分号处写成了句号。", "A full stop stands where a semicolon belongs."),
    "missing_separator": Kind("缺少分隔的标点，已补上。", "A separator was missing and was supplied."),
    "missing_full_stop": Kind("末尾没有句号。", "There is no full stop at the end."),
    "missing_colon": Kind("“指标值”后没有冒号。", "There is no colon after 指标值."),
    "missing_name": Kind("缺少指标名称。", "The name of the indicator is missing.", defect=True),
    "missing_cycle": Kind("缺少实施周期指标值。", "The target for the whole cycle is missing.", defect=True),
    "missing_annual": Kind("缺少年度指标值。", "The annual target is missing.", defect=True),
    "unlabelled_value": Kind(
        "“{text}”没有标明是哪一种指标值，按年度指标值读取。", "“{text}” has no label; it was read as the annual target."
    ),
    "label_twice": Kind(
        "同一种指标值写了两次，后一次留在文字里。",
        "The same target is given twice; the second was left in the wording.",
        defect=True,
    ),
}
