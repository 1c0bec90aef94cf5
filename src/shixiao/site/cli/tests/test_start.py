"""What a command may load. Times differ from machine to machine; what is imported does not."""

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import sys
from shixiao.site.cli import main
status = main(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(status)
"""
# Each of these costs a visible part of the time in which one table is checked.
HEAVY = {
    "argparse", "asyncio", "concurrent", "ctypes", "dataclasses", "datetime", "django", "email", "gettext", "hashlib",
    "http", "inspect", "json", "locale", "logging", "lxml", "multiprocessing", "openpyxl", "pathlib", "pdfplumber",
    "shutil", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "tomllib", "unicodedata", "urllib",
    "xml", "zipfile",
}  # fmt: skip


def loaded(*words: object, stdin: bytes = b"") -> set[str]:
    """The top-level modules after a command."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, words)], input=stdin, capture_output=True, check=True
    )
    return {name.partition(".")[0] for name in ended.stderr.decode().splitlines()[-1].split()}


@pytest.fixture(scope="module")
def bare() -> set[str]:
    """What an interpreter has loaded before anything was asked of it (editable installs load more)."""
    ended = subprocess.run([sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, check=True)
    return {name.partition(".")[0] for name in ended.stdout.decode().split()}


def test_checking_a_text_loads_nothing_heavy(guangzhou: Path, bare: set[str]) -> None:
    assert (loaded("check", guangzhou) - bare) & HEAVY == set()


def test_reading_wordings_loads_json_and_nothing_else_heavy(bare: set[str]) -> None:
    seen = loaded("read", stdin=b'{"id":1,"name":"x","value_text":"\xe2\x89\xa595%"}\n')
    assert (seen - bare) & HEAVY == {"json"}


def test_showing_a_table_loads_no_framework(guangzhou: Path) -> None:
    seen = loaded("show", guangzhou)
    assert "unicodedata" in seen  # this test would see a module
    assert seen & {"django", "sqlite3", "argparse", "logging", "multiprocessing"} == set()


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["--version"], ["rules"], ["schema", "check"]])
def test_asking_for_help_loads_no_framework(words: list[str]) -> None:
    assert loaded(*words) & {"django", "sqlite3", "argparse"} == set()


def test_many_files_do_load_what_several_processes_need(tmp_path: Path, guangzhou: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(guangzhou.read_bytes())
    assert "multiprocessing" in loaded("check", "--jobs", 2, tmp_path)


def test_a_process_ends_with_the_status_and_everything_it_wrote(guangzhou: Path, tmp_path: Path) -> None:
    # Light commands end without taking down the interpreter: nothing may be lost on the way.
    (tmp_path / "empty.txt").write_bytes(b"")
    ended = subprocess.run(
        [sys.executable, "-m", "shixiao", "check", guangzhou, tmp_path / "empty.txt"], capture_output=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stdout.decode().count("\n") > 50
    assert "files 2" in ended.stdout.decode().splitlines()[-1]
