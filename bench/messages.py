"""What telling costs: ten thousand inbox messages from one event, and how many statements the outbox adds to a step; on both databases."""

import json
import os
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
        command = [*before, sys.executable, str(HERE / "outbox.py")]
        result = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(result.stdout.splitlines()[-1])
    seconds, planned = found["told_s"], found["planned_s"]
    yield Figure(f"{database}: 10,000 inbox messages from one event", f"{seconds:.2f} s", "< 10 s", seconds < 10)
    yield Figure(f"{database}: … looked at by the worker, no channel beside the inbox", f"{planned:.2f} s")
    more = found["more"]
    yield Figure(f"{database}: statements that the outbox adds to a step", f"{more}", "≤ 2", more <= 2)
    none = found["none"]
    yield Figure(f"{database}: … to one that tells nobody", f"{none}", "0", none == 0)
    unread = found["unread_ms"]
    yield Figure(f"{database}: counting the unread of a person with 10,000", f"{unread:.1f} ms")
