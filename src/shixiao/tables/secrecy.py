"""No state secret enters: a text that carries a secrecy mark is refused at the door."""

from __future__ import annotations

import re

from shixiao.tables.grid import Grid
from shixiao.tables.unreadable import Unreadable

# 密级：机密, or a term such as 秘密★10年. Built only for a text that has the character at all.
_MARK = r"密\s*级(?:和保密期限)?\s*[:：]?\s*(?:秘密|机密|绝密)|(?:秘密|机密|绝密)\s*★"


def refuse_marked(grid: Grid) -> None:
    """Raises Unreadable at the first row that is marked 秘密, 机密 or 绝密. The message never quotes the row."""
    for row in grid.rows:
        line = "\t".join(row.cells)
        if "密" in line and re.search(_MARK, line):
            raise Unreadable("secret", grid.place(row))
