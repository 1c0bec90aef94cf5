"""What is in memory while steps are taken in bulk: read by others as it is, written in batches."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from shixiao.casework.loading.forking import Forks
from shixiao.casework.loading.holding import Held
from shixiao.casework.loading.ids import Ids
from shixiao.casework.loading.sharing import Sharing
from shixiao.casework.loading.waiting import Timers, Waiting
from shixiao.casework.loading.writing import Looks, Unwritten, asks_nothing, looks_of, renaming
from shixiao.casework.models import Case, Deadline, Suspension, Timer
from shixiao.ledger import filling
from shixiao.ledger.models import Event, Words

EVENTS_KEPT = (
    4_000  # so many are in memory before they are written: more would not be quicker, and memory is to stay flat
)
KEPT_FOR = timedelta(days=3)  # an ended case may be confirmed or returned on one of the next days; a round hardly ever
LEFT_AFTER = timedelta(
    days=30
)  # an open case that nobody touched for so long waits in the database: rounds that were missed, above all
LOOKED_EVERY = timedelta(days=7)  # whether there are such; what waits in memory costs little in the meantime
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_OF_DUTIES = re.compile('"casework_duty')  # which cases a duty expects; no step shares anything of it


class NotHere(Exception):
    """What is tried cannot be taken back in memory."""


class Memory:
    """Cases, rows and timers that are not written yet, with the ids that they will have."""

    def __init__(self, processes: int = 1) -> None:
        self._forks = Forks(processes)
        self._held: dict[int, Held] = {}
        self._dirty: dict[int, Held] = {}
        self._rows = Unwritten()
        self._ids = {model: Ids(model) for model in (Case, Event, Deadline, Suspension, Timer)}
        self._timers = Timers(self._ids[Timer])
        self._sharing = Sharing(self._held)
        self._tables = {model._meta.db_table for model in (*self._ids, Words)}
        self._known: set[type[models.Model]] = set()
        self._touches = self._pattern()
        self._is_quiet = False
        self._depth = 0
        self._tried: list[int] | None = None  # cases that were opened and are going to be taken back
        self._now: datetime | None = None
        self._looked_at: datetime | None = None  # when it was asked what waits for too long

    def give_up(self) -> None:
        """Whatever is made ready beside is not written any more."""
        self._forks.give_up()

    # ---- others who read and write -----------------------------------------------------------------------------------

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Whatever somebody reads of the tables that are written here, he reads as it is; whatever he writes is seen here."""
        if self._is_quiet:
            return execute(sql, params, many, context)
        writes, touches = _WRITES.match(sql), self._touches.search(sql)
        if self._tried is not None and (writes or touches):
            raise NotHere
        self._sharing.is_old |= writes is not None and not _OF_DUTIES.search(sql)
        if not touches:
            return execute(sql, params, many, context)
        self.flush()
        if writes:
            self._settle()
            self._timers.ask_anew()
            if writes[1].upper() != "INSERT":
                self._forget()
        return execute(sql, params, many, context)

    def write_all(self) -> None:
        """Everything into the database, as if nothing were kept."""
        self.flush()
        self._settle()

    def let_go(self, case_id: int) -> None:
        """Write everything, and read that case anew the next time."""
        held = self._held.get(case_id)
        self.flush(only=(held,) if held is not None else ())
        self._settle()
        self._held.pop(case_id, None)
        self._timers.let_go(held.deadlines if held is not None else ())

    @contextmanager
    def write_beside(self) -> Iterator[None]:
        """Somebody changes a case that was let go."""
        with self._quietly():
            yield

    def _forget(self) -> None:
        """Nothing in memory is known to be as it is in the database."""
        self._held.clear()
        self._timers.forget()
        self._sharing.forget()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        before, self._is_quiet = self._is_quiet, True
        try:
            yield
        finally:
            self._is_quiet = before

    def _know(self, model: type[models.Model]) -> None:
        """From now on rows of this table may be in memory."""
        self._known.add(model)
        if model._meta.db_table not in self._tables:
            self._tables.add(model._meta.db_table)
            self._touches = self._pattern()

    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f'"{name}"' for name in sorted(self._tables)))

    # ---- writing -----------------------------------------------------------------------------------------------------

    def _flush_when_full(self) -> None:
        if len(self._rows.events) >= EVENTS_KEPT and not self._depth and self._tried is None:
            self.flush(only_ended=True)

    def flush(self, *, only_ended: bool = False, only: Sequence[Held] | None = None) -> None:
        """Write what is in memory; where `only_ended`, cases that go on stay unwritten, and old ones that ended are forgotten; `only`:
        of the cases these. What was begun before is written by then; where `only_ended`, perhaps not yet."""
        if not only_ended:
            with self._quietly():
                self._forks.end()
        if not (self._dirty or self._rows.events or self._rows.created or self._timers.is_anything_unwritten):
            return
        several = self._dirty.values() if only is None else only
        here = [held for held in several if held.is_dirty and (not only_ended or held.case.closed_at is not None)]
        timers = self._timers.take_unwritten(_wanted_timers(only_ended=only_ended, only=only))
        with self._quietly():
            self._timers.write_changes()
            looks = looks_of(here, self._sharing)
            self._write(here, looks, timers, may_fork=only_ended)
        self._rows.is_written(here, looks)
        for held in here:
            del self._dirty[held.case.id]
        if only_ended:
            self._let_go_of_old()

    def _write(self, here: Sequence[Held], looks: Looks, timers: Sequence[Waiting], *, may_fork: bool) -> None:
        """Made ready beside, where that is possible, or at once and here."""

        def work_out() -> None:
            self._rows.write(here, looks)
            filling.insert(timers, of=Timer)

        then = renaming(here)
        may_fork = may_fork and all(asks_nothing(held, looks[held.case.kind]) for held in here)
        if not may_fork or not self._forks.begin(work_out, {held.case.id for held in here}, then):
            self._forks.end()
            work_out()
            then()

    def _let_go_of_old(self) -> None:
        """Memory stays flat: nobody takes up again what ended days ago, and if he does, it is read."""
        assert self._now is not None  # noqa: S101 — something was written
        before = self._now - KEPT_FOR
        for key, held in [*self._held.items()]:
            is_over = held.is_expected or held.touched_at < before
            if is_over and not held.is_dirty and held.case.closed_at is not None:
                del self._held[key]

    def _let_go_of_waiting(self, now: datetime) -> None:
        """Nor does what is open and left alone for weeks stay in memory: it is written as it stands, and read when somebody takes it up."""
        is_amid = self._depth or self._tried is not None
        if is_amid or (self._looked_at is not None and now < self._looked_at + LOOKED_EVERY):
            return
        self._looked_at = now
        left = [held for held in self._held.values() if held.touched_at < now - LEFT_AFTER]
        if not left:
            return
        self.flush(only=left)
        for held in left:
            del self._held[held.case.id]
        self._timers.let_go([row for held in left for row in held.deadlines])
        if self._now is not None:
            self._let_go_of_old()

    def _settle(self) -> None:
        """The database goes on with the ids behind those that were used."""
        with self._quietly():
            for ids in self._ids.values():
                ids.settle()


def _wanted_timers(*, only_ended: bool, only: Sequence[Held] | None) -> Callable[[Waiting], bool]:
    if only_ended:  # one that waits may still be dropped
        return lambda timer: timer.fired_at is not None
    if only is None:
        return lambda timer: True
    cases = {held.case.pk for held in only}
    return lambda timer: timer.case_id in cases
