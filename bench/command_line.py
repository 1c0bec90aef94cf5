"""`shixiao check` of one file against a bare interpreter: time and memory of whole processes."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from figure import Figure
from sample import SAMPLE

ROUNDS = 25
BARE = [sys.executable, "-c", "import re, json, decimal, dataclasses, pathlib"]
# What forbids to keep compiled code would be felt by us a hundred times as much as by the bare interpreter.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CHECK = [str(Path(sys.executable).with_name("shixiao")), "check", str(SAMPLE)]


def measure() -> Iterator[Figure]:
    """Both are run in turn, so that a busy machine is as hard on one as on the other."""
    _run(CHECK)  # the first run compiles
    bare, check, memory = [], [], 0
    for _ in range(ROUNDS):
        bare.append(_run(BARE)[0])
        seconds, kilobytes = _run(CHECK)
        check.append(seconds)
        memory = max(memory, kilobytes)
    ratio = statistics.median(check) / statistics.median(bare)
    yield Figure("bare interpreter with five modules", f"{statistics.median(bare) * 1000:.0f} ms")
    yield Figure("shixiao check, the Guangzhou table", f"{statistics.median(check) * 1000:.0f} ms")
    yield Figure("… against the bare interpreter", f"{ratio:.2f}×", "< 2.5×", ratio < 2.5)
    yield Figure("… memory", f"{memory / 1024:.1f} MB", "< 60 MB", memory < 60 * 1024)


def _run(command: Sequence[str]) -> tuple[float, int]:
    """Seconds, and the peak of resident memory in kB."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - begun, usage.ru_maxrss
