"""`shixiao convert`: the same table in another format."""

from __future__ import annotations

import os
import sys

from shixiao import tables
from shixiao.engine.bilingual import Text
from shixiao.site.cli import standard_input
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.layout import asked
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.sources import read_document
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Write FILE as OUT. Raises Refused before anything is written when it cannot be done."""
    source, target = wishes.words("FILE")[0], wishes.words("OUT")[0]
    suffix = wishes.chosen("to") or _format_of(target)
    is_replacing = wishes.has("force")
    if not is_replacing and target != standard_input.NAME and os.path.lexists(target):  # a dangling link exists, too
        raise Refused(
            Text(f"{target} 已存在，没有覆盖。", f"{target} exists and was not overwritten."),
            Text("换一个名字，或加 --force。", "Choose another name, or add --force."),
        )
    document = read_document(source, terminal, asked(wishes))
    _say_what_was_mended(document, terminal)
    content = tables.write(document, format=suffix)
    if target == standard_input.NAME:
        _to_standard_output(content, terminal)
    else:
        _write(content, target, is_replacing=is_replacing)
    return CLEAN


def _format_of(target: str) -> str:
    if target == standard_input.NAME:
        return "json"
    suffix = os.path.splitext(target)[1].lower().removeprefix(".")  # noqa: PTH122
    if suffix not in tables.WRITTEN:
        known = ", ".join(f".{each}" for each in tables.WRITTEN)
        raise Refused(
            Text(f"不知道“{target}”该用什么格式，", f"the format of {target!r} is not clear;"),
            Text(f"后缀可以是 {known}，或用 --to 说明。", f"its suffix can be {known}, or say it with --to."),
        )
    return suffix


def _say_what_was_mended(document: tables.Document, terminal: Terminal) -> None:
    defects = [repair for repair in document.repairs if repair.defect]
    for repair in defects:
        line = repair.place.line
        terminal.note(
            Text(f"第{line}行：{repair.text.zh}" if line else repair.text.zh, f"line {line}: {repair.text.en}")
        )


def _to_standard_output(content: bytes, terminal: Terminal) -> None:
    terminal.flush()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(content)
    else:
        terminal.write(content.decode("utf-8"))


def _write(content: bytes, target: str, *, is_replacing: bool) -> None:
    """A new file at once; an existing one is replaced when the new one is complete."""
    if not is_replacing:
        with open(target, "xb") as file:  # noqa: PTH123 - "x" refuses what appeared meanwhile
            file.write(content)
        return
    draft = f"{target}.part"
    with open(draft, "wb") as file:  # noqa: PTH123
        file.write(content)
    os.replace(draft, target)  # noqa: PTH105
