"""Numbers as lists are numbered: 一、 ① iv. — under the names that Word gives these forms."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千万") -> str:
    """12 → 十二, 105 → 一百〇五 ("零" in the legal form)."""
    if number == 0:
        return digits[0]
    if number >= 10_000:
        head, rest = divmod(number, 10_000)
        gap = digits[0] if 0 < rest < 1000 else ""
        return chinese(head, digits, units) + units[3] + gap + (chinese(rest, digits, units) if rest else "")
    text, is_gap = "", False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if is_gap and text else "") + digits[digit] + (units[power - 1] if power else "")
        is_gap = digit == 0
    return text[1:] if text.startswith(digits[1] + units[0]) and digits is _DIGITS else text


def roman(number: int) -> str:
    """4 → IV."""
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
    text, rest = "", min(number, 4_000)
    for value, letters in pairs:
        text += letters * (rest // value)
        rest %= value
    return text


def letters(number: int) -> str:
    """1 → a, 27 → aa, as Word counts."""
    return chr(97 + (number - 1) % 26) * min((number - 1) // 26 + 1, 30) if number > 0 else "0"


def _from(first: str, most: int, *, zero: str = "") -> Callable[[int], str]:
    """Characters that follow each other from `first` on; plain digits beyond them."""
    return lambda number: (
        chr(ord(first) + number - 1) if 0 < number <= most else zero if zero and number == 0 else str(number)
    )


def _of(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda number: str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    "decimalFullWidth2": lambda number: str(number).translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    "decimalEnclosedCircle": _from("①", 20, zero="⓪"),
    "decimalEnclosedCircleChinese": _from("①", 20, zero="⓪"),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": lambda number: f"{number}.",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "japaneseDigitalTenThousand": chinese,
    "ideographDigital": lambda number: str(number).translate({48 + digit: _DIGITS[digit] for digit in range(10)}),
    "taiwaneseDigital": lambda number: str(number).translate({48 + digit: _DIGITS[digit] for digit in range(10)}),
    "chineseLegalSimplified": lambda number: chinese(number, _LEGAL, "拾佰仟万"),
    "ideographLegalTraditional": lambda number: chinese(number, "零壹貳參肆伍陸柒捌玖", "拾佰仟萬"),
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
    "upperRoman": roman,
    "lowerRoman": lambda number: roman(number).lower(),
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "none": lambda _: "",
}
