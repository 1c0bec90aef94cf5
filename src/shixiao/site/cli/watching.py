"""How far a long run over the database has come, on one line of standard error that removes itself."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from shixiao.engine.bilingual import Text
from shixiao.site.cli.terminal import Terminal

_EVERY = 0.2


class Watched:
    """Called with a word for the part and a number; silent where nobody watches."""

    def __init__(self, terminal: Terminal, parts: Mapping[str, Text]) -> None:
        self.terminal, self.parts = terminal, parts
        self._next = monotonic() + 1  # seconds before a person wonders
        self._is_drawn = False

    def __call__(self, part: str, number: int) -> None:
        """So many of this part."""
        if not self.terminal.is_watched or monotonic() < self._next:
            return
        said = self.terminal.say(self.parts[part]).format(f"{number:,}")
        self.terminal.err.write(f"\r\x1b[K{said}")
        self.terminal.err.flush()
        self._next, self._is_drawn = monotonic() + _EVERY, True

    def clear(self) -> None:
        """Remove the line, so that what follows starts on a clean one."""
        if self._is_drawn:
            self.terminal.err.write("\r\x1b[K")
            self.terminal.err.flush()
            self._is_drawn = False
