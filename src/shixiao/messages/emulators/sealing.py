"""Signature and encryption of WeCom's callbacks, from the published description (附录·加解密方案说明). Pure, but for chance.

A sealed text is base64 of AES-256-CBC over: 16 random bytes, the length of the text (4 bytes, most significant first), the text in UTF-8, the
id of who it is for; filled up to a multiple of 32 bytes by PKCS#7. The vector of the cipher is the first 16 bytes of the key.
"""

import base64
import binascii
import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
CHANCE, LENGTH = 16, 4


class Unsealed(ValueError):
    """A text that was not sealed so, or not for us. Says what is wrong with it."""


def new_key() -> str:
    """43 characters, as an administrator copies them: 32 random bytes in base64, of letters and digits only."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key


@dataclass(frozen=True)
class Seal:
    """What both sides know: the token for signatures, the key of 43 characters, the id of the corporation (`ReceiveId`)."""

    token: str
    key: str
    receiver: str

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """SHA-1, in hexadecimal, over the four values in the order of the alphabet."""
        return sha1("".join(sorted((self.token, timestamp, nonce, sealed))).encode(), usedforsecurity=False).hexdigest()

    def seal(self, text: str, *, chance: bytes | None = None) -> str:
        """The text, sealed. `chance`: 16 bytes, only to compare with what others sealed."""
        body = text.encode()
        plain = (
            (chance or secrets.token_bytes(CHANCE)) + len(body).to_bytes(LENGTH, "big") + body + self.receiver.encode()
        )
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()

    def unseal(self, sealed: str) -> str:
        """The text again. Raises `Unsealed` for anything that was not sealed with this key for this receiver."""
        try:
            secret = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise Unsealed("no base64") from None
        if not secret or len(secret) % BLOCK:
            raise Unsealed(f"{len(secret)} bytes are no multiple of {BLOCK}")
        decryptor = self._cipher().decryptor()
        return self._opened(decryptor.update(secret) + decryptor.finalize())

    def _opened(self, plain: bytes) -> str:
        fill = plain[-1]
        if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
            raise Unsealed("wrong filling: another key?")
        content = plain[CHANCE:-fill]
        length = int.from_bytes(content[:LENGTH], "big")
        body, receiver = content[LENGTH : LENGTH + length], content[LENGTH + length :]
        if len(content) < LENGTH or len(body) != length:
            raise Unsealed("the length does not fit")
        if receiver != self.receiver.encode():
            raise Unsealed("sealed for somebody else")
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise Unsealed("no UTF-8") from None

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    # ---- as XML ------------------------------------------------------------------------------------------------------

    def enveloped(self, text: str, *, agent: int) -> tuple[str, str]:
        """The body of a callback, and the sealed text in it, which the signature in the address is over."""
        sealed = self.seal(text)
        return xml(ToUserName=self.receiver, AgentID=str(agent), Encrypt=sealed), sealed

    def replied(self, body: str) -> str:
        """What somebody answered, checked and opened. Raises `Unsealed`."""
        sealed, signature, timestamp, nonce = (
            element(body, name) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        )
        if not hmac.compare_digest(self.signature(timestamp, nonce, sealed).encode(), signature.encode()):
            raise Unsealed("wrong signature")
        return self.unseal(sealed)


def xml(**values: str | int) -> str:
    """One flat element; numbers bare, texts as CDATA."""
    inside = "".join(
        f"<{name}>{value if isinstance(value, int) else _cdata(value)}</{name}>" for name, value in values.items()
    )
    return f"<xml>{inside}</xml>"


def element(text: str, name: str) -> str:
    """What stands in the first element of that name; raises `Unsealed` where there is none. The replies are flat, so no parser is needed."""
    found = re.search(rf"<{name}>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</{name}>", text, re.DOTALL)
    if not found:
        raise Unsealed(f"no {name}")
    return (found[1] if found[1] is not None else found[2]).strip()


def _cdata(text: str) -> str:
    inside = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{inside}]]>"
