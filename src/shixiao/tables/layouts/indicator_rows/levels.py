"""Which levels an indicator stands under: merged cells left blank or repeated, or printed in the middle of their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shixiao.tables.layouts.indicator_rows.words import bare, code_of, fits, is_level1, is_level2, one_line

_APART = re.compile(r"\s*(?:[-－—–/／\\>＞·、:：]|\n)\s*")
# Longer tables are not solved as printed in the middle.
_MOST_CENTRED = 400


class Levels(NamedTuple):
    """The levels of one indicator as published, its class, and the codes of what was decided."""

    level1: str
    level2: str
    code: str
    notes: tuple[str, ...] = ()


def sorted_out(level1: str, level2: str, *, has_second: bool) -> tuple[str, str]:
    """The two levels of a row from its cells: both may stand in one cell, or one in the other's column."""
    level1, level2 = one_line(level1) if is_level1(level1) else level1, one_line(level2)
    if level1 and not is_level1(level1):
        pieces = [piece for piece in _APART.split(level1) if piece]
        if len(pieces) == 2 and is_level1(pieces[0]) and (is_level2(pieces[1]) or not level2):
            return pieces[0], level2 or pieces[1]
    level1 = one_line(level1)
    if level1 and is_level2(level1) and not is_level1(level1) and not level2:
        return "", level1
    if (
        not has_second
        and level1
        and is_level2(level1)
        and "成本" not in level1
        and "满意" not in level1
        and not is_level1(level1)
    ):
        return "", level1
    return level1, level2


def levels_of(own: Sequence[tuple[str, str]], *, is_merged: bool) -> list[Levels]:
    """The levels of the rows of one table, from what each row has itself ("" where its cell is blank).

    A blank cell goes on from above. Where that cannot be, since a class is not of that first level or nothing stands
    above, the label was printed in the middle of its rows, and is taken from below; that is noted.
    """
    seconds, moved = _seconds(own, is_merged=is_merged)
    result: list[Levels] = []
    above = ""
    below = _next_firsts(own)
    for index, (first, _) in enumerate(own):
        second = seconds[index]
        notes = ["level_from_below"] if index in moved else []
        level1 = first or above
        if not first:
            code = code_of("", second)
            nearest = below[index]
            is_odd = not above or not fits(above, code)
            if is_odd and nearest and fits(nearest, code) and not is_merged:
                level1 = nearest
                notes = ["level_from_below"]
            elif is_odd and above and not fits(above, code):
                level1 = ""
        else:
            above = first
        result.append(Levels(level1, second, code_of(level1, second), tuple(notes)))
    return result


def _next_firsts(own: Sequence[tuple[str, str]]) -> list[str]:
    below = [""] * len(own)
    nearest = ""
    for index in range(len(own) - 1, -1, -1):
        below[index] = nearest
        nearest = own[index][0] or nearest
    return below


def _seconds(own: Sequence[tuple[str, str]], *, is_merged: bool) -> tuple[list[str], set[int]]:
    """The second level of each row, and which were taken from below."""
    labelled = [index for index, (_, second) in enumerate(own) if second]
    if not labelled:
        return [""] * len(own), set()
    moved: set[int] = set()
    if own[0][0] == "" and labelled[0] > 0 and not is_merged and (spans := _centred(labelled, len(own))):
        centred = [""] * len(own)
        for label, (start, end) in zip(labelled, spans, strict=True):
            centred[start : end + 1] = [own[label][1]] * (end + 1 - start)
            moved.update(range(start, label))
        return centred, moved
    seconds: list[str] = []
    current = ""
    for index, (first, second) in enumerate(own):
        if second:
            current = second
        elif first and index and not _is_same(first, own, index):
            current = ""
        seconds.append(current)
    if labelled[0] > 0 and own[0][0] == "" and not is_merged:
        for index in range(labelled[0]):
            seconds[index] = own[labelled[0]][1]
            moved.add(index)
    return seconds, moved


def _is_same(first: str, own: Sequence[tuple[str, str]], index: int) -> bool:
    """Whether the first level is only repeated from the row before."""
    before = next((own[at][0] for at in range(index - 1, -1, -1) if own[at][0]), "")
    return bare(before) == bare(first)


def _centred(labelled: list[int], count: int) -> list[tuple[int, int]] | None:
    """Spans that have each label in their middle and cover all rows; None where there are none."""
    if count > _MOST_CENTRED:
        return None
    states: list[dict[int, tuple[int, int]]] = [{0: (-1, -1)}]
    for position, label in enumerate(labelled):
        bound = labelled[position + 1] - 1 if position + 1 < len(labelled) else count - 1
        after: dict[int, tuple[int, int]] = {}
        for start in states[-1]:
            for end in (2 * label - start, 2 * label - start + 1, 2 * label - start - 1):
                if label <= end <= bound and start <= label:
                    after.setdefault(end + 1, (start, end))
        if not after:
            return None
        states.append(after)
    if count not in states[-1]:
        return None
    spans: list[tuple[int, int]] = []
    start = count
    for state in reversed(states[1:]):
        span = state[start]
        spans.append(span)
        start = span[0]
    return spans[::-1]
