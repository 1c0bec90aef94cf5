"""What a person says of a table's layout and columns on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shixiao.site.cli.commands import BY_NAME
from shixiao.site.cli.tests.conftest import Ended
from shixiao.tables.layouts import LAYOUTS

Run = Callable[..., Ended]

ODD = (
    "甲局项目支出绩效目标表\n金额单位：万元\n项目名称\t运维项目\n年度资金总额\t5.00\n"
    "大类\t小类\t考核点\t要求\t打分\n"
    "产出指标\t数量指标\t巡检次数\t12次\t20\n\t质量指标\t合格率\t≥95%\t30\n"
)
SAID = "1=level1,2=level2,3=name,4=value,5=weight"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A table with a header that is not understood."""
    path = tmp_path / "odd.txt"
    path.write_text(ODD, encoding="utf-8")
    return path


def test_the_layouts_that_can_be_named_are_those_that_there_are() -> None:
    for name in ("check", "show", "convert", "import"):
        [option] = [each for each in BY_NAME[name].options if each.name == "layout"]
        assert option.choices == LAYOUTS


def test_a_table_with_an_unknown_header_is_read_when_its_columns_are_said(run: Run, odd: Path) -> None:
    assert run("show", odd).status == 2
    shown = run("show", "--columns", SAID, odd)
    assert shown.status == 0
    assert "巡检次数" in shown.out
    assert "12次" in shown.out


def test_the_columns_reach_check_and_convert(run: Run, odd: Path) -> None:
    checked = json.loads(run("check", "--format", "json", "--columns", SAID, odd).out)
    assert "error" not in json.dumps(checked["files"][0].get("error") or "")
    written = json.loads(run("convert", "--columns", SAID, odd, "-").out)
    assert "巡检次数" in json.dumps(written, ensure_ascii=False)


def test_only_the_named_layout_is_tried(run: Run, small: Path) -> None:
    assert run("show", "--layout", "guangdong", small).status == 0
    assert run("show", "--layout", "indicator_rows", small).status == 2


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("name", "is not NUMBER=FIELD"),
        ("0=name", "is not NUMBER=FIELD"),
        ("101=name", "is not NUMBER=FIELD"),
        ("1=nmae", "the nearest is name"),
    ],
)
def test_what_is_no_column_is_refused_with_the_nearest_that_is(run: Run, odd: Path, columns: str, said: str) -> None:
    ended = run("show", "--columns", columns, odd)
    assert ended.status == 2
    assert said in ended.err


def test_columns_and_the_layout_without_any_exclude_each_other(run: Run, odd: Path) -> None:
    ended = run("show", "--layout", "guangdong", "--columns", SAID, odd)
    assert ended.status == 2
    assert "--columns is for indicator_rows only" in ended.err
