"""What is written in batches: events as they come, cases in their final state with all that belongs to them."""
# ruff: noqa: SLF001 — whether a row is stored Django keeps in such a name only.

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from shixiao.casework import assessing, offices, search, searching
from shixiao.casework.loading.holding import Held
from shixiao.casework.loading.sharing import Sharing
from shixiao.casework.models import Suspension
from shixiao.ledger import book, facts, filling
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

    def write_events(self) -> None:
        """All of them, in their order."""
        filling.insert(self.events, of=Event)
        filling.insert(self.words, has_keys=False)
        self.events.clear()
        self.words.clear()

    def write_created(self) -> None:
        """All of them; they belong to cases that are there by now."""
        for rows in self.created.values():
            filling.insert(rows, has_keys=False)
        self.created = {}

    def write_cases(self, several: Sequence[Held], sharing: Sharing) -> None:
        """These cases with what gauges say of them, their offices' rows, deadlines and texts."""
        changed = _assess(several, sharing)
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
        renamed = [held.case for held in old if held.is_renamed and not _is_restricted(held)]
        if renamed:
            search.put_many([searching.entry(case) for case in renamed])

    def _write_deadlines(self, several: Sequence[Held]) -> None:
        new = [row for held in several for row in held.deadlines if row._state.adding]
        moved = [row for held in several for row in dict.fromkeys(held.moved) if not row._state.adding]
        filling.update(moved, ["stopped_at", "due_at", "overdue_from", "is_provisional"])
        filling.insert(new)  # last: of deadlines of one name one runs
        for row in new:
            row._state.adding = False
        for held in several:
            if held.moved:
                held.moved.clear()
        filling.update(self.resumed, ["until"])
        self.resumed.clear()
        if not self.suspended:
            return
        wanted = {row.pk for held in several for row in held.deadlines}
        pauses = [each for each in self.suspended if each.deadline_id in wanted]
        filling.insert(pauses)
        for pause in pauses:
            pause._state.adding = False
        self.suspended = [each for each in self.suspended if each._state.adding]


def _assess(several: Sequence[Held], sharing: Sharing) -> list[facts.FactRow]:
    """What gauges say of the cases, as far as their last step goes."""
    rows: list[facts.FactRow] = []
    by_kind: dict[str, list[Held]] = {}
    for held in several:
        by_kind.setdefault(held.case.kind, []).append(held)
    for kind, some in by_kind.items():
        catalogue = sharing.gauges(some[-1].touched_at)
        using = catalogue.of(kind)
        clocks = assessing.clocks_for(using)
        for held in some:
            case, now = held.case, held.touched_at
            if not held.is_stored or assessing.is_up_to_date(case, catalogue, now):
                rows += assessing.news(case, held.happened, catalogue, clocks, now)
            else:
                rows += assessing.put_right([case], {case.pk: held.happened}, using, clocks, now)
            case.generation = catalogue.generation
            case.assessed_event = held.last_event
            case.assessed_until = max(case.assessed_until or now, now)
    return rows


def _is_restricted(held: Held) -> bool:
    return offices.table_of(held.case.kind).is_restricted


def _by_model(several: Iterable[Held]) -> Iterable[list[Any]]:
    found: dict[type[models.Model], list[Any]] = {}
    for held in several:
        if held.detail is not None:
            found.setdefault(type(held.detail), []).append(held.detail)
    return found.values()
