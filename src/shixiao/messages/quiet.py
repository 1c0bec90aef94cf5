"""When a notice may go out: quiet hours as dated data, days off, night duty, and once a day. Pure but for the calendar handed in.

This room knows no calendars; the room that keeps them says which days are worked (`register_calendar`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from shixiao.messages.models import Urgency

WorksOn = Callable[[date], bool]
ONE_DAY = timedelta(days=1)
LOOKS_AHEAD = 60  # days; no holiday is as long


class NotQuiet(ValueError):
    """The rule is not written as it should be; the word names the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """From `since` on nobody is disturbed from `begins` to `ends` of the next morning, nor (`rests`) on days off.

    `passes`: urgencies that go at once all the same; `on_duty`: those that also go at once to whoever has night duty.
    `digest_at`: when the notices of a day go that somebody wants once a day.
    """

    since: date = date.min
    begins: time = time(20)
    ends: time = time(7, 30)
    rests: bool = True
    passes: tuple[str, ...] = (Urgency.MOST_URGENT.value,)
    on_duty: tuple[str, ...] = (Urgency.URGENT.value,)
    digest_at: time = time(8, 30)


USUAL = Quiet()
SHORTEST_DAY = timedelta(hours=2)  # some time must be left in which something may go


def to_dict(rule: Quiet) -> dict[str, Any]:
    """As it is stored and as an event carries it, without its day."""
    return {
        "begins": f"{rule.begins:%H:%M}",
        "ends": f"{rule.ends:%H:%M}",
        "rests": rule.rests,
        "passes": list(rule.passes),
        "on_duty": list(rule.on_duty),
        "digest_at": f"{rule.digest_at:%H:%M}",
    }


def from_dict(written: Mapping[str, Any], *, since: date) -> Quiet:
    """Reads `to_dict`. Raises `NotQuiet`."""
    times = {}
    for name in ("begins", "ends", "digest_at"):
        try:
            times[name] = time.fromisoformat(str(written[name]))
        except (KeyError, ValueError):
            raise NotQuiet(name) from None
    for name in ("passes", "on_duty"):
        if not set(written.get(name, ())) <= set(Urgency.values):
            raise NotQuiet(name)
    if _length(times["begins"], times["ends"]) > ONE_DAY - SHORTEST_DAY:
        raise NotQuiet("ends")
    if _is_between(times["digest_at"], times["begins"], times["ends"]):
        raise NotQuiet("digest_at")
    return Quiet(
        since=since,
        rests=bool(written.get("rests")),
        passes=tuple(written.get("passes", ())),
        on_duty=tuple(written.get("on_duty", ())),
        **times,
    )


def in_force(rules: Iterable[Quiet], on: date) -> Quiet:
    """The youngest rule that holds on that day; the usual one before any was set."""
    return max((rule for rule in (USUAL, *rules) if rule.since <= on), key=lambda rule: rule.since)


def goes_at(
    moment: datetime,
    *,
    rule: Quiet,
    urgency: str,
    works_on: WorksOn,
    has_duty: bool = False,
    once_a_day: bool = False,
    own: tuple[time, time] | None = None,
) -> datetime:
    """The first moment from `moment` on (in local time) at which a notice of this urgency may go to this person.

    Whoever has night duty is not spared what `on_duty` names, by no hours of their own either.
    """
    if urgency in rule.passes or (has_duty and urgency in rule.on_duty):
        return moment
    hours = [(rule.begins, rule.ends), *([own] if own else [])]
    at = moment
    if once_a_day:
        at = _next(at, rule.digest_at)
    for _ in range(LOOKS_AHEAD):
        if rule.rests and not works_on(at.date()):
            at = _at(at, at.date() + ONE_DAY, rule.digest_at if once_a_day else rule.ends)
            continue
        inside = next((ends for begins, ends in hours if _is_between(at.time(), begins, ends)), None)
        if inside is None:
            return at
        at = _next(at, inside)
    return at


def _next(moment: datetime, clock: time) -> datetime:
    """The first time from then on that a clock shows that."""
    here = _at(moment, moment.date(), clock)
    return here if here >= moment else _at(moment, moment.date() + ONE_DAY, clock)


def _at(moment: datetime, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=moment.tzinfo)


def _is_between(clock: time, begins: time, ends: time) -> bool:
    """Half-open, over midnight where it ends before it begins."""
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


def _length(begins: time, ends: time) -> timedelta:
    day = date(2000, 1, 1)
    length = datetime.combine(day, ends) - datetime.combine(day, begins)
    return length if length >= timedelta(0) else length + ONE_DAY


# ---- whose calendar --------------------------------------------------------------------------------------------

_calendars: list[Callable[[], WorksOn]] = []


def register_calendar(supply: Callable[[], WorksOn]) -> None:
    """Which days are worked, asked once for each batch; the last one said holds."""
    _calendars[:] = [supply]


def works_on() -> WorksOn:
    """The days on which somebody works; Mondays to Fridays where no room keeps calendars."""
    return _calendars[0]() if _calendars else lambda day: day.isoweekday() <= 5
