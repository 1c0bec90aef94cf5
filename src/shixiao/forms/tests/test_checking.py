"""An officer edits a template and asks what is wrong with it: each fault with its place and the next step."""

from io import BytesIO

import docx
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from shixiao import forms
from shixiao.forms import faults as declared
from shixiao.forms import registered
from shixiao.forms.tests.editing import codes, edited, faults, opened, saved, shipped
from shixiao.forms.tests.making import MAKERS, made
from shixiao.forms.tests.saying import text_of

KINDS = ("docx", "xlsx")
both = pytest.mark.parametrize("kind", KINDS)


@both
@pytest.mark.parametrize("form", MAKERS)
def test_the_templates_that_come_with_the_program_are_without_fault(form, kind):
    assert faults(shipped(kind, form), form, kind) == ()


@both
def test_a_misspelt_name_is_told_with_its_place_and_the_nearest_one(kind):
    (wrong,) = [
        each for each in faults(edited(kind, ("{{ 项目名称 }}", "{{ 项目名城 }}"))) if each.code == "unknown_name"
    ]
    assert wrong.in_("zh").startswith(
        {
            "docx": "正文第1张表第1行第2格:没有名为“项目名城”的内容。是不是“项目名称”？",
            "xlsx": "工作表“项目支出绩效自评表”B4:没有名为",
        }[kind]
    )
    assert "Did you mean 项目名称?" in wrong.in_("en")


@both
def test_a_misspelt_name_of_a_row_is_told_too(kind):
    (wrong,) = [
        each
        for each in faults(edited(kind, ("{{ 指标.三级指标 }}", "{{ 指标.三极指标 }}")))
        if each.code == "unknown_name"
    ]
    assert "是不是“指标.三级指标”" in wrong.in_("zh")


@both
def test_a_missing_name_is_told(kind):
    content = edited(kind, ("{{ 总得分 }}", ""))
    assert codes(content) == ["needed_name"]
    assert "总得分" in faults(content)[0].in_("zh")
    with pytest.raises(forms.Unfillable, match="总得分"):
        forms.fill(made("self_evaluation", 1), kind=kind, template=content)


@both
def test_what_is_optional_may_be_left_out(kind):
    content = edited(kind, ("{{ 联系电话 }}", ""))
    assert codes(content) == []
    assert "020-00000000" not in text_of(forms.fill(made("self_evaluation", 1), kind=kind, template=content), kind)


@both
def test_a_joined_column_may_be_split_into_its_parts(kind):
    joined = "{{ 指标.偏差原因分析及改进措施 }}"
    assert codes(edited(kind, (joined, "{{ 指标.偏差原因 }} {{ 指标.改进措施 }}"))) == []
    assert codes(edited(kind, (joined, "{{ 指标.偏差原因 }}"))) == ["needed_name"]


@both
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("{% 逐行 指标 %}", "{% 逐行 指表 %}")], "unknown_name"),
        ([("{% 逐行 指标 %}", "")], "outside_its_rows"),
        ([("{% 逐行 指标 %}", "")], "loop_closed_twice"),
        ([("{{ 指标.三级指标 }}", "{% 逐行结束 %}")], "loop_not_alone"),
        ([("{% 逐行 指标 %}", "{% 逐行 指标 %} 见下")], "loop_not_alone"),
        ([("{{ 等级 }}", "{{ 指标.得分 }}")], "outside_its_rows"),
        ([("{{ 指标.分值 }}", "{{ 资金.分值 }}")], "outside_its_rows"),
        ([("{{ 等级 }}", "{{ 等级 }")], "not_closed_name"),
        ([("{{ 等级 }}", "{{ 等级")], "not_closed_name"),
        ([("{{ 等级 }}", "｛｛ 等级 ｝｝")], "not_closed_name"),
        ([("{{ 等级 }}", "{{ 等级 + 1 }}")], "not_understood"),
        ([("{{ 等级 }}", "{{ 校验码图 }}")], "picture_among_words"),
        ([("{{ 总得分 }}", "{% if 总得分 %}")], "not_understood"),
    ],
)
def test_each_slip_has_its_word(kind, changes, expected):
    assert expected in codes(edited(kind, *changes))


def last_loop_open(kind: str) -> bytes:
    """The second loop of a self-evaluation without its end."""
    if kind == "docx":
        document = docx.Document(BytesIO(shipped(kind)))
        document.tables[1].rows[3]._tr.getparent().remove(document.tables[1].rows[3]._tr)
        made_ = BytesIO()
        document.save(made_)
        return made_.getvalue()
    book = opened(shipped(kind))
    ends = [cell for row in book.active.iter_rows() for cell in row if cell.value == "{% 逐行结束 %}"]
    ends[-1].value = None
    return saved(book)


@both
def test_a_loop_that_is_not_closed_is_told_where_it_begins(kind):
    (wrong,) = [each for each in faults(last_loop_open(kind)) if each.code == "loop_not_closed"]
    assert wrong.place.zh == {"docx": "正文第2张表第2行第1格", "xlsx": "工作表“项目支出绩效自评表”A13"}[kind]


