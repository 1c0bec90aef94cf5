"""Published tables in and out: bytes → plans, plans → bytes. No files, no database, no clock.

    document = tables.read(content, name="2026.txt")      # raises Unreadable
    content = tables.write(document, format="json")

A format turns bytes into grids (`formats`), a layout turns grids into plans (`layouts`); both are found by content
and loaded when needed. Whatever is mended on the way is listed (`repairs.CODES`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shixiao.engine.plans import Plan, Repair
from shixiao.engine.sums import totals
from shixiao.engine.targets import Reading
from shixiao.engine.targets import read as read_target
from shixiao.tables import formats, layouts, samples
from shixiao.tables.decoding import MAX_BYTES, refuse_large
from shixiao.tables.document import Document, document, repairs_within
from shixiao.tables.grid import Sheets
from shixiao.tables.layouts import ReadTarget
from shixiao.tables.secrecy import refuse_marked
from shixiao.tables.unreadable import Unreadable

if TYPE_CHECKING:
    from shixiao.tables.assignments import Assignment
    from shixiao.tables.columns import Remembered

__all__ = [
    "MAX_BYTES",
    "WRITTEN",
    "Document",
    "Unreadable",
    "read",
    "refuse_large",
    "repairs_within",
    "samples",
    "schema",
    "sheets",
    "totals",
    "write",
]

# The formats that `write` knows.
WRITTEN = tuple(formats.WRITERS)


def read(
    content: bytes,
    *,
    name: str,
    limit: int = MAX_BYTES,
    target: ReadTarget = read_target,
    layout: str = "",
    assignments: Sequence[Assignment] = (),
    remembered: Sequence[Remembered] = (),
) -> Document:
    """All plans in a file, with everything that was mended.

    `name` is only remembered: what the file is shows in its content. Raises Unreadable, with the reason and the next
    step, when nothing can be read, and for more than `limit` bytes (`refuse_large` asks before the bytes are there).
    `target` reads the wordings; each is read once for a file. `layout` names the only layout to be tried, and
    `assignments` say by hand what the columns of a table hold (`Document.assignments` says how they were taken);
    without them, what is `remembered` of a header of the same office is taken.
    """
    refuse_large(len(content), limit=limit)
    room = formats.reader(content)
    if hasattr(room, "plans"):
        plans, encoding, repairs = room.plans(content)
        return document(name, room.NAME, encoding, plans, repairs)
    found: Sheets = room.sheets(content)
    for grid in found.grids:
        refuse_marked(grid)
    said: tuple[Repair, ...] = ()
    if assignments or remembered:
        from shixiao.tables import columns  # only where somebody has said what a header means

        assignments, said = columns.settled(found, assignments, remembered)
    given = layouts.plans(found, _remembering(target), layout=layout, assignments=assignments)
    own = (*found.repairs, *said, *given.repairs)
    return document(name, room.NAME, found.encoding, given.plans, own, given.assignments)


def sheets(content: bytes, *, limit: int = MAX_BYTES) -> Sheets:
    """The rows and cells of a file as they stood, to show where something was read; none for our own JSON.

    Raises Unreadable as `read` does, but asks no layout: a table of another kind has its rows, too.
    """
    refuse_large(len(content), limit=limit)
    room = formats.reader(content)
    if hasattr(room, "plans"):
        return Sheets([])
    found: Sheets = room.sheets(content)
    for grid in found.grids:
        refuse_marked(grid)
    return found


def write(subject: Document | Plan, *, format: str) -> bytes:
    """A document or a single plan in one of the formats `WRITTEN`; `read` gives the same plans back.

    "json" keeps everything. "txt" is the official Guangdong form: it keeps the table, not places and repairs.
    Raises ValueError for another format.
    """
    room = formats.writer(format)
    if isinstance(subject, Plan):
        subject = Document("", "", "", (subject,), tuple(repairs_within(subject)))
    content: bytes = room.write(subject)
    return content


def schema() -> bytes:
    """The JSON Schema of what `write` makes as "json"."""
    content: bytes = formats.writer("json").schema()
    return content


def _remembering(target: ReadTarget) -> ReadTarget:
    """A reader that reads each distinct wording once. Its memory lives as long as the reading of one file."""
    known: dict[tuple[object, ...], Reading] = {}

    def read(wording: str, *, name: str, category: str, columns: Mapping[str, str] | None = None) -> Reading:
        key: tuple[object, ...] = (wording, name, category)
        if columns:
            key = (*key, *columns.items())
        if key not in known:
            asked = {"columns": columns} if columns else {}
            known[key] = target(wording, name=name, category=category, **asked)
        return known[key]

    return read
