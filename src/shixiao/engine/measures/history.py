"""What a measure said of a case, when: the whole history, worked out from its events and from nothing else.

So the facts are the same whoever works them out, in whatever order, however late the worker came, and on whatever day the gauge
was added. `known_at` is when an event was recorded, or the instant at which passing time changed the verdict: never the moment of computing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from shixiao.engine.measures import aspects
from shixiao.engine.measures.declaring import Measure
from shixiao.engine.measures.timeline import NOWHERE, Scope, Timeline
from shixiao.engine.measures.verdicts import SCALE, Outcome, Verdict

Clock = Mapping[str, Any]  # calendars by code
FLIPS = 1_000  # more often no verdict changes by itself: a measure that always asks to be looked at again is broken


class Restless(RuntimeError):
    """A measure asks to be looked at again at an instant that has passed, or for ever; a mistake in the measure."""


class Clocks(Protocol):
    """Calendars as they were known: at a moment, and the moments of their changes, in order."""

    def at(self, moment: datetime) -> Clock:
        """The calendars as they were known then."""
        ...

    @property
    def changes(self) -> tuple[datetime, ...]:
        """When they changed."""
        ...


@dataclass(frozen=True, slots=True)
class KnownClocks:
    """Calendars that are there already."""

    at: Callable[[datetime], Clock]
    changes: tuple[datetime, ...] = ()


_NO_CLOCK: Clock = {}
NO_CLOCKS = KnownClocks(lambda _moment: {})


class Finding(NamedTuple):
    """One part of what a measure says of a case, as it is stored."""

    outcome: Outcome
    day: date | None = None
    scope: Scope = NOWHERE
    otherwise: Outcome | None = None
    reason: str = ""
    value: int = 0  # of 1/10,000
    weight: int = 0
    aspects: str = ""  # as `aspects.told` writes them


GONE = Finding(Outcome.GONE)


class Version(NamedTuple):
    """From `known_at` on, one part of the verdict was this. `event` is the id of the event that made it so, 0 for passing time.
    `number` counts the versions of a part from 1."""

    part: int
    number: int
    known_at: datetime
    event: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class History:
    """All versions in the order in which they came to be, and when time alone may bring the next."""

    versions: tuple[Version, ...]
    look_at: datetime | None

    def after(self, event: int, moment: datetime | None) -> tuple[Version, ...]:
        """What came after the event of that id was written down and time had been followed until `moment`."""
        if not event and moment is None:
            return self.versions
        return tuple(
            each
            for each in self.versions
            if (each.event > event if each.event else moment is None or each.known_at > moment)
        )


_SILENT = History((), None)


def history(
    measure: Measure, parameters: Mapping[str, Any], case: Timeline, *, now: datetime, clocks: Clocks = NO_CLOCKS
) -> History:
    """Everything the measure has said of the case until `now`."""
    if not measure.may_concern(case, parameters):
        return _SILENT
    teller = _Teller(measure, parameters, case, clocks)
    known: datetime | None = None
    for count, event in enumerate(case.recorded, start=1):
        # A clock that was set back does not make the book go back.
        if known is None or event.recorded_at > known:
            known = event.recorded_at
        teller.pass_time(known)
        teller.look(count, known, event=event.id)
    teller.pass_time(now)
    return History(tuple(teller.versions), teller.look_at)


class _Teller:
    """Walks along the events of a case and keeps what changed."""

    def __init__(self, measure: Measure, parameters: Mapping[str, Any], case: Timeline, clocks: Clocks) -> None:
        self._measure, self._parameters, self._case, self._clocks = measure, parameters, case, clocks
        self._now: list[tuple[int, Finding]] = []  # of each part: the number of its version, and what it is
        self._count = 0
        self._seen: Timeline | None = None
        self.versions: list[Version] = []
        self.look_at: datetime | None = None

    def look(self, count: int, moment: datetime, *, event: int) -> None:
        """The verdict on the first `count` events, at that moment."""
        self._count = count
        self._seen = self._case if count == len(self._case.events) else self._case.until_event(count)
        self._judge(moment, event=event)

    def pass_time(self, until: datetime) -> None:
        """Every change that time alone brings, up to and with `until`."""
        if not self._measure.uses_clock and (self.look_at is None or self.look_at > until):
            return
        for _flip in range(FLIPS):
            moment = self._next()
            if moment is None or moment > until:
                return
            self._judge(moment, event=0)
        raise Restless(f"{self._measure.name}: time alone changed the verdict of one case more than {FLIPS} times")

    def _next(self) -> datetime | None:
        if self._seen is None:
            return None
        if not self._measure.uses_clock or not self._is_unsettled():
            return self.look_at
        changes = [each for each in self._clocks.changes if each > self._moment]
        return min([*changes[:1], *([self.look_at] if self.look_at else [])], default=None)

    def _is_unsettled(self) -> bool:
        return any(finding.outcome is Outcome.PENDING for _number, finding in self._now)

    def _judge(self, moment: datetime, *, event: int) -> None:
        assert self._seen is not None  # noqa: S101  `look` came first
        self._moment = moment
        clock = self._clocks.at(moment) if self._measure.uses_clock else _NO_CLOCK
        said = self._measure.function(self._seen, clock=clock, now=moment, **self._parameters)
        if isinstance(said, Verdict):
            self._keep_one(self._found(said), moment, event=event)
            self.look_at = said.until
        else:
            verdicts = said or ()
            self._keep([self._found(each) for each in verdicts], moment, event=event)
            self.look_at = min((each.until for each in verdicts if each.until is not None), default=None)
        if self.look_at is not None and self.look_at <= moment:
            raise Restless(
                f"{self._measure.name} looked at a case at {moment.isoformat()} and asks for {self.look_at.isoformat()}"
            )

    def _found(self, verdict: Verdict) -> Finding:
        assert self._seen is not None  # noqa: S101  `look` came first
        return _finding(verdict, self._seen, self._measure)

    def _keep_one(self, finding: Finding, moment: datetime, *, event: int) -> None:
        """As `_keep`, for the usual measure, which says one thing."""
        if len(self._now) > 1:
            self._keep([finding], moment, event=event)
            return
        number, before = self._now[0] if self._now else (0, None)
        if finding != before:
            self._now = [(number + 1, finding)]
            self.versions.append(Version(0, number + 1, moment, event, finding))

    def _keep(self, findings: list[Finding], moment: datetime, *, event: int) -> None:
        for part in range(max(len(findings), len(self._now))):
            finding = findings[part] if part < len(findings) else GONE
            number, before = self._now[part] if part < len(self._now) else (0, None)
            if finding == before:
                continue
            entry = (number + 1, finding)
            self._now[part : part + 1] = [entry]
            self.versions.append(Version(part, number + 1, moment, event, finding))


def _finding(verdict: Verdict, case: Timeline, measure: Measure) -> Finding:
    return Finding(
        verdict.outcome,
        verdict.on,
        case.scope,
        verdict.otherwise,
        verdict.reason.code if verdict.reason else "",
        int(verdict.value * SCALE) if verdict.value else 0,
        int(verdict.weight * SCALE) if verdict.weight else 0,
        _aspects(verdict, case, measure) if case.kind in aspects.ASPECTS_OF else "",
    )


def _aspects(verdict: Verdict, case: Timeline, measure: Measure) -> str:
    """What stands now is told as the vocabulary is at last, whatever the day on which it began."""
    return aspects.told(case, date.max if measure.stands else verdict.on)


def final(
    measure: Measure, parameters: Mapping[str, Any], case: Timeline, *, now: datetime, clock: Clock
) -> tuple[Finding, ...]:
    """What the measure says of the case at `now`, whatever it said before."""
    verdicts = measure.look(case, parameters, clock=clock, now=now)
    return tuple(_finding(each, case, measure) for each in verdicts)


def versions_at(versions: Iterator[Version] | tuple[Version, ...], moment: datetime) -> dict[int, Version]:
    """The version of each part that was known at `moment`."""
    found: dict[int, Version] = {}
    for each in versions:
        if each.known_at <= moment:
            found[each.part] = each
    return found
