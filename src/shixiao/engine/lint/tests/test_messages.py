"""What findings say, where a number or a choice of words matters."""

from __future__ import annotations

import pytest

from shixiao.engine import lint
from shixiao.engine.lint.example_plans import plan_of
from shixiao.engine.lint.rules.measurability import _DOUBTS_FOR_PEOPLE
from shixiao.engine.plans import Funds
from shixiao.engine.targets.reasons import REASONS


def finding(rule: str, text: str) -> lint.Finding:
    found = [each for each in lint.check(plan_of(lint.Example(text))) if each.rule == rule]
    assert len(found) == 1
    return found[0]


def suggestion(rule: str, text: str) -> tuple[str, str] | None:
    found = finding(rule, text).suggestion
    return (found.field, found.text) if found else None


@pytest.mark.parametrize(
    ("rule", "text", "field", "repair"),
    [
        ("L03", "13 故障响应及时率 | 是", "annual_wording", "100%"),
        ("L04", "11 5G卡是否按照预算数量采购 | 250张", "name", "5G卡按照预算数量采购"),
        ("L05", "11 工单处理及时率 | 95%", "level2", "13-时效指标"),
        ("L05", "11 验收合格率 | 95%", "level2", "12-质量指标"),
        ("L06", "22 平均故障恢复时间 | <30分钟", "level2", "13-时效指标"),
        ("L08", "41 项目总成本 | ≥50万元", "annual_wording", "≤50万元"),
        ("L10", "12 验收合格率 | ≥100%", "annual_wording", "100%"),
        ("L10", "12 差错率 | ≤0%", "annual_wording", "0"),
        ("L14", "12 监理完成情况 | 完成 | 是", "cycle_wording", "是"),
        ("L14", "13 恢复时间 | 考察恢复所需时间 | <2小时", "cycle_wording", "<2小时"),
        ("L19", "11 参训人数 | 500", "annual_wording", "500人"),
        ("L19", "12 合格率 | 95", "annual_wording", "95%"),
        ("L19", "11 检查次数 | 1", "annual_wording", "1次"),
        ("L19", "12 合格率 | 2", "annual_wording", "2%"),
        ("L20", "22 信访案件化解率(≥90%) |", "annual_wording", "≥90%"),
        ("L20", "11 产量≥5吨 |", "annual_wording", "≥5吨"),
        ("L21", "41 总成本小于预算 | 是", "annual_wording", "小于预算"),
        ("L21", "41 总成本小于预算 | 小于等于预算", "name", "总成本小于等于预算"),
        ("L21", "41 总成本低于预算 | 小于等于预算", "name", "总成本不高于预算"),
        ("L23", "11 参训人数 | 500人 |", "annual_wording", "500人"),
        ("L30", "12 培训 | 已完成", "annual_wording", "完成"),
        ("L57", "12 提高办文质量 | 退文率不超过5%", "name", "退文率"),
        ("L58", "31 服务对象满意度 | 满意度95%以上", "annual_wording", "95%以上"),
        ("L59", "11 指标1：宣传场次。 | 5场", "name", "宣传场次"),
        ("L60", "12 网络维护维护保障 | 5次", "name", "网络维护保障"),
        ("L60", "22 服务 | 提高群众的的幸福感", "annual_wording", "提高群众的幸福感"),
    ],
)
def test_the_repair_is_text_that_can_be_put_in(rule: str, text: str, field: str, repair: str) -> None:
    assert suggestion(rule, text) == (field, repair)


