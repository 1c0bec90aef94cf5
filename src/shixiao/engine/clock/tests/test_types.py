"""The type checker refuses what the clock refuses: a deadline is no elapsed time, hours of work are no hours."""

import sys
from pathlib import Path
from subprocess import run

import pytest

SOURCE = Path(__file__).parents[4]
PROGRAM = """
from datetime import datetime, timedelta
from shixiao.engine.clock import *

def mixed(start: datetime, deadline: Deadline, used: Elapsed, office: Calendar) -> None:
    Deadline(start=start, budget=timedelta(hours=8), calendar=office)
    Deadline(start=start, budget=used, calendar=office)
    add(start, used, office)
    used + timedelta(hours=1)
    used + deadline
    used < deadline
    used.is_within(Hours.of(hours=8))
    deadline.is_overdue(used)
    hours: WorkingHours = Hours.of(hours=8)
    days: CalendarDays = WorkingDays(5)
    roll: Roll = "next"
"""
FIRST, LAST = 6, 16


@pytest.mark.house
def test_each_way_of_mixing_them_up_is_an_error_of_types(tmp_path: Path) -> None:
    program = tmp_path / "mixed.py"
    program.write_text(PROGRAM, encoding="utf-8")
    config = tmp_path / "mypy.ini"
    config.write_text(
        f"[mypy]\nstrict = True\nmypy_path = {SOURCE}\ncache_dir = {tmp_path / 'cache'}\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--follow-imports=silent", str(program)]
    said = run(command, capture_output=True, text=True, check=False).stdout
    lines = {int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line}
    assert lines == set(range(FIRST, LAST + 1)), said
