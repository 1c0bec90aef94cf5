"""Batches made ready beside: a fork of this process works out what is to be written, while this one goes on taking steps.

The fork has everything in memory as it was when it began, so nothing has to be sent to it. It asks no database, and hands back statements;
this process executes them in the order of the batches, so what is written is the same whatever the number of processes. Where a fork
dies, nothing at all is written.
"""

import contextlib
import gc
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Collection, Set
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from django.db import connection

from shixiao.engine.bilingual import Text
from shixiao.ledger import filling

MOST = 16  # processes: by then the one that takes the steps has long had no time for more
_DONE, _FAILED = 0, 70  # how a fork ends


class BatchLost(RuntimeError):
    """A process that made a batch ready ended before it was done: nothing is written."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


def processes() -> int:
    """So many do good on this machine: one for each core that this process may use; one where it cannot be forked safely."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


@dataclass(slots=True)
class _Fork:
    """One that is at work on some cases, where it writes, and what is done after that."""

    process: int
    file: IO[bytes]
    cases: Set[int]
    then: Callable[[], None]


def _nothing() -> None:
    """Nothing is done after it."""


class Forks:
    """Those at work, in the order of their batches; at most one fewer than there are processes."""

    def __init__(self, count: int) -> None:
        self._most = count - 1
        self._at_work: deque[_Fork] = deque()

    def begin(self, work_out: Callable[[], None], cases: Set[int], then: Callable[[], None] = _nothing) -> bool:
        """A fork works out what is to be written of these cases, and `then` is done here, once it is written; False where there is none
        to be had. Waits for the first one where all are at work."""
        if self._most < 1:
            return False
        while len(self._at_work) >= self._most:
            self._end_first()
        file = tempfile.TemporaryFile()  # noqa: SIM115 — closed when its fork has ended
        try:
            process = os.fork()
        except OSError:  # no memory or no process left: it is done here
            self.end()
            file.close()
            return False
        if not process:
            _make_ready(work_out, file)
        self._at_work.append(_Fork(process, file, cases, then))
        return True

    def have(self, cases: Collection[int]) -> bool:
        """Whether some of these cases are not in the database yet."""
        return any(not fork.cases.isdisjoint(cases) for fork in self._at_work)

    def end(self) -> None:
        """Everything that was begun is written."""
        while self._at_work:
            self._end_first()

    def give_up(self) -> None:
        """Nothing more of them is written."""
        while self._at_work:
            fork = self._at_work.popleft()
            with contextlib.suppress(OSError):
                os.kill(fork.process, signal.SIGKILL)
                os.waitpid(fork.process, 0)
            fork.file.close()

    def _end_first(self) -> None:
        fork = self._at_work[0]
        _process, status = os.waitpid(fork.process, 0)
        self._at_work.popleft()
        with fork.file as file:
            file.seek(0)
            how = os.waitstatus_to_exitcode(status)
            if how != _DONE:
                raise _lost(how, file.read().decode(errors="replace") if how == _FAILED else "")
            for filled in pickle.load(file):  # noqa: S301 — written by our own fork
                filling.execute(filled)
        fork.then()


def _lost(how: int, why: str) -> BatchLost:
    ended = f" {signal.Signals(-how).name}" if how < 0 else f" {how}"
    return BatchLost(
        Text(
            f"并行整理数据的进程意外结束（{ended.strip()}），这一次什么也没有写入。请重新运行；如再次出现，请只用一个进程（--processes 1）。{why}",
            f"A process that made rows ready ended unexpectedly ({ended.strip()}); nothing was written. Run it again; if it happens again, use "
            f"one process (--processes 1). {why}",
        )
    )


def _make_ready(work_out: Callable[[], None], file: IO[bytes]) -> NoReturn:
    """In the fork: what it works out goes into the file, and the process ends, whatever happens, without what a process does in its end."""
    how = _FAILED
    try:
        gc.disable()  # everything is gone in a moment; looking for garbage would copy the memory that both still share
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one sees to it
        with connection.execute_wrapper(_refuse), filling.aside() as statements:
            work_out()
        pickle.dump(statements, file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        how = _DONE
    except BaseException:  # noqa: BLE001 — told to the other one
        file.write(traceback.format_exc().encode(errors="replace"))
        file.flush()
    finally:
        os._exit(how)


def _refuse(*_arguments: Any) -> NoReturn:
    """The connection belongs to the other process."""
    raise RuntimeError("a fork asks the database")
