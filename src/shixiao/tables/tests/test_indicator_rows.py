"""The usual form, a row for each indicator, in the variety in which provinces publish it. All offices are invented."""

from decimal import Decimal

import pytest

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.plans import Form
from shixiao.tables.tests.making_excel import book, row
from shixiao.tables.tests.making_word import p, package, tbl, tc, tr

PLAIN = """\
项目支出绩效目标表
单位：万元
项目名称|示范项目
主管部门|某市示范局|实施单位|某市示范中心
年度资金总额|50.00
其中：财政拨款|50.00
年度目标|做好示范工作
一级指标|二级指标|三级指标|指标值
产出指标|数量指标|巡检次数|≥12次
|质量指标|合格率|≥95%
||返修率|≤2%
效益指标|社会效益指标|服务人次|≥1000人次
满意度指标|服务对象满意度指标|用户满意度|≥90%
"""
ROWS = [
    ("11", "巡检次数", "≥12次"),
    ("12", "合格率", "≥95%"),
    ("12", "返修率", "≤2%"),
    ("22", "服务人次", "≥1000人次"),
    ("31", "用户满意度", "≥90%"),
]
HEAD = "项目绩效目标表\n项目名称|示范项目\n主管部门|某市示范局\n"


def read(text: str) -> tables.Document:
    return tables.read(text.replace("|", "\t").encode(), name="form.tsv")


def rows(document: tables.Document) -> list[tuple[str, str, str]]:
    return [(one.code, one.name, one.annual_wording) for plan in document.plans for _u, _p, one in plan.indicators()]


def projects(document: tables.Document) -> list[tuple[str, str, Decimal | None]]:
    return [(unit.name, one.name, one.funds.total) for plan in document.plans for unit, one in plan.projects()]


def codes(document: tables.Document) -> set[str]:
    return {repair.code for repair in document.repairs}


def test_the_usual_form_gives_its_project_money_goal_and_rows() -> None:
    document = read(PLAIN)
    (plan,) = document.plans
    ((unit, project),) = plan.projects()
    assert (plan.title, plan.department, plan.money_unit) == ("项目支出绩效目标表", "某市示范局", "万元")
    assert (unit.name, project.name, project.objective) == ("某市示范中心", "示范项目", "做好示范工作")
    assert (project.funds.total, project.funds.fiscal) == (Decimal("50.00"), Decimal("50.00"))
    assert rows(document) == ROWS
    assert document.repairs == ()
    assert [one.place.line for _u, _p, one in plan.indicators()] == [9, 10, 11, 12, 13]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n|质量指标|合格率", "\n产出指标|质量指标|合格率"),
        ("\n||返修率", "\n产出指标|质量指标|返修率"),
        ("\n||返修率", "\n一级指标|二级指标|三级指标|指标值\n产出指标|质量指标|返修率"),
        ("产出指标|数量指标|巡检", "1-产出指标|11-数量指标|巡检"),
        ("满意度指标|服务对象满意度指标|", "满意度指标|满意度指标|"),
        ("一级指标|二级指标|三级指标|指标值", "一级指标|二级指标|三级指标|年度指标值"),
        ("一级指标|二级指标|三级指标|指标值", "一级 指标|二级\u3000指标|指标名称|目标值"),
        ("效益指标|社会效益指标", "效果指标|社会效益"),
    ],
)
def test_levels_may_be_repeated_blank_or_coded_and_headers_may_return(before: str, after: str) -> None:
    assert before in PLAIN
    assert rows(read(PLAIN.replace(before, after))) == ROWS


