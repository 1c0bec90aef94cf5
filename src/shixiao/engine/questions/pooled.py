"""What no single register and week shows: a year of one register, of one kind of case and of one office, looked at together.

The sharpest sign is a case that would have been missed and was saved by what somebody did after its limit. One such case is nothing; in
a year their number is compared with what would be usual if the limit had nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome
from shixiao.engine.questions.batches import end_of_month
from shixiao.engine.questions.chances import at_least, at_least_of
from shixiao.engine.questions.changed import kind_of
from shixiao.engine.questions.gathering import most, who
from shixiao.engine.questions.question import Kind, Question, days_in_words
from shixiao.engine.questions.rows import Amended, Change, Deed, Reopening, Seen, Watched, Way, days_between
from shixiao.engine.questions.thresholds import InForce, in_force

TICK = timedelta(microseconds=1)
FAMILY, KIND, OFFICE = "family", "kind", "office"
Pool = tuple[str, str]  # how wide it is, and which


class Sign(Protocol):
    """Something about one case."""

    @property
    def gauge(self) -> int:
        """Which gauge knows it."""

    @property
    def unit(self) -> int:
        """Where."""

    @property
    def case_id(self) -> int:
        """Of which case."""

    @property
    def person(self) -> str:
        """Whose step it was."""


R = TypeVar("R", Deed, Reopening, Change, Amended)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Signs that are too many: on which days, of which pool, and the chance of so many by what is usual."""

    kind: Kind
    pool: Pool
    signs: Sequence[Sign]
    days: tuple[date, ...]
    chance: float
    text: Text


def asked(seen: Seen) -> list[Question]:
    """The questions about a year looked at together; of pools that show the same cases, the one with the most."""
    looks = (*_backdated(seen), *_excluded(seen), *_at_ends(seen), *_moved(seen), *_reopened(seen))
    wide = {FAMILY: 0, KIND: 1, OFFICE: 2}
    order = sorted(looks, key=lambda one: (-len(one.signs), wide[one.pool[0]], one.chance, one.pool))
    return merged([], [_question(each, seen) for each in order])


def merged(first: Sequence[Question], pooled: Sequence[Question]) -> list[Question]:
    """Both; of two of the same kind of which one was pooled and that share half the cases of the smaller, only the one with more cases,
    or else the first."""
    found: list[tuple[bool, Question]] = []
    together = [*((False, each) for each in first), *((True, each) for each in pooled)]
    for is_pooled, each in sorted(together, key=lambda one: -len(one[1].cases)):
        cases = set(each.cases)
        larger = (one for was_pooled, one in found if one.kind is each.kind and (is_pooled or was_pooled))
        if not any(len(cases.intersection(one.cases)) * 2 >= len(cases) for one in larger):
            found.append((is_pooled, each))
    return [each for _is_pooled, each in found]


def _pools(rows: Iterable[R], seen: Seen) -> dict[Pool, list[R]]:
    """The rows of each register, kind of case and office; of an office apart what is restricted, so that it hides nothing else."""
    watched = seen.by_gauge()
    found: dict[Pool, list[R]] = {}
    for each in rows:
        if each.gauge in watched:
            for pool in _of(watched[each.gauge]):
                found.setdefault(pool, []).append(each)
    return {pool: found[pool] for pool in sorted(found)}


def _of(watched: Watched) -> tuple[Pool, Pool, Pool]:
    return (
        (FAMILY, watched.family),
        (KIND, f"{watched.office}:{watched.kind}"),
        (OFFICE, f"{watched.office}:{watched.is_restricted}"),
    )


def _once(deeds: Iterable[Deed]) -> list[Deed]:
    """Of each case the first, in the order of time."""
    found: dict[int, Deed] = {}
    for each in sorted(deeds, key=lambda one: (one.recorded_at, one.case_id, one.gauge)):
        found.setdefault(each.case_id, each)
    return list(found.values())


def _deeds(seen: Seen, way: Way) -> dict[Pool, list[Deed]]:
    known = [
        each for each in seen.deeds if each.way is way and each.person and seen.day(each.recorded_at) <= seen.until
    ]
    return _pools(known, seen)


