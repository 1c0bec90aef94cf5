"""Number formats of spreadsheets: the number in a cell → the text that the cell shows.

Written for what occurs in published tables: decimals, thousands, percentages, literal units (`0"万元"`), sections,
conditions, dates and times. A format with anything else gives the plain number and says so (`is_understood`).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

GENERAL = "General"

# The formats that a workbook names by number only, as the Chinese edition of Excel shows them.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;-"¥"#,##0;"-"',
    43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;-"¥"#,##0.00;"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip

# Exact for any number a cell may hold, with all its decimals.
_EXACT = Context(prec=400)
# What most amounts have, put together without arithmetic.
_AMOUNT = re.compile(r"(#,##0|0)\.?((?<=\.)0*)(?:_.)?(?:;.*)?")
_LONGEST_FORMAT = 255
_LAST_DAY = 2_958_466  # 9999-12-31 and a day: no spreadsheet shows a later date
_MOST_DECIMALS = 30
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAYS_ZH = "一二三四五六日"
_IS_LONG_DATE = re.compile(r"\[\$-[0-9a-z]*f800\]", re.IGNORECASE)
_IS_LONG_TIME = re.compile(r"\[\$-[0-9a-z]*f400\]", re.IGNORECASE)


class Shown(NamedTuple):
    """What a cell shows. `is_rounded`: it holds more digits than it shows, which are lost to whoever reads it."""

    text: str
    is_understood: bool = True
    is_rounded: bool = False


def plain(number: str) -> str:
    """A stored number without the noise of binary fractions: 15 significant digits, no exponent, no `.0`.

    Raises ValueError for what is no finite number.
    """
    if number.isascii() and number.isdigit() and len(number) <= 15 and number[0] != "0":
        return number
    value = float(number)
    if value - value != 0:
        raise ValueError(number)
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{Decimal(text):f}"
    return "0" if text == "-0" else text


def shown(number: str, code: str, *, is_1904: bool = False) -> Shown:
    """What a cell shows that stores `number` and has the format `code`. Raises ValueError for what is no number."""
    text = plain(number)
    if code == GENERAL:
        return Shown(text)
    if match := _AMOUNT.fullmatch(code):
        whole, _, rest = text.partition(".")
        places = len(match[2])
        if len(rest) <= places and whole.isdigit() and (len(whole) < 4 or match[1] == "0"):
            return Shown(f"{whole}.{rest.ljust(places, '0')}" if places else whole)
        if len(rest) <= places and whole.isdigit():
            return Shown(f"{int(whole):,}.{rest.ljust(places, '0')}" if places else f"{int(whole):,}")
    sections = _sections(code)
    if sections is None:
        return Shown(text, is_understood=False)
    value = Decimal(text)
    section, is_signed = _chosen(sections, value)
    if section is None or not (section.tokens or section.is_padded):
        return Shown("") if section and not value else Shown(text, is_understood=False)
    if section.is_date:
        moment = _moment(value, section, is_1904=is_1904)
        return Shown(text, is_understood=False) if moment is None else Shown(moment)
    return _number(value, text, section, is_signed=is_signed)


def text_shown(text: str, code: str) -> str:
    """What a cell shows that holds a text: `@"元"` adds to it."""
    if "@" not in code or code == "@":
        return text
    sections = _sections(code)
    section = None if sections is None else next((each for each in sections if each.is_text), None)
    if section is None:
        return text
    return "".join(text if token.kind == "@" else token.text for token in section.tokens if token.kind in "@l")


class _Token(NamedTuple):
    """A piece of a format. `kind`: l literal, d digit place, . point, % percent, E exponent, / fraction, G general,
    @ text, t a piece of a date or time, [ elapsed time."""

    kind: str
    text: str


class _Section(NamedTuple):
    """One of the up to four parts of a format."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None
    is_date: bool = False
    is_text: bool = False
    is_padded: bool = False
    is_chinese: bool = False


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...] | None:
    """The sections of a format; None when something in it is not understood."""
    if len(code) > _LONGEST_FORMAT:
        return None
    if _IS_LONG_DATE.search(code):
        code = BUILT_IN[31]
    elif _IS_LONG_TIME.search(code):
        code = BUILT_IN[21]
    pieces = _PIECE.findall(code.replace("G/通用格式", GENERAL))
    found: list[_Section] = []
    start = 0
    for index, piece in enumerate([*pieces, ";"]):
        if piece == ";":
            section = _section(pieces[start:index])
            if section is None:
                return None
            found.append(section)
            start = index + 1
    return tuple(found) if len(found) <= 4 else None


