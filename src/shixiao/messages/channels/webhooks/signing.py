"""Signatures as Standard Webhooks describes them (version 1 of its specification, symmetric). Pure."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"
BYTES = 32
SHORTEST, LONGEST = 24, 64  # what the specification allows, in bytes


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, *, key: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 over id, seconds and body, with dots in between. Raises `ValueError` for what is no secret."""
    signed = b".".join((key.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, sha256).digest()).decode()


def headers(several: Iterable[str], *, key: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret, so that a receiver may hold the old one or the new."""
    signatures = [signature(each, key=key, timestamp=timestamp, body=body) for each in several]
    return {"webhook-id": key, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures)}


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret is no base64") from None
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(f"a secret is {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64")
    return key