@both
def test_a_loop_in_a_loop_and_a_loop_around_nothing_are_told(kind):
    assert "loop_in_loop" in codes(edited(kind, ("{{ 指标.一级指标 }}", "{% 逐行 资金 %}")))
    if kind == "xlsx":
        book = opened(shipped(kind))
        book.active.delete_rows(14)
        assert "loop_empty" in codes(saved(book))
        return
    document = docx.Document(BytesIO(shipped(kind)))
    table = document.tables[1]
    table._tbl.remove(table.rows[2]._tr)
    made_ = BytesIO()
    document.save(made_)
    assert "loop_empty" in codes(made_.getvalue())


@both
def test_a_word_cut_into_several_runs_is_one_word(kind):
    if kind == "docx":
        content = edited(
            kind, ("{{ 项目名称 }}", "{{ 项</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>目名</w:t></w:r><w:r><w:t>称 }}")
        )
    else:
        book = opened(shipped(kind))
        book.active["B4"].value = CellRichText("{{ 项目", TextBlock(InlineFont(b=True), "名称"), " }}")
        content = saved(book)
    assert codes(content) == []
    filled = forms.fill(made("self_evaluation", 1), kind=kind, template=content)
    assert text_of(filled, kind).count("信息化整体运维服务项目") == 1


def test_placeholders_where_nothing_is_filled_in_are_told():
    wrong = faults(edited("docx", ("<dc:title>", "<dc:title>{{ 项目名称 }}"), part="docProps/core.xml"))
    assert [each.code for each in wrong] == ["misplaced_name"]
    assert "docProps/core.xml" in wrong[0].in_("zh")
    book = opened(shipped("xlsx"))
    book.active["B4"].comment = Comment("{{ 项目名称 }}", "x")
    assert "misplaced_name" in codes(saved(book))


def test_a_loop_tag_in_the_row_where_a_tall_cell_begins_is_told():
    content = edited("docx", ("项目资金</w:t>", "项目</w:t>"))
    assert codes(content) == []
    document = docx.Document(BytesIO(shipped("docx")))
    table = document.tables[0]
    table._tbl.remove(table.rows[2]._tr)  # the tall cell now begins in the row of the tag
    table.rows[2]._tr.tc_lst[0].vMerge = "restart"
    made_ = BytesIO()
    document.save(made_)
    assert "loop_cut" in codes(made_.getvalue())


@pytest.mark.parametrize(
    ("area", "is_cut"),
    [("A13:A14", True), ("A14:A15", True), ("A12:A14", False), ("A14:B14", False), ("A13:A15", True)],
)
def test_merged_cells_in_a_sheet_stay_within_a_loop_or_around_it(area, is_cut):
    book = opened(shipped("xlsx"))
    sheet = book.active
    for each in [area_ for area_ in sheet.merged_cells.ranges if area_.min_row in (12, 13, 14, 15)]:
        sheet.unmerge_cells(each.coord)
    sheet["A13"].value = sheet["A15"].value = None
    sheet["J13"].value, sheet["J15"].value = "{% 逐行 指标 %}", "{% 逐行结束 %}"
    sheet.merge_cells(area)
    assert ("loop_cut" in codes(saved(book))) == is_cut


@both
def test_a_template_of_the_other_kind_is_told(kind):
    other = "xlsx" if kind == "docx" else "docx"
    assert codes(shipped(other), kind=kind) == ["wrong_kind"]


def test_a_template_of_another_form_lacks_names_and_has_strange_ones():
    assert {"unknown_name", "needed_name"} == set(codes(shipped("docx", "summary"), "self_evaluation"))


def test_every_reason_is_written_in_both_languages_and_ends_with_a_next_step():
    for what, next_step in declared.REASONS.values():
        assert what.zh.endswith(("。", "}"))
        assert what.en.endswith((".", "}"))
        assert next_step.zh.endswith("。")
        assert next_step.en.endswith(".")


# ---- the list of templates -----------------------------------------------------------------------------------


def test_every_form_has_a_template_of_both_kinds_and_every_letter_one_for_word():
    expected = {(form, kind) for form in forms.FORMS for kind in KINDS} | {(form, "docx") for form in forms.LETTERS}
    assert {(each.form, each.kind) for each in registered.every()} == expected


def test_the_region_and_the_year_decide_which_template_is_taken(monkeypatch):
    row = registered.Template("summary", "docx", "a", "", 2020)
    rows = (row, row._replace(file="b", from_year=2026), row._replace(file="c", region="广东", from_year=2025))
    monkeypatch.setattr(registered, "every", lambda: rows)

    def taken(region: str, year: str) -> str:
        return registered.newest("summary", "docx", region=region, year=year).file

    assert [taken("", "2025"), taken("", "2026"), taken("", "不详")] == ["a", "b", "b"]
    assert [taken("广东", "2024"), taken("广东", "2025"), taken("湖北", "2027")] == ["a", "c", "b"]
    with pytest.raises(LookupError, match="2019"):
        registered.newest("summary", "docx", year="2019")
