"""Rows of a pasted text: what is a heading, a header, a unit, a project, the rest of a cell, or nothing of the table."""

from decimal import Decimal

import pytest

from shixiao import tables
from shixiao.tables.tests.making import (
    ABOVE,
    HEADER,
    ONE,
    TOTAL,
    TWO,
    UNIT,
    codes,
    project,
    read,
    shape,
    small,
    table,
    wordings,
)


def defects(document):
    return [(repair.code, repair.place.line) for repair in document.repairs if repair.defect]


# -- above the table


@pytest.mark.parametrize(
    "above",
    [
        "项目支出绩效目标表\n部门名称：甲局\n单位：万元\n",
        "### 项目支出绩效目标表\n\n部门名称:甲局\t\t\t\t\t单位:万元\n",
        "项目支出绩效目标表\n部门：甲局    金额单位：万元\n",
        "附件3\n项目支出绩效目标表\n预算部门：甲局\n（单位：人民币万元）\n",
        "項目支出績效目標表\n部門名稱：甲局\n單位：萬元\n",
    ],
)
def test_the_lines_above_say_title_department_and_money(above):
    (plan,) = read(table(TOTAL, UNIT, project(ONE), above=above)).plans
    assert plan.title in ("项目支出绩效目标表", "項目支出績效目標表")
    assert plan.department == "甲局"
    assert plan.money_unit in ("万元", "萬元")


def test_a_department_keeps_its_brackets():
    (plan,) = read(table(TOTAL, UNIT, project(ONE), above="部门名称：交换站（公报编辑部）\n单位：万元\n")).plans
    assert plan.department == "交换站（公报编辑部）"


def test_a_table_without_a_unit_of_money_is_read_in_wan_yuan_and_says_so():
    document = read(table(TOTAL, UNIT, project(ONE), above="部门名称：甲局\n"))
    assert document.plans[0].money_unit == ""
    assert codes(document) == ["money_unit_missing"]


@pytest.mark.parametrize(
    ("unit", "printed"), [("元", "50,000.00"), ("千元", "50"), ("亿元", "0.0005"), ("百万元", "0.05")]
)
def test_other_units_of_money_are_converted_exactly(unit, printed):
    rows = (f"合计\t{printed}\t{printed}\t\t\t\t", f"甲局\t{printed}\t{printed}\t\t\t\t")
    text = table(*rows, project(ONE, funds=f"{printed}\t{printed}\t\t"), above=f"部门名称：甲局\n单位：{unit}\n")
    document = read(text)
    assert document.plans[0].funds.total == Decimal(5)
    assert document.plans[0].money_unit == unit
    assert codes(document) == ["money_unit_converted"]
    again = read(tables.write(document, format="txt"))
    assert again.plans[0].funds.total == Decimal(5)
    assert again.plans[0].money_unit == unit


def test_an_unknown_unit_of_money_leaves_the_amounts_empty():
    document = read(table(TOTAL, UNIT, project(ONE), above="部门名称：甲局\n单位：万美元\n"))
    assert document.plans[0].funds.total is None
    assert "money_unit_unknown" in codes(document)


# -- the header


def test_columns_may_stand_in_another_order_and_others_between():
    header = "绩效指标\t项目名称\t项目等级\t绩效目标\t总计\t财政拨款"
    rows = ("\t合计\t\t\t5.00\t5.00", "\t甲局\t\t\t5.00\t5.00", f"{ONE}\t运维\t二级\t保障。\t5.00\t5.00")
    document = read(table(*rows, header=header))
    assert wordings(document) == [("巡检次数", "12次", "12次")]
    assert shape(document) == [("甲局", ["运维"])]
    assert codes(document) == ["column_unknown"]
    assert "项目等级" in document.repairs[0].text.zh


def test_a_header_broken_over_two_lines_of_a_quoted_cell_is_a_header():
    header = HEADER.replace("项目名称（资金使用单位）", '"项目名称\n（资金使用单位）"')
    assert shape(read(table(TOTAL, UNIT, project(ONE), header=header))) == [("甲局", ["运维"])]


