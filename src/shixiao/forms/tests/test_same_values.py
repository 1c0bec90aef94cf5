"""One content, three kinds of file: all show the same values, however awkward they are."""

from functools import cache
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest

from shixiao import forms
from shixiao.forms import KINDS, hashing
from shixiao.forms.showing import Row
from shixiao.forms.tests.making import LONG, MAKERS, made
from shixiao.forms.tests.saying import bare, codes_in, foot_of, rows_of, text_of

# The columns of each repeated row from the first that is not merged, as the form has them; a pair shares a cell.
_EVALUATED = ("三级指标", "年度指标值", ("实际完成值", "依据"), "分值", "得分", "偏差原因分析及改进措施")
_FUNDS = ("名称", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
COLUMNS = {
    ("declaration", "资金"): ("名称", "实施周期金额", "年度金额"),
    ("declaration", "指标"): ("三级指标", "实施周期指标值", "年度指标值"),
    ("monitoring", "资金"): ("名称", "年初预算数", "执行数", "执行率", "全年预计执行数"),
    ("monitoring", "指标"): (
        *("三级指标", "年度指标值", ("执行情况", "依据"), "全年预计完成情况"),
        *("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他", "原因说明"),
        *("确定能", "有可能", "完全不可能", "备注"),
    ),
    ("self_evaluation", "资金"): _FUNDS,
    ("self_evaluation", "指标"): _EVALUATED,
    ("summary", "项目"): (
        *("项目名称", "全年预算数", "全年执行数", "执行率", "得分", "等级", "未完成情况及原因", "改进措施"),
    ),
    ("whole_department", "资金"): _FUNDS,
    ("whole_department", "任务"): (
        *("任务名称", "主要内容", "预算金额", "财政拨款", "其他资金", "执行数", "完成情况"),
    ),
    ("whole_department", "指标"): _EVALUATED,
    ("report", "评分"): ("三级指标", "分值", "得分", "评分说明"),
}

filled = cache(lambda form, kind, count: forms.fill(made(form, count), kind=kind))
read_rows = cache(lambda form, kind, count: rows_of(filled(form, kind, count), kind))


def cells(row: Row, columns: tuple[str | tuple[str, str], ...]) -> list[str]:
    return [
        bare(row[each].text if isinstance(each, str) else f"{row[each[0]].text}（{row[each[1]].text}）")
        for each in columns
    ]


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("form", "loop"), COLUMNS)
def test_each_row_of_a_form_stands_there_once_and_in_order(form, loop, kind, count):
    columns = COLUMNS[form, loop]
    expected = [cells(row, columns) for row in forms.shown(made(form, count)).rows[loop]]
    said = [row[-len(columns) :] for row in read_rows(form, kind, count)]
    assert expected
    assert [row for row in said if row in expected] == expected


def test_every_repeated_row_of_every_form_is_compared():
    loops = {(form, loop) for form, kind in forms.FORMS.items() for loop in forms.names(kind).rows}
    assert loops - set(COLUMNS) == {("report", "章节")}  # compared as text below


@pytest.mark.parametrize("kind", KINDS)
def test_the_parts_of_a_report_follow_each_other(kind):
    content = made("report")
    expected = "".join(bare(each.heading + each.text) for each in content.sections)
    assert expected in text_of(filled("report", kind, 40), kind)


@pytest.mark.parametrize("count", [0, 40])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", MAKERS)
def test_each_single_value_is_shown(form, kind, count):
    content = made(form, count)
    said = text_of(filled(form, kind, count), kind)
    values = forms.shown(content).values
    optional = {"联系电话", "说明", "审核意见"} if not count else set()
    missing = [name for name, value in values.items() if name not in optional and bare(value.text) not in said]
    assert missing == []
    assert content.TITLE in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", MAKERS)
