"""Word documents are read as their printed page reads; what is left out is said, what cannot be read is refused clearly."""

import io
import time
import zipfile

import pytest

from shixiao import tables
from shixiao.tables import flow
from shixiao.tables.formats import docx
from shixiao.tables.formats.docx import parts
from shixiao.tables.grid import Merge
from shixiao.tables.tests.making import codes, read, small
from shixiao.tables.tests.making_word import (
    MAIN,
    SPACES,
    STRICT,
    cells_of,
    grids,
    mends,
    of_word,
    p,
    package,
    part,
    prose_of,
    small_word,
    tbl,
    tc,
    tr,
    zipped,
)
from shixiao.tables.tests.test_round_trip import content_of

PLAIN = tbl(tr("甲", "乙"), tr("丙", "丁"))


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def refusal(content: bytes) -> tables.Unreadable:
    with pytest.raises(tables.Unreadable) as refused:
        tables.read(content, name="表.docx")
    return refused.value


# -- tables and what stands beside them


def test_the_same_table_gives_the_same_plan_as_its_text():
    document = read(small_word())
    assert document.format == "docx"
    assert content_of(document) == content_of(read(small()))
    assert codes(document) == []


def test_places_name_the_table_and_the_row_in_it():
    (plan,) = read(small_word()).plans
    _, project, indicator = next(plan.indicators())
    assert (project.place.table, project.place.line) == (1, 4)
    assert (indicator.place.table, indicator.place.line, indicator.place.column) == (1, 4, 7)


def test_a_line_break_inside_a_cell_does_not_count_as_a_row():
    two = "1、1-产出指标；11-数量指标；甲；实施周期指标值:1；年度指标值:1。"
    other = "2、1-产出指标；11-数量指标；乙；实施周期指标值:1；年度指标值:1。"
    header = [*"项目名称 总计 绩效目标 绩效指标".split()]
    content = package(tbl(tr(*header), tr("运维", "5.00", "目标", tc(p(two) + p(other)))))
    (plan,) = read(content).plans
    assert [one.place.line for _, _, one in plan.indicators()] == [2, 2]


def test_paragraphs_are_prose_of_the_table_that_follows_and_the_last_ones_of_the_last_table():
    content = package(p("标题") + p() + PLAIN + p("中间") + PLAIN + p("注：完") + "<w:sectPr/>")
    one, other = grids(content)
    assert [(row.cells, row.is_prose) for row in one.rows] == [
        (["标题"], True),
        (["甲", "乙"], False),
        (["丙", "丁"], False),
    ]
    assert [row.cells for row in other.rows] == [["中间"], ["甲", "乙"], ["丙", "丁"], ["注：完"]]
    assert (one.table, other.table) == (1, 2)


def test_a_note_below_the_table_is_no_row_that_was_cut_off():
    header = [*"项目名称 总计 绩效目标 绩效指标".split()]
    rows = (
        tr(name, "5.00", "目标", "1、1-产出指标；11-数量指标；甲；实施周期指标值:1；年度指标值:1。") for name in "甲乙"
    )
    content = package(tbl(tr(*header), *rows) + p("联系人：某某"))
    assert "row_cut_off" not in codes(read(content))


def test_the_paragraphs_of_a_cell_are_its_lines():
    assert cells_of(package(tbl(tr(tc(p("甲") + p("乙")), "丙"), tr("1", "2")))) == [["甲\n乙", "丙"], ["1", "2"]]


def test_tabs_breaks_and_hyphens_are_characters():
    runs = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:cr/></w:r>"
    page = '<w:r><w:br w:type="page"/></w:r>'
    assert cells_of(package(tbl(tr(tc(p(runs)), tc(p(page))), tr("1", "2"))))[0] == ["a\tb\nc-d\n", ""]


def test_a_line_with_a_tab_says_two_things_above_a_table():
    assert read(small_word()).plans[0].department == "甲局"
    assert read(small_word()).plans[0].money_unit == "万元"


def test_a_frame_around_a_line_is_no_table():
    boxes = tbl(tr("项目支出绩效目标表")) + tbl(tr("部门名称：甲局", "单位：万元")) + p()
    content = package(boxes + PLAIN)
    (grid,) = grids(content)
    assert prose_of(content) == ["项目支出绩效目标表", "部门名称：甲局", "单位：万元"]
    assert grid.table == 3