def test_a_table_copied_without_its_header_is_read_in_the_official_order():
    document = read(f"{project(ONE)}\n{project(TWO, name='采购')}\n")
    assert shape(document) == [("", ["运维", "采购"])]
    assert "header_missing" in codes(document)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("项目名称\t总计\t绩效目标\n运维\t5.00\t保障\n", "missing_columns", "绩效指标"),
        ("单位\t总计\t绩效目标\t绩效指标\t备注\n甲\t5\t保障\tx\ty\n", "missing_columns", "项目名称"),
        (f"{ABOVE}{HEADER}\n", "no_rows", "4"),
        ("姓名\t部门\t电话\t邮箱\n某人\t甲局\t000\ta\n", "no_table", "绩效指标"),
        ("收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、拨款\t5.00\t一、基本支出\t5.00\n", "no_table", "绩效指标"),
        ("为了做好绩效目标管理工作，现将有关事项通知如下。\n一、总体要求。\n", "no_table", "绩效指标"),
        ("x", "no_table", "绩效指标"),
    ],
)
def test_what_is_no_such_table_is_refused_with_what_was_looked_for(text, code, words):
    with pytest.raises(tables.Unreadable) as refused:
        read(text)
    assert refused.value.code == code
    assert words in refused.value.in_("zh")
    assert words in refused.value.in_("en")
    assert refused.value.next_step.zh
    assert refused.value.next_step.en


# -- units and projects


def test_a_header_on_every_page_is_no_row():
    text = table(TOTAL, UNIT, project(ONE), "", HEADER, project(TWO, name="采购"))
    assert shape(read(text)) == [("甲局", ["运维", "采购"])]


def test_a_title_on_every_page_begins_no_new_table():
    text = table(TOTAL, UNIT, project(ONE)) + table(project(TWO, name="采购"))
    assert shape(read(text)) == [("甲局", ["运维", "采购"])]


def test_two_tables_in_one_file_are_two_plans_with_running_rows():
    other = table(
        "合计\t3\t3\t\t\t\t", "乙局\t3\t3\t\t\t\t", project(ONE, funds="3\t3\t\t"), above=ABOVE.replace("甲", "乙")
    )
    document = read(small() + "\n" + other)
    assert [plan.department for plan in document.plans] == ["甲局", "乙局"]
    assert [one.row for plan in document.plans for _, _, one in plan.indicators()] == [1, 2, 3]
    assert document.repairs == ()


def test_the_same_department_twice_is_two_plans_when_a_second_total_follows_its_heading():
    document = read(small() + small(TWO))
    assert [len(list(plan.indicators())) for plan in document.plans] == [2, 1]


def test_a_total_at_the_end_or_printed_twice_is_one_total():
    assert read(table(UNIT, project(ONE), TOTAL)).plans[0].funds.total == Decimal(5)
    document = read(table(TOTAL, UNIT, project(ONE), TOTAL))
    assert (len(document.plans), document.repairs) == (1, ())


def test_another_total_is_listed():
    document = read(table(TOTAL, UNIT, project(ONE), "合计\t6.00\t6.00\t\t\t\t"))
    assert defects(document) == [("second_total", 8)]


def test_projects_without_a_unit_row_go_under_the_department():
    document = read(table(TOTAL, project(ONE)))
    assert shape(document) == [("甲局", ["运维"])]
    assert document.plans[0].units[0].funds is None
    assert codes(document) == ["unit_row_missing"]


def test_a_unit_without_projects_is_kept_and_listed():
    document = read(table("合计\t8\t8\t\t\t\t", UNIT, project(ONE), "乙中心\t3\t3\t\t\t\t"))
    assert shape(document) == [("甲局", ["运维"]), ("乙中心", [])]
    assert defects(document) == [("unit_without_projects", 8)]


def test_a_project_without_goal_and_indicators_is_told_by_the_sums():
    document = read(table("合计\t8\t8\t\t\t\t", "甲局\t8\t8\t\t\t\t", project(ONE), "采购\t3\t3\t\t\t\t"))
    assert shape(document) == [("甲局", ["运维", "采购"])]
    assert codes(document) == ["row_taken_as_project"]


def test_several_such_projects_are_told_together():
    rows = ("甲局\t9\t9\t\t\t\t", "采购\t3\t3\t\t\t\t", "培训\t1\t1\t\t\t\t", project(ONE))
    assert shape(read(table("合计\t9\t9\t\t\t\t", *rows))) == [("甲局", ["采购", "培训", "运维"])]


def test_a_row_whose_projects_add_up_to_it_is_a_unit_whatever_else_adds_up():
    rows = ("甲局\t13\t13\t\t\t\t", project(ONE), "乙局\t4\t4\t\t\t\t", project(ONE, funds="4\t4\t\t"))
    assert shape(read(table(*rows))) == [("甲局", ["运维"]), ("乙局", ["运维"])]


