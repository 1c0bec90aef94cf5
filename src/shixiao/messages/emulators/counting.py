"""How long a short message is, as a carrier counts and charges. Pure."""

import re

SINGLE, PART = (
    70,
    67,
)  # characters of a short message alone, and of each part of a longer one (six bytes tell which part it is)
MOBILE = re.compile(r"1[3-9]\d{9}")


def units(text: str) -> int:
    """Characters as UCS-2 counts them: what lies beyond its plane (an emoji, a rare character) counts two."""
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """How many short messages it becomes, signature included in the text. A character that counts two is never split between parts."""
    if units(text) <= SINGLE:
        return 1
    count, room = 1, PART
    for character in text:
        width = units(character)
        if width > room:
            count, room = count + 1, PART
        room -= width
    return count


def is_mobile(number: str) -> bool:
    """Whether it is a mobile number of the mainland: eleven digits, without a prefix."""
    return bool(MOBILE.fullmatch(number)) and number.isascii()