def _limits(seen: Seen) -> InForce:
    return in_force(seen.until)


def _days(moments: Iterable[datetime], seen: Seen) -> tuple[date, ...]:
    return tuple(sorted({seen.day(each) for each in moments}))


# ---- recorded long after the limit as done before it --------------------------------------------------------------------


def _backdated(seen: Seen) -> Iterator[Found]:
    """Compared with how much is recorded late where no limit was crossed, and with how many are recorded as what they are: done late."""
    limits = _limits(seen)
    for pool, deeds in _deeds(seen, Way.CLOSES).items():
        signs = _once(each for each in deeds if _is_saved_long_after(each, limits, seen))
        saved = {each.case_id for each in signs}
        long = timedelta(days=limits["pooled_over"])
        others = {each.case_id for each in deeds if each.recorded_at - each.happened_at >= long and not _is_saved(each)}
        floor = limits["pooled_late_family" if pool[0] == FAMILY else "pooled_late"]
        owned_up = {each.case_id for each in deeds if each.days_over >= limits["pooled_over"] and not _is_saved(each)}
        usual = max(floor, len(others - saved) * limits["pooled_near"], len(owned_up) * limits["pooled_owned_up"])
        chance = at_least(len(signs), usual)
        if len(signs) >= limits["pooled_least"] and chance < limits["pooled_chance"]:
            days = _days((each.recorded_at for each in signs), seen)
            number, on = len(signs), days_in_words(days)
            text = Text(
                f"{on.zh}有 {number} 件在时限过后几天才记录，都记为时限前已完成；按这里登记的习惯，一年约 {usual:.1f} 件：当时为什么没有登记？",
                f"{number} were recorded days after their limits ({on.en}), all as done before them; by the habit here some {usual:.1f} a year "
                "would be: why were they not recorded then?",
            )
            yield _found(Kind.BACKDATED, pool, signs, days, chance, text)


def _is_saved(deed: Deed) -> bool:
    """Written down after the limit, as done before it."""
    return bool(deed.limit and deed.happened_at < deed.limit <= deed.recorded_at)


def _is_saved_long_after(deed: Deed, limits: InForce, seen: Seen) -> bool:
    return _is_saved(deed) and deed.days_over >= limits["pooled_over"] and _was_there(deed, limits, seen)


def _was_there(deed: Deed, limits: InForce, seen: Seen) -> bool:
    """On the working days since the limit the person was not on leave, and it was no outage: both would show as fewer days there than
    the person's habit lets expect. Who writes seldom is no less there for a week without a word."""
    if deed.limit is None:
        return False
    limit, recorded = seen.day(deed.limit - TICK), seen.day(deed.recorded_at)
    working = sum(seen.is_working(each) for each in days_between(limit, recorded))
    usual = seen.presence.share(deed.person, is_working=seen.is_working)
    there = seen.presence.between(deed.person, limit, recorded, is_working=seen.is_working)
    is_odd = 1 - at_least_of(there + 1, working, usual) < limits["pooled_away"]
    return working >= 1 and not (there < working * usual * limits["pooled_there"] and is_odd)


# ---- left out after the limit -------------------------------------------------------------------------------------------


def _excluded(seen: Seen) -> Iterator[Found]:
    """Compared with all that is left out in the year."""
    limits = _limits(seen)
    for pool, deeds in _deeds(seen, Way.EXCLUDES).items():
        every = {each.case_id for each in deeds}
        signs = _once(each for each in deeds if _is_excluded_after(each))
        chance = at_least_of(len(signs), len(every), limits["pooled_excluded"])
        if len(signs) >= limits["pooled_least"] and chance < limits["pooled_chance"]:
            days = _days((each.recorded_at for each in signs), seen)
            number, on = len(signs), days_in_words(days)
            text = Text(
                f"{on.zh}取消、延期 {len(every)} 件，其中 {number} 件是在时限过后，通常不到三成：理由是时限以前就有的吗？",
                f"Of {len(every)} cancelled or given more time, {number} were so after their limits ({on.en}), where less than three in ten "
                "would be usual: did the reasons exist before?",
            )
            yield _found(Kind.LATE_EXCLUSION, pool, signs, days, chance, text)


