"""A synthetic office lives: its desks take the steps that they planned, and the worker does every week what it does.

Everything goes through `casework.perform` and its like: through the book of `loading` or straight into the database, with the same
result. What was lived until some day goes on from there: whoever plans again finds by their order which case is which.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import Protocol

from shixiao.casework import assessing, expecting, timers
from shixiao.casework.performing import zone
from shixiao.casework.simulating import ONE_DAY, Move
from shixiao.ledger import folding

LOOK_BACK = timedelta(days=70)  # whatever was expected earlier is over, one way or another
WEEK = 7


class NotAsPlanned(RuntimeError):
    """The database holds other cases than the plan opened: somebody else worked in it."""


class Desk(Protocol):
    """One office's part of the year."""

    def begin(self, *, after: datetime | None) -> None:
        """Budgets, registers, duties; where it was lived until `after` already, find what is there."""

    def month(self, month: int, desk: int) -> Iterable[Move]:
        """Every step of what begins in that month, whenever it is taken."""

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterable[Move]:
        """Every step of expected cases whose windows begin then."""

    def take(self, move: Move) -> None:
        """Do it."""

    def find(self, opened: Sequence[Move]) -> None:
        """Which cases these moves opened, in this order, in the life before."""


def live(desks: Sequence[Desk], *, year: int, after: datetime | None, until: datetime) -> None:
    """Everything from `after` (the beginning of the year where it is None) up to and with `until`."""
    for desk in desks:
        desk.begin(after=after)
    first = after or _morning(date(year, 1, 1))
    waiting = _begun(desks, year, after) if after is not None else []
    month = after.astimezone(zone()).month if after is not None else 0
    for night in _nights(year, after):
        if night > until:
            break
        while waiting and waiting[0].at <= night:
            _take(desks, heappop(waiting))
        if night.month != month:
            month = night.month
            for move in _of_month(desks, month):
                if move.at > first:
                    heappush(waiting, move)
        _pass_night(night, first=first)
        for number, desk in enumerate(desks):
            for move in desk.windows(night, night + ONE_DAY, number):
                heappush(waiting, move)
    while waiting and waiting[0].at <= until:
        _take(desks, heappop(waiting))
    timers_until(until)


def _begun(desks: Sequence[Desk], year: int, after: datetime) -> list[Move]:
    """What the life before left to be done, and which cases it is about."""
    moves = [move for month in range(1, after.astimezone(zone()).month + 1) for move in _of_month(desks, month)]
    for number, desk in enumerate(desks):
        taken = sorted(move for move in moves if move.desk == number and move.at <= after)
        desk.find([move for move in taken if move.place == 0])
    since = after - LOOK_BACK
    rounds = [move for number, desk in enumerate(desks) for move in desk.windows(since, _next_night(after), number)]
    waiting = [move for move in (*moves, *rounds) if move.at > after]
    heapify(waiting)
    return waiting


def _of_month(desks: Sequence[Desk], month: int) -> Iterator[Move]:
    for number, desk in enumerate(desks):
        yield from desk.month(month, number)


def _take(desks: Sequence[Desk], move: Move) -> None:
    desks[move.desk].take(move)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(1), tzinfo=zone())


def _next_night(moment: datetime) -> datetime:
    night = _morning(moment.astimezone(zone()).date())
    return night if night > moment else night + ONE_DAY


def _nights(year: int, after: datetime | None) -> Iterator[datetime]:
    """One o'clock of each morning."""
    night = _next_night(after) if after is not None else _morning(date(year, 1, 1))
    while night.year == year:
        yield night
        night += ONE_DAY


def _pass_night(night: datetime, *, first: datetime) -> None:
    """What the worker does: limits that passed; once a week what is expected of the weeks to come."""
    while timers.fire_due(night):
        pass
    if night == first or night.timetuple().tm_yday % WEEK == 1:
        expecting.make_all_ahead(night)


def timers_until(until: datetime) -> None:
    """Limits that passed on the last day."""
    while timers.fire_due(until):
        pass


def settle(until: datetime) -> None:
    """What time alone changed, and the sums: after the book is written."""
    for job in (assessing.look_again, assessing.catch_up, folding.fold):
        while job(until):
            pass
