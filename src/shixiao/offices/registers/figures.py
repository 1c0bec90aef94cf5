"""What the measures of registers read: the lines of the counter's own board, of one register, or of those whose entries are hidden."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from shixiao.casework.evidence import board, guarding
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.lines import Line
from shixiao.casework.evidence.rows import Group, groups_of
from shixiao.casework.evidence.standing import Standing
from shixiao.engine.measures import Reads
from shixiao.ledger import gauges
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.steps import RESTRICTED_ENTRY
from shixiao.people.models import User


class Share(NamedTuple):
    """What everybody may know of a register that is restricted."""

    wording: str
    value: str


def of_register(register: Register, *, year: int, by: User, now: datetime) -> list[Group]:
    """Every gauge in use of the register as a row that opens; one statement for all readings."""
    chosen = _year(year, now=now)
    return groups_of(_lines({register.code}, chosen, by=by, now=now), chosen)


def has_rounds(register: Register, *, now: datetime) -> bool:
    """Rounds in slots are measured of it: the time between two of them is of interest."""
    own = [each for each in gauges.current(now).gauges if each.parameters.get("register") == register.code]
    return any(each.measure.name == "registers.rounds_in_slots" for each in own)


def of_others(registers: Iterable[Register], *, year: int, by: User, now: datetime) -> list[Share]:
    """What everybody may know of restricted registers: shares, and that there are few (law 9)."""
    chosen = _year(year, now=now)
    lines = [
        line
        for line in _lines({each.code for each in registers}, chosen, by=by, now=now)
        if line.standing is Standing.HIDDEN
        and line.gauge.reads is Reads.SHARE
        and RESTRICTED_ENTRY in line.gauge.measure.of
    ]
    return [
        Share(line.gauge.wording, guarding.hidden_value(line.reading, line.gauge, is_narrowed=False)) for line in lines
    ]


def _year(year: int, *, now: datetime) -> Chosen:
    return Chosen.of({"year": str(year)}, today=timezone.localtime(now).date())


def _lines(codes: set[str], chosen: Chosen, *, by: User, now: datetime) -> list[Line]:
    catalogue = gauges.current(now).gauges
    own = [each for each in catalogue if each.parameters.get("register") in codes]
    if not own:
        return []
    return board.lines_of(own, chosen, board.place(None), catalogue=catalogue, by=by, now=now)


def years_of(today: date) -> list[int]:
    """The years that can be chosen."""
    return list(range(today.year, today.year - 5, -1))
