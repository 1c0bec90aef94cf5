"""No state secret enters: a text that carries a secrecy mark is refused at the door."""

from __future__ import annotations

from shixiao.engine.secrecy import is_labelled
from shixiao.tables.grid import Grid
from shixiao.tables.unreadable import Unreadable


def refuse_marked(grid: Grid) -> None:
    """Raises Unreadable at the first row that is marked 秘密, 机密 or 绝密. The message never quotes the row."""
    for row in grid.rows:
        if is_labelled("\t".join(row.cells)):
            raise Unreadable("secret", grid.place(row))