def test_operator_value_unit_weight_and_direction_stand_in_columns_of_their_own() -> None:
    document = read(
        HEAD + "一级指标|二级指标|三级指标|计算符号|指标值|计量单位|分值|指标方向\n"
        "产出指标|数量指标|巡检次数|≥|12|次|20|正向\n"
        "产出指标|质量指标|返修率|≤|2|%|20|反向\n"
        "产出指标|时效指标|完成时间|定性|12月底前||10|\n"
        "满意度指标|服务对象满意度|用户满意度|≥|90|%|50|正向\n"
    )
    assert rows(document) == [
        ("11", "巡检次数", "≥12次"),
        ("12", "返修率", "≤2%"),
        ("13", "完成时间", "12月底前"),
        ("31", "用户满意度", "≥90%"),
    ]
    found = [one for _u, _p, one in document.plans[0].indicators()]
    assert [one.weight for one in found] == [20, 20, 10, 50]
    assert [one.direction for one in found] == ["正向", "反向", "", "正向"]


def test_the_whole_cycle_and_the_year_stand_side_by_side() -> None:
    document = read(
        "项目支出绩效目标申报表\n项目名称|示范项目\n主管部门|某市示范局\n总体目标|实施期目标|||年度目标||\n"
        "一级指标|二级指标|三级指标|指标值|二级指标|三级指标|指标值\n"
        "产出指标|数量指标|巡检次数|≥36次|数量指标|巡检次数|≥12次\n"
        "产出指标|质量指标|合格率|≥95%|质量指标|合格率|≥95%\n"
    )
    found = [(one.cycle_wording, one.annual_wording) for _u, _p, one in document.plans[0].indicators()]
    assert found == [("≥36次", "≥12次"), ("≥95%", "≥95%")]
    assert document.plans[0].form is Form.DECLARATION


def test_forms_below_each_other_are_projects_of_one_plan() -> None:
    second = PLAIN.split("\n", 2)[2].replace("示范项目", "培训项目").replace("50.00", "30.00")
    document = read(PLAIN + second)
    assert projects(document) == [
        ("某市示范中心", "示范项目", Decimal("50.00")),
        ("某市示范中心", "培训项目", Decimal("30.00")),
    ]
    assert rows(document) == ROWS + ROWS
    assert "forms_as_one" in codes(document)


def test_forms_of_two_departments_are_two_plans() -> None:
    document = read(PLAIN + PLAIN.replace("某市示范局", "某市样板局"))
    assert [plan.department for plan in document.plans] == ["某市示范局", "某市样板局"]


def test_amounts_in_yuan_are_shown_in_ten_thousands_and_the_published_figure_is_kept() -> None:
    document = read(PLAIN.replace("单位：万元", "金额单位：元").replace("50.00", "500000"))
    ((_unit, project),) = document.plans[0].projects()
    assert project.funds.total == Decimal(50)
    assert "500000" in [each.text for each in project.amounts]
    assert document.plans[0].money_unit == "元"
    assert "money_unit_converted" in codes(document)


def test_the_old_taxonomy_has_cost_among_the_outputs() -> None:
    document = read(
        HEAD + "一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|巡检次数|12次\n产出指标|成本指标|总成本|≤50万元\n"
        "效益指标|经济效益指标|带动收入|≥10万元\n效益指标|可持续影响指标|长效机制|建立\n"
        "满意度指标|服务对象满意度指标|满意度|≥90%\n"
    )
    assert [code for code, _name, _wording in rows(document)] == ["11", "14", "21", "24", "31"]


def test_a_list_has_a_column_of_units_and_projects() -> None:
    document = read(
        "部门预算项目绩效目标表\n部门名称：某市示范局\n单位：万元\n"
        "单位名称|项目名称|预算数|年度目标|一级指标|二级指标|三级指标|指标值\n"
        "某市示范中心|示范项目|50.00|做好示范|产出指标|数量指标|巡检次数|≥12次\n"
        "||||产出指标|质量指标|合格率|≥95%\n"
        "|培训项目|30.00|做好培训|产出指标|数量指标|培训人次|≥80人次\n"
        "某市样板中心|样板项目|20.00|做好样板|产出指标|数量指标|样板数|≥3个\n"
    )
    assert projects(document) == [
        ("某市示范中心", "示范项目", Decimal("50.00")),
        ("某市示范中心", "培训项目", Decimal("30.00")),
        ("某市样板中心", "样板项目", Decimal("20.00")),
    ]
    assert [len(one.indicators) for _u, one in document.plans[0].projects()] == [2, 1, 1]


