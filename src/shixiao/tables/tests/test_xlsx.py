"""Workbooks: what a cell shows is what is read; what is hidden, merged, missing or hostile is said."""

import io
import re
import time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao import tables
from shixiao.engine.plans import Place
from shixiao.tables import Unreadable
from shixiao.tables.grid import Merge
from shixiao.tables.tests.making import read, shape, wordings
from shixiao.tables.tests.making_excel import (
    MAIN,
    STRICT,
    book,
    c,
    cells,
    grid,
    mends,
    row,
    small_book,
    styles,
    t,
)
from shixiao.tables.tests.making_word import zipped

GUANGZHOU = tables.read(tables.samples.guangzhou(), name="x")


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        tables.read(content, name="x.xlsx")
    return caught.value


# ---- what a cell shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("0.95", "0%", "95%"),
        ("0.955", "0.0%", "95.5%"),
        ("0.95", "0%以上", "95%以上"),
        ("1361.6", "#,##0.00", "1,361.60"),
        ("1361.6", "0.00_ ", "1361.60"),
        ("12", "General", "12"),
        ("12", "0&quot;次&quot;", "12次"),
        ("12", "&quot;≥&quot;0&quot;次&quot;", "≥12次"),
        ("46022", "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", "2025年12月31日"),
        ("46022", "yyyy-mm-dd", "2025-12-31"),
        ("-5", "0;(0)", "(5)"),
        ("1234567", "0.00E+00", "1234567"),  # nobody sets a target in powers of ten
        ("100000000000", "General", "100000000000"),
        ("0.1", "General", "0.1"),
        ("3", "000", "003"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(stored, code, shown):
    content = book(row(c(stored, style="0"), "甲"), styles=styles(code))
    assert cells(content) == [[shown, "甲"]]


def test_a_date_counts_from_1904_where_the_workbook_says_so():
    inside = '<workbookPr date1904="1"/><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>'
    content = book(row(c("44560", style="0"), "甲"), styles=styles("yyyy-mm-dd"), workbook=inside)
    assert cells(content) == [["2025-12-31", "甲"]]


def test_a_number_that_shows_fewer_digits_is_read_as_shown_and_that_is_said():
    content = book(row(c("0.9549", style="0"), "甲"), styles=styles("0%"))
    assert cells(content) == [["95%", "甲"]]
    assert "显示 95%，实为 0.9549" in mends(content)["digits_not_shown"]


def test_a_number_is_exact_as_stored_and_not_as_a_double():
    content = book(row(c("0.1", style="0"), c("29.290000000000003")), styles=styles("0.00"))
    assert cells(content) == [["0.10", "29.29"]]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (c("1", "b"), "TRUE"),
        (c("2026-12-31T00:00:00", "d"), "2026-12-31"),
        (c("甲_x000D_乙", "str"), "甲\n乙"),
        (t("甲\n乙"), "甲\n乙"),
        ('<c t="inlineStr"><is><r><t>≥</t></r><r><rPr><b/></rPr><t>95%</t></r><rPh><t>音</t></rPh></is></c>', "≥95%"),
        (c("95%", "str", formula="A1"), "95%"),
    ],
)
def test_every_kind_of_cell_is_read(cell, shown):
    assert cells(book(row(cell, "甲")))[0][0] == shown


def test_shared_texts_are_joined_and_one_that_is_lost_is_said():
    shared = f'<sst xmlns="{MAIN}"><si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r></si></sst>'
    content = book(row(c("0", "s"), c("1", "s"), c("7", "s")), shared=shared)
    assert cells(content) == [["甲", "乙丙"]]
    assert "C1" in mends(content)["shared_text_missing"]


def test_a_formula_without_its_result_is_empty_and_said_with_its_cell():
    content = book(row("甲", c(formula="SUM(A1:A9)"), c("3", formula="1+2")))
    assert cells(content) == [["甲", "", "3"]]
    assert "B1" in mends(content)["formula_without_value"]


def test_an_error_in_a_cell_is_kept_and_said():
    content = book(row("甲", c("#REF!", "e")))
    assert cells(content) == [["甲", "#REF!"]]
    assert "error_value" in mends(content)


