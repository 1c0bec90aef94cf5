"""What this machine is called, and where others in the office reach it."""

import socket
from collections.abc import Iterator
from contextlib import suppress

# An address that is nobody's (RFC 5737), and one of each private network: the way there shows our own address.
_ELSEWHERE = ("203.0.113.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")


def host_name() -> str:
    """The name of this machine, in small letters."""
    return socket.gethostname().lower()


def addresses() -> tuple[str, ...]:
    """The addresses (IPv4) under which other machines reach this one, the one towards the outside first.

    Nothing is sent: connecting a datagram socket only asks the operating system which way it would go.
    """
    routes = [address for where in _ELSEWHERE for address in _towards(where)]
    return tuple(each for each in dict.fromkeys([*routes, *_resolved()]) if not each.startswith(("127.", "0.")))


def _towards(where: str) -> Iterator[str]:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect((where, 9))
        yield asked.getsockname()[0]


def _resolved() -> Iterator[str]:
    with suppress(OSError, UnicodeError):
        for *_, where in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            yield str(where[0])
