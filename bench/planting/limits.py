"""Which cases of a year can be neglected, and the time that each has. Reads what the honest desks planned."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from planting.acts import Moments, Neglected
from planting.cheats import Cheat
from planting.ways import sent_back_just_before
from shixiao.casework.models import DutyCase
from shixiao.casework.performing import zone
from shixiao.casework.simulating import ONE_DAY, Move
from shixiao.offices.registers.shipped import BY_CODE
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN

WORKING_DAYS = 10  # what a payment has


def round_(row: DutyCase, register: str) -> Neglected | None:
    """A round of that register."""
    if row.duty.kind != ENTRY or row.duty.told["register"] != register:
        return None
    said = {"values": {"finding": "fine"}} if register == "fire_rounds" else {}
    key = f"{row.duty_id}-{row.key}"
    return Neglected(sort="rounds", key=key, begin=_here(row.begin), end=_here(row.end), told=said)


def nil_return(row: DutyCase) -> Neglected | None:
    """The nil return of a month, for a register that anybody may see."""
    if row.duty.kind != NIL_RETURN:
        return None
    return Neglected(sort="nil", key=f"{row.duty_id}-{row.key}", begin=_here(row.begin), end=_here(row.end))


def task(opening: Move) -> Neglected | None:
    """Work that was planned with a day by which it is to be done."""
    entry, step = opening.what
    if step.step != "plan":
        return None
    definition = BY_CODE[entry.register].definition
    told = {"day_field": definition["day_field"]} if "day_field" in definition else {}
    needs = bool(definition.get("needs_confirmation"))
    return _due("tasks", opening, step.told["due_on"], told, needs)


def petition(opening: Move) -> Neglected | None:
    """Something that came in confidentially, with a day by which it is to be answered."""
    entry, step = opening.what
    if entry.register != "petitions" or "due_on" not in step.told:
        return None
    return _due("petitions", opening, step.told["due_on"], {}, True)


def _due(sort: str, opening: Move, due_on: date, told: dict[str, Any], needs: bool) -> Neglected:
    end = datetime.combine(due_on + ONE_DAY, time(), tzinfo=zone())
    return Neglected(sort=sort, key=opening.key, begin=_here(opening.at), end=end, told=told, needs_confirmation=needs)


def payment(opening: Move, moves: Sequence[Move], moments: Moments, cheat: Cheat) -> tuple[Neglected | None, int]:
    """A payment, unless it has a story of its own. One that is sent back later is not approved before."""
    if not opening.key.startswith("p-") or [move.what[1].step for move in moves[:3]] != ["register", "approve", "pay"]:
        return None, 0
    if len(moves) > 3 or opening.what[1].happened_at is not None:
        return None, 0
    end = datetime.combine(moments.on(opening.at.date(), WORKING_DAYS) + ONE_DAY, time(), tzinfo=zone())
    case = Neglected(
        sort="payments",
        key=opening.key,
        begin=_here(moves[1].at),
        end=end,
        told={**opening.what[1].told, "place": opening.what[0].project},
    )
    return case, 1 if cheat.way is sent_back_just_before else 2


def allowance(round_: tuple[str, date, int, int], begin: datetime, end: datetime) -> tuple[int, Neglected] | None:
    """A round of allowances whose time comes about now."""
    key, due_on, heads, case_id = round_
    told = {"amount": Decimal(heads * 500), "people": heads, "voucher": f"L-{key}"}
    opened = datetime.combine(due_on - timedelta(days=6), time(9), tzinfo=zone())
    if not begin <= opened < end:
        return None
    late = datetime.combine(due_on + ONE_DAY, time(), tzinfo=zone())
    return case_id, Neglected(sort="allowances", key=key, begin=opened, end=late, told=told)


def _here(moment: datetime) -> datetime:
    return moment.astimezone(zone())
