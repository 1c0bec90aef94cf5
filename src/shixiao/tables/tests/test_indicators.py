"""All indicators of a project in one cell: every way in which published cells are uneven."""

import pytest

from shixiao.tables import samples
from shixiao.tables.tests.making import ONE, TWO, codes, project, read, small, table, wordings


def only(indicators: str):
    """The document of a table with nothing but this cell of indicators."""
    return read(small(indicators))


def row_codes(document, row: int) -> list[str]:
    return [repair.code for repair in document.repairs if repair.row == row]


def test_a_cell_as_the_form_prints_it_needs_no_repair():
    document = only(ONE + TWO)
    assert wordings(document) == [("巡检次数", "12次", "12次"), ("合格率", "95%", "95%")]
    assert document.repairs == ()


@pytest.mark.parametrize("colon", ["：", ":", "﹕", "︰", "∶"])
def test_any_colon_closes_a_label(colon):
    assert wordings(only(ONE.replace(":", colon) + TWO)) == wordings(only(ONE + TWO))


@pytest.mark.parametrize("semicolon", ["；", ";"])
def test_any_semicolon_separates(semicolon):
    assert wordings(only((ONE + TWO).replace("；", semicolon))) == wordings(only(ONE + TWO))


@pytest.mark.parametrize(
    "value",
    [
        "全年不超过38期，每期3524份",
        "完成A、B、C；并通过验收",
        "先试点。再推广",
        "一、二季度各1次；三、四季度各2次",
        "1、2月各1次",
        "完成：1、调研；2、报告。",
        "1.调研；2.报告",
        "第1、2批",
        "2026年6月30日前；逾期不超过3天",
        "2-3次；11-12月完成",
        "10%；不含税",
        "达标率100%",
        "“一网统管”1、2期",
    ],
)
@pytest.mark.parametrize("other", ["95%", "是"])
def test_separators_and_numbers_inside_a_value_stay_in_it(value, other):
    cell = f"1、1-产出指标；11-数量指标；巡检；实施周期指标值:{value}；年度指标值:{other}。{TWO}"
    assert wordings(only(cell)) == [("巡检", value, other), ("合格率", "95%", "95%")]
    cell = f"1、1-产出指标；11-数量指标；巡检；实施周期指标值:{other}；年度指标值:{value}。{TWO}"
    assert wordings(only(cell)) == [("巡检", other, value), ("合格率", "95%", "95%")]


@pytest.mark.parametrize(
    "name", ["设备（甲；乙）完好率", "5G卡；数量", "2号楼巡检", "达标率", "完成情况。", "一是调研；二是报告"]
)
def test_separators_inside_a_name_stay_in_it(name):
    cell = f"1、1-产出指标；11-数量指标；{name}；实施周期指标值:1次；年度指标值:1次。{TWO}"
    assert wordings(only(cell)) == [(name, "1次", "1次"), ("合格率", "95%", "95%")]


def test_a_full_stop_where_a_semicolon_belongs_is_mended_and_listed():
    document = only(ONE.replace("次数；", "次数。") + TWO)
    assert wordings(document)[0] == ("巡检次数", "12次", "12次")
    assert row_codes(document, 1) == ["full_stop_for_semicolon"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("巡检次数；", "巡检次数", "missing_separator"),
        ("12次；年", "12次年", "missing_separator"),
        ("12次；年", "12次。年", "full_stop_for_semicolon"),
        ("产出指标；", "产出指标", "missing_separator"),
        ("产出指标；", "产出指标。", "full_stop_for_semicolon"),
        ("11-数量指标；", "11-数量指标。", "full_stop_for_semicolon"),
        ("实施周期指标值:", "实施周期指标值", "missing_colon"),
        ("年度指标值:", "年度指标值", "missing_colon"),
        ("年度指标值:12次。", "年度指标值:12次；", "missing_full_stop"),
        ("年度指标值:12次。", "年度指标值:12次", "missing_full_stop"),
        ("1、1-", "1-", "missing_number"),
        ("1、1-", "7、1-", "number_out_of_order"),
        ("1-产出指标；", "", "missing_category"),
    ],
)
def test_each_slip_is_mended_and_listed(before, after, code):
    document = only(ONE.replace(before, after, 1) + TWO.replace("2、", "8、" if after == "7、1-" else "2、"))
    assert wordings(document) == [("巡检次数", "12次", "12次"), ("合格率", "95%", "95%")]
    assert row_codes(document, 1) == [code]
    assert row_codes(document, 2) == []
    assert [one.level2 for _, _, one in document.plans[0].indicators()] == ["11-数量指标", "12-质量指标"]


