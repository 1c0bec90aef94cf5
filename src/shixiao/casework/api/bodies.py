"""Reading the body of a request: JSON as RFC 8259 has it, and nothing that two readers could understand differently."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from shixiao.engine.bilingual import Text

LARGEST = 1024 * 1024
DEEPEST = 12
LONGEST_NUMBER = 40
LARGEST_EXPONENT = 1000


class Unreadable(Exception):
    """The body is no JSON that could be understood; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Strict(Parser):
    """What django-ninja reads bodies with."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The value. Raises `Unreadable`."""
        return read(request.body)


def read(body: bytes) -> Any:
    """The value, numbers with a fraction as exact decimals. Raises `Unreadable`."""
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            parse_float=_fraction,
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_without_duplicates,
        )
    except UnicodeDecodeError:
        raise Unreadable(Text("请求内容不是 UTF-8。", "The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            Text(
                f"请求内容不是 JSON：第 {error.lineno} 行第 {error.colno} 列读不下去。",
                f"The body is no JSON: line {error.lineno}, column {error.colno} cannot be read.",
            )
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _check(value, depth=0)
    return value


def _fraction(written: str) -> Decimal:
    """Exact. One with an exponent that nobody needs is refused: as a whole number it would have as many digits."""
    try:
        value = Decimal(_short(written))
    except ArithmeticError:  # an exponent beyond what a decimal has
        raise _too_long() from None
    if abs(value.adjusted()) > LARGEST_EXPONENT:
        raise _too_long()
    return value


def _whole(written: str) -> int:
    return int(_short(written))


def _short(written: str) -> str:
    if len(written) > LONGEST_NUMBER:
        raise _too_long()
    return written


def _too_long() -> Unreadable:
    return Unreadable(Text("数太长了。", "A number is too long."))


def _no_constant(written: str) -> Any:
    raise Unreadable(Text(f"JSON 里没有 {written}。", f"{written} is no JSON."))


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:40]
        raise Unreadable(Text(f"“{_shown(twice)}”写了两次。", f"“{_shown(twice)}” stands there twice."))
    return found


def _check(value: Any, *, depth: int) -> None:
    """Not deeper than anything here is; no half of a surrogate pair, which no database keeps."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, each in value.items():
            _check_text(name)
            _check(each, depth=depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth=depth + 1)


def _check_text(text: str) -> None:
    if not text.isascii() and _shown(text) != text:
        raise Unreadable(
            Text("文字里有半个代理对字符（\\ud800—\\udfff），请改正。", "A text has half of a surrogate pair.")
        )


def _shown(text: str) -> str:
    return text.encode(errors="replace").decode()


def _too_deep() -> Unreadable:
    return Unreadable(Text(f"嵌套不能超过 {DEEPEST} 层。", f"Nested more than {DEEPEST} levels deep."))
