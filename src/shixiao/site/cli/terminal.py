"""What the command line writes to: results on standard output, everything else on standard error, all in UTF-8."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

from shixiao.engine.bilingual import Text
from shixiao.site.cli.language import language_of

_COLOURS = {"error": "31", "warning": "33", "hint": "36", "strong": "1", "faint": "2", "good": "32"}


class Terminal:
    """The two streams, the language of the person, and whether colours make sense.

    Characters that UTF-8 cannot hold (the lone surrogates of an odd file name) are written as `\\udcXX`, which
    is also how JSON writes them."""

    def __init__(
        self, *, out: IO[str], err: IO[str], language: str, is_colourful: bool = False, is_watched: bool = False
    ) -> None:
        self.out, self.err, self.language = out, err, language
        self.is_colourful, self.is_watched = is_colourful, is_watched

    def write(self, text: str) -> None:
        """Put `text` on standard output as it is; no line break is added."""
        self.out.write(text)

    def line(self, text: str = "") -> None:
        """One line on standard output."""
        self.out.write(text + "\n")

    def note(self, text: Text, *, is_urgent: bool = False) -> None:
        """One line on standard error, marked as coming from this program.

        What was written before comes out before, also when both streams go to one place; an urgent note does not
        wait for whoever reads the results."""
        if not is_urgent:
            with suppress(OSError, ValueError):  # what cannot be written is perhaps what the note is about
                self.out.flush()
        self.err.write(f"shixiao: {text.in_(self.language)}\n")
        self.err.flush()

    def say(self, text: Text) -> str:
        """`text` in the language of the person."""
        return text.in_(self.language)

    def paint(self, text: str, colour: str) -> str:
        """`text` in a colour of this program ("error", "faint" …), unchanged where colours make no sense."""
        return paint(text, colour) if self.is_colourful else text

    def flush(self) -> None:
        """Everything written so far is out."""
        self.out.flush()
        self.err.flush()


def paint(text: str, colour: str) -> str:
    """`text` between the escape sequences of a colour."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def this_terminal(environment: Mapping[str, str] = os.environ) -> Terminal:
    """The terminal of this process."""
    out, err = _in_utf8(sys.stdout), _in_utf8(sys.stderr)
    is_colourful = out.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Terminal(
        out=out, err=err, language=language_of(environment), is_colourful=is_colourful, is_watched=err.isatty()
    )


def _in_utf8(stream: Any) -> IO[str]:
    if stream is None:  # the process was started with it closed
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - it lives as long as the process
    # Under LANG=C, and on a Chinese Windows, Python would choose an encoding that cannot hold the messages.
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream  # type: ignore[no-any-return]
