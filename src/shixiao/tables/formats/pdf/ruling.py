"""Lines → tables: which lines belong together, and which cells they make.

The lines of a table cut its area into small fields. Where no line stands between two fields they are one cell, so a
merged cell is found whatever its neighbours look like, and the work is one step for each field.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from shixiao.tables.formats.pdf.drawing import Crowded, Line, Page
from shixiao.tables.formats.pdf.work import Work

# Lines so near to each other were meant as one: double lines, edges of neighbouring cells drawn twice.
_NEAR = 2.6
# Dashes and dots of one line are no farther apart.
_GAP = 3.6
_SHORTEST = 5.0
_MOST_FIELDS = 40_000


class Cell(NamedTuple):
    """A cell: rows and columns of its table from 0, half-open, and where it stands."""

    top: int
    left: int
    bottom: int
    right: int
    y0: float
    x0: float
    y1: float
    x1: float


class Ruled(NamedTuple):
    """A table drawn with lines. `is_open_above` and `is_open_below` say that its outer line is missing there.

    `owners` is the number of the cell in each field, row by row of the fields between `xs` and `ys`.
    """

    cells: list[Cell]
    xs: list[float]
    ys: list[float]
    owners: list[int]
    edges: list[float]
    is_open_above: bool = False
    is_open_below: bool = False

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell at a point, -1 outside of the table."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        width = len(self.xs) - 1
        if not (0 <= column < width and 0 <= row < len(self.ys) - 1):
            return -1
        return self.owners[row * width + column]


def ruled(page: Page, work: Work) -> list[Ruled]:
    """The tables on a page from top to bottom; a frame around a page and a box inside a cell are none."""
    across, down = _joined(page.across), _joined(page.down)
    work.spend((len(page.across) + len(page.down)) * 4)
    found = [_table(rows, columns, work) for rows, columns in _groups(across, down, work)]
    tables: list[Ruled] = []
    for one in sorted(
        (one for one in found if one), key=lambda one: -(one.xs[-1] - one.xs[0]) * (one.ys[-1] - one.ys[0])
    ):
        work.spend(len(tables) + 1)
        if not any(_is_inside(one, other) for other in tables):
            tables.append(one)
    return sorted(tables, key=lambda one: (one.ys[0], one.xs[0]))


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Lines drawn in pieces, twice, or beside each other → one line each."""
    found: list[Line] = []
    for near in _near(sorted(lines, key=attrgetter("at"))):
        at = sum(line.at for line in near) / len(near)
        start, end = near[0].start, near[0].end
        for line in sorted(near, key=attrgetter("start")):
            if line is near[0] or line.start <= end + _GAP:
                start, end = min(start, line.start), max(end, line.end)
                continue
            found.append(Line(at, start, end))
            start, end = line.start, line.end
        found.append(Line(at, start, end))
    return [line for line in found if line.end - line.start >= _SHORTEST]


def _near(lines: Sequence[Line]) -> Iterable[list[Line]]:
    """Runs of lines that stand no farther from the first of the run than lines meant as one do."""
    run: list[Line] = []
    for line in lines:
        if run and line.at - run[0].at > _NEAR:
            yield sorted(run, key=attrgetter("start"))
            run = []
        run.append(line)
    if run:
        yield sorted(run, key=attrgetter("start"))


