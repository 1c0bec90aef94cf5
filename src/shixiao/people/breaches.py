"""Passwords that are known to have leaked: looked up in a file that the office keeps, without asking anybody.

The file holds one SHA-1 in 40 hexadecimal digits a line, in order, with anything behind a colon: the form in which Have I Been Pwned gives
its list away ("ordered by hash"), of any size. A closed network gets it on a disk.
"""

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LENGTH = 40
_LONGEST_LINE = 200


class NotBreached:
    """Not in the list. Without a list everything passes; one that cannot be read lets nothing pass, and says so."""

    def __init__(self, path: str = "") -> None:
        self.path = path

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` for a password that has leaked. Some thirty reads of the file, however long it is."""
        if not self.path:
            return
        # What the list is ordered by; it protects nothing.
        wanted = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False).hexdigest().upper()
        try:
            is_there = has_line(Path(self.path), wanted.encode())
        except OSError:
            raise ValidationError(_("读不到泄露密码表，暂时不能设密码。请联系系统管理员。"), code="list") from None
        if is_there:
            raise ValidationError(self.get_help_text(), code="password_breached")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("这个密码已经在别处泄露过，不能使用。")


def has_line(path: Path, wanted: bytes) -> bool:
    """Whether a line of the ordered file begins with these digits."""
    with path.open("rb") as file:
        low, high = 0, os.fstat(file.fileno()).st_size
        while low < high:  # the first line that begins at `low` or behind it and is not before `wanted` is looked for
            middle = (low + high) // 2
            line = _line_from(file, middle)
            if line and line < wanted:
                low = middle + 1
            else:
                high = middle
        return _line_from(file, low) == wanted


def _line_from(file: BinaryIO, place: int) -> bytes:
    """The digits of the first line that begins at the place or behind it; nothing at the end."""
    file.seek(max(0, place - 1))
    if place:
        file.readline(_LONGEST_LINE)  # the rest of the line before; only its end where a line begins at the place
    return file.readline(_LONGEST_LINE)[:LENGTH].strip().upper()
