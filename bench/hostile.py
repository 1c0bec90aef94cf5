"""Long texts of one kind: four times the length takes about four times as long to read or to refuse."""

import time
from collections.abc import Iterator
from contextlib import suppress

from figure import Figure

ROUNDS = 3
SHORTEST = 0.02  # seconds: a piece that is refused at its first line takes no time that could be compared


def measure() -> Iterator[Figure]:
    """The kind that grows most, and the kind that takes longest; each the best of a few rounds, by processor time."""
    from shixiao.tables.tests.long_texts import LONG, MEGABYTE, long_text

    growth, whole = {}, {}
    for kind in LONG:
        whole[kind] = _best(long_text(kind, MEGABYTE))
        growth[kind] = whole[kind] / max(_best(long_text(kind, MEGABYTE // 4)), SHORTEST)
    worst = max(growth, key=growth.__getitem__)
    longest = max(whole, key=whole.__getitem__)
    yield Figure(
        f"a megabyte of any of {len(LONG)} kinds against a quarter of it, at most ({worst})",
        f"{growth[worst]:.1f}×",
        "≤ 6×",
        growth[worst] <= 6,
    )
    yield Figure(f"… the longest of them ({longest})", f"{whole[longest]:.1f} s")


def _best(content: bytes) -> float:
    from shixiao import tables

    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        with suppress(tables.Unreadable):
            tables.read(content, name="x")
        taken.append(time.process_time() - begun)
    return min(taken)
