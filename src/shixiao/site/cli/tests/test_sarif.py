import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shixiao.engine import lint
from shixiao.site.cli.as_sarif import uri_of
from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]


@pytest.fixture
def log(run: Run, guangzhou: Path, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "shixiao.toml").write_text(
        '[lint]\n[[lint.suppress]]\nrule = "L05"\nrow = 1\nreason = "经批准"\n', encoding="utf-8"
    )
    (tmp_path / "空 表.txt").write_bytes(b"")
    found: dict[str, Any] = json.loads(run("check", "--format", "sarif", guangzhou.name, "空 表.txt").out)
    return found


def test_the_log_is_one_run_of_sarif_2_1_0(log: dict[str, Any]) -> None:
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert run["tool"]["driver"]["name"] == "shixiao"
    assert run["columnKind"] == "unicodeCodePoints"


def test_every_rule_is_described_and_every_result_points_to_its_rule(log: dict[str, Any]) -> None:
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(lint.RULES)
    assert all(rule["shortDescription"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    assert {rule["defaultConfiguration"]["level"] for rule in rules} == {"error", "warning", "note"}
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")


def test_a_region_covers_the_indicator_in_the_text(log: dict[str, Any], guangzhou: Path) -> None:
    lines = guangzhou.read_text(encoding="utf-8").split("\n")
    checked = 0
    for result in log["runs"][0]["results"]:
        location = result["locations"][0]
        region = location["physicalLocation"].get("region", {})
        if "startColumn" in region:
            covered = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
            assert location["logicalLocations"][0]["name"] in covered
            assert covered[0].isdigit()  # it begins with the printed number
            checked += 1
    assert checked > 50


def test_an_accepted_finding_is_there_as_suppressed_with_its_reason(log: dict[str, Any]) -> None:
    [accepted] = [result for result in log["runs"][0]["results"] if "suppressions" in result]
    assert (accepted["ruleId"], accepted["properties"]["row"]) == ("L05", 1)
    assert accepted["suppressions"] == [{"kind": "external", "justification": "经批准"}]


def test_an_unreadable_file_is_a_notification_of_the_tool(log: dict[str, Any]) -> None:
    [invocation] = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert "is empty" in notification["message"]["text"]
    [location] = notification["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "%E7%A9%BA%20%E8%A1%A8.txt"


def test_a_fingerprint_survives_a_row_that_is_inserted_above(run: Run, guangzhou: Path) -> None:
    def prints() -> set[tuple[str, str]]:
        results = json.loads(run("check", "-f", "sarif", "--select", "L03", guangzhou).out)["runs"][0]["results"]
        return {(result["ruleId"], result["partialFingerprints"]["place/v1"]) for result in results}

    before = prints()
    text = guangzhou.read_text(encoding="utf-8")
    extra = "1、1-产出指标；12-质量指标；新增一条；实施周期指标值:≥95%；年度指标值:≥95%。"
    guangzhou.write_text(text.replace("1、1-产出指标；", extra + "2、1-产出指标；", 1), encoding="utf-8")
    assert len(before) > 1
    assert prints() == before


def test_paths_become_addresses() -> None:
    assert uri_of("a b/表.txt") == "a%20b/%E8%A1%A8.txt"
    assert uri_of("/x/y.txt") == "file:///x/y.txt"
    assert uri_of("-") == "stdin"
