"""Backups that only their passphrase opens.

The passphrase goes through scrypt, slowly on purpose; each file has a key of its own, derived from that and the file's name, and is
sealed in pieces with AES-256-GCM. The nonce of a piece is its number and whether it is the last, so that pieces cannot be dropped,
doubled, put in another order or brought over from another file without the next reading noticing it.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shixiao.engine.bilingual import Text
from shixiao.site.backup.refusals import CannotBackUp, Damage, Damaged

METHOD = "scrypt, HKDF-SHA256, AES-256-GCM"
SUFFIX = ".sealed"
MAGIC = b"SHIXIAO-SEALED-1\n"
PIECE = 1 << 20
TAG = 16
COST, BLOCK, PARALLEL = 1 << 15, 8, 1  # 32 MB and a tenth of a second for each guess
SHORTEST = 12
FROM_ENVIRONMENT, FROM_FILE = "SHIXIAO_BACKUP_PASSPHRASE", "SHIXIAO_BACKUP_PASSPHRASE_FILE"


@dataclass(frozen=True)
class Key:
    """What opens and seals the files of one backup; `parameters` stand in its manifest and give away nothing."""

    master: bytes
    parameters: Mapping[str, Any]

    def of(self, name: str) -> bytes:
        """The key of one file."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"file:{name}".encode()).derive(self.master)

    def mark(self, content: bytes) -> str:
        """What shows that the holder of the passphrase wrote `content`: a manifest lies open, and nobody else may write one."""
        own = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"manifest").derive(self.master)
        return hmac.new(own, content, hashlib.sha256).hexdigest()


def new_key(passphrase: str) -> Key:
    """A key for a new backup. Raises `CannotBackUp` for a passphrase that is too short."""
    if len(passphrase) < SHORTEST:
        raise CannotBackUp(
            Text(
                f"备份口令至少要 {SHORTEST} 个字符。",
                f"The passphrase of a backup has at least {SHORTEST} characters.",
            )
        )
    salt = secrets.token_bytes(16)
    parameters = {"method": METHOD, "cost": COST, "block": BLOCK, "parallel": PARALLEL, "salt": salt.hex()}
    return Key(_stretched(passphrase, salt, COST, BLOCK, PARALLEL), parameters)


def key_of(parameters: Mapping[str, Any], passphrase: str) -> Key:
    """The key of a backup that is there. Whether the passphrase is right shows at its mark and at every piece."""
    cost, block, parallel = (int(parameters[name]) for name in ("cost", "block", "parallel"))
    if cost * block > COST * BLOCK * 64 or parallel > 16:
        raise ValueError("the parameters of the passphrase are beyond reason")
    return Key(_stretched(passphrase, bytes.fromhex(parameters["salt"]), cost, block, parallel), parameters)


def _stretched(passphrase: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=block, p=parallel).derive(passphrase.encode())


def passphrase(file: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """What the file says (its first line), or the environment; "" when there is none. Raises `OSError` for a file that cannot be read."""
    path = file or environment.get(FROM_FILE, "")
    if path:
        return Path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    return environment.get(FROM_ENVIRONMENT, "")


# ---- pieces ----------------------------------------------------------------------------------------------------


class Sealer:
    """Takes content, gives sealed pieces to `out`; `finish` marks the last one."""

    def __init__(self, key: bytes, out: Callable[[bytes], object]) -> None:
        self._cipher, self._out = AESGCM(key), out
        self._waiting, self._number = bytearray(), 0
        out(MAGIC)

    def write(self, content: bytes) -> None:
        """More content. A piece goes out once there is something behind it, since the last one is marked."""
        self._waiting += content
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """That was all."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._out(self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, None))
        self._number += 1


def opened(file: BinaryIO, key: bytes, *, name: str) -> Iterator[bytes]:
    """The content of a sealed file, piece by piece. Raises `Damaged` as soon as a piece is not as it was sealed."""
    cipher, number = AESGCM(key), 0
    if file.read(len(MAGIC)) != MAGIC:
        raise Damaged(Damage(name, Text("不是加密的备份文件", "no sealed file")))
    piece = file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, None)
        except InvalidTag:
            raise Damaged(
                Damage(name, Text("口令不对，或内容被改动", "the passphrase is wrong, or the content was changed"))
            ) from None
        if not following:
            return
        piece, number = following, number + 1


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
