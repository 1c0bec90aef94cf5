import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import ROW, Ended, table
from shixiao.site.cli.width import padded, width, wrapped
from shixiao.tables import samples

Run = Callable[..., Ended]

# ---- show ------------------------------------------------------------------------------------------------------


def test_the_tree_shows_units_projects_funds_and_indicators(run: Run, guangzhou: Path) -> None:
    shown = run("show", guangzhou).out
    assert "units 3, projects 14, indicators 123  1,497.06 ×10,000 yuan" in shown
    assert "广州市人民政府办公厅  1,361.61 ×10,000 yuan (fiscal 1,361.61)" in shown
    assert "├─ 工作经费  226.48 ×10,000 yuan" in shown
    assert "└─ " in shown
    numbers = [line.lstrip("│ ").split(" ")[0] for line in shown.splitlines() if "→" in line and "cycle" not in line]
    assert numbers == [str(row) for row in range(1, 124)]


def test_each_indicator_shows_its_wording_and_what_it_means(run: Run, guangzhou: Path) -> None:
    lines = run("show", guangzhou).out.splitlines()
    [line] = [line for line in lines if line.lstrip("│ ").startswith("31 12 ")]
    assert "退文率5%以下" in line
    assert line.endswith("→ at most 5%")


def test_a_cycle_target_is_shown_where_it_differs(run: Run, guangzhou: Path) -> None:
    assert "cycle 考察故障恢复所需平均时间" in run("show", guangzhou).out


def test_doubts_and_repairs_are_shown(run: Run, guangzhou: Path) -> None:
    shown = run("show", guangzhou).out
    assert "? " in shown
    assert "mended while reading: 12" in shown
    assert "row 23: ~ A full stop stands where a semicolon belongs." in shown


def test_the_tree_is_in_chinese_by_default(run: Run, guangzhou: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHIXIAO_LANG")
    shown = run("show", guangzhou).out
    assert "3 个单位，14 个项目，123 条指标  1,497.06 万元" in shown
    assert "→ 不超过 5%" in shown


def test_columns_line_up_below_each_other(run: Run, guangzhou: Path) -> None:
    lines = [line for line in run("show", guangzhou).out.splitlines() if "→" in line]
    starts = [width(line.partition("→")[0]) for line in lines]
    assert starts.count(min(starts)) > len(starts) * 0.7  # all but the long names and wordings


# ---- width -------------------------------------------------------------------------------------------------------


def test_a_chinese_character_takes_two_columns() -> None:
    assert width("abc") == 3
    assert width("指标abc") == 7
    assert width("（）") == 4
    assert width("e\u0301") == 1
    assert padded("指", 4) == "指  "
    assert padded("指标", 3) == "指标"


def test_lines_break_between_chinese_characters_and_between_words() -> None:
    assert wrapped("一二三四五", 4) == ["一二", "三四", "五"]
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("一二，三四", 4) == ["一", "二，", "三四"]  # no line begins with a comma
    assert wrapped("", 10) == [""]


# ---- convert -------------------------------------------------------------------------------------------------------


def test_json_has_every_indicator_with_its_readings_and_keeps_the_schema(run: Run, guangzhou: Path) -> None:
    assert run("convert", guangzhou, "out.json") == Ended(0, "", "")
    form = json.loads(Path("out.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema("convert"))).validate(form)
    rows = [row for unit in form["units"] for project in unit["projects"] for row in project["indicators"]]
    assert [row["row"] for row in rows] == list(range(1, 124))
    row = rows[30]
    assert (row["class"], row["name"], row["annual_wording"]) == ("12", "提高办文质量", "退文率5%以下")
    assert (row["annual"]["op"], row["annual"]["value"]) == ("<=", 5)
    assert "cycle" in row
    assert "cycle_wording" in row
    assert len(form["repairs"]) == 12


def test_there_and_back_is_the_same_table(run: Run, guangzhou: Path) -> None:
    run("convert", guangzhou, "a.json")
    run("convert", "a.json", "b.txt")
    run("convert", "b.txt", "c.json")
    first, again = (json.loads(Path(name).read_text(encoding="utf-8")) for name in ("a.json", "c.json"))

    def gist(form: dict[str, list[dict[str, object]]]) -> list[object]:
        projects = [project for unit in form["units"] for project in unit["projects"]]  # type: ignore[attr-defined]
        keys = ("row", "class", "name", "cycle_wording", "annual_wording", "cycle", "annual")
        return [
            (each["name"], each["funds"], [[row[key] for key in keys] for row in each["indicators"]])
            for each in projects
        ]

    assert gist(first) == gist(again)


def test_a_dash_is_standard_input_and_standard_output(run: Run) -> None:
    ended = run("convert", "-", "-", stdin=table().encode())
    assert json.loads(ended.out)["units"][0]["projects"][0]["name"] == "培训项目"
    ended = run("convert", "-", "-", "--to", "txt", stdin=table().encode())
    assert "培训项目\t10.00" in ended.out


def test_an_existing_file_is_overwritten_only_by_force(run: Run, small: Path) -> None:
    Path("out.json").write_text("mine", encoding="utf-8")
    ended = run("convert", small, "out.json")
    assert ended.status == 2
    assert "out.json exists and was not overwritten" in ended.err
    assert Path("out.json").read_text(encoding="utf-8") == "mine"
    assert run("convert", "--force", small, "out.json").status == 0
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["units"]
    assert sorted(path.name for path in Path().iterdir()) == ["out.json", "small.txt"]


def test_an_unknown_suffix_is_refused_with_those_that_are_known(run: Run, small: Path) -> None:
    ended = run("convert", small, "out.pdf")
    assert ended.status == 2
    assert ".json, .txt, .xlsx, .docx, .html" in ended.err


def test_an_original_is_safe_from_being_its_own_copy(run: Run, guangzhou: Path) -> None:
    assert run("convert", guangzhou, guangzhou).status == 2
    assert guangzhou.read_bytes() == samples.guangzhou()


def test_what_was_lost_while_reading_is_said(run: Run, small: Path) -> None:
    small.write_text(table(indicators=ROW[:-20]), encoding="utf-8")
    ended = run("convert", small, "out.json")
    assert ended.status == 0
    assert "line 7: " in ended.err
