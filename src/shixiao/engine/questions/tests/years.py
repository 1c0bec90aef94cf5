"""Invented years of an invented office, as rows: honest ones with everything that looks odd and is not, and cheats to be put into them.

Honest: quarter-ends that are crowded, leave, an outage, holidays after which work is caught up with, months paid on one day, late recording,
cancellations, extensions, corrections, a reorganisation. What is planted is said by its kind and its cases.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shixiao.engine.measures import Outcome
from shixiao.engine.questions import (
    Amended,
    Change,
    Closing,
    Daily,
    Kind,
    Presence,
    Question,
    Reopening,
    Seen,
    Watched,
    Way,
    raise_all,
    suspects,
)

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
HOLIDAYS = {
    *(date(YEAR, 1, day) for day in (1, 2)),
    *(date(YEAR, 2, day) for day in range(16, 24)),
    *(date(YEAR, 5, day) for day in range(1, 6)),
    *(date(YEAR, 10, day) for day in range(1, 9)),
}
DAY = timedelta(days=1)
ENDS = [date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31)]
MONTH_ENDS = [date(YEAR, month + 1, 1) - DAY for month in range(1, 12)] + [LAST]
UNIT = 1


def is_working(day: date) -> bool:
    """From Monday to Friday, without holidays."""
    return day.weekday() < 5 and day not in HOLIDAYS


def working(day: date, *, step: int = 1) -> date:
    """The day, or the next working one; with step -1 the one before."""
    while not is_working(day):
        day += step * DAY
    return day


def at(day: date, hour: float) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZONE) + timedelta(hours=hour)


@dataclass(frozen=True)
class Family:
    """What a register is like: how many cases a year, whether rounds, who writes it."""

    gauge: int
    yearly: int
    person: str
    is_round: bool = False
    pay_day: int = 0  # a month's cases are done on this day; 31 is the last working day


@dataclass
class Case:
    """One case: due at the end of a day, said to be done and written down at some moments; never done where `done` is None."""

    id: int
    family: Family
    due: date
    done: datetime | None = None
    recorded: datetime | None = None
    excluded: datetime | None = None  # cancelled at this moment
    asked: datetime | None = None
    moved: datetime | None = None
    closed_first: datetime | None = None
    reopened: datetime | None = None

    @property
    def limit(self) -> datetime:
        return at(self.due + DAY, 0)

    @property
    def was_missed(self) -> bool:
        """It had not been written down as done when its limit passed."""
        return self.recorded is None or self.recorded >= self.limit

    def is_done_by(self, moment: datetime) -> bool:
        """Written down by then, as done before its limit."""
        return bool(self.done and self.recorded and self.done < self.limit and self.recorded <= moment)


@dataclass
class Year:
    """The families, their cases, and on which days nobody or somebody was not there."""

    families: list[Family]
    cases: list[Case]
    away: dict[str, set[date]]
    extra: list[tuple[str, date]] = field(default_factory=list)
    planted: list[tuple[Kind, frozenset[int]]] = field(default_factory=list)

    def of(self, family: Family) -> list[Case]:
        return [each for each in self.cases if each.family is family]

    def there(self, person: str, day: date) -> date:
        """The first working day from `day` on on which the person is there."""
        while not is_working(day) or day in self.away[person]:
            day += DAY
        return day

    def seen(self) -> tuple[Seen, list[Closing]]:
        """As the detectors look at it: each family has two gauges that look at the same cases."""
        gauges = [(each.gauge + more, each) for each in self.families for more in (0, 1)]
        watched = [Watched(gauge=g, family=f"f{f.gauge}", office="desk", shows=f.gauge) for g, f in gauges]
        closings = [
            Closing(each.family.gauge, UNIT, each.id, each.family.person, each.recorded, each.due)
            for each in self.cases
            if each.recorded and each.recorded.date() <= LAST
        ]
        daily: dict[tuple[int, int, str, date], int] = {}
        for one in closings:
            key = (one.gauge, one.unit, one.person, one.recorded_at.date())
            daily[key] = daily.get(key, 0) + 1
        changes = [each for case in self.cases for each in _changes(case)]
        presence = {(case.family.person, m.date()) for case in self.cases for m in (case.recorded, case.moved) if m}
        seen = Seen(
            watched=watched,
            presence=Presence.of([*presence, *self.extra]),
            is_working=is_working,
            zone=ZONE,
            until=LAST,
            daily=[Daily(*key, number) for key, number in daily.items()],
            changes=changes,
            amended=self._amended(),
            reopenings=[_reopening(each) for each in self.cases if each.reopened],
            counted={g: self._counted(f) for g, f in gauges},
        )
        return seen, closings

    def _amended(self) -> list[Amended]:
        found: dict[tuple[int, int, str, date], int] = {}
        for each in self.cases:
            if each.moved and (each.moved < each.limit or each.is_done_by(each.moved)):
                for more in (0, 1):
                    key = (each.family.gauge + more, UNIT, each.family.person, each.moved.date())
                    found[key] = found.get(key, 0) + 1
        return [Amended(*key, number) for key, number in found.items()]

    def _counted(self, family: Family) -> tuple[int, int]:
        cases = [each for each in self.of(family) if not each.excluded]
        return sum(each.done is None or each.done >= each.limit for each in cases), len(cases)

    def questions(self) -> list[Question]:
        seen, closings = self.seen()
        return raise_all(seen, batches_of=suspects(seen), closings=closings)


def _changes(case: Case) -> list[Change]:
    if not case.was_missed:
        return []
    base = Change(
        gauge=case.family.gauge,
        unit=UNIT,
        case_id=case.id,
        before=Outcome.MISSED,
        after=Outcome.MET,
        known_at=case.limit,
        day=case.due,
        way=Way.CLOSES,
        person=case.family.person,
        happened_at=case.limit,
        recorded_at=case.limit,
    )
    found = []
    if case.done and case.recorded and case.done < case.limit:
        found.append(replace(base, happened_at=case.done, recorded_at=case.recorded))
    if case.excluded and case.excluded >= case.limit:
        gone = replace(base, after=Outcome.NOT_COUNTED, way=Way.EXCLUDES, person="boss", asked_at=case.asked)
        found.append(replace(gone, happened_at=case.excluded, recorded_at=case.excluded))
    if case.moved and case.moved >= case.limit and not case.is_done_by(case.moved):
        moved = replace(base, after=Outcome.MISSED, way=Way.AMENDS, is_moved=True)
        found.append(replace(moved, happened_at=case.moved, recorded_at=case.moved))
    return [replace(each, gauge=case.family.gauge + more) for each in found for more in (0, 1)]


def _reopening(case: Case) -> Reopening:
    assert case.closed_first is not None
    assert case.reopened is not None
    return Reopening(
        gauge=case.family.gauge,
        unit=UNIT,
        case_id=case.id,
        person="boss",
        opened_at=case.closed_first - 20 * DAY,
        closed_at=case.closed_first,
        late_from=case.limit,
        reopened_at=case.reopened,
        closed_again_at=case.recorded,
    )


# ---- an honest year -------------------------------------------------------------------------------------------------------


def honest(seed: int) -> Year:
    """A year with a dozen registers, three clerks, leave, one outage, holidays, crowded quarter-ends."""
    chance = Random(seed)  # noqa: S311 — a story, no secret
    people = ["chen", "lin", "huang"]
    away = {person: _leave(chance) for person in people}
    outage = working(date(YEAR, chance.randint(3, 11), chance.randint(5, 25)))
    for days in away.values():
        days |= {outage + n * DAY for n in range(chance.randint(2, 6))}
    families = [
        *(Family(10 * n, size, chance.choice(people)) for n, size in enumerate((12, 30, 60, 120, 250, 600), start=1)),
        Family(100, 8 * 365, "lin", is_round=True),
        Family(110, 2 * 365, "huang", is_round=True),
        Family(120, 360, "chen", pay_day=25),
        Family(130, 12 * chance.randint(2, 30), "chen", pay_day=31),
    ]
    year = Year(families, [], away)
    for family in families:
        year.cases += _cases(family, year, chance, len(year.cases) + 1)
    _reorganise(year, chance)
    return year


def _leave(chance: Random) -> set[date]:
    found = set()
    for _time in range(2):
        first = date(YEAR, chance.randint(1, 12), chance.randint(1, 25))
        found |= {first + n * DAY for n in range(chance.randint(4, 12))}
    return found


def _cases(family: Family, year: Year, chance: Random, start: int) -> list[Case]:
    if family.is_round:
        return [
            _round(start + n, family, FIRST + (n * 365 // family.yearly) * DAY, year, chance)
            for n in range(family.yearly)
        ]
    if family.pay_day:
        return [_paid(start + n, family, n % 12 + 1, chance) for n in range(family.yearly)]
    return [_task(start + n, family, year, chance) for n in range(family.yearly)]


def _round(key: int, family: Family, day: date, year: Year, chance: Random) -> Case:
    """On every day of the year, written down at once; some late by a few days, some never done."""
    made = Case(key, family, day)
    if chance.random() < 0.02:
        return made
    made.done = at(day, 8 + chance.random() * 10)
    late = chance.randint(1, 4) if chance.random() < 0.02 else 0
    recorded = day + late * DAY
    while recorded in year.away[family.person]:
        recorded += DAY
    made.recorded = made.done if recorded == day else at(recorded, 9 + chance.random() * 8)
    return made


def _paid(key: int, family: Family, month: int, chance: Random) -> Case:
    last = MONTH_ENDS[month - 1]
    day = working(last if family.pay_day == 31 else date(YEAR, month, family.pay_day), step=-1)
    moment = at(day, 14 + chance.random() * 3)
    return Case(key, family, min(LAST, day + 10 * DAY), done=moment, recorded=moment)


def _task(key: int, family: Family, year: Year, chance: Random) -> Case:
    """Due on some day, a quarter of them at the end of a quarter; mostly done in the days before, some late, some late on paper."""
    due = working(chance.choice(ENDS) if chance.random() < 0.15 else FIRST + chance.randint(8, 364) * DAY, step=-1)
    made = Case(key, family, due)
    luck = chance.random()
    if luck < 0.02:
        return made  # never done
    early = chance.choice((0, 0, 1, 1, 2, 3, 5, 8)) if luck < 0.93 else -chance.randint(1, 12)
    done = year.there(family.person, due - early * DAY)
    made.done = at(done, 9 + chance.random() * 8)
    lag = chance.choice((1, 1, 2, 3, 6)) if chance.random() < 0.04 else 0
    made.recorded = max(made.done, at(year.there(family.person, done + lag * DAY), 9 + chance.random() * 8))
    if made.was_missed and made.done >= made.limit and chance.random() < 0.06:
        made.excluded, made.done, made.recorded = made.limit + chance.randint(1, 15) * DAY, None, None
        if chance.random() < 0.5:
            made.asked = made.limit - DAY
    elif chance.random() < 0.03:
        made.moved = at(year.there(family.person, made.recorded.date() + chance.randint(1, 40) * DAY), 11)
    if made.recorded and made.recorded < made.limit and chance.random() < 0.05:  # sent back for a paper
        made.closed_first, made.reopened = made.recorded, made.recorded + DAY
        again = made.reopened.date() + chance.choice((0, 0, 1, 2, 5)) * DAY
        made.recorded = at(year.there(family.person, again), 18)
    return made


def _reorganise(year: Year, chance: Random) -> None:
    """In some years all the cases of a register go to another project on one day."""
    if chance.random() < 0.5:
        family = year.families[chance.randint(1, 5)]
        day = working(date(YEAR, chance.randint(4, 11), chance.randint(1, 28)))
        for each in year.of(family):
            if each.due <= day + 30 * DAY:
                each.moved = at(day, 10)


# ---- cheats ---------------------------------------------------------------------------------------------------------------


def cheated(seed: int, kind: Kind) -> Year:
    """The honest year of that seed with one cheat of the kind."""
    year, chance = honest(seed), Random(seed * 7 + 1)  # noqa: S311 — a story, no secret
    cases = CHEATS[kind](year, chance)
    year.planted.append((kind, frozenset(each.id for each in cases)))
    return year


def _tasks(year: Year, chance: Random) -> Family:
    """A register of tasks in which there is enough to cheat with."""
    return chance.choice(
        [each for each in year.families if not each.pay_day and not each.is_round and each.yearly >= 30]
    )


def _batch(year: Year, chance: Random) -> list[Case]:
    family = _tasks(year, chance)
    usual = family.yearly / 240
    number = max(8, int(usual * chance.randint(8, 12)))
    day = working(chance.choice(MONTH_ENDS), step=-1)
    start = len(year.cases) + 1
    made = [Case(start + n, family, min(LAST, day + 20 * DAY)) for n in range(number)]
    for n, each in enumerate(made):
        each.done = each.recorded = at(day, 14 + 3 * n / number)
    year.cases += made
    return made


def _missed(year: Year, chance: Random, number: int) -> list[Case]:
    """So many more that were missed, within a month of one another."""
    family = _tasks(year, chance)
    first, start = date(YEAR, chance.randint(2, 9), chance.randint(1, 28)), len(year.cases) + 1
    made = [Case(start + n, family, working(first + chance.randint(0, 20) * DAY, step=-1)) for n in range(number)]
    year.cases += made
    return made


def _after(cases: list[Case], least: int) -> date:
    return working(max(each.due for each in cases) + least * DAY)


def _backdated(year: Year, chance: Random) -> list[Case]:
    made = _missed(year, chance, chance.randint(3, 10))
    for each in made:
        day = year.there(each.family.person, _after(made, chance.randint(8, 12)))
        each.done, each.recorded = at(each.due, 15), at(day, 9 + chance.random() * 8)
    return made


def _excluded(year: Year, chance: Random) -> list[Case]:
    made = _missed(year, chance, chance.randint(3, 8))
    for each in made:
        each.excluded = at(_after(made, chance.randint(1, 6)), 10 + chance.random() * 6)
    return made


def _reclassified(year: Year, chance: Random) -> list[Case]:
    made = _missed(year, chance, chance.randint(3, 8))
    for each in made:
        each.moved = at(_after(made, chance.randint(1, 6)), 10 + chance.random() * 6)
    return made


def _reopened(year: Year, chance: Random) -> list[Case]:
    made = _missed(year, chance, chance.randint(3, 8))
    for each in made:
        each.closed_first = at(each.due, 16)
        each.reopened = at(working(each.due + DAY), 9)
        each.recorded = each.reopened + chance.randint(3, 12) * DAY
        each.done = each.recorded
    return made


CHEATS = {
    Kind.BATCH_CLOSING: _batch,
    Kind.BACKDATED: _backdated,
    Kind.LATE_EXCLUSION: _excluded,
    Kind.RECLASSIFIED: _reclassified,
    Kind.REOPENED: _reopened,
}


def is_found(year: Year, found: list[Question]) -> bool:
    """A question of the kind is about at least half of what was planted."""
    ((kind, cases),) = year.planted
    return any(each.kind is kind and len(cases & set(each.cases)) * 2 >= len(cases) for each in found)
