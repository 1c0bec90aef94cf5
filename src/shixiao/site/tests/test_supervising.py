"""A process beside the server: started again when it ends, ended with the server, and never left behind."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shixiao.site import supervising, working
from shixiao.site.supervising import SupervisedWorker
from shixiao.site.tests.processes import LONGEST, said_until, wait_until

NOTES = "open({path!r}, 'a').write(str(os.getpid()) + ' ' + os.environ['SHIXIAO_WORKER_OF'] + chr(10))"
WAITS = "signal.sigwait([signal.SIGTERM, signal.SIGUSR1])"
ENDS_AT_ONCE = "sys.exit(3)"
IS_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); [signal.pause() for _ in iter(int, 1)]"


def program(path: Path, does: str) -> tuple[str, ...]:
    mask = "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1]); " if does is WAITS else ""
    first = "signal.signal(signal.SIGTERM, signal.SIG_IGN); " if does is IS_DEAF else ""
    note = NOTES.format(path=str(path))
    return (sys.executable, "-c", f"import os, signal, sys; {mask}{first}{note}; {does}")


@pytest.fixture
def noted(tmp_path: Path) -> Iterator[Callable[[int], list[int]]]:
    """The numbers of the processes that were started, once there are that many."""
    path = tmp_path / "noted"

    def ask(count: int) -> list[int]:
        def lines() -> list[str]:
            return path.read_text(encoding="ascii").splitlines() if path.exists() else []

        wait_until(lambda: len(lines()) >= count)
        assert {line.split()[1] for line in lines()} <= {str(os.getpid())}
        return [int(line.split()[0]) for line in lines()]

    yield ask
    for pid in ask(0):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_it_ends_with_the_server(tmp_path: Path, noted: Callable[[int], list[int]]) -> None:
    with SupervisedWorker(program(tmp_path / "noted", WAITS)):
        (pid,) = noted(1)
        os.kill(pid, 0)


def test_one_that_ended_is_started_again_and_the_log_says_how_it_ended(
    tmp_path: Path, noted: Callable[[int], list[int]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervising, "FIRST_RETRY", 0.001)
    with SupervisedWorker(program(tmp_path / "noted", WAITS)):
        (first,) = noted(1)
        os.kill(first, signal.SIGKILL)
        _, second = noted(2)
        os.kill(second, signal.SIGUSR1)
        assert len(set(noted(3))) == 3
    said = [record.getMessage() for record in caplog.records]
    assert ["(SIGKILL)" in said[0], "(0)" in said[1], len(said)] == [True, True, 2]


def test_one_that_fails_at_its_start_is_given_more_and_more_time(
    tmp_path: Path, noted: Callable[[int], list[int]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervising, "FIRST_RETRY", 0.001)
    monkeypatch.setattr(supervising, "LAST_RETRY", 0.004)
    with SupervisedWorker(program(tmp_path / "noted", ENDS_AT_ONCE)):
        noted(5)
    delays = [float(record.getMessage().split(" in ")[1].split()[0]) for record in caplog.records[:5]]
    assert delays == [0.001, 0.002, 0.004, 0.004, 0.004][: len(delays)]
    assert len(delays) >= 4


def test_one_that_had_lived_well_is_started_again_at_once(
    tmp_path: Path, noted: Callable[[int], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    minutes = iter(range(0, 6_000_000, 60))
    with SupervisedWorker(program(tmp_path / "noted", WAITS), clock=lambda: float(next(minutes))):
        os.kill(noted(1)[0], signal.SIGKILL)
        noted(2)
    assert "again in 0 s" in caplog.records[0].getMessage()


def test_one_that_does_not_stop_is_killed_and_that_is_said(
    tmp_path: Path, noted: Callable[[int], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    with SupervisedWorker(program(tmp_path / "noted", IS_DEAF), stop_after=0.1):
        noted(1)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "was killed" in caplog.records[0].getMessage()


SERVER = """
import os, signal, sys
from shixiao.site.supervising import SupervisedWorker
child = '''
import sys
from datetime import timedelta
from shixiao.site import interruption, working
interruption.LOOKS_AT_PARENT_EVERY = timedelta(milliseconds=1)
with interruption.Interruption(parent=working._parent()) as interruption:
    print("waiting", flush=True)
    interruption.told(within=timedelta(days=1))
    print("over", flush=True)
'''
with SupervisedWorker((sys.executable, "-c", child)):
    signal.pause()
"""


def test_a_worker_whose_server_was_killed_stops_by_itself() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(supervising.__file__).parents[2])}
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout
    said_until(server.stdout, "waiting")
    server.kill()
    said_until(server.stdout, "over")
    server.stdout.close()
    assert server.wait(timeout=LONGEST) == -signal.SIGKILL


@pytest.mark.parametrize(("said", "parent"), [("", None), ("12", 12), ("x", None)])
def test_the_parent_is_named_in_the_environment(monkeypatch: pytest.MonkeyPatch, said: str, parent: int | None) -> None:
    monkeypatch.setenv(working.PARENT, said)
    assert working._parent() == parent