def test_a_department_row_above_its_units_is_no_unit():
    rows = (
        "甲局\t8\t8\t\t\t\t",
        "甲局本级\t5\t5\t\t\t\t",
        project(ONE),
        "乙中心\t3\t3\t\t\t\t",
        project(ONE, funds="3\t3\t\t"),
    )
    document = read(table("合计\t8\t8\t\t\t\t", *rows))
    assert shape(document) == [("甲局本级", ["运维"]), ("乙中心", ["运维"])]
    assert codes(document) == ["subtotal_left_out"]


def test_a_project_twice_in_a_unit_is_kept_twice_and_listed():
    document = read(table("合计\t10\t10\t\t\t\t", "甲局\t10\t10\t\t\t\t", project(ONE), project(ONE)))
    assert shape(document) == [("甲局", ["运维", "运维"])]
    assert defects(document) == [("project_twice", 8)]
    assert "7" in document.repairs[0].text.zh


def test_the_same_project_name_in_two_units_is_ordinary():
    rows = ("甲局\t5\t5\t\t\t\t", project(ONE), "乙局\t5\t5\t\t\t\t", project(ONE))
    assert read(table("合计\t10\t10\t\t\t\t", *rows)).repairs == ()


def test_a_unit_name_may_begin_the_name_of_its_projects():
    document = read(table(TOTAL, UNIT, project(ONE, name="甲局2026年运维")))
    assert shape(document) == [("甲局", ["甲局2026年运维"])]


def test_trailing_tabs_that_an_editor_took_away_do_no_harm():
    text = "\n".join(line.rstrip() for line in small().split("\n"))
    assert read(text).plans == read(small()).plans


# -- amounts


@pytest.mark.parametrize(
    "printed", ["1,497.06", "１,４９７.０６", "1497.06", " 1,497.06 ", "￥1,497.06", "1，497.06", "+1497.060"]
)
def test_amounts_in_their_usual_dress(printed):
    document = read(table(project(ONE, funds=f"{printed}\t{printed}\t-\t—")))
    funds = document.plans[0].units[0].projects[0].funds
    assert (funds.total, funds.special_account, funds.other) == (Decimal("1497.06"), None, None)


@pytest.mark.parametrize(
    "printed",
    ["约5万", "5..0", "1,49.06", "226,48", "1e5", "NaN", "Infinity", "五", "5%", "²", "9" * 16, "5。00", "1,2345"],
)
def test_funds_that_are_no_number_are_named_with_line_and_cell(printed):
    document = read(table(TOTAL, UNIT, project(ONE, funds=f"5.00\t{printed}\t\t")))
    assert document.plans[0].units[0].projects[0].funds.fiscal is None
    (repair,) = document.repairs
    assert (repair.code, repair.defect, repair.place.line, repair.place.column) == ("funds_not_number", True, 7, 3)
    assert "财政拨款" in repair.text.zh
    assert wordings(document)


def test_an_amount_with_its_own_unit_is_converted_and_listed():
    document = read(table(project(ONE, funds="50000元\t5万元\t\t")))
    assert document.plans[0].units[0].projects[0].funds.total == Decimal(5)
    assert codes(document)[0:1] == ["unit_row_missing"]
    assert "amount_unit_written" in codes(document)


# -- broken cells and lines that belong to nothing


@pytest.mark.parametrize(
    "broken",
    [
        project(ONE + TWO).replace("合格率；", "合格\n率；"),
        project(ONE + TWO).replace("2、1-", "\n2、1-"),
        project(ONE + TWO).replace("保障运行", "保障\n运行"),
        project(ONE + TWO).replace("保障运行。\t", "保障运\n行。\t"),
        project(ONE + TWO).replace("95%；年度", "95%\n；年度"),
        project(ONE) + "\n\t\t\t\t\t\t" + TWO,
    ],
)
def test_a_cell_broken_over_lines_is_joined_and_listed(broken):
    document = read(table(TOTAL, UNIT, broken))
    assert wordings(document) == wordings(read(small()))
    assert document.plans[0].units[0].projects[0].objective == "保障运行。"
    assert codes(document) == ["broken_line"]


