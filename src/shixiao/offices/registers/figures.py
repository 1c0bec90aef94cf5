"""What the measures of registers read, in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.urls import NoReverseMatch, reverse

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Measure, Reading, Reads
from shixiao.ledger import gauges, readings
from shixiao.ledger.gauges import InUse
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.queries import FEW, discreet
from shixiao.offices.registers.steps import RESTRICTED_ENTRY
from shixiao.people.wordings import said


@dataclass(frozen=True)
class Figure:
    """A measure of a register, what it reads in a year, and where it opens."""

    title: str
    sentence: Text
    address: str


def of_register(register: Register, *, year: int, now: datetime) -> list[Figure]:
    """Every gauge in use of the register; one statement for all readings."""
    own = [each for each in gauges.current(now).gauges if each.parameters.get("register") == register.code]
    return [
        Figure(_title(each, {register.code: register.name}), sentence(each.measure, read), _address(each.id))
        for each, read in _read(own, year=year)
    ]


def has_rounds(register: Register, *, now: datetime) -> bool:
    """Rounds in slots are measured of it: the time between two of them is of interest."""
    own = [each for each in gauges.current(now).gauges if each.parameters.get("register") == register.code]
    return any(each.measure.name == "registers.rounds_in_slots" for each in own)


def of_others(registers: Iterable[Register], *, year: int, now: datetime) -> list[Figure]:
    """What everybody may know of restricted registers: shares, and small counts as such (law 9). No addresses."""
    names = {each.code: each.name for each in registers}
    own = [
        each
        for each in gauges.current(now).gauges
        if each.parameters.get("register") in names
        and each.measure.reads is Reads.SHARE
        and RESTRICTED_ENTRY in each.measure.of
    ]
    return [Figure(_title(each, names), _discreet(read), "") for each, read in _read(own, year=year)]


def _read(own: list[InUse], *, year: int) -> list[tuple[InUse, Reading]]:
    if not own:
        return []
    days = readings.Days.year(year)
    found = readings.board([readings.Asked(each.id, each.id, days) for each in own])
    return [(each, found[each.id]) for each in own]


def _title(each: InUse, names: Mapping[str, str]) -> str:
    parameters = {**each.parameters, "register": names[str(each.parameters["register"])]}
    try:
        return said(each.measure.wording).format(**parameters)
    except (KeyError, IndexError):
        return said(each.measure.wording)


def _address(gauge: int) -> str:
    """The page of the gauge, where its trace stands."""
    try:
        return reverse("casework:gauge", args=(gauge,))
    except NoReverseMatch:
        return ""


def sentence(measure: Measure, read: Reading) -> Text:
    """The reading in words, with what is pending and what is not counted."""
    waits = Text(f"，还有 {read.pending} 条未到期", f"; {read.pending} not due yet") if read.pending else Text("", "")
    out = (
        Text(f"，{read.not_counted} 条不计", f"; {read.not_counted} not counted") if read.not_counted else Text("", "")
    )
    main = _main(measure.reads, read)
    return Text(f"{main.zh}{waits.zh}{out.zh}。", f"{main.en}{waits.en}{out.en}.")


def _main(reads: Reads, read: Reading) -> Text:
    if reads is Reads.COUNT:
        return Text(f"{read.met} 条", f"{read.met} entries")
    if reads is Reads.SUM:
        return Text(f"合计 {read.total.normalize():f}", f"{read.total.normalize():f} in total")
    if not read.counted:
        return Text("还没有可以计的记录", "There is nothing to count yet")
    if reads is Reads.ALL_OF:
        if read.holds:
            return Text(f"全部做到，{read.met} 条", f"All kept, {read.met} entries")
        return Text(f"{read.counted} 条里有 {read.missed} 条没有做到", f"{read.missed} of {read.counted} were not kept")
    return Text(
        f"{read.counted} 条里达标 {read.met} 条，{percent(read.share)}",
        f"{read.met} of {read.counted}, {percent(read.share)}",
    )


def _discreet(read: Reading) -> Text:
    if not read.counted:
        return Text("还没有可以计的", "Nothing to count yet")
    count = discreet(read.counted)
    if read.counted < FEW:
        return Text(f"{percent(read.share)}（{count.zh}）", f"{percent(read.share)} ({count.en})")
    return Text(f"{percent(read.share)}（共 {count.zh}）", f"{percent(read.share)} (of {count.en})")


def percent(share: Fraction | None) -> str:
    """90.0%; nothing for no share."""
    return "" if share is None else f"{float(share) * 100:.1f}%"


def years_of(today: date) -> list[int]:
    """The years that can be chosen."""
    return list(range(today.year, today.year - 5, -1))
