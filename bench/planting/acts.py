"""What is done to a neglected case, and when. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from shixiao.casework.simulating import ONE_DAY, Days

MANNERS = ("sitting", "days", "night", "two")  # how a heap is worked off


@dataclass(frozen=True, kw_only=True)
class Neglected:
    """A case that nobody does in time: what sort it is, and the time it has. `end` is the first moment that is too late."""

    sort: str
    key: str
    begin: datetime
    end: datetime
    told: Mapping[str, Any] = field(default_factory=dict)  # what its being done is told
    needs_confirmation: bool = False


@dataclass(frozen=True, kw_only=True)
class Act:
    """One step. `hides` is the one that hides the miss; `again` acts on the case that was opened in its stead."""

    at: datetime
    step: str
    by: str
    told: Mapping[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None
    hides: bool = False
    again: bool = False
    person: int = 0


@dataclass(frozen=True)
class Moments:
    """Days on which things are done, in the office of that calendar."""

    days: Days

    def last_of_period(self, day: date, months: int) -> date:
        """The last working day of the period of so many months in which `day` lies."""
        last = (day.month - 1) // months * months + months
        first_of_next = date(day.year + last // 12, last % 12 + 1, 1)
        return self.days.open_day(first_of_next - ONE_DAY)

    def back(self, day: date, count: int) -> date:
        """So many working days before."""
        for _ in range(count):
            day = self.days.open_day(day - ONE_DAY)
        return day

    def on(self, day: date, count: int) -> date:
        """So many working days after; with none, that day or the next on which somebody works."""
        while not self.days.works_on(day):
            day += ONE_DAY
        for _ in range(count):
            day += ONE_DAY
            while not self.days.works_on(day):
                day += ONE_DAY
        return day

    def hours(self, day: date, chance: Random, begin: int = 9, end: int = 17) -> datetime:
        """A moment of that day."""
        minutes = chance.randrange(begin * 60, end * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60, chance.randrange(60)), tzinfo=self.days.zone)

    def heap(
        self, after: datetime, months: int, manner: str, chance: Random, *, ahead: int = 0
    ) -> tuple[datetime, int]:
        """When a case that could be closed from `after` on lies in the heap of its period, and by which person.

        What is due up to `ahead` days later goes into the heap as well.
        """
        day = (after - ahead * ONE_DAY).date()
        last = self.last_of_period(day, months)
        if last <= day:
            last = self.last_of_period(last.replace(day=28) + 6 * ONE_DAY, months)
        if manner == "sitting":
            begun = Random(f"sitting {last}").randrange(10, 16)
            return self.hours(last, chance, begun, begun + 1), 0
        if manner == "night":
            return self.hours(last, chance, 20, 23), 0
        if manner == "days":
            return self.hours(self.back(last, chance.randrange(3)), chance), 0
        return self.hours(self.back(last, chance.randrange(2)), chance, 14, 18), chance.randrange(2)

    def later(self, moment: datetime, least: int, most: int, chance: Random) -> datetime:
        """In office hours, so many days later."""
        return self.hours(self.on((moment + chance.randint(least, most) * ONE_DAY).date(), 0), chance)

    def claimed(self, case: Neglected, chance: Random) -> datetime:
        """A moment at which it could have been done in time."""
        moment = (case.begin + (case.end - case.begin) * chance.uniform(0.2, 0.9)).replace(microsecond=0)
        if case.sort == "rounds":
            return moment
        if case.sort in ("tasks", "petitions"):  # work of weeks is done at the end of them
            moment = case.end - chance.randint(2, 5) * ONE_DAY
        at = self.hours(self.days.open_day(moment.date()), chance)
        return max(at, case.begin + timedelta(hours=1))

    def late(self, case: Neglected, chance: Random) -> datetime | None:
        """When an honest person does it after its time; None for never."""
        if case.sort == "rounds":
            length = min(case.end - case.begin, ONE_DAY)
            return case.end + timedelta(minutes=5) + length * 0.6 * chance.random() if chance.random() < 0.5 else None
        return self.later(case.end, 2, 18, chance)


def done(case: Neglected, moments: Moments, at: datetime, chance: Random, **more: Any) -> Iterator[Act]:
    """What it takes to have it done: recorded, and confirmed where somebody has to."""
    by = {"petitions": "restricted_clerk", "payments": "cashier", "allowances": "cashier"}.get(case.sort, "clerk")
    step = {"nil": "answer", "payments": "pay", "allowances": "pay"}.get(case.sort, "do")
    yield Act(at=at, step=step, by=by, told=_told(case, more.get("happened_at") or at), **more)
    if case.needs_confirmation:
        seen = moments.days.after(at, chance.randint(1, 4), "confirmer", chance)
        by = "restricted_confirmer" if case.sort == "petitions" else "confirmer"
        yield Act(at=seen, step="confirm", by=by)


def _told(case: Neglected, at: datetime) -> dict[str, Any]:
    told = dict(case.told)
    if "day_field" in told:
        told = {"values": {told["day_field"]: at.date()}}
    if case.sort == "petitions":
        told = {"done_on": at.date()}
    if case.sort == "payments":
        told = {"voucher": f"{at:%Y-%m}-P{case.key.replace('-', '')}"}
    if case.sort == "nil":
        told = {}
    return told