def test_the_form_of_a_whole_department_keeps_its_main_tasks() -> None:
    document = read(
        "部门整体支出绩效目标表\n（2026年度）\n部门名称|某市示范局\n"
        "年度主要任务|任务名称|主要内容|预算金额（万元）\n|任务一|做好示范|100.00\n|任务二|做好培训|50.00\n"
        "年度总体目标|完成全年任务\n一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|示范次数|≥12次\n"
    )
    (plan,) = document.plans
    assert (plan.form, plan.title) == (Form.DEPARTMENT, "部门整体支出绩效目标表（2026年度）")
    ((_unit, project),) = plan.projects()
    assert [task.name for task in project.tasks] == ["任务一", "任务二"]
    assert project.objective == "完成全年任务"


SELF_EVALUATION = """\
项目支出绩效自评表（2025年度）
单位：万元
项目名称|信息系统运行维护
主管部门|某市示范局||实施单位|某市示范局信息中心
项目资金|年初预算数|全年预算数|全年执行数|分值|执行率|得分
年度资金总额|120.00|120.00|118.20|10|98.5%|9.85
其中：财政拨款|120.00|120.00|118.20|-|98.5%|-
年度总体目标|预期目标|||实际完成情况
|保障系统稳定运行|||全年稳定运行
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
产出指标|数量指标|巡检次数|≥12次|13次|60|60|
|质量指标|系统可用率|≥99.5%|99.2%|30|26|机房停电
总分|||||100|95.85|
"""


def test_a_self_evaluation_is_the_plan_with_what_became_of_it() -> None:
    (plan,) = read(SELF_EVALUATION).plans
    assert plan.form is Form.SELF_EVALUATION
    ((_unit, project),) = plan.projects()
    assert (project.total_score, project.objective, project.actual_objective) == (
        Decimal("95.85"),
        "保障系统稳定运行",
        "全年稳定运行",
    )
    first = project.execution[0]
    assert (first.budget, first.executed, first.weight, first.score) == (120, Decimal("118.20"), 10, Decimal("9.85"))
    found = project.indicators[1]
    assert (found.annual_wording, found.actual_wording, found.weight, found.score, found.deviation) == (
        "≥99.5%",
        "99.2%",
        30,
        26,
        "机房停电",
    )


def test_thresholds_of_grades_without_a_target_are_read_as_the_best_and_said() -> None:
    document = read(
        HEAD + "一级指标|二级指标|三级指标|权重|优|良|中|差\n产出指标|数量指标|巡检次数|60|≥12次|≥10次|≥8次|＜8次\n"
    )
    assert rows(document) == [("11", "巡检次数", "≥12次")]
    assert "threshold_as_value" in codes(document)


def test_without_a_third_level_the_second_one_holds_the_names() -> None:
    document = read(HEAD + "一级指标|二级指标|指标值\n数量指标|巡检次数|≥12次\n质量指标|合格率|≥95%\n")
    assert rows(document) == ROWS[:2]
    assert "names_in_level2" in codes(document)


@pytest.mark.parametrize(
    "note", ["注：本表由项目单位填写。", "填表人：||联系电话：", "备注：无", "说明：以上均为年度目标"]
)
def test_notes_below_the_table_are_no_indicators_and_no_goal(note: str) -> None:
    document = read(PLAIN + note + "\n")
    assert rows(document) == ROWS
    ((_unit, project),) = document.plans[0].projects()
    assert project.objective == "做好示范工作"


def test_rows_that_nobody_filled_in_are_left_out_and_said() -> None:
    document = read(PLAIN.replace("||返修率|≤2%", "||指标3：|\n||……|"))
    assert [name for _code, name, _wording in rows(document)] == ["巡检次数", "合格率", "服务人次", "用户满意度"]
    assert "empty_rows_left_out" in codes(document)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "一级指标|二级指标|三级指标|备注\n产出指标|数量指标|巡检次数|甲\n", "missing_columns"),
        ("项目绩效目标表\n一级指标|二级指标|三级指标|指标值\n", "no_rows"),
        ("序号|姓名|部门|电话\n1|甲|乙|1\n", "no_table"),
    ],
)
def test_what_is_no_such_table_says_how_near_it_came(text: str, code: str) -> None:
    with pytest.raises(tables.Unreadable) as refused:
        read(text)
    assert refused.value.code == code


