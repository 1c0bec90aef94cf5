"""The table of holidays is what the library says; a table that somebody edited is checked row by row."""

import csv
import importlib.util
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest

from shixiao.engine.clock import (
    Unworkable,
    check_table,
    holiday_name,
    known_holidays,
    published_holidays,
    published_rows,
)
from shixiao.engine.clock.tests.examples import OFFICE

ROOT = Path(__file__).parents[5]
TABLE = Path(__file__).parents[1] / "holidays.csv"


def rows_of(year: int) -> list[dict[str, str]]:
    return [row for row in published_rows() if row["date"].startswith(str(year))]


def without(rows: list[dict[str, str]], *days: str) -> list[dict[str, str]]:
    return [row for row in rows if row["date"] not in days]


def with_row(rows: list[dict[str, str]], day: str, kind: str, name: str = "") -> list[dict[str, str]]:
    return [*rows, {"date": day, "kind": kind, "name": name}]


# ---- the published table -------------------------------------------------------------------------------------


def test_the_table_is_what_the_tool_writes() -> None:
    spec = importlib.util.spec_from_file_location("holidays_tool", ROOT / "tools" / "holidays.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert TABLE.read_text(encoding="utf-8") == tool.written()


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_is_worked_or_not_as_the_library_says(year: int) -> None:
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    assert [day for day in days if OFFICE.is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_the_published_table_is_sound_and_known_to_the_end_of_2026() -> None:
    assert check_table(published_rows()) == []
    known = published_holidays()
    assert (known.known_from, known.known_until) == (date(2004, 1, 1), date(2027, 1, 1))


def test_every_published_name_is_known_in_both_languages() -> None:
    names = {row["name"] for row in published_rows()}
    assert [name for name in names if (text := holiday_name(name)) is None or text.zh == text.en] == []


def test_a_table_survives_a_spreadsheet(tmp_path: Path) -> None:
    """With a byte order mark, Windows line ends and blanks around."""
    text = TABLE.read_text(encoding="utf-8").replace(",", " , ").replace("\n", "\r\n")
    (tmp_path / "table.csv").write_text(text, encoding="utf-8-sig", newline="")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        assert known_holidays(reader) == published_holidays()


# ---- an edited table -----------------------------------------------------------------------------------------

YEAR = rows_of(2026)


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([], "empty", "没有可用的行"),
        ([*rows_of(2024), *rows_of(2026)], "gap", "缺少 2025 年"),
        (with_row(YEAR, "2026-10-01", "holiday", "国庆节"), "twice", "2026-10-01"),
        (with_row(YEAR, "2026-10-03", "workday", "国庆节"), "twice", "2026-10-03"),
        (with_row(YEAR, "2026-10-09", "workday", "国庆节"), "weekday", "2026-10-09 本来就是工作日"),
        (with_row(YEAR, "2026-11-02", "holiday"), "name", "没有写节日名称"),
        (with_row(YEAR, "2026-11-02", "half", "运动会"), "kind", "“half”"),
        (with_row(YEAR, "2026-02-30", "holiday", "春节"), "date", "“2026-02-30”"),
        (with_row(YEAR, "10月8日", "holiday", "国庆节"), "date", "“10月8日”"),
        (with_row(YEAR, "20261008", "holiday", "国庆节"), "date", "“20261008”"),
        (with_row(YEAR, "0206-10-08", "holiday", "国庆节"), "date", "“0206-10-08”"),
        (without(YEAR, "2026-10-05"), "hole", "缺少 2026-10-05"),
        (without(YEAR, "2026-10-01"), "incomplete", "缺少国庆节"),
        (without(YEAR, *(row["date"] for row in YEAR if row["name"] == "春节")), "incomplete", "缺少春节"),
        (YEAR[:3], "incomplete", "缺少劳动节、国庆节、春节"),
        (
            [row for row in YEAR if row["date"] in {"2026-01-01", "2026-02-16", "2026-05-01", "2026-10-01"}],
            "incomplete",
            "只有 4 天",
        ),
    ],
)
def test_what_is_wrong_with_a_table(rows: list[dict[str, str]], code: str, words: str) -> None:
    problems = check_table(rows)
    assert [problem.code for problem in problems] == [code]
    assert words in problems[0].text.zh
    with pytest.raises(Unworkable, match=words):
        known_holidays(rows)


def test_a_problem_names_its_row() -> None:
    problem = check_table(with_row(YEAR, "2026-10-09", "workday"))[0]
    assert problem.row == len(YEAR) + 1
    assert problem.text.zh.startswith(f"第 {len(YEAR) + 1} 行")
    assert problem.text.en.startswith(f"Row {len(YEAR) + 1}")


def test_all_problems_are_found_at_once() -> None:
    rows = with_row(with_row(YEAR, "2026-11-02", "half"), "tomorrow", "holiday")
    assert [problem.code for problem in check_table(rows)] == ["kind", "date"]


def test_rows_with_missing_cells_are_problems_and_no_crash() -> None:
    assert [problem.code for problem in check_table([*YEAR, {"date": "2026-11-02"}, {}])] == ["kind", "date"]


def test_a_day_that_only_one_office_has_off_is_no_problem() -> None:
    rows = with_row(YEAR, "2026-11-02", "holiday", "校庆")
    assert check_table(rows) == []
    assert known_holidays(rows).exceptions[-1].name == ("校庆", "校庆")
