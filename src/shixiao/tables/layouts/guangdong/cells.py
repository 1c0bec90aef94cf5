"""The cells of a project row → values of a plan: places, repairs and readings put on what was taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shixiao.engine.plans import Indicator, Place, Repair
from shixiao.tables.layouts import ReadTarget
from shixiao.tables.layouts.guangdong.heads import heads
from shixiao.tables.layouts.guangdong.indicators import Found, Note, taken_apart
from shixiao.tables.markup import Clean, Edit, decoded, without_entities, without_line_breaks, without_tags
from shixiao.tables.repairs import repair


class Words(NamedTuple):
    """The text of a cell as a person reads it, and what was mended to get it."""

    text: str
    repairs: list[Repair]


def words(cell: str, place: Place) -> Words:
    """A cell of plain text, such as a goal: no tags, no entities, no blanks around it."""
    if "<" not in cell and "&" not in cell:
        return Words(cell.strip(), [])
    clean = without_tags(cell)
    text, entities = decoded(clean.text.strip())
    return Words(text, list(_repairs(clean.edits, [], entities, place, None)))


def name(cell: str, place: Place) -> Words:
    """A cell that holds a name: as `words`, and on one line."""
    found = words(cell, place)
    if "\n" not in found.text or "&#10;" in cell:
        return found
    return Words("".join(found.text.split("\n")), [*found.repairs, repair("broken_line", place)])


def indicators(
    cell: str, place: Place, *, first_row: int, is_last: bool, read_target: ReadTarget
) -> tuple[list[Indicator], list[Repair]]:
    """The indicators of a cell at `place`, numbered from `first_row`, and the repairs that concern the whole cell."""
    clean = _scannable(without_tags(cell))
    found, loose = taken_apart(clean.text, is_last=is_last)
    extents = [_extent(cell, clean, one) for one in found]
    within, around = _shared_out(clean.edits, extents)
    made: list[Indicator] = []
    line, counted = place.line, 0
    _, column, _, _, sheet, page, table = place
    # Only in a text is a line break in a cell a line of the file.
    is_broken = "\n" in cell and not (sheet or page or table)
    for one, (start, end), edits in zip(found, extents, within, strict=True):
        if is_broken:
            line, counted = line + cell.count("\n", counted, start), start
        where = Place(line, column, start, end, sheet, page, table)
        made.append(_indicator(one, where, first_row + len(made), edits, read_target))
    return made, list(_repairs(around, loose, (), place, None))


def _scannable(clean: Clean) -> Clean:
    """The cell in a form whose heads and labels can be found: decoded as a whole, or joined, where that is needed."""
    if "&#" in clean.text and "指标值" not in clean.text:
        clean = without_entities(clean)
    if "\n" not in clean.text:
        return clean
    joined = without_line_breaks(clean)
    return joined if _landmarks(joined.text) > _landmarks(clean.text) else clean


def _landmarks(text: str) -> int:
    return text.count("实施周期指标值") + text.count("年度指标值") + len(heads(text))


def _extent(cell: str, clean: Clean, found: Found) -> tuple[int, int]:
    """Where an indicator stands in the cell as published, without the blanks around it."""
    start, end = found[:2]
    text = clean.text
    while start < end - 1 and text[start].isspace():
        start += 1
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    if not clean.offsets:
        return start, end
    last = clean.origin(end - 1)
    is_entity = cell[last] == "&" and text[end - 1] != "&"
    return clean.origin(start), (cell.find(";", last) if is_entity else last) + 1


def _shared_out(edits: tuple[Edit, ...], extents: list[tuple[int, int]]) -> tuple[list[list[Edit]], list[Edit]]:
    """The edits inside each indicator, and those around them. Both come in the order of the cell."""
    if not edits:
        return [_NOTHING] * len(extents), _NOTHING
    within: list[list[Edit]] = [[] for _ in extents]
    around: list[Edit] = []
    index = 0
    for edit in edits:
        while index < len(extents) and extents[index][1] <= edit.start:
            index += 1
        inside = index < len(extents) and extents[index][0] <= edit.start
        (within[index] if inside else around).append(edit)
    return within, around


_NOTHING: list[Edit] = []


def _indicator(found: Found, place: Place, row: int, edits: list[Edit], read_target: ReadTarget) -> Indicator:
    _, _, number, code, level1, level2, title, cycle, annual, notes = found
    entities: tuple[str, ...] = ()
    if "&" in title or "&" in cycle or "&" in annual:
        (title, in_name), (cycle, in_cycle), (annual, in_annual) = map(decoded, (title, cycle, annual))
        entities = in_name + in_cycle + in_annual
    repairs: tuple[Repair, ...] = ()
    if notes or edits or entities:
        repairs = tuple(_repairs(edits, notes, entities, place, row))
    of_cycle = read_target(cycle, name=title, category=level2)
    of_annual = of_cycle if annual == cycle else read_target(annual, name=title, category=level2)
    return Indicator(row, number, code, level1, level2, title, cycle, annual, of_cycle, of_annual, place, repairs)


def _repairs(
    edits: Iterable[Edit], notes: Iterable[Note], entities: tuple[str, ...], place: Place, row: int | None
) -> Iterator[Repair]:
    """One repair for each kind: so many tags, so many entities, each note once."""
    by_code: dict[str, list[str]] = {}
    for edit in edits:
        by_code.setdefault(edit.code, []).append(edit.words)
    by_code.setdefault("html_entity", []).extend(entities)
    for code, found in by_code.items():
        if found:
            yield repair(code, place, row=row, count=len(found), example=found[0], text=found[0])
    seen: set[str] = set()
    for note in notes:
        if note.code not in seen:
            yield repair(note.code, place, row=row, **note.words)
        seen.add(note.code)
