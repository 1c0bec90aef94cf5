"""Limits climb the ladder of reminders (`messages.ladders`): the worker looks at each that is near or past and tells whose turn it is.

A limit is watched from some days before it passes, at the latest when its timer fires (`timers`). Each rung that tells somebody is an
event of the case. What a rung says grows more definite with the days, and is never said twice with the same number of days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import assessing, calendars, deadlines, notices, offices, telling, timelines, visibility
from shixiao.casework.models import Case, Deadline, Timer, Urgency
from shixiao.casework.steps import LEAD, Steps
from shixiao.ledger.models import Event
from shixiao.messages import holding, ladders
from shixiao.messages.events import RUNG_REACHED
from shixiao.messages.ladders import Rung, Who
from shixiao.messages.models import Climb, Sort
from shixiao.messages.quiet import WorksOn
from shixiao.messages.responsibilities import LEADER, OFFICE, UNIT_HEAD
from shixiao.messages.telling import Notice, tell
from shixiao.messages.wordings import Wording

BATCH = 100
LOOKS_AHEAD = timedelta(days=16)  # a holiday of ten days, and some working days before it
LOOKS_AGAIN = timedelta(minutes=30)  # whether a receipt has come
STANDS_STILL = timedelta(hours=12)  # a suspended limit
_WORDS = {Who.UNIT_HEAD: UNIT_HEAD.word, Who.OFFICE: OFFICE.word, Who.LEADER: LEADER.word}


def remind(now: datetime) -> int:
    """A job: begin to watch limits that come near, and climb where it is time; one batch of each. Returns how many there were."""
    return _begin(now) + _climb(now)


def watch(rows: Iterable[Deadline], *, now: datetime) -> int:
    """Look after these limits from now on, where nobody does yet. Inside the caller's transaction."""
    limits = [(Case.ledger_name, row.case_id, row.pk, row.overdue_from) for row in rows if row.overdue_from is not None]
    return ladders.watch(limits, now=now)


def _begin(now: datetime) -> int:
    """Those whose timer falls due within the next days, or has while nobody looked."""
    there = Climb.objects.filter(subject_kind=Case.ledger_name, limit_id=OuterRef("deadline_id"))
    near = Timer.objects.filter(fired_at=None, due_at__lte=now + LOOKS_AHEAD, deadline__stopped_at=None)
    rows = near.exclude(deadline=None).filter(~Exists(there)).select_related("deadline").order_by("due_at", "pk")
    with transaction.atomic():
        return watch([timer.deadline for timer in rows[:BATCH] if timer.deadline is not None], now=now)


# ---- one look --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Look:
    """What one batch needs to know."""

    now: datetime
    works_on: WorksOn
    ladders: ladders.Ladders
    answered: Mapping[int, bool]

    def rungs(self, case: Case) -> Sequence[Rung]:
        return ladders.of_kind(self.ladders, case.kind, str(case.urgency))


@dataclass(frozen=True)
class _Reached:
    """A rung whose time has come."""

    climb: Climb
    row: Deadline
    rung: Rung
    late_days: int

    @property
    def case(self) -> Case:
        return self.row.case


def _climb(now: datetime) -> int:
    with transaction.atomic():
        can_skip = connection.features.has_select_for_update_skip_locked
        due = Climb.objects.filter(subject_kind=Case.ledger_name, ended_at=None, next_at__lte=now).order_by(
            "next_at", "pk"
        )
        climbs = list(due.select_for_update(skip_locked=can_skip)[:BATCH])
        if not climbs:
            return 0
        keys = [climb.limit_id for climb in climbs]
        rows = Deadline.objects.select_related("case__unit", "case__lead").in_bulk(keys)
        look = _look(climbs, rows, now)
        reached = [found for climb in climbs if (found := _step(climb, rows.get(climb.limit_id), look)) is not None]
        _remind(reached, look)
        fields = ["limit_at", "rung", "told", "last_event", "last_at", "last_days", "next_at", "ended_at"]
        Climb.objects.bulk_update(climbs, fields, batch_size=BATCH)
    return len(climbs)


def _look(climbs: Sequence[Climb], rows: Mapping[int, Deadline], now: datetime) -> _Look:
    known = ladders.ladders(timezone.localtime(now).date())
    waiting = []
    for climb in climbs:
        row = rows.get(climb.limit_id)
        rungs = ladders.of_kind(known, row.case.kind, str(row.case.urgency)) if row is not None else ()
        if climb.last_event_id is not None and 0 < climb.rung <= len(rungs):
            waiting.append((climb.last_event_id, rungs[climb.rung - 1].waits_for))
    calendar = calendars.in_force()[calendars.OFFICE]
    return _Look(now, calendar.is_working_day, known, ladders.answers(waiting) if waiting else {})


