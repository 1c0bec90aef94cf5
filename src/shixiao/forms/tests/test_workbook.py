"""Excel templates: rows grow, and formulas, merged cells and heights follow; no value becomes a formula."""

from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from shixiao import forms
from shixiao.forms import workbook
from shixiao.forms.moving import Moved, Repeated, moved_formula
from shixiao.forms.showing import names, shown
from shixiao.forms.tests.editing import opened, saved, shipped
from shixiao.forms.tests.making import made


def filled(book: Workbook, count: int):
    """A sheet with a summary of so many projects in it. The names that a form needs are not asked for here."""
    return opened(workbook.fill(saved(book), shown(made("summary", count)))).active


def small(*rows: tuple[object, ...]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


LOOP = (("{% 逐行 项目 %}",), ("{{ 项目.序号 }}", "{{ 项目.全年预算数 }}", "=B2*2"), ("{% 逐行结束 %}",))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_formulas_follow_the_rows(count):
    sheet = filled(small(*LOOP, ("合计", "=SUM(B2:B2)", "=$B$4+Sheet!B4+Other!B4", '="B2"')), count)
    last = count + 1
    assert [sheet.cell(row, 3).value for row in range(1, last)] == [f"=B{row}*2" for row in range(1, last)]
    assert sheet.cell(last, 2).value == {0: "=SUM(B1:B1)", 1: "=SUM(B1:B1)", 3: "=SUM(B1:B3)"}[count]
    assert sheet.cell(last, 3).value == f"=$B${last}+Sheet!B{last}+Other!B4"
    assert sheet.cell(last, 4).value == '="B2"'


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(A2:A2)", "=SUM(A2:A4)"),
        ("=SUM(A1:A5)", "=SUM(A1:A6)"),
        ("=SUM(A2:A3)", "=SUM(A2:A4)"),
        ("=A5", "=A6"),
        ("=SUM(A:A)+名称", "=SUM(A:A)+名称"),
        ("='表 1'!A5+'其他'!A5", "='表 1'!A6+'其他'!A5"),
        ('=IF(A5>0,"A5",1)', '=IF(A6>0,"A5",1)'),
    ],
)
def test_a_reference_covers_all_copies_of_a_row(formula, expected):
    moved = Moved([Repeated("项目", 1, 3)], {"项目": 3}, 5)
    assert [line.template for line in moved.lines] == [2, 2, 2, 4, 5]
    # rows 2–4 of the filled sheet would be 1–3: the tag above is gone
    shifted = {"=SUM(A2:A4)": "=SUM(A1:A3)", "=SUM(A1:A6)": "=SUM(A1:A5)", "=A6": "=A5"}
    wanted = expected.replace("A6", "A5").replace("A2:A4", "A1:A3") if expected not in shifted else shifted[expected]
    assert moved_formula(formula, moved, 5, 0, "表 1") == wanted


@pytest.mark.parametrize("value", ["=1+1", "+86", "-0.5", "@SUM(A1)", '=cmd|"/c calc"!A1', "#N/A", "'=1"])
def test_a_value_that_looks_like_a_formula_stays_text(value):
    content = replace(made("summary", 1), department=value)
    cell = opened(workbook.fill(saved(small(("{{ 主管部门 }}", "甲{{ 主管部门 }}"))), shown(content))).active["A1"]
    assert (cell.value, cell.data_type) == (value, "s")
    assert bool(cell.quotePrefix) == (value[0] in "=+-@")


def test_text_of_the_template_that_begins_with_an_equals_sign_stays_text():
    book = small(("x",))
    book.active["A1"].value = "=1+1"
    book.active["A1"].data_type = "s"
    assert filled(book, 0)["A1"].data_type == "s"


def test_what_excel_would_read_as_the_number_of_a_character_is_kept():
    content = replace(made("summary", 0), department="_x0041_ 和 _x 41")
    assert (
        opened(workbook.fill(saved(small(("{{ 主管部门 }}",))), shown(content))).active["A1"].value
        == "_x005F_x0041_ 和 _x 41"
    )


def test_a_number_is_a_number_with_the_digits_that_the_other_kinds_show():
    sheet = filled(small(("{{ 全年预算数合计 }}", "{{ 总执行率 }}", "共{{ 全年预算数合计 }}万元")), 0)
    assert (sheet["A1"].value, sheet["A1"].number_format) == (1497.06, "#,##0.00")
    assert (sheet["B1"].value, sheet["B1"].number_format) == (0.935, "0.0%")
    assert sheet["C1"].value == "共1,497.06万元"


