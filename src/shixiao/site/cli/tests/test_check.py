import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shixiao.engine import lint
from shixiao.site.cli import checking, crew, examining
from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import Ended, table
from shixiao.tables import samples

Run = Callable[..., Ended]
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema("check")))
WRONG_SUM = table(total="99.00")


def form(ended: Ended) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ended.out)
    SCHEMA.validate(found)
    return found


# ---- exit status and text ------------------------------------------------------------------------------------


def test_a_table_in_order_ends_with_0(run: Run, small: Path) -> None:
    ended = run("check", small)
    assert ended.status == 0
    assert "errors 0" in ended.out


def test_an_error_ends_with_1_and_says_file_rule_severity_and_message(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(WRONG_SUM, encoding="utf-8")
    ended = run("check", path)
    assert ended.status == 1
    [line, *_] = [line for line in ended.out.splitlines() if " error " in line]
    assert line.startswith(f"{path} L")
    assert "99" in line


def test_warnings_alone_end_with_0(run: Run, guangzhou: Path) -> None:
    ended = run("check", guangzhou)
    assert ended.status == 0
    assert f"{guangzhou}:93 L22 warning [市政府公报编印数量]" in ended.out


def test_a_finding_with_a_repair_says_what_to_put_where(run: Run, guangzhou: Path) -> None:
    ended = run("check", "--select", "L03", guangzhou)
    assert f"{guangzhou}:65 L03 warning" in ended.out
    assert "repair: annual target → “100%”" in ended.out


def test_what_cannot_be_read_ends_with_2_and_the_others_are_still_checked(
    run: Run, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "wrong.txt").write_text(WRONG_SUM, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    ended = run("check", tmp_path / "empty.txt", tmp_path / "none.txt", tmp_path / "wrong.txt", small)
    assert ended.status == 2
    assert "empty.txt unreadable The file is empty" in ended.out
    assert "none.txt unreadable cannot be opened: no such file or folder" in ended.out
    assert f"{tmp_path / 'wrong.txt'} L" in ended.out
    assert "files 4" in ended.out
    assert "unreadable files 2" in ended.out


def test_lost_content_is_not_clean(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "funds.txt"
    path.write_text(table().replace("10.00\t10.00\t\t\t办好", "拾元\t10.00\t\t\t办好"), encoding="utf-8")
    ended = run("check", path)
    assert ended.status == 2
    assert "funds_not_number defect line 7" in ended.out


def test_standard_input_is_a_file_called_dash(run: Run) -> None:
    ended = run("check", "-", "--format", "json", stdin=WRONG_SUM.encode())
    assert ended.status == 1
    assert form(ended)["files"][0]["path"] == "-"


def test_nobody_sees_a_traceback_but_who_asks_for_it(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(examining.tables, "read", broken)
    ended = run("check", small)
    assert ended.status == 2
    assert "the program failed on this file (RuntimeError: a fault of ours)" in ended.out
    monkeypatch.setattr(checking, "select", broken)
    ended = run("check", small)
    assert ended.status == 70
    assert "SHIXIAO_DEBUG=1" in ended.err
    assert "Traceback" not in ended.err
    monkeypatch.setenv("SHIXIAO_DEBUG", "1")
    with pytest.raises(RuntimeError, match="a fault of ours"):
        run("check", small)


def test_an_interruption_is_one_line_and_130(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "answer", interrupted)
    ended = run("check", small, small)
    assert (ended.status, ended.err) == (130, "shixiao: interrupted.\n")


# ---- files and folders -----------------------------------------------------------------------------------------


def test_a_folder_means_every_readable_file_below_it_by_name(run: Run, tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/y/x.tsv", "c.TXT"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(table(), encoding="utf-8")
    ended = run("check", "in", "--format", "json")
    paths = [Path(file["path"]).as_posix() for file in form(ended)["files"]]
    assert paths == ["in/a/y/x.tsv", "in/a/z.txt", "in/b.txt", "in/c.TXT"]


def test_what_is_left_out_of_a_folder_is_said(run: Run, small: Path, tmp_path: Path) -> None:
    for name in (".hidden.txt", "report.odt", "scan.png", "scan2.png"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_bytes(b"")
    ended = run("check", tmp_path)
    assert ended.status == 0
    assert "left out in folders: 2 hidden, 3 of other kinds (.odt 1, .png 2)." in ended.err


def test_a_file_named_outright_is_read_whatever_it_is_called(run: Run, tmp_path: Path) -> None:
    path = tmp_path / ".secret.dat"
    path.write_text(table(), encoding="utf-8")
    assert run("check", path).status == 0


def test_a_file_named_twice_is_checked_once(run: Run, small: Path, tmp_path: Path) -> None:
    ended = run("check", "--format", "json", small, tmp_path, tmp_path / "." / "small.txt")
    assert len(form(ended)["files"]) == 1


def test_links_to_folders_are_not_followed_in_circles(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert len(form(run("check", "--format", "json", tmp_path))["files"]) == 1


def test_a_folder_without_tables_says_so(run: Run, tmp_path: Path) -> None:
    ended = run("check", tmp_path)
    assert ended.status == 2
    assert "there is no file to check" in ended.err


def test_odd_file_names_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\nb.txt"
    path.write_bytes(b"")
    ended = run("check", path)
    assert "\x1b" not in ended.out
    assert len(ended.out.splitlines()) == 2


def test_a_file_name_that_is_not_utf8_is_still_a_file(run: Run, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.txt"
    Path(os.fsdecode(path)).write_text(table(), encoding="utf-8")
    ended = run("check", "--format", "json", tmp_path)
    assert ended.status == 0
    assert form(ended)["files"][0]["path"].endswith("\udcff.txt")


def test_a_name_that_no_file_can_have_is_an_unreadable_file(run: Run, small: Path) -> None:
    ended = run("check", "a\0b", small)
    assert ended.status == 2
    assert "holds a NUL" in ended.out
    assert "files 2" in ended.out


# ---- json --------------------------------------------------------------------------------------------------------


def test_json_has_totals_and_findings_for_each_file(run: Run, guangzhou: Path) -> None:
    found = form(run("check", "--format", "json", guangzhou))
    [file] = found["files"]
    assert file["path"] == str(guangzhou)
    assert file["totals"] == {"units": 3, "projects": 14, "indicators": 123, "funds": 1497.06}
    finding = next(each for each in file["findings"] if each["rule"] == "L03")
    assert finding["severity"] == "warning"
    assert finding["row"] == 65
    assert finding["unit"].startswith("广州")
    assert finding["project"]
    assert finding["indicator"] == "设备购置任务完成率"
    assert finding["repair"] == "100%"
    assert found["summary"]["warnings"] == sum(each["severity"] == "warning" for each in file["findings"])


def test_json_of_an_unreadable_file_has_the_error_and_no_totals(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    [file] = form(run("check", "--format", "json", tmp_path))["files"]
    assert file["totals"] is None
    assert file["findings"] == []
    assert file["error_code"] == "foreign_format"
    assert "a picture" in file["error"]


def test_json_is_one_object_also_when_nothing_was_found(run: Run, small: Path) -> None:
    assert form(run("check", "--format", "json", "--select", "L10", small))["files"][0]["findings"] == []


def test_messages_are_in_the_language_of_the_person(run: Run, guangzhou: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIXIAO_LANG", "zh")
    ended = run("check", "--select", "L03", guangzhou)
    assert "L03 警告" in ended.out
    assert "建议：年度指标值改为“100%”" in ended.out
    assert "1 个文件" in ended.out


# ---- choosing ------------------------------------------------------------------------------------------------------


def rules_of(ended: Ended) -> set[str]:
    return {finding["rule"] for file in form(ended)["files"] for finding in file["findings"]}


def test_rules_are_chosen_by_id_and_by_family(run: Run, guangzhou: Path) -> None:
    chosen = rules_of(run("check", "-f", "json", "--select", "L03,attainability", guangzhou))
    families = {lint.RULES[rule].family for rule in chosen}
    assert "L03" in chosen
    assert families == {lint.Family.MEASURABILITY, lint.Family.ATTAINABILITY} | {lint.RULES["L03"].family}


def test_rules_are_left_out_by_id_and_by_family(run: Run, guangzhou: Path) -> None:
    chosen = rules_of(run("check", "-f", "json", "--ignore", "L05", "--ignore", "attainability", guangzhou))
    assert "L05" not in chosen
    assert lint.Family.ATTAINABILITY not in {lint.RULES[rule].family for rule in chosen}


def test_an_unknown_rule_is_answered_with_the_nearest(run: Run, small: Path) -> None:
    ended = run("check", "--select", "L1O", small)
    assert ended.status == 2
    assert "--select / --ignore: unknown rule 'L1O'; the nearest is L" in ended.err


# ---- output, colours, progress ---------------------------------------------------------------------------------------


def test_the_output_may_go_to_a_file_and_the_summary_stays_here(run: Run, small: Path, tmp_path: Path) -> None:
    ended = run("check", "-f", "json", "-o", "found.json", small)
    assert ended.out == ""
    assert "files 1" in ended.err
    SCHEMA.validate(json.loads((tmp_path / "found.json").read_text(encoding="utf-8")))
    assert not (tmp_path / "found.json.part").exists()


def test_the_output_never_replaces_a_table_that_is_checked(run: Run, small: Path) -> None:
    before = small.read_bytes()
    ended = run("check", "-o", small, small)
    assert ended.status == 2
    assert "is one of the files to check" in ended.err
    assert small.read_bytes() == before


def test_an_interrupted_run_leaves_no_half_output(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "answer", interrupted)
    assert run("check", "-o", "found.txt", small).status == 130
    assert [path.name for path in tmp_path.iterdir()] == ["small.txt"]


def test_there_are_no_colours_where_nobody_sees_them(run: Run, guangzhou: Path) -> None:
    assert "\x1b" not in run("check", guangzhou).out


def test_progress_is_said_when_it_is_asked_for(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(table(), encoding="utf-8")
    assert "of 2 files" in run("check", "--progress", tmp_path).err
    assert "of 2 files" not in run("check", tmp_path).err


# ---- several processes -------------------------------------------------------------------------------------------------


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(61):
        text = table(total=f"{10 + number % 7}.00") if number != 30 else ""
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_several_processes_say_the_same_in_the_same_order_as_one(run: Run, many: Path, format: str) -> None:
    alone = run("check", "--jobs", 1, "--format", format, many)
    together = run("check", "--jobs", 3, "--format", format, many)
    assert together == alone
    assert alone.status == 2


def test_many_files_are_shared_out_without_being_asked(many: Path) -> None:
    assert checking._jobs("auto", 10_000) == checking._processors()
    assert checking._jobs("auto", 2) == 1
    assert checking._jobs("7", 3) == 3


def test_no_process_at_all_is_refused(run: Run, small: Path) -> None:
    assert "--jobs is at least 1" in run("check", "--jobs", 0, small).err


def test_a_worker_that_dies_costs_its_files_only(run: Run, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = examining.examine

    def fatal(path: str, task: examining.Task) -> object:
        if path.endswith("017.txt"):
            os._exit(9)
        return honest(path, task)

    monkeypatch.setattr(examining, "examine", fatal)
    ended = run("check", "--jobs", 2, "--format", "json", many)
    assert ended.status == 2
    files = form(ended)["files"]
    assert [Path(file["path"]).name for file in files] == sorted(path.name for path in many.iterdir())
    lost = [file for file in files if file.get("error_code") == "worker_died"]
    assert any(file["path"].endswith("017.txt") for file in lost)
    assert len(lost) == 8
    assert all("totals" in file for file in files)


def test_a_worker_leaves_ctrl_c_to_its_parent(small: Path) -> None:
    worker = crew.Worker(examining.Task(settings=lint.DEFAULT))
    try:
        for _ in range(2):
            worker.connection.send([str(small)])
            assert worker.connection.recv().tally.files == 1
            assert worker.process.pid
            os.kill(worker.process.pid, signal.SIGINT)
    finally:
        worker.end()


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_bytes(samples.guangzhou())
    process = subprocess.Popen(
        [sys.executable, "-m", "shixiao", "check", "-f", "json", "--jobs", "3", tmp_path], stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.read(1)
    process.kill()
    process.wait()
    # The workers inherited this pipe: it ends when the last of them has ended, and a test that waits is a test that fails.
    assert select.select([process.stdout], [], [], 60)[0]
    while process.stdout.read1(1 << 20):
        assert select.select([process.stdout], [], [], 60)[0], "a worker goes on without its parent"
    process.stdout.close()


def test_ctrl_c_ends_all_processes_with_one_line(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_bytes(samples.guangzhou())
    # More is found than a pipe holds and nobody reads it, so the run is under way when the signal comes.
    process = subprocess.Popen(
        [sys.executable, "-m", "shixiao", "check", "-f", "json", "--jobs", "2", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.read(1)
    os.killpg(process.pid, signal.SIGINT)
    said = process.stderr.read().decode()
    assert process.wait() == 130
    assert said == "shixiao: interrupted.\n"
    process.stderr.close()
    process.stdout.close()
