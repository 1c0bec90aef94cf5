"""A sheet as JSON and back: what an office freezes, and what an outsider needs, with the profile, to work the score out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.rounding import plain
from shixiao.engine.scoring.standing import Basis, ByHand, Counts, Money, Part, Sheet, Standing, Value

SCHEMA = 1


def sheet_as_json(sheet: Sheet) -> dict[str, Any]:
    """The whole sheet; numbers as text (`"95.2"`, `"409/412"`), so that they stay exact. `sheet_from_json` gives it back."""
    money = sheet.money
    return {
        "schema": SCHEMA,
        "project": sheet.project,
        "money": {
            "full_year": _number(money.full_year),
            "executed": _number(money.executed),
            "is_finished": money.is_finished,
            "weight": _number(money.weight),
            "by_hand": _by_hand(money.by_hand),
        },
        "rows": [_row(row) for row in sheet.rows],
    }


def _row(row: Standing) -> dict[str, Any]:
    return {
        "row": row.row,
        "code": row.code,
        "name": row.name,
        "weight": _number(row.weight),
        "over_reason": row.over_reason,
        "by_hand": _by_hand(row.by_hand),
        "parts": [_part(part) for part in row.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "target": {**targets.as_json(part.target), "words": part.target.words, "condition": part.target.condition},
        "basis": part.basis.value,
        "value": _value(part.value),
        "counts": _counts(part.counts),
        "is_timely": part.is_timely,
        "value_put_back": _value(part.value_put_back),
        "counts_put_back": _counts(part.counts_put_back),
        "mark": _number(part.mark),
        "tier": part.tier,
        "unit": part.unit,
        "budget": _number(part.budget),
        "year": part.year,
        "started_on": part.started_on.isoformat() if part.started_on else None,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _by_hand(typed: ByHand | None) -> dict[str, str] | None:
    return None if typed is None else {"points": plain(typed.points), "reason": typed.reason}


def _counts(counts: Counts | None) -> dict[str, int] | None:
    if counts is None:
        return None
    return {name: getattr(counts, name) for name in ("met", "missed", "pending", "not_counted")}


def _value(value: Value) -> Any:
    match value:
        case None | bool():
            return value
        case Fraction():
            return {"number": str(value)}
        case Decimal():
            return {"number": plain(value)}
        case date():
            return {"day": value.isoformat()[:10]}
    return {"word": str(value)}


# ---- reading ---------------------------------------------------------------------------------------------------


def sheet_from_json(written: Any) -> Sheet:
    """The sheet that was written. Raises `Unscorable`, naming the row that cannot be read."""
    place = "sheet"
    try:
        _check_schema(written["schema"])
        rows = []
        for number, row in enumerate(written["rows"]):
            place = f"rows[{number}]"
            rows.append(_row_from(row))
        place = "money"
        money = written["money"]
        return Sheet(
            project=str(written["project"]),
            rows=tuple(rows),
            money=Money(
                full_year=_number_from(money["full_year"]),
                executed=_number_from(money["executed"]),
                is_finished=money["is_finished"],
                weight=_number_from(money["weight"]),
                by_hand=_by_hand_from(money["by_hand"]),
            ),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as wrong:
        text = Text(f"缺少内容或写法不对：{wrong}", f"Something is missing or written wrongly: {wrong}")
        raise Unscorable([Fault(place, text)]) from wrong


def _check_schema(schema: object) -> None:
    if schema != SCHEMA:
        raise ValueError(f"schema {schema!r}, not {SCHEMA}")


def _row_from(row: Mapping[str, Any]) -> Standing:
    return Standing(
        row=int(row["row"]),
        code=str(row["code"]),
        name=str(row["name"]),
        weight=_number_from(row["weight"]),
        over_reason=str(row["over_reason"]),
        by_hand=_by_hand_from(row["by_hand"]),
        parts=tuple(_part_from(part) for part in row["parts"]),
    )


def _part_from(part: Mapping[str, Any]) -> Part:
    started_on = part["started_on"]
    return Part(
        target=targets.from_json(part["target"]),
        basis=Basis(part["basis"]),
        value=_value_from(part["value"]),
        counts=_counts_from(part["counts"]),
        is_timely=bool(part["is_timely"]),
        value_put_back=_value_from(part["value_put_back"]),
        counts_put_back=_counts_from(part["counts_put_back"]),
        mark=_number_from(part["mark"]),
        tier=str(part["tier"]),
        unit=str(part["unit"]),
        budget=_number_from(part["budget"]),
        year=part["year"],
        started_on=date.fromisoformat(started_on) if started_on else None,
    )


def _number_from(written: str | None) -> Decimal | None:
    if written is None:
        return None
    found = Decimal(written)
    if not found.is_finite():
        raise ValueError(f"{written!r} is no number")
    return found


def _by_hand_from(written: Mapping[str, str] | None) -> ByHand | None:
    return None if written is None else ByHand(Decimal(written["points"]), written["reason"])


def _counts_from(written: Mapping[str, int] | None) -> Counts | None:
    return None if written is None else Counts(**written)


def _value_from(written: Any) -> Value:
    if written is None or isinstance(written, bool):
        return written
    ((kind, text),) = written.items()
    if kind == "number":
        return Fraction(text) if "/" in text else _number_from(text)
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "word":
        return str(text)
    raise ValueError(f"{kind!r} is no kind of value")
