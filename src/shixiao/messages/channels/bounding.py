"""The longest that speaking with another machine may take, however it trickles."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
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


class NotSecured(Exception):
    """There was no TLS with the other side, so nothing was said; the code of why."""


@contextmanager
def conversation(
    line: socket, *, scheme: str, host: str, port: int, authority: str, within: float
) -> Iterator[HTTPConnection]:
    """HTTP over a line that is there already, with TLS where the scheme says so; cut after `within` seconds and closed in the end.

    `host` is the name that the certificate must bear; nobody is asked for it again. `authority`: a file of authorities, empty for those of the
    system. Raises `NotSecured`.
    """
    with cut_after(line, within):
        try:
            line.settimeout(within)
            safe = line
            if scheme == "https":
                context = ssl.create_default_context(cafile=authority or None)
                safe = context.wrap_socket(line, server_hostname=host.rstrip("."))
        except OSError as error:  # also every error of ssl, and a file of authorities that is not there
            line.close()
            raise NotSecured(f"tls_{type(error).__name__}") from None
        connection = HTTPConnection(host, port)
        connection.auto_open = 0
        connection.sock = safe
        with closing(connection):
            yield connection