# ---- the same form in other formats, with cells that are really merged ---------------------------------------------


def cells_of(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.splitlines()]


def as_word() -> bytes:
    prose = "".join(p(line[0]) for line in cells_of(PLAIN)[:2])
    rest = cells_of(PLAIN)[2:]
    lines = [tr(*line) for line in rest[:6]]
    restart, going = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    outputs = rest[6:9]
    lines.append(tr(tc(outputs[0][0], restart), *outputs[0][1:]))
    lines.append(tr(tc("", going), tc(outputs[1][1], restart), *outputs[1][2:]))
    lines.append(tr(tc("", going), tc("", going), *outputs[2][2:]))
    lines += [tr(*line) for line in rest[9:]]
    return package(prose + tbl(*lines))


def as_excel() -> bytes:
    merged = '<mergeCells count="2"><mergeCell ref="A9:A11"/><mergeCell ref="B10:B11"/></mergeCells>'
    return book(*(row(*line) for line in cells_of(PLAIN)), below=merged)


def as_page() -> bytes:
    lines = cells_of(PLAIN)
    body = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines[2:8]]
    body += [
        "<tr><td rowspan=3>产出指标</td><td>数量指标</td><td>巡检次数</td><td>≥12次</td></tr>",
        "<tr><td rowspan=2>质量指标</td><td>合格率</td><td>≥95%</td></tr>",
        "<tr><td>返修率</td><td>≤2%</td></tr>",
    ]
    body += [f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines[11:]]
    above = "".join(f"<p>{line[0]}</p>" for line in lines[:2])
    return f"<html><meta charset=utf-8>{above}<table>{''.join(body)}</table></html>".encode()


@pytest.mark.parametrize("content", [as_word(), as_excel(), as_page()], ids=["docx", "xlsx", "html"])
def test_the_form_is_the_same_in_every_format(content: bytes) -> None:
    document = tables.read(content, name="form")
    assert rows(document) == ROWS
    assert projects(document) == projects(read(PLAIN))
    assert [plan.title for plan in document.plans] == ["项目支出绩效目标表"]


# ---- written again -------------------------------------------------------------------------------------------------

WEIGHTS = (
    HEAD + "一级指标|二级指标|三级指标|计算符号|指标值|计量单位|分值|指标方向\n"
    "产出指标|数量指标|巡检次数|≥|12|次|60|正向\n满意度指标|服务对象满意度|用户满意度|≥|90|%|40|正向\n"
)
GRADES = HEAD + "一级指标|二级指标|三级指标|权重|优|良|中|差\n产出指标|数量指标|巡检次数|60|≥12次|≥10次|≥8次|＜8次\n"
DEPARTMENT = (
    "部门整体支出绩效目标表（2026年度）\n部门名称|某市示范局\n"
    "年度主要任务|任务名称|主要内容|预算金额（万元）\n|任务一|做好示范|100.00\n|任务二|做好培训|50.00\n"
    "年度总体目标|完成全年任务\n一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|示范次数|≥12次\n"
)
NO_LEVEL3 = HEAD + "一级指标|二级指标|指标值\n数量指标|巡检次数|≥12次\n质量指标|合格率|≥95%\n"


def published(document: tables.Document) -> list[object]:
    """What people read in a form, however its columns are cut."""
    found: list[object] = []
    for plan in document.plans:
        found += [plan.form, plan.department]
        for unit, one in plan.projects():
            found += [unit.name, one.name, one.funds, one.objective, one.actual_objective, one.execution]
            found += [one.total_score, one.grade, one.tasks]
            found += [row._replace(number=None, place=None, repairs=(), columns=()) for row in one.indicators]
    return found


