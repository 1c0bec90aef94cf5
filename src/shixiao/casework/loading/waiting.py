"""Timers in memory. One that fired or waits is written when everything is; one that was dropped before was never there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush

from shixiao.casework.loading.holding import Held
from shixiao.casework.loading.ids import Ids
from shixiao.casework.models import Deadline, Timer
from shixiao.ledger import filling

_DELETE = f'DELETE FROM "{Timer._meta.db_table}" WHERE id = %s'  # noqa: S608 — a name of our own; every value is a parameter


@dataclass(slots=True, eq=False)
class Waiting:
    """A timer under the names of its columns, with its deadline."""

    id: int
    case_id: int
    deadline: Deadline | None
    deadline_id: int | None
    name: str
    due_at: datetime
    fired_at: datetime | None = None


class Timers:
    """Those that wait and are known here, and what became of those that are stored."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._heap: list[tuple[datetime, int]] = []
        self._waiting: dict[int, Waiting] = {}
        self._of: dict[int | None, Waiting] = {}  # by deadline, each of which has one that waits
        self._unwritten: dict[int, Waiting] = {}  # of these, and of those that fired
        self._dropped: list[int] = []  # stored ones that are to go
        self._changed: list[Waiting] = []  # stored ones that fired
        self._fired_until: datetime | None = None

    @property
    def is_anything_unwritten(self) -> bool:
        """Whether `write` would find anything to do."""
        return bool(self._unwritten or self._dropped)

    def set(self, row: Deadline) -> None:
        """One that waits for this deadline."""
        if row.overdue_from is None:
            return
        (id_,) = self._ids.take(1)
        timer = Waiting(id_, row.__dict__["case_id"], row, row.id, Timer.FALL_DUE, row.overdue_from)
        self._unwritten[id_] = timer
        self._wait(timer)

    def take_up(self, several: Sequence[Deadline]) -> None:
        """Those that wait for these deadlines and were written: a pause drops them, and its end sets new ones."""
        gone = {*self._dropped, *(timer.id for timer in self._changed)}
        of: dict[int | None, Deadline] = {row.pk: row for row in several}
        for timer in Timer.objects.filter(deadline_id__in=[row.pk for row in several], fired_at=None):
            row = of[timer.deadline_id]
            if timer.pk not in gone and timer.pk not in self._waiting:
                self._wait(Waiting(timer.pk, timer.case_id, row, row.pk, timer.name, timer.due_at))

    def _wait(self, timer: Waiting) -> None:
        self._waiting[timer.id] = self._of[timer.deadline_id] = timer
        heappush(self._heap, (timer.due_at, timer.id))

    def drop_of(self, row: Deadline) -> None:
        """The one that waits for this deadline goes, if there is one."""
        if (timer := self._of.get(row.pk)) is not None:
            self.drop(timer)

    def drop(self, timer: Waiting) -> None:
        """It never fires."""
        self._no_longer_waits(timer)
        if self._unwritten.pop(timer.id, None) is None:
            self._dropped.append(timer.id)

    def fire(self, timer: Waiting, *, now: datetime) -> None:
        """It fired."""
        timer.fired_at = now
        self._no_longer_waits(timer)
        if timer.id not in self._unwritten:
            self._changed.append(timer)

    def let_go(self, rows: Iterable[Deadline]) -> None:
        """Of these deadlines the database is asked from now on; everything is written."""
        for row in rows:
            if (timer := self._of.get(row.pk)) is not None:
                self._no_longer_waits(timer)
        self.ask_anew()

    def _no_longer_waits(self, timer: Waiting) -> None:
        self._waiting.pop(timer.id, None)
        self._of.pop(timer.deadline_id, None)

    def ask_anew(self) -> None:
        """Others may have set timers that fell due already."""
        self._fired_until = None

    def forget(self) -> None:
        """Nothing in memory is known to be as it is in the database."""
        self._waiting.clear()
        self._of.clear()
        self.ask_anew()

    def due(self, now: datetime, held: Mapping[int, Held]) -> list[Waiting]:
        """Those that fell due until `now`, in their order: in memory, and stored ones that were there before or whose case was let go."""
        return sorted([*self._due_here(now), *self._due_stored(now, held)], key=lambda timer: (timer.due_at, timer.id))

    def _due_here(self, now: datetime) -> Iterator[Waiting]:
        while self._heap and self._heap[0][0] <= now:
            _due_at, id_ = heappop(self._heap)
            if id_ in self._waiting:
                yield self._waiting[id_]

    def _due_stored(self, now: datetime, held: Mapping[int, Held]) -> Iterator[Waiting]:
        rows = Timer.objects.filter(fired_at=None, due_at__lte=now).select_related("deadline")
        if self._fired_until is not None:  # all of those before were fired or dropped here, if not in the database yet
            rows = rows.filter(due_at__gt=self._fired_until)
        self._fired_until = now
        gone = set(self._dropped) | {timer.id for timer in self._changed}
        for row in rows:
            if row.pk in gone or row.pk in self._waiting:
                continue
            here = held.get(row.case_id)
            known = [each for each in here.deadlines if each.pk == row.deadline_id] if here else []
            if known:
                row.deadline = known[0]
            elif here and row.deadline is not None and row.deadline.stopped_at is None:
                row.deadline.stopped_at = now  # in memory only those are kept that still run
            yield Waiting(row.pk, row.case_id, row.deadline, row.deadline_id, row.name, row.due_at)

    def write_changes(self) -> None:
        """What became of those that are stored."""
        # First of all: a deadline has one timer that waits.
        filling.run(_DELETE, [(id_,) for id_ in self._dropped])
        filling.update(self._changed, ["fired_at"], of=Timer)
        self._dropped, self._changed = [], []

    def take_unwritten(self, is_wanted: Callable[[Waiting], bool]) -> list[Waiting]:
        """Of the new ones those that are wanted, for whoever writes them now."""
        wanted = [timer for timer in self._unwritten.values() if is_wanted(timer)]
        for timer in wanted:
            del self._unwritten[timer.id]
        return wanted

    # ---- taken back ------------------------------------------------------------------------------------------------

    def take_back(self, deadlines: Iterable[Deadline]) -> None:
        """Those that were set for these deadlines are as if they had never been."""
        for row in deadlines:
            if (timer := self._of.get(row.pk)) is not None:
                self._no_longer_waits(timer)
                self._unwritten.pop(timer.id, None)
        self._heap = [entry for entry in self._heap if entry[1] in self._waiting]  # their ids may be given again
        heapify(self._heap)
