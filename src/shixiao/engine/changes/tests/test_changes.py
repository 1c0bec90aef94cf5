"""Two versions of a table, as a clerk would mark them with a pen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine.changes import How, Tendency, compare, pieces
from shixiao.engine.changes.tendency import tendency
from shixiao.engine.plans import Funds, Indicator, Plan, Project, Unit
from shixiao.engine.targets import read


def indicator(row: int, name: str, annual: str, *, code: str = "11", cycle: str | None = None) -> Indicator:
    cycle = annual if cycle is None else cycle
    return Indicator(row, row, code, "产出指标", "数量指标", name, cycle, annual, read(cycle), read(annual))


def project(name: str, *rows: Indicator, total: str = "10") -> Project:
    return Project(name, Funds(Decimal(total)), "保障工作开展", rows)


def plan(*units: Unit) -> Plan:
    return Plan("绩效目标表", "某市某办", "万元", None, units)


A = plan(Unit("办公厅", None, (project("运维", indicator(1, "工单完成率", "≥95%"), indicator(2, "巡检次数", "12次")),)))


def test_the_same_table_has_no_changes() -> None:
    assert compare(A, A) == ()


def test_another_order_is_no_change() -> None:
    turned = plan(
        Unit("办公厅", None, (project("运维", indicator(1, "巡检次数", "12次"), indicator(2, "工单完成率", "≥95%")),))
    )
    assert compare(A, turned) == ()


def test_a_changed_target_says_word_by_word_what_changed_and_which_way() -> None:
    after = plan(
        Unit("办公厅", None, (project("运维", indicator(1, "工单完成率", "≥98%"), indicator(2, "巡检次数", "12次")),))
    )
    (change,) = compare(A, after)
    assert (change.of, change.how, change.indicator) == ("indicator", How.CHANGED, "工单完成率")
    assert [field.field for field in change.fields] == ["cycle_wording", "annual_wording"]
    annual = change.fields[1]
    assert [(piece.before, piece.after) for piece in annual.pieces] == [("≥", "≥"), ("95%", "98%")]
    assert annual.tendency is Tendency.STRICTER


def test_a_renamed_indicator_is_found_again_and_a_new_one_is_new() -> None:
    after = plan(
        Unit(
            "办公厅",
            None,
            (
                project(
                    "运维",
                    indicator(1, "工单按时完成率", "≥95%"),
                    indicator(2, "巡检次数", "12次"),
                    indicator(3, "用户培训场次", "4场"),
                ),
            ),
        )
    )
    renamed, new = compare(A, after)
    assert (renamed.how, renamed.fields[0].field, renamed.fields[0].before) == (How.CHANGED, "name", "工单完成率")
    assert (new.how, new.indicator, new.row_before, new.row_after) == (How.ADDED, "用户培训场次", None, 3)


def test_what_went_is_named_with_its_old_row() -> None:
    after = plan(Unit("办公厅", None, (project("运维", indicator(1, "巡检次数", "12次")),)))
    (gone,) = compare(A, after)
    assert (gone.how, gone.indicator, gone.row_before, gone.row_after) == (How.REMOVED, "工单完成率", 1, None)


def test_a_project_that_moved_to_another_unit_keeps_its_rows() -> None:
    rows = A.units[0].projects[0].indicators
    after = plan(Unit("办公厅", None, ()), Unit("信息中心", None, (project("运维", *rows),)))
    new_unit, moved = compare(A, after)
    assert (new_unit.of, new_unit.how, new_unit.unit) == ("unit", How.ADDED, "信息中心")
    assert [(field.field, field.before, field.after) for field in moved.fields] == [("unit", "办公厅", "信息中心")]


def test_amounts_are_compared_exactly_and_by_value() -> None:
    before = plan(Unit("甲", Funds(Decimal("1361.60")), (project("一", total="0.10"),)))
    same = plan(Unit("甲", Funds(Decimal("1361.6")), (project("一", total="0.1"),)))
    more = plan(Unit("甲", Funds(Decimal("1361.61")), (project("一", total="0.1"),)))
    assert compare(before, same) == ()
    (change,) = compare(before, more)
    assert (change.of, change.fields[0].field, change.fields[0].difference) == ("unit", "funds.total", Decimal("0.01"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("≥95%", "≥98%", Tendency.STRICTER),
        ("≥95%", "≥90%", Tendency.LOOSER),
        ("≤5%", "≤3%", Tendency.STRICTER),
        ("≤2小时", "≤4小时", Tendency.LOOSER),
        ("大于95%", "≥95%", Tendency.LOOSER),
        ("≥95%", "大于95%", Tendency.STRICTER),
        ("2026年12月31日前", "2026年6月30日前", Tendency.STRICTER),
        ("6月30日前", "12月31日前", Tendency.LOOSER),
        ("6月30日前", "2026年12月31日前", None),
        ("3-5次", "4-5次", Tendency.STRICTER),
        ("3-5次", "1-5次", Tendency.LOOSER),
        ("3-5次", "4-8次", None),
        ("≥95%", "有效提升", Tendency.VAGUER),
        ("良好", "≥90%", Tendency.FIRMER),
        ("≥12次", "≥12场", None),
        ("每月1次", "每季度1次", None),
        ("≥95%", "大于等于95%", None),
        ("紧急2小时内，其他8小时内", "紧急1小时内，其他8小时内", Tendency.STRICTER),
    ],
)
def test_which_way_a_target_moved(before: str, after: str, expected: Tendency | None) -> None:
    assert tendency(read(before), read(after)) is expected


def test_a_long_unchanged_stretch_divides_two_changes_and_a_single_character_does_not() -> None:
    assert [(piece.before, piece.after) for piece in pieces("甲乙丙丁戊", "己乙丙丁庚")] == [
        ("甲", "己"),
        ("乙丙丁", "乙丙丁"),
        ("戊", "庚"),
    ]
    assert len(pieces("甲乙丙", "丁乙戊")) == 1


@given(st.text("甲乙丙0123.% a，", max_size=40), st.text("甲乙丙0123.% a，", max_size=40))
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.before for piece in found) == before
    assert "".join(piece.after for piece in found) == after


@given(st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=6), st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=6))
def test_every_row_of_both_versions_is_accounted_for_once(olds: list[str], news: list[str]) -> None:
    before = plan(Unit("单位", None, (project("项目", *(indicator(n, w, "1次") for n, w in enumerate(olds, 1))),)))
    after = plan(Unit("单位", None, (project("项目", *(indicator(n, w, "1次") for n, w in enumerate(news, 1))),)))
    changes = compare(before, after)
    gone = [change for change in changes if change.how is How.REMOVED]
    come = [change for change in changes if change.how is How.ADDED]
    assert len(olds) - len(gone) == len(news) - len(come)
    assert len({change.row_before for change in gone}) == len(gone)
    assert len({change.row_after for change in come}) == len(come)
