"""The laws of a check: a stable order, the same answer twice, and no plan on which it fails."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine import lint
from shixiao.engine.lint.example_plans import plan_of
from shixiao.engine.lint.tests import guangzhou
from shixiao.engine.lint.vocabulary import CLASSES
from shixiao.engine.plans import Funds, Indicator, Plan, Project, Unit
from shixiao.engine.targets import read

_WORDS = "满意度 率 ≥ ≤ 95% 100 12次 （ ） “ 。 预算 小于 是 否 不超过 每期 2026年 18个月内 及时 已完成 了 的的 周平均无故障时间 168小时 响应 恢复 成本 ** 0 -1 ％".split()
_TEXT = st.one_of(st.lists(st.sampled_from(_WORDS), max_size=5).map("".join), st.text(max_size=12))
_AMOUNT = st.one_of(st.none(), st.decimals(-1000, 1000, places=2))


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    code = draw(st.sampled_from(["", *CLASSES]))
    name, cycle, annual = draw(_TEXT), draw(_TEXT), draw(_TEXT)
    readings = [read(wording, name=name, category=code) for wording in (cycle, annual)]
    return Indicator(
        draw(st.integers(1, 9)),
        draw(st.none() | st.integers(1, 3)),
        code,
        draw(_TEXT),
        draw(_TEXT),
        name,
        cycle,
        annual,
        *readings,
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    funds = st.builds(Funds, _AMOUNT, _AMOUNT, _AMOUNT, _AMOUNT)
    projects = st.builds(Project, _TEXT, funds, _TEXT, st.lists(indicators(), max_size=6).map(tuple))
    units = st.builds(Unit, _TEXT, st.none() | funds, st.lists(projects, max_size=2).map(tuple))
    return Plan(draw(_TEXT), "", "万元", draw(st.none() | funds), tuple(draw(st.lists(units, max_size=2))))


@settings(max_examples=150, deadline=None)
@given(plans())
def test_no_plan_is_too_odd_to_be_checked(plan: Plan) -> None:
    findings = lint.check(plan)
    assert list(findings) == sorted(findings, key=lambda finding: (finding.row or 0, finding.rule))
    for finding in findings:
        assert finding.severity in (lint.RULES[finding.rule].severity, *lint.RULES[finding.rule].also)


def test_the_order_is_that_of_rows_and_ids_with_the_table_first() -> None:
    findings = lint.check(guangzhou.plan())
    positions = [(finding.row or 0, finding.rule) for finding in findings]
    assert positions == sorted(positions)
    assert findings[0].row is None
    assert findings[-1].row == 123


def test_checking_twice_says_the_same() -> None:
    assert lint.check(guangzhou.plan()) == lint.check(guangzhou.plan())


def test_a_finding_names_its_unit_project_indicator_and_place() -> None:
    finding = next(each for each in lint.check(guangzhou.plan()) if each.rule == "L16")
    assert (finding.unit, finding.project, finding.indicator, finding.row) == (
        "广州市政府政务信息系统管理中心",
        "广州市人民政府办公厅2025年度政务信息化建设项目",
        "系统建设工作完成及时性",
        88,
    )


def test_a_project_and_a_unit_are_named_where_no_row_is_meant() -> None:
    plan = plan_of(lint.Example("单位 市某局 10.00\n项目 甲 10.00\n单位 市某所 5.00"))
    named = {finding.rule: (finding.unit, finding.project, finding.row) for finding in lint.check(plan)}
    assert named["L43"] == ("市某局", "甲", None)
    assert named["L42"] == ("市某所", None, None)


def test_an_empty_plan_has_no_findings() -> None:
    assert lint.check(Plan("", "", "万元", None, ())) == ()


def test_a_table_without_amounts_is_not_blamed_for_them() -> None:
    cost = next(plan_of(lint.Example("41 总成本 | 60万元")).indicators())[2]
    plan = Plan("", "", "万元", None, (Unit("市某局", None, (Project("甲", Funds(), "普法", (cost,)),)),))
    assert not {"L07", "L38", "L39", "L40", "L45"} & {finding.rule for finding in lint.check(plan)}


def test_a_source_that_is_empty_in_the_total_row_proves_nothing() -> None:
    projects = (Project("甲", Funds(Decimal(5), Decimal(5)), "普法", ()),)
    plan = Plan("", "", "万元", None, (Unit("市某局", Funds(Decimal(5)), projects),))
    assert not {"L38", "L40"} & {finding.rule for finding in lint.check(plan)}


def test_every_source_is_added_up_by_itself() -> None:
    projects = (Project("甲", Funds(Decimal(5), Decimal(3), None, Decimal(2)), "普法", ()),)
    plan = Plan("", "", "万元", None, (Unit("市某局", Funds(Decimal(5), Decimal(2), None, Decimal(3)), projects),))
    said = [finding.text.zh for finding in lint.check(plan) if finding.rule == "L38"]
    assert [text.split("的")[1].split("是")[0] for text in said] == ["财政拨款", "其他资金"]
