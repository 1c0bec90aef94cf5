"""Excel templates: what they call, and the same workbook with its values in place.

Rows between `{% 逐行 … %}` and `{% 逐行结束 %}` are copied for each item; what stands below moves, and formulas, merged
cells, heights and print titles follow. A value that begins like a formula stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from io import BytesIO
from itertools import chain
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter

from shixiao.engine.bilingual import Text
from shixiao.forms import code
from shixiao.forms.faults import Fault, Unfillable, fault
from shixiao.forms.heights import LEAST, heights
from shixiao.forms.moving import Moved, Repeated, moved_formula
from shixiao.forms.packages import Parts, packed
from shixiao.forms.placeholders import Check, Kind, Stretch, misplaced, only_value, replaced, tokens
from shixiao.forms.showing import Names, Row, Shown, Value

MOST_ROWS, MOST_COLUMNS = 3000, 200
_LONGEST = 32767  # what a cell of Excel holds
_DIGITS = 15  # what a number of Excel holds exactly
_ESCAPE = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")  # what Excel would read as a character's number
_BANDS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_BESIDE_CELLS = re.compile(r"(?:comments|threadedComments|drawings|charts)[^/]*/?.*\.(?:xml|vml)$|^docProps/.*\.xml$")
_PIXELS_PER_MM = 96 / 25.4


# ---- the check -----------------------------------------------------------------------------------------------


def check(content: bytes, parts: Parts, names: Names) -> list[Fault]:
    """What is wrong with the placeholders of a workbook."""
    try:
        book = load_workbook(BytesIO(content), keep_links=False)
    except Exception:  # noqa: BLE001 openpyxl raises whatever its parser stumbled on; the file is not to be filled then
        return [fault("damaged", part="xl/workbook.xml")]
    if far := [each for each in map(_too_far, book.worksheets) if each]:
        return far
    found = Check(names).run(chain.from_iterable(_stretches(each) for each in book.worksheets))
    cut = chain.from_iterable((*_cut(each), *_formulas(each)) for each in book.worksheets)
    return [*found, *cut, *misplaced(parts, filter(_BESIDE_CELLS.search, parts))]


def _too_far(sheet: Any) -> Fault | None:
    if sheet.max_row <= MOST_ROWS and sheet.max_column <= MOST_COLUMNS:
        return None
    cell = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
    return fault("workbook_shape", _place(sheet, cell), cell=cell)


def _place(sheet: Any, cell: str) -> Text:
    return Text(f"工作表“{sheet.title}”{cell}", f"sheet {sheet.title}, {cell}")


def _stretches(sheet: Any) -> Iterator[Stretch]:
    for row in sheet.iter_rows():
        texts = [str(each.value).strip() for each in row if each.value is not None]
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type != "f":
                alone = texts == [cell.value.strip()]
                yield Stretch(cell.value, _place(sheet, cell.coordinate), sheet, (sheet, cell.row), alone)
    for number, text in enumerate(_bands(sheet)):
        place = Text(f"工作表“{sheet.title}”的页眉页脚", f"header or footer of sheet {sheet.title}")
        yield Stretch(text.text or "", place, (sheet, number), (sheet, "band", number))


def _bands(sheet: Any) -> Iterator[Any]:
    return (getattr(getattr(sheet, band), side) for band in _BANDS for side in ("left", "center", "right"))


def _cut(sheet: Any) -> Iterator[Fault]:
    repeats = _repeats(sheet)
    for area in sheet.merged_cells.ranges:
        for each in repeats:
            inside = each.first <= area.min_row and area.max_row <= each.last
            outside = area.max_row <= each.begin or area.min_row >= each.end
            around = area.min_row < each.begin and area.max_row >= each.last
            if not (inside or outside or around):
                yield fault("loop_cut", _place(sheet, area.coord))


def _formulas(sheet: Any) -> Iterator[Fault]:
    """Formulas that cannot follow their rows, and placeholders inside formulas."""
    for cell in _cells(sheet):
        if cell.data_type == "f" and not isinstance(cell.value, str):
            yield fault("array_formula", _place(sheet, cell.coordinate))
        elif cell.data_type == "f" and tokens(cell.value):
            yield fault("not_understood", _place(sheet, cell.coordinate), found=cell.value[:40])


def _repeats(sheet: Any) -> list[Repeated]:
    """The loops of a sheet: their names and the rows of their tags."""
    found: list[Repeated] = []
    begun: tuple[str, int] | None = None
    for row in sheet.iter_rows():
        for cell in row:
            for token in tokens(cell.value) if isinstance(cell.value, str) and "逐行" in cell.value else ():
                if token.kind is Kind.BEGIN:
                    begun = (token.loop, cell.row)
                elif token.kind is Kind.END and begun:
                    found.append(Repeated(begun[0], begun[1], cell.row))
                    begun = None
    return found


# ---- filling -------------------------------------------------------------------------------------------------


def fill(content: bytes, shown: Shown) -> bytes:
    """The template with the values of a form. The template was checked. Raises Unfillable for what a cell cannot hold."""
    book = load_workbook(BytesIO(content), keep_links=False)
    for sheet in book.worksheets:
        _fill_sheet(sheet, shown)
    book.properties.title = shown.title
    book.calculation.fullCalcOnLoad = True
    made = BytesIO()
    book.save(made)
    return packed(made.getvalue(), made_on=shown.made_on)


def _fill_sheet(sheet: Any, shown: Shown) -> None:
    moved = Moved(_repeats(sheet), {name: len(rows) for name, rows in shown.rows.items()}, sheet.max_row)
    by_row: dict[int, list[_Own]] = {}
    for each in _cells(sheet):
        own = _Own(each.column, each.value, each.data_type == "f", copy(each._style))
        by_row.setdefault(each.row, []).append(own)
    given = {row: each.height for row, each in sheet.row_dimensions.items() if each.height}
    areas = [each.bounds for each in sheet.merged_cells.ranges]
    _empty(sheet)
    for column, first, right, last in moved.areas(areas):
        sheet.merge_cells(start_row=first, start_column=column, end_row=last, end_column=right)
    widths = {(row, left): right for left, row, right, _ in areas}
    for line in moved.lines:
        scope = _scope(shown, line.loop, line.item)
        for own in by_row.get(line.template, ()):
            target = sheet.cell(line.row, own.column)
            target._style = copy(own.style)
            if isinstance(target, MergedCell):
                continue
            if own.is_formula:
                target.value = moved_formula(own.value, moved, line.template, line.item, sheet.title)
                continue
            _fill_cell(target, own.value, scope)
            if line.single and isinstance(own.value, str):
                right = widths.get((line.template, own.column), own.column)
                _merge(sheet, target, only_value(own.value, scope), right)
    _draw(sheet, shown)
    _set_heights(sheet, {line.row: given.get(line.template, LEAST) for line in moved.lines})
    for band in _bands(sheet):
        band.text = _in_band(band.text, shown.values)
    _move_print(sheet, moved)


class _Own(NamedTuple):
    """A cell of the template."""

    column: int
    value: Any
    is_formula: bool
    style: Any


def _cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.has_style or cell.value is not None]


def _empty(sheet: Any) -> None:
    sheet.merged_cells.ranges.clear()
    sheet._cells.clear()
    sheet.row_dimensions.clear()


def _scope(shown: Shown, loop: str, item: int) -> Row:
    if not loop:
        return shown.values
    return {**shown.values, **{f"{loop}.{name}": value for name, value in shown.rows[loop][item].items()}}


def _fill_cell(cell: Any, value: Any, scope: Row) -> None:
    cell.value = value
    if not isinstance(value, str):
        return
    cell.data_type = "s"  # what openpyxl would otherwise take for a formula, or for an error
    if not tokens(value):
        return
    only = only_value(value, scope)
    if only and only.number is not None and _fits(only):
        cell.value = only.number
        if cell.number_format in ("General", "@"):
            cell.number_format = only.pattern
        return
    _write(cell, replaced(value, scope), value)


def _fits(value: Value) -> bool:
    digits = value.number.normalize().as_tuple().digits if value.number is not None else ()
    return len(digits) <= _DIGITS


def _write(cell: Any, text: str, name: str) -> None:
    """Text, whatever it begins with: neither a formula now nor one when somebody edits the cell."""
    if len(text) > _LONGEST:
        raise Unfillable(fault("cell_too_long", name=name.strip("{} "), count=len(text), limit=_LONGEST))
    cell.value = _ESCAPE.sub("_x005F_x", text) or None
    if text:
        cell.data_type = "s"
        cell.number_format = "@" if cell.number_format == "General" and len(text) < 256 else cell.number_format
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _merge(sheet: Any, cell: Any, value: Value | None, right: int) -> None:
    if value is None or value.span < 2:
        return
    last = cell.row + value.span - 1
    for area in list(sheet.merged_cells.ranges):  # cells that the template merges sideways, in each of these rows
        if area.min_col == cell.column and cell.row <= area.min_row <= last:
            sheet.merged_cells.remove(area)
    sheet.merge_cells(start_row=cell.row, start_column=cell.column, end_row=last, end_column=right)


def _draw(sheet: Any, shown: Shown) -> None:
    for cell in _cells(sheet):
        if isinstance(cell.value, str) and shown.picture in cell.value and tokens(cell.value):
            cell.value = None
            picture = Image(BytesIO(code.as_png(shown.code)))
            picture.width = picture.height = round(code.SIDE_MM * _PIXELS_PER_MM)
            sheet.add_image(picture, cell.coordinate)


def _set_heights(sheet: Any, least: dict[int, float]) -> None:
    """Excel fits no row to a merged cell, so each row gets the height that its texts need."""
    needed = heights(sheet)
    for row, given in least.items():
        sheet.row_dimensions[row].height = max(given, needed.get(row, 0.0))


def _in_band(text: str | None, values: Row) -> str | None:
    """A text of a header or footer; `&` there begins a command, so that of a value is doubled."""
    if not text or not tokens(text):
        return text
    return replaced(text, {name: each._replace(text=each.text.replace("&", "&&")) for name, each in values.items()})


def _move_print(sheet: Any, moved: Moved) -> None:
    if sheet.print_title_rows:
        first, last = (int(each) for each in sheet.print_title_rows.replace("$", "").split(":"))
        sheet.print_title_rows = f"{moved.first(first)}:{moved.last(last)}"
    sheet.print_area = None
