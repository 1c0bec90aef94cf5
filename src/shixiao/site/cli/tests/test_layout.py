import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]

STRANGE = """\
某市示范局考核事项表（2026年度）
主管部门|某市示范局
项目名称|信息系统运行维护
层级甲|层级乙|考核事项|应达到|备注
产出指标|数量指标|巡检次数|≥12次|甲
产出指标|质量指标|系统可用率|≥99.5%|乙
""".replace("|", "\t")
COLUMNS = "4:level1,level2,name,value,-"


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    path = tmp_path / "strange.txt"
    path.write_text(STRANGE, encoding="utf-8")
    return path


def test_columns_that_are_named_are_read(run: Run, strange: Path) -> None:
    assert run("show", strange).status == 2
    shown = run("show", "--columns", COLUMNS, strange)
    assert shown.status == 0
    assert "巡检次数" in shown.out
    checked = run("check", "--columns", COLUMNS, "--format", "json", strange)
    assert json.loads(checked.out)["files"][0]["totals"]["indicators"] == 2
    converted = json.loads(run("convert", "--columns", f"1/{COLUMNS}", strange, "-").out)
    assert [row["class"] for row in converted["units"][0]["projects"][0]["indicators"]] == ["11", "12"]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("level1,name", "line of the header"),
        ("x:name,value", "line of the header"),
        ("4:name,worth", "'worth' is unknown"),
        ("4:name", "no column holds the targets"),
        ("4:value", "no column holds the names"),
        ("99:name,value", "no such line"),
        ("3/4:name,value", "no such table"),
    ],
)
def test_columns_that_are_not_clear_are_refused_with_the_reason(
    run: Run, strange: Path, columns: str, reason: str
) -> None:
    ended = run("show", "--columns", columns, strange)
    assert ended.status == 2
    assert reason in ended.err


def test_a_layout_that_is_named_is_the_only_one_that_is_tried(run: Run, guangzhou: Path) -> None:
    assert run("show", "--layout", "guangdong", guangzhou).status == 0
    assert run("show", "--layout", "indicator_rows", guangzhou).status == 2
    assert run("show", "--layout", "jiangsu", guangzhou).status == 2
