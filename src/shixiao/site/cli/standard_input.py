"""Standard input as bytes."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO

from shixiao.engine.bilingual import Text
from shixiao.site.cli.terminal import Terminal

NAME = "-"


def standard_input(terminal: Terminal | None = None) -> BinaryIO:
    """The bytes of standard input; nothing where it is closed. Tells a person at a keyboard what is waited for."""
    if sys.stdin is None:
        return io.BytesIO()
    if terminal is not None and sys.stdin.isatty():
        terminal.note(Text("正在等待输入，Ctrl-D 结束。", "waiting for input; Ctrl-D ends it."))
    return sys.stdin.buffer