def test_rows_typed_with_tabs_are_rows_where_there_is_no_table():
    lines = [
        p("<w:r><w:t>" + line.replace("\t", "</w:t><w:tab/><w:t>") + "</w:t></w:r>") for line in small().split("\n")
    ]
    assert content_of(read(package("".join(lines)))) == content_of(read(small()))


# -- merged cells


def test_a_wide_cell_is_a_merge_and_its_text_stands_first():
    span = '<w:gridSpan w:val="2"/>'
    content = package(tbl(tr(tc("宽", span), "丙"), tr("1", "2", "3")))
    (grid,) = grids(content)
    assert cells_of(content) == [["宽", "", "丙"], ["1", "2", "3"]]
    assert grid.merges == (Merge(0, 0, 1, 2),)


def test_a_tall_cell_is_a_merge_and_what_it_covers_is_empty():
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    content = package(p("题") + tbl(tr(tc("高", start), "1"), tr(tc("", on), "2"), tr(tc("", on), "3"), tr("低", "4")))
    (grid,) = grids(content)
    assert cells_of(content) == [["高", "1"], ["", "2"], ["", "3"], ["低", "4"]]
    assert grid.merges == (Merge(1, 0, 4, 1),), "rows of a grid, the prose above counted"


def test_two_tall_cells_one_below_the_other_are_two():
    start, on = '<w:vMerge w:val="restart"/>', '<w:vMerge w:val="continue"/>'
    rows = [tr(tc("甲", start), "1"), tr(tc("", on), "2"), tr(tc("乙", start), "3"), tr(tc("", on), "4")]
    assert grids(package(tbl(*rows)))[0].merges == (Merge(0, 0, 2, 1), Merge(2, 0, 4, 1))


def test_a_cell_that_goes_on_with_nothing_is_a_cell():
    on = "<w:vMerge/>"
    assert cells_of(package(tbl(tr(tc("甲", on), "1"), tr("乙", "2")))) == [["甲", "1"], ["乙", "2"]]


def test_text_that_a_merge_covers_is_not_shown_and_that_is_said():
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    content = package(tbl(tr(tc("高", start), "1"), tr(tc("盖住", on), "2")))
    assert cells_of(content)[1] == ["", "2"]
    assert mends(content) == ["hidden_text"]


def test_a_block_of_cells_is_one_merge():
    span, start, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [tr(tc("块", span + start), "1"), tr(tc("", span + on), "2"), tr("a", "b", "c")]
    assert grids(package(tbl(*rows)))[0].merges == (Merge(0, 0, 2, 2),)


def test_a_row_that_begins_further_right_leaves_columns_free():
    before = '<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'
    assert cells_of(package(tbl(tr("1", "2", "3"), tr("中", properties=before))))[1] == ["", "中"]


def test_columns_that_no_row_divides_are_one():
    span = '<w:gridSpan w:val="2"/>'
    content = package(tbl(tr(tc("名", span), "值"), tr(tc("甲", span), "1")))
    assert cells_of(content) == [["名", "值"], ["甲", "1"]]
    assert grids(content)[0].merges == ()


def test_borders_a_hair_apart_are_one_border():
    wide, rest = '<w:gridSpan w:val="2"/>', ""
    rows = [tr(tc("名", wide), tc("值", rest)), tr(tc("甲", rest), tc("1", wide))]
    assert cells_of(package(tbl(*rows, widths=(2000, 60, 2000)))) == [["名", "值"], ["甲", "1"]]
    assert cells_of(package(tbl(*rows, widths=(2000, 900, 2000)))) == [["名", "", "值"], ["甲", "1"]]


def test_a_span_of_a_million_columns_is_cut():
    span = '<w:gridSpan w:val="1000000"/>'
    content = package(tbl(tr(tc("宽", span), "丙"), tr("1", "2")))
    assert max(len(row) for row in cells_of(content)) <= flow.MAX_COLUMNS


# -- tables one after another, tables inside tables


