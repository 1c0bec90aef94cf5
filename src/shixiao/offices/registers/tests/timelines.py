"""Timelines as small tables that a clerk can check: a line for each event, with when, what, and what was told.

2026-03-01 planned   due=2026-12-31
2026-11-20 done      form=lecture
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.engine.measures import Happening, Timeline

ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = {"day", "closed", "period", "name"}


def at(written: str) -> datetime:
    """`2026-06-01` is nine in the morning of that day, `2026-06-01T14:30` is that moment."""
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=ZONE) if "T" in written else datetime.combine(moment.date(), time(9), tzinfo=ZONE)


def timeline(table: str, *, kind: str = "registers.entry", register: str = "r") -> Timeline:
    """The case that the table tells. `due=DAY` is late from the midnight after it; `window=FROM/TO` is an expected case;
    `seen=MOMENT` is when it was written down, where that was later; any other word is a value of the entry."""
    lines = [line.split() for line in table.strip().splitlines()]
    return Timeline(kind, tuple(_event(*line, id_=id_, register=register) for id_, line in enumerate(lines, 1)), ZONE)


def _event(when: str, what: str, *told: str, id_: int, register: str) -> Happening:
    particulars: dict[str, Any] = {"register": register} if id_ == 1 else {}
    recorded = at(when)
    for name, value in (each.split("=") for each in told):
        match name:
            case "due":
                late = datetime.combine(date.fromisoformat(value) + timedelta(days=1), time(), tzinfo=ZONE)
                particulars["late_from"] = {"due": late.isoformat()}
            case "window":
                particulars["window"] = [at(each).isoformat() for each in value.split("/")]
            case "topic" | "project":
                particulars["scope"] = {"unit": 1, name: int(value)}
            case "confirmed_by":
                particulars["needs_confirmation"] = True
            case "seen":
                recorded = at(value)
            case _ if name in PLAIN:
                particulars[name] = value
            case _:
                particulars.setdefault("values", {})[name] = value
    name = what if "." in what else f"registers.{what}"
    return Happening(name, at(when), recorded, particulars, id_)
