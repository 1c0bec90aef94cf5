"""Cases that had been missed and are not any more: recorded late as done before the limit, left out, or classified otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome
from shixiao.engine.questions.chances import at_least, at_least_drawn
from shixiao.engine.questions.gathering import Volume, Volumes, by_group, who, within
from shixiao.engine.questions.question import Kind, Question, days_in_words
from shixiao.engine.questions.rows import Amended, Change, Group, Seen, Way, days_between
from shixiao.engine.questions.thresholds import FORTNIGHT, WEEK, YEAR, InForce, in_force

TICK = timedelta(microseconds=1)


def kind_of(change: Change, seen: Seen) -> Kind | None:
    """What a change of a missed case would be a sign of; None for one that is in order: done after all, later."""
    if change.before is not Outcome.MISSED or not change.person:
        return None
    if change.way is Way.AMENDS:
        return Kind.RECLASSIFIED if change.is_moved or change.after is not Outcome.MISSED else None
    if change.after is Outcome.MISSED:
        return None
    if change.way is Way.EXCLUDES or change.after in (Outcome.NOT_COUNTED, Outcome.GONE):
        return None if _was_asked_in_time(change) else Kind.LATE_EXCLUSION
    is_before = change.happened_at < change.known_at and seen.day(change.happened_at) <= change.day
    return Kind.BACKDATED if is_before and change.way is not Way.REOPENS else None


def _was_asked_in_time(change: Change) -> bool:
    """More time was asked for before the limit and granted after it: the answer was late, not the case."""
    return change.asked_at is not None and change.asked_at < change.known_at


def _recorded(change: Change) -> datetime:
    return change.recorded_at


def _signs(seen: Seen, kind: Kind) -> dict[Group, list[Change]]:
    signs = (each for each in seen.changes if kind_of(each, seen) is kind and seen.day(each.recorded_at) <= seen.until)
    return by_group(signs, seen.by_gauge(), at=_recorded)


# ---- recorded after the limit as done before it -----------------------------------------------------------------------


def backdated(seen: Seen) -> list[Question]:
    """What one person recorded within a week as done before limits that had passed, though there before to record it."""
    volumes = Volumes(seen)
    return [
        _question(
            Kind.BACKDATED, few, seen, strength=_weight(few, limits, seen) / limits["late_least"], text=_backdated_text
        )
        for group, signs in _signs(seen, Kind.BACKDATED).items()
        for few, limits in _bursts([each for each in signs if _is_late(each, seen)], WEEK, volumes.of(group), seen)
        if _weight(few, limits, seen) >= limits["late_least"]
    ]


def _is_late(change: Change, seen: Seen) -> bool:
    """The person had been there since it happened, and since the limit, on days enough to write it down."""
    happened, recorded = seen.day(change.happened_at), seen.day(change.recorded_at)
    limits = in_force(recorded)
    usual = seen.presence.share(change.person, is_working=seen.is_working)
    between = sum(seen.is_working(each) for each in days_between(happened, recorded))
    least = max(limits["late_chances"], between * usual * limits["late_there"])
    there = seen.presence.between(change.person, happened, recorded, is_working=seen.is_working)
    return there >= least and _chances(change, seen) >= 1


def _chances(change: Change, seen: Seen) -> int:
    """On how many days after the limit the person was there before it was recorded."""
    limit, recorded = seen.day(change.known_at - TICK), seen.day(change.recorded_at)
    return seen.presence.between(change.person, limit, recorded, is_working=seen.is_working)


def _weight(changes: Sequence[Change], limits: InForce, seen: Seen) -> int:
    return sum(2 if _chances(each, seen) >= limits["late_long"] else 1 for each in changes)


def _bursts(
    signs: Sequence[Change], span: timedelta, volume: Volume, seen: Seen
) -> Iterable[tuple[list[Change], InForce]]:
    """Those that lie closer together than the rest of the year, and how much was done then, let expect."""
    for few in within(signs, span, at=_recorded, key=lambda each: each.person):
        limits = in_force(seen.day(few[-1].recorded_at))
        first, last = seen.day(few[0].recorded_at), seen.day(few[-1].recorded_at)
        others = (len(signs) - len(few)) * max(span.days / YEAR, volume.share(first - span, last))
        if at_least(len(few), max(others, limits["usual_least"])) < limits["surprise"]:
            yield few, limits


def _backdated_text(number: int, day: Text, changes: Sequence[Change]) -> Text:
    late = sorted((each.recorded_at - each.known_at).days for each in changes)[len(changes) // 2]
    days = (
        Text(f"时限过后约 {late} 天", f"some {late} days after their limits")
        if late
        else Text("时限过后", "after their limits")
    )
    return Text(
        f"{day.zh}补记 {number} 件，都在{days.zh}记录，都记为时限前已完成：当时为什么没有登记？",
        f"{number} were recorded on {day.en}, {days.en}, all as done before them: why were they not recorded then?",
    )


# ---- left out after it was missed ---------------------------------------------------------------------------------------


def late_exclusions(seen: Seen) -> list[Question]:
    """What was left out within a fortnight after it had been missed."""
    volumes = Volumes(seen)
    return [
        _question(
            Kind.LATE_EXCLUSION, few, seen, strength=len(few) / limits["excluded_least"], text=_late_exclusion_text
        )
        for group, signs in _signs(seen, Kind.LATE_EXCLUSION).items()
        for few, limits in _bursts(signs, FORTNIGHT, volumes.of(group), seen)
        if len(few) >= limits["excluded_least"]
    ]


def _late_exclusion_text(number: int, day: Text, _changes: Sequence[Change]) -> Text:
    return Text(
        f"{day.zh}有 {number} 件在逾期以后才取消或延期，不再计为未达标：理由是逾期以前就有的吗？",
        f"{number} were cancelled or given more time on {day.en} after they had been missed: did the reason exist before?",
    )


# ---- classified otherwise after it was missed -----------------------------------------------------------------------------


def reclassified(seen: Seen) -> list[Question]:
    """Missed cases that one person moved or amended within a fortnight so that they do not count where they did, more of them than
    chance would pick."""
    amended = _amended(seen)
    found = []
    for group, signs in _signs(seen, Kind.RECLASSIFIED).items():
        for few in within(signs, FORTNIGHT, at=_recorded, key=lambda each: each.person):
            limits = in_force(seen.day(few[-1].recorded_at))
            others = _others(few, amended.get(group, ()), seen)
            every = len(signs) + sum(row.number for row in amended.get(group, ()))
            if len(few) < limits["amended_least"] or not _is_picked(few, others, every, seen, limits):
                continue
            strength = len(few) / limits["amended_least"]
            found.append(_question(Kind.RECLASSIFIED, few, seen, strength=strength, text=_reclassified_text))
    return found


def _amended(seen: Seen) -> dict[Group, list[Amended]]:
    """Of each group what was amended though it was not missed; of several gauges of a family the one with the most."""
    watched = seen.by_gauge()
    by_gauge: dict[tuple[Group, int], list[Amended]] = {}
    for each in seen.amended:
        if each.gauge in watched:
            by_gauge.setdefault((Group(watched[each.gauge].family, each.unit), each.gauge), []).append(each)
    found: dict[Group, list[Amended]] = {}
    for (group, _gauge), rows in sorted(by_gauge.items(), key=lambda one: one[0]):
        if sum(row.number for row in rows) > sum(row.number for row in found.get(group, ())):
            found[group] = rows
    return found


def _others(few: Sequence[Change], amended: Iterable[Amended], seen: Seen) -> int:
    """How many that were not missed the same person amended in the same days."""
    first, last = seen.day(few[0].recorded_at), seen.day(few[-1].recorded_at)
    return sum(row.number for row in amended if row.person == few[0].person and first <= row.day <= last)


def _is_picked(few: Sequence[Change], others: int, every: int, seen: Seen, limits: InForce) -> bool:
    """So many missed ones among those amended are hardly chance, had they been drawn from everything that counts here; with as many
    tries as the `every` one amended in the year are such handfuls."""
    missed = counted = len(few)
    for gauge in {each.gauge for each in few}:
        gone = sum(each.gauge == gauge and each.after is not Outcome.MISSED for each in few)
        known = seen.counted.get(gauge, (0, 0))
        missed, counted = max(missed, known[0] + gone), max(counted, known[1] + gone)
    prior = int(limits["amended_prior"])
    counted = max(counted, len(few) + others) + prior
    missed = max(missed + round(prior * limits["amended_usual"]), round(counted * limits["amended_usual"]))
    if len(few) * counted < limits["amended_times"] * missed * (len(few) + others):
        return False
    tries = max(1.0, every / (len(few) + others))
    return tries * at_least_drawn(len(few), len(few) + others, missed, counted) < limits["amended_chance"]


def _reclassified_text(number: int, day: Text, _changes: Sequence[Change]) -> Text:
    return Text(
        f"{day.zh}有 {number} 件在逾期以后改了项目、主题或内容，不再计在原处：原来归错了吗？",
        f"{number} got another project, topic or content on {day.en} after they had been missed, and no longer count where they did: "
        "had they been classified wrongly?",
    )


# ---- the question ---------------------------------------------------------------------------------------------------------


def _question(
    kind: Kind,
    changes: Sequence[Change],
    seen: Seen,
    *,
    strength: float,
    text: Callable[[int, Text, Sequence[Change]], Text],
) -> Question:
    watched = seen.by_gauge()[min(each.gauge for each in changes)]
    days = tuple(sorted({seen.day(each.recorded_at) for each in changes}))
    return Question(
        kind=kind,
        gauge=watched.gauge,
        office=watched.office,
        unit=changes[0].unit,
        person=who([each.person for each in changes]),
        days=days,
        cases=tuple(sorted({each.case_id for each in changes})),
        strength=round(strength, 2),
        text=text(len(changes), days_in_words(days), changes),
    )
