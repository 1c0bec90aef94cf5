"""Money beside results: how far the budgets are spent, how much of the year is over, and how many indicators are on course.

Ratios are worked out from the sums, never averaged. A project without an approved budget has no rate, which is neither 0% nor 100%.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shixiao.casework import offices
from shixiao.people.models import User
from shixiao.performance.board.sentences import on_course
from shixiao.performance.comparing import Key, counterparts
from shixiao.performance.models import PlanVersion
from shixiao.performance.standing import Board, Place, Row

OFFER = "spent"
WAN = Decimal(10_000)
NOTHING = Decimal(0)
BEHIND = Decimal(10)  # points behind the time that has passed, from which on it is said


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    """A project, or all of them: paid of approved in 万元, and of the indicators of which anything can be said those on course.

    `address` shows both, `paid_address` the payments alone; empty where there is no such page.
    """

    place: Place | None
    approved: Decimal | None
    paid: Decimal
    time: Decimal
    good: int
    known: int
    rows: int
    address: str = ""
    paid_address: str = ""
    is_matched: bool = True

    @property
    def rate(self) -> Decimal | None:
        """Paid of approved in percent, one decimal; None without a budget."""
        return percent(self.paid, self.approved) if self.approved else None

    @property
    def against_time(self) -> Decimal | None:
        """Points ahead of the time that has passed; negative behind it."""
        return None if self.rate is None else self.rate - self.time

    @property
    def share(self) -> Decimal | None:
        """Indicators on course, in percent of those of which anything can be said."""
        return percent(Decimal(self.good), Decimal(self.known)) if self.known else None

    @property
    def is_behind(self) -> bool:
        """More than ten points behind the time."""
        return self.against_time is not None and self.against_time < -BEHIND

    @property
    def project(self) -> str:
        """As the address of a board names it."""
        return f"{self.place.unit_position}-{self.place.project_position}" if self.place else ""


@dataclass(frozen=True)
class Money:
    """Every project in the order of the table, and all together."""

    lines: Sequence[MoneyLine]
    whole: MoneyLine
    is_offered: bool

    @property
    def behind(self) -> list[MoneyLine]:
        """Projects more than ten points behind the time that has passed."""
        return [line for line in self.lines if line.is_behind]

    @property
    def without(self) -> list[MoneyLine]:
        """Projects whose budget is not recorded."""
        return [line for line in self.lines if not line.approved]


def read(version: PlanVersion, board: Board, *, by: User | None, now: datetime) -> Money:
    """Money beside results on the day of the board: a statement for the counterparts, and those of the office that is asked.

    Of a past day budgets and payments are those that were known then; which project is which is what is known now. `by` may be None of
    a past day only: a program without an account.
    """
    year, offered = version.plan.fiscal_year, offices.offer(OFFER)
    matched = counterparts(version)
    asked = sorted({key for key in matched.values() if key})
    spent: dict[int, Any] = offered(asked, year=year, by=by, now=now, as_of=board.as_of) if offered and asked else {}
    time = time_passed(year, board.day)
    lines = []
    for key, place, rows in _projects(board.rows):
        counterpart = matched.get(key)
        told = spent.get(counterpart or 0)
        good, known = on_course(rows)
        lines.append(
            MoneyLine(
                place=place,
                approved=told.approved / WAN if told and told.approved is not None else None,
                paid=told.paid / WAN if told else NOTHING,
                time=time,
                good=good,
                known=known,
                rows=len(rows),
                address=told.address if told else "",
                paid_address=(told.paid_address or told.address) if told else "",
                is_matched=bool(counterpart),
            )
        )
    return Money(lines, _whole(lines, time), offered is not None)


def _whole(lines: Sequence[MoneyLine], time: Decimal) -> MoneyLine:
    """All that have a budget: what was paid without one is no part of the rate."""
    with_budget = [line for line in lines if line.approved]
    return MoneyLine(
        place=None,
        approved=sum((line.approved or NOTHING for line in with_budget), NOTHING) if with_budget else None,
        paid=sum((line.paid for line in with_budget), NOTHING),
        time=time,
        good=sum(line.good for line in lines),
        known=sum(line.known for line in lines),
        rows=sum(line.rows for line in lines),
    )


def _projects(rows: Iterable[Row]) -> Iterable[tuple[Key, Place, list[Row]]]:
    """The projects of the rows in their order; the second of one name in a unit has the ordinal 2."""
    by_project: dict[int, list[Row]] = {}
    for row in rows:
        by_project.setdefault(row.place.project, []).append(row)
    met: dict[tuple[str, str], int] = {}
    for several in by_project.values():
        place = several[0].place
        name = (place.unit_name, place.project_name)
        met[name] = met.get(name, 0) + 1
        yield Key(*name, met[name]), place, several


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """In percent with one decimal."""
    return (part * 100 / whole).quantize(Decimal("0.1"))


def time_passed(year: int, day: date) -> Decimal:
    """How much of the year is over at the end of the day, in percent: 0 before it, 100 after it."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = min(max((day - first).days + 1, 0), (after - first).days)
    return percent(Decimal(days), Decimal((after - first).days))
