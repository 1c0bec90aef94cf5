"""Where this server may send something by itself, and where not."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine.destinations import Unsafe, allowed, check_answer, destination, may_reach

PUBLIC = "93.184.216.34"
INNER = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",  # noqa: S104
    "100.64.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
    "::127.0.0.1", "2001:0:7f00:1::", "100::1",
)  # fmt: skip


def never_asked(name: str) -> list[str]:
    raise AssertionError(f"nobody may ask for {name}")


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_refused_written_out_and_behind_a_name(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Unsafe):
        destination(f"https://{host}/hook", resolve=never_asked)
    with pytest.raises(Unsafe, match="inner network"):
        destination("https://hooks.example.cn/", resolve=lambda name: [address])


@pytest.mark.parametrize("address", INNER)
def test_one_inner_address_among_good_ones_is_enough(address: str) -> None:
    with pytest.raises(Unsafe):
        destination("https://hooks.example.cn/", resolve=lambda name: [PUBLIC, address])


def test_a_public_name_is_pinned_to_the_addresses_that_were_judged() -> None:
    found = destination("https://Hooks.example.cn:8443/a?b=c", resolve=lambda name: [PUBLIC, "2606:2800:220:1::1"])
    assert (found.scheme, found.host, found.port, found.path) == ("https", "hooks.example.cn", 8443, "/a?b=c")
    assert found.addresses == (IPv4Address(PUBLIC), IPv6Address("2606:2800:220:1::1"))
    assert destination(f"https://{PUBLIC}", resolve=never_asked).path == "/"


@pytest.mark.parametrize(
    "address",
    [
        "", "hooks.example.cn", "ftp://hooks.example.cn/", "file:///etc/passwd", "gopher://x/", "//hooks.example.cn/",
        "https://user@hooks.example.cn/", "https://good.cn@127.0.0.1/", "https://good.cn:80@127.0.0.1/",
        "https://hooks.example.cn\\@127.0.0.1/", "https://hooks.example.cn /", "https://hooks.example.cn/\r\nX: 1",
        "https://hooks.example.cn/\0", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
        "https://127.1/", "https://0x7f.1/", "https://127.0.0.1./", "https://１２７.0.0.1/", "https://ⓛocalhost/",
        "https://-a.cn/", "https://a..cn/", "https://[::1%25eth0]/", "https://[::1/", "https://hooks.example.cn:0/",
        "https://hooks.example.cn:65536/", "https://hooks.example.cn:８０/", " https://hooks.example.cn/", "https:///x",
        "https://hooks.example.cn#@127.0.0.1/", "https://例子.cn/", f"https://hooks.example.cn/{'a' * 2000}",
    ],
    ids=repr,
)  # fmt: skip
def test_what_readers_of_addresses_take_differently_is_refused(address: str) -> None:
    with pytest.raises(Unsafe):
        destination(address, resolve=lambda name: [PUBLIC] if name == "hooks.example.cn" else ["127.0.0.1"])


def test_a_name_without_an_address_or_with_too_many_is_refused() -> None:
    for found in ([], [PUBLIC] * 17, ["nonsense"]):
        with pytest.raises(Unsafe):
            destination("https://hooks.example.cn/", resolve=lambda name, found=found: found)  # type: ignore[misc]


def test_plain_http_only_where_the_installation_takes_it() -> None:
    with pytest.raises(Unsafe, match="Only https"):
        destination(f"http://{PUBLIC}/", resolve=never_asked)
    known = allowed([], is_plain_http=True)
    assert destination(f"http://{PUBLIC}/", resolve=never_asked, known=known).port == 80


def test_an_installation_names_a_host_or_a_network_and_nothing_else_opens() -> None:
    known = allowed(["oa.example.gov.cn", "10.1.0.0/16", "fd12::/16"])
    assert destination("https://oa.example.gov.cn/", resolve=lambda name: ["192.168.7.7"], known=known).port == 443
    assert destination("https://10.1.2.3/", resolve=never_asked, known=known).host == "10.1.2.3"
    assert destination("https://[::ffff:10.1.2.3]/", resolve=never_asked, known=known)
    assert destination("https://[fd12::1]/", resolve=never_asked, known=known).host == "fd12::1"
    for address in ("https://10.2.0.1/", "https://192.168.7.7/", "https://oa.example.gov.cn.evil.cn/"):
        with pytest.raises(Unsafe):
            destination(address, resolve=lambda name: ["192.168.7.7"], known=known)


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "::ffff:169.254.169.254", "224.0.0.1"])  # fmt: skip
def test_where_clouds_hand_out_passwords_is_never_reached_whatever_is_named(address: str) -> None:
    known = allowed(["0.0.0.0/0", "::/0", "metadata.example"])
    assert not may_reach(ip_address(address), host="metadata.example", known=known)


@pytest.mark.parametrize("word", ["10.1.2.3/8", "http://x", "a b", "", "10.0.0"])
def test_a_word_that_is_neither_a_name_nor_a_network_is_an_error_at_once(word: str) -> None:
    with pytest.raises(ValueError):
        allowed([word])


@pytest.mark.parametrize(("status", "is_safe"), [(200, True), (204, True), (299, True), (301, False), (307, False), (399, False), (404, True)])  # fmt: skip
def test_an_answer_that_leads_elsewhere_is_not_followed(status: int, is_safe: bool) -> None:
    if is_safe:
        check_answer(status)
        return
    with pytest.raises(Unsafe, match="leads elsewhere"):
        check_answer(status)


@given(st.ip_addresses())
def test_nothing_that_python_calls_inner_is_reached(address: Any) -> None:
    is_inner = any(
        (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified)
    )
    mapped = getattr(address, "ipv4_mapped", None)
    assert not (may_reach(address) and is_inner and mapped is None)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_itself(address: IPv4Address) -> None:
    mapped, nat64 = IPv6Address(f"::ffff:{address}"), IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))
    assert may_reach(mapped) == may_reach(address)
    assert not may_reach(nat64) or may_reach(address)


@given(st.text(max_size=60), st.lists(st.sampled_from([*INNER, PUBLIC]), max_size=3))
def test_whatever_is_typed_only_judged_addresses_come_out(typed: str, answers: list[str]) -> None:
    for address in (typed, f"https://{typed}", f"https://{typed}/x"):
        try:
            found = destination(address, resolve=lambda name: answers)
        except Unsafe:
            continue
        assert all(may_reach(each) for each in found.addresses)
        assert found.addresses
