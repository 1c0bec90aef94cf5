"""How much work a file may make. A PDF is a program: a few bytes of it can ask for hours, so every step is counted.

Steps and not seconds are counted, so the same file always gives the same answer. A step is about a microsecond.
"""

from __future__ import annotations

# A page of a dense table takes about 20,000 steps, a megabyte of pages as printed about two million.
_STEPS = 3_000_000
_STEPS_FOR_A_BYTE = 1
_UNPACKED = 32_000_000
_HELD = 8_000_000
_HELD_FOR_A_BYTE = 4


class Exhausted(Exception):
    """A file asked for more work than one of its size may."""


class Work:
    """What is left to spend on a file of `size` bytes."""

    __slots__ = ("held", "left", "unpacked")

    def __init__(self, size: int) -> None:
        self.left = _STEPS + _STEPS_FOR_A_BYTE * size
        self.held = _HELD + _HELD_FOR_A_BYTE * size
        self.unpacked = _UNPACKED

    def spend(self, steps: int) -> None:
        """Counts steps. Raises Exhausted when none are left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    def hold(self, size: int) -> None:
        """Counts bytes that are kept for as long as the file is read; two objects may not both keep the same ones."""
        self.held -= size
        if self.held < 0:
            raise Exhausted