def test_a_class_cell_is_spelled_as_the_table_spells_its_cells() -> None:
    plan = plan_of(lint.Example("22 群众满意度 | ≥90%"))
    ((_, _, indicator),) = plan.indicators()
    for level2, cell in (("22-社会效益", "31-服务对象满意度"), ("社会效益指标", "服务对象满意度")):
        project = plan.units[0].projects[0]._replace(indicators=(indicator._replace(level2=level2),))
        named = plan._replace(units=(plan.units[0]._replace(projects=(project,)),))
        assert [each.suggestion for each in lint.check(named) if each.rule == "L06"] == [
            lint.Suggestion("level2", cell)
        ]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("L03", "12 返修率 | 是"),
        ("L03", "11 检查次数 | 完成"),
        ("L03", "11 旧设备处理完成率 | 各类更新设备所对应的旧设备全部处置完成"),
        ("L05", "11 工单完成率 | 95%"),
        ("L08", "41 人均经费 | 不低于5万元"),
        ("L14", "11 培训人次 | 100人次 | 120人次"),
        ("L19", "12 合格率 | 0.95"),
        ("L19", "11 改造项目 | 3"),
        ("L19", "12 合格率 | 1"),
        ("L20", "31 群众满意度≥90% | ≥95%"),
        ("L20", "11 开展法治讲座不少于8场 | 是"),
        ("L21", "41 总成本≤预算 | 小于预算"),
        ("L21", "41 总成本小于等于预算 | 小于预算"),
        ("L21", "41 小于预算 | 是"),
        ("L23", "11 参训人数 | **人 |"),
        ("L21", "12 退文率≤5% | ≥10%"),
        ("L23", "11 参训人数 |"),
        ("L23", "11 参训人数 | 500人 | **人"),
        ("L30", "22 便利度 | 提高了效率"),
        ("L49", "12 合格率 | ≤100%"),
        ("L49", "11 检查次数 | ≥0次"),
    ],
)
def test_where_the_right_text_is_not_certain_nothing_is_suggested(rule: str, text: str) -> None:
    assert suggestion(rule, text) is None


@pytest.mark.parametrize(
    ("rule", "text", "severity"),
    [
        ("L10", "12 合格率 | ≥105%", "error"),
        ("L10", "12 合格率 | ≥100%", "hint"),
        ("L14", "12 合格率 | ≥95% | ≤90%", "error"),
        ("L14", "12 合格率 | ≥95% | ≥90%", "hint"),
        ("L14", "11 人次 | 100人次 | 120人次", "error"),
        ("L14", "11 人次 | ≥100人次 | ≥120人次", "warning"),
        ("L14", "11 检查次数 | 及时 | 12次", "warning"),
        ("L14", "12 是否达标 | 否 | 是", "error"),
        ("L14", "12 检查 | 5次 | 是", "warning"),
        ("L14", "12 监理 | 完成 | 是", "hint"),
        ("L18", "11 检查次数 | ≥95%", "error"),
        ("L21", "12 退文率≤5% | ≥10%", "error"),
        ("L21", "12 退文率≤5% | ≤3%", "warning"),
        ("L21", "11 培训不少于50次 | 30次", "error"),
        ("L21", "11 开展12次培训 | 10次", "error"),
        ("L21", "41 总成本小于预算 | 小于等于预算", "warning"),
        ("L52", "12 周平均无故障时间 | ≥169小时", "error"),
        ("L54", "13 响应 | ≤4小时\n13 平均恢复时间 | ≤2小时", "hint"),
    ],
)
def test_only_what_the_file_proves_wrong_is_an_error(rule: str, text: str, severity: str) -> None:
    assert finding(rule, text).severity.value == severity


def test_errors_are_the_rules_the_file_alone_can_prove() -> None:
    provable = {rule.id for rule in lint.RULES.values() if lint.Severity.ERROR in (rule.severity, *rule.also)}
    assert provable == {"L10", "L14", "L18", "L21", "L37", "L38", "L39", "L40", "L52", "L66"}


@pytest.mark.parametrize(
    ("text", "answers"),
    [("≥98%", 0), (">98%", 51), ("≥98.5%", 67), (">98.5%", 67), ("≥99%", 100), (">99%", 101), ("≥99.5%", 200)],
)
def test_how_many_answers_a_satisfaction_needs(text: str, answers: int) -> None:
    found = [each for each in lint.check(plan_of(lint.Example(f"31 公众满意度 | {text}"))) if each.rule == "L50"]
    assert [f"不到 {answers} 份" in each.text.zh for each in found] == [True] * (answers > 0)


