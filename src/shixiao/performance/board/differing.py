"""What changed between two days: rows whose status, reading or headroom is another."""

from collections.abc import Sequence
from dataclasses import dataclass

from shixiao.engine.prospects import Status
from shixiao.performance import wordings
from shixiao.performance.guarding import Guarded, Shown
from shixiao.performance.standing import Row

# From what asks for somebody to what does not; a change towards the end is for the better.
ORDER = tuple(Status)


@dataclass(frozen=True, kw_only=True)
class PartChange:
    """What one part said before and after; a figure that somebody may not see is the same text on both sides."""

    words: str
    values: tuple[str, str]
    room: tuple[str, str]

    @property
    def has_changed(self) -> bool:
        """Whether any of it is another."""
        return self.values[0] != self.values[1] or self.room[0] != self.room[1]


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A row with its status before and after, and the parts that say something else."""

    row: Row
    before: Status
    after: Status
    parts: Sequence[PartChange]

    @property
    def has_moved(self) -> bool:
        """Whether the status is another."""
        return self.before is not self.after

    @property
    def is_better(self) -> bool:
        """Whether it stands better than before."""
        return ORDER.index(self.after) > ORDER.index(self.before)


def between(before: Guarded, after: Guarded) -> list[RowChange]:
    """The rows that stand differently, those whose status moved first, for the worse before for the better. Both boards are of one version."""
    old = {row.id: row for row in before.rows}
    found = []
    for row in after.rows:
        was = old.get(row.id)
        if was is None:
            continue
        pairs = zip(before.parts(was), after.parts(row), strict=True)
        parts = [change for one, other in pairs if (change := _change(one, other)).has_changed]
        if parts or was.status is not row.status:
            found.append(RowChange(row=row, before=was.status, after=row.status, parts=parts))
    return sorted(found, key=lambda each: (not each.has_moved, each.is_better, each.row.row))


def _change(before: Shown, after: Shown) -> PartChange:
    target = after.part.target
    return PartChange(
        words=target.words or target.condition or "",
        values=(before.value, after.value),
        room=(_room(before), _room(after)),
    )


def _room(shown: Shown) -> str:
    found = shown.part.prospect.headroom
    return wordings.said(found.text) if found is not None else ""
