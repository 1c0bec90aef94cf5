"""`shixiao check` of a folder of 10,000 tables: indicators a second on two cores, and whether memory stays flat."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figure import Figure
from sample import INDICATORS, SAMPLE, varied

FEW, MANY = 500, 10_000


def measure() -> Iterator[Figure]:
    """Every table has other numbers. Memory is the peak of the largest process."""
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as name:
        folder = Path(name)
        _write(folder, range(FEW))
        _, little = _check(folder)
        _write(folder, range(FEW, MANY))
        seconds, much = _check(folder)
    speed = MANY * INDICATORS / seconds
    yield Figure("indicators checked a second, 10,000 tables, two cores", f"{speed:,.0f}", "≥ 20,000", speed >= 20_000)
    yield Figure(
        f"memory after {MANY:,} tables against {FEW}",
        f"{much / 1024:.1f} MB against {little / 1024:.1f} MB",
        "flat (within 15%)",
        much < little * 1.15,
    )


def _write(folder: Path, numbers: range) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    for number in numbers:
        (folder / f"{number:05}.txt").write_text(varied(text, seed=number), encoding="utf-8")


def _check(folder: Path) -> tuple[float, int]:
    command = [str(Path(sys.executable).with_name("shixiao")), "check", "--jobs", "2", "--format", "json", str(folder)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise RuntimeError(f"shixiao check ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begun, usage.ru_maxrss