def _groups(across: list[Line], down: list[Line], work: Work) -> list[tuple[list[Line], list[Line]]]:
    """Lines that cross each other, directly or through others."""
    leader = list(range(len(across) + len(down)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    heights = [line.at for line in across]
    for number, line in enumerate(down):
        first = bisect_left(heights, line.start - _NEAR)
        last = bisect_right(heights, line.end + _NEAR)
        work.spend((last - first) // 4 + 1)
        for other in range(first, last):
            if across[other].start - _NEAR <= line.at <= across[other].end + _NEAR:
                leader[find(len(across) + number)] = find(other)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for number in range(len(leader)):
        side = 0 if number < len(across) else 1
        line = across[number] if number < len(across) else down[number - len(across)]
        groups.setdefault(find(number), ([], []))[side].append(line)
    return [group for group in groups.values() if group[0] and group[1]]


def _table(across: list[Line], down: list[Line], work: Work) -> Ruled | None:
    """The table that lines make; None when they make fewer than two cells."""
    down = _closed(down, across)
    rows = _closed(across, down)
    xs, ys = sorted({line.at for line in down}), sorted({line.at for line in rows})
    if len(xs) < 2 or len(ys) < 2 or len(xs) + len(ys) < 5:
        return None
    if len(xs) * len(ys) > _MOST_FIELDS:
        raise Crowded
    work.spend(len(xs) * len(ys) * 4)
    owners, shapes = _fields(xs, ys, _at(down), _at(rows))
    if len(shapes) < 2:
        return None
    # Rows and columns in which no cell begins (a stray line made them) are none.
    columns, lines = sorted({shape[1] for shape in shapes}), sorted({shape[0] for shape in shapes})
    cells = [
        Cell(*_counted(lines, columns, shape), ys[shape[0]], xs[shape[1]], ys[shape[2]], xs[shape[3]])
        for shape in shapes
    ]
    given = [line.at for line in across]
    return Ruled(
        cells,
        xs,
        ys,
        owners,
        [xs[column] for column in columns] + [xs[-1]],
        is_open_above=ys[0] < min(given) - _NEAR,
        is_open_below=ys[-1] > max(given) + _NEAR,
    )


def _counted(rows: list[int], columns: list[int], shape: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    top, left, bottom, right = shape
    return bisect_left(rows, top), bisect_left(columns, left), bisect_left(rows, bottom), bisect_left(columns, right)


def _closed(lines: list[Line], crossing: list[Line]) -> list[Line]:
    """The lines, and an outer one on either side where two or more of those that cross them end beyond the last."""
    found = list(lines)
    first, last = min(line.at for line in lines), max(line.at for line in lines)
    lowest, highest = min(line.start for line in crossing), max(line.end for line in crossing)
    for end, is_beyond in (
        (lowest, lowest < first - 2 * _SHORTEST),
        (highest, highest > last + 2 * _SHORTEST),
    ):
        reaching = [line.at for line in crossing if min(abs(line.start - end), abs(line.end - end)) <= _GAP]
        if is_beyond and len(reaching) >= 2:
            found.append(Line(end, min(reaching), max(reaching)))
    return found


def _at(lines: Iterable[Line]) -> dict[float, list[Line]]:
    places: dict[float, list[Line]] = {}
    for line in lines:
        places.setdefault(line.at, []).append(line)
    return places


def _fields(
    xs: list[float], ys: list[float], down: dict[float, list[Line]], across: dict[float, list[Line]]
) -> tuple[list[int], list[tuple[int, int, int, int]]]:
    """The number of the cell that each field belongs to, and the rows and columns of fields that each cell takes."""
    width, height = len(xs) - 1, len(ys) - 1
    leader = list(range(width * height))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for row in range(height):
        for column in range(width):
            field = row * width + column
            if column + 1 < width and not _is_wall(down[xs[column + 1]], ys[row], ys[row + 1]):
                leader[find(field + 1)] = find(field)
            if row + 1 < height and not _is_wall(across[ys[row + 1]], xs[column], xs[column + 1]):
                leader[find(field + width)] = find(field)
    groups: dict[int, list[int]] = {}
    for field in range(width * height):
        groups.setdefault(find(field), []).append(field)
    shapes: list[tuple[int, int, int, int]] = []
    owners = [0] * (width * height)
    for fields in groups.values():
        for shape, members in _shapes(fields, width):
            for field in members:
                owners[field] = len(shapes)
            shapes.append(shape)
    order = sorted(range(len(shapes)), key=shapes.__getitem__)
    place = {old: new for new, old in enumerate(order)}
    return [place[owner] for owner in owners], [shapes[old] for old in order]


def _shapes(fields: list[int], width: int) -> Iterable[tuple[tuple[int, int, int, int], list[int]]]:
    """The rectangle that fields make; where they make none (a line is missing), one for each run in a row."""
    rows, columns = [field // width for field in fields], [field % width for field in fields]
    top, left, bottom, right = min(rows), min(columns), max(rows) + 1, max(columns) + 1
    if (bottom - top) * (right - left) == len(fields):
        yield (top, left, bottom, right), fields
        return
    run: list[int] = []
    for field in [*sorted(fields), -1]:
        if run and (field != run[-1] + 1 or field % width == 0):
            yield (run[0] // width, run[0] % width, run[0] // width + 1, run[-1] % width + 1), run
            run = []
        run.append(field)


def _is_wall(lines: Sequence[Line], start: float, end: float) -> bool:
    """Whether a line stands between two fields over (nearly) their whole side."""
    slack = min(_GAP, (end - start) * 0.3)
    return any(line.start <= start + slack and line.end >= end - slack for line in lines)


def _is_inside(inner: Ruled, outer: Ruled) -> bool:
    return (
        outer.xs[0] <= inner.xs[0]
        and inner.xs[-1] <= outer.xs[-1]
        and outer.ys[0] <= inner.ys[0]
        and inner.ys[-1] <= outer.ys[-1]
    )
