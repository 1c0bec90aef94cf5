"""How a synthetic office lives a year: its character, and the order in which its desks take their steps. Pure.

Each office plans its own year (`simulate.py` in its folder) with what stands here; `living` plays it. The same year and seed
give the same character and the same plan, on every machine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
WorksOn = Callable[[date], bool]  # whether the office is open on a day


@dataclass(frozen=True, kw_only=True)
class Character:
    """What kind of office this is, in this year. Shares are of all cases; `drift` makes the second half worse or better."""

    year: int
    seed: int
    volume: float
    lateness: float
    misses: float
    drift: float
    late_entries: float
    corrections: float
    exclusions: float
    returns: float
    months: tuple[float, ...]  # how busy each is; 1 on the average
    leaves: Mapping[str, tuple[tuple[date, date], ...]]  # by role: days on which nobody takes such steps

    def busy(self, day: date) -> float:
        """How busy the month of that day is, times the volume."""
        return self.volume * self.months[day.month - 1]

    def share(self, share: float, on: date) -> float:
        """A share as it is on that day: the office changes over the year."""
        passed = (on - date(self.year, 1, 1)).days / 365
        return min(0.9, max(0.0, share * (1 + self.drift * (passed - 0.5) * 2)))

    def is_away(self, role: str, day: date) -> bool:
        """Whoever has that role is on leave."""
        return any(begin <= day < end for begin, end in self.leaves.get(role, ()))


def character(*, year: int, seed: int) -> Character:
    """The character that year and seed make."""
    chance = chance_of(year, seed, "character")
    care = chance.random()  # how careless: what is late, missed and corrected goes together, if loosely
    months = [chance.uniform(0.75, 1.25) for _ in range(12)]
    months[1] *= 0.7  # the Spring Festival
    months[11] *= chance.uniform(1.1, 1.8)  # before the year ends
    months[chance.randrange(2, 11)] *= chance.uniform(1.2, 2.0)  # a campaign
    average = sum(months) / 12
    return Character(
        year=year,
        seed=seed,
        volume=chance.uniform(0.75, 1.35),
        lateness=0.01 + 0.11 * care * chance.uniform(0.5, 1.0),
        misses=0.001 + 0.03 * care * chance.uniform(0.3, 1.0),
        drift=chance.uniform(-0.7, 0.7),
        late_entries=0.02 + 0.10 * chance.random(),
        corrections=0.01 + 0.05 * chance.random(),
        exclusions=0.01 + 0.04 * chance.random(),
        returns=0.02 + 0.06 * chance.random(),
        months=tuple(each / average for each in months),
        leaves={role: tuple(_leaves(chance, year)) for role in ("clerk", "confirmer", "approver", "cashier")},
    )


def _leaves(chance: Random, year: int) -> Iterator[tuple[date, date]]:
    for _ in range(chance.randint(1, 3)):
        begin = date(year, 1, 10) + chance.randrange(340) * ONE_DAY
        yield begin, begin + chance.randint(3, 12) * ONE_DAY


def chance_of(*parts: Any) -> Random:
    """Chance that these parts decide, on every machine alike."""
    return Random(" ".join(str(part) for part in parts))  # noqa: S311 — a story, no secret


def lot(*parts: Any) -> float:
    """One number between 0 and 1 that these parts decide; quick, for thousands of rounds."""
    mixed = crc32(" ".join(str(part) for part in parts).encode())
    return ((mixed * 2_654_435_761) & 0xFFFFFFFF) / 2**32


def how_many(chance: Random, mean: float) -> int:
    """A count with that mean, as things come that know nothing of each other."""
    count, left = 0, chance.expovariate(1.0)
    while left < mean and count < 10_000:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


@dataclass(frozen=True)
class Days:
    """The days on which somebody works, in an office of some character."""

    who: Character
    works_on: WorksOn
    zone: ZoneInfo

    def at(self, day: date, role: str, chance: Random) -> datetime:
        """A moment in office hours of that day, or of the next on which the office is open and somebody of that role is there."""
        for _ in range(60):
            if self.works_on(day) and not self.who.is_away(role, day):
                break
            day += ONE_DAY
        minutes = chance.randrange(9 * 60, 17 * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60, chance.randrange(60)), tzinfo=self.zone)

    def after(self, moment: datetime, days: int, role: str, chance: Random) -> datetime:
        """The same, so many working days after `moment`, and never before it."""
        day = moment.date()
        for _ in range(days):
            day += ONE_DAY
            while not self.works_on(day):
                day += ONE_DAY
        return max(self.at(day, role, chance), moment + timedelta(minutes=chance.randint(5, 50)))

    def open_day(self, day: date) -> date:
        """That day, or the last one before it on which the office is open."""
        while not self.works_on(day):
            day -= ONE_DAY
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step at its moment; `happened_at` where it is entered later than it happened."""

    at: datetime
    step: str
    by: str
    told: Mapping[str, Any]
    happened_at: datetime | None = None


class Move(NamedTuple):
    """One thing that somebody does at a moment. Those of one moment go by desk and key; a key names one case of the desk."""

    at: datetime
    desk: int
    key: str
    place: int
    what: Any
