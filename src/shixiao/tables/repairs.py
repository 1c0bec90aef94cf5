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
    # -- documents and web pages
    "tracked_changes": Kind(
        "文件里有未接受的修订：按全部接受读取（插入 {inserted} 处，删除 {deleted} 处）。",
        "The file has changes that were not accepted; it was read as if all were ({inserted} inserted, {deleted} deleted).",
    ),
    "hidden_text": Kind("有 {count} 处隐藏的文字未读。", "Hidden text was not read ({count} places)."),
    "placeholder_left_out": Kind(
        "有 {count} 处没有填写，只有提示文字，按空读取。",
        "{count} fields show only the hint of what to enter; they were read as empty.",
    ),
    "numbers_written_out": Kind(
        "有 {count} 个自动编号（如“{example}”），已写成文字。",
        "{count} automatic numbers (such as “{example}”) were written out.",
    ),
    "number_unknown": Kind(
        "有 {count} 个自动编号的样式（{example}）不认识，编号未读。",
        "{count} automatic numbers have a format that is not known ({example}); they were not read.",
        defect=True,
    ),
    "symbol_written_out": Kind(
        "有 {count} 个符号字体的字符（如“{example}”），已换成通用字符。",
        "{count} characters of symbol fonts (such as “{example}”) were turned into plain ones.",
    ),
    "symbol_unknown": Kind(
        "有 {count} 个符号字体的字符不认识（{example}），显示为 �。",
        "{count} characters of symbol fonts are not known ({example}) and are shown as �.",
        defect=True,
    ),
    "embedded_left_out": Kind(
        "有 {count} 个嵌入的对象（{example}）未读。", "{count} embedded objects ({example}) were not read.", defect=True
    ),
    "notes_left_out": Kind(
        "有 {count} 条脚注、尾注或批注未读。", "{count} footnotes, endnotes or comments were not read."
    ),
    "macros_ignored": Kind("文件带有宏；宏没有运行。", "The file has macros; they were not run."),
    "nested_table_as_text": Kind(
        "单元格里还有一张表，按文字读取。", "There is a table inside this cell; it was read as text."
    ),
    "tables_joined": Kind(
        "第 {table} 张表接着第 {first} 张，合为一张读取。",
        "Table {table} goes on from table {first}; they were read as one.",
    ),
    "rows_left_out": Kind(
        "表格太长，从这里起未读（上限 {limit} 个单元格）。",
        "The table is too long; from here on it was not read (the limit is {limit} cells).",
        defect=True,
    ),
    # -- a workbook
    "hidden_sheet_left_out": Kind("隐藏的工作表“{sheet}”未读。", "The hidden sheet “{sheet}” was not read."),
    "hidden_rows_read": Kind("有 {count} 个隐藏的行，也读了。", "{count} hidden rows were read, too."),
    "hidden_columns_read": Kind(
        "有 {count} 个隐藏的列，也读了（{cells}）。", "{count} hidden columns were read, too ({cells})."
    ),
    "sheet_missing": Kind(
        "工作表“{sheet}”的内容丢失，未读。", "The content of the sheet “{sheet}” is missing.", defect=True
    ),
    "formula_without_value": Kind(
        "{count} 个公式没有保存计算结果，按空读取：{cells}。请在 Excel 里打开、保存后再试。",
        "{count} formulas have no stored result and were read as empty: {cells}. Open and save the file in Excel.",
        defect=True,
    ),
    "error_value": Kind(
        "{count} 格是错误值（如 {text}）：{cells}。", "{count} cells hold an error ({text}): {cells}.", defect=True
    ),
    "number_broken": Kind(
        "{count} 格应为数字而不是，按原样读取：{cells}（{text}）。",
        "{count} cells should hold a number and do not; they were read as they are: {cells} ({text}).",
        defect=True,
    ),
    "number_format_unknown": Kind(
        "数字格式“{format}”不认识，{count} 格按数字本身读取：{cells}（{text}）。",
        "The number format “{format}” is not known; {count} cells were read as plain numbers: {cells} ({text}).",
    ),
    "number_formats_lost": Kind(
        "数字格式读不出来：百分比、日期按数字本身读取。",
        "The number formats cannot be read: percentages and dates were read as plain numbers.",
        defect=True,
    ),
    "digits_not_shown": Kind(
        "{count} 格的数字显示时四舍五入过，按显示的读取：{cells}（显示 {shown}，实为 {held}）。",
        "{count} cells show a rounded number, which was read as shown: {cells} (shows {shown}, holds {held}).",
    ),
    "shared_text_missing": Kind(
        "{count} 格的文字丢失，按空读取：{cells}。",
        "The text of {count} cells is lost; read as empty: {cells}.",
        defect=True,
    ),
    "merged_text_left_out": Kind(
        "合并单元格盖住了 {count} 格文字，未读：{cells}（“{text}”）。",
        "Merged cells cover the text of {count} cells, which was not read: {cells} (“{text}”).",
    ),
    "merges_left_out": Kind(
        "合并单元格过多，{cells} 起的合并未读。",
        "There are too many merged cells; those from {cells} on were not read.",
        defect=True,
    ),
    "columns_left_out": Kind(
        "第 {most} 列以后还有文字，未读：{cells}。",
        "There is text beyond column {most}, which was not read: {cells}.",
        defect=True,
    ),
    "rows_below_left_out": Kind(
        "连续 {most} 行没有文字，以下未读。", "There are {most} rows without text; what is below them was not read."
    ),
    "sheet_cut_short": Kind(
        "工作表太大，第 {last} 行以后未读。", "The sheet is too large; it was not read beyond row {last}.", defect=True
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
        "{count} 个部首字符或兼容字符（如 U+{point}“{example}”）换成了通用的字（“{plain}”）。",
        "{count} radicals or compatibility characters (such as U+{point} “{example}”) became the ordinary ones (“{plain}”).",
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
    # -- a table with a row for each indicator
    "columns_by_hand": Kind(
        "表头“{text}”的各列，是人工指定的。", "What the columns under the header “{text}” hold was said by hand."
    ),
    "columns_remembered": Kind(
        "表头“{text}”的各列，按上次人工指定的读取。",
        "The columns under the header “{text}” were read as somebody said by hand before.",
    ),
    "empty_rows_left_out": Kind(
        "有 {count} 行没有填写指标，已略去，第一行是“{text}”。",
        "{count} rows were never filled in and were left out, the first being “{text}”.",
    ),
    "row_shifted": Kind(
        "有 {count} 行开头少了格（合并的单元格没有写出），已按类别对齐。",
        "{count} rows lack cells at their beginning (merged cells were not written out); they were aligned.",
    ),
    "level_from_below": Kind(
        "类别“{text}”印在这一组各行的中间，已对应到这一行。",
        "The category “{text}” is printed in the middle of its rows; it was taken for this row, too.",
    ),
    "name_from_above": Kind(
        "指标名称一格是空的，沿用上一行的“{name}”。", "The name is blank; that of the row above, “{name}”, was taken."
    ),
    "category_unknown": Kind(
        "“{text}”不是认识的指标类别，类别代码留空（共 {count} 项）。",
        "“{text}” is no known category; the class was left empty ({count} indicators).",
        defect=True,
    ),
    "levels_missing": Kind(
        "从“{name}”起有 {count} 项指标没有类别。",
        "{count} indicators have no category, beginning with “{name}”.",
        defect=True,
    ),
    "names_in_level2": Kind(
        "没有三级指标，以“{column}”一列为指标名称。", "There is no third level; the column {column} was taken as names."
    ),
    "matrix_column_taken": Kind(
        "指标值有好几列，取“{column}”；“{others}”照原样保留。",
        "There are several columns of targets; {column} was taken, {others} are kept as published.",
    ),
    "threshold_as_value": Kind(
        "没有指标值一列，取“{column}”一档为指标值。",
        "There is no column of targets; the threshold {column} was taken as the target.",
    ),
    "column_twice": Kind(
        "第 {number} 列“{column}”与前面的列重复，照原样保留。",
        "Column {number}, {column}, repeats one before it and is kept as published.",
    ),
    "value_in_operator": Kind(
        "指标值“{text}”写在“{column}”一列，已读作指标值。",
        "The target “{text}” stands in the column {column}; it was read as the target.",
    ),
    "number_not_read": Kind(
        "“{column}”不是数：“{text}”，按空读取。", "{column} is not a number: “{text}”; read as empty.", defect=True
    ),
    "funds_joined": Kind("“{parts}”合并计入{into}。", "{parts} were added up as {into}."),
    "funds_within": Kind(
        "“{parts}”已含在其他各项中，未另计。", "{parts} are part of the other amounts and were not counted again."
    ),
    "project_name_missing": Kind("没有写项目名称。", "The name of the project is missing.", defect=True),
    "office_missing": Kind(
        "没有写主管部门和实施单位。", "Neither the department nor the spending unit is given.", defect=True
    ),
    "forms_as_one": Kind(
        "同一部门的 {count} 张表合为一份目标表。", "{count} forms of one department were read as one table."
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
