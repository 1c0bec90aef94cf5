"""Settings: what may be set, what is refused and how, and what a suppression covers."""

from __future__ import annotations

import pytest

from shixiao.engine import lint
from shixiao.engine.lint.example_plans import plan_of

SATISFACTION = plan_of(lint.Example("单位 市某局 60.00\n项目 甲 60.00\n31 公众满意度 | ≥99%\n31 用户满意度 | ≥99%"))


def rules_of(findings: tuple[lint.Finding, ...]) -> set[str]:
    return {finding.rule for finding in findings}


def settings(**mapping: object) -> lint.Settings:
    return lint.Settings.from_mapping(mapping)


def suppressing(**entry: object) -> lint.Settings:
    return settings(suppress=[{"rule": "L50", "reason": "去年收到回答 412 份", **entry}])


def test_nothing_set_is_the_default() -> None:
    assert settings() == lint.DEFAULT


def test_every_threshold_is_told_in_both_languages_and_can_be_set() -> None:
    assert set(lint.THRESHOLDS) == set(lint.Settings._fields) - {"select", "ignore", "suppressions"}
    for key, meaning in lint.THRESHOLDS.items():
        assert getattr(settings(**{key: 7}), key) == 7
        assert meaning.zh != meaning.en


def test_a_floor_of_zero_switches_the_floor_off() -> None:
    plan = plan_of(lint.Example("31 公众满意度 | 5%"))
    assert "L11" in rules_of(lint.check(plan))
    assert "L11" not in rules_of(lint.check(plan, settings=settings(satisfaction_floor=0)))


@pytest.mark.parametrize(
    ("key", "value", "rule", "text"),
    [
        ("repeated_share", 101, "L02", "23 改善优化办公环境 | 购置设备改善办公环境"),
        ("satisfaction_floor", 80, "L11", "31 公众满意度 | 85%"),
        ("compliance_floor", 80, "L11", "12 办结率 | 84%"),
        ("survey_answers", 100, "L50", "31 公众满意度 | ≥99%"),
        ("cases_expected", 100, "L51", "12 投诉率 | ≤1%"),
        ("fewest_indicators", 1, "L26", "11 甲 | 5场"),
        ("most_indicators", 16, "L26", "\n".join(f"11 甲{number} | 5场" for number in range(16))),
        ("same_value_share", 81, "L13", "\n".join(f"11 甲{number} | 5场" for number in range(4)) + "\n11 乙 | 6场"),
        ("same_value_rows", 6, "L13", "\n".join(f"11 甲{number} | 5场" for number in range(5))),
        ("large_budget", 501, "L28", "项目 综合保障 500.00\n11 会议 | 1次\n22 乙 | 5场"),
    ],
)
def test_a_threshold_decides(key: str, value: int, rule: str, text: str) -> None:
    plan = plan_of(lint.Example(text))
    assert rule in rules_of(lint.check(plan))
    assert rule not in rules_of(lint.check(plan, settings=settings(**{key: value})))


def test_the_amount_from_which_costs_are_asked_for_can_be_set() -> None:
    plan = plan_of(lint.Example("项目 甲 50.00\n11 宣传场次 | 5场\n22 知晓率 | 60%\n31 满意度 | 90%"))
    assert "L25" not in rules_of(lint.check(plan))
    assert "L25" in rules_of(lint.check(plan, settings=settings(cost_needed_from=50)))


def test_rules_can_be_selected_and_ignored_by_id_and_by_family() -> None:
    everything = rules_of(lint.check(SATISFACTION))
    assert {"L50", "L25"} <= everything
    assert rules_of(lint.check(SATISFACTION, settings=settings(select=["L50"]))) == {"L50"}
    assert rules_of(lint.check(SATISFACTION, settings=settings(select=["attainability"]))) == {"L50"}
    assert rules_of(lint.check(SATISFACTION, settings=settings(ignore=["L50", "completeness"]))) == everything - {
        "L50",
        "L25",
        "L26",
    }
    assert rules_of(lint.check(SATISFACTION, settings=settings(select=["attainability"], ignore=["L50"]))) == set()


