"""Measures of the test desk, as an office's `measures.py` would have them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from shixiao.casework.tests.conftest import KIND
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import (
    CANCELLED,
    TAGGING,
    Aspect,
    CountsOn,
    Measure,
    Outcome,
    Reads,
    Timeline,
    amount,
    aspects,
    declaring,
    measure,
    met,
    not_counted,
    on_time,
    pending,
    told_by,
)

COUNTS = {"of": KIND, "unit": "件"}


def answered_on_time(case: Timeline, *, clock, now):
    """Tasks finished before their limit; swept ones are not counted."""
    if case.has("desk.swept"):
        return not_counted(CANCELLED, on=case.day(case.begun_at), otherwise=Outcome.MISSED)
    return on_time(case, "desk.opened", "desk.done", "answer", now=now)


def finished(case: Timeline, *, clock, now):
    """Tasks that are finished and were not opened again."""
    done, again = case.last("desk.done"), case.last("desk.reopened")
    if done is None or (again is not None and again.happened_at > done.happened_at):
        return pending(on=case.day(case.begun_at), until=None)
    return met(on=case.day(done.happened_at))


def worth(case: Timeline, *, clock, now):
    """What the tasks are worth, on the day they began; taken back when swept."""
    told = case.told("amount")
    if told is None:
        return None
    begun = amount(Decimal(told), on=case.day(case.begun_at))
    swept = case.last("desk.swept")
    return (begun,) if swept is None else (begun, amount(-Decimal(told), on=case.day(swept.happened_at)))


def told(case: Timeline, on: date) -> Iterator[tuple[str, object]]:
    """What a task is worth, and its tags."""
    yield "worth", case.told("amount") or "none"
    for tag in case.tags(on):
        yield "tag", tag


@contextmanager
def declared() -> Iterator[tuple[Measure, ...]]:
    """The three measures are in the catalogue."""
    before = set(declaring.CATALOGUE)
    made = (
        measure(
            "按时办结率",
            "On time",
            of=KIND,
            unit="%",
            aspect=Aspect.TIMELINESS,
            counts_on=CountsOn.DUE,
            reads=Reads.SHARE,
        )(answered_on_time),
        measure(
            "办结件数",
            "Finished",
            of=KIND,
            unit="件",
            aspect=Aspect.QUANTITY,
            counts_on=CountsOn.DONE,
            reads=Reads.COUNT,
        )(finished),
        measure("金额", "Worth", of=KIND, unit="元", aspect=Aspect.COST, counts_on=CountsOn.DATED, reads=Reads.SUM)(
            worth
        ),
    )
    told_by(of=KIND, names={"worth": Text("金额", "Worth"), "tag": Text("标签", "Tag")}, follows=TAGGING)(told)
    yield made
    del aspects._declared[KIND]
    for name in set(declaring.CATALOGUE) - before:
        del declaring._catalogue[name]
