"""Six digits that change every half minute (RFC 6238), and what an app needs to show the same ones."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
# A clock may be half a minute off, and typing takes its time.
STEPS_ASIDE = (-1, 0, 1)


def new_secret() -> str:
    """Twenty random bytes as the letters and digits that apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(moment: datetime) -> int:
    """The number of the half minute."""
    return int(moment.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """The digits of that half minute."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The half minute around `now` whose digits these are, or None. Every one is compared, so time tells nothing."""
    if not (len(code) == DIGITS and code.isascii() and code.isdecimal()):
        return None
    steps = [step_at(now) + aside for aside in STEPS_ASIDE]
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step), code)]
    return found[-1] if found else None


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the picture says to the app: whose code it is, and the secret."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
