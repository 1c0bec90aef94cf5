"""What is written in batches: events as they come, cases in their final state with all that belongs to them."""
# ruff: noqa: SLF001 — whether a row is stored Django keeps in such a name only.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models

from shixiao.casework import assessing, offices, search, searching
from shixiao.casework.loading.holding import Held
from shixiao.casework.loading.sharing import Sharing
from shixiao.casework.models import Suspension
from shixiao.engine.measures.history import Clocks
from shixiao.ledger import book, facts, filling, gauges
from shixiao.ledger.models import Event, Words

MARKS = ("events", "words", "suspended", "resumed")


class Unwritten:
    """Rows that wait for the next batch."""

    def __init__(self) -> None:
        self.events: list[book.Draft] = []
        self.words: list[Words] = []
        self.created: dict[type[models.Model], list[models.Model]] = {}
        self.suspended: list[Suspension] = []
        self.resumed: list[Suspension] = []

    def record(self, entry: book.Entry, id_: int) -> book.Draft:
        """One more event."""
        event = book.draft(entry, id_=id_)
        self.events.append(event)
        for each in event.words:
            each.event_id = id_
            self.words.append(each)
        return event

    def create(self, rows: Iterable[models.Model]) -> None:
        """Rows of the offices' own tables."""
        for row in rows:
            self.created.setdefault(type(row), []).append(row)

    def mark(self) -> dict[str, int]:
        """How much there is, for `cut`."""
        return {name: len(getattr(self, name)) for name in MARKS}

    def cut(self, mark: dict[str, int]) -> None:
        """What came since is taken back. Rows of the offices' own tables are not: whoever creates some cannot be taken back."""
        for name, length in mark.items():
            del getattr(self, name)[length:]

    def write(self, several: Sequence[Held], looks: Looks) -> None:
        """All events, these cases, and what offices created, which belongs to cases that are there by now. Nothing here remembers that it
        was written: that is `is_written`, wherever the writing was made ready."""
        filling.insert(self.events, of=Event)
        filling.insert(self.words, has_keys=False)
        self._write_cases(several, looks)
        for rows in self.created.values():
            filling.insert(rows, has_keys=False)

    def is_written(self, several: Sequence[Held], looks: Looks) -> None:
        """From now on what `write` writes is stored."""
        self.events.clear()
        self.words.clear()
        self.created = {}
        self.resumed.clear()
        wanted = {row.pk for held in several for row in held.deadlines} if self.suspended else set()
        for held in several:
            _is_looked_at(held, looks[held.case.kind])
            held.is_written()
        for pause in self.suspended:
            pause._state.adding = pause.deadline_id not in wanted
        self.suspended = [each for each in self.suspended if each._state.adding]

    def _write_cases(self, several: Sequence[Held], looks: Looks) -> None:
        """These cases with what gauges say of them, their offices' rows, deadlines and texts."""
        changed = _assess(several, looks)
        new = [held for held in several if not held.is_stored]
        old = [held for held in several if held.is_stored]
        filling.insert([held.case for held in new])
        filling.update([held.case for held in old])
        for rows in _by_model(new):
            filling.insert(rows)
        for rows in _by_model(old):
            filling.update(rows)
        self._write_deadlines(several)
        facts.insert(changed)
        search.put_many([searching.entry(held.case) for held in new if not _is_restricted(held)], are_new=True)

    def _write_deadlines(self, several: Sequence[Held]) -> None:
        new = [row for held in several for row in held.deadlines if row._state.adding]
        moved = [row for held in several for row in dict.fromkeys(held.moved) if not row._state.adding]
        filling.update(moved, ["stopped_at", "due_at", "overdue_from", "is_provisional"])
        filling.insert(new)  # last: of deadlines of one name one runs
        filling.update(self.resumed, ["until"])
        if self.suspended:
            wanted = {row.pk for held in several for row in held.deadlines}
            filling.insert([each for each in self.suspended if each.deadline_id in wanted])


class Look(NamedTuple):
    """By what the cases of one kind are assessed."""

    catalogue: gauges.Catalogue
    clocks: Clocks


Looks = Mapping[str, Look]


def looks_of(several: Iterable[Held], sharing: Sharing) -> Looks:
    """By what these cases are assessed, by kind: all that is read of the database for it."""
    found: dict[str, Look] = {}
    for held in several:
        if held.case.kind not in found:
            catalogue = sharing.gauges(held.touched_at)
            found[held.case.kind] = Look(catalogue, assessing.clocks_for(catalogue.of(held.case.kind)))
    return found


def asks_nothing(held: Held, look: Look) -> bool:
    """Whether writing this case reads nothing of the database: neither its facts, nor calendars as they were."""
    return not look.clocks.changes and (
        not held.is_stored or assessing.is_up_to_date(held.case, look.catalogue, held.touched_at)
    )


def renaming(several: Iterable[Held]) -> Callable[[], None]:
    """What is to be done after these cases were written: those that are found already are found by their titles of now. It asks what
    they were found by."""
    found = [held.case for held in several if held.is_stored and held.is_renamed and not _is_restricted(held)]
    entries = [searching.entry(case) for case in found]
    return lambda: search.put_many(entries) if entries else None


def _assess(several: Sequence[Held], looks: Looks) -> list[facts.FactRow]:
    """What gauges say of the cases, as far as their last step goes."""
    rows: list[facts.FactRow] = []
    for held in sorted(several, key=lambda held: held.case.kind):
        case, now = held.case, held.touched_at
        catalogue, clocks = look = looks[case.kind]
        if not held.is_stored or assessing.is_up_to_date(case, catalogue, now):
            rows += assessing.news(case, held.happened, catalogue, clocks, now)
        else:
            rows += assessing.put_right([case], {case.pk: held.happened}, catalogue.of(case.kind), clocks, now)
        _is_looked_at(held, look)
    return rows


def _is_looked_at(held: Held, look: Look) -> None:
    case, now = held.case, held.touched_at
    case.generation = look.catalogue.generation
    case.assessed_event = held.last_event
    case.assessed_until = max(case.assessed_until or now, now)


def _is_restricted(held: Held) -> bool:
    return offices.table_of(held.case.kind).is_restricted


def _by_model(several: Iterable[Held]) -> Iterable[list[Any]]:
    found: dict[type[models.Model], list[Any]] = {}
    for held in several:
        if held.detail is not None:
            found.setdefault(type(held.detail), []).append(held.detail)
    return found.values()