def _is_excluded_after(deed: Deed) -> bool:
    """After the limit, and not asked for before it."""
    if deed.limit is None or deed.recorded_at < deed.limit:
        return False
    return deed.asked_at is None or deed.asked_at >= deed.limit


# ---- overdue cases closed at the ends of months and quarters --------------------------------------------------------------


def _at_ends(seen: Seen) -> Iterator[Found]:
    """Compared with how many of the days are such ends. What became overdue within the very end is left out."""
    limits = _limits(seen)
    ends = {months: _ends(seen, months) for months in (1, 3)}
    for pool, deeds in _deeds(seen, Way.CLOSES).items():
        overdue = _once(each for each in deeds if each.days_over >= 1 and _was_there(each, limits, seen))
        for months, (firsts, share) in ends.items():
            begins = {each.case_id: firsts.get(seen.day(each.recorded_at)) for each in overdue}
            signs = [each for each in overdue if _was_overdue_by(begins[each.case_id], each, seen)]
            of = len(signs) + sum(begin is None for begin in begins.values())
            chance = at_least_of(len(signs), of, share)
            if len(signs) >= limits["pooled_least"] and chance < limits["pooled_ends_chance"]:
                days = _days((each.recorded_at for each in signs), seen)
                text = _ends_text(len(signs), of, months, share)
                yield _found(Kind.BATCH_CLOSING, pool, signs, days, chance, text)


def _was_overdue_by(first: date | None, deed: Deed, seen: Seen) -> bool:
    """It had been overdue when the end of the month began."""
    return first is not None and deed.limit is not None and seen.day(deed.limit - TICK) < first


def _ends(seen: Seen, months: int) -> tuple[dict[date, date], float]:
    """The days at the ends of every so many months, each with the first of its end; and their share, of the working days or of all,
    whichever is more."""
    year, number = seen.until.year, int(_limits(seen)["end_days"])
    every = [date(year, 1, 1) + timedelta(days=n) for n in range((seen.until - date(year, 1, 1)).days + 1)]
    spans = [
        end_of_month((year, month), days=number, is_working=seen.is_working) for month in range(months, 13, months)
    ]
    inside = {day: first for day in every for first, last in spans if first <= day <= last}
    working = [day for day in every if seen.is_working(day)]
    of_working = sum(day in inside for day in working) / max(1, len(working))
    return inside, max(of_working, len(inside) / max(1, len(every)))


def _ends_text(number: int, of: int, months: int, share: float) -> Text:
    zh, en = ("月末", "month") if months == 1 else ("季末", "quarter")
    return Text(
        f"逾期后办结的 {of} 件里有 {number} 件在{zh}最后几天，按天数约应 {of * share:.1f} 件：是为结账集中补录吗？",
        f"Of {of} closed after their limits, {number} were closed in the last days of a {en}, where {of * share:.1f} would be by the number of "
        "days: were they recorded together for the accounts?",
    )


# ---- classified otherwise ------------------------------------------------------------------------------------------------


def _moved(seen: Seen) -> Iterator[Found]:
    """Compared with what was moved though it had not been missed."""
    limits = _limits(seen)
    others = {
        pool: _most_of_a_gauge(rows, seen)
        for pool, rows in _pools([each for each in seen.amended if each.day <= seen.until], seen).items()
    }
    signs = [
        each
        for each in seen.changes
        if kind_of(each, seen) is Kind.RECLASSIFIED and seen.day(each.recorded_at) <= seen.until
    ]
    for pool, several in _pools(signs, seen).items():
        few: dict[int, Change] = {}
        for each in sorted(several, key=lambda one: (one.recorded_at, one.case_id, one.gauge)):
            few.setdefault(each.case_id, each)
        number, every = len(few), len(few) + others.get(pool, 0)
        usual = max(limits["pooled_moved"], _share_missed(several, seen))
        chance = at_least_of(number, every, min(1.0, usual))
        if number >= limits["pooled_least"] and chance < limits["pooled_chance"]:
            days = _days((each.recorded_at for each in few.values()), seen)
            on = days_in_words(days)
            text = Text(
                f"{on.zh}改归类的 {every} 件里有 {number} 件是已经逾期的，通常约 {every * usual:.1f} 件：原来归错了吗？",
                f"Of {every} classified otherwise ({on.en}), {number} had been missed, where some {every * usual:.1f} would be usual: had they "
                "been classified wrongly?",
            )
            yield _found(Kind.RECLASSIFIED, pool, list(few.values()), days, chance, text)