def test_a_number_that_runs_on_from_a_value_is_told_by_what_is_due():
    document = only(ONE.replace("12次。", "100").replace("12次", "100") + TWO)
    assert wordings(document) == [("巡检次数", "100", "100"), ("合格率", "95%", "95%")]
    assert [one.number for _, _, one in document.plans[0].indicators()] == [1, 2]


@pytest.mark.parametrize(
    ("cycle", "annual"),
    [
        ("实施周期指标值", "当年度指标值"),
        ("实施周期绩效指标值", "年度绩效指标值"),
        ("实施周期目标值", "年度目标值"),
        ("实施周期目标", "年度目标"),
        ("中期指标值", "2026年度指标值"),
        ("总体指标值", "当年指标值"),
        ("周期指标值", "全年指标值"),
        ("實施週期指標值", "年度指標值"),
    ],
)
def test_older_names_of_the_two_values_are_known(cycle, annual):
    cell = (ONE + TWO).replace("实施周期指标值", cycle).replace("年度指标值", annual)
    document = only(cell)
    assert wordings(document) == [("巡检次数", "12次", "12次"), ("合格率", "95%", "95%")]
    assert document.repairs == ()


def test_the_two_values_may_come_in_the_other_order():
    cell = "1、1-产出指标；11-数量指标；巡检；年度指标值:4次；实施周期指标值:12次。" + TWO
    assert wordings(only(cell))[0] == ("巡检", "12次", "4次")


def test_a_missing_value_is_left_empty_and_listed():
    document = only("1、1-产出指标；11-数量指标；巡检；年度指标值:4次。" + TWO)
    assert wordings(document)[0] == ("巡检", "", "4次")
    assert row_codes(document, 1) == ["missing_cycle"]
    document = only("1、1-产出指标；11-数量指标；巡检；实施周期指标值:4次。" + TWO)
    assert wordings(document)[0] == ("巡检", "4次", "")
    assert row_codes(document, 1) == ["missing_annual"]
    assert [repair.defect for repair in document.repairs] == [True]


def test_an_empty_value_is_a_value_as_published():
    document = only("1、1-产出指标；11-数量指标；巡检；实施周期指标值:；年度指标值:。" + TWO)
    assert wordings(document)[0] == ("巡检", "", "")
    assert document.repairs == ()


def test_a_value_without_any_label_is_taken_for_the_year_and_listed():
    document = only("1、1-产出指标；11-数量指标；巡检；4次。" + TWO)
    assert wordings(document)[0] == ("巡检", "", "4次")
    assert row_codes(document, 1) == ["unlabelled_value", "missing_cycle"]


def test_the_same_value_twice_stays_in_the_wording():
    document = only("1、1-产出指标；11-数量指标；巡检；实施周期指标值:3次；年度指标值:4次年度指标值:5次。" + TWO)
    assert wordings(document)[0] == ("巡检", "3次", "4次年度指标值:5次")
    assert row_codes(document, 1) == ["label_twice"]


def test_indicators_without_a_class_are_still_told_apart():
    document = only("1、巡检；实施周期指标值:3次；年度指标值:3次。2、抽查；实施周期指标值:4次；年度指标值:4次。")
    assert wordings(document) == [("巡检", "3次", "3次"), ("抽查", "4次", "4次")]
    assert [(one.number, one.code) for _, _, one in document.plans[0].indicators()] == [(1, ""), (2, "")]
    assert row_codes(document, 2) == ["missing_category"]


