"""Scores as they were frozen, read back from their JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shixiao.performance.models import Evaluation

Json = dict[str, Any]


@dataclass(frozen=True)
class Lines:
    """The lines of a score: the execution of the budget, and every indicator by its running number."""

    execution: Json
    rows: Sequence[Json]
    by_row: Mapping[int, Json]

    def of(self, row: int) -> Json:
        """The line of a row."""
        return self.by_row[row]


def lines_of(evaluation: Evaluation) -> Lines | None:
    """The lines; None where nothing was scored."""
    score = evaluation.score
    if not score or "rows" not in score:
        return None
    return Lines(score["execution"], score["rows"], {each["row"]: each for each in score["rows"]})


def total_of(evaluation: Evaluation) -> Json | None:
    """The total that counts: with typed scores where there are any; None where nothing was scored."""
    score = evaluation.score
    if not score or "rows" not in score:
        return None
    total: Json = score["with_hand"] or score["computed"]
    return total


def amount(said: str | None) -> Decimal | None:
    """An exact amount as it was kept."""
    return None if said is None else Decimal(said)