def _most_of_a_gauge(rows: Sequence[Amended], seen: Seen) -> int:
    """How many were moved: of the gauges of a family, which look at the same cases, the one with the most."""
    watched = seen.by_gauge()
    by_gauge: dict[int, int] = {}
    for each in rows:
        by_gauge[each.gauge] = by_gauge.get(each.gauge, 0) + each.number
    by_family: dict[str, int] = {}
    for gauge, number in by_gauge.items():
        family = watched[gauge].family
        by_family[family] = max(by_family.get(family, 0), number)
    return sum(by_family.values())


def _share_missed(changes: Sequence[Change], seen: Seen) -> float:
    """The largest share of missed cases by a gauge that counts enough of them, as it would stand without the changes."""
    shares = [0.0]
    for gauge in {each.gauge for each in changes}:
        gone = sum(each.gauge == gauge and each.after is not Outcome.MISSED for each in changes)
        missed, of = seen.counted.get(gauge, (0, 0))
        prior = in_force(seen.until)["amended_prior"]
        shares.append((missed + gone) / (of + gone + prior))
    return max(shares)


# ---- closed in time and opened again ------------------------------------------------------------------------------------


def _reopened(seen: Seen) -> Iterator[Found]:
    """Compared with all that is opened again in the year."""
    limits = _limits(seen)
    known = [each for each in seen.reopenings if seen.day(each.reopened_at) <= seen.until]
    for pool, several in _pools(known, seen).items():
        every = {each.case_id for each in several}
        few: dict[int, Reopening] = {}
        for each in sorted(several, key=lambda one: (one.reopened_at, one.case_id)):
            if _is_in_time_by_closing(each, limits):
                few.setdefault(each.case_id, each)
        number = len(few)
        chance = at_least_of(number, len(every), limits["pooled_reopened"])
        if number >= limits["pooled_least"] and chance < limits["pooled_reopened_chance"]:
            days = _days((each.reopened_at for each in few.values()), seen)
            on = days_in_words(days)
            text = Text(
                f"{on.zh}重开的 {len(every)} 件里有 {number} 件是临期办结、时限过后才办完的，通常约三分之一：当初办结时办完了吗？",
                f"Of {len(every)} opened again ({on.en}), {number} had been closed near their limits and were finished after them, where a third "
                "would be usual: were they done when they were closed?",
            )
            yield _found(Kind.REOPENED, pool, list(few.values()), days, chance, text)


def _is_in_time_by_closing(each: Reopening, limits: InForce) -> bool:
    """In time by the first closing alone: finished after the limit, or not yet."""
    near = timedelta(days=limits["pooled_reopened_near"])
    is_late = each.closed_again_at is None or each.closed_again_at >= each.late_from
    return each.late_from - near <= each.closed_at < each.late_from and is_late


# ---- the question ---------------------------------------------------------------------------------------------------------


def _found(kind: Kind, pool: Pool, signs: Sequence[Sign], days: tuple[date, ...], chance: float, text: Text) -> Found:
    return Found(kind=kind, pool=pool, signs=signs, days=days, chance=chance, text=text)


def _question(found: Found, seen: Seen) -> Question:
    """Shown at the gauge and the unit that most of the cases are of."""
    gauge, _number = most(sorted(each.gauge for each in found.signs))
    unit, _number = most(sorted(each.unit for each in found.signs))
    watched = seen.by_gauge()[gauge]
    least = in_force(seen.until)["pooled_least"]
    return Question(
        kind=found.kind,
        gauge=watched.shows,
        office=watched.office,
        unit=unit,
        person=who([each.person for each in found.signs]),
        days=found.days,
        cases=tuple(sorted(each.case_id for each in found.signs)),
        strength=round(len(found.signs) / least, 2),
        text=found.text,
    )
