"""What goes out by itself: callbacks and reports, tried again, sometimes late, twice or overtaken."""

import heapq
import ipaddress
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from socket import SHUT_RDWR
from threading import Condition, Event, Thread, Timer
from urllib.parse import urlsplit

from shixiao.messages.emulators.timing import Waits

TRIES = 4  # once, and three times again
LARGEST = 65_536  # of an answer, in bytes


@dataclass(frozen=True)
class Letter:
    """One request outward."""

    method: str
    address: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Attempt:
    """A letter that was brought, and what was said to it: a status and a body, or None where nothing came in time."""

    letter: Letter
    status: int | None
    answer: bytes


@dataclass
class Errand:
    """Something to be brought. `write` makes the letter anew for every attempt; `hear` reads an answer of 200."""

    about: str
    write: Callable[[], Letter]
    hear: Callable[[bytes], None]
    attempts: list[Attempt] = field(default_factory=list)
    tried: Event = field(default_factory=Event)

    @property
    def is_delivered(self) -> bool:
        """Whether the other side said 200 at last."""
        return bool(self.attempts) and self.attempts[-1].status == 200

    @property
    def is_open(self) -> bool:
        """Whether it will be tried again."""
        return not self.is_delivered and len(self.attempts) < TRIES


class Courier:
    """Brings errands one after the other, from a thread of its own."""

    def __init__(self, waits: Waits) -> None:
        self.waits = waits
        self._due: list[tuple[float, int, Errand]] = []
        self._turn = count()
        self._changed = Condition()
        self._is_busy = self._is_ended = False
        self._thread = Thread(target=self._work, name="emulator courier", daemon=True)

    def start(self) -> None:
        """Begins to work."""
        self._thread.start()

    def end(self) -> None:
        """Leaves what is not brought yet."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def take(self, errand: Errand, *, after: float = 0.0) -> Errand:
        """To be brought, after so many seconds."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._turn), errand))
            self._changed.notify_all()
        return errand

    def settle(self, within: float) -> None:
        """Returns when everything was brought or given up; raises `TimeoutError` when that takes longer."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._due and not self._is_busy, within):
                raise TimeoutError(f"{len(self._due)} errands are still open after {within} s")

    def _work(self) -> None:
        while errand := self._next():
            errand.attempts.append(deliver(errand.write(), self.waits.patience))
            errand.tried.set()
            if errand.is_delivered:
                errand.hear(errand.attempts[-1].answer)
            elif errand.is_open:
                self.take(errand, after=self.waits.between)
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()

    def _next(self) -> Errand | None:
        with self._changed:
            while not self._is_ended:
                rest = self._due[0][0] - time.monotonic() if self._due else None
                if rest is not None and rest <= 0:
                    self._is_busy = True
                    return heapq.heappop(self._due)[2]
                self._changed.wait(rest)
            return None


def deliver(letter: Letter, patience: float) -> Attempt:
    """Brings it once. Whatever trickles is cut after `patience` seconds, which a time-out of the socket alone would not do."""
    parts = urlsplit(letter.address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=patience)
    cut = Timer(patience, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(letter.method, target, body=letter.body or None, headers=dict(letter.headers))
        response = connection.getresponse()
        return Attempt(letter, response.status, response.read(LARGEST))
    except (OSError, HTTPException):
        return Attempt(letter, None, b"")
    finally:
        cut.cancel()
        connection.close()


def on_this_machine(address: str) -> str:
    """The address, if it leads to this machine; raises `ValueError`: an emulator calls nobody else."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    with suppress(ValueError):
        if parts.scheme == "http" and (name == "localhost" or ipaddress.ip_address(name).is_loopback):
            return address
    raise ValueError(f"{address!r} is not on this machine: http://127.0.0.1:PORT/… is")


def _cut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(SHUT_RDWR)