@pytest.mark.parametrize("format", ["txt", "docx", "xlsx", "html", "json"])
@pytest.mark.parametrize(
    "text",
    [PLAIN, WEIGHTS, GRADES, DEPARTMENT, NO_LEVEL3, SELF_EVALUATION, SELF_EVALUATION + SELF_EVALUATION],
    ids=["plain", "weights", "grades", "department", "two levels", "self-evaluation", "two self-evaluations"],
)
def test_nothing_that_a_form_published_is_lost_when_it_is_written(text: str, format: str) -> None:
    document = read(text)
    assert published(tables.read(tables.write(document, format=format), name="again")) == published(document)


def test_thresholds_beside_a_target_are_kept() -> None:
    again = tables.read(tables.write(read(GRADES), format="txt"), name="again")
    ((_unit, _project, row),) = again.plans[0].indicators()
    assert [(each.label, each.text) for each in row.columns][-3:] == [("良", "≥10次"), ("中", "≥8次"), ("差", "＜8次")]


# -- points behind each level, points repeated, and words for the same column


def test_points_behind_each_level_are_not_those_of_the_indicator() -> None:
    document = read(
        HEAD + "一级指标|权重|二级指标|分值|三级指标|计量单位|目标值(标准)|分值|完成值|得分\n"
        "产出指标|60|数量指标|30|巡检次数|次|12|20|12|20\n|||| 抽查次数|次|6|10|6|9\n"
        "||质量指标|30|合格率|%|95|30|96|30\n"
    )
    found = [one for _u, _p, one in document.plans[0].indicators()]
    assert [one.weight for one in found] == [20, 10, 30]
    assert [one.score for one in found] == [20, 9, 30]
    assert ("权重", "60") in found[0].columns


def test_points_in_front_of_the_names_count_where_there_are_no_others() -> None:
    document = read(HEAD + "一级指标|二级指标|分值|三级指标|指标值\n产出指标|数量指标|20|巡检次数|12次\n")
    assert [one.weight for _u, _p, one in document.plans[0].indicators()] == [20]


@pytest.mark.parametrize(
    ("part", "score", "said"),
    [("10|100%|10", 100, set()), ("—||—", 100, set()), ("10|100%|10", 110, {"L66"})],
)
def test_points_for_the_spending_that_stand_on_two_lines_count_once(part: str, score: int, said: set[str]) -> None:
    document = read(
        HEAD + "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|执行率|得分\n"
        "|年度资金总额：|90|90|90|10|100%|10\n"
        f"|其中：本年财政拨款|90|90|90|{part}\n"
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分\n"
        "产出指标（60分）|数量指标|巡检次数|≥50次|50次|60|60\n"
        "满意度指标（30分）|满意度指标|公众满意度|≥90%|90%|30|30\n"
        f"总分|||||100|{score}\n"
    )
    (plan,) = document.plans
    assert {finding.rule for finding in lint.check(plan)} & {"L37", "L66"} == said


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("name", "考核指标"),
        ("name", "指标项"),
        ("value", "计划指标值"),
        ("value", "计划值"),
        ("value", "年初设定值"),
        ("value", "目标值(标准)"),
        ("measure", "绩效指标值单位"),
        ("operator", "逻辑关系"),
        ("operator", "运算关系"),
        ("direction", "正/反向"),
        ("weight", "权重系数"),
        ("weight", "分值设置"),
        ("actual", "实际达成值"),
        ("score", "单位自评得分"),
        ("score", "本项得分"),
    ],
)
def test_words_for_the_same_column_are_known(field: str, label: str) -> None:
    usual = {
        "name": "三级指标", "operator": "计算符号", "value": "指标值", "measure": "计量单位", "direction": "指标方向",
        "weight": "分值", "actual": "实际完成值", "score": "得分",
    }  # fmt: skip
    labels = {**usual, field: label}
    document = read(
        HEAD + f"一级指标|二级指标|{'|'.join(labels.values())}\n产出指标|数量指标|巡检次数|≥|12|次|正向|20|13|19\n"
    )
    (found,) = [one for _u, _p, one in document.plans[0].indicators()]
    assert (found.name, found.annual_wording, found.direction) == ("巡检次数", "≥12次", "正向")
    assert (found.weight, found.actual_wording, found.score) == (20, "13", 19)


