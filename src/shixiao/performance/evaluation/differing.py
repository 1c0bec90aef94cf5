"""How a frozen revision differs: from the one before it, and from what is known now of the same day. Nothing is replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from shixiao.performance import guarding, standing
from shixiao.performance.board import restated as restating
from shixiao.performance.evaluation.reckoning import actual_in_both, shown_in
from shixiao.performance.evaluation.scores import lines_of, total_of
from shixiao.performance.evaluation.texts import PROJECT
from shixiao.performance.models import Evaluation

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that says something else: what was reached and the points, before and after ("" where that is the same)."""

    row: int
    name: str
    actual: tuple[Json, Json] | None = None
    points: tuple[str, str] | None = None
    texts: tuple[str, ...] = ()
    late: int = 0


def between(before: Evaluation, after: Evaluation) -> list[Difference]:
    """What one revision says otherwise than another of the same project."""
    old = {row["row"]: row for row in before.rows}
    points_before, points_after = _points(before), _points(after)
    found = _of_the_project(before, after, points_before, points_after)
    for row in after.rows:
        key = row["row"]
        was = old.get(key)
        is_other = was is None or was["actual"] != row["actual"] or was["basis"] != row["basis"]
        actual = ((was or {"actual": both_empty()})["actual"], row["actual"]) if is_other else None
        points = (points_before.get(key, ""), points_after.get(key, ""))
        fields = _fields(before, after, str(key))
        if actual or points[0] != points[1] or fields:
            told = points if points[0] != points[1] else None
            found.append(Difference(row=key, name=row["name"], actual=actual, points=told, texts=fields))
    return found


def both_empty() -> Json:
    """Nothing, in both languages."""
    return {"zh": "", "en": ""}


def _of_the_project(
    before: Evaluation, after: Evaluation, old: Mapping[int, str], new: Mapping[int, str]
) -> list[Difference]:
    points = (old.get(0, ""), new.get(0, ""))
    fields = _fields(before, after, PROJECT)
    if points[0] != points[1]:
        return [Difference(row=0, name="预算执行率", points=points, texts=fields)]
    return [Difference(row=0, name="项目", texts=fields)] if fields else []


def _points(evaluation: Evaluation) -> dict[int, str]:
    lines = lines_of(evaluation)
    if lines is None:
        return {}
    counted = {line["row"]: (line["by_hand"] or line)["points"] or "" for line in lines.rows}
    return counted | {0: (lines.execution["by_hand"] or lines.execution)["points"] or ""}


def _fields(before: Evaluation, after: Evaluation, row: str) -> tuple[str, ...]:
    """The fields of which people wrote something else."""
    old, new = before.texts.get(row, {}), after.texts.get(row, {})
    return tuple(name for name in {**old, **new} if old.get(name, {}).get("text") != new.get(name, {}).get("text"))


def total_change(before: Evaluation, after: Evaluation) -> Decimal | None:
    """How many points more there are than before; None where one of the two has none."""
    old, new = total_of(before), total_of(after)
    return None if old is None or new is None else Decimal(new["points"]) - Decimal(old["points"])


def since(evaluation: Evaluation, *, now: datetime) -> list[Difference]:
    """The rows of which something else is known now of the same evening: records that came late, bindings and readings of targets that were
    corrected. The frozen values stay."""
    rows = {row["row"]: row for row in evaluation.rows}
    board = standing.read(evaluation.version, now=now, as_of=evaluation.until, only=sorted(rows))
    guarded = guarding.board(board, by=None, now=now)
    chinese, english = (shown_in(language, board, now=now) for language in ("zh-hans", "en"))
    found: dict[int, Difference] = {}
    for row in board.rows:
        kept = rows[row.row]
        actual = actual_in_both(row, chinese, english)
        if actual != kept["actual"]:
            found[row.row] = Difference(row=row.row, name=row.name, actual=(kept["actual"], actual))
    for late in restating.restated(guarded, day=evaluation.until, now=now):
        told = {"zh": late.now, "en": late.now}
        found[late.row.row] = Difference(
            row=late.row.row, name=late.row.name, actual=(rows[late.row.row]["actual"], told), late=late.causes
        )
    return [found[row] for row in sorted(found)]
