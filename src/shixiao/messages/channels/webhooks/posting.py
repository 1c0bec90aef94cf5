"""One notice is posted to one judged address. Standard library only: nothing is followed, nothing is asked for again, no answer is read
beyond its first lines."""

from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from socket import create_connection, socket

from shixiao.engine.destinations import PORTS, Destination
from shixiao.messages import channels
from shixiao.messages.channels import Outcome
from shixiao.messages.channels.bounding import NotSecured, conversation

CONNECT_WITHIN = 10.0
WITHIN = 20.0  # Standard Webhooks: 15 to 30 seconds
TRIES = 3  # addresses of one name
GONE = 410
LATEST = timedelta(hours=24)
_SLOW_DOWN = (429, 502, 503, 504)


def post(
    to: Destination, body: bytes, headers: dict[str, str], *, authority: str = "", within: float = WITHIN
) -> Outcome:
    """What became of it. 2xx: it arrived. 410: nobody wants it any more. Any other answer, a redirect too: not taken, and tried again."""
    line = _connected(to)
    if line is None:
        return channels.not_reached("connect")
    try:
        with conversation(
            line, scheme=to.scheme, host=to.host, port=to.port, authority=authority, within=within
        ) as connection:
            return _answered(connection, to, body, headers)
    except NotSecured as error:
        return channels.not_reached(str(error))


def _connected(to: Destination) -> socket | None:
    for address in to.addresses[:TRIES]:
        try:
            return create_connection((str(address), to.port), timeout=CONNECT_WITHIN)
        except OSError:
            continue
    return None


def _answered(connection: HTTPConnection, to: Destination, body: bytes, headers: dict[str, str]) -> Outcome:
    try:
        connection.request(
            "POST", to.path if to.path.startswith("/") else f"/{to.path}", body, {"Host": _host(to), **headers}
        )
        answer = connection.getresponse()
    except (OSError, HTTPException):
        return channels.unknown("no_answer")
    with closing(answer):
        return _told(answer)


def _host(to: Destination) -> str:
    host = f"[{to.host}]" if ":" in to.host else to.host
    return host if to.port == PORTS[to.scheme] else f"{host}:{to.port}"


def _told(answer: HTTPResponse) -> Outcome:
    if 200 <= answer.status < 300:
        return channels.delivered()
    if answer.status == GONE:
        return channels.refused("http_410")
    return channels.not_reached(f"http_{answer.status}", again_in=_asked_to_wait(answer))


def _asked_to_wait(answer: HTTPResponse) -> timedelta | None:
    """As `Retry-After` says in seconds, a day at most."""
    asked = (answer.getheader("Retry-After") or "").strip()
    if answer.status not in _SLOW_DOWN or not asked.isascii() or not asked.isdecimal():
        return None
    return min(timedelta(seconds=int(asked[:9])), LATEST)