# -- monitoring forms, and tables of another kind in the same text


def test_the_form_of_monitoring_gives_the_budget_and_keeps_what_was_spent_so_far_as_printed() -> None:
    document = read(
        "项目支出绩效目标执行监控表\n（2024年度）\n项目名称|示范项目\n主管部门|某市示范局|实施单位|某市示范中心\n"
        "项目资金（万元）||年初预算数|1-7月执行数|1-7月执行率|全年预计执行数\n"
        "|年度资金总额|90|40|44.4%|90\n|其中：本年一般公共预算拨款|90|40|44.4%|90\n年度总体目标|做好示范\n"
        "一级指标|二级指标|三级指标|年度指标值|1-7月执行情况|全年预计完成情况|偏差原因分析|完成目标可能性|备注\n"
        "产出指标|数量指标|巡检次数|≥12次|7次|12次||确定能|\n"
    )
    ((_unit, project),) = document.plans[0].projects()
    assert (project.funds.total, project.funds.fiscal) == (90, 90)
    assert ("年度资金总额·1-7月执行数", "40") in project.amounts
    assert {line.executed for line in project.execution} == {None}
    assert document.repairs == ()
    (row,) = project.indicators
    assert ("完成目标可能性", "确定能") in row.columns
    assert (row.annual_wording, row.actual_wording) == ("≥12次", "")


def test_a_table_of_another_kind_above_is_left_out_and_said() -> None:
    budget = "收支预算总表\n单位：万元\n项目|预算数|项目|支出\n一、拨款收入|100|一、公共服务|100\n\n"
    document = read(budget + PLAIN)
    assert rows(document) == ROWS
    assert projects(document) == projects(read(PLAIN))
    assert codes(document) == {"text_outside_table"}


@pytest.mark.parametrize("label", ["性质", "甲乙", ""])
def test_a_column_is_told_by_its_cells_where_its_label_says_nothing(label: str) -> None:
    document = read(
        HEAD + f"一级指标|二级指标|三级指标|{label}|指标值|计量\n产出指标|数量指标|巡检次数|≥|12|次\n"
        "产出指标|质量指标|返修率|≤|2|%\n产出指标|时效指标|完成时间|定性|12月底前|\n"
    )
    expected = ["≥12次", "≤2%", "12月底前"] if label else ["12次", "2%", "12月底前"]
    assert [wording for _code, _name, wording in rows(document)] == expected


@pytest.mark.parametrize(("cycle", "year"), [("实施期", "本年度"), ("实施周期", "年度"), ("中期", "当年")])
def test_cycle_and_year_stand_below_the_word_for_targets(cycle: str, year: str) -> None:
    document = read(
        HEAD + f"一级指标|二级指标|三级指标|指标值||备注\n|||{cycle}|{year}|\n产出指标|数量指标|巡检次数|≥36次|≥12次|\n"
    )
    ((_unit, _project, row),) = document.plans[0].indicators()
    assert (row.cycle_wording, row.annual_wording) == ("≥36次", "≥12次")


@pytest.mark.parametrize("header", ["绩效指标|指标内容|指标值", "指标类别|指标名称|指标值", "类型|指标名称|年度指标值"])
def test_a_header_without_the_word_for_a_level_is_one_where_levels_stand_below(header: str) -> None:
    document = read(HEAD + header + "\n数量指标|巡检次数|≥12次\n质量指标|合格率|≥95%\n|返修率|≤2%\n")
    assert rows(document) == ROWS[:3]


def test_indicators_of_another_kind_are_no_targets() -> None:
    with pytest.raises(tables.Unreadable):
        read("地区统计表\n指标名称|单位|指标值\n常住人口|万人|12.3\n地区生产总值|亿元|45.6\n")
