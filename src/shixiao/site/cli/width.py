"""How many columns of a terminal a text takes: a Chinese character takes two."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """The columns of `text`. Ambiguous characters (“”, ±, ·) count as one, as most terminals draw them."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if combining(character) or character in "\u200b\u200c\u200d\ufe0f":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """`text` followed by spaces up to `columns`; longer text stays as it is."""
    return text + " " * max(0, columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`: broken at spaces, and between any two Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.rstrip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """Words with the space behind them, and single wide characters with the punctuation behind them."""
    pieces: list[str] = []
    for character in text:
        is_glued = bool(pieces) and (character in "，。；：、！？）》”’ " or _is_word(pieces[-1][-1], character))
        if is_glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_word(before: str, character: str) -> bool:
    return before != " " and _columns(before) == 1 and _columns(character) == 1 or before in "（《“‘"