def test_without_rows_the_form_has_its_heads_and_nothing_else(form, kind):
    said = text_of(filled(form, kind, 0), kind)
    assert "第1项" not in said
    assert "逐行" not in said
    assert "{{" not in said
    assert ("一级指标" in said) != (form == "summary")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_equal_levels_below_each_other_are_one_cell(kind):
    rows = [row for row in read_rows("self_evaluation", kind, 40) if any("第" in cell and "项" in cell for cell in row)]
    begun = [row[:-6] for row in rows]
    assert len(begun) == 40
    assert [each for each in begun if each] == [
        ["产出指标", "数量指标"],
        ["质量指标"],
        ["时效指标"],
        ["效益指标", "社会效益"],
        ["满意度指标", "服务对象满意度"],
        ["成本指标", "经济成本"],
    ]


def test_on_paper_equal_levels_are_one_cell_on_each_page():
    said = [cell for row in read_rows("self_evaluation", "pdf", 40) for cell in row]
    assert [said.count(each) for each in ("效益指标", "满意度指标", "成本指标")] == [1, 1, 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", MAKERS)
def test_the_code_says_the_form_and_its_hash(form, kind):
    content = made(form)
    assert codes_in(filled(form, kind, 40), kind) == [hashing.code(form, forms.content_hash(content))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", MAKERS)
def test_every_page_has_its_number_and_the_hash_in_short(form, kind):
    foot = foot_of(filled(form, kind, 40), kind)
    assert bare(hashing.short(forms.content_hash(made(form)))) in foot
    numbers = {"docx": "第1页，共1页", "xlsx": "第&P页，共&N页", "pdf": "第1页，共"}[kind]
    assert numbers in foot


@pytest.mark.parametrize("kind", KINDS)
def test_simulated_figures_are_marked_in_the_head_and_on_every_page(kind):
    assert "模拟" in text_of(filled("self_evaluation", kind, 40), kind)
    assert "模拟" in foot_of(filled("self_evaluation", kind, 40), kind)
    assert "模拟" not in text_of(filled("monitoring", kind, 0), kind)
    assert "模拟" not in foot_of(filled("monitoring", kind, 0), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", MAKERS)
def test_there_are_lines_to_sign_on_and_the_source_of_the_figures(form, kind):
    said = text_of(filled(form, kind, 1), kind)
    for words in ("填报人（签名）：填报人甲", "单位负责人（签名）：负责人乙", "签章日期：", "数据来源：实效事件簿"):
        assert words in said


def test_a_pdf_says_that_the_layout_is_the_houses_own():
    assert "本页按实效自有版式排印" in text_of(filled("summary", "pdf", 1), "pdf")
    assert "实效自有版式" in foot_of(filled("summary", "pdf", 1), "pdf")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_bytes(kind):
    assert forms.fill(made("monitoring", 3), kind=kind) == forms.fill(made("monitoring", 3), kind=kind)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_every_date_in_a_file_is_that_of_its_content(kind):
    with ZipFile(BytesIO(forms.fill(made("monitoring", 0), kind=kind))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2027, 1, 15, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2027-01-15T00:00:00Z") == core.count("<dcterms:") > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_name_is_whole(kind):
    assert LONG in text_of(filled("declaration", kind, 1), kind)


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="odt"):
        forms.fill(made("summary"), kind="odt")
    with pytest.raises(ValueError, match="pdf has no template"):
        forms.fill(made("summary"), kind="pdf", template=b"")


def test_a_form_without_end_is_refused(monkeypatch):
    assert forms.MAX_ROWS == 2000
    monkeypatch.setattr(forms, "MAX_ROWS", 3)
    assert forms.fill(made("summary", 3), kind="xlsx")
    with pytest.raises(forms.Unfillable, match="4 rows, more than 3"):
        forms.fill(made("summary", 4), kind="xlsx")


def test_word_leaves_no_gap_where_a_part_of_the_report_says_nothing():
    document = docx.Document(BytesIO(forms.fill(made("report"), kind="docx")))
    said = [each.text for each in document.paragraphs]
    parts = made("report").sections
    empty = next(number for number, each in enumerate(parts) if not each.text)
    at = said.index(parts[empty].heading)
    assert said[at + 1] == parts[empty + 1].heading
