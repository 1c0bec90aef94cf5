"""What the published table of Guangzhou gets, row by row: looked at one by one and agreed with."""

from __future__ import annotations

from collections import defaultdict

from shixiao.engine import lint
from shixiao.engine.lint.tests.guangzhou import plan

BY_ROW = {
    "L01": [13, 18, 34, 35, 95],
    "L02": [100, 101, 107],
    "L03": [65, 80, 104],
    "L04": [77, 78],
    "L05": [1, 2, 6, 10, 29, 30, 39, 40, 41, 42, 52, 53, 54, 65, 104, 110, 111, 117, 118],
    "L06": [23, 24, 25, 48, 61, 89, 114, 121],
    "L09": [93],
    "L11": [2],
    "L14": [72, 76, 85, 121],
    "L16": [88],
    "L21": [51, 103, 109, 116, 123],
    "L22": [23, 24, 25, 93, 94, 98],
    "L24": [7, 8, 49, 62, 75],
    "L29": [16, 17],
    "L32": [7, 8],
    "L33": [19, 33],
    "L34": [12, 21, 47, 69, 73, 106],
    "L48": [84],
    "L50": [102, 115, 122],
    "L51": [49, 62, 75],
    "L53": [112, 119],
    "L54": [113, 120],
    "L55": [81],
    "L56": [11, 66, 70, 79, 105],
    "L57": [31, 32],
    "L58": [14, 108],
    "L60": [79],
    "L65": [57, 74, 96, 99],
}
BY_TABLE_OR_PROJECT = {"L07": 1, "L13": 1, "L15": 1, "L25": 3, "L27": 1, "L61": 1}


def test_each_row_gets_the_findings_a_careful_reader_agrees_with() -> None:
    rows = defaultdict(list)
    for finding in lint.check(plan()):
        if finding.row is not None:
            rows[finding.rule].append(finding.row)
    assert dict(rows) == BY_ROW


def test_the_table_and_its_projects_get_one_line_each() -> None:
    counts: dict[str, int] = defaultdict(int)
    for finding in lint.check(plan()):
        if finding.row is None:
            counts[finding.rule] += 1
    assert dict(counts) == BY_TABLE_OR_PROJECT


def test_an_approved_table_whose_sums_agree_has_no_error() -> None:
    assert not [finding for finding in lint.check(plan()) if finding.severity is lint.Severity.ERROR]


def test_no_warning_fires_on_more_than_a_tenth_of_the_rows() -> None:
    for rule, rows in BY_ROW.items():
        if lint.RULES[rule].severity is lint.Severity.WARNING:
            assert len(rows) <= 12, rule


def test_the_vacuous_costs_are_all_fourteen() -> None:
    (finding,) = [finding for finding in lint.check(plan()) if finding.rule == "L07"]
    assert finding.text.zh.startswith("14 条成本指标中有 14 条")
    assert "第 9、15、28、38、51、64、72、76、83、91、103、109… 行" in finding.text.zh


def test_the_projects_of_two_years_are_named_and_the_one_that_differs_in_a_row_is_not() -> None:
    (finding,) = [finding for finding in lint.check(plan()) if finding.rule == "L15"]
    assert finding.text.zh.startswith("3 个跨年项目")


def test_the_satisfaction_of_99_percent_says_how_many_answers_it_takes() -> None:
    finding = next(finding for finding in lint.check(plan()) if finding.rule == "L50")
    assert "不到 100 份" in finding.text.zh


def test_the_weekly_hours_say_what_is_left() -> None:
    finding = next(finding for finding in lint.check(plan()) if finding.rule == "L53")
    assert "只容许停 18 小时" in finding.text.zh


def test_differing_words_of_cycle_and_year_are_a_warning_only_where_one_is_a_number() -> None:
    severities = {finding.row: finding.severity for finding in lint.check(plan()) if finding.rule == "L14"}
    hint = lint.Severity.HINT
    assert severities == {72: hint, 76: hint, 85: hint, 121: lint.Severity.WARNING}
