"""What must be kept but not read in a copy of the database: sealed or hashed with the key of the installation.

Another SHIXIAO_SECRET_KEY makes all of it useless: second steps are then reset, and people set them up anew.
"""

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

# Without letters that look like digits.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
HALF = 5


def sealed(text: str) -> str:
    """`text` so that only this installation reads it."""
    return _seal().encrypt(text.encode()).decode()


def unsealed(token: str) -> str:
    """The text again; empty where another key sealed it."""
    try:
        return _seal().decrypt(token.encode()).decode()
    except InvalidToken:
        return ""


def new_recovery_code() -> str:
    """Ten random letters in two halves: 49 bits, so a keyed hash is enough to keep it."""
    halves = ("".join(secrets.choice(LETTERS) for _ in range(HALF)) for _ in range(2))
    return "-".join(halves)


def hash_of(code: str) -> str:
    """What is kept of a recovery code; blanks, hyphens and small letters do not matter."""
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)
    return salted_hmac("shixiao.people.recovery_code", plain, algorithm="sha256").hexdigest()


def _seal() -> Fernet:
    key = salted_hmac("shixiao.people.second_step", "seal", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
