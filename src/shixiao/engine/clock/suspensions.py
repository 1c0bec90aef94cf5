"""Pauses of a deadline: when, until when (or nobody knows yet), and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.instants import ticks
from shixiao.engine.clock.unworkable import Unworkable


@dataclass(frozen=True)
class Suspension:
    """The clock stands still from `since` up to, not including, `until`; None: it still stands still.

    A pause needs a reason, in words or as a code. One that ends where it begins is none and changes nothing.
    """

    since: datetime
    until: datetime | None
    reason: Text
    code: str = ""

    def __post_init__(self) -> None:
        begin = ticks(self.since)
        refuse_without_reason(self.reason, self.code, Text("暂停计时", "suspension"))
        if self.until is not None and ticks(self.until) < begin:
            raise Unworkable(
                Text(
                    f"暂停的结束时间（{self.until.isoformat()}）早于开始时间（{self.since.isoformat()}）",
                    f"The suspension ends ({self.until.isoformat()}) before it begins ({self.since.isoformat()})",
                )
            )

    @property
    def why(self) -> Text:
        """The reason in words, or its code."""
        return self.reason if self.reason.zh else Text(self.code, self.code)

    def is_on(self, now: datetime) -> bool:
        """Whether it holds at `now`."""
        # Two times of one zone would be compared by what its clocks show, which is ambiguous at a zone shift.
        return ticks(self.since) <= ticks(now) and (self.until is None or ticks(now) < ticks(self.until))


def refuse_without_reason(reason: Text, code: str, what: Text) -> None:
    """Whatever moves a deadline has a reason in both languages, or a code that stands for one."""
    if not code and not (reason.zh.strip() and reason.en.strip()):
        raise Unworkable(Text(f"{what.zh}须写明原因", f"No reason is given for the {what.en}"))


# When the clock stands still: begin and end in microseconds since 1970; None is an end nobody knows yet.
Pause = tuple[int, int | None]


def standing_still(suspensions: Iterable[Suspension], *, since: int, open_until: int | None) -> list[Pause]:
    """When the clock stands still after `since`: in order, overlaps counted once, empty pauses left out.

    Pauses that still last are taken to end at `open_until` (never before they begin); where that is None the last
    pause has no end.
    """
    pauses: list[Pause] = []
    for begin, end in sorted(_clipped(suspensions, since, open_until), key=lambda pause: pause[0]):
        if pauses and ((last := pauses[-1][1]) is None or begin <= last):
            pauses[-1] = (pauses[-1][0], None if last is None or end is None else max(last, end))
        else:
            pauses.append((begin, end))
    return pauses


def _clipped(suspensions: Iterable[Suspension], since: int, open_until: int | None) -> Iterator[Pause]:
    for one in suspensions:
        begin, end = max(ticks(one.since), since), open_until if one.until is None else ticks(one.until)
        if end is None or begin < end:
            yield begin, end
