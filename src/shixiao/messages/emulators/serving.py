"""The server below both emulators: it answers on loopback, suffers its faults and writes down what happened."""

import json
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, RLock, Thread, current_thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from shixiao.messages.emulators.courier import Courier, Errand
from shixiao.messages.emulators.faults import CONNECTION, Drawn, Fault, Faults, Happened
from shixiao.messages.emulators.timing import Waits

LARGEST = 2_000_000  # bytes of a request
PATIENCE = 10  # seconds for a caller to say what it wants
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is said to it. `about`: the message that was taken with it; `first`: reports that are brought before this answer goes out."""

    body: bytes
    status: int = 200
    kind: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    first: tuple[Errand, ...] = ()
    is_whole: bool = True  # False: fewer bytes follow than were announced


def said(values: Any, status: int = 200, *, about: str = "") -> Answer:
    """Values as JSON."""
    return Answer(json.dumps(values, ensure_ascii=False).encode(), status, about=about)


class Emulator:
    """Lives as long as its `with`. `places`: what can go wrong where; a subclass answers in `act` and says in `place_of` where a request belongs."""

    places: Mapping[str, tuple[Fault, ...]] = {}

    def __init__(
        self,
        *,
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        waits: Waits | None = None,
        port: int = 0,
    ) -> None:
        self.faults = faults or Faults()
        self.faults.check(self.places)
        self.now = now
        self.waits = waits or Waits()
        self.happened: list[Happened] = []
        self.lock = RLock()
        self.courier = Courier(self.waits)
        self._port = port
        self._ended = Event()
        self._server: _Server | None = None
        self._thread: Thread | None = None

    # ---- life --------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._open()
        self.courier.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._close()
        self.courier.end()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens at the address: connections are refused by the machine itself."""
        self._close()
        try:
            yield
        finally:
            self._open()

    def settle(self, within: float = 10.0) -> None:
        """Returns when everything that goes out by itself was brought or given up; raises `TimeoutError`."""
        self.courier.settle(within)

    def met(self, *faults: Fault) -> list[Happened]:
        """What happened, of these kinds."""
        return [each for each in list(self.happened) if each.fault in faults]

    def _open(self) -> None:
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        served = {"poll_interval": 0.01}
        self._thread = Thread(target=self._server.serve_forever, kwargs=served, name="emulator", daemon=True)
        self._thread.start()

    def _close(self) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.cut_lines()
            self._server.server_close()
            self._server = None

    # ---- answering ---------------------------------------------------------------------------------------------------

    def place_of(self, asked: Asked) -> str:
        """A word for what is asked, as in `places`."""
        raise NotImplementedError

    def act(self, asked: Asked, place: str) -> Answer:
        """Does it. Called with the lock held."""
        raise NotImplementedError

    def say_no(self, fault: Fault, asked: Asked, *, coin: bool) -> Answer:
        """How this service says that it is busy, that there were too many calls or that a token ended. Called with the lock held."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Answer | None:
        """What the caller gets; None: the line is cut."""
        place = self.place_of(asked)
        drawn = self.faults.draw(place, self.places.get(place, ()))
        if drawn is None:
            return self._acted(asked, place)
        return self._suffered(drawn, asked, place)

    def _suffered(self, drawn: Drawn, asked: Asked, place: str) -> Answer | None:
        fault = drawn.fault
        answer: Answer | None = None
        if fault in (Fault.CUT_AFTER, Fault.SLOW, Fault.TRUNCATED) or (fault == Fault.PAGE and drawn.coin):
            answer = self._acted(asked, place)
        about = answer.about if answer else ""
        self.note(fault, place, about, taken=bool(about))
        if fault == Fault.SLOW:
            self._ended.wait(self.waits.slow)
        if fault in (Fault.CUT_BEFORE, Fault.CUT_AFTER):
            return None
        if fault == Fault.PAGE:
            return Answer(PAGE, 502, "text/html")
        if answer is None:
            with self.lock:
                return self.say_no(fault, asked, coin=drawn.coin)
        if fault == Fault.TRUNCATED:
            return replace(answer, body=answer.body[: len(answer.body) // 2], is_whole=drawn.coin)
        return answer

    def _acted(self, asked: Asked, place: str) -> Answer:
        with self.lock:
            answer = self.act(asked, place)
        for errand in answer.first:
            errand.tried.wait(self.waits.patience)
        return answer

    def note(self, fault: Fault, place: str, about: str, *, taken: bool) -> None:
        """Writes down what happened."""
        self.happened.append(Happened(fault, place, about, taken, self.now()))

    def refuses(self) -> bool:
        """Whether a line is closed before anything is read."""
        drawn = self.faults.draw(CONNECTION, self.places.get(CONNECTION, ()))
        if drawn:
            self.note(drawn.fault, CONNECTION, "", taken=False)
        return drawn is not None

    # ---- going out ---------------------------------------------------------------------------------------------------

    def bring(self, place: str, errand: Errand, again: Callable[[], Errand]) -> tuple[Errand, bool]:
        """Sends an errand with the faults of its place; `again` makes the second one. True: it is to be brought before the answer."""
        drawn = self.faults.draw(place, self.places.get(place, ()))
        fault = drawn.fault if drawn else None
        if fault:
            self.note(fault, place, errand.about, taken=True)
        if drawn and fault == Fault.TWICE and drawn.coin:
            # The same bytes again; otherwise the second is signed anew. A receiver meets both kinds.
            letter = errand.write()
            errand.write = lambda: letter
            again = partial(Errand, errand.about, errand.write, errand.hear)
        after = {Fault.OUT_OF_ORDER: self.waits.hold, Fault.LATE: self.waits.late}
        self.courier.take(errand, after=after.get(fault, 0.0) if fault else 0.0)
        if fault == Fault.TWICE:
            self.courier.take(again())
        return errand, fault == Fault.EARLY


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True  # nothing goes on after the `with`
    request_queue_size = 64

    def __init__(self, emulator: Emulator, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.emulator = emulator
        self._lines: set[socket.socket] = set()
        self._guard = RLock()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        if self.emulator.refuses():
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        with self._guard:
            self._lines.add(request)
        return True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        current_thread().name = "emulator line"
        super().process_request_thread(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._lines.discard(request)
        super().shutdown_request(request)

    def cut_lines(self) -> None:
        """Nobody is waited for."""
        with self._guard:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is nothing to report; anything else is a mistake in here, and has to be heard of."""
        error = sys.exc_info()[1]
        if error and not isinstance(error, OSError):
            raise error


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE
    protocol_version = "HTTP/1.1"
    server_version = "emulator"
    sys_version = ""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        self.close_connection = True
        length = self.headers.get("Content-Length", "0" if self.command == "GET" else "")
        if not length.isdigit():
            self._say(Answer(b"", 411))
        elif int(length) > LARGEST:
            self._say(Answer(b"", 413))
        else:
            answer = self.server.emulator.answer(self._asked(self.rfile.read(int(length))))
            if answer is not None:
                self._say(answer)

    def _asked(self, body: bytes) -> Asked:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Asked(
            self.command, parts.path, query, {name.lower(): value for name, value in self.headers.items()}, body
        )

    def _say(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body) * (1 if answer.is_whole else 2)))
        self.send_header("Connection", "close")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: what happened stands in `happened` and `accepted`."""
