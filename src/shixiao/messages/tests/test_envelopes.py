"""Callbacks as the provider seals them: its own example, and whatever else comes."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.messages.channels.yuezhengyi import envelopes, fields
from shixiao.messages.channels.yuezhengyi.envelopes import Refused

# The example of the public description of the scheme, which every library for it is tried with.
TOKEN, CORP = "QDG6eK", "wx5823bf96d3bd56c7"
KEY = envelopes.key_of("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)


def test_the_public_example_of_checking_an_address() -> None:
    assert envelopes.signature(TOKEN, "1409659589", "263014780", ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert envelopes.opened(ECHO, key=KEY, receiver=CORP) == b"1616140317555161061"


def test_the_public_example_of_a_message() -> None:
    envelopes.check("477715d11cdb4164915debcba66cb864d751f3e6", TOKEN, "1409659813", "1372623149", MESSAGE)
    read = fields.read(envelopes.opened(MESSAGE, key=KEY, receiver=CORP))
    assert (read["FromUserName"], read["Content"], read["AgentID"]) == ("mycreate", "hello", "218")


@given(
    st.binary(max_size=300),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=32, max_size=32),
    st.text(max_size=40),
)
def test_what_is_closed_opens_again(message: bytes, salt: bytes, key: bytes, receiver: str) -> None:
    receiver = receiver.encode(errors="replace").decode()
    closed = envelopes.closed(message, key=key, receiver=receiver, salt=salt)
    assert len(base64.b64decode(closed)) % 32 == 0
    assert envelopes.opened(closed, key=key, receiver=receiver) == message


@given(st.text(), st.text(), st.text(), st.text())
def test_every_part_is_signed(token: str, timestamp: str, nonce: str, ciphertext: str) -> None:
    right = envelopes.signature(token, timestamp, nonce, ciphertext)
    envelopes.check(right, token, timestamp, nonce, ciphertext)
    for wrong in (right[:-1] + ("0" if right[-1] != "0" else "1"), right.upper() + "x", "", right + "0"):
        with pytest.raises(Refused, match="signature"):
            envelopes.check(wrong, token, timestamp, nonce, ciphertext)
    with pytest.raises(Refused):
        envelopes.check(right, token, timestamp, nonce, ciphertext + "x" + hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize("length", [1, 15, 17, 31])
def test_a_wrong_length_is_refused(length: int) -> None:
    with pytest.raises(Refused, match="length"):
        envelopes.opened(base64.b64encode(b"x" * length).decode(), key=KEY, receiver=CORP)


@pytest.mark.parametrize("text", ["", "===", "好", "P9nA zCzy", "P9nAzCzyDtyTWESHep1vC5X9xho_qYX3Zpb4yKa9SKk="])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        envelopes.opened(text, key=KEY, receiver=CORP)


def test_another_receiver_another_key_and_a_length_that_lies_are_refused() -> None:
    with pytest.raises(Refused, match="receiver"):
        envelopes.opened(ECHO, key=KEY, receiver="ww0000000000000000")
    with pytest.raises(Refused):
        envelopes.opened(ECHO, key=b"k" * 32, receiver=CORP)
    lying = bytearray(base64.b64decode(envelopes.closed(b"x" * 40, key=KEY, receiver=CORP, salt=b"s" * 16)))
    lying[0] ^= 1  # turns a bit of the second block: the one that holds the length
    with pytest.raises(Refused):
        envelopes.opened(base64.b64encode(bytes(lying)).decode(), key=KEY, receiver=CORP)


@pytest.mark.parametrize("text", ["", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "-", "好" * 43])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="key"):
        envelopes.key_of(text)


@given(st.binary(max_size=400))
def test_any_bytes_are_opened_or_refused(raw: bytes) -> None:
    try:
        envelopes.opened(base64.b64encode(raw).decode(), key=KEY, receiver=CORP)
    except Refused as refused:
        assert str(refused) in {"length", "padding", "receiver"}


# ---- the XML in them ---------------------------------------------------------------------------------------------

NAMES = st.from_regex(r"\A[A-Za-z]{1,12}\Z")
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


@given(st.dictionaries(NAMES, TEXTS, max_size=8))
def test_fields_come_back_as_they_were_written(told: dict[str, str]) -> None:
    read = fields.read(fields.written(told))
    assert read == {name: value.strip() for name, value in told.items()}


@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"<xml>{text}</xml>".encode(errors="replace"))
    )
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read = fields.read(body)
    except fields.NotRead:
        return
    assert all(isinstance(each, str) for each in (*read, *read.values()))


BILLION = (
    b'<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BILLION, "doctype"),
        (b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><Encrypt>x</Encrypt></xml>', "doctype"),
        (b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>', "doctype"),
        (b"<!DOCTYPE xml><xml/>", "doctype"),
        (b"<xml><Encrypt>&e;</Encrypt></xml>", "not_xml"),
        (b"<html/>", "root"),
        (b"", "not_xml"),
        (b"<xml>", "not_xml"),
        (b"<xml/><xml/>", "not_xml"),
        (b"<xml>" + b"<a>" * 20 + b"</a>" * 20 + b"</xml>", "too_deep"),
        (b"<xml>" + b" " * fields.MOST + b"</xml>", "too_long"),
        (b'<?xml version="1.0" encoding="what"?><xml/>', "not_xml"),
        (b"\xff\xfe<\x00x\x00", "not_xml"),
    ],
)
def test_nothing_is_declared_fetched_or_multiplied(body: bytes, reason: str) -> None:
    with pytest.raises(fields.NotRead, match=reason):
        fields.read(body)


def test_only_what_lies_below_the_root_counts_and_of_two_the_first() -> None:
    body = b"<xml><A>one<B>two</B></A><C><![CDATA[<three>]]></C><C>four</C></xml>"
    assert fields.read(body) == {"A": "", "C": "<three>"}
