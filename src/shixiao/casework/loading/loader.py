"""The book that steps go through while they are kept in memory. A `through.Book`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import models

from shixiao.casework import assessing, deadlines, performing, searching, through
from shixiao.casework.events import LIMIT_PASSED
from shixiao.casework.loading.holding import Held, begin_alone, pauses, read_along
from shixiao.casework.loading.memory import Memory, NotHere
from shixiao.casework.models import Case, Deadline, Suspension
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.timelines import events_of
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger.book import Draft, Entry, Reference
from shixiao.ledger.models import Event
from shixiao.people.models import User


class Loader(Memory):
    """See the package."""

    # ---- steps ---------------------------------------------------------------------------------------------------

    def open_many(
        self,
        kind: str,
        step: str,
        openings: Sequence[performing.Opening],
        *,
        by: User | None,
        now: datetime,
        also: performing.Also | None,
    ) -> list[Case]:
        """As `performing.open_many`."""
        table = performing.table_for(kind)
        row = performing.opening_row(table, step)
        with self._call():
            with self._ids[Case].tried(len(openings)) as ids:
                works = performing.begin(table, row, openings, ids=ids, by=by, now=now, shared=self._sharing.things)
            self._take_in(works)
            cases = [work.case for work in works]
            if also is not None:
                also(cases)
        self._flush_when_full()
        return cases

    def perform_many(
        self,
        cases: Iterable[Case | int],
        step: str,
        *,
        by: User | None,
        now: datetime,
        happened_at: datetime | None,
        seen: int | None,
        also: performing.Also | None,
        particulars: Mapping[str, Any],
    ) -> list[Case]:
        """As `performing.perform_many`."""
        if self._tried is not None:
            raise NotHere
        pairs = self._pairs(cases)
        table = performing.table_for(pairs[0][0].kind)
        row = performing.row_for(table, step)
        shared = self._sharing.things
        with self._call():
            works = performing.works_of(table, row, pairs, by=by, now=now, happened_at=happened_at, shared=shared)
            performing.decide(works, particulars, seen=seen)
            self._take_in(works)
            done = [performing.gone_on(work) for work in works]
            if also is not None:
                also(done)
        self._flush_when_full()
        return done

    @contextmanager
    def _call(self) -> Iterator[None]:
        """What one call reads and shares is forgotten after it, but for what an office says lasts. A step of a step belongs to it."""
        self._depth += 1
        try:
            yield
        except Refused:
            self._sharing.forget()  # what was counted along in memory may have been counted for nothing
            raise
        finally:
            self._depth -= 1
        if not self._depth:
            self._sharing.end_call()

    def _pairs(self, cases: Iterable[Case | int]) -> list[tuple[Case, Any]]:
        several = list(cases)
        if len(several) == 1:
            only = several[0]
            held = self._held.get(only.id if isinstance(only, Case) else only)
            if held is not None:
                return [(held.case, held.detail)]
        keys = [each.id if isinstance(each, Case) else each for each in several]
        missing = [key for key in keys if key not in self._held]
        if missing:
            self._fetch(missing, kind=next((each.kind for each in several if isinstance(each, Case)), None))
        found = [self._held[key] for key in keys]
        if len(found) > 1 and len({each.case.kind for each in found}) > 1:
            text = Text("一次只能办理同一种事项。", "Cases of one kind only can be taken at once.")
            raise Refused(text, reason=Reason.INVALID)
        return [(each.case, each.detail) for each in found]

    def _fetch(self, keys: Sequence[int], *, kind: str | None) -> None:
        """Cases that were written already, or long ago, into memory. Whatever is not written belongs to others."""
        with self._quietly():
            if self._forks.have(keys):
                self._forks.end()
            pairs = performing.locked(list(keys), kind=kind)
            happened = events_of(keys)
            running = deadlines.running([case for case, _detail in pairs])
            self._timers.take_up([row for several in running.values() for row in several])
        for case, detail in pairs:
            several = running.get(case.pk, [])
            for row in several:  # lists of our own: a pause that begins is there at once
                read_along(row, suspensions=row.suspensions.all(), extensions=row.extensions.all())
            touched_at = case.assessed_until or case.opened_at
            held = Held(case, detail, happened.get(case.pk, []), several, is_stored=True, touched_at=touched_at)
            held.last_event = case.assessed_event
            self._held[case.pk] = held

    def lasting(self) -> dict[Any, Any]:
        """See `through.Book`."""
        if not self._depth:
            self._sharing.end_call()
        found: dict[Any, Any] = self._sharing.things[through.LASTING]
        return found

    def standing(self, case_id: int) -> tuple[Case, Any]:
        """See `through.Book`."""
        ((case, detail),) = self._pairs([case_id])
        return case, detail

    # ---- what a step leaves ----------------------------------------------------------------------------------------

    def _take_in(self, works: Sequence[Work]) -> None:
        """As `performing` writes, into memory."""
        for work in works:
            performing.move(work)
        deadlines.follow(works, find=self._running)
        self._now = now = works[0].now
        for work, id_ in zip(works, self._ids[Event].take(len(works)), strict=True):
            event = self._rows.record(performing.entry_of(work), id_)
            held = self._hold(work)
            held.happened.append(assessing.happening(event))
            held.last_event, held.touched_at = id_, now
            if work.started or work.stopped or work.ends_all or work.suspended or work.resumed:
                self._follow_deadlines(work, held, event)
            if work.created:
                self._create(work.created)

    def _create(self, rows: Sequence[models.Model]) -> None:
        if self._tried is not None:
            raise NotHere
        self._rows.create(rows)
        for row in rows:
            self._know(type(row))

    def _hold(self, work: Work) -> Held:
        key = work.case.id
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = Held(work.case, None, [], [], is_stored=False, touched_at=work.now)
            held.is_expected = work.duty is not None
            if self._tried is not None:
                self._tried.append(key)
        detail = held.detail = work.detail
        if detail is not None and type(detail) not in self._known:
            self._know(type(detail))
        if not held.is_dirty:
            held.is_dirty = True
            self._dirty[key] = held
        held.is_renamed |= bool(work.changed & searching.SHOWN)
        return held

    def _running(self, cases: Iterable[Case], *, with_history: bool = True) -> dict[int, list[Deadline]]:
        """As `deadlines.running`, of cases in memory."""
        del with_history
        return {case.id: [row for row in self._held[case.id].deadlines if row.stopped_at is None] for case in cases}

    def _follow_deadlines(self, work: Work, held: Held, event: Draft) -> None:
        """As `deadlines.write`, into memory."""
        for row, id_ in zip(work.started, self._ids[Deadline].take(len(work.started)), strict=True):
            row.id = id_
            begin_alone(row)
            held.deadlines.append(row)
            self._timers.set(row)
        if work.stopped:
            held.moved += work.stopped
        if work.ends_all:
            for row in held.deadlines:
                if row.stopped_at is None:
                    row.stopped_at = max(work.happened_at, row.started_at)
                    held.moved.append(row)
        if work.suspended or work.resumed:
            self._follow_pauses(work, held, event)

    def _follow_pauses(self, work: Work, held: Held, event: Draft) -> None:
        for pause, id_ in zip(work.suspended, self._ids[Suspension].take(len(work.suspended)), strict=True):
            pause.pk, pause.event_id = id_, event.id
            pauses(pause.deadline).append(pause)
            self._rows.suspended.append(pause)
        self._rows.resumed += [pause for pause in work.resumed if not pause._state.adding]  # noqa: SLF001 — a stored one
        moved = [pause.deadline for pause in (*work.suspended, *work.resumed)]
        held.moved += moved
        for row in moved:
            if row.due_at is None:
                self._timers.drop_of(row)
            else:
                self._timers.set(row)

    # ---- time ------------------------------------------------------------------------------------------------------

    def fire_due(self, now: datetime) -> int:
        """As `timers.fire_due`, all batches at once."""
        with self._quietly():
            due = self._timers.due(now, self._held)
        for timer in due:
            row = timer.deadline
            if row is not None and row.stopped_at is not None:
                self._timers.drop(timer)
                continue
            codes = {"deadline": timer.deadline_id, "name": row.name if row else timer.name}
            subject = Reference(Case.ledger_name, str(timer.case_id))
            entry = Entry(
                kind=LIMIT_PASSED, subject=subject, by=None, now=now, happened_at=timer.due_at, particulars=codes
            )
            (id_,) = self._ids[Event].take(1)
            self._rows.record(entry, id_)
            self._timers.fire(timer, now=now)
        self._flush_when_full()
        self._let_go_of_waiting(now)
        return 0

    def is_taken_back(self, do: Callable[[], None]) -> bool:
        """See `through.Book`: cases that `do` opens, and nothing else, are taken back in memory; on PostgreSQL their ids are gone, as they
        are where the database takes them back."""
        if self._depth or self._tried is not None:
            return False
        mark, ids = self._rows.mark(), {each: each.mark() for each in self._ids.values()}
        before, then, self._tried = self._sharing.begin_apart(), self._now, []
        is_here = False
        try:
            do()
            is_here = True
        except NotHere:
            pass
        finally:
            self._take_back(self._tried)
            self._tried, self._now = None, then
            self._rows.cut(mark)
            for each, place in ids.items():
                each.give_back(place, is_gone=is_here)
            self._sharing.end_apart(before)
        return is_here

    def _take_back(self, keys: Sequence[int]) -> None:
        several = [self._held.pop(key) for key in keys]
        for key in keys:
            self._dirty.pop(key, None)
        self._timers.take_back([row for held in several for row in held.deadlines])