def test_cells_stand_where_their_references_say():
    content = book(row(t("甲", "B1"), t("乙", "D1")), row("丙", attributes=' r="5"'))
    assert [(line.line, line.cells) for line in grid(content).rows if any(line.cells)] == [
        (1, ["", "甲", "", "乙"]),
        (5, ["丙"]),
    ]


def test_a_place_names_sheet_line_and_cell():
    plan = tables.read(small_book(), name="x").plans[0]
    place = plan.units[0].projects[0].indicators[0].place
    assert place == Place(7, 7, 0, place.end, "表")


# ---- hidden, merged --------------------------------------------------------------------------------------------


def test_hidden_rows_and_columns_are_read_and_said():
    before = '<cols><col min="2" max="2" hidden="1"/></cols>'
    content = book(row("甲", "乙"), row("丙", "丁", attributes=' hidden="1"'), before=before)
    assert cells(content) == [["甲", "乙"], ["丙", "丁"]]
    assert {"hidden_rows_read", "hidden_columns_read"} <= mends(content).keys()


def test_a_hidden_sheet_is_left_out_and_said():
    inside = '<sheets><sheet name="旧" sheetId="1" state="hidden" r:id="rId1"/><sheet name="新" sheetId="2" r:id="rId2"/></sheets>'
    second = f'<worksheet xmlns="{MAIN}"><sheetData>{row("新", "表")}</sheetData></worksheet>'
    content = book(row("旧", "表"), workbook=inside, second=second)
    assert cells(content) == [["新", "表"]]
    assert "“旧”" in mends(content)["hidden_sheet_left_out"]


def test_only_hidden_sheets_are_a_refusal_that_says_how_to_unhide_them():
    inside = '<sheets><sheet name="旧" sheetId="1" state="veryHidden" r:id="rId1"/></sheets>'
    assert refused(book(row("旧", "表"), workbook=inside)).code == "workbook_hidden"


def test_merged_cells_are_listed_with_their_text_in_the_first():
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B2:C2"/></mergeCells>'
    content = book(row("甲", "乙", "丙"), row(t("丁", "B2")), below=merged)
    assert grid(content).merges == (Merge(0, 0, 2, 1), Merge(1, 1, 2, 3))


def test_text_below_a_merged_cell_is_left_out_and_said():
    merged = '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
    content = book(row("甲", "乙"), row("盖住", "丙"), below=merged)
    assert cells(content) == [["甲", "乙"], ["", "丙"]]
    assert "盖住" in mends(content)["merged_text_left_out"]


def test_absurd_merges_cost_nothing():
    merged = "".join(f'<mergeCell ref="A{n}:XFD{n + 900000}"/>' for n in range(1, 300))
    content = book(row("甲", "乙"), row("丙", "丁"), below=f"<mergeCells>{merged}</mergeCells>")
    begun = time.process_time()
    assert cells(content)[0][0] == "甲"
    assert time.process_time() - begun < 5


# ---- the table in it -------------------------------------------------------------------------------------------


def test_the_small_table_is_the_same_as_pasted():
    from shixiao.tables.tests.making import small

    assert wordings(read(small_book())) == wordings(read(small()))
    assert shape(read(small_book())) == shape(read(small()))


def test_two_tables_in_a_workbook_are_two_plans_with_their_sheets():
    inside = '<sheets><sheet name="一" sheetId="1" r:id="rId1"/><sheet name="二" sheetId="2" r:id="rId2"/></sheets>'
    one = small_book()
    second = zipped_part(one, "xl/worksheets/sheet1.xml").replace("甲局", "乙局")
    content = book(sheet=zipped_part(one, "xl/worksheets/sheet1.xml"), second=second, workbook=inside)
    document = read(content)
    assert [plan.department for plan in document.plans] == ["甲局", "乙局"]
    assert [plan.units[0].place.sheet for plan in document.plans] == ["一", "二"]


def zipped_part(content: bytes, name: str) -> str:
    import zipfile

    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def test_strict_workbooks_are_read_as_well():
    assert cells(book(row("甲", "乙"), main=STRICT)) == [["甲", "乙"]]


