"""Pages → grids: a table that goes on over pages is put together again, and so is a row that a page's end broke."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.formats.pdf.lettering import Written, joint, text_of, wraps
from shixiao.tables.formats.pdf.pages import Content, Filled, PageTable
from shixiao.tables.grid import Grid, Merge, Row
from shixiao.tables.repairs import repair

# Edges of columns on two pages that stand so near to each other are the same.
_NEAR = 5.0
_MARGIN = 0.13
# A lone cell says something only in a row of so many cells.
_FEWEST_BESIDE = 4
_PAGE_NUMBER = re.compile(
    r"[-—–·\s.]*(?:第?\s*\d{1,4}\s*页?|第?\s*[一二三四五六七八九十百]+\s*页)[-—–·\s.]*"
    r"(?:[/／,，、;\s]*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–·\s.]*|page\s*\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"[（(]?\s*(?:续表?|接上[页表]|续上[页表]|转下[页表]|接下[页表]|下[页表]续)\s*\d*\s*[)）]?")
# What the forms call their rows: a label whose end stands on the next page says that its row goes on there.
_LABEL = re.compile(
    r"(?:年度|总体|绩效|长期|中期|实施期)*目标|"
    r"(?:产出|效益|满意度|数量|质量|时效|成本|社会|经济|生态|环境|可持续|影响|服务对象)+指标"
)
# A line that says what a table is, or carries a mark, is never taken for a running head.
_KEPT = re.compile(r"[:：密★]|绩效.*表|单位|万元")


class _Part(NamedTuple):
    """The part of a grid that stands on one page, and the lines above it."""

    page: int
    above: list[Written]
    table: PageTable
    is_turned: bool


class _Text:
    """The text of one cell of a grid, which may go on on further pages."""

    __slots__ = ("pieces",)

    def __init__(self, filled: Filled) -> None:
        self.pieces = [filled]

    @property
    def lines(self) -> list[Written]:
        return [line for piece in self.pieces for line in piece.lines]

    def __str__(self) -> str:
        texts: list[str] = []
        last: Filled | None = None
        for piece in self.pieces:
            if not piece.lines:
                continue
            if last is not None:
                texts.append(joint(last.lines[-1], piece.lines[0], last.room))
            texts.append(text_of(piece.lines, piece.room))
            last = piece
        return "".join(texts)


def grids(contents: Sequence[Content]) -> tuple[list[Grid], list[Repair]]:
    """The tables of all pages, each with the lines above it (after the last one: below it), and what was mended."""
    contents, repairs = _without_furniture(contents)
    found: list[Grid] = []
    parts: list[_Part] = []
    above: list[Written] = []
    page_above = 0
    for content in contents:
        tables = content.tables
        for block in content.blocks:
            if isinstance(block, Written):
                above.append(block)
                page_above = page_above or content.number
                continue
            if parts and not (block is tables[0] and _goes_on(parts, above, block, content.number)):
                found.append(_grid(parts, len(found) + 1, repairs))
                parts = []
            parts.append(_Part(content.number, above, block, content.is_turned))
            above = []
    if parts:
        grid = _grid(parts, len(found) + 1, repairs)
        last = contents[-1].number if above else 0
        rows = [*grid.rows, *_prose(above, last, len(grid.rows) + 1)]
        found.append(grid._replace(rows=rows))
    return found, repairs


def _without_furniture(contents: Sequence[Content]) -> tuple[list[Content], list[Repair]]:
    """The pages without page numbers and running heads, which are said once."""
    at: dict[tuple[str, int], set[int]] = {}
    for content in contents:
        for line in _in_margin(content):
            at.setdefault(_sign(line), set()).add(content.number)
    enough = max(2, len(contents) // 2)
    running = {sign for sign, pages in at.items() if len(pages) >= enough and not _KEPT.search(sign[0])}
    first: tuple[int, str] | None = None
    count = 0
    kept: list[Content] = []
    for content in contents:
        margin = {id(line) for line in _in_margin(content)}
        blocks: list[PageTable | Written] = []
        for block in content.blocks:
            is_number = isinstance(block, Written) and id(block) in margin and _PAGE_NUMBER.fullmatch(block.text)
            if isinstance(block, Written) and (is_number or (id(block) in margin and _sign(block) in running)):
                first = first or (content.number, block.text)
                count += 1
            else:
                blocks.append(block)
        kept.append(content._replace(blocks=blocks))
    if first is None:
        return kept, []
    return kept, [repair("page_furniture", Place(page=first[0]), count=count, text=first[1])]


def _in_margin(content: Content) -> list[Written]:
    """The lines near the upper and the lower edge of the paper with no table between them and the edge."""
    blocks = content.blocks

    def is_above(block: object) -> bool:
        return isinstance(block, Written) and block.bottom <= content.height * _MARGIN

    def is_below(block: object) -> bool:
        return isinstance(block, Written) and block.top >= content.height * (1 - _MARGIN)

    found = [*takewhile(is_above, blocks), *takewhile(is_below, reversed(blocks))]
    return [block for block in found if isinstance(block, Written)]


def _sign(line: Written) -> tuple[str, int]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.top / 6)


def _goes_on(parts: Sequence[_Part], above: Sequence[Written], table: PageTable, page: int) -> bool:
    """Whether the first table of a page goes on with the last one: same edges, and nothing new stands between."""
    last = parts[-1]
    if page == last.page:
        return False
    known = {"".join(line.text.split()) for line in parts[0].above}
    if any("".join(line.text.split()) not in known and not _CONTINUED.fullmatch(line.text) for line in above):
        return False
    ours, theirs = last.table.edges, table.edges
    if abs(ours[0] - theirs[0]) > _NEAR or abs(ours[-1] - theirs[-1]) > _NEAR:
        return False
    fewer, more = sorted((ours[1:-1], theirs[1:-1]), key=len)
    same = sum(1 for edge in fewer if any(abs(edge - other) <= _NEAR for other in more))
    return 2 * same >= len(fewer)


def _prose(lines: Sequence[Written], page: int, number: int) -> Iterator[Row]:
    for index, line in enumerate(lines):
        yield Row(number + index, [line.text], page=page, is_prose=True)


class _Line:
    """A row of a grid while it is made: the text that begins in each column, and how far each reaches."""

    __slots__ = ("box", "is_head_again", "page", "prose", "spans", "texts")

    def __init__(self, page: int, prose: str = "") -> None:
        self.page = page
        self.box: tuple[float, float, float, float] | tuple[()] = ()
        self.prose = prose
        # Whether it only repeats the head of the table on a further page.
        self.is_head_again = False
        self.texts: dict[int, _Text] = {}
        # column → (last column, rows), both half-open
        self.spans: dict[int, tuple[int, int]] = {}

    @property
    def lone(self) -> int | None:
        """The only column with text; None where there are more or none."""
        filled = [column for column, text in self.texts.items() if text.lines]
        return filled[0] if len(filled) == 1 else None

    @property
    def words(self) -> dict[int, str]:
        return {column: "".join(str(text).split()) for column, text in self.texts.items()}


def _grid(parts: Sequence[_Part], number: int, repairs: list[Repair]) -> Grid:
    columns = _columns(parts)
    lines: list[_Line] = []
    head: list[_Line] = []
    for before, part in zip([None, *parts], parts, strict=False):
        lines += (_Line(part.page, line.text) for line in part.above)
        rows = _rows(part, columns)
        if before is None:
            head = rows
            lines += rows
            continue
        _append(lines, rows, head, (before, part), repairs)
    width = len(columns) - 1
    merges: list[Merge] = []
    made: list[Row] = []
    for index, line in enumerate(lines):
        if line.prose:
            made.append(Row(index + 1, [line.prose], page=line.page, is_prose=True))
            continue
        cells = [""] * width
        for column, text in line.texts.items():
            cells[column] = str(text)
            right, height = line.spans[column]
            if right - column > 1 or height > 1:
                merges.append(Merge(index, column, index + height, right))
        made.append(Row(index + 1, cells, page=line.page, box=line.box))
    return Grid(made, page=parts[0].page, table=number, merges=tuple(merges))


def _columns(parts: Sequence[_Part]) -> list[float]:
    """The edges of the columns on all pages, near ones taken as one."""
    edges: list[float] = []
    for edge in sorted(edge for part in parts for edge in part.table.edges):
        if not edges or edge - edges[-1] > _NEAR:
            edges.append(edge)
    return edges


def _rows(part: _Part, columns: Sequence[float]) -> list[_Line]:
    def nearest(x: float) -> int:
        return min(range(len(columns)), key=lambda index: abs(columns[index] - x))

    places = {edge: nearest(edge) for edge in {edge for one in part.table.cells for edge in (one.cell.x0, one.cell.x1)}}
    rows = [_Line(part.page) for _ in range(part.table.height)]
    for one in part.table.cells:
        row, column = rows[one.cell.top], places[one.cell.x0]
        row.texts[column] = _Text(one)
        row.spans[column] = (max(places[one.cell.x1], column + 1), max(1, one.cell.bottom - one.cell.top))
    for row in () if part.is_turned else rows:
        # A cell of several rows says nothing of one of them.
        cells = [text.pieces[0].cell for column, text in row.texts.items() if row.spans[column][1] == 1]
        if cells:
            across, down = [*(cell.x0 for cell in cells), *(cell.x1 for cell in cells)], [cell.y0 for cell in cells]
            row.box = (min(across), min(down), max(across), max(cell.y1 for cell in cells))
    return rows


def _append(
    lines: list[_Line], rows: list[_Line], head: list[_Line], parts: tuple[_Part, _Part], repairs: list[Repair]
) -> None:
    """Puts the rows of a further page below those before it."""
    before, part = parts
    repeated = _repeated(rows, head)
    for row in rows[:repeated]:
        row.is_head_again = True
    # A row may go on over many pages, each with the head again.
    last = next((line for line in reversed(lines) if not line.prose and not line.is_head_again), None)
    first = rows[repeated] if repeated < len(rows) else None
    if first is None or last is None:
        lines += rows
        return
    is_open = before.table.is_open_below or part.table.is_open_above
    is_rest = _is_rest(last, first, is_open=is_open) or _completes_label(last, first)
    others = [line for line in (*lines, *rows[repeated + 1 :]) if line is not last]
    if is_rest or _is_lone_rest(last, first, others):
        for column, text in first.texts.items():
            if column in last.texts:
                last.texts[column].pieces += text.pieces
            else:
                last.texts[column], last.spans[column] = text, first.spans[column]
        place = Place(lines.index(last) + 1, page=last.page)
        repairs.append(repair("row_joined_over_pages", place, page=last.page, next=part.page))
        lines += [*rows[:repeated], *rows[repeated + 1 :]]
        return
    if not repeated and not part.above:
        _merge_on(lines, first)
    lines += rows


def _repeated(rows: Sequence[_Line], head: Sequence[_Line]) -> int:
    """How many rows at the top of a page repeat the first rows of the table."""
    count = 0
    for ours, theirs in zip(rows, head, strict=False):
        if ours.words != theirs.words or not any(ours.words.values()):
            break
        count += 1
    return count


def _is_rest(last: _Line, first: _Line, *, is_open: bool) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before.

    Cells that go on over several rows tell nothing. Of the others one must be empty in one of the two rows, and
    every cell with text in both must break off in the middle: its last line is full. An open line says it, too.
    """
    above = {column: text.pieces[-1] for column, text in last.texts.items()}
    both = 0
    has_empty = False
    for column, text in first.texts.items():
        below = text.pieces[0]
        known = above.get(column)
        if first.spans[column][1] > 1 or known is None:
            continue
        if last.spans[column][0] != first.spans[column][0]:
            return False
        if below.lines and not known.lines and last.texts[column].lines:
            # The cell had ended on an earlier page, so that this is another one.
            return False
        if not (known.lines and below.lines):
            has_empty = has_empty or bool(known.lines or below.lines)
            continue
        if not is_open and not _breaks_off(known, below):
            return False
        both += 1
    return (both > 0 and has_empty) or (is_open and (both > 0 or has_empty))


