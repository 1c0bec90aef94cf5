"""Callbacks as the provider seals them: AES-256-CBC below a signature by SHA-1 over four sorted texts. Pure.

    signature = SHA-1(sorted(token, timestamp, nonce, ciphertext), joined)
    ciphertext = Base64(AES-CBC(16 random bytes + length (4 bytes, big-endian) + message + receiver, padded to 32))

The key is the 43 letters of EncodingAESKey as Base64, its first 16 bytes are the start vector. Source: the public description of the scheme,
with whose example the tests begin. The signature is looked at first: nothing that somebody else sent is decrypted.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
SALT = 16
_KEY = re.compile(r"[A-Za-z0-9]{43}")


class Refused(Exception):
    """It is not what the provider sends; the code of why, which is for the log and never for whoever sent it."""


def key_of(text: str) -> bytes:
    """The 32 bytes of an EncodingAESKey. Raises `Refused`."""
    if not _KEY.fullmatch(text):
        raise Refused("key")
    return base64.b64decode(f"{text}=")


def signature(token: str, timestamp: str, nonce: str, ciphertext: str) -> str:
    """In 40 small digits."""
    joined = "".join(sorted((token, timestamp, nonce, ciphertext)))
    return hashlib.sha1(joined.encode(errors="surrogatepass")).hexdigest()  # noqa: S324 — the protocol says so


def check(given: str, token: str, timestamp: str, nonce: str, ciphertext: str) -> None:
    """Raises `Refused` where the signature is not that of these. Takes the same time wherever they differ."""
    right = signature(token, timestamp, nonce, ciphertext)
    if not hmac.compare_digest(given.encode(errors="surrogatepass"), right.encode()):
        raise Refused("signature")


def opened(ciphertext: str, *, key: bytes, receiver: str) -> bytes:
    """The message. Raises `Refused` for whatever is not whole, not padded as it should be, or for another receiver."""
    try:
        raw = base64.b64decode(ciphertext.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("base64") from None
    if not raw or len(raw) % 16:
        raise Refused("length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    text = _unpadded(decryptor.update(raw) + decryptor.finalize())
    if len(text) < SALT + 4:
        raise Refused("length")
    (length,) = struct.unpack_from(">I", text, SALT)
    end = SALT + 4 + length
    if end > len(text):
        raise Refused("length")
    if not hmac.compare_digest(text[end:], receiver.encode()):
        raise Refused("receiver")
    return text[SALT + 4 : end]


def closed(message: bytes, *, key: bytes, receiver: str, salt: bytes) -> str:
    """The ciphertext of a message. `salt`: 16 bytes that nobody can guess."""
    text = salt[:SALT] + struct.pack(">I", len(message)) + message + receiver.encode()
    count = BLOCK - len(text) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(text + bytes([count]) * count) + encryptor.finalize()).decode()


def _unpadded(text: bytes) -> bytes:
    count = text[-1]
    if not 1 <= count <= BLOCK or count > len(text) or text[-count:] != bytes([count]) * count:
        raise Refused("padding")
    return text[:-count]
