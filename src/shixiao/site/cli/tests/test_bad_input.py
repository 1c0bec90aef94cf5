"""Every bad input of the house's list, through the command line: a clear error, and nothing is lost."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shixiao.site.cli.tests.conftest import HEADER, ROW, Ended, table
from shixiao.tables import samples
from shixiao.tables.tests import difficult

Run = Callable[..., Ended]


def checked(run: Run, content: bytes, *, name: str = "x.txt") -> tuple[Ended, dict[str, Any]]:
    """The file through check (as JSON, and as text for the person), show and convert."""
    Path(name).write_bytes(content)
    ended = run("check", "--format", "json", name)
    [file] = json.loads(ended.out)["files"]
    return ended, file


def refused(run: Run, content: bytes, *, name: str = "x.txt") -> str:
    """What is said of a file that no command can read; it is the same everywhere, and nothing is written."""
    ended, file = checked(run, content, name=name)
    assert ended.status == 2
    assert file["totals"] is None
    said: str = file["error"]
    for words in (("check", name), ("show", name), ("convert", name, "out.json")):
        again = run(*words)
        assert again.status == 2
        assert said in again.out + again.err
        assert "Traceback" not in again.err
    assert not Path("out.json").exists()
    return said


REFUSED = {
    "empty": (b"", "is empty"),
    "only white space": (b" \n\t\n", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "is empty"),
    "binary noise": (bytes(range(256)) * 40, "binary"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "a spreadsheet called text": (b"PK\x03\x04" + b"\0" * 30 + b"xl/workbook.xml", "damaged"),
    "a PDF called text": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Word or Excel file"),
    "a NUL": (table().replace("办好", "办\0好").encode(), "Line 7 holds a NUL"),
    "a lone surrogate": (table().encode().replace("办好".encode(), b"\xed\xa0\x80"), "Line 7 holds half a character"),
    "broken bytes": (table().encode().replace("办好".encode(), b"\xff\xff\xff"), "Line 7 holds bytes"),
    "a table of another kind": ("姓名\t部门\t电话\n甲\t乙\t1\n".encode(), "No performance table was found"),
    "prose": ("今年的工作总结如下。\n一、基本情况。\n".encode(), "No performance table was found"),
    "a header and nothing below": (HEADER.encode(), "no project below the header"),
    "a secrecy mark": (("机密★1年\n" + table()).encode(), "secrecy mark"),
    "broken JSON": (b'{"schema": ', "JSON is broken"),
    "JSON of something else": (b'{"name": "x"}', "JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_the_reason(run: Run, name: str) -> None:
    content, reason = REFUSED[name]
    assert reason in refused(run, content)


def test_every_refusal_says_the_next_step_in_both_languages(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for language, stop in (("zh", "。"), ("en", ".")):
        monkeypatch.setenv("SHIXIAO_LANG", language)
        for content, _ in REFUSED.values():
            _, file = checked(run, content)
            assert file["error"].endswith(stop)
            assert file["error"].count(stop) >= 2


def test_a_wrong_extension_does_not_matter_when_the_content_is_a_table(run: Run) -> None:
    ended, file = checked(run, samples.guangzhou(), name="table.docx")
    assert ended.status == 0
    assert file["totals"]["indicators"] == 123


def bytes_read() -> int:
    """By this process so far, as Linux counts; other systems do not say."""
    told = Path("/proc/self/io")
    return int(told.read_text(encoding="ascii").split()[1]) if told.exists() else 0


def test_a_300_mb_text_is_refused_before_it_is_read(run: Run) -> None:
    path = Path("huge.txt")
    with path.open("wb") as file:
        file.write(table().encode())
        file.truncate(300 * 1024 * 1024)
    before = bytes_read()
    ended = run("check", path)
    assert ended.status == 2
    assert "300.0 MB, more than the limit of 64.0 MB" in ended.out
    assert run("show", path).status == 2
    assert run("convert", path, "out.json").status == 2
    assert bytes_read() - before < 64 * 1024 * 1024  # of 900 MB
    if sys.platform == "linux":
        assert Path(path).stat().st_blocks < 1000  # it was sparse, or the test would prove nothing


def test_endless_standard_input_is_refused_at_the_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shixiao.tables.MAX_BYTES", 1000)
    monkeypatch.setattr("shixiao.tables.decoding.MAX_BYTES", 1000)
    monkeypatch.setattr("shixiao.tables.refuse_large.__kwdefaults__", {"limit": 1000})
    ended = run("check", "-", stdin=b"x" * 5000)
    assert ended.status == 2
    assert "more than the limit" in ended.out


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.999])
def test_a_truncated_table_keeps_what_came_before_and_is_not_called_clean(run: Run, share: float) -> None:
    content = samples.guangzhou()
    ended, file = checked(run, content[: int(len(content) * share)])
    assert ended.status == 2
    assert file["totals"]["indicators"] > 10
    assert any(repair["defect"] for repair in file["repairs"])


def test_control_characters_are_taken_out_and_said(run: Run) -> None:
    ended, file = checked(run, table().replace("合格率", "合\x07格\x1b率").encode())
    assert ended.status == 0
    assert [repair["code"] for repair in file["repairs"]] == ["control_character"]
    assert "\x1b" not in run("show", "x.txt").out


def test_html_with_scripts_in_a_cell_is_undone_and_said(run: Run) -> None:
    cell = ROW.replace("合格率", "<b>合格率</b><script>alert(1)</script>").replace("≥", "&ge;")
    ended, file = checked(run, table(indicators=cell).encode())
    assert ended.status == 0
    assert {"html_tag", "html_script", "html_entity"} <= {repair["code"] for repair in file["repairs"]}
    shown = run("show", "x.txt").out
    assert "验收合格率" in shown
    assert "≥95%" in shown


def test_funds_that_are_not_numbers_are_left_empty_and_said_with_line_and_column(run: Run) -> None:
    ended, file = checked(run, table(total="壹拾").encode())
    assert ended.status == 2
    said = [repair for repair in file["repairs"] if repair["code"] == "funds_not_number"]
    assert {repair["line"] for repair in said} == {5, 6}
    assert all("壹拾" in repair["message"] for repair in said)


def test_a_unit_with_no_projects_is_kept_and_said(run: Run) -> None:
    ended, file = checked(run, (table() + "空单位\t5.00\t5.00\t\t\t\t\n").encode())
    assert ended.status in (1, 2)
    assert file["totals"]["units"] + file["totals"]["projects"] == 3
    assert "空单位" in json.dumps(file, ensure_ascii=False)


def test_a_project_that_stands_twice_is_kept_twice_and_said(run: Run) -> None:
    twice = table(total="20.00") + table().splitlines()[-1] + "\n"
    _, file = checked(run, twice.encode())
    assert file["totals"] == {"units": 1, "projects": 2, "indicators": 2, "funds": 20}
    assert "project_twice" in {repair["code"] for repair in file["repairs"]}


def test_two_tables_in_one_file_are_counted_together_and_their_rows_go_on(run: Run) -> None:
    _, file = checked(run, (table() + "\n" + table(indicators=ROW.replace("95", "-5"))).encode())
    assert file["totals"] == {"units": 2, "projects": 2, "indicators": 2, "funds": 20}
    run("convert", "x.txt", "two.json")
    form = json.loads(Path("two.json").read_text(encoding="utf-8"))
    rows = [row["row"] for unit in form["units"] for project in unit["projects"] for row in project["indicators"]]
    assert rows == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_findings(run: Run, encoding: str) -> None:
    text = samples.guangzhou().decode()
    _, plain = checked(run, text.encode())
    _, other = checked(run, text.encode(encoding))
    assert other["findings"] == plain["findings"]
    assert other["totals"] == plain["totals"]


def test_line_ends_of_every_system_are_line_ends(run: Run) -> None:
    for ends in ("\r\n", "\r"):
        ended, file = checked(run, table().replace("\n", ends).encode())
        assert ended.status == 0
        assert file["totals"]["indicators"] == 1


def test_a_megabyte_of_anything_is_answered(run: Run) -> None:
    for piece in ("\t", "1、", "<", "&#", '"', "≥", "实施周期指标值:", "；", "项目名称\t绩效指标\n"):
        content = (table() + piece * (300_000 // len(piece.encode()))).encode()
        ended, _ = checked(run, content)
        assert ended.status in (0, 1, 2)


# ---- files of other programs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", difficult.REFUSED)
def test_a_difficult_file_ends_with_2_and_one_sentence_and_no_traceback(run: Run, name: str) -> None:
    file, content, _code = difficult.REFUSED[name]
    Path(file).write_bytes(content)
    for command in (("check", file), ("show", file), ("convert", file, "out.json")):
        ended = run(*command)
        assert ended.status == 2, command
        assert "Traceback" not in ended.out + ended.err
        assert file in ended.out + ended.err
    assert not Path("out.json").exists()


def test_one_bad_file_never_stops_the_rest(run: Run) -> None:
    folder = Path("mixed")
    folder.mkdir()
    for number, (file, content, *_rest) in enumerate([*difficult.REFUSED.values(), *difficult.READ.values()]):
        (folder / f"{number:02}-{file}").write_bytes(content)
    ended = run("check", "--format", "json", "--jobs", "2", folder)
    files = json.loads(ended.out)["files"]
    looked_at = [file for file, *_rest in [*difficult.REFUSED.values(), *difficult.READ.values()]]
    known = [file for file in looked_at if not file.endswith((".doc", ".xlsb", ".ods", ".zip"))]
    assert ended.status == 2
    assert len(files) == len(known)
    assert sum(1 for each in files if not each.get("error")) == len(difficult.READ)


@pytest.mark.parametrize("name", difficult.READ)
def test_what_was_done_to_read_a_file_is_in_the_json(run: Run, name: str) -> None:
    file, content, codes, units = difficult.READ[name]
    Path(file).write_bytes(content)
    (checked_file,) = json.loads(run("check", "--format", "json", file).out)["files"]
    assert checked_file["totals"]["units"] == units
    assert codes <= {repair["code"] for repair in checked_file["repairs"]}
