"""Signing and sealing: against what was published, and against a library made by others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException
from wechatpy.exceptions import InvalidSignatureException

from shixiao.messages.emulators.sealing import Seal, Unsealed, element, new_key, xml

# The worked example that comes with the vendor's own libraries: a check of an address.
CHECK = Seal("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
# And the vector of its tests, with the sixteen random bytes given.
GIVEN = Seal("pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="

OURS = Seal("a-token", new_key(), "ww1")


def test_the_published_check_of_an_address() -> None:
    assert CHECK.signature("1409659589", "263014780", ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert CHECK.unseal(ECHO) == "1616140317555161061"


def test_the_published_vector_comes_out_byte_by_byte() -> None:
    assert GIVEN.seal("我是中文abcd123", chance=b"aaaabbbbccccdddd") == SEALED
    assert GIVEN.unseal(SEALED) == "我是中文abcd123"


# ---- the library made by others ----------------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_we_seal_the_library_opens_and_the_other_way_round(text: str) -> None:
    theirs = WeChatCrypto(OURS.token, OURS.key, OURS.receiver)
    sealed = OURS.seal(text)
    assert theirs.check_signature(OURS.signature("1", "2", sealed), "1", "2", sealed) == text
    assert OURS.replied(theirs.encrypt_message(text, "nonce", "1767225600")) == text


def test_a_whole_callback_is_opened_by_the_library() -> None:
    body, sealed = OURS.enveloped("<xml><Event>x</Event></xml>", agent=7)
    theirs = WeChatCrypto(OURS.token, OURS.key, OURS.receiver)
    signature = OURS.signature("1767225600", "77", sealed)
    assert theirs.decrypt_message(body, signature, "1767225600", "77") == "<xml><Event>x</Event></xml>"
    with pytest.raises(InvalidSignatureException):
        theirs.decrypt_message(body, signature, "1767225601", "77")
    with pytest.raises(InvalidCorpIdException):
        WeChatCrypto(OURS.token, OURS.key, "ww2").decrypt_message(body, signature, "1767225600", "77")


# ---- what was not sealed so --------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_reply_with_any_byte_changed_is_refused(where: int, other: int) -> None:
    sealed = bytearray(OURS.seal("<xml></xml>").encode())
    signature = OURS.signature("1", "2", sealed.decode())
    sealed[where % len(sealed)] ^= other
    reply = xml(Encrypt=sealed.decode("latin-1"), MsgSignature=signature, TimeStamp="1", Nonce="2")
    with pytest.raises(Unsealed):
        OURS.replied(reply)


@pytest.mark.parametrize(
    ("sealed", "why"),
    [
        ("not base64!", "base64"),
        ("", "multiple"),
        ("AAAA", "multiple"),
        (Seal("a-token", new_key(), "ww1").seal("x"), "filling|length|somebody|UTF-8"),
        (Seal("a-token", OURS.key, "ww2").seal("x"), "somebody else"),
    ],
    ids=["no base64", "nothing", "too short", "another key", "another receiver"],  # what is sealed differs each time
)
def test_it_says_what_is_wrong_with_a_sealed_text(sealed: str, why: str) -> None:
    with pytest.raises(Unsealed, match=why):
        OURS.unseal(sealed)


def test_a_reply_without_a_part_is_refused() -> None:
    with pytest.raises(Unsealed, match="no MsgSignature"):
        OURS.replied(xml(Encrypt=OURS.seal("x")))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_text_in_an_element_comes_out_as_it_went_in(text: str) -> None:
    if "]]>" not in text:
        assert element(xml(Name=text), "Name") == text.strip()


def test_a_text_cannot_end_its_element_early() -> None:
    assert xml(Name="a]]></Name><Other>b") == "<xml><Name><![CDATA[a]]]]><![CDATA[></Name><Other>b]]></Name></xml>"
