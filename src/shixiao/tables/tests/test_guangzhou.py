"""The published table of Guangzhou, read whole: the figures were counted by hand."""

from collections import Counter
from decimal import Decimal

import pytest

from shixiao import tables
from shixiao.engine import sums
from shixiao.tables.tests.making import codes, read

SAMPLE = tables.samples.guangzhou()


@pytest.fixture(scope="module")
def document():
    return read(SAMPLE, "guangzhou-2026.txt")


@pytest.fixture(scope="module")
def plan(document):
    (plan,) = document.plans
    return plan


def test_it_has_three_units_fourteen_projects_and_123_indicators(plan):
    assert tables.totals(plan) == (3, 14, 123, Decimal("1497.06"))
    assert [len(unit.projects) for unit in plan.units] == [6, 4, 4]


def test_what_stands_above_the_table_is_kept(document, plan):
    assert (document.format, document.encoding) == ("txt", "utf-8")
    assert plan.title == "项目支出绩效目标表（含转移支付项目）"
    assert plan.department == "广州市人民政府办公厅"
    assert plan.money_unit == "万元"


def test_the_classes_are_as_counted_by_hand(plan):
    counted = Counter(indicator.code for _, _, indicator in plan.indicators())
    assert counted == {"11": 30, "12": 26, "13": 18, "21": 4, "22": 11, "23": 1, "31": 19, "41": 14}


def test_every_unit_and_project_has_its_published_amount(plan):
    assert [str(unit.funds.total) for unit in plan.units] == ["1361.61", "70.30", "65.15"]
    amounts = [str(project.funds.total) for _, project in plan.projects()]
    assert amounts == [
        *("226.48", "21.20", "156.38", "749.25", "138.05", "70.25"),
        *("16.10", "7.00", "21.00", "26.20"),
        *("56.15", "1.02", "3.18", "4.80"),
    ]
    assert [len(project.indicators) for _, project in plan.projects()] == [
        9,
        6,
        13,
        10,
        13,
        13,
        8,
        4,
        7,
        8,
        12,
        6,
        7,
        7,
    ]


def test_every_sum_comes_out(plan):
    compared = list(sums.comparisons(plan))
    assert len(compared) == 2 * 4 + 18  # total and fiscal of the plan and its units; total against sources of 18 rows
    assert all(comparison.agrees for comparison in compared)


def test_nothing_is_in_the_special_account_or_in_other_funds(plan):
    assert {(project.funds.special_account, project.funds.other) for _, project in plan.projects()} == {(None, None)}


def test_rows_run_through_the_file_and_numbers_through_each_project(plan):
    assert [indicator.row for _, _, indicator in plan.indicators()] == list(range(1, 124))
    for _, project in plan.projects():
        assert [indicator.number for indicator in project.indicators] == list(range(1, len(project.indicators) + 1))


def test_four_rows_promise_another_value_for_the_cycle_than_for_the_year(plan):
    differing = [
        (indicator.row, indicator.cycle_wording, indicator.annual_wording)
        for _, _, indicator in plan.indicators()
        if indicator.cycle_wording != indicator.annual_wording
    ]
    assert differing == [
        (72, "预算经费支付率≤100%", "≤100%"),
        (76, "预算经费支付率≤100%", "≤100%"),
        (85, "完成", "是"),
        (121, "考察故障恢复所需平均时间", "小于2小时"),
    ]


@pytest.mark.parametrize(
    ("row", "name", "annual"),
    [
        (1, "保障因公出国（境）任务有效开展", "100%"),
        (14, "服务对象满意度", "满意度95%以上"),
        (23, "参事建议内容涉及生态环保、城市环境质量改善", "相关专题参事建议各不少于1篇"),
        (34, "工作产生经济效益", "服务商务贸易、金融行业、市场管理工作，助力经济社会高质量发展"),
        (43, "基础设施（计算机房、服务器、存储设备、网络设备等）故障解决率", "大于等于95%"),
        (48, "运维主要内容平均故障恢复时间", "<30分钟"),
        (67, "设备日常运行故障率", "<5%"),
        (78, "数据流量是否按照预算数量采购", "100G/每月"),
        (93, "市政府公报编印数量", "全年共发行不超过38期，每期3524份"),
        (94, "消防安全巡查", "每隔2-3小时巡查一次，每年不少于1次消防演练"),
        (
            101,
            "落实“传达政令、宣传政策、指导工作、服务社会”的办刊宗旨",
            "落实“传达政令、宣传政策、指导工作、服务社会”的办刊宗旨",
        ),
        (123, "总成本小于预算", "是"),
    ],
)
def test_wordings_are_kept_as_published(plan, row, name, annual):
    indicator = next(indicator for _, _, indicator in plan.indicators() if indicator.row == row)
    assert (indicator.name, indicator.annual_wording) == (name, annual)


