"""Cases that were closed just before their limit, opened again, and done only after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.questions.chances import at_least, at_least_of
from shixiao.engine.questions.gathering import by_group, who, within
from shixiao.engine.questions.question import Kind, Question, days_in_words
from shixiao.engine.questions.rows import Group, Reopening, Seen, days_between
from shixiao.engine.questions.thresholds import MONTH, YEAR, in_force


def reopened(seen: Seen) -> list[Question]:
    """Several within a month that were in time by the first closing alone, more of them than among cases that are rightly sent back."""
    watched = seen.by_gauge()
    everything = by_group([each for each in seen.reopenings if _is_known(each, seen)], watched, at=_at)
    found = []
    for group, several in everything.items():
        signs = [each for each in several if is_around_the_limit(each, seen)]
        chosen = (_asked_about(few, several, seen) for few in within(signs, MONTH, at=_at, key=_together))
        found += [_question(group, few, seen) for few in chosen if few]
    return found


def _asked_about(few: list[Reopening], several: Sequence[Reopening], seen: Seen) -> list[Reopening]:
    """Those of a month that are too many: of those that took days to be done, or else of those opened only once the limit had passed."""
    limits = in_force(seen.day(_at(few[-1])))
    others = sum(_at(few[0]) <= _at(each) < _at(few[0]) + MONTH for each in several)
    around = sum(is_around_the_limit(each, seen) for each in several)
    usual = max(limits["usual_least"], (around - len(few)) * MONTH.days / YEAR)
    if at_least(len(few), usual) >= limits["reopened_surprise"]:
        return []
    undone = [each for each in few if is_undone(each, seen)]
    after = [each for each in few if each.reopened_at >= each.late_from]
    for signs, share in ((undone, "reopened_share"), (after, "reopened_after")):
        is_much = at_least_of(len(signs), others, limits[share]) < limits["reopened_chance"]
        if len(signs) >= limits["reopened_least"] and is_much:
            return signs
    return []


def is_around_the_limit(each: Reopening, seen: Seen) -> bool:
    """Closed in time by little, opened again, and finished after the limit or never."""
    near = timedelta(days=in_force(seen.day(each.reopened_at))["reopened_near"])
    return each.late_from - near <= each.closed_at < each.late_from <= _finished(each, seen)


def is_undone(each: Reopening, seen: Seen) -> bool:
    """What had to be done after it was opened again took working days."""
    least = in_force(seen.day(each.reopened_at))["reopened_undone"]
    days = days_between(seen.day(each.reopened_at), seen.day(_finished(each, seen)))
    return sum(seen.is_working(day) for day in days) + 1 >= least


def _finished(each: Reopening, seen: Seen) -> datetime:
    return each.closed_again_at or datetime.combine(seen.until, datetime.max.time(), tzinfo=seen.zone)


def _is_known(each: Reopening, seen: Seen) -> bool:
    return seen.day(each.reopened_at) <= seen.until


def _at(each: Reopening) -> datetime:
    return each.reopened_at


def _together(_each: Reopening) -> int:
    """Whoever closed or opened them."""
    return 0


def _question(group: Group, few: Sequence[Reopening], seen: Seen) -> Question:
    watched = seen.by_gauge()[min(each.gauge for each in few)]
    days = tuple(sorted({seen.day(each.reopened_at) for each in few}))
    day = days_in_words(days)
    return Question(
        kind=Kind.REOPENED,
        gauge=watched.gauge,
        office=watched.office,
        unit=group.unit,
        person=who([each.person for each in few]),
        days=days,
        cases=tuple(sorted({each.case_id for each in few})),
        strength=round(len(few) / in_force(days[-1])["reopened_least"], 2),
        text=Text(
            f"{len(few)} 件在时限前办结，{day.zh}又重开，时限过后才办完：当初办结时办完了吗？",
            f"{len(few)} were closed just before their limits, opened again on {day.en} and finished after them: were they done when they "
            "were closed?",
        ),
    )
