"""Years of an invented office, by kind of reading: what was known at mid-year, and what came of it.

Pure and seeded. It knows nothing of how forecasts are made: work arrives by rates that differ between offices and months (gamma), crowds at
the end of quarters, thins out in the holidays and when somebody is on leave; some months go badly; late work is known late; amounts
are lognormal; plans are partly made in January and partly as the year goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from random import Random

from shixiao.engine.measures import NOTHING, Reading

YEAR = 2027
BEGIN, END, MIDDLE = date(YEAR, 1, 1), date(YEAR + 1, 1, 1), date(YEAR, 6, 30)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: the day on which it counts, from which day it is known that it will, from which day how it came out."""

    counts_on: date
    known_on: date
    decided_on: date
    is_met: bool
    value: float = 1.0


@dataclass(frozen=True)
class Year:
    """What a year of one office held, for one gauge; `services` is what its complaints are counted against."""

    kind: str
    cases: tuple[Case, ...]
    services: tuple[Case, ...] = ()

    def reading(self, day: date, cases: tuple[Case, ...] | None = None) -> Reading:
        """What was known at the end of a day."""
        told = self.cases if cases is None else cases
        return sum((_reading(self.kind, each, day) for each in told if each.known_on <= day), NOTHING)

    def grown(self, day: date) -> list[tuple[date, Reading]]:
        """Cumulated at the end of each month up to that day: of cases that count by then."""
        ends = [date(YEAR, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]
        found = []
        for end in [*(each for each in ends if each < day), day]:
            past = tuple(each for each in self.cases if each.counts_on <= end)
            found.append((end, self.reading(day, past)))
        return found


def _reading(kind: str, case: Case, day: date) -> Reading:
    if case.decided_on > day:
        return Reading(pending=1) if kind in ("share", "planned", "all_of") else NOTHING
    if kind in ("sum", "mean"):
        value = Decimal(str(round(case.value, 4)))
        return Reading(amounts=1, total=value, weight=Decimal(1))
    return Reading(met=1) if case.is_met else Reading(missed=1)


def years(kind: str, seeds: range) -> Iterator[Year]:
    """One year for each seed."""
    for seed in seeds:
        yield _MAKERS[kind](Random(f"{kind} {seed}"))


# ---- the life of an office ------------------------------------------------------------------------------------------


def _months(chance: Random, rate: float) -> list[int]:
    """How many arrive in each month."""
    crowding, dip = chance.uniform(1.0, 1.45), chance.uniform(0.45, 0.9)
    leave = chance.choice((0, 0, 7, 8, 10))
    trend = chance.gauss(0, 0.02)
    shape = chance.uniform(4, 20)
    found = []
    for month in range(1, 13):
        factor = crowding if month % 3 == 0 else 1.0
        factor *= dip if month in (2, 10) else 1.0
        factor *= 0.6 if month == leave else 1.0
        mean = rate * factor * exp(trend * (month - 6.5)) * chance.gammavariate(shape, 1 / shape)
        found.append(_poisson(chance, mean))
    return found


def _poisson(chance: Random, mean: float) -> int:
    if mean > 200:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _day(chance: Random, month: int) -> date:
    first = date(YEAR, month, 1)
    length = ((first + timedelta(days=32)).replace(day=1) - first).days
    return first + timedelta(days=min(length - 1, int(length * chance.random() ** chance.choice((1.0, 1.0, 0.6)))))


def _share(chance: Random) -> Year:
    """Work with limits: known when it comes, decided by its limit."""
    usual = chance.betavariate(18, 1.2)
    cases = []
    for month, count in enumerate(_months(chance, exp(chance.uniform(0.4, 3.6))), start=1):
        share = chance.betavariate(30 * usual + 0.5, 30 * (1 - usual) + 0.5)
        for _ in range(count):
            due = _day(chance, month)
            known = due - timedelta(days=chance.randint(5, 30))
            is_met = chance.random() < share
            decided = due - timedelta(days=chance.randint(0, 4)) if is_met else due
            cases.append(Case(counts_on=due, known_on=known, decided_on=max(known, decided), is_met=is_met))
    return Year("share", tuple(cases))


def _count(chance: Random) -> Year:
    """What is counted when it happens, written down some days later."""
    cases = []
    for month, count in enumerate(_months(chance, exp(chance.uniform(-0.4, 3.4))), start=1):
        for _ in range(count):
            day = _day(chance, month)
            known = day + timedelta(days=chance.choice((0, 0, 1, 2, 5)))
            cases.append(Case(counts_on=day, known_on=known, decided_on=known, is_met=True))
    return Year("count", tuple(cases))


def _planned(chance: Random) -> Year:
    """A plan of January with what is added later; most of it done, some never."""
    usual, cases = chance.betavariate(16, 1.5), []
    for month, count in enumerate(_months(chance, exp(chance.uniform(-0.2, 2.0))), start=1):
        for _ in range(count):
            due = _day(chance, month)
            known = date(YEAR, 1, 8) if chance.random() < 0.7 else due - timedelta(days=chance.randint(10, 60))
            cases.append(Case(counts_on=due, known_on=known, decided_on=due, is_met=chance.random() < usual))
    return Year("planned", tuple(cases))


def _all_of(chance: Random) -> Year:
    """Rounds that a duty expects, all of them known from the first day; few go wrong."""
    wrong = chance.choice((0.0005, 0.002, 0.01, 0.03, 0.08))
    step = chance.choice((7, 14, 30, 91))
    days = [BEGIN + timedelta(days=each) for each in range(step - 1, 365, step)]
    cases = [Case(counts_on=day, known_on=BEGIN, decided_on=day, is_met=chance.random() >= wrong) for day in days]
    return Year("all_of", tuple(cases))


def _sum(chance: Random) -> Year:
    """Payments: lognormal, some regular, some at the end of quarters."""
    scale, spread = exp(chance.uniform(6, 11)), chance.uniform(0.3, 1.1)
    regular = chance.choice((0.0, 0.0, 1.0, 3.0))
    cases = []
    for month, count in enumerate(_months(chance, exp(chance.uniform(0.7, 3.0))), start=1):
        values = [scale * exp(chance.gauss(0, spread)) for _ in range(count)] + ([scale * regular] if regular else [])
        for value in values:
            day = _day(chance, month)
            cases.append(Case(counts_on=day, known_on=day, decided_on=day, is_met=True, value=value))
    return Year("sum", tuple(cases))


def _mean(chance: Random) -> Year:
    """Times to mend something: lognormal, with months in which everything takes longer."""
    scale, spread, rough = exp(chance.uniform(2.3, 4.2)), chance.uniform(0.3, 1.0), chance.uniform(0.0, 0.25)
    cases = []
    for month, count in enumerate(_months(chance, exp(chance.uniform(0.4, 3.0))), start=1):
        level = scale * exp(chance.gauss(0, rough))
        for _ in range(count):
            day = _day(chance, month)
            cases.append(
                Case(
                    counts_on=day, known_on=day, decided_on=day, is_met=True, value=level * exp(chance.gauss(0, spread))
                )
            )
    return Year("mean", tuple(cases))


def _ratio(chance: Random) -> Year:
    """Complaints by services."""
    usual = chance.betavariate(1.6, 90)
    services, complaints = [], []
    for month, count in enumerate(_months(chance, exp(chance.uniform(3.4, 5.2))), start=1):
        share = chance.betavariate(60 * usual + 0.2, 60 * (1 - usual) + 0.2)
        for _ in range(count):
            day = _day(chance, month)
            services.append(Case(counts_on=day, known_on=day, decided_on=day, is_met=True))
            if chance.random() < share:
                complaints.append(Case(counts_on=day, known_on=day, decided_on=day, is_met=True))
    return Year("ratio", tuple(complaints), tuple(services))


_MAKERS: dict[str, Callable[[Random], Year]] = {
    "share": _share,
    "count": _count,
    "planned": _planned,
    "all_of": _all_of,
    "sum": _sum,
    "mean": _mean,
    "ratio": _ratio,
}
KINDS = tuple(_MAKERS)
