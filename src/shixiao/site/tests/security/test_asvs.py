"""docs/security.md says which test proves what; here it is held to that the list is whole and that the tests exist."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = HERE.parents[2]
ROWS = tomllib.loads((HERE / "asvs.toml").read_text(encoding="utf-8"))
ANSWERS = ("tests", "design", "absent", "missing")
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has, in the order of their numbers.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip


@cache
def defined_in(module: str) -> frozenset[str]:
    path = PACKAGE / Path(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))


def test_every_requirement_of_levels_one_and_two_stands_once() -> None:
    assert Counter(number.rpartition(".")[0] for number in ROWS) == SECTIONS
    assert Counter(row["level"] for row in ROWS.values()) == {1: 70, 2: 183}


def test_every_requirement_has_one_answer_and_short_words() -> None:
    for number, row in ROWS.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", number)
        assert set(row) - {"level", "about"} <= set(ANSWERS), number
        assert sum(answer in row for answer in ANSWERS) == 1, number
        assert 3 <= len(row["about"]) <= 80, number


def test_every_test_that_is_named_exists() -> None:
    absent = [
        f"{number}: {named}"
        for number, row in ROWS.items()
        for named in row.get("tests", ())
        if named.rpartition(".")[2] not in defined_in(named.rpartition(".")[0])
    ]
    assert absent == []
    assert all(row["tests"] for row in ROWS.values() if "tests" in row)


def test_every_file_that_an_answer_points_to_is_there() -> None:
    root = PACKAGE.parents[1]
    told = " ".join(row.get("design", "") + row.get("missing", "") for row in ROWS.values())
    missing = [each for each in re.findall(r"\b(?:docs|people|site|engine)/[\w/.-]+\.(?:md|py|json)\b", told)
               if not (root / each).exists() and not (PACKAGE / each).exists()]  # fmt: skip
    assert missing == []
