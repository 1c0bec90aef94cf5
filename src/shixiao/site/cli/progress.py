"""How far a long run has come, on one line of standard error that removes itself."""

from __future__ import annotations

from time import monotonic

from shixiao.engine.bilingual import Text
from shixiao.site.cli.terminal import Terminal

_PATIENCE = 1.0  # seconds before a person wonders
_EVERY = 0.2
_EVERY_IN_A_LOG = 5.0


class Progress:
    """Counts files; silent where nobody watches, unless `is_wanted`, and for runs that are over at once."""

    def __init__(self, total: int, terminal: Terminal, *, is_wanted: bool = False) -> None:
        self.total, self.terminal, self.done = total, terminal, 0
        self.is_line = terminal.is_watched
        self.is_shown = total > 1 and (terminal.is_watched or is_wanted)
        self.began = monotonic()
        self.next = self.began + (_PATIENCE if self.is_line else 0)
        self.is_drawn = False

    def advance(self, files: int) -> None:
        """`files` more are done."""
        self.done += files
        if self.is_shown and (monotonic() >= self.next or (self.done == self.total and not self.is_line)):
            self._draw()

    def _draw(self) -> None:
        now = monotonic()
        rate = self.done / max(now - self.began, 0.001)
        text = Text(
            f"已查 {self.done:,} / {self.total:,} 个文件，每秒 {rate:,.0f} 个",
            f"checked {self.done:,} of {self.total:,} files, {rate:,.0f} a second",
        )
        if self.is_line:
            self.terminal.err.write(f"\r\x1b[K{self.terminal.say(text)}")
            self.terminal.err.flush()
            self.next, self.is_drawn = now + _EVERY, True
        else:
            self.terminal.note(text)
            self.next = now + _EVERY_IN_A_LOG

    def clear(self) -> None:
        """Remove the line, so that what follows starts on a clean one."""
        if self.is_drawn:
            self.terminal.err.write("\r\x1b[K")
            self.terminal.err.flush()
            self.is_drawn = False