def test_categories_without_codes_are_told_by_their_names():
    document = only(
        "1、产出指标；数量指标；巡检；实施周期指标值:3次；年度指标值:3次。"
        "2、效益指标；可持续影响指标；机制；实施周期指标值:健全；年度指标值:健全。"
        "3、满意度指标；服务对象满意度指标；群众满意度；实施周期指标值:90%；年度指标值:90%。"
        "4、成本指标；成本指标；单价；实施周期指标值:3元；年度指标值:3元。"
    )
    found = [one for _, _, one in document.plans[0].indicators()]
    assert [one.code for one in found] == ["11", "24", "31", "41"]
    assert [one.number for one in found] == [1, 2, 3, 4]
    assert found[0].level1 == "产出指标"


def test_entities_are_undone_and_listed_with_the_row():
    document = only(ONE.replace("12次", "&lt;30分钟") + TWO.replace("95%", "&amp;ge;95%"))
    assert wordings(document) == [("巡检次数", "<30分钟", "<30分钟"), ("合格率", "≥95%", "≥95%")]
    assert [(repair.code, repair.row) for repair in document.repairs] == [("html_entity", 1), ("html_entity", 2)]


def test_spaces_of_the_web_between_the_parts_do_no_harm():
    document = only(
        "1、&nbsp;1-产出指标；&nbsp;11-数量指标；巡检；实施周期指标值:&nbsp;3次；年度指标值:3次。&nbsp;" + TWO
    )
    assert wordings(document) == [("巡检", "3次", "3次"), ("合格率", "95%", "95%")]


def test_a_cell_that_the_web_encoded_as_a_whole_is_read():
    coded = "".join(f"&#{ord(character)};" for character in ONE + TWO)
    document = only(coded)
    assert wordings(document) == wordings(only(ONE + TWO))
    first, second = (one.place for _, _, one in document.plans[0].indicators())
    assert coded[second.start : second.end].startswith(f"&#{ord('2')};")
    assert first.end == second.start


@pytest.mark.parametrize(
    "cell",
    [
        f"<p>{ONE}</p><p>{TWO}</p>",
        f"<p>{ONE}{TWO}</p>",
        f'<p style="color: red">{ONE}</p> <P>{TWO}</P>',
        f"{ONE}<br>{TWO}<br/>",
        f"&lt;p&gt;{ONE}{TWO}&lt;/p&gt;",
        f"<div><span>{ONE}</span><span>{TWO}</span></div>",
    ],
)
def test_tags_go_and_their_place_is_remembered(cell):
    document = only(cell)
    assert wordings(document) == wordings(only(ONE + TWO))
    assert set(codes(document)) == {"html_tag"}
    for _, _, one in document.plans[0].indicators():
        assert cell[one.place.start : one.place.end].strip().startswith(f"{one.number}、")


def test_a_script_in_a_cell_goes_and_is_listed():
    document = only(ONE.replace("12次；年", "12次<script>alert('2、1-产出指标；11-数量指标；')</script>；年") + TWO)
    assert wordings(document) == wordings(only(ONE + TWO))
    assert [(repair.code, repair.row) for repair in document.repairs] == [("html_script", 1)]
    assert "alert" in document.repairs[0].text.zh


def test_what_only_looks_like_a_tag_is_text():
    document = only(ONE.replace("12次", "<5%且>1%") + TWO.replace("95%", "<A级"))
    assert wordings(document) == [("巡检次数", "<5%且>1%", "<5%且>1%"), ("合格率", "<A级", "<A级")]
    assert document.repairs == ()


def test_a_place_inside_a_quoted_cell_names_the_line_of_the_indicator():
    document = read(table("合计\t5.00\t5.00\t\t\t\t", "甲局\t5.00\t5.00\t\t\t\t", project(f'"{ONE}\n{TWO}"')))
    places = [one.place for _, _, one in document.plans[0].indicators()]
    assert [(place.line, place.column) for place in places] == [(7, 7), (8, 7)]