@pytest.mark.parametrize(("digits", "is_number"), [(15, True), (16, False)])
def test_a_number_that_excel_would_round_is_text(digits, is_number):
    content = replace(made("summary", 0), adjusted=Decimal("1" * digits) / 100)
    cell = opened(workbook.fill(saved(small(("{{ 全年预算数合计 }}",))), shown(content))).active["A1"]
    assert (cell.data_type == "n") == is_number
    if not is_number:
        assert cell.value == f"{content.adjusted:,.2f}"


def test_a_number_format_of_the_template_is_kept():
    book = small(("{{ 全年预算数合计 }}",))
    book.active["A1"].number_format = "0.0"
    assert filled(book, 0)["A1"].number_format == "0.0"


@pytest.mark.parametrize("length", [32767, 32768])
def test_a_text_longer_than_a_cell_is_refused(length):
    content = shown(replace(made("summary", 0), department="长" * length))
    template = saved(small(("{{ 主管部门 }}",)))
    if length == 32767:
        assert len(opened(workbook.fill(template, content)).active["A1"].value) == length
        return
    with pytest.raises(forms.Unfillable, match="主管部门 has 32768 characters"):
        workbook.fill(template, content)


def test_merged_cells_are_repeated_within_a_loop_stretched_around_it_and_moved_below():
    book = small(("头", "x"), ("", "{% 逐行 项目 %}"), ("", "{{ 项目.序号 }}"), ("", "{% 逐行结束 %}"), ("尾",))
    for area in ("A1:A4", "B3:C3", "A5:C5"):
        book.active.merge_cells(area)
    assert {each.coord for each in filled(book, 3).merged_cells.ranges} == {"A1:A4", "B2:C2", "B3:C3", "B4:C4", "A5:C5"}
    assert {each.coord for each in filled(book, 0).merged_cells.ranges} == {"A2:C2"}


def test_a_level_that_is_merged_sideways_too_is_merged_both_ways():
    book = small(("{% 逐行 项目 %}",), ("{{ 项目.实施单位 }}", "", "{{ 项目.序号 }}"), ("{% 逐行结束 %}",))
    book.active.merge_cells("A2:B2")
    sheet = filled(book, 6)
    assert {each.coord for each in sheet.merged_cells.ranges} == {"A1:B2", "A3:B4", "A5:B6"}
    assert [sheet.cell(row, 3).value for row in range(1, 7)] == list("123456")


def test_a_loop_of_two_rows_repeats_both_and_says_every_value():
    book = small(("{% 逐行 项目 %}",), ("{{ 项目.序号 }}",), ("{{ 项目.实施单位 }}",), ("{% 逐行结束 %}",))
    sheet = filled(book, 4)
    assert [sheet.cell(row, 1).value for row in (1, 3, 5, 7)] == list("1234")
    assert all(sheet.cell(row, 1).value.startswith("广州市") for row in (2, 4, 6, 8))


def test_a_row_is_as_high_as_its_text_needs_and_no_higher_than_excel_draws():
    book = small(("{{ 主管部门 }}", "x"))
    book.active.column_dimensions["A"].width = 22
    book.active["A1"].font = Font(size=10)
    heights = [
        opened(workbook.fill(saved(book), shown(replace(made("summary", 0), department="字" * length))))
        .active.row_dimensions[1]
        .height
        for length in (5, 30, 5000)
    ]
    assert heights[0] < 20 < 35 < heights[1] < 70 < heights[2] == 409


def test_heads_repeat_on_each_printed_page_where_they_come_to_stand():
    sheet = opened(forms.fill(made("monitoring", 40), kind="xlsx")).active
    first, last = (int(each) for each in sheet.print_title_rows.replace("$", "").split(":"))
    assert sheet.cell(first, 1).value == "一级指标"
    assert last == first + 1
    assert sheet.cell(last + 1, 3).value.startswith("第1项")


def test_a_text_in_the_foot_of_a_sheet_keeps_its_ampersand():
    book = small(("x",))
    book.active.oddFooter.center.text = "第 &P 页 {{ 主管部门 }}"
    content = shown(replace(made("summary", 0), department="甲&乙"))
    assert opened(workbook.fill(saved(book), content)).active.oddFooter.center.text == "第 &P 页 甲&&乙"


def test_an_array_formula_is_refused():
    from openpyxl.worksheet.formula import ArrayFormula

    book = opened(shipped("xlsx"))
    book.active["Z1"] = ArrayFormula("Z1:Z2", "=A1:A2*2")
    assert [each.code for each in forms.check_template(saved(book), form="self_evaluation")] == ["array_formula"]


def test_names_of_a_form_are_the_fields_of_its_content():
    known = names(forms.Summary)
    assert {"主管部门", "全年预算数合计", "校验码", "校验码图", "模拟"} <= known.values
    assert "序号" in known.rows["项目"]
    assert "说明" in known.values - known.needed
