"""The longest that speaking with another machine may take, however it trickles."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, socket
from threading import Timer


@contextmanager
def cut_after(line: socket, seconds: float) -> Iterator[None]:
    """After that many seconds the line is cut: whoever waits on it gets an error or its end, also within TLS.

    A time-out of a socket begins anew with each byte, so a peer that sends one at a time would hold the worker for ever.
    """
    twin = line.dup()  # TLS takes the socket over; what is cut is the line below it

    def cut() -> None:
        with suppress(OSError):
            twin.shutdown(SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        twin.close()
