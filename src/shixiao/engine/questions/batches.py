"""Many cases closed on one day at the end of a month, a quarter or a year, far beyond what is usual there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.questions.gathering import who
from shixiao.engine.questions.question import Kind, Question, days_in_words
from shixiao.engine.questions.rows import Closing, Daily, Group, IsWorking, Seen, Watched
from shixiao.engine.questions.thresholds import InForce, in_force

Month = tuple[int, int]
ALL = "/*/"  # in the name of a group of one person over all families; no family has it
CATCHING_UP_DAYS = 6  # with a weekend in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A day that wants an explanation: how many were closed then, how many on a usual day, and how many would have been the most.
    `is_quarterly`: the other quarters end so, too."""

    group: Group
    gauge: int
    day: date
    count: int
    usual: int
    most: float
    is_quarterly: bool


def end_of_month(month: Month, *, days: int, is_working: IsWorking) -> tuple[date, date]:
    """The first and the last day of the end of a month: its last `days` working days with what lies between and after them."""
    last = date(month[0] + month[1] // 12, month[1] % 12 + 1, 1) - timedelta(days=1)
    first, left = last, days
    while True:
        left -= is_working(first)
        if left <= 0 or first.day == 1:
            return first, last
        first -= timedelta(days=1)


def suspects(seen: Seen) -> list[Batch]:
    """The days to be looked into: of each family in a unit, and of each person over all the families of an office; one a month."""
    by_group: dict[Group, list[Daily]] = {}
    watched = seen.by_gauge()
    for each in seen.daily:
        if each.gauge in watched and each.day <= seen.until:
            for group in groups_of(each, watched[each.gauge]):
                by_group.setdefault(group, []).append(each)
    ends = _ends(seen)
    return [found for group in sorted(by_group) for found in _of_group(group, by_group[group], ends, seen)]


def groups_of(row: Daily | Closing, watched: Watched) -> tuple[Group, Group]:
    """What a closing is compared within: its family, and everything that the person closes for the office."""
    return Group(watched.family, row.unit), Group(f"{watched.office}{ALL}{row.person}", row.unit)


def _ends(seen: Seen) -> dict[Month, tuple[date, date]]:
    months = sorted({(each.day.year, each.day.month) for each in seen.daily})
    number = int(in_force(seen.until)["end_days"])
    return {month: end_of_month(month, days=number, is_working=seen.is_working) for month in months}


def _of_group(group: Group, rows: Sequence[Daily], ends: dict[Month, tuple[date, date]], seen: Seen) -> Iterator[Batch]:
    counts: dict[date, int] = {}
    for each in rows:
        counts[each.day] = counts.get(each.day, 0) + each.number
    peaks: dict[Month, tuple[int, date]] = {}
    for month, (first, last) in ends.items():
        inside = [(counts[day], day) for day in sorted(counts, reverse=True) if first <= day <= last]
        peaks[month] = max(inside, key=lambda one: one[0], default=(0, last))
    usual = sorted(count for day, count in counts.items() if not _is_in(day, ends))
    backs = _coming_back(rows, seen)
    eased = sorted(count / backs[day] for day, count in counts.items() if not _is_in(day, ends))
    for month, (count, day) in peaks.items():
        limits = in_force(day)
        highest = _most(eased, group, limits) * backs.get(day, 1.0)
        others = [other for other, (_peak, on) in peaks.items() if other != month and on <= seen.until]
        months = [max((n for on, n in counts.items() if (on.year, on.month) == other), default=0) for other in others]
        quarters = [peaks[other][0] for other in others if other[1] % 3 == 0]
        least = limits["batch_least_of_all" if ALL in group.family else "batch_least"]
        if count >= max(least, highest) and not _is_regular(count, months, limits):
            yield Batch(
                group=group,
                gauge=min(each.gauge for each in rows if each.day == day),
                day=day,
                count=count,
                usual=usual[len(usual) // 2] if usual else 0,
                most=max(least, highest),
                is_quarterly=month[1] % 3 == 0 and _is_regular(count, quarters, limits),
            )


def _is_in(day: date, ends: dict[Month, tuple[date, date]]) -> bool:
    first, last = ends[(day.year, day.month)]
    return first <= day <= last


def _most(usual: Sequence[float], group: Group, limits: InForce) -> float:
    """Up to so many are no surprise: a busy day, several times over. Of one person over all families the day on which wages are paid is
    one in twenty, so a busier day counts."""
    share = 98 if ALL in group.family else 95
    busy = usual[min(len(usual) - 1, len(usual) * share // 100)] if usual else 0
    return busy * limits["batch_times"]


def _coming_back(rows: Sequence[Daily], seen: Seen) -> dict[date, float]:
    """Of each day how much more may be done by somebody who comes back: by the days away, against the gap that three in four do not exceed."""
    by_day: dict[date, list[Daily]] = {}
    for each in rows:
        by_day.setdefault(each.day, []).append(each)
    main = {day: max(several, key=lambda each: (each.number, each.person)).person for day, several in by_day.items()}
    returns = {person: _Returns(person, seen) for person in set(main.values())}
    return {day: returns[person].factor(day) for day, person in main.items()}


class _Returns:
    """When one person came back, and from how long."""

    def __init__(self, person: str, seen: Seen) -> None:
        self._gaps = seen.presence.gaps(person, is_working=seen.is_working)
        self._days = list(self._gaps)
        self._usually = sorted(self._gaps.values())[len(self._gaps) * 3 // 4] if self._gaps else 1

    def factor(self, day: date) -> float:
        """By how much more than usual the person may have to catch up with on this day."""
        limits = in_force(day)
        upto = bisect_right(self._days, day)
        there = self._days[max(0, upto - int(limits["batch_catching_up"])) : upto]
        longest = max((self._gaps[each] for each in there if (day - each).days <= CATCHING_UP_DAYS), default=1)
        return max(1.0, min(limits["batch_away_most"], longest / self._usually))


def _is_regular(count: int, others: Sequence[int], limits: InForce) -> bool:
    """Nearly as much is closed on some day of most other months, or at the end of most other quarters."""
    like = sum(peak >= count * limits["batch_like"] for peak in others)
    return len(others) >= 2 and like >= len(others) * limits["batch_regular"]


def asked(batches: Iterable[Batch], closings: Iterable[Closing], seen: Seen) -> list[Question]:
    """The questions about the suspected days, with the cases that were closed then."""
    watched = seen.by_gauge()
    cases: dict[tuple[Group, date], dict[int, Closing]] = {}
    for each in sorted(closings, key=lambda one: (one.recorded_at, one.case_id, one.gauge)):
        if each.gauge in watched:
            for group in groups_of(each, watched[each.gauge]):
                cases.setdefault((group, seen.day(each.recorded_at)), {}).setdefault(each.case_id, each)
    found: list[Question] = []
    for batch in sorted(batches, key=lambda one: (ALL in one.group.family, one.group, one.day)):
        closed = list(cases.get((batch.group, batch.day), {}).values())
        if closed and not _is_crowded(batch, closed, seen) and not _is_asked_already(batch, closed, found):
            found.append(_question(batch, closed, seen))
    return found


def _is_asked_already(batch: Batch, closed: Sequence[Closing], found: Sequence[Question]) -> bool:
    """What one register explains is not asked about once more for the person."""
    asked_about = {case for each in found if batch.day in each.days for case in each.cases}
    return ALL in batch.group.family and not asked_about.isdisjoint(each.case_id for each in closed)


def _is_crowded(batch: Batch, closed: Sequence[Closing], seen: Seen) -> bool:
    """It was a busy day for a reason: quarters end so here, or most of it was due in these days; and it was not done in one go."""
    limits = in_force(batch.day)
    soon = timedelta(days=limits["batch_due"])
    due = sum(batch.day - timedelta(days=1) <= each.due <= batch.day + soon for each in closed)
    if not batch.is_quarterly and due < len(closed) * limits["batch_due_share"]:
        return False
    moments = sorted(each.recorded_at for each in closed)
    tenth = len(moments) // 10
    is_in_one_go = moments[-1 - tenth] - moments[tenth] <= timedelta(hours=limits["batch_hours"])
    return not is_in_one_go or batch.count < batch.most * limits["batch_crowd"]


def _question(batch: Batch, closed: Sequence[Closing], seen: Seen) -> Question:
    watched = seen.by_gauge()[batch.gauge]
    return Question(
        kind=Kind.BATCH_CLOSING,
        gauge=watched.shows,
        office=watched.office,
        unit=batch.group.unit,
        person=who([each.person for each in closed]),
        days=(batch.day,),
        cases=tuple(sorted(each.case_id for each in closed)),
        strength=round(batch.count / batch.most, 2),
        text=_text(batch, closed, seen),
    )


def _text(batch: Batch, closed: Sequence[Closing], seen: Seen) -> Text:
    day = days_in_words((batch.day,))
    hours = [each.recorded_at.astimezone(seen.zone).hour for each in closed]
    zh, en = ("下午", " afternoon") if min(hours) >= 12 else ("上午", " morning") if max(hours) < 12 else ("", "")
    usual = Text(f"平时一天 {batch.usual} 件", f"a usual day has {batch.usual}")
    if not batch.usual:
        usual = Text("平时没有", "otherwise there are none")
    return Text(
        f"{day.zh}{zh}一次办结 {len(closed)} 件，{usual.zh}：是集中补录吗？",
        f"{len(closed)} were closed on {day.en}{en}, and {usual.en}: were they recorded together afterwards?",
    )
