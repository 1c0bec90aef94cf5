"""Certificates made here: what they say, how long they last, and what a TLS client makes of them."""

import os
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.test import Client
from pytest_django import Settings

from shixiao.site import certificates, lan, surroundings
from shixiao.site.certificates import (
    AUTHORITY_LASTS,
    RENEWED_BEFORE,
    SERVER_LASTS,
    BrokenCertificates,
    Certificates,
    authority_of,
    ensure,
    names_in,
    server_of,
)

NOW = datetime(2026, 6, 30, 1, tzinfo=UTC)
NAMES = ("localhost", "127.0.0.1", "192.168.1.20", "office-pc")
SECOND = timedelta(seconds=1)


def made(folder: Path, *names: str, now: datetime = NOW) -> tuple[Certificates, x509.Certificate]:
    """The certificates, and the server's as it lies in the file."""
    certified = ensure(folder, names=names or NAMES, now=now)
    server = server_of(folder)
    assert server
    return certified, server


def accepts(authority: x509.Certificate, folder: Path, name: str) -> str:
    """What a TLS client that trusts `authority` says of the server when it calls it `name`; "" when it is content.

    Both ends are OpenSSL, with memory between them."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "server.pem")
    asking = ssl.create_default_context(cadata=authority.public_bytes(serialization.Encoding.PEM).decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname=name)
    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as refused:
                return refused.verify_message
    assert client.version() in {"TLSv1.2", "TLSv1.3"}
    return ""


# ---- what a client makes of them -------------------------------------------------------------------------------


def test_a_client_that_trusts_the_authority_accepts_the_server_by_each_of_its_names(tmp_path: Path) -> None:
    certified, _ = made(tmp_path, now=datetime.now(UTC))
    assert {name: accepts(certified.authority, tmp_path, name) for name in NAMES} == dict.fromkeys(NAMES, "")
    assert "mismatch" in accepts(certified.authority, tmp_path, "192.168.1.21")
    assert "mismatch" in accepts(certified.authority, tmp_path, "example.cn")


def test_another_authority_is_not_taken_for_ours(tmp_path: Path) -> None:
    made(tmp_path / "a", now=datetime.now(UTC))
    other, _ = made(tmp_path / "b", now=datetime.now(UTC))
    assert accepts(other.authority, tmp_path / "a", "localhost") != ""


@pytest.mark.parametrize("name", ["bank.example.cn", "8.8.8.8"])
def test_whoever_stole_the_key_of_the_authority_cannot_play_somebody_outside(tmp_path: Path, name: str) -> None:
    # The thief signs what he likes; the devices that trust the authority hold its limits against it.
    now = datetime.now(UTC)
    certified, _ = made(tmp_path, now=now)
    (authority, *_), key = certificates._read(tmp_path / "authority.pem")
    stolen = certificates.ec.generate_private_key(certificates.ec.SECP256R1())
    forged = certificates._signed(stolen, authority, key, names=(name,), now=now)
    parts = [each.public_bytes(serialization.Encoding.PEM) for each in (forged, authority)]
    certificates._write(tmp_path / "server.pem", certificates._private(stolen), *parts)
    assert "permitted subtree violation" in accepts(certified.authority, tmp_path, name)


# ---- kept, renewed ---------------------------------------------------------------------------------------------


def test_the_second_start_uses_the_same_certificates(tmp_path: Path) -> None:
    first, server = made(tmp_path)
    again, same = made(tmp_path, now=NOW + timedelta(days=100))
    assert (again.authority, same) == (first.authority, server)
    assert first.ends_at == NOW + SERVER_LASTS
    assert not list(tmp_path.glob(".*"))


def test_the_server_certificate_is_renewed_before_it_ends_and_the_authority_stays(tmp_path: Path) -> None:
    first, server = made(tmp_path)
    last_day = NOW + SERVER_LASTS - RENEWED_BEFORE
    assert made(tmp_path, now=last_day)[1] == server
    again, renewed = made(tmp_path, now=last_day + SECOND)
    assert renewed != server
    assert again.authority == first.authority
    assert again.ends_at == last_day + SECOND + SERVER_LASTS


def test_the_authority_is_renewed_before_a_server_certificate_would_outlive_it(tmp_path: Path) -> None:
    first, _ = made(tmp_path)
    last = NOW + AUTHORITY_LASTS - SERVER_LASTS
    assert made(tmp_path, now=last - SECOND)[0].authority == first.authority
    again, server = made(tmp_path, now=last)
    assert again.authority != first.authority
    assert again.fingerprint != first.fingerprint
    assert server.issuer == again.authority.subject
    server.verify_directly_issued_by(again.authority)


def test_a_clock_that_was_far_ahead_when_they_were_made_does_not_keep_devices_out(tmp_path: Path) -> None:
    ahead, _ = made(tmp_path, now=NOW + timedelta(days=700))
    right, server = made(tmp_path)
    assert right.authority != ahead.authority
    assert server.not_valid_before_utc <= NOW


def test_another_address_gets_another_certificate_of_the_same_authority(tmp_path: Path) -> None:
    first, server = made(tmp_path)
    again, moved = made(tmp_path, "localhost", "10.0.0.5")
    assert again.authority == first.authority
    assert moved != server
    assert names_in(moved) == ("localhost", "10.0.0.5")


def test_a_name_from_outside_is_known_to_an_authority_made_for_it_and_left_out_otherwise(tmp_path: Path) -> None:
    assert made(tmp_path / "a")[0].left_out == ()
    late, server = made(tmp_path / "a", *NAMES, "jixiao.example.cn", "203.0.113.7", "new-pc", "printer.lan")
    assert late.left_out == ("jixiao.example.cn", "203.0.113.7", "new-pc")
    assert set(names_in(server)) == {*NAMES, "printer.lan"}
    early, server = made(tmp_path / "b", *NAMES, "jixiao.example.cn", "203.0.113.7")
    assert early.left_out == ()
    assert {"jixiao.example.cn", "203.0.113.7"} <= set(names_in(server))


def test_names_are_spelled_as_certificates_spell_them_and_what_is_no_name_is_ignored(tmp_path: Path) -> None:
    odd = ("LOCALHOST", "[::1]", "127.0.0.1", "*", ".example.cn", "实效", "", "a_b", "-x", "x" * 64, "localhost.")
    certified, server = made(tmp_path, *odd)
    assert set(certified.names) == set(names_in(server)) == {"localhost", "::1", "127.0.0.1"}
    assert len(certified.names) == 3


# ---- what phones ask of certificates ---------------------------------------------------------------------------


def test_they_say_what_phones_ask_for(tmp_path: Path) -> None:
    certified, server = made(tmp_path)
    authority = certified.authority
    basic = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    purpose = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [each.dotted_string for each in purpose] == ["1.3.6.1.5.5.7.3.1"]
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=398)
    assert server.not_valid_before_utc <= NOW - timedelta(days=1)
    assert len(certified.fingerprint) == 32 * 3 - 1


def test_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    made(tmp_path / "certificates")
    assert stat.S_IMODE((tmp_path / "certificates").stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "certificates").iterdir()}
    assert files == {"authority.pem": 0o600, "server.pem": 0o600}


def test_where_nothing_is_there_is_nothing(tmp_path: Path) -> None:
    assert (authority_of(tmp_path), server_of(tmp_path)) == (None, None)


@pytest.mark.parametrize("content", ["", "nonsense", "half"])
def test_an_authority_that_is_broken_is_not_replaced_in_silence(tmp_path: Path, content: str) -> None:
    # Every device would have to trust another one: a person decides that.
    made(tmp_path)
    path = tmp_path / "authority.pem"
    whole = path.read_text(encoding="ascii")
    path.write_text(whole[: len(whole) // 2] if content == "half" else content, encoding="ascii")
    with pytest.raises(BrokenCertificates, match=r"authority\.pem"):
        ensure(tmp_path, names=NAMES, now=NOW)


def test_an_authority_with_the_key_of_another_is_broken(tmp_path: Path) -> None:
    made(tmp_path / "a")
    made(tmp_path / "b")
    key, _, _ = (tmp_path / "a" / "authority.pem").read_text(encoding="ascii").partition("-----BEGIN CERT")
    _, begin, certificate = (tmp_path / "b" / "authority.pem").read_text(encoding="ascii").partition("-----BEGIN CERT")
    (tmp_path / "a" / "authority.pem").write_text(key + begin + certificate, encoding="ascii")
    with pytest.raises(BrokenCertificates):
        authority_of(tmp_path / "a")


def test_a_server_certificate_that_is_broken_is_made_anew(tmp_path: Path) -> None:
    first, server = made(tmp_path)
    (tmp_path / "server.pem").write_text("nonsense", encoding="ascii")
    again, other = made(tmp_path)
    assert again.authority == first.authority
    assert other != server


# ---- what the server is told, and what a person is told ----------------------------------------------------------


def test_browsers_may_come_by_the_names_of_the_certificate_and_by_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "addresses", lambda: ("192.168.1.20",))
    monkeypatch.setattr(surroundings, "host_name", lambda: "office-pc")
    environment = {"SHIXIAO_HOSTS": "jixiao.example.cn, *"}
    certified = lan.prepare(tmp_path, now=NOW, environment=environment)
    assert environment["SHIXIAO_LAN"] == "1"
    assert environment["SHIXIAO_HOSTS"].split(",") == [
        "jixiao.example.cn", "192.168.1.20", "office-pc", "office-pc.local", "localhost", "127.0.0.1", "[::1]",
    ]  # fmt: skip
    assert certified.server == tmp_path / "certificates" / "server.pem"


def test_a_person_is_told_what_to_open_and_what_to_compare_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "addresses", lambda: ("192.168.1.20", "10.0.0.5"))
    said: list[lan.Text] = []
    certified = ensure(tmp_path, names=("192.168.1.20", "10.0.0.5", "localhost"), now=NOW)
    lan.explain(certified, port=8443, say=said.append)
    for language in ("zh", "en"):
        words = "\n".join(text.in_(language) for text in said)
        assert "https://192.168.1.20:8443  https://10.0.0.5:8443" in words
        assert "https://192.168.1.20:8443/.well-known/shixiao-ca.crt" in words
        assert certified.fingerprint in words
        assert all(system in words for system in ("iPhone", "Windows"))
    outside = ensure(tmp_path, names=("localhost", "jixiao.example.cn"), now=NOW)
    said.clear()
    lan.explain(outside, port=8443, say=said.append)
    assert "leaves out jixiao.example.cn" in said[1].en
    assert "https://localhost:8443" in said[0].en


def test_addresses_of_this_machine_are_those_that_others_can_use() -> None:
    assert all(not address.startswith(("127.", "0.")) for address in surroundings.addresses())
    assert surroundings.host_name() == surroundings.host_name().lower()


def test_the_certificate_is_for_everybody_and_only_where_it_is_used(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    certified, _ = made(tmp_path)
    settings.CERTIFICATES, settings.SHIXIAO_LAN = tmp_path, True
    response = client.get("/.well-known/shixiao-ca.crt")
    assert (response.status_code, response["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert x509.load_der_x509_certificate(response.content) == certified.authority
    assert b"PRIVATE" not in response.content
    assert client.post("/.well-known/shixiao-ca.crt").status_code == 405
    settings.SHIXIAO_LAN = False
    assert client.get("/.well-known/shixiao-ca.crt").status_code == 404
    settings.CERTIFICATES, settings.SHIXIAO_LAN = tmp_path / "none", True
    assert client.get("/.well-known/shixiao-ca.crt").status_code == 404


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = made(tmp_path)

    def is_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)
    with pytest.raises(OSError, match="No space"):
        ensure(tmp_path, names=("10.0.0.5",), now=NOW)
    monkeypatch.undo()
    assert authority_of(tmp_path) == first.authority
    assert sorted(path.name for path in tmp_path.iterdir()) == ["authority.pem", "server.pem"]
