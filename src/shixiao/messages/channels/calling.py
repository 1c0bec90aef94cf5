"""One question to the service of a provider, over HTTP, in bounded time. Standard library only: nothing is followed, nothing is
asked twice, and no answer is read beyond `most` bytes.

What matters is where it broke: before anything was said (`NotConnected`: nothing was handed over), or after (`NoAnswer`: the other side
may have taken it). The address is named by the installation and not by a person, so it is not judged as those of webhooks are.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

from shixiao.messages.channels.bounding import NotSecured, conversation

CONNECT_WITHIN = 5.0
WITHIN = 10.0
MOST = 64 * 1024
_PORTS = {"https": 443, "http": 80}


class NotConnected(Exception):
    """Nothing was said; the code of why."""


class NoAnswer(Exception):
    """It was said, and nobody knows what became of it; the code of why."""


class NoAddress(ValueError):
    """This is no address of a service."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider is asked: what stands before every path."""

    scheme: str
    host: str
    port: int
    base: str

    @property
    def is_safe(self) -> bool:
        """Nobody on the way reads it: TLS, or this machine."""
        return self.scheme == "https" or _is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and the whole body."""

    status: int
    body: bytes

    def told(self) -> dict[str, Any] | None:
        """The object that it is in JSON; None for anything else."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return read if isinstance(read, dict) else None


def place(address: str) -> Place:
    """From `https://host:port/base`. Raises `NoAddress`."""
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        raise NoAddress(address) from None
    is_plain = (
        address.isascii() and address.isprintable() and " " not in address and not split.query and not split.fragment
    )
    if split.scheme not in _PORTS or not split.hostname or split.username is not None or not is_plain:
        raise NoAddress(address)
    return Place(split.scheme, split.hostname, port or _PORTS[split.scheme], split.path.rstrip("/"))


def secret(path: str) -> str:
    """The one line of a file that holds a secret; empty where there is none. Read anew each time."""
    try:
        found = Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return found if found.isprintable() else ""


def ask(
    to: Place,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    authority: str = "",
    within: float = WITHIN,
    most: int = MOST,
) -> Answer:
    """The answer, whatever its status. `within` bounds the conversation, the connecting comes on top. Raises `NotConnected`, `NoAnswer`."""
    try:
        line = create_connection((to.host, to.port), timeout=CONNECT_WITHIN)
    except (OSError, UnicodeError) as error:
        raise NotConnected(f"connect_{type(error).__name__}") from None
    told = {"User-Agent": "shixiao", **(headers or {})}
    try:
        with conversation(
            line, scheme=to.scheme, host=to.host, port=to.port, authority=authority, within=within
        ) as connection:
            return _answered(connection, method, f"{to.base}{path}", body, told, most)
    except NotSecured as error:
        raise NotConnected(str(error)) from None


def _answered(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str], most: int
) -> Answer:
    try:
        connection.request(method, path or "/", body, headers)
        with closing(connection.getresponse()) as answer:
            read = answer.read(most + 1)
            is_whole = answer.isclosed() or len(read) > most
    except (OSError, HTTPException, ValueError):  # ValueError: a length that is no number
        raise NoAnswer("no_answer") from None
    if len(read) > most:
        raise NoAnswer("answer_too_long")
    if not is_whole:
        raise NoAnswer("answer_cut")
    return Answer(answer.status, read)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
