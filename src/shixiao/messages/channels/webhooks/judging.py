"""Whether an address may be sent to: public ones, and those that the installation allows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import ip_network
from socket import SOCK_STREAM, getaddrinfo

from django.conf import settings

from shixiao.engine import destinations
from shixiao.engine.bilingual import Text
from shixiao.engine.destinations import Destination, Unsafe

_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def resolve(host: str) -> list[str]:
    """All addresses of a name; none where nobody knows it."""
    try:
        return sorted({str(each[4][0]) for each in getaddrinfo(host, None, type=SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


def judge(address: str, *, asked: Callable[[str], Iterable[str]] | None = None) -> Destination:
    """Where a notice for this address may go: to one of the addresses in the answer, and to nothing else. Raises `Unsafe`."""
    try:
        known = destinations.allowed(settings.SHIXIAO_WEBHOOKS_ALLOWED)
    except ValueError:
        raise Unsafe(
            Text("SHIXIAO_WEBHOOKS_ALLOWED 里有读不懂的内容。", "SHIXIAO_WEBHOOKS_ALLOWED cannot be read.")
        ) from None
    if settings.SHIXIAO_WEBHOOKS_LOOPBACK:
        known = replace(known, networks=(*known.networks, *_LOOPBACK), is_plain_http=True)
    found = destinations.destination(address, resolve=asked or resolve, known=known)
    if found.scheme == "http" and not all(each.is_loopback for each in found.addresses):
        raise Unsafe(Text("不加密的 http 只能发往本机。", "Plain http goes to this machine only."))
    return found
