"""What stands against scoring, all of it at once: each with its place and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shixiao.engine.bilingual import Text


class Fault(NamedTuple):
    """`place` is where it stands: a path in a profile (`groups[1].points`, counted from 0), or the row of a project (`row 3`)."""

    place: str
    text: Text


class Unscorable(ValueError):
    """Nothing can be scored by this; `faults` names everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{each.place}: {each.text.en}" for each in faults))
        self.faults = tuple(faults)