def test_every_place_points_at_its_own_words(plan):
    lines = SAMPLE.decode().split("\n")
    for _, _, indicator in plan.indicators():
        place = indicator.place
        cell = lines[place.line - 1].split("\t")[place.column - 1]
        published = cell[place.start : place.end]
        assert published.startswith(f"{indicator.number}、{indicator.level1}；{indicator.level2}；{indicator.name}")
        assert published.endswith("。")
        assert indicator.annual_wording in published.replace("&lt;", "<")


def test_every_repair_is_listed_with_its_row_or_line(document):
    assert [(repair.code, repair.row) for repair in document.repairs if repair.row] == [
        ("full_stop_for_semicolon", 23),
        ("full_stop_for_semicolon", 24),
        ("full_stop_for_semicolon", 25),
        ("html_entity", 48),
        ("html_entity", 61),
    ]
    tags = [(repair.place.line, repair.place.column) for repair in document.repairs if repair.code == "html_tag"]
    assert tags == [(20, 6), (20, 7), (21, 6), (21, 7), (32, 6), (32, 7), (33, 7)]
    assert len(document.repairs) == 12
    assert not any(repair.defect for repair in document.repairs)


def test_the_goals_lose_their_tags_and_keep_their_statements(plan):
    goals = [project.objective for _, project in plan.projects()]
    assert goals[4].startswith("1. 完善系统运维的手段，保障广州市人民政府办公厅信息化工作；\n2. 完善系统运维体系的内容")
    assert not any("<" in goal for goal in goals)
    assert all(goals)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_the_same_table_in_another_encoding_is_the_same_plan(plan, encoding, line_break):
    content = SAMPLE.decode().replace("\n", line_break).encode(encoding)
    document = read(content)
    assert document.plans == (plan,)
    assert document.encoding in encoding.replace("-sig", "") or document.encoding.startswith(encoding)


def test_the_same_table_as_comma_separated_values_is_the_same_plan(plan):
    lines = SAMPLE.decode().split("\n")
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line.split("\t")) for line in lines]
    assert read("\n".join(quoted)).plans == (plan,)


def test_a_table_drawn_with_bars_is_the_same_plan(plan):
    lines = SAMPLE.decode().split("\n")
    barred = [f"|{'|'.join(line.split(chr(9)))}|" if "\t" in line else line for line in lines]
    barred.insert(9, "|---|---|---|---|---|---|---|")
    found = read("\n".join(barred))
    assert tables.totals(found.plans[0]) == tables.totals(plan)
    assert codes(found).count("html_tag") == 7


def test_a_table_whose_tabs_became_spaces_is_the_same_but_for_places(plan):
    found = read(SAMPLE.decode().replace("\t", "    "))
    assert "spaces_for_tabs" in codes(found)
    assert tables.totals(found.plans[0]) == tables.totals(plan)
    rows = [(one.name, one.annual_wording) for _, _, one in plan.indicators()]
    assert [(one.name, one.annual_wording) for _, _, one in found.plans[0].indicators()] == rows
    assert [project.objective for _, project in found.plans[0].projects()] == [
        project.objective for _, project in plan.projects()
    ]


def test_each_distinct_wording_is_read_once():
    asked: list[tuple[str, str, str]] = []

    def counting(wording, *, name, category):
        asked.append((wording, name, category))
        return tables.read.__kwdefaults__["target"]("是", name="", category="")

    tables.read(SAMPLE, name="x", target=counting)
    assert len(asked) == len(set(asked))
    assert ("<30分钟", "运维主要内容平均故障恢复时间", "22-社会效益") in asked


def test_the_readings_stand_beside_the_wordings():
    document = tables.read(SAMPLE, name="x")
    first = next(document.plans[0].indicators())[2]
    assert (first.annual.kind.value, first.annual.value, first.annual.unit) == ("numeric", 100, "%")
