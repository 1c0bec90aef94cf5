"""`shixiao serve`: the worker beside the web server, started again whenever it ends unasked."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from shixiao.site.working import PARENT

STOP_AFTER = 30  # seconds that the job under way gets; a job is one transaction, so breaking it off loses nothing
FIRST_RETRY, LAST_RETRY = 1.0, 300.0
LIVED_WELL = 60.0  # whoever lived that long did not fail at the start
WORKER = (sys.executable, "-m", "shixiao", "worker")

log = logging.getLogger("shixiao.worker")


class SupervisedWorker:
    """A worker process of its own, so that no page waits for a job and no job ends with a page.

    While it is entered, it is started anew after it ended: at once when it had lived for a minute, otherwise after 1, 2,
    4 … seconds, five minutes at most. Should this process be killed, the worker notices and stops by itself.
    """

    def __init__(
        self,
        command: Sequence[str] = WORKER,
        *,
        clock: Callable[[], float] = time.monotonic,
        stop_after: float = STOP_AFTER,
    ) -> None:
        self._command, self._clock, self._stop_after = command, clock, stop_after
        self._is_over = Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep_alive, name="supervised-worker", daemon=True)

    def __enter__(self) -> "SupervisedWorker":
        self._process = self._start()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        while self._thread.is_alive():  # it may just have started another one
            self._end(self._process)
            self._thread.join(0.1)

    def _start(self) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C in the terminal reaches the server, and the server ends the worker.
        return subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            env={**os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def _keep_alive(self) -> None:
        failures = 0
        while self._process is not None:
            born = self._clock()
            status = self._process.wait()
            if self._is_over.is_set():
                return
            failures = 0 if self._clock() - born >= LIVED_WELL else failures + 1
            delay = min(FIRST_RETRY * 2 ** min(failures - 1, 20), LAST_RETRY) if failures else 0.0
            log.warning(
                "后台进程结束了（%s），%g 秒后重新启动 / the worker ended (%s) and is started again in %g s",
                *(_words(status), delay, _words(status), delay),
            )
            if self._is_over.wait(delay):
                return
            self._process = self._start()

    def _end(self, process: "subprocess.Popen[bytes] | None") -> None:
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(self._stop_after)
        except subprocess.TimeoutExpired:
            log.warning("后台进程没有按时停止，已强行结束 / the worker did not stop in time and was killed")
            process.kill()
            process.wait()


def _words(status: int) -> str:
    """`SIGKILL`, or the exit status."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return str(status)
