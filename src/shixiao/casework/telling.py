"""Who is told of what happens to cases: worked out from the step tables, written by the step's own transaction.

A step says itself who is told (`Step.tells`). Where it does not, the desk is told whose turn it is then:

- The state is another one and somebody else's desk takes its usual next step: whoever holds that responsibility at the case's unit,
  or at the nearest unit above where somebody does.
- That desk handed the case in, and the step sends it back: whoever took the last step of that desk on this case.
- The next step is for the lead, or the case has ended: the lead.

Nobody is told what they did themselves, nor what the program opened because a duty expects it: the ladder reminds in time.
At most two statements a call, however many cases; none where nobody is to be told.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from shixiao.casework import notices, offices
from shixiao.casework.models import Case
from shixiao.casework.steps import LEAD, NAMED, OPENER, PROGRAM, Step, Steps, Tell
from shixiao.casework.timelines import events_of_cases
from shixiao.casework.working import Work
from shixiao.ledger.book import Reference
from shixiao.ledger.models import Event
from shixiao.messages import holding
from shixiao.messages.holding import Holder
from shixiao.messages.models import Sort
from shixiao.messages.telling import Notice, tell
from shixiao.messages.wordings import Wording
from shixiao.people.models import User

BACK = "case.back"  # whoever handed it in
_is_silent: ContextVar[bool] = ContextVar("shixiao_is_silent", default=False)


@contextmanager
def silently() -> Iterator[None]:
    """Nobody is told anything here: a simulated year, an old system that is taken over."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def is_silent() -> bool:
    """Whether nobody is to be told just now."""
    return _is_silent.get()


@dataclass(frozen=True, slots=True)
class Addressed:
    """One thing that a step says, before it is known who that is. `desk` is the responsibility that handed in, for `BACK`."""

    to: str
    wording: Wording
    sort: Sort
    name: str
    desk: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def follow(works: Sequence[Work], recorded: Sequence[Event], *, stays_inside: bool = False) -> None:
    """Tell whoever is to be told of the step that these cases just took, inside its transaction."""
    first = works[0]
    said = [] if is_silent() else addressed(first.table, first.step, first.case.state, by=first.by)
    if not said:
        return
    people = _People(works, said)
    notices_ = [
        Notice(
            event=event,
            to=[person for person in people.of(work, each) if work.by is None or person != work.by.pk],
            step=each.name,
            wording=each.wording,
            slots=_slots(work, each),
            subject=reference(work.case),
            sort=each.sort,
            urgency=str(work.case.urgency),
            stays_inside=stays_inside,
        )
        for work, event in zip(works, recorded, strict=True)
        for each in said
    ]
    if any(notice.to for notice in notices_):
        tell(notices_, now=first.now)


def reference(case: Case) -> Reference:
    """How messages name a case."""
    return Reference(Case.ledger_name, str(case.pk))


def _slots(work: Work, said: Addressed) -> dict[str, Any]:
    usual = usual_next(work.table, work.case.state)
    codes = {"kind": work.case.kind, "step": work.step.name, "state": work.case.state}
    return codes | ({"next": usual.name} if usual else {}) | said.more


# ---- what a step says, by the table alone ------------------------------------------------------------------------


def addressed(table: Steps, step: Step, state: str, *, by: User | None) -> list[Addressed]:
    """What is said when the step has led to `state`, and to whom, as far as the step table knows."""
    if step.tells is not None:
        return [_as_told(each, number) for number, each in enumerate(step.tells)]
    if step.opens and by is None:
        return []
    if step.to is None and not step.opens:
        return []
    here = table.state(state)
    if here.is_end:
        return [Addressed(LEAD, notices.ENDED, Sort.NOTICE, f"ended.{state}")]
    usual = usual_next(table, state)
    if usual is None or usual.by == step.by:
        return []
    if usual.by == LEAD:
        return [Addressed(LEAD, notices.TO_DO, Sort.TODO, f"todo.{state}")]
    if handed_in(table, step, usual.by):
        return [Addressed(BACK, notices.RETURNED, Sort.TODO, f"todo.{state}", desk=usual.by)]
    return [Addressed(usual.by, notices.TO_DO, Sort.TODO, f"todo.{state}")]


def _as_told(each: Tell, number: int) -> Addressed:
    sort = Sort.TODO if each.is_todo else Sort.NOTICE
    return Addressed(each.to, notices.TOLD, sort, f"told.{number}", more={"told": number})


def usual_next(table: Steps, state: str) -> Step | None:
    """The first step that a person may take in that state; None at an end."""
    if table.state(state).is_end:
        return None
    return next((step for step in table.allowed(state) if step.by != PROGRAM), None)


def handed_in(table: Steps, step: Step, desk: str) -> bool:
    """The desk brought cases into a state from which this step is taken: it sends them back."""
    return any(each.by == desk and each.to in step.after for each in table.steps)


# ---- who that is ---------------------------------------------------------------------------------------------------


class _People:
    """The people of one call: read once for all its cases."""

    def __init__(self, works: Sequence[Work], said: Iterable[Addressed]) -> None:
        self._works = works
        wanted = {each.to for each in said} - {LEAD, NAMED, OPENER, BACK}
        self._holders: list[Holder] = []
        if wanted:
            paths = {work.case.unit.path for work in works}
            self._holders = holding.holders(wanted, paths, on=timezone.localtime(works[0].now).date())

    def of(self, work: Work, said: Addressed) -> list[int]:
        """Everybody whom this is said to, of this case."""
        if said.to == LEAD:
            return [work.case.lead_id] if work.case.lead_id else []
        if said.to == NAMED:
            return list(dict.fromkeys(work.named))
        if said.to in (OPENER, BACK):
            return self._earlier(work, said)
        return nearest(self._holders, said.to, work.case.unit.path)

    def _earlier(self, work: Work, said: Addressed) -> list[int]:
        """Whoever opened the case, or took the last step of the desk."""
        kinds = {
            step.records.name
            for step in work.table.steps
            if (step.opens if said.to == OPENER else step.by == said.desk)
        }
        happened = [each for each in events_of_cases(self._works)[work.case.pk] if each.kind in kinds and each.by]
        return [int(happened[0 if said.to == OPENER else -1].by)] if happened else []


def nearest(holders: Iterable[Holder], word: str, path: str) -> list[int]:
    """Those who hold the responsibility at the unit, or at the nearest one above where somebody does."""
    found = [each for each in holders if each.word == word and each.covers(path)]
    deepest = max((len(each.path) for each in found), default=0)
    return [each.person for each in found if len(each.path) == deepest]


# ---- what happens outside the step tables -----------------------------------------------------------------------


def say(
    case: Case,
    event: Event,
    wording: Wording,
    *,
    to: Iterable[int | None],
    by: User | None,
    now: datetime,
    sort: Sort = Sort.NOTICE,
    **slots: Any,
) -> None:
    """Tell these people one thing about a case, inside the caller's transaction; not whoever did it."""
    people = [person for person in to if person is not None and (by is None or person != by.pk)]
    if is_silent() or not people:
        return
    notice = Notice(
        event=event,
        to=people,
        step=wording.name,
        wording=wording,
        slots={"kind": case.kind, "state": case.state, **slots},
        subject=reference(case),
        sort=sort,
        urgency=str(case.urgency),
    )
    tell([notice], now=now)


def overseers(case: Case, *, on: datetime) -> list[int]:
    """Who oversees cases of this kind at the case's unit, the nearest ones."""
    word = offices.table_of(case.kind).overseer
    return nearest(holding.holders([word], [case.unit.path], on=timezone.localtime(on).date()), word, case.unit.path)