@pytest.mark.parametrize(("text", "cases"), [("≤1%", 100), ("<1%", 101), ("≤1.5%", 67), ("≤5‰", 200), ("<2%", 51)])
def test_how_many_cases_a_complaint_rate_needs(text: str, cases: int) -> None:
    assert f"不到 {cases} 件" in finding("L51", f"12 服务投诉率 | {text}").text.zh


def test_a_difference_of_sums_is_told_to_the_last_digit() -> None:
    said = finding("L38", "单位 市某局 1000.10\n项目 甲 1000.01\n11 宣传场次 | 5场")
    assert said.text.zh == "“市某局”的总计是 1,000.10 万元，所属项目相加是 1,000.01 万元，多 0.09 万元"
    assert said.text.en.endswith("0.09 too much")
    assert said.suggestion == lint.Suggestion("funds", "1,000.01")
    assert (said.unit, said.project, said.row) == ("市某局", None, None)


def test_a_grand_total_too_small_says_so() -> None:
    said = finding("L39", "合计 90.00\n单位 市某局 100.00\n项目 甲 100.00")
    assert said.text.zh == "合计行的总计是 90.00 万元，各单位相加是 100.00 万元，少 10.00 万元"
    assert said.text.en.endswith("10.00 too little")


def test_the_sources_of_a_project_name_the_project() -> None:
    said = finding("L40", "单位 市某局 60.00\n项目 甲 60.00 = 40.00 + 10.00\n11 宣传场次 | 5场")
    assert (said.unit, said.project) == ("市某局", "甲")
    assert "“甲”的总计是 60.00 万元，各资金来源相加是 50.00 万元" in said.text.zh


def test_a_repeated_project_says_whether_it_is_the_same_throughout() -> None:
    same = "项目 甲 10.00\n11 宣传场次 | 5场\n"
    assert "完全相同" in finding("L41", same + same).text.zh
    assert "请在名称上区分" in finding("L41", same + "项目 甲 10.00\n11 宣传场次 | 6场").text.zh


def test_a_repeated_indicator_says_whether_the_value_is_the_same_and_where_the_first_stands() -> None:
    same = "11 检查次数 | 5次\n"
    said = finding("L27", same + same)
    assert said.row == 2
    assert "第 1 行同名，值也相同" in said.text.zh
    assert "值不同" in finding("L27", same + "11 检查次数 | 6次").text.zh


def test_a_misread_sign_is_suspected_where_a_percentage_begins_with_two() -> None:
    assert "识别错了" in finding("L10", "12 验收合格率 | 292%").text.zh
    assert "识别错了" not in finding("L10", "12 验收合格率 | 192%").text.zh


def test_missing_classes_are_listed_in_one_line() -> None:
    said = finding("L25", "项目 建设 100.00\n12 甲 | 5场")
    assert said.text.zh.startswith("缺少数量指标、效益指标、成本指标、满意度指标；")
    assert said.severity is lint.Severity.WARNING
    only_satisfaction = finding("L25", "项目 建设 10.00\n11 甲 | 5场\n24 乙 | 5年")
    assert only_satisfaction.severity is lint.Severity.HINT


def test_an_unknown_class_is_one_line_for_the_table() -> None:
    said = finding("L47", "投入目标 甲 | 5场\n结果目标 乙 | 5场\n11 丙 | 5场")
    assert "有 2 条指标认不出类别（投入目标、结果目标）" in said.text.zh
    assert "第 1、2 行" in said.text.zh


def test_mixed_spellings_are_counted() -> None:
    said = finding("L61", "11 甲 | ≥5场\n11 乙 | ≥6场\n11 丙 | 大于等于5场")
    assert "“≥”2 处、“大于等于”1 处" in said.text.zh


def test_the_years_outside_a_project_are_told_with_its_years() -> None:
    assert (
        "写的是 2028 年，项目是 2025-2026 年度的"
        in finding("L17", "项目 2025-2026年度运维 60.00\n11 2028年巡检次数 | 5次").text.zh
    )
    assert "项目是 2026 年度的" in finding("L17", "项目 2026年度运维 60.00\n11 2024年巡检次数 | 5次").text.zh


