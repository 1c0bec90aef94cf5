"""Coverage-guided fuzzing of what a provider calls back with: python fuzz/read_callbacks.py FOLDERS… [libFuzzer's options]

The first byte of an input says what the rest of it is: a body as it comes, a ciphertext with a signature that is right, blocks below the right key,
or a message that is sealed as the provider seals. So everything behind the signature is reached, which no fuzzer would ever guess.
Whatever it is, it is read or refused with a code, soon; and what is sealed is opened as it was.
"""

from __future__ import annotations

import base64
import sys
import time
from pathlib import Path

import atheris
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

with atheris.instrument_imports(include=["shixiao"]):
    from shixiao.messages.channels.yuezhengyi import envelopes, fields

KEY = envelopes.key_of("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
TOKEN, RECEIVER, TIMESTAMP, NONCE = "QDG6eK", "wx5823bf96d3bd56c7", "1409659589", "263014780"
REFUSED = {"base64", "length", "padding", "receiver"}
NOT_READ = {"too_long", "doctype", "root", "too_deep", "not_xml"}
SECONDS = 1.0
BODY, CIPHERTEXT, BLOCKS, MESSAGE = range(4)


def one_input(raw: bytes) -> None:
    """One callback."""
    start = time.process_time()
    sort, rest = (raw[0] % 4, raw[1:]) if raw else (BODY, b"")
    ciphertext = written(sort, rest)
    if ciphertext is not None:
        signature = envelopes.signature(TOKEN, TIMESTAMP, NONCE, ciphertext)
        envelopes.check(signature, TOKEN, TIMESTAMP, NONCE, ciphertext)
        message = opened(ciphertext)
        if sort == MESSAGE and message != rest:
            raise AssertionError("what was sealed is not opened as it was")
        if message is not None:
            read(message)
    if time.process_time() - start > SECONDS:
        raise AssertionError(f"{len(raw)} bytes took too long")


def written(sort: int, rest: bytes) -> str | None:
    """The ciphertext that comes; None where there is none."""
    if sort == BODY:
        return (read(rest) or {}).get("Encrypt") or None
    if sort == CIPHERTEXT:
        return rest.decode("utf-8", errors="surrogateescape")
    if sort == BLOCKS:
        encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
        whole = rest[: len(rest) // 16 * 16]
        return base64.b64encode(encryptor.update(whole) + encryptor.finalize()).decode()
    return envelopes.closed(rest, key=KEY, receiver=RECEIVER, salt=bytes(envelopes.SALT))


def opened(ciphertext: str) -> bytes | None:
    """The message; None where it is refused, with a code that is known."""
    try:
        return envelopes.opened(ciphertext, key=KEY, receiver=RECEIVER)
    except envelopes.Refused as refused:
        if str(refused) not in REFUSED:
            raise AssertionError(f"{refused} is no code of a refusal") from refused
        return None


def read(body: bytes) -> dict[str, str] | None:
    """The fields; None where it is refused, with a code that is known."""
    try:
        found = fields.read(body)
    except fields.NotRead as refused:
        if str(refused) not in NOT_READ:
            raise AssertionError(f"{refused} is no code of a refusal") from refused
        return None
    if not all(isinstance(each, str) for pair in found.items() for each in pair):
        raise AssertionError("a field is no text")
    return found


PRESSED = (
    b"<xml><ToUserName>wx5823bf96d3bd56c7</ToUserName><FromUserName>mo-jia</FromUserName><MsgType>event</MsgType>"
    b"<Event>template_card_event</Event><EventKey>acknowledge</EventKey><TaskId>msg_1</TaskId><AgentID>1000002</AgentID></xml>"
)


def seeds(folder: Path) -> None:
    """Writes inputs to begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    closed = envelopes.closed(PRESSED, key=KEY, receiver=RECEIVER, salt=bytes(16))
    told = {"ToUserName": RECEIVER, "AgentID": "1000002", "Encrypt": closed}
    several = {
        BODY: (
            fields.written(told),
            b"<xml><Encrypt><![CDATA[x]]></Encrypt></xml>",
            b'<!DOCTYPE xml [<!ENTITY e "x">]><xml/>',
        ),
        CIPHERTEXT: (closed.encode(), closed[:-4].encode(), b"=" * 8, "好".encode()),
        BLOCKS: (bytes(16) + (4).to_bytes(4, "big") + b"text" + RECEIVER.encode() + bytes([22]) * 22, bytes(64)),
        MESSAGE: (PRESSED, b"<xml/>", b""),
    }
    for sort, inputs in several.items():
        for number, content in enumerate(inputs):
            (folder / f"{sort}-{number}").write_bytes(bytes([sort]) + content)


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        seeds(Path(sys.argv[sys.argv.index("--seeds") + 1]))
    else:
        atheris.Setup(sys.argv, one_input)
        atheris.Fuzz()
