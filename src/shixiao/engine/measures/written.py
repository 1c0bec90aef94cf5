"""A case as a small table that a clerk can check, for tests and for trying a measure out.

    发生             | 记录             | 事件   | 要素
    2026-01-05 09:00 |                  | 安排   | programme=16 period=2026-01 late_from.pay=2026-02-01T00:00
    2026-01-30 10:00 | 2026-02-03 09:00 | 发放   | amount=1200.00

An empty 记录 is the moment of 发生. The rows stand in the order in which they were written down. 事件 is the name of a kind, or a
word that `kinds` gives one. 要素 are `name=value`, with spaces between; a point makes one inside another, 无 is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.engine.measures.timeline import LATE_FROM, WINDOW, Happening, Scope, Timeline

COLUMNS = ("发生", "记录", "事件", "要素")
SHANGHAI = ZoneInfo("Asia/Shanghai")
_NOWHERE = Scope()
_NO_KINDS: Mapping[str, str] = {}


class BrokenTable(ValueError):
    """A row that cannot be read; the sentence says which and why."""


def timeline_table(
    table: str,
    *,
    kind: str = "desk.item",
    kinds: Mapping[str, str] = _NO_KINDS,
    zone: ZoneInfo = SHANGHAI,
    id: int = 1,
    standing: Scope = _NOWHERE,
) -> Timeline:
    """The case that the table tells. Raises `BrokenTable` naming the row."""
    rows = [line.strip() for line in table.strip().splitlines() if line.strip()]
    heads = [cell.strip() for cell in rows[0].split("|")] if rows else []
    if not rows or sorted(heads) != sorted(COLUMNS):
        raise BrokenTable(f"第 1 行应是表头 {' | '.join(COLUMNS)} / the first row names the four columns")
    events = []
    for number, row in enumerate(rows[1:], 1):
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) != len(heads):
            raise BrokenTable(f"第 {number + 1} 行有 {len(cells)} 格，应有 {len(heads)} 格 / row {number + 1}: cells")
        events.append(_happening(dict(zip(heads, cells, strict=True)), number, kinds, zone))
    if not events:
        raise BrokenTable("表里没有事件 / the table tells of no event")
    return Timeline(kind, tuple(events), zone, id, standing)


def _happening(row: Mapping[str, str], number: int, kinds: Mapping[str, str], zone: ZoneInfo) -> Happening:
    happened = _moment(row["发生"], number, zone)
    recorded = _moment(row["记录"], number, zone) if row["记录"] else happened
    event = kinds.get(row["事件"], row["事件"])
    if not event:
        raise BrokenTable(f"第 {number + 1} 行没有写事件 / row {number + 1} names no event")
    return Happening(event, happened, recorded, _particulars(row["要素"], number, zone), number)


def _moment(words: str, number: int, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise BrokenTable(
            f"第 {number + 1} 行的“{words}”不是时间，写成 2026-01-05 09:00 / row {number + 1}: {words!r} is no moment"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _particulars(words: str, number: int, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in words.split():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BrokenTable(f"第 {number + 1} 行的“{pair}”应写成 名称=值 / row {number + 1}: write name=value")
        outer, point, inner = name.partition(".")
        if outer == LATE_FROM:
            found.setdefault(outer, {})[inner] = None if value == "无" else _moment(value, number, zone).isoformat()
        elif outer == WINDOW:
            found[outer] = [_moment(each, number, zone).isoformat() for each in value.split("~")]
        elif point:
            found.setdefault(outer, {})[inner] = _value(value)
        else:
            found[outer] = _value(value)
    return found


def _value(words: str) -> Any:
    if words == "无":
        return None
    return int(words) if words.isdigit() and not (len(words) > 1 and words[0] == "0") else words
