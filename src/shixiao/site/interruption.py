"""Waiting that ends when the process is told to stop, and work under way that does not."""

import os
import select
import signal
import socket
from datetime import timedelta
from types import FrameType, TracebackType

# How soon a worker notices that the server which started it is gone without a word (kill -9).
LOOKS_AT_PARENT_EVERY = timedelta(seconds=5)


class Interruption:
    """While it is entered, SIGTERM and Ctrl-C are remembered instead of breaking off what is under way.

    `told(within=…)` waits that long at most and says whether it is time to stop. A second Ctrl-C breaks off after all.
    `parent` is the process without which there is nothing to do here.

    A signal writes a byte into a pair of sockets: an `Event` set by a signal handler can lock up the thread that
    waits for it.
    """

    def __init__(self, *, parent: int | None = None) -> None:
        self._is_told = False
        self._parent = parent

    def told(self, *, within: timedelta = timedelta(0)) -> bool:
        """Wait at most `within`; True when the process was told to stop, or is an orphan."""
        remaining = within
        while not self._is_over() and remaining > timedelta(0):
            step = remaining if self._parent is None else min(remaining, LOOKS_AT_PARENT_EVERY)
            self._wait(step)
            remaining -= step
        return self._is_over()

    def _is_over(self) -> bool:
        return self._is_told or (self._parent is not None and os.getppid() != self._parent)

    def _wait(self, time: timedelta) -> None:
        if select.select([self._ear], [], [], time.total_seconds())[0]:
            self._ear.recv(64)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        if self._is_told and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._is_told = True

    def __enter__(self) -> "Interruption":
        self._ear, self._mouth = socket.socketpair()
        self._mouth.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._tell) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._ear.close()
        self._mouth.close()
