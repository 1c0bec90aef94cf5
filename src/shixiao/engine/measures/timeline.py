"""One case and what happened to it: all that a measure ever sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar, overload
from zoneinfo import ZoneInfo

# What casework writes on an event for every office; an office tells none of these itself.
SCOPE, LATE_FROM, WINDOW, CLOSED = "scope", "late_from", "window", "closed"
WINDOW_CLOSED, WINDOW_OPENED = "casework.window_closed", "casework.window_opened"
EXTENDED_BY = "casework.extension_granted"
TAGGED, UNTAGGED, TAG_MERGED = "casework.tagged", "casework.untagged", "casework.tag_merged"
TAGGING = (TAGGED, UNTAGGED, TAG_MERGED)


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Scope(NamedTuple):
    """Where a case belongs: the ids of its unit, project, contract, topic and subject; 0 where it has none."""

    unit: int = 0
    project: int = 0
    contract: int = 0
    topic: int = 0
    subject: int = 0


NOWHERE = Scope()


class Window(NamedTuple):
    """Two instants; half-open."""

    begin: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return self.begin <= moment < self.end


class Happening(NamedTuple):
    """One event of a case. `id` is its place in the book, `by` the id of the person; empty is the program."""

    kind: str
    happened_at: datetime
    recorded_at: datetime
    particulars: Mapping[str, Any] = _NOTHING
    id: int = 0
    by: str = ""


Worked = TypeVar("Worked")
_BY_MOMENT, _BY_PLACE = attrgetter("happened_at", "id"), attrgetter("id")


class _kept(Generic[Worked]):  # noqa: N801 — used as a decorator
    """A property that is worked out once. As `functools.cached_property`, without its lock, which costs more than most of these: whoever
    asks at the same moment works out the same."""

    def __init__(self, work_out: Callable[[Any], Worked]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, of: None, owner: type) -> _kept[Worked]: ...
    @overload
    def __get__(self, of: object, owner: type) -> Worked: ...
    def __get__(self, of: object | None, owner: type) -> _kept[Worked] | Worked:
        if of is None:
            return self
        found = of.__dict__[self._name] = self._work_out(of)
        return found


@dataclass(frozen=True, init=False)
class Timeline:
    """A case with its events in the order in which they happened, whatever the order in which they were written down.

    `standing` is where the case belongs as far as its events do not say (those of before `scope` was recorded). A moment is
    local to `zone`, the office's. Nothing here changes: `until_event` and `until_moment` give earlier states.
    """

    kind: str
    events: tuple[Happening, ...]
    zone: ZoneInfo
    id: int = 0
    standing: Scope = NOWHERE

    def __init__(
        self, kind: str, events: tuple[Happening, ...], zone: ZoneInfo, id: int = 0, standing: Scope = NOWHERE
    ) -> None:
        """Thousands a second are made: all at once is quicker than one frozen field after another."""
        if len(events) > 1:
            events = tuple(sorted(events, key=_BY_MOMENT))
        self.__dict__.update(kind=kind, events=events, zone=zone, id=id, standing=standing)

    # ---- what happened ------------------------------------------------------------------------------------------

    def first(self, *kinds: object) -> Happening | None:
        """The first event of one of these kinds."""
        wanted = {str(kind) for kind in kinds}
        return next((each for each in self.events if each.kind in wanted), None)

    def last(self, *kinds: object) -> Happening | None:
        """The last event of one of these kinds."""
        wanted = {str(kind) for kind in kinds}
        return next((each for each in reversed(self.events) if each.kind in wanted), None)

    def has(self, *kinds: object) -> bool:
        """Whether one of these happened."""
        return self.first(*kinds) is not None

    def told(self, name: str, default: Any = None) -> Any:
        """What the latest event that says anything of it says under this particular."""
        return self._told.get(name, default)

    @_kept
    def _told(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in self.events:
            found |= each.particulars
        return found

    def _said_last(self, name: str) -> Any:
        return next((each.particulars[name] for each in reversed(self.events) if name in each.particulars), None)

    def once(self, work_out: Callable[[Timeline], Worked]) -> Worked:
        """What `work_out` says of this very timeline: worked out for the first who asks, since nothing here changes."""
        if work_out not in self._worked_out:
            self._worked_out[work_out] = work_out(self)
        found: Worked = self._worked_out[work_out]
        return found

    @_kept
    def _worked_out(self) -> dict[Callable[[Timeline], Any], Any]:
        return {}

    @property
    def begun_at(self) -> datetime:
        """When the case began."""
        return self.events[0].happened_at

    def day(self, moment: datetime) -> date:
        """The office's date at `moment`."""
        return moment.astimezone(self.zone).date()

    # ---- where it belongs ---------------------------------------------------------------------------------------

    @_kept
    def scope(self) -> Scope:
        """Where the case belongs by the last event that says so."""
        said = self._said_last(SCOPE)
        if not isinstance(said, Mapping):
            return self.standing
        return Scope._make([int(said.get(name) or 0) for name in Scope._fields])

    # ---- limits -------------------------------------------------------------------------------------------------

    def late_from(self, limit: str) -> datetime | None:
        """The first instant that is too late, as the limit stands now; None while it stands still or there is none."""
        said = self._limits.get(limit)
        return said[-1] if said else None

    def first_late_from(self, limit: str) -> datetime | None:
        """The first instant that is too late, as the limit was first set: what would hold without any extension."""
        said = self._limits.get(limit)
        return said[0] if said else None

    def is_extended(self, limit: str) -> bool:
        """Whether more time was granted on this limit."""
        return any(each.kind == EXTENDED_BY and each.particulars.get("name") == limit for each in self.events)

    @_kept
    def _limits(self) -> dict[str, list[datetime | None]]:
        found: dict[str, list[datetime | None]] = {}
        for each in self.events:
            for name, said in (each.particulars.get(LATE_FROM) or _NOTHING).items():
                found.setdefault(name, []).append(datetime.fromisoformat(said) if said else None)
        return found

    # ---- an expected case ---------------------------------------------------------------------------------------

    @_kept
    def window(self) -> Window | None:
        """When it is expected to happen; None for a case that nobody expected."""
        said = self._said_last(WINDOW)
        return Window(*map(datetime.fromisoformat, said)) if said else None

    @_kept
    def closed(self) -> str:
        """Why an expected case does not count, as a code: its day is closed by the calendar. Empty for one that counts."""
        for each in reversed(self.events):
            if each.kind == WINDOW_CLOSED:
                return str(each.particulars.get(CLOSED) or "closed")
            if each.kind == WINDOW_OPENED:
                return ""
        return str(self.events[0].particulars.get(CLOSED) or "")

    # ---- tags ---------------------------------------------------------------------------------------------------

    def tags(self, on: date) -> frozenset[int]:
        """The tags that the case has, each with those above it, as the vocabulary is on that day: what was merged by then is the tag it went
        into. So a case counts once for a tag, however many of those that stand for it it has."""
        has, above, merged = self._tagging
        found: set[int] = set()
        waiting = list(has)
        while waiting:
            tag = waiting.pop()
            follower = merged.get(tag)
            if follower is not None and follower[1] <= on:
                waiting.append(follower[0])
            elif tag not in found:
                found.add(tag)
                waiting += [above[tag]] if tag in above else []
        return frozenset(found)

    @_kept
    def _tagging(self) -> tuple[set[int], dict[int, int], dict[int, tuple[int, date]]]:
        """The tags as they were given; of each tag the one above it; of each that was merged into which, and from which day on."""
        has: set[int] = set()
        above: dict[int, int] = {}
        merged: dict[int, tuple[int, date]] = {}
        for each in self.recorded:
            told = each.particulars
            if each.kind == UNTAGGED:
                has.discard(told["tag"])
            elif each.kind == TAGGED:
                has.add(told["tag"])
                above |= pairwise((told["tag"], *told.get("within", ())))
            mergers = (told,) if each.kind == TAG_MERGED else told.get("merged", ()) if each.kind == TAGGED else ()
            for one in mergers:
                merged[one["tag"]] = (one["into"], date.fromisoformat(one["on"]))
                above |= pairwise((one["into"], *one.get("within", ())))
        return has, above, merged

    # ---- earlier states -----------------------------------------------------------------------------------------

    @_kept
    def recorded(self) -> tuple[Happening, ...]:
        """The events in the order in which they were written down."""
        return tuple(sorted(self.events, key=_BY_PLACE)) if len(self.events) > 1 else self.events

    def until_event(self, count: int) -> Timeline:
        """As it was known when the first `count` events were written down. One value for every measure that asks: what it has worked
        out of its events, it has worked out for all of them."""
        if count not in self._earlier:
            self._earlier[count] = self._with(self.recorded[:count])
        return self._earlier[count]

    @_kept
    def _earlier(self) -> dict[int, Timeline]:
        return {}

    def until_moment(self, moment: datetime) -> Timeline | None:
        """What had happened before `moment`, whenever it was written down; None where nothing had."""
        events = tuple(each for each in self.events if each.happened_at < moment)
        return self._with(events) if events else None

    def _with(self, events: tuple[Happening, ...]) -> Timeline:
        return Timeline(self.kind, events, self.zone, self.id, self.standing)