def test_a_line_break_inside_a_quoted_value_is_kept():
    document = read(small('"' + ONE.replace("12次", "12次\n含夜间") + "\n" + TWO + '"'))
    assert wordings(document)[0] == ("巡检次数", "12次\n含夜间", "12次\n含夜间")


def test_a_label_broken_by_a_line_break_is_still_a_label():
    document = read(small('"' + ONE.replace("实施周期", "实施\n周期") + TWO + '"'))
    assert wordings(document) == wordings(only(ONE + TWO))
    assert ("broken_line", 1) in [(repair.code, repair.row) for repair in document.repairs]


@pytest.mark.parametrize(
    ("kept", "cut"),
    [
        ("。2", "2"),
        ("。2、", "2、"),
        ("。2、1", "2、1"),
        ("。2、1-产出", "2、1-产出"),
        ("。2、1-产出指标；12-质", "2、1-产出指标；12-质"),
    ],
)
def test_an_indicator_cut_in_its_head_is_named_and_the_others_stay(kept, cut):
    document = only(ONE[:-1] + kept)
    assert wordings(document) == [("巡检次数", "12次", "12次")]
    (found,) = [repair for repair in document.repairs if repair.code == "text_cut_off"]
    assert (found.row, found.place.line, found.defect) == (1, 7, True)
    assert f"“{cut}”" in found.text.zh


@pytest.mark.parametrize(
    ("end", "row"),
    [
        ("2、1-产出指标；12-质量指标；合格", ("合格", "", "")),
        ("2、1-产出指标；12-质量指标；合格率；实施周", ("合格率", "", "")),
        ("2、1-产出指标；12-质量指标；合格率；实施周期指标值:9", ("合格率", "9", "")),
        ("2、1-产出指标；12-质量指标；合格率；实施周期指标值:95%；年度指", ("合格率", "95%", "")),
        ("2、1-产出指标；12-质量指标；合格率；实施周期指标值:95%；年度指标值:9", ("合格率", "95%", "9")),
    ],
)
def test_an_indicator_cut_in_its_values_keeps_what_was_read(end, row):
    document = only(ONE + end)
    assert wordings(document)[1] == row
    assert "text_cut_off" in row_codes(document, 2)


def test_a_cell_in_the_middle_of_the_table_may_be_cut_too():
    document = read(table("甲局\t10\t10\t\t\t\t", project(ONE + "2、1-产"), project(ONE, name="采购")))
    assert [repair.place.line for repair in document.repairs if repair.code == "text_cut_off"] == [6]


def test_text_before_the_first_indicator_is_listed():
    document = only("本项目指标如下" + ONE)
    assert wordings(document) == [("巡检次数", "12次", "12次")]
    assert codes(document) == ["text_before_indicators"]


def test_a_cell_without_any_indicator_is_listed_whole():
    document = only("按计划完成各项工作")
    assert wordings(document) == []
    assert [(repair.code, repair.defect) for repair in document.repairs][-1] == ("indicators_not_read", True)


def test_an_indicator_without_a_name_is_kept_and_listed():
    document = only("1、1-产出指标；11-数量指标；实施周期指标值:3次；年度指标值:3次。")
    assert wordings(document) == [("", "3次", "3次")]
    assert "missing_name" in row_codes(document, 1)


def test_a_numbered_list_in_the_value_before_a_head_without_a_class_stays_in_it():
    document = only(
        "1、巡检；实施周期指标值:3次；年度指标值:其中。1、夜间。2、抽查；实施周期指标值:4次；年度指标值:4次。"
    )
    assert wordings(document) == [("巡检", "3次", "其中。1、夜间"), ("抽查", "4次", "4次")]


def test_a_hard_space_is_a_space():
    assert wordings(only(ONE.replace("12次", "95&#160;%") + TWO))[0] == ("巡检次数", "95 %", "95 %")


def test_the_short_way_for_regular_cells_gives_what_the_long_way_gives(monkeypatch):
    short = read(samples.guangzhou()).plans
    monkeypatch.setattr("shixiao.tables.layouts.guangdong.indicators._regular", lambda text: None)
    assert read(samples.guangzhou()).plans == short
