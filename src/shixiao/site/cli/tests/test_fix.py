import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shixiao import tables
from shixiao.site.cli import mending
from shixiao.site.cli.tests.conftest import Ended, table

Run = Callable[..., Ended]
YES = "1、1-产出指标；12-质量指标；任务完成率；实施周期指标值:是；年度指标值:是。"


def fixed(run: Run, path: Path) -> dict[str, Any]:
    ended = run("check", "--fix", "--format", "json", path)
    outcome: dict[str, Any] = json.loads(ended.out)["files"][0]["fixed"]
    return outcome


def rows(path: Path) -> list[Any]:
    document = tables.read(path.read_bytes(), name=path.name)
    return [row for plan in document.plans for _, _, row in plan.indicators()]


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "2026.txt"
    path.write_text(table(indicators=YES), encoding="utf-8")
    return path


def test_the_copy_has_the_repairs_and_the_original_is_untouched(run: Run, faulty: Path) -> None:
    before = faulty.read_bytes()
    ended = run("check", "--fix", faulty)
    copy = faulty.with_name("2026.fixed.txt")
    assert rows(copy)[0].annual_wording == "100%"
    assert faulty.read_bytes() == before
    assert f"{copy}:1 L03 changed annual target “是” → “100%”" in ended.out


def test_what_said_the_same_says_the_same_afterwards(run: Run, faulty: Path) -> None:
    run("check", "--fix", faulty)
    [row] = rows(faulty.with_name("2026.fixed.txt"))
    assert (row.cycle_wording, row.annual_wording) == ("100%", "100%")


def test_another_class_brings_its_first_level_along(run: Run, guangzhou: Path) -> None:
    run("check", "--fix", "--select", "L06", guangzhou)
    before, after = rows(guangzhou), rows(guangzhou.with_name("guangzhou-2026.fixed.txt"))
    assert (before[60].level1, before[60].level2) == ("2-效益指标", "22-社会效益")
    assert (after[60].level1, after[60].level2) == ("1-产出指标", "13-时效指标")


def test_nothing_else_changes(run: Run, guangzhou: Path) -> None:
    changed = {change["row"] for change in fixed(run, guangzhou)["changed"]}
    before, after = rows(guangzhou), rows(guangzhou.with_name("guangzhou-2026.fixed.txt"))
    assert changed
    assert len(after) == 123
    for old, new in zip(before, after, strict=True):
        words = [(row.level1, row.level2, row.name, row.cycle_wording, row.annual_wording) for row in (old, new)]
        assert (words[0] != words[1]) == (old.row in changed)


def test_an_existing_file_is_never_overwritten(run: Run, faulty: Path) -> None:
    copy = faulty.with_name("2026.fixed.txt")
    copy.write_text("mine", encoding="utf-8")
    ended = run("check", "--fix", faulty)
    assert ended.status == 2
    assert copy.read_text(encoding="utf-8") == "mine"
    assert f"{copy} not written the file exists already; rename or delete it first" in ended.out
    assert fixed(run, faulty)["path"] is None


def test_a_link_to_a_file_that_is_not_there_is_not_written_through(run: Run, faulty: Path, tmp_path: Path) -> None:
    faulty.with_name("2026.fixed.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert run("check", "--fix", faulty).status == 2
    assert not (tmp_path / "elsewhere.txt").exists()


def test_a_table_in_order_gets_no_copy(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("check", "--fix", "--select", "L03", small).status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["small.txt"]


def test_money_is_left_to_people_and_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "sum.txt"
    path.write_text(table(total="99.00"), encoding="utf-8")
    outcome = fixed(run, path)
    assert outcome["changed"] == []
    assert "amounts are not changed by a program; compare the budget" in {each["reason"] for each in outcome["left"]}
    assert not path.with_name("sum.fixed.txt").exists()


def test_what_has_no_repair_is_said(run: Run, guangzhou: Path) -> None:
    ended = run("check", "--fix", "--select", "L22", guangzhou)
    assert "left there is no repair to apply as it stands; a person decides: " in ended.out
    assert "L22:93" in ended.out.splitlines()[-2]


def test_copies_made_earlier_are_left_alone_in_a_folder(run: Run, faulty: Path, tmp_path: Path) -> None:
    run("check", "--fix", tmp_path)
    ended = run("check", "--fix", tmp_path)
    assert "left out in folders: 1 repaired copies" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026.fixed.txt", "2026.txt"]
    assert "files 2" in run("check", tmp_path).out


def test_a_copy_that_would_read_differently_is_not_written(
    run: Run, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = tables.write

    def careless(subject: tables.Document, *, format: str) -> bytes:
        return honest(subject, format=format).replace("培训项目".encode(), b"")

    monkeypatch.setattr(mending.tables, "write", careless)
    assert run("check", "--fix", faulty).status == 2
    assert not faulty.with_name("2026.fixed.txt").exists()
    assert "would not read back the same" in fixed(run, faulty)["error"]


def test_standard_input_has_no_place_beside_it(run: Run) -> None:
    ended = run("check", "--fix", "-", stdin=table(indicators=YES).encode())
    assert ended.status == 2
    assert "nothing can stand beside standard input" in ended.out


def test_a_folder_that_may_not_be_written_is_said(run: Run, faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str, mode: str = "r", *more: object, **others: object) -> object:
        if "x" in mode:
            raise PermissionError(13, os.strerror(13), path)
        return Path(path).open(mode, *more, **others)  # type: ignore[call-overload]

    monkeypatch.setattr(mending, "open", refused, raising=False)
    ended = run("check", "--fix", faulty)
    assert ended.status == 2
    assert "cannot be written: permission denied" in ended.out