def test_a_table_with_a_row_for_each_indicator_keeps_its_percentages():
    head = [row("项目名称", "示范项目"), row("主管部门", "某市示范局")]
    header = row("一级指标", "二级指标", "三级指标", "指标值")
    line = row("产出指标", "质量指标", "合格率", c("0.95", style="0"))
    plan = tables.read(book(*head, header, line, styles=styles("0%")), name="x").plans[0]
    ((_unit, _project, indicator),) = plan.indicators()
    assert (indicator.annual_wording, indicator.annual.value, indicator.annual.unit) == ("95%", Decimal(95), "%")


# ---- what cannot be read ---------------------------------------------------------------------------------------


def without(content: bytes, name: str) -> bytes:
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(content))
    return zipped({part: archive.read(part) for part in archive.namelist() if part != name})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (small_book()[:-40], "package_damaged"),
        (without(small_book(), "xl/worksheets/sheet1.xml"), "workbook_empty"),
        (book(sheet="<worksheet><sheetData><row><c"), "workbook_damaged"),
        (book(sheet="<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>"), "xml_entities"),
        (book(sheet=""), "workbook_damaged"),
        (book(), "workbook_empty"),
        (zipped({"xl/workbook.bin": "x"}), "foreign_workbook"),
        (book(row("姓名", "部门", "电话"), row("甲", "乙", "1")), "no_table"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason_and_the_next_step(content, code):
    found = refused(content)
    assert found.code == code
    assert found.next_step.zh
    assert found.next_step.en


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_does():
    bomb = b"<worksheet><sheetData>" + b" " * (300 * 1024 * 1024)
    begun = time.process_time()
    assert refused(book(sheet=bomb.decode())).code == "unpacks_too_large"
    assert time.process_time() - begun < 8


def test_a_million_formatted_rows_without_text_are_passed_over():
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(8, 1_000_000, 3))
    whole = zipped_part(small_book(), "xl/worksheets/sheet1.xml").replace("</sheetData>", empty + "</sheetData>")
    begun = time.process_time()
    document = read(book(sheet=whole))
    assert time.process_time() - begun < 5
    assert shape(document) == [("甲局", ["运维"])]
    assert "rows_below_left_out" in [repair.code for repair in document.repairs]


def test_macros_are_not_run_and_that_is_said():
    content = book(row("甲", "乙"), **{"xl/vbaProject.bin": "x"})
    assert "macros_ignored" in mends(content)


def test_a_part_that_lies_about_its_size_is_stopped_at_the_limit():
    content = bytearray(book(sheet="<worksheet><sheetData>" + " " * 5_000_000))
    at = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refused(bytes(content)).code in ("package_damaged", "workbook_damaged")


# ---- writing ---------------------------------------------------------------------------------------------------


def test_the_guangzhou_table_written_as_a_workbook_is_read_back_the_same():
    again = tables.read(tables.write(GUANGZHOU, format="xlsx"), name="x")
    assert wordings(again) == wordings(GUANGZHOU)
    assert shape(again) == shape(GUANGZHOU)
    assert again.repairs == ()


def test_amounts_are_numbers_and_titles_repeat_on_paper():
    sheet = openpyxl.load_workbook(io.BytesIO(tables.write(GUANGZHOU, format="xlsx"))).worksheets[0]
    amounts = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, int | float)]
    assert sum(1 for cell in amounts if cell.number_format == "#,##0.00") > 20
    assert re.fullmatch(r"\$?\d+:\$?\d+", sheet.print_title_rows)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "#REF!"])
def test_what_looks_like_a_formula_is_written_as_text(begin):
    from shixiao.tables.tests.making import ONE, TOTAL, UNIT, project, table

    document = read(table(TOTAL, UNIT, project(ONE, name=f"{begin}运维")))
    sheet = openpyxl.load_workbook(io.BytesIO(tables.write(document, format="xlsx"))).worksheets[0]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)} == {"s"}


def test_the_same_table_gives_the_same_bytes():
    assert tables.write(GUANGZHOU, format="xlsx") == tables.write(GUANGZHOU, format="xlsx")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_in_a_goal_survives(goal):
    from shixiao.tables.tests.making import ONE, TOTAL, UNIT, project, table

    clean = "".join(goal.split()).replace("\t", "")
    document = read(table(TOTAL, UNIT, project(ONE, goal="目标" + clean)))
    again = read(tables.write(document, format="xlsx"))
    assert [each.objective for _unit, each in again.plans[0].projects()] == [
        each.objective for _unit, each in document.plans[0].projects()
    ]
