"""What the boards said at the moment of a backup, so that a restored place can be held against it to the digit."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation

from shixiao.performance import guarding, outlets, overview, standing
from shixiao.performance.queries import BULKY

Boards = list[dict[str, Any]]


def read(now: datetime) -> Boards:
    """The board of the newest version of every plan, as `shixiao board --format json` tells it, in Chinese."""
    versions = overview.newest().select_related("plan").defer(*BULKY).order_by("plan_id")
    with translation.override("zh-hans"):
        return [_board(version, now) for version in versions]


def _board(version: Any, now: datetime) -> dict[str, Any]:
    found = standing.read(version, now=now)
    guarded = guarding.board(found, by=None, now=now)
    told: dict[str, Any] = json.loads(json.dumps(outlets.board_json(found, guarded), ensure_ascii=False))
    return told


def as_bytes(boards: Boards) -> bytes:
    """In one order, whoever wrote it."""
    return json.dumps(boards, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def rows_in(boards: Boards) -> int:
    """How many rows there are to compare."""
    return sum(len(board["rows"]) for board in boards)


def differences(before: Boards, after: Boards) -> Iterator[str]:
    """Where two readings of the boards differ: `plan 1 row 54 value`."""
    old, new = ({board["plan"]["id"]: board for board in boards} for boards in (before, after))
    for plan in sorted(old.keys() | new.keys()):
        if plan not in old or plan not in new:
            yield f"plan {plan}"
            continue
        yield from _in_board(plan, old[plan], new[plan])


def _in_board(plan: int, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name in sorted((old.keys() | new.keys()) - {"rows"}):
        if old.get(name) != new.get(name):
            yield f"plan {plan} {name}"
    rows, others = ({row["row"]: row for row in board["rows"]} for board in (old, new))
    for number in sorted(rows.keys() | others.keys()):
        one, other = rows.get(number), others.get(number)
        if one is None or other is None:
            yield f"plan {plan} row {number}"
            continue
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                yield f"plan {plan} row {number} {name}"