def test_a_quoted_cell_with_line_breaks_is_one_cell():
    cell = f'"{ONE}\n{TWO}"'
    document = read(table(TOTAL, UNIT, project(cell, goal='"一是""保障""。\n二是运行。"')))
    assert wordings(document) == wordings(read(small()))
    assert document.plans[0].units[0].projects[0].objective == '一是"保障"。\n二是运行。'
    assert document.repairs == ()


def test_a_quote_that_is_a_mere_character_stays():
    document = read(table(TOTAL, UNIT, project(ONE, name='"十四五"规划', goal='"一网统管"建设，5"')))
    assert shape(document) == [("甲局", ['"十四五"规划'])]
    assert document.plans[0].units[0].projects[0].objective == '"一网统管"建设，5"'


def test_one_stray_quote_swallows_no_rows():
    document = read(table(TOTAL, UNIT, project(ONE, name='"运维'), project(TWO, name="采购")))
    assert shape(document) == [("甲局", ['"运维', "采购"])]


def test_two_stray_quotes_in_different_rows_swallow_no_row():
    document = read(table(TOTAL, UNIT, project(ONE, name='"运维'), project(TWO, name="采购", goal='保障"')))
    assert shape(document) == [("甲局", ['"运维', "采购"])]
    document = read(table(TOTAL, UNIT, project(ONE, goal='"甲'), project(TWO, name='采购"')))
    assert shape(document) == [("甲局", ["运维", '采购"'])]


def test_lines_after_the_table_are_listed_once():
    document = read(small() + "注：本表公开。\n填表人：\n")
    (repair,) = document.repairs
    assert (repair.code, repair.place.line, repair.defect) == ("text_outside_table", 8, False)
    assert "2" in repair.text.zh


def test_a_line_that_no_cell_wants_is_a_defect():
    document = read(table(TOTAL, UNIT, project(ONE), "信息化运维", project(TWO, name="服务")))
    assert defects(document) == [("line_left_out", 8)]


def test_more_cells_than_the_header_are_joined_and_listed():
    document = read(table(TOTAL, UNIT, project(ONE + "\t备注")))
    assert codes(document)[0] == "too_many_cells"
    assert wordings(document) == [("巡检次数", "12次", "12次\t备注")] or wordings(document)[0][0] == "巡检次数"


def test_a_row_with_amounts_but_no_name_is_kept_and_listed():
    document = read(table(TOTAL, UNIT, project(ONE, name="")))
    assert defects(document) == [("name_missing", 7)]
    assert wordings(document)


@pytest.mark.parametrize("end", ["采", "采购", "采购\t3", "采购\t3.00\t3."])
def test_a_table_cut_in_a_row_keeps_what_was_read_and_names_the_line(end):
    document = read(table("合计\t8\t8\t\t\t\t", "甲局\t8\t8\t\t\t\t", project(ONE), project(TWO, name="培训")) + end)
    assert shape(document)[0][1][:2] == ["运维", "培训"]
    assert ("row_cut_off", 9) in defects(document)


@pytest.mark.parametrize("length", range(40, len(small()), 7))
def test_a_table_cut_anywhere_is_refused_or_keeps_its_first_rows(length):
    whole = wordings(read(small()))
    try:
        found = wordings(read(small()[:length]))
    except tables.Unreadable as refused:
        assert refused.code in ("no_rows", "no_table", "missing_columns")
        return
    assert found[:-1] == whole[: len(found[:-1])]


@pytest.mark.parametrize(
    ("tenths", "code", "line"),
    [(3, "text_cut_off", 17), (5, "text_cut_off", 21), (6, "row_cut_off", 27), (9, "text_cut_off", 36)],
)
def test_the_published_table_cut_in_the_middle_says_where(tenths, code, line):
    sample = tables.samples.guangzhou().decode()
    found = defects(read(sample[: len(sample) * tenths // 10]))
    assert (code, line) in found
    assert {where for _, where in found} == {line}


def test_columns_kept_apart_by_spaces_are_told_by_their_content():
    document = read(small().replace("\t", "   "))
    assert wordings(document) == wordings(read(small()))
    assert codes(document) == ["spaces_for_tabs"]


def test_amounts_that_spaces_leave_unsure_are_not_guessed():
    text = table(project(ONE, funds="5.00\t3.00\t\t2.00")).replace("\t", "   ")
    document = read(text)
    funds = document.plans[0].units[0].projects[0].funds
    assert (funds.total, funds.fiscal, funds.special_account, funds.other) == (Decimal(5), None, None, None)
    assert "funds_ambiguous" in codes(document)
