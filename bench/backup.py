"""A backup of a large house while somebody writes in it, and the drill of that backup.

    python bench/backup.py house 1000000      fills the database of DATABASE_URL, and prints what `measure` reads

A case has three events. Somebody writes remarks, one step after another as quickly as it goes: alone, while the backup is made, and alone
again.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from figure import Figure

HERE = Path(__file__).resolve().parent
POSTGRESQL = HERE.parent / "tools" / "with-postgresql"
SIZES = tuple(int(size) for size in os.environ.get("SHIXIAO_BENCH_CASES", "100000,1000000").split(","))
DATABASES = os.environ.get("SHIXIAO_BENCH_DATABASES", "SQLite,PostgreSQL").split(",")
ALONE = 20.0  # seconds
PROMISED = 1_000_000


def measure() -> Iterator[Figure]:
    """Each database and each size in a place of its own."""
    for name in DATABASES:
        before = [str(POSTGRESQL)] if name == "PostgreSQL" else []
        peaks = {}
        for size in SIZES:
            with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
                surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
                surroundings |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
                command = [*before, sys.executable, __file__, "house", str(size)]
                done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            peaks[size] = found
            yield from _figures(name, size, found)
        yield from _memory(name, peaks)


def _figures(name: str, size: int, found: dict[str, Any]) -> Iterator[Figure]:
    what, is_promised = f"{size:,} cases ({found['rows']:,} rows), {name}", size >= PROMISED
    seconds = found["backup"]
    yield Figure(
        f"backup of {what}",
        f"{seconds:.0f} s, {found['megabytes']:.0f} MB",
        "< 120 s" if is_promised else "",
        seconds < 120 if is_promised else None,
    )
    yield Figure(
        "… of which the program computed (the server of PostgreSQL not counted)", f"{found['backup_computed']:.0f} s"
    )
    share = found["meanwhile"] / found["alone"]
    yield Figure("… steps a second: alone", f"{found['alone']:.0f}/s")
    yield Figure("… steps while it is made, of those alone", f"{share:.2f}×", "≥ 0.8×", share >= 0.8)
    yield Figure(f"restore of {what}, without verifying", f"{found['restore']:.0f} s")
    drill = found["drill"]
    yield Figure(
        f"drill of {what}: restored, compared, verified",
        f"{drill:.0f} s",
        "< 600 s" if is_promised else "",
        drill < 600 if is_promised else None,
    )
    yield Figure(
        "… of which the program computed (the server of PostgreSQL not counted)", f"{found['drill_computed']:.0f} s"
    )


def _memory(name: str, peaks: dict[int, dict[str, Any]]) -> Iterator[Figure]:
    small, large = peaks[min(peaks)], peaks[max(peaks)]
    for what in ("backup", "drill"):
        one, other = (found[f"{what}_peak"] for found in (small, large))
        growth = other / one
        yield Figure(
            f"memory of a {what}: {max(peaks):,} cases against {min(peaks):,}, {name}",
            f"{other:.0f} MB against {one:.0f} MB",
            "flat (within 15%)",
            growth <= 1.15,
        )


# ---- in the place -------------------------------------------------------------------------------------------------


def house(size: int) -> dict[str, Any]:
    """Fill it, write and back it up, drill."""
    home = Path(os.environ["SHIXIAO_HOME"])
    _python("fill", str(size))
    tally = home / "tally"
    writer = subprocess.Popen([sys.executable, __file__, "write", str(tally)])
    try:
        _settle(tally)
        moments = [time.time()]
        time.sleep(ALONE)
        moments.append(time.time())
        _said, backup_peak, backup_computed = _shixiao("backup", "--to", str(home / "kept"))
        moments.append(time.time())
        time.sleep(ALONE)
        moments.append(time.time())
    finally:
        writer.terminate()
        writer.wait()
    steps = [float(line) for line in tally.read_text(encoding="ascii").split()]
    alone = (_between(steps, *moments[:2]) + _between(steps, *moments[2:])) / (2 * ALONE)
    meanwhile = _between(steps, *moments[1:3]) / (moments[2] - moments[1])
    (kept,) = (home / "kept").glob("shixiao-*")
    told = json.loads((kept / "manifest.json").read_text(encoding="utf-8"))
    said, drill_peak, drill_computed = _shixiao("drill", str(kept), "--format", "json")
    drilled = json.loads(said)
    if not drilled["is_green"]:
        raise RuntimeError(said[:2000])
    return {
        "rows": sum(each["rows"] for each in told["tables"]),
        "megabytes": sum(each["size"] for each in told["files"]) / (1 << 20),
        "backup": moments[2] - moments[1],
        "backup_peak": backup_peak,
        "backup_computed": backup_computed,
        "alone": alone,
        "meanwhile": meanwhile,
        "restore": drilled["stages"]["restored"],
        "drill": drilled["seconds"],
        "drill_peak": drill_peak,
        "drill_computed": drill_computed,
    }


def _python(*words: str) -> None:
    subprocess.run([sys.executable, __file__, *words], check=True, stdout=sys.stderr)


def _shixiao(*words: str) -> tuple[str, float, float]:
    """What it said, the most memory it took, in megabytes, and how long it computed, with the processes that it started."""
    process = subprocess.Popen([sys.executable, "-m", "shixiao", *words], stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"shixiao {words[0]} ended with {process.returncode}: {said[:2000]}")
    return said, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def _settle(tally: Path) -> None:
    while not tally.exists() or tally.stat().st_size < 2_000:
        time.sleep(0.2)


def _between(steps: list[float], begin: float, end: float) -> int:
    return sum(begin <= step < end for step in steps)


def fill(size: int) -> None:
    """Cases with what happened to them, and somebody who may write."""
    from django.core.management import call_command
    from evidence_house import OPENED, fill_cases

    from shixiao.people import actions
    from shixiao.people.models import Role

    call_command("migrate", verbosity=0)
    unit = actions.create_unit(
        "模拟市政府办公厅", code="BENCH", parent=None, since=date(2020, 1, 1), by=None, now=OPENED
    )
    fill_cases(size, unit, have_events=True)
    user = actions.create_account(
        "bench", role=Role.STAFF, display_name="模拟", password=secrets.token_hex(16), by=None, now=OPENED
    )
    post = actions.create_post("岗位", code="P", words=("payments.clerk",), by=None, now=OPENED)
    actions.appoint(user, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=OPENED)


def write(tally: str) -> None:
    """A remark on one case after another; a line for each, with its moment."""
    from django.utils import timezone

    from shixiao.casework import remarking
    from shixiao.casework.models import Case
    from shixiao.people.models import User

    user = User.objects.get(username="bench")
    with Path(tally).open("a", encoding="ascii", buffering=1) as file:
        for number in count(1):
            case = Case.objects.get(pk=number % 50_000 + 1)
            remarking.remark(case, f"第 {number} 条模拟备注", by=user, now=timezone.now())
            file.write(f"{time.time():.3f}\n")


if __name__ == "__main__":
    import django

    if sys.argv[1] != "house":
        django.setup()
    sys.path.insert(0, str(HERE))
    if sys.argv[1] == "house":
        print(json.dumps(house(int(sys.argv[2]))), flush=True)
    elif sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        write(sys.argv[2])