_PIECE = re.compile(
    r'"[^"]*"|[\\!].|_.|\*.|\[[^\]]*\]|General|AM/PM|A/P|上午/下午|E[+-]|y+|m+|d+|h+|s+|aaa+|e+|;|[0#?]|.',
    re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_COLOUR = re.compile(
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|颜色 ?\d+|[黑蓝青绿红白黄]色?|洋红)\]",
    re.IGNORECASE,
)
_LOCALE = re.compile(r"\[\$([^\]-]*)(?:-([0-9a-f]*)(?:,\d+)?)?\]", re.IGNORECASE)
_DATE = re.compile(r"y+|m+|d+|h+|s+|aaa+|e+|AM/PM|A/P|上午/下午", re.IGNORECASE)


def _section(pieces: list[str]) -> _Section | None:
    is_date = any(_DATE.fullmatch(piece) or _ELAPSED.fullmatch(piece) for piece in pieces)
    tokens: list[_Token] = []
    condition: tuple[str, Decimal] | None = None
    is_padded = is_chinese = False
    for piece in pieces:
        first = piece[0]
        if first == "[":
            if match := _CONDITION.fullmatch(piece):
                condition = match[1], Decimal(match[2])
            elif _ELAPSED.fullmatch(piece):
                tokens.append(_Token("[", piece[1:-1].lower()))
            elif match := _LOCALE.fullmatch(piece):
                is_chinese = is_chinese or (match[2] or "").lower().endswith("804")
                tokens += [_Token("l", match[1])] if match[1] else []
            elif not _COLOUR.fullmatch(piece):
                return None
        elif first in "_*" and len(piece) == 2:
            is_padded = True
        else:
            token = _token(piece, is_date=is_date)
            if token is None:
                return None
            tokens.append(token)
    is_text = any(token.kind == "@" for token in tokens)
    return _Section(tuple(tokens), condition, is_date, is_text, is_padded, is_chinese)


def _token(piece: str, *, is_date: bool) -> _Token | None:
    """The token of a piece; None for what is not understood. A date has no digit places but those of a second."""
    lower, first = piece.lower(), piece[0]
    if first == '"' or (first in "\\!" and len(piece) == 2):
        return _Token("l", piece.strip('"') if first == '"' else piece[1])
    if is_date:
        if _DATE.fullmatch(piece):
            return _Token("t", lower)
        return _Token("0" if first == "0" else "l", piece) if first not in "#?@%bg" else None
    if first in "0#?":
        return _Token("d", piece)
    if lower in ("general", "e+", "e-"):
        return _Token("G" if first in "gG" else "E", piece)
    if first in ".%@/,":
        return _Token(first, piece)
    return None if first in '"\\!_*[]' or (first.isascii() and first.isalpha()) else _Token("l", piece)


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> tuple[_Section | None, bool]:
    """The section for a number, and whether a negative number keeps its sign there."""
    numeric = sections[:-1] if sections[-1].is_text and len(sections) > 1 else sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _meets(value, *section.condition):
                return section, True
        return None, True
    if len(numeric) == 1:
        return numeric[0], True
    if value < 0:
        return numeric[1], False
    return numeric[2 if len(numeric) > 2 and not value else 0], True


def _meets(value: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": value < bound, "<=": value <= bound, ">": value > bound,
        ">=": value >= bound, "=": value == bound, "<>": value != bound,
    }[sign]  # fmt: skip


def _number(value: Decimal, text: str, section: _Section, *, is_signed: bool) -> Shown:
    kinds = "".join(token.kind for token in section.tokens)
    size = abs(value)
    sign = "-" if value < 0 and is_signed else ""
    if "@" in kinds or "G" in kinds:
        body = "".join(f"{size:f}" if token.kind in "@G" else token.text for token in section.tokens)
        return Shown(sign + body)
    if "E" in kinds or "/" in kinds:
        # A number in powers of ten or as a fraction is read as the number it is.
        has_words = any(token.kind == "l" and token.text.strip() for token in section.tokens)
        return Shown(text, is_understood=not has_words)
    if "d" not in kinds:
        return Shown(sign + "".join(token.text for token in section.tokens))
    return _in_places(size, section.tokens, kinds, sign)


def _in_places(size: Decimal, tokens: tuple[_Token, ...], kinds: str, sign: str) -> Shown:
    """The number put into the digit places of its format."""
    point = kinds.find(".") if "." in kinds else len(kinds)
    decimals = [token.text for token in tokens[point:] if token.kind == "d"]
    if len(decimals) > _MOST_DECIMALS:
        return Shown(sign + f"{size:f}", is_understood=False)
    # A comma between digits groups them; one after the last of them leaves out three digits.
    left_out = kinds.count(",") - kinds[: kinds.rfind("d", 0, point) + 1].count(",")
    size = size.scaleb(2 * kinds.count("%") - 3 * left_out)
    rounded = size.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, _EXACT)
    whole, _, rest = f"{rounded:f}".partition(".")
    while decimals and decimals[-1] in "#?" and rest.endswith("0"):
        decimals.pop()
        rest = rest[:-1]
    integer = _integer("" if whole == "0" and not rest else whole, tokens[:point], kinds)
    body = integer + ("." + rest if rest else "") + _literals(tokens[point:])
    return Shown((sign if rounded else "") + body, is_rounded=rounded != size)