def test_the_command_line_narrows_what_the_file_says() -> None:
    from_file = settings(select=["attainability"], ignore=["L51"])
    assert from_file.choosing() == from_file
    assert from_file.choosing(select=["L01"], ignore=["L02"]) == settings(select=["L01"], ignore=["L51", "L02"])


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ({"satisfaction_flor": 85}, "satisfaction_floor"),
        ({"supress": []}, "suppress"),
        ({"ignore": ["LL50"]}, "L50"),
        ({"select": ["wordings"]}, "wording"),
        ({"suppress": [{"rule": "L500", "reason": "x"}]}, "L50"),
        ({"suppress": [{"rule": "L50", "reson": "x"}]}, "reason"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest_that_does(mapping: dict[str, object], named: str) -> None:
    with pytest.raises(lint.SettingsRefused) as refused:
        lint.Settings.from_mapping(mapping)
    assert named in refused.value.next_step.zh
    assert named in refused.value.next_step.en


@pytest.mark.parametrize(
    "mapping",
    [
        {"satisfaction_floor": "85"},
        {"satisfaction_floor": -1},
        {"satisfaction_floor": True},
        {"satisfaction_floor": 85.5},
        {"select": 5},
        {"ignore": [5]},
        {"suppress": {"rule": "L50"}},
        {"suppress": ["L50"]},
        {"suppress": [{"rule": "L50", "reason": "x", "row": "5"}]},
        {"suppress": [{"rule": "L50", "reason": "x", "row": True}]},
        {"suppress": [{"rule": "L50", "reason": 5}]},
        {"suppress": [{"reason": "x"}]},
        {"suppress": [{"rule": "L50"}]},
        {"suppress": [{"rule": "L50", "reason": "  "}]},
    ],
)
def test_what_cannot_be_used_is_refused_in_both_languages(mapping: dict[str, object]) -> None:
    with pytest.raises(lint.SettingsRefused) as refused:
        lint.Settings.from_mapping(mapping)
    for text in (refused.value.text, refused.value.next_step):
        assert text.zh
        assert text.en
        assert text.zh != text.en


def test_a_suppression_without_a_reason_says_what_to_add() -> None:
    with pytest.raises(lint.SettingsRefused) as refused:
        settings(suppress=[{"rule": "L50"}])
    assert refused.value.text.zh == "第 1 个 suppress 没有写理由"


def test_an_accepted_finding_is_kept_aside_with_its_reason() -> None:
    checked = lint.check_all(SATISFACTION, settings=suppressing(row=1))
    assert [finding.row for finding in checked.findings if finding.rule == "L50"] == [2]
    ((finding, suppression),) = checked.suppressed
    assert (finding.rule, finding.row, suppression.reason) == ("L50", 1, "去年收到回答 412 份")
    assert lint.check(SATISFACTION, settings=suppressing(row=1)) == checked.findings


@pytest.mark.parametrize(
    ("entry", "accepted"),
    [
        ({}, [1, 2]),
        ({"row": 2}, [2]),
        ({"row": 3}, []),
        ({"indicator": "公众满意度"}, [1]),
        ({"project": "甲"}, [1, 2]),
        ({"project": "乙"}, []),
        ({"unit": "市某局"}, [1, 2]),
        ({"unit": "市某所"}, []),
        ({"rule": "L51"}, []),
        ({"file": "*.txt"}, [1, 2]),
        ({"file": "2026/*.txt"}, [1, 2]),
        ({"file": "2025/*.txt"}, []),
        ({"file": "*.xlsx"}, []),
    ],
)
def test_a_suppression_covers_what_it_names(entry: dict[str, object], accepted: list[int]) -> None:
    checked = lint.check_all(SATISFACTION, settings=suppressing(**entry), path="tables\\2026\\guangzhou.txt")
    assert [finding.row for finding, _ in checked.suppressed] == accepted
    assert len(checked.findings) + len(accepted) == len(lint.check(SATISFACTION))