def _step(climb: Climb, row: Deadline | None, look: _Look) -> _Reached | None:
    """The rung that is reached now; None where there is none yet, and the climb says when to look again."""
    now = look.now
    if (
        row is None
        or row.stopped_at is not None
        or row.case.closed_at is not None
        or not offices.is_known(row.case.kind)
    ):
        climb.ended_at = now
        return None
    if row.overdue_from is None:
        climb.next_at = now + STANDS_STILL
        return None
    if row.overdue_from != climb.limit_at:
        _begin_anew(climb, row.overdue_from)
    rungs = look.rungs(row.case)
    limit_at = timezone.localtime(row.overdue_from)
    _pass_over(climb, row, rungs, limit_at, look)
    number = min(climb.rung, len(rungs) - 1)
    again = climb.rung - number
    if not rungs or (again and not rungs[-1].every):
        climb.ended_at = now
        return None
    rung = rungs[number]
    moment = ladders.moment_of(rung, limit_at, works_on=look.works_on, again=again)
    if moment > now:
        climb.next_at = moment
        return None
    before = rungs[climb.rung - 1] if 0 < climb.rung <= len(rungs) - 1 else None
    if not ladders.may_go_on(climb, before, works_on=look.works_on, now=now, answered=look.answered):
        climb.next_at = now + LOOKS_AGAIN
        return None
    late_days = _late_days(limit_at, now)
    if climb.last_days == late_days and climb.rung and rungs[min(climb.rung, len(rungs)) - 1].who is rung.who:
        climb.next_at = ladders.next_morning(now)  # the same people have read the same number of days already
        return None
    return _Reached(climb, row, rung, late_days)


def _begin_anew(climb: Climb, limit_at: datetime) -> None:
    """Another limit than the one that was climbed: an extension, a pause, another calendar."""
    climb.limit_at, climb.rung, climb.told = limit_at, 0, 0
    climb.last_event, climb.last_at, climb.last_days = None, None, None


def _pass_over(climb: Climb, row: Deadline, rungs: Sequence[Rung], limit_at: datetime, look: _Look) -> None:
    """A warning is of no use once the limit has passed, nor where the limit was shorter than the warning."""
    while climb.rung < len(rungs) and rungs[climb.rung].days < 0:
        moment = ladders.moment_of(rungs[climb.rung], limit_at, works_on=look.works_on)
        if look.now < limit_at and moment > row.started_at:
            return
        climb.rung += 1


def _late_days(limit_at: datetime, now: datetime) -> int:
    """Whole days that have passed since the last day in time; below 1 on the day itself and before."""
    last = (limit_at - timedelta(microseconds=1)).date()
    return (timezone.localtime(now).date() - last).days


# ---- what is said, to whom ----------------------------------------------------------------------------------------


def _remind(reached: Sequence[_Reached], look: _Look) -> None:
    if not reached:
        return
    people = _People(reached, look.now)
    told = [(each, people.of(each)) for each in reached]
    for each in reached:
        each.climb.rung += 1
        each.climb.next_at = look.now  # a rung that found nobody makes way for the next at once
    speaking = [(each, who) for each, who in told if who[0]]
    followed = _locked([each.case for each, _who in speaking])
    recorded = ledger.record_many([_entry(each, who, look.now) for each, who in speaking]) if speaking else []
    if followed:
        assessing.reassess(followed, now=look.now)
    notices_ = []
    for (each, (people_told, _hidden)), event in zip(speaking, recorded, strict=True):
        notices_.append(_notice(each, event, people_told))
        each.climb.told += 1
        each.climb.last_event, each.climb.last_at, each.climb.last_days = event, look.now, each.late_days
    if notices_:
        tell(notices_, now=look.now)


def _locked(cases: Sequence[Case]) -> list[Case]:
    """Those of which somebody measures how often they are reminded, locked before anything is written: a step that is under way does not
    know of this reminder, and has to be over."""
    keys = sorted({case.pk for case in cases if timelines.is_followed(case.kind, RUNG_REACHED.name)})
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(rows) if keys else []