def test_the_commonest_value_is_shown_with_its_share() -> None:
    rows = "\n".join(f"12 指标{name} | ≥95%" for name in "甲乙丙") + "\n12 丁 | 5个\n12 戊 | 6个"
    assert "“宣传经费” 3/5 “≥95%”" in finding("L13", rows).text.zh


def test_a_number_that_is_missing_is_reported_once_at_the_first_place() -> None:
    said = finding("L46", "11 甲 | 5场 #1\n11 乙 | 5场 #3\n11 丙 | 5场 #5")
    assert said.row == 2
    assert "应是第 2 条，印的序号是 3" in said.text.zh


def test_an_empty_value_is_called_empty() -> None:
    assert finding("L23", "11 参训人数 |").text.zh == "年度指标值是空的"
    assert finding("L23", "11 参训人数 | **人").text.zh == "年度指标值“**人”没有写出目标"


def test_a_rate_and_an_amount_are_called_what_they_are() -> None:
    assert finding("L03", "11 完成率 | 是").text == (
        "“完成率”是比率，值却是“是”；请写数字",
        "“完成率” is a rate but its value is “是”; write a number",
    )
    assert finding("L03", "11 检查次数 | 是").text == (
        "“检查次数”是数量或时间，值却是“是”；请写数字",
        "“检查次数” is an amount or a time but its value is “是”; write a number",
    )


def test_conditions_are_told_with_what_they_are_for() -> None:
    spoken = finding("L22", "13 公文传递 | 紧急公文在2小时内发出，非紧急公文在8小时内发出")
    assert "（紧急公文在2小时内发出；非紧急公文在8小时内发出）" in spoken.text.zh
    listed = finding("L22", "21 参事建议内容涉及生态环保、城市环境质量改善 | 相关专题参事建议各不少于1篇")
    assert "生态环保：相关专题参事建议各不少于1篇" in listed.text.zh


def test_a_complaint_rate_is_told_apart_from_a_name_that_asks_nobody() -> None:
    assert "方向也相反" in finding("L24", "31 服务投诉率 | ≤1%").text.zh
    assert "没有说明问谁" in finding("L24", "31 工作氛围 | 良好").text.zh


def test_strict_and_loose_are_told_in_the_right_order() -> None:
    loose_value = finding("L21", "41 总成本小于预算 | 小于等于预算").text.zh
    assert "名称“总成本小于预算”与值“小于等于预算”一个不含等于、一个含等于" in loose_value
    strict_value = finding("L21", "41 总成本≤预算 | 小于预算").text.zh
    assert "名称“总成本≤预算”与值“小于预算”一个含等于、一个不含等于" in strict_value


def test_a_sign_in_another_column_is_not_found_missing_in_the_value() -> None:
    plan = plan_of(lint.Example("12 验收合格率 | ≥100%"))
    ((_, _, indicator),) = plan.indicators()
    project = plan.units[0].projects[0]._replace(indicators=(indicator._replace(annual_wording="100"),))
    in_columns = plan._replace(units=(plan.units[0]._replace(projects=(project,)),))
    assert not [each for each in lint.check(in_columns) if each.rule == "L10"]


def test_a_project_without_amount_is_told_apart_from_one_with_zero() -> None:
    with_zero = "项目 甲 60.00\n11 宣传场次 | 5场\n项目 乙 0\n11 宣传场次 | 5场"
    assert finding("L45", with_zero).text.zh == "项目“乙”的金额是 0 万元，请核对"
    plan = plan_of(lint.Example(with_zero))
    projects = (plan.units[0].projects[0], plan.units[0].projects[1]._replace(funds=Funds()))
    empty = plan._replace(units=(plan.units[0]._replace(projects=projects),))
    assert [each.text.zh for each in lint.check(empty) if each.rule == "L45"] == ["项目“乙”没有金额，请核对"]


def test_the_doubts_shown_to_people_all_have_sentences() -> None:
    assert REASONS.keys() >= _DOUBTS_FOR_PEOPLE
