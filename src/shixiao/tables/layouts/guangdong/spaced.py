"""Rows whose cells are kept apart by spaces only: empty cells left no trace, so cells are told by what they hold."""

from __future__ import annotations

from collections.abc import Sequence

from shixiao.tables.layouts.guangdong.columns import Columns
from shixiao.tables.layouts.guangdong.heads import pattern as head_pattern
from shixiao.tables.money import amount

# Stands for amounts that cannot be told apart, so that they are listed and not guessed.
UNSURE = "?"


def aligned(pieces: Sequence[str], columns: Columns) -> list[str] | None:
    """The cells of a row in the order of the header: name, amounts, goal, indicators. None if it is no such row.

    As many amounts as columns, or a total and the same again as its first source, are sure. Otherwise only the
    total is taken, and the others are marked unsure.
    """
    if len(pieces) < 2 or amount(pieces[1]) is None:
        return None
    last = next((index for index in range(1, len(pieces)) if amount(pieces[index]) is None), len(pieces))
    cells = [""] * columns.width
    cells[columns.name] = pieces[0]
    for column, text in zip(columns.amounts.values(), _amounts(pieces[1:last], len(columns.amounts)), strict=False):
        cells[column] = text
    goal, indicators = _texts(pieces[last:])
    if columns.objective >= 0:
        cells[columns.objective] = goal
    cells[columns.indicators] = indicators
    return cells


def _amounts(found: Sequence[str], wanted: int) -> list[str]:
    if len(found) in (1, wanted) or (len(found) == 2 and amount(found[0]) == amount(found[1])):
        return list(found)
    return [found[0], *([f"{UNSURE} {' '.join(found[1:])}"] * (wanted - 1))]


def _texts(pieces: Sequence[str]) -> tuple[str, str]:
    """The goal and the indicators: these begin with the first head."""
    start = next((index for index, piece in enumerate(pieces) if head_pattern().search(piece)), len(pieces))
    return "\n".join(pieces[:start]), " ".join(pieces[start:])