def _completes_label(last: _Line, first: _Line) -> bool:
    """Whether the label of a row was broken: its end is the first cell of a page."""
    column = min(last.texts, default=0)
    above, below = last.texts.get(column), first.texts.get(column)
    if above is None or below is None or not (above.lines and below.lines):
        return False
    start, end = ("".join(str(text).split()) for text in (above, below))
    return bool(_LABEL.fullmatch(start + end)) and not _LABEL.fullmatch(start) and _reaches_down(above.pieces[-1])


def _is_lone_rest(last: _Line, first: _Line, others: Sequence[_Line]) -> bool:
    """Whether the first row of a page is one cell only that goes on with a cell filled to the end of its page.

    Some programs break lines before they are full, so that the last line tells nothing. A table in which such rows
    stand in the middle of pages, too, has them for rows of their own.
    """
    column = first.lone
    if column is None or len(first.texts) < _FEWEST_BESIDE or first.spans[column][1] > 1 or last.lone is not None:
        return False
    known = last.texts.get(column)
    if known is None or last.spans[column] != first.spans[column] or any(line.lone == column for line in others):
        return False
    return bool(known.pieces[-1].lines) and _reaches_down(known.pieces[-1])


def _reaches_down(known: Filled) -> bool:
    line = known.lines[-1]
    return known.cell.y1 - line.bottom <= 1.3 * line.size


def _breaks_off(known: Filled, below: Filled) -> bool:
    return _reaches_down(known) and wraps(known.lines[-1], below.lines[0], known.room)


def _merge_on(lines: list[_Line], first: _Line) -> None:
    """Cells over several rows that go on in the first row of a page, where they are empty, are one cell."""
    for column, text in list(first.texts.items()):
        row = next(
            (
                index
                for index in range(len(lines) - 1, -1, -1)
                if not lines[index].prose and column in lines[index].texts
            ),
            None,
        )
        if row is None:
            continue
        right, height = lines[row].spans[column]
        known = lines[row].texts[column]
        is_tall = height > 1 or first.spans[column][1] > 1
        is_one = bool(known.lines) != bool(text.lines)
        if row + height == len(lines) and right == first.spans[column][0] and is_tall and is_one:
            known.pieces += text.pieces
            lines[row].spans[column] = (right, height + first.spans[column][1])
            del first.texts[column]
