"""The board for programs: every row as JSON and as a line of CSV, as one person may see it.

Where there is no value there is null (an empty cell in CSV), never 0. Of a restricted register whoever does not hold it gets what
`guarding` shows: the status, a ratio in words, and no figure (law 9).
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shixiao.casework import simulated
from shixiao.engine import targets
from shixiao.engine.measures import Reading
from shixiao.engine.prospects import STATUS_WORDS, Prospect
from shixiao.engine.targets.json_form import json_number
from shixiao.performance import guarding, wordings
from shixiao.performance.guarding import Guarded, Shown
from shixiao.performance.models import PlanVersion
from shixiao.performance.standing import Board, Part, Row

SCHEMA = "urn:shixiao:schema:board:1"
Json = dict[str, Any]
# What a spreadsheet program would take for a formula, and the blanks that it skips before it looks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK = "\ufeff"  # without it Excel takes UTF-8 for GBK


def board_json(board: Board, guarded: Guarded, rows: Iterable[Row] | None = None) -> Json:
    """The object of `shixiao schema board`, every field present; of all rows, or of these. Sentences are in the language that is active."""
    chosen = guarded.rows if rows is None else tuple(rows)
    return {**head(board), "rows": [row_json(row, guarded.parts(row)) for row in chosen]}


def head(board: Board) -> Json:
    """Which board it is: plan and version, the day at whose end it stands, whether that day is still going on, and whether all is simulated."""
    return {
        "schema": SCHEMA,
        "plan": plan_json(board.version),
        "day": board.day.isoformat(),
        "as_of": None if board.as_of is None else board.as_of.isoformat(),
        "is_live": board.as_of is None,
        "simulated": simulated.is_simulated(),
    }


def plan_json(version: PlanVersion) -> Json:
    """A plan in its version."""
    plan = version.plan
    return {"id": plan.pk, "version": version.number, "department": plan.department, "year": plan.fiscal_year}


def row_json(row: Row, shown: Sequence[Shown]) -> Json:
    """A row. A compound target has its figures in `parts`, since no single one stands for several."""
    is_compound = len(shown) > 1
    figures = _figures(None, row.prospect) if is_compound else _figures(shown[0], row.prospect)
    if is_compound:
        figures["is_hidden"] = any(not each.is_open for each in shown)
    return {
        "row": row.row,
        "code": row.code or None,
        "unit": row.place.unit_name,
        "project": row.place.project_name,
        "indicator": row.name,
        "target": row.wording,
        "status": row.status.value,
        "basis": row.basis,
        **figures,
        "parts": [part_json(each) for each in shown] if is_compound else [],
    }


def part_json(shown: Shown) -> Json:
    """One part of a compound target."""
    part = shown.part
    return {
        "part": part.number,
        "words": part.target.condition or part.target.words,
        "target": targets.write(part.target),
        "status": part.prospect.status.value,
        "basis": part.basis,
        **_figures(shown, part.prospect),
    }


def withheld(guarded: Guarded, is_out: Callable[[Shown], bool], note: str) -> Guarded:
    """The same without any figure of the parts that a caller may not read for a reason of its own, such as the scope of a token."""
    of = {key: _without(shown, note) if is_out(shown) else shown for key, shown in guarded.of.items()}
    rows = []
    for row in guarded.rows:
        parts = tuple(of[row.id, part.number] for part in row.parts)
        changed = any(not shown.is_open for shown in parts)
        rows.append(replace(row, prospect=guarding.bare(row.prospect)) if changed else row)
    return Guarded(rows=tuple(rows), of=of)


def _without(shown: Shown, note: str) -> Shown:
    part = replace(guarding.closed(shown.part), declared=None)
    return replace(shown, part=part, is_open=False, may_open=False, value=_("不显示"), other="", note=note)


# ---- figures ---------------------------------------------------------------------------------------------------


def _figures(shown: Shown | None, prospect: Prospect) -> Json:
    """What is the same of a row with one target and of a part of several. `shown` is None for a compound as a whole."""
    part = shown.part if shown is not None else None
    return {
        "value": _number(prospect.value),
        "value_with_exclusions": _number(prospect.value_with_exclusions),
        "measured_in": prospect.unit or None,
        "value_text": _text(shown),
        "headroom": _headroom(prospect),
        "pace": _pace(prospect),
        "forecast": _forecast(prospect),
        "cases": None if part is None or part.basis == "none" else _cases(_counting(part)),
        "is_final": prospect.is_final,
        "is_hidden": shown is not None and not shown.is_open,
        "is_frozen": part is not None and part.is_frozen,
        "is_bound_later": part is not None and part.is_bound_later,
        "note": _note(shown),
    }


def _number(value: Decimal | bool | None) -> int | float | bool | None:
    return value if isinstance(value, bool) else json_number(value)


def _text(shown: Shown | None) -> str | None:
    """The value as the board shows it; of a restricted register the ratio alone."""
    return None if shown is None or shown.value in ("", "—") else shown.value


def _note(shown: Shown | None) -> str | None:
    if shown is None:
        return None
    bound = shown.part.bound
    lacks = wordings.lacking(bound.awaits) if bound is not None and bound.is_partial else ""
    return shown.note or shown.part.refusal or lacks or None


def _headroom(prospect: Prospect) -> Json | None:
    room = prospect.headroom
    return None if room is None else {"amount": json_number(room.amount), "unit": room.unit, "text": _said(room.text)}


def _pace(prospect: Prospect) -> Json | None:
    pace = prospect.pace
    if pace is None:
        return None
    return {"so_far": json_number(pace.so_far), "needed": json_number(pace.needed), "unit": pace.unit, "per": "week"}


def _forecast(prospect: Prospect) -> Json | None:
    found, chance = prospect.forecast, prospect.chance
    if found is None and chance is None:
        return None
    return {
        "low": json_number(found.low) if found else None,
        "mid": json_number(found.mid) if found else None,
        "high": json_number(found.high) if found else None,
        "probability": round(found.probability, 4) if found else None,
        "chance": chance.value if chance is not None else None,
    }


def _counting(part: Part) -> Reading | None:
    """The reading that makes the value: of several topics the smallest, as the target wants."""
    return (
        min((reading for _topic, reading in part.by_topic), key=lambda each: each.met)
        if part.by_topic
        else part.reading
    )


def _cases(reading: Reading | None) -> Json | None:
    """`counted` are those that make the value: met and missed, or with an amount."""
    if reading is None:
        return None
    return {
        "counted": reading.counted + reading.amounts,
        "met": reading.met,
        "missed": reading.missed,
        "pending": reading.pending,
        "not_counted": reading.not_counted,
    }


def _said(text: Any) -> str:
    return str(text.in_((get_language() or "zh")[:2]))


# ---- CSV -------------------------------------------------------------------------------------------------------

_FIGURES = ("value", "value_with_exclusions", "measured_in", "value_text")
_CASES = ("counted", "met", "missed", "pending", "not_counted")
COLUMNS = (
    *("row", "part", "code", "unit", "project", "indicator", "target", "status", "status_text", "basis"),
    *_FIGURES,
    *("headroom", "headroom_unit", "headroom_text"),
    *("low", "mid", "high", "probability", "chance"),
    *_CASES,
    *("as_of", "is_live", "is_hidden", "note", "simulated"),
)


def board_csv(board: Board, guarded: Guarded, rows: Iterable[Row] | None = None) -> str:
    """The same as CSV for a spreadsheet program: one line for each part, UTF-8 with its mark, and no cell that could be a formula."""
    out = io.StringIO()
    out.write(_MARK)
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    whole = head(board)
    for row in guarded.rows if rows is None else rows:
        told = row_json(row, guarded.parts(row))
        for part in told["parts"] or [told]:
            table.writerow([safe(each) for each in _line(whole, told, part)])
    return out.getvalue()


def _line(whole: Json, row: Json, part: Json) -> Iterable[Any]:
    of_row = {name: row[name] for name in ("row", "code", "unit", "project", "indicator")}
    room, forecast, cases = (part[name] or {} for name in ("headroom", "forecast", "cases"))
    found = {
        **of_row,
        **{name: part[name] for name in ("target", "status", "basis", "is_hidden", "note", *_FIGURES)},
        "part": part["part"] + 1 if "part" in part else None,
        "status_text": _said(STATUS_WORDS[_STATUSES[part["status"]]]),
        "headroom": room.get("amount"),
        "headroom_unit": room.get("unit"),
        "headroom_text": room.get("text"),
        **forecast,
        **cases,
        "as_of": whole["day"],
        "is_live": whole["is_live"],
        "simulated": whole["simulated"],
    }
    return (found.get(name) for name in COLUMNS)


_STATUSES = {each.value: each for each in STATUS_WORDS}


def safe(value: Any) -> Any:
    """A cell as it is written. Text that a spreadsheet program would run as a formula gets an apostrophe before it; numbers do not need it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(_FORMULA):
        return f"'{value}"
    return value


# ---- which row -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """The row that is meant, or those that it may be."""

    row: Row | None
    several: tuple[Row, ...] = ()


def meant(rows: Sequence[Row], asked: str) -> Found:
    """The row with that running number, or whose name holds all of these words; a name that is said whole is meant before longer ones."""
    said = asked.strip()
    if said.isascii() and said.isdigit():
        return Found(next((row for row in rows if str(row.row) == said.lstrip("0")), None))
    words = said.casefold().split()
    several = [row for row in rows if words and all(word in row.name.casefold() for word in words)]
    exact = [row for row in several if row.name.casefold() == said.casefold()]
    several = exact or several
    return Found(several[0]) if len(several) == 1 else Found(None, tuple(several))
