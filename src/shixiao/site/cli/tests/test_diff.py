import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import Ended, table

Run = Callable[..., Ended]


@pytest.fixture
def changed(guangzhou: Path, tmp_path: Path) -> Path:
    """The Guangzhou table with one promise lowered."""
    text = guangzhou.read_text(encoding="utf-8")
    assert text.count("年度指标值:80%。") == 1
    path = tmp_path / "changed.txt"
    path.write_text(text.replace("年度指标值:80%。", "年度指标值:70%。"), encoding="utf-8")
    return path


def test_the_same_table_in_another_format_has_no_differences(run: Run, guangzhou: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    assert run("convert", guangzhou, copy).status == 0
    ended = run("diff", guangzhou, copy)
    assert (ended.status, ended.out) == (0, "no differences.\n")


def test_a_changed_promise_is_shown_word_by_word_with_its_direction(run: Run, guangzhou: Path, changed: Path) -> None:
    ended = run("diff", guangzhou, changed)
    assert ended.status == 1
    assert ended.out.splitlines() == [
        "工作经费  广州市人民政府办公厅",
        "  ~ row 2 信访核查率",
        "      annual target: [-80%-]{+70%+}  (looser)",
        "",
        "indicator: 1 changed; looser: 1.",
    ]


def test_the_json_keeps_its_schema(run: Run, guangzhou: Path, changed: Path) -> None:
    form = json.loads(run("diff", "--format", "json", guangzhou, changed).out)
    jsonschema.validate(form, json.loads(schema("diff")))
    [change] = form["changes"]
    assert (change["indicator"], change["row_after"]) == ("信访核查率", 2)
    assert change["fields"][0]["tendency"] == "looser"


def test_a_table_more_in_one_file_is_one_change(run: Run, tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text(table(), encoding="utf-8")
    two.write_text(table() + "\n" + table(), encoding="utf-8")
    ended = run("diff", one, two)
    assert ended.status == 1
    assert ended.out.startswith("+ the table")


def test_a_file_that_cannot_be_read_ends_with_two_and_its_name(run: Run, guangzhou: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("", encoding="utf-8")
    ended = run("diff", guangzhou, empty)
    assert ended.status == 2
    assert "empty.txt" in ended.err