def _entry(each: _Reached, who: tuple[list[int], int], now: datetime) -> ledger.Entry:
    codes = {
        "deadline": each.row.pk,
        "name": each.row.name,
        "rung": each.climb.told + 1,
        "told": len(who[0]),
        "hidden": who[1],
        "late_days": each.late_days,
    }
    return ledger.Entry(kind=RUNG_REACHED, subject=each.case, by=None, now=now, particulars=codes)


def _notice(each: _Reached, event: Event, to: list[int]) -> Notice:
    case, row = each.case, each.row
    due = deadlines.last_moment(row.overdue_from) if row.overdue_from else row.first_due_at
    slots: dict[str, Any] = {
        "kind": case.kind,
        "state": case.state,
        "limit": row.name,
        "due": due.isoformat(),
        "days": each.late_days,
        "before": each.climb.told,
        "unit": case.unit.name,
    }
    return Notice(
        event=event,
        to=to,
        wording=_wording(each),
        step=f"rung.{each.climb.rung}",
        slots=slots,
        subject=telling.reference(case),
        sort=Sort.REMINDER,
        urgency=str(case.urgency) if each.late_days < 1 or case.urgency != Urgency.NORMAL else Urgency.URGENT.value,
        useful_until=row.overdue_from if each.rung.days < 0 else None,
    )


def _wording(each: _Reached) -> Wording:
    if each.rung.days < 0:
        return notices.LIMIT_NEAR
    if each.late_days < 1 or (each.rung.days == 0 and each.late_days == 1):  # it passed this midnight
        return notices.LIMIT_PASSED
    return notices.LIMIT_LATE if each.rung.who is Who.HANDLER else notices.LIMIT_LATE_ABOVE


def _named(cases: Sequence[Case]) -> dict[int, Sequence[int]]:
    """Of the cases that name whose turn it is, whom: those who have not acted yet."""
    by_turn: dict[offices.Turn, list[Case]] = {}
    for case in cases:
        usual = telling.usual_next(offices.table_of(case.kind), case.state)
        if usual is not None and (turn := offices.turn_of(case.kind, usual.by)) is not None:
            by_turn.setdefault(turn, []).append(case)
    return {case: people for turn, several in by_turn.items() for case, people in turn.people(several).items()}


class _People:
    """Who handles, heads and leads, and which of them may look at a restricted register: read once for a batch, in one statement.

    All of them may look at a case that is not restricted (`visibility.ABOVE`), so that a reminder always leads to what it speaks of.
    """

    def __init__(self, reached: Sequence[_Reached], now: datetime) -> None:
        tables = {each.case.kind: offices.table_of(each.case.kind) for each in reached}
        words = set(_WORDS.values()).union(*(visibility.seers(table) for table in tables.values()))
        paths = {each.case.unit.path for each in reached}
        self._holders = holding.holders(words, paths, on=timezone.localtime(now).date())
        self._named = _named([each.case for each in reached if each.rung.who is Who.HANDLER])

    def of(self, each: _Reached) -> tuple[list[int], int]:
        """Those who are told, and how many are not, since a restricted register is no business of theirs."""
        table = offices.table_of(each.case.kind)
        people = list(dict.fromkeys(self._for(each, table)))
        if not visibility.is_narrow(table):
            return people, 0
        own = self._holding(table, each.case)
        return [person for person in people if person in own], sum(person not in own for person in people)

    def _for(self, each: _Reached, table: Steps) -> list[int]:
        case, path = each.case, each.case.unit.path
        if each.rung.who is not Who.HANDLER:
            own = telling.nearest(self._holders, _WORDS[each.rung.who], path)
            return own or telling.nearest(self._holders, table.overseer, path)
        if case.lead is not None and case.lead.is_active:
            return [case.lead.pk]
        usual = telling.usual_next(table, case.state)
        word = table.overseer if usual is None or usual.by == LEAD else usual.by
        if case.pk in self._named:
            able = {each.person for each in self._holders if each.word == word and each.covers(path)}
            named = [person for person in self._named[case.pk] if person in able]
            return named or telling.nearest(self._holders, table.overseer, path)
        return telling.nearest(self._holders, word, path)

    def _holding(self, table: Steps, case: Case) -> set[int]:
        """Who may look at a case of a restricted or narrow kind, as `visibility.can_see`."""
        words = visibility.seers(table)
        in_hand = {case.lead_id} if case.lead_id and not table.is_restricted else set()
        return in_hand | {each.person for each in self._holders if each.word in words and each.covers(case.unit.path)}
