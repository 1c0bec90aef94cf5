"""Runs every test that this machine can run: on SQLite, on PostgreSQL, in a browser.

    python tools/everything.py [pytest arguments]

What the machine lacks is left out, and said, with the way to get it. With CI set, a missing part is an error:
there nothing is left out.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NO_POSTGRESQL = 69  # what tools/with-postgresql says when there is no server to start
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 8 << 30
NO_TESTS = 5  # what pytest says when it found none, as may be for one of two runs of a chosen part


class Part(NamedTuple):
    """Something that a machine may lack."""

    is_here: bool
    what: str
    how: str


def main(arguments: Sequence[str]) -> int:
    """Run the tests; returns pytest's own exit status, or 1 where CI lacks something."""
    browser, postgresql, cluster, disk = browser_part(), postgresql_part(), cluster_part(), disk_part()
    missing = [part for part in (browser, postgresql, cluster, disk) if not part.is_here]
    if missing and os.environ.get("CI"):
        tell("CI 上不许缺少：", "CI must not leave out:", missing)
        return 1
    statuses: list[int] = []
    left_out = {"not browser": browser, "not cluster": cluster, "not disk": disk}
    without = chosen(*(mark for mark, part in left_out.items() if not part.is_here))
    if postgresql.is_here:
        print("── PostgreSQL：与数据库有关的测试 / tests that talk to the database", flush=True)
        # The browser looks at pages, the walks go through all addresses, and who ends a server has one of its own; the other tests hold what they
        # see to be the same on both databases, so they are done once.
        statuses.append(
            pytest(
                "-m", chosen("database", "not browser", "not walk", "not cluster"), *arguments, before=on_postgresql()
            )
        )
    print("── SQLite：全部测试 / every test", flush=True)
    statuses.append(pytest("-m", chosen(without), *arguments))
    if missing:
        tell("这台机器上没有做的测试：", "Left out on this machine:", missing)
    return max((status for status in statuses if status != NO_TESTS), default=NO_TESTS)


def chosen(*marks: str) -> str:
    """What pytest's -m understands: all of these."""
    return " and ".join(mark for mark in marks if mark)


def pytest(*arguments: str, before: Sequence[str] = ()) -> int:
    """One run of pytest on every core; DATABASE_URL is removed unless `before` sets it."""
    # The slow tests stand in the end: whoever has nothing left takes some of them from another.
    command = [*before, sys.executable, "-m", "pytest", "--numprocesses", "auto", "--dist", "worksteal", *arguments]
    return subprocess.run(command, cwd=ROOT, env=surroundings(before), check=False).returncode


def surroundings(before: Sequence[str]) -> Mapping[str, str]:
    """A server that was named in DATABASE_URL gets the PostgreSQL run, never the SQLite one."""
    # A table that is analysed between two tests, when everything in it was taken back, looks empty to the next one, whose recounts then take
    # several times as long.
    kept = {name: value for name, value in os.environ.items() if before == ["env"] or name != "DATABASE_URL"}
    return {"TMPDIR": place_of_houses()} | kept | {"POSTGRESQL_OPTIONS": "-c autovacuum=off"}


def place_of_houses() -> str:
    """Where databases and files of tests lie, unless TMPDIR says it: in memory where there is room. A disk takes milliseconds for each commit,
    and what is tested is what programs do, not what a power cut leaves."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return str(MEMORY)
    return tempfile.gettempdir()


def on_postgresql() -> list[str]:
    """The server that DATABASE_URL names, or a throw-away one."""
    return ["env"] if named_server() else [str(ROOT / "tools" / "with-postgresql")]


def named_server() -> bool:
    """Has somebody said which server to test on?"""
    return os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://"))


def postgresql_part() -> Part:
    """A server: named, or one that can be started here."""
    is_here = named_server() or quiet(str(ROOT / "tools" / "with-postgresql"), "true") != NO_POSTGRESQL
    return Part(
        is_here,
        "PostgreSQL 上的测试 / the tests on PostgreSQL",
        "apt-get install postgresql, or DATABASE_URL=postgres://…",
    )


def cluster_part() -> Part:
    """The programs of a server that may be ended in the middle: the one that DATABASE_URL names is somebody's."""
    is_here = quiet(str(ROOT / "tools" / "with-postgresql"), "true") != NO_POSTGRESQL
    return Part(
        is_here, "数据库重启、断线的测试 / the tests in which a database goes away", "apt-get install postgresql"
    )


def disk_part() -> Part:
    """The right to mount a small disk, which can be filled."""
    with tempfile.TemporaryDirectory() as place:
        is_here = shutil.which("mount") is not None and not quiet(
            "mount", "-t", "tmpfs", "-o", "size=65536", "tmpfs", place
        )
        if is_here:
            subprocess.run(["umount", place], check=True)
    return Part(is_here, "磁盘满了的测试 / the tests in which a disk gets full", "run them as root")


def browser_part() -> Part:
    """Chromium, and a font with Chinese characters: without one the pages are boxes."""
    is_here = bool(chromium()) and has_chinese_font()
    return Part(
        is_here, "浏览器里的测试 / the tests in a browser", "apt-get install chromium fontconfig fonts-wqy-microhei"
    )


def chromium() -> str | None:
    """Where the browser is; CHROMIUM names another. The tests look for it in the same way."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def has_chinese_font() -> bool:
    """Asks fontconfig, which the browser asks, too."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False).stdout.strip())


def quiet(*command: str) -> int:
    """The exit status of a command whose output nobody needs."""
    return subprocess.run(command, capture_output=True, check=False).returncode


def tell(chinese: str, english: str, missing: Sequence[Part]) -> None:
    """What is missing, and how to get it."""
    print(f"\n{chinese}{english}")
    for part in missing:
        print(f"  {part.what}: {part.how}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
