"""Where this server may send something by itself: to a public address, or to a place that the installation names.

An address that a person typed could name this machine, a neighbour behind the firewall, or the service from which a cloud hands
out its passwords (SSRF). So a destination is judged before anything is sent, and what is sent goes to an address that was judged:
asking for the name again would let its owner answer differently the second time. Pure: who asks for names is an argument.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from shixiao.engine.bilingual import Text

Ip = IPv4Address | IPv6Address
Resolve = Callable[[str], Iterable[str]]
LONGEST = 2000
MOST_ADDRESSES = 16
REDIRECTS = range(300, 400)
PORTS = {"https": 443, "http": 80}
# One way to write an address and no other: readers of addresses differ in what they make of the rest.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?(?P<path>[/?][!-~]*)?"
)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# Other addresses lie inside these: what a gateway would make of them is judged.
_NAT64, _COMPATIBLE = IPv6Network("64:ff9b::/96"), IPv6Network("::/96")
# Never, whatever an installation names: where clouds hand out passwords, and what is no single machine.
_METADATA = (IPv4Address("169.254.169.254"), IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"))


class Unsafe(ValueError):
    """Nothing may be sent there; the sentence says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Destination:
    """A judged address. Connect to one of `addresses` and to nothing else; `host` is for the certificate and the header `Host`."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[Ip, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an installation names beyond public addresses: host names, networks, and whether plain http is taken."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    is_plain_http: bool = False


def allowed(words: Iterable[str], *, is_plain_http: bool = False) -> Allowed:
    """From words such as `hooks.example.cn` and `10.1.0.0/16`. Raises `ValueError` for a word that is neither."""
    hosts, networks = set(), []
    for word in words:
        if _is_name(word):
            hosts.add(word.lower())
        else:
            networks.append(ip_network(word))
    return Allowed(frozenset(hosts), tuple(networks), is_plain_http)


def destination(address: str, *, resolve: Resolve, known: Allowed = Allowed()) -> Destination:
    """The judged destination. `resolve` gives all addresses of a name, as texts; none for a name that is not there.

    Raises `Unsafe` for what is no plain http(s) address, for a name without an address, and where ANY of its addresses may not be
    reached: one good answer beside a bad one is how a name is made to lead inside.
    """
    match = _ADDRESS.fullmatch(address) if len(address) <= LONGEST else None
    if match is None:
        raise Unsafe(
            Text(
                "地址要写成 https://名称/路径，不带账号和空格。",
                "Write https://name/path, without an account or blanks.",
            )
        )
    scheme, host = match["scheme"], match["host"].lower()
    if scheme == "http" and not known.is_plain_http:
        raise Unsafe(Text("只发往 https 地址。", "Only https addresses are sent to."))
    port = int(match["port"] or PORTS[scheme])
    if not 0 < port < 1 << 16:
        raise Unsafe(Text("没有这个端口。", "There is no such port."))
    addresses = _addresses(host, resolve)
    for each in addresses:
        if not may_reach(each, host=host, known=known):
            raise Unsafe(
                Text(
                    f"{host} 在本机、内网或保留的地址上，不能发往那里。确需发往时，由系统管理员把它列入允许的地址。",
                    f"{host} is on this machine, an inner network or a reserved address, and nothing is sent there. If it is "
                    "meant, the system administrator lists it as allowed.",
                )
            )
    return Destination(scheme, host.strip("[]"), port, match["path"] or "/", addresses)


def may_reach(address: Ip, *, host: str = "", known: Allowed = Allowed()) -> bool:
    """A public address, or one that the installation names; never a service that hands out passwords."""
    inner = list(_inside(address))
    if any(each in _METADATA or each.is_link_local or each.is_multicast or each.is_unspecified for each in inner):
        return False
    if host in known.hosts or any(_lies_in(address, network) for network in known.networks):
        return True
    return all(_is_public(each) for each in inner)


def check_answer(status: int) -> None:
    """Raises `Unsafe` for an answer that sends us on: the next address was judged by nobody, so it is not followed."""
    if status in REDIRECTS:
        raise Unsafe(
            Text("对方要求转到另一个地址，没有跟随。请直接填写最终的地址。", "The answer leads elsewhere and is not followed. Say the final address.")
        )  # fmt: skip


# ---- parts -----------------------------------------------------------------------------------------------------


def _addresses(host: str, resolve: Resolve) -> tuple[Ip, ...]:
    literal = _literal(host)
    if literal is not None:
        return (literal,)
    if not _is_name(host):
        raise Unsafe(Text("名称的写法不对。", "The name is not written as names are."))
    found = list(resolve(host))
    if not found or len(found) > MOST_ADDRESSES:
        raise Unsafe(Text(f"找不到 {host} 的地址。", f"No address is known for {host}."))
    try:
        return tuple(ip_address(each.partition("%")[0]) for each in found)
    except ValueError:
        raise Unsafe(Text(f"{host} 的地址读不懂。", f"The address of {host} cannot be read.")) from None


def _literal(host: str) -> Ip | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    """A name of the DNS. Its last part is no number: `2130706433` and `0x7f.1` are 127.0.0.1 to some who read addresses."""
    labels = host.rstrip(".").split(".") if not host.endswith("..") else [""]
    return all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])


def _inside(address: Ip) -> Iterable[Ip]:
    """The address, and those that it carries."""
    yield address
    if isinstance(address, IPv4Address):
        return
    for carried in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if carried is not None:
            yield carried
    if address in _NAT64 or address in _COMPATIBLE:
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def _is_public(address: Ip) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return True  # judged by what it carries
        if address.is_site_local:
            return False
    return not (address.is_private or address.is_loopback or address.is_reserved or not address.is_global)


def _lies_in(address: Ip, network: IPv4Network | IPv6Network) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any(each is not None and each.version == network.version and each in network for each in (address, mapped))
