"""`shixiao read`: JSON lines of wordings in, JSON lines of readings out, for other programs to stand on.

Works in constant memory, and answers what has arrived before it waits for more, so that a program may hold a
conversation with it line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from shixiao.engine import targets
from shixiao.engine.bilingual import CHINESE, Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN
from shixiao.site.cli.standard_input import standard_input
from shixiao.site.cli.terminal import Terminal

MAX_LINE = 1 << 20
_READ_AT_ONCE = 1 << 16
_NO_ID = object()
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _no_number(constant: str) -> float:
    raise ValueError(constant)  # NaN and Infinity are not JSON, although Python reads them


_decoded = json.JSONDecoder(parse_constant=_no_number).decode


class BadLine(ValueError):
    """A line that cannot be read; `id` is its id where that much was understood."""

    def __init__(self, text: Text, id: object = _NO_ID) -> None:
        super().__init__(text.en)
        self.text, self.id = text, id


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Answer every line of standard input; bad lines are answered with `error`. Always 0."""
    number = 0
    for batch in _batches(standard_input(terminal)):
        answers = []
        for line in batch:
            number += 1
            asked = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
            if asked.strip():
                answers.append(_answer_in_any_case(asked, number, terminal))
        if answers:
            terminal.write("\n".join(answers) + "\n")
        terminal.out.flush()
    return CLEAN


def _answer_in_any_case(line: bytes, number: int, terminal: Terminal) -> str:
    try:
        return answer(line, language=terminal.language)
    except BadLine as bad:
        return _refusal(bad, number, terminal)
    except Exception as error:  # noqa: BLE001 - one odd line must not cost the thousands behind it
        said = f"{type(error).__name__}: {error}"[:200]
        fault = Text(
            f"程序读这一行时出了故障（{said}）。请报告给维护者。",
            f"the program failed on this line ({said}); report it.",
        )
        return _refusal(BadLine(fault), number, terminal)


def answer(line: bytes, *, language: str = CHINESE) -> str:
    """The JSON line for one JSON line, its sentences in `language`. Raises BadLine."""
    asked = _asked(line)
    own = _own_id(asked)
    try:
        reading = targets.read(
            _words(asked, "value_text"),
            name=_words(asked, "name"),
            category=_words(asked, "category"),
            columns=_columns(asked.get("columns")),
        )
    except BadLine as bad:
        bad.id = own
        raise
    form = targets.as_json(reading, language=language)
    return _encoded(form if own is _NO_ID else {"id": own, **form})


def _own_id(asked: Mapping[str, Any]) -> object:
    """The id as it was given. 1e400 is JSON, but no number that can be written back."""
    own = asked.get("id", _NO_ID)
    if isinstance(own, float) and own in (float("inf"), float("-inf")):
        raise BadLine(Text("id 这个数太大。请用文字作 id。", "the id is too large a number; use text as id."))
    return own


def _asked(line: bytes) -> Mapping[str, Any]:
    if len(line) > MAX_LINE:
        raise BadLine(
            Text(
                "这一行超过 1 MB。请确认每行只有一个指标。",
                "the line is longer than 1 MB; put one target on each line.",
            )
        )
    try:
        asked = _decoded(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadLine(
            Text("这一行不是 UTF-8。请另存为 UTF-8。", "the line is not UTF-8; save the input as UTF-8.")
        ) from None
    except (ValueError, RecursionError):
        raise BadLine(
            Text(
                "这一行不是 JSON。请每行写一个 JSON 对象。", "the line is not JSON; write one JSON object on each line."
            )
        ) from None
    if not isinstance(asked, dict):
        raise BadLine(
            Text(
                '这一行不是 JSON 对象。请写成 {"id":…,"value_text":…}。',
                'the line is not a JSON object; write {"id":…,"value_text":…}.',
            )
        )
    if b"\\u" in line:
        _refuse_surrogates(asked)
    if not any(field in asked for field in ("value_text", "name", "columns")):
        raise BadLine(
            Text("没有可读的内容。请给出 value_text。", "there is nothing to read; give value_text."), _own_id(asked)
        )
    return asked


def _refuse_surrogates(asked: Mapping[str, Any]) -> None:
    try:
        _encoded(asked).encode("utf-8")
    except UnicodeEncodeError:
        raise BadLine(
            Text(
                "文字里有半个字符（孤立的代理码位）。请修正原文。",
                "the text holds half a character (a lone surrogate); correct it.",
            ),
            _own_id(asked),
        ) from None


def _words(asked: Mapping[str, Any], field: str) -> str:
    words = asked.get(field)
    if words is None:
        return ""
    if not isinstance(words, str):
        raise BadLine(Text(f"{field} 应是文字。请加上引号。", f"{field} must be text; put it in quotes."))
    return words


def _columns(columns: object) -> dict[str, str] | list[str] | None:
    """Cells as text. Spreadsheets give numbers and empty cells, too."""
    if columns is None:
        return None
    if isinstance(columns, dict):
        return {key: _cell(cell) for key, cell in columns.items()}
    if isinstance(columns, list):
        return [_cell(cell) for cell in columns]
    raise _bad_columns()


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return str(cell)
    raise _bad_columns()


def _bad_columns() -> BadLine:
    return BadLine(
        Text(
            "columns 应是单元格的列表或对象，格里是文字或数。",
            "columns must be a list or an object of cells, each text or a number.",
        )
    )


def _refusal(bad: BadLine, number: int, terminal: Terminal) -> str:
    terminal.note(Text(f"第{number}行：{bad.text.zh}", f"line {number}: {bad.text.en}"))
    own = {} if bad.id is _NO_ID else {"id": bad.id}
    return _encoded({**own, "error": terminal.say(bad.text), "line": number})


def _batches(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Lines as they arrive. A line that is far too long is cut, so that it costs no more than its limit."""
    rest = b""
    while True:
        arrived = stream.read1(_READ_AT_ONCE)  # type: ignore[attr-defined]
        *lines, rest = (rest + arrived).split(b"\n")
        yield lines
        if not arrived:
            yield [rest]
            return
        if len(rest) > MAX_LINE + _READ_AT_ONCE:
            rest = rest[: MAX_LINE + 1]
