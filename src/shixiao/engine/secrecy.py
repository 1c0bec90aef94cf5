"""Marks of secrecy. Nothing that carries one may enter (law 9 of the house)."""

import re

# 密级：机密, a term such as 秘密★10年, a mark in brackets at the beginning, or a line that is the mark alone.
_LABELLED = r"密\s*级(?:和保密期限)?\s*[:：]?\s*(?:秘密|机密|绝密)|(?:秘密|机密|绝密)\s*★"
_ALONE = r"^\s*[【〔\[（(]?\s*(?:秘密|机密|绝密)\s*(?:\d{1,2}\s*年|长期)?\s*[】〕\]）)]?\s*$"
_IN_FRONT = r"^\s*[【〔\[（(]\s*(?:秘密|机密|绝密)\s*[】〕\]）)]"
_MARK = rf"{_LABELLED}|{_ALONE}|{_IN_FRONT}"
# Patterns are built on first use: most programs that load this room never meet the character 密.


def is_labelled(text: str) -> bool:
    """`text` has a mark with its label or its star, as printed on a paper; a table's cell may be the bare word."""
    return "密" in text and bool(re.search(_LABELLED, text))


def is_marked(text: str) -> bool:
    """A person's text carries a mark of secrecy. 商业秘密 or 保守机密 in a sentence is none."""
    return "密" in text and bool(re.search(_MARK, text, re.MULTILINE))