HEAD = tr("项目名称", "总计", "绩效目标", "绩效指标")


def test_a_table_goes_on_where_its_header_comes_again():
    content = package(tbl(HEAD, tr("甲", "1", "2", "3")) + p() + tbl(HEAD, tr("乙", "4", "5", "6")))
    (grid,) = grids(content)
    assert [row.cells[0] for row in grid.rows] == ["项目名称", "甲", "项目名称", "乙"]
    assert [row.line for row in grid.rows] == [1, 2, 3, 4]
    assert mends(content) == ["tables_joined"]


def test_a_table_goes_on_where_the_columns_are_as_wide_and_no_label_comes_again():
    widths = (100, 200, 300, 400)
    content = package(
        tbl(HEAD, tr("甲", "1", "2", "3"), widths=widths) + tbl(tr("乙", "4", "5", "6"), tr(*"7890"), widths=widths)
    )
    assert len(grids(content)) == 1


@pytest.mark.parametrize(
    "between",
    [
        p("第二张表") + tbl(HEAD, tr("乙", "4", "5", "6")),
        tbl(tr("项目名称", "乙", "绩效目标", "6"), tr(*"7890")),
        tbl(tr("另", "一", "张"), tr(*"789")),
    ],
)
def test_tables_that_are_plainly_two_stay_two(between):
    assert len(grids(package(tbl(HEAD, tr("甲", "1", "2", "3")) + between))) == 2


def test_a_table_inside_a_cell_is_text_of_the_cell():
    inner = tbl(tr("1、数量", "12次"), tr("2、质量", "95%"))
    rows = [tr("名", "目标", "指标"), tr("甲", "目标", tc(p("如下") + inner + p())), *[tr("乙", "丙", "丁")] * 3]
    content = package(tbl(*rows))
    assert cells_of(content)[1] == ["甲", "目标", "如下\n1、数量 12次\n2、质量 95%"]
    assert mends(content) == ["nested_table_as_text"]


def test_the_table_in_a_table_that_only_lays_out_the_page_is_the_table():
    inner = tbl(HEAD, *[tr("甲", "1", "2", "3")] * 3)
    content = package(tbl(tr("栏目", tc(p("项目支出绩效目标表") + inner + p("注"))), tr("版权", "")))
    (grid,) = grids(content)
    assert prose_of(content) == ["栏目", "项目支出绩效目标表", "注", "版权"]
    assert cells_of(content)[0] == ["项目名称", "总计", "绩效目标", "绩效指标"]
    assert grid.table == 1


def test_the_rows_of_a_form_around_a_larger_table_stay_rows():
    inner = tbl(HEAD, *[tr("甲", "1", "2", "3")] * 3)
    content = package(tbl(tr("项目名称", "运维"), tr(tc(inner + p()), "")))
    assert cells_of(content)[0] == ["项目名称", "运维"]


def test_tables_inside_each_other_without_end_are_read_to_some_depth():
    table = PLAIN
    for _ in range(60):
        table = tbl(tr(tc(table + p())))
    assert grids(package(table + PLAIN))


# -- what Word keeps apart from the text


def test_text_boxes_are_read_once():
    box = "<w:txbxContent>" + p("项目支出绩效目标表") + "</w:txbxContent>"
    twice = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert prose_of(package(p(twice) + PLAIN)) == ["项目支出绩效目标表"]
    assert cells_of(package(tbl(tr(tc(p(twice)), "乙"), tr("1", "2"))))[0] == ["\n项目支出绩效目标表", "乙"]


