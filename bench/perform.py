"""A step through the interface for programs with the facts that follow, on both databases, beside the same rows through the bare ORM."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from figure import Figure

HERE = Path(__file__).resolve().parent
POSTGRESQL = HERE.parent / "tools" / "with-postgresql"


def measure() -> Iterator[Figure]:
    """Each database in a process of its own, since Django's settings name one."""
    yield from _figures("SQLite", [])
    yield from _figures("PostgreSQL", [str(POSTGRESQL)])


def _figures(database: str, before: Sequence[str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        surroundings = os.environ | {"SHIXIAO_HOME": folder, "DATABASE_URL": ""}
        command = [*before, sys.executable, str(HERE / "counter.py"), "measure"]
        result = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(result.stdout.splitlines()[-1])
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir()
    slower, share = found["step_ms"] / found["floor_ms"], found["step_rate"] / found["floor_rate"]
    yield Figure(f"{database}: pay, bare ORM, one connection", f"{found['floor_ms']:.1f} ms")
    yield Figure(f"{database}: pay through the interface", f"{found['step_ms']:.1f} ms")
    yield Figure("… against the bare ORM", f"{slower:.2f}×", "≤ 2.5×", slower <= 2.5)
    yield Figure(f"{database}: pay, bare ORM, eight connections", f"{found['floor_rate']:.0f}/s")
    yield Figure(f"{database}: pay through the interface, eight connections", f"{found['step_rate']:.0f}/s")
    yield Figure("… of the bare ORM", f"{share:.2f}×", "≥ 0.4×", share >= 0.4)
    statements = found["statements"]
    yield Figure(f"{database}: statements of pay through the interface", f"{statements}", "≤ 12", statements <= 12)
    many = found["many_rate"]
    yield Figure(f"{database}: perform_many over 500 cases", f"{many:.0f} events/s", "≥ 1,500 events/s", many >= 1500)