def _integer(digits: str, tokens: tuple[_Token, ...], kinds: str) -> str:
    """The digits before the point with the literals around and between them, filled in from the right."""
    places = [index for index, token in enumerate(tokens) if token.kind == "d"]
    if not places:
        return _literals(tokens) + digits
    grouped = "," in kinds[places[0] : places[-1]]
    made: list[str] = []
    count = 0
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind in "l%":
            made.append(token.text)
        elif token.kind == "d":
            taken = digits if index == places[0] else digits[-1:]
            digits = digits[: len(digits) - len(taken)]
            for digit in reversed(taken or ("0" if token.text == "0" else "")):
                if grouped and count and count % 3 == 0:
                    made.append(",")
                made.append(digit)
                count += 1
    return "".join(reversed(made))


def _literals(tokens: tuple[_Token, ...]) -> str:
    return "".join(token.text for token in tokens if token.kind in "l%")


def _moment(value: Decimal, section: _Section, *, is_1904: bool) -> str | None:
    """The date or time that a number stands for; None where a spreadsheet shows none."""
    if not 0 <= value < _LAST_DAY:
        return None
    has_fraction = any(token.kind == "0" for token in section.tokens)
    ticks = int((value * 86_400_000).to_integral_value(ROUND_HALF_UP))
    seconds = ticks / 1000 if has_fraction else (ticks + 500) // 1000
    # A spreadsheet takes 1900 for a leap year, so days before its 60th lie a day later.
    first_day = (1904, 1, 1) if is_1904 else (1899, 12, 31 if value < 60 else 30)
    base = datetime(*first_day)  # noqa: DTZ001 - a date on paper has no time zone
    try:
        moment = base + timedelta(seconds=seconds)
    except OverflowError:
        return None
    made = [_moment_piece(section, index, moment, seconds) for index in range(len(section.tokens))]
    return None if None in made else "".join(piece or "" for piece in made)


def _moment_piece(section: _Section, index: int, moment: datetime, seconds: float) -> str | None:
    token = section.tokens[index]
    letters = token.text
    if token.kind == "l":
        return letters
    if token.kind == "0":
        places = sum(1 for each in section.tokens[:index] if each.kind == "0")
        return f"{moment.microsecond:06d}"[places : places + 1]
    if token.kind == "[":
        elapsed = int(seconds) // {"h": 3600, "m": 60, "s": 1}[letters[0]]
        return f"{elapsed:0{len(letters)}d}"
    if letters[0] == "m" and _is_minute(section.tokens, index):
        return f"{moment.minute:0{min(len(letters), 2)}d}"
    return _date_piece(letters, moment, section)


def _date_piece(letters: str, moment: datetime, section: _Section) -> str | None:
    first, length = letters[0], len(letters)
    if letters in ("am/pm", "a/p", "上午/下午"):
        return letters.upper().split("/")[moment.hour >= 12]
    if first in "ye":
        return f"{moment.year % 100:02d}" if first == "y" and length <= 2 else f"{moment.year:04d}"
    if first == "m" and length > 2:
        return f"{moment.month}月" if section.is_chinese else _MONTHS[moment.month - 1][: {3: 3, 5: 1}.get(length)]
    if first == "d" and length > 2:
        weekday = moment.weekday()
        return f"星期{_DAYS_ZH[weekday]}" if section.is_chinese else _DAYS[weekday][: 3 if length == 3 else None]
    if first == "a":
        return ("星期" if length > 3 else "") + _DAYS_ZH[moment.weekday()]
    if first == "h":
        half = any(token.kind == "t" and token.text in ("am/pm", "a/p", "上午/下午") for token in section.tokens)
        return f"{(moment.hour - 1) % 12 + 1 if half else moment.hour:0{min(length, 2)}d}"
    number = {"m": moment.month, "d": moment.day, "s": moment.second}[first]
    return f"{number:0{min(length, 2)}d}"


def _is_minute(tokens: tuple[_Token, ...], index: int) -> bool:
    """Whether an m stands for minutes: after hours or before seconds, and not alone with years and days."""
    if len(tokens[index].text) > 2:
        return False
    before = next(
        (token.text for token in reversed(tokens[:index]) if token.kind in "t[" and token.text[0] in "hmsyd"), ""
    )
    after = next((token.text for token in tokens[index + 1 :] if token.kind in "t["), "")
    return before.startswith("h") or after.startswith("s")