def test_a_table_in_a_text_box_is_a_table():
    box = (
        f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{PLAIN}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    assert cells_of(package(p(box))) == [["甲", "乙"], ["丙", "丁"]]


def test_content_controls_are_looked_through_at_every_level():
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    row = control(tr(control(tc("甲")), tc(control(p("乙"))), tc(p(control(run("丙"))))))
    assert cells_of(package(control(tbl(row, tr("1", "2", "3"))))) == [["甲", "乙", "丙"], ["1", "2", "3"]]


def test_the_hint_of_a_field_that_nobody_filled_in_is_no_text():
    control = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入')}</w:sdtContent></w:sdt>"
    content = package(p("<w:r/>" + control) + tbl(tr(tc(p("<w:r/>" + control)), "乙"), tr("1", "2")))
    assert cells_of(content)[0] == ["", "乙"]
    assert mends(content) == ["placeholder_left_out"]


def test_the_results_of_fields_are_text_and_their_instructions_are_not():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>= SUM(ABOVE)</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>5.00</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = '<w:fldSimple w:instr=" DATE "><w:r><w:t>2026</w:t></w:r></w:fldSimple>'
    assert cells_of(package(tbl(tr(tc(p(field)), tc(p(simple))), tr("1", "2"))))[0] == ["5.00", "2026"]


def test_links_smart_tags_ruby_and_formulas_are_text():
    runs = (
        f'<w:hyperlink r:id="x">{run("链")}</w:hyperlink><w:smartTag>{run("签")}</w:smartTag>'
        f"<w:r><w:ruby><w:rt>{run('zhu')}</w:rt><w:rubyBase>{run('注')}</w:rubyBase></w:ruby></w:r>"
        "<m:oMath><m:r><m:t>≥95%</m:t></m:r></m:oMath>"
    )
    assert cells_of(package(tbl(tr(tc(p(runs)), "乙"), tr("1", "2"))))[0][0] == "链签注≥95%"


def test_changes_are_read_as_accepted_and_that_is_said():
    runs = (
        f"<w:ins>{run('新')}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run('去')}</w:moveFrom><w:moveTo>{run('来')}</w:moveTo>"
    )
    content = package(
        tbl(tr(tc(p(runs)), "乙"), tr("删", "掉", properties="<w:del/>"), tr("1", "2", properties="<w:ins/>"))
    )
    assert cells_of(content) == [["新来", "乙"], ["1", "2"]]
    assert mends(content) == ["tracked_changes"]
    assert [row.line for row in grids(content)[0].rows] == [1, 3], "rows keep the numbers that Word shows"
    (repair,) = docx.sheets(content).repairs
    assert "插入 3 处，删除 3 处" in repair.text.zh


def test_a_deleted_paragraph_mark_joins_the_two_paragraphs():
    cell = tc(p("上", "<w:rPr><w:del/></w:rPr>") + p("下"))
    assert cells_of(package(tbl(tr(cell, "乙"), tr("1", "2"))))[0][0] == "上下"


def test_a_deleted_cell_is_left_out():
    content = package(tbl(tr("甲", tc("乙", "<w:cellDel/>")), tr("1", "2")))
    assert cells_of(content)[0] == ["甲"]


def test_hidden_text_is_left_out_and_said():
    styles = of_word(
        '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="K"><w:basedOn w:val="H"/></w:style>',
        "styles",
    )
    hidden = run("秘", "<w:vanish/>") + run("现", '<w:vanish w:val="0"/>') + run("式", '<w:rStyle w:val="K"/>')
    body = tbl(
        tr(tc(p(hidden)), tc(p("段", '<w:pStyle w:val="H"/>'))), tr("1", "2"), tr("3", "4", properties="<w:hidden/>")
    )
    content = package(body, styles__xml=styles)
    assert cells_of(content) == [["现", ""], ["1", "2"]]
    (repair,) = docx.sheets(content).repairs
    assert repair.code == "hidden_text"
    assert "4" in repair.text.zh
    assert "秘" not in repair.text.zh


def test_symbols_are_written_as_characters_and_unknown_ones_are_said():
    def symbol(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    runs = symbol("Symbol", "F0B3") + run("95%") + symbol("Wingdings", "F0FE")
    content = package(tbl(tr(tc(p(runs)), tc(p(run("\uf0a3", '<w:rFonts w:ascii="Symbol"/>')))), tr("1", "2")))
    assert cells_of(content)[0] == ["≥95%☑", "≤"]
    assert mends(content) == ["symbol_written_out"]
    unknown = package(tbl(tr(tc(p(symbol("Webdings", "F0FF"))), tc(p(symbol("x", "zz")))), tr("1", "2")))
    assert cells_of(unknown)[0] == ["\ufffd", "\ufffd"]
    assert mends(unknown) == ["symbol_unknown", "replacement_character"]


def test_headers_and_footers_are_prose_but_for_page_numbers():
    content = package(
        PLAIN,
        relations=part("header", "header1.xml", id="a") + part("footer", "footer1.xml", id="b"),
        header1__xml=of_word(p("单位：万元"), "hdr"),
        footer1__xml=of_word(p("第 1 页 共 3 页") + p("甲局编"), "ftr"),
    )
    assert prose_of(content) == ["单位：万元", "甲局编"]


def test_a_secrecy_mark_in_a_header_is_refused():
    content = package(PLAIN, relations=part("header", "header1.xml"), header1__xml=of_word(p("机密★10年"), "hdr"))
    assert refusal(content).code == "secret"


def test_notes_comments_macros_and_embedded_objects_are_said():
    content = package(
        tbl(tr(tc(p("<w:r><w:object/></w:r>")), "乙"), tr("1", "2")),
        relations=part("footnotes", "footnotes.xml", id="a")
        + part("comments", "comments.xml", id="b")
        + '<Relationship Id="c" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>',
        footnotes__xml=of_word('<w:footnote w:type="separator"/><w:footnote/>', "footnotes"),
        comments__xml=of_word("<w:comment/>", "comments"),
        vbaProject__bin=b"\xd0\xcf",
    )
    assert mends(content) == ["embedded_left_out", "notes_left_out", "macros_ignored"]


# -- numbers that Word makes


def numbering(format: str, text: str, *, start: int = 1, more: str = "") -> str:
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )
    second = '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    return of_word(
        f'<w:abstractNum w:abstractNumId="7">{level}{second}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>{more}',
        "numbering",
    )


def listed(text: str, *, number: int = 1, level: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


@pytest.mark.parametrize(
    ("format", "text", "start", "numbers"),
    [
        ("decimal", "%1、", 1, ["1、", "2、"]),
        ("decimal", "%1", 9, ["9 ", "10 "]),
        ("chineseCountingThousand", "%1、", 10, ["十、", "十一、"]),
        ("chineseCounting", "（%1）", 20, ["（二十）", "（二十一）"]),
        ("japaneseCounting", "第%1条", 105, ["第一百〇五条 ", "第一百〇六条 "]),
        ("decimalEnclosedCircle", "%1", 1, ["① ", "② "]),
        ("upperRoman", "%1.", 4, ["IV.", "V."]),
        ("lowerLetter", "%1)", 26, ["z)", "aa)"]),
        ("chineseLegalSimplified", "%1、", 12, ["壹拾贰、", "壹拾叁、"]),
        ("ideographTraditional", "%1、", 1, ["甲、", "乙、"]),
        ("decimalZero", "%1.", 9, ["09.", "10."]),
        ("bullet", "●", 1, ["", ""]),
        ("none", "", 1, ["", ""]),
    ],
)
def test_the_numbers_of_lists_are_written_out(format, text, start, numbers):
    body = tbl(tr(tc(listed("甲") + listed("乙")), "丙"), tr("1", "2"))
    content = package(body, numbering__xml=numbering(format, text, start=start))
    assert cells_of(content)[0][0] == f"{numbers[0]}甲\n{numbers[1]}乙"
    assert mends(content) == (["numbers_written_out"] if numbers[0] else [])


def test_lists_of_lists_count_on_and_begin_anew():
    paragraphs = [
        listed("甲"), listed("乙", level=1), listed("丙", level=1), listed("丁"), listed("戊", level=1), listed("己", number=2),
    ]  # fmt: skip
    content = package(tbl(tr(tc("".join(paragraphs)), "x"), tr("1", "2")), numbering__xml=numbering("decimal", "%1."))
    assert cells_of(content)[0][0] == "1.甲\n1.1 乙\n1.2 丙\n2.丁\n2.1 戊\n1.己"


def test_a_style_may_number_its_paragraphs():
    styles = of_word(
        '<w:style w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="M"><w:basedOn w:val="L"/></w:style>',
        "styles",
    )
    cell = tc(
        p("甲", '<w:pStyle w:val="M"/>') + p("乙", '<w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    content = package(tbl(tr(cell, "x"), tr("1", "2")), numbering__xml=numbering("decimal", "%1、"), styles__xml=styles)
    assert cells_of(content)[0][0] == "1、甲\n乙"


def test_a_form_of_numbers_that_is_not_known_is_said():
    content = package(tbl(tr(tc(listed("甲")), "x"), tr("1", "2")), numbering__xml=numbering("hebrew1", "%1."))
    assert cells_of(content)[0][0] == "甲"
    assert mends(content) == ["number_unknown"]


def test_indicators_numbered_by_word_are_read_with_their_numbers():
    one = "1-产出指标；11-数量指标；巡检次数；实施周期指标值:12次；年度指标值:12次。"
    body = tbl(HEAD, tr("运维", "5.00", "目标", tc(listed(one) + listed(one))))
    (plan,) = read(package(body, numbering__xml=numbering("decimal", "%1、"))).plans
    assert [one.number for _, _, one in plan.indicators()] == [1, 2]


# -- other packages


def test_strict_documents_are_read():
    assert cells_of(package(p("题") + PLAIN, main=STRICT)) == [["甲", "乙"], ["丙", "丁"]]


def test_the_body_is_found_by_what_the_package_says():
    content = zipped(
        {
            "word/styles.xml": "<x/>",
            "_rels/.rels": '<Relationships><Relationship Id="1" Type="x/officeDocument" Target="/word/Document2.xml"/></Relationships>',
            "word\\document2.xml": f'<w:document xmlns:w="{MAIN}"><w:body>{PLAIN}</w:body></w:document>',
        }
    )
    assert cells_of(content) == [["甲", "乙"], ["丙", "丁"]]


def test_a_page_put_into_the_document_in_one_piece_is_read():
    content = package(
        p("题") + '<w:altChunk r:id="rId9"/>',
        relations=part("aFChunk", "chunk.htm"),
        chunk__htm="<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>",
    )
    assert cells_of(content) == [["甲", "乙"], ["丙", "丁"]]
    other = package(PLAIN + '<w:altChunk r:id="rId9"/>', relations=part("aFChunk", "chunk.rtf"), chunk__rtf="{\\rtf1}")
    assert mends(other) == ["embedded_left_out"]


def test_a_workbook_inside_a_document_does_not_make_it_a_workbook():
    content = package(PLAIN, embeddings="xl/workbook.xml")
    assert cells_of(content)[0] == ["甲", "乙"]


def test_a_document_that_is_a_page_is_read_as_the_page_it_is():
    assert tables.read(b"<html><table>" + tables.write(read(small()), format="html"), name="x.docx").format == "html"


# -- what cannot be read


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + stream.encode("utf-16-le") + bytes(400)


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (ole("WordDocument"), "old_word", "另存为“Word 文档(.docx)”"),
        (ole("EncryptedPackage"), "encrypted", "密码"),
        (small_word()[:-200], "package_damaged", "重新下载"),
        (small_word()[:700], "package_damaged", "重新下载"),
        (zipped({"word/styles.xml": "<a/>"}), "package_incomplete", "word/document.xml"),
        (package("", whole=" "), "package_incomplete", "word/document.xml"),
        (package("", whole=f'<w:document xmlns:w="{MAIN}"><w:body><w:tbl><w:tr>'), "xml_damaged", "第1行"),
        (package("", whole="no xml at all"), "xml_damaged", "document.xml"),
        (package(p("<w:r><w:drawing/></w:r>")), "only_pictures", "图片"),
        (package(p()), "empty", "没有任何文字"),
        (package(p("只有文字")), "no_table", "没有找到"),
        (b"{\\rtf1 x}", "foreign_format", "RTF"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason_and_the_next_step(content, code, says):
    refused = refusal(content)
    assert refused.code == code
    assert says in refused.in_("zh")


def test_a_byte_that_changed_on_the_way_is_noticed():
    content = bytearray(small_word())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 100
    content[at] ^= 0xFF
    assert refusal(bytes(content)).code in ("package_damaged", "xml_damaged")


def test_a_zip_with_a_password_is_refused_as_such():
    content = bytearray(small_word())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1
    assert refusal(bytes(content)).code == "encrypted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_grow(encoding):
    bomb = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    whole = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "ha">{bomb}]><w:document xmlns:w="{MAIN}"><w:body>{p("&j;")}</w:body></w:document>'
    refused = refusal(package("", whole=whole.encode(encoding)))
    assert refused.code == "xml_entities"


def test_a_file_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked():
    packed_up = io.BytesIO()
    with (
        zipfile.ZipFile(packed_up, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as stream,
    ):
        for _ in range(parts.MAX_UNPACKED // 2**20 + 1):
            stream.write(bytes(2**20))
    refused = refusal(packed_up.getvalue())
    assert refused.code == "unpacks_too_large"
    assert "128 MB" in refused.in_("zh")


def test_a_directory_that_lies_about_the_size_does_not_help(monkeypatch):
    monkeypatch.setattr(parts, "MAX_UNPACKED", 2 * 2**20)
    content = bytearray(package(p("x" * 3 * 2**20)))
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 63] != b"word/document.xml":
        at = content.find(b"PK\x01\x02", at + 1)
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert refusal(bytes(content)).code in ("unpacks_too_large", "package_damaged", "xml_damaged")


def test_hundreds_of_thousands_of_empty_rows_say_nothing_and_cost_no_more_than_their_number():
    def cost(count: int) -> float:
        rows = "<w:tr><w:tc><w:p/></w:tc></w:tr>" * count
        content = package(tbl(tr("甲", "乙"), "")[: -len("</w:tbl>")] + rows + "</w:tbl>")
        start = time.process_time()
        (grid,) = grids(content)
        assert len(grid.rows) < 1000
        return time.process_time() - start

    # Held to a quarter of them in the same run: four times as many would cost sixteen times as much if each looked at all.
    assert cost(300_000) < 8 * cost(75_000)


def test_a_million_empty_paragraphs_are_nothing():
    assert len(grids(package("<w:p/>" * 300_000 + PLAIN))[0].rows) == 2


def test_what_goes_beyond_the_limit_is_left_out_and_said(monkeypatch):
    monkeypatch.setattr("shixiao.tables.formats.docx.body.MAX_CELLS", 100)
    content = package(tbl(*[tr("甲", "乙")] * 100) + p("后"))
    assert len(cells_of(content)) == 51
    assert mends(content) == ["rows_left_out"]
    (repair,) = docx.sheets(content).repairs
    assert (repair.defect, repair.place.line) == (True, 51)


def test_the_limit_counts_the_columns_that_are_skipped_too(monkeypatch):
    monkeypatch.setattr(flow, "MAX_CELLS", 1000)
    before = '<w:gridBefore w:val="150"/>'
    content = package(tbl(tr(*["甲"] * 160), *[tr("乙", properties=before)] * 100))
    assert sum(map(len, cells_of(content))) <= 1000
    assert mends(content) == ["rows_left_out"]


def test_invisible_characters_are_removed_as_in_a_text():
    content = package(tbl(tr("甲\u200b", "乙"), tr("1", "2")))
    assert cells_of(content)[0] == ["甲", "乙"]
    assert mends(content) == ["control_character"]


def test_elements_of_other_programs_are_looked_through():
    own = f'<x:mine xmlns:x="urn:x">{run("内")}</x:mine><!-- c --><?pi x?>'
    assert cells_of(package(tbl(tr(tc(p("<w:r/>" + own)), "乙"), tr("1", "2"))))[0][0] == "内"


def test_thousands_of_elements_inside_each_other_are_refused_or_read():
    deep = "<w:smartTag>" * 5000 + run("x") + "</w:smartTag>" * 5000
    assert refusal(package(p("<w:r/>" + deep) + PLAIN)).code == "xml_damaged"
    some = "<w:smartTag>" * 90 + run("x") + "</w:smartTag>" * 90
    assert prose_of(package(p("<w:r/>" + some) + PLAIN)) == ["x"]


def test_the_spaces_of_names_do_not_matter():
    whole = f'<a:document xmlns:a="{MAIN}" {SPACES}><a:body>{PLAIN}</a:body></a:document>'.replace(
        "<w:", "<a:"
    ).replace("</w:", "</a:")
    assert cells_of(package("", whole=whole))[0] == ["甲", "乙"]
