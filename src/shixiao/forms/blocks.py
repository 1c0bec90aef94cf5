"""What a filled Word document says, block by block, so that its PDF and its page say the same.

Paragraphs with their side, size, weight and colour; tables with merged cells; the small code; header and footer. What cannot be
carried over (pictures, text boxes, automatic numbers, footnotes) is a fault of a letter's template (`faults`), so nothing is lost silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from shixiao.forms.faults import Fault, fault
from shixiao.forms.packages import Parts, tree
from shixiao.forms.word import paragraphs_of

_P, _TBL, _TR, _TC, _R, _T = (qn(f"w:{each}") for each in ("p", "tbl", "tr", "tc", "r", "t"))
_SDT, _INNER, _VAL = qn("w:sdt"), qn("w:sdtContent"), qn("w:val")
_SIDES = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
    WD_ALIGN_PARAGRAPH.DISTRIBUTE: "justify",
}
_USUAL_SIZE, _USUAL_LEADING = 10.5, 1.3
_COUNTS = {"PAGE": "page", "NUMPAGES": "pages", "SECTIONPAGES": "pages"}

# An lxml element of python-docx, whose classes carry no useful types.
Element = Any


@dataclass(frozen=True)
class Run:
    """A stretch of text of one look. `size` in points, `colour` as RRGGBB or nothing; `counts` is "page" or "pages" instead of a text."""

    text: str
    size: float = _USUAL_SIZE
    is_bold: bool = False
    colour: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. Measures in points; `leading` is the room between its lines. `rule`: the colour of a line below it. `keeps`: on
    one page with what follows."""

    runs: tuple[Run, ...] = ()
    side: str = "left"
    indent: float = 0.0
    before: float = 0.0
    after: float = 0.0
    leading: float = 4.0
    rule: str = ""
    keeps: bool = False
    is_code: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(each.text for each in self.runs)

    @property
    def size(self) -> float:
        """That of its largest text."""
        return max((each.size for each in self.runs), default=_USUAL_SIZE)


@dataclass(frozen=True)
class Cell:
    """A cell and what stands in it; `across` and `down` are how many columns and rows it covers."""

    blocks: tuple[Block, ...]
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of cells, those that are covered left out; without lines it only sets things beside each other.

    `widths` of the columns and least `heights` of the rows in points, 0 where a row says none."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_lines: bool


Block = Paragraph | Table


@dataclass(frozen=True)
class Page:
    """A document: margins (top, right, bottom, left) in points, what stands on every page, and the rest."""

    margins: tuple[float, float, float, float]
    is_flipped: bool
    header: tuple[Block, ...]
    footer: tuple[Block, ...]
    blocks: tuple[Block, ...]


def read(content: bytes) -> Page:
    """A Word document that this house filled."""
    document = docx.Document(BytesIO(content))
    section = document.sections[0]
    sides = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    looks = _Looks()
    return Page(
        margins=(_points(sides[0]), _points(sides[1]), _points(sides[2]), _points(sides[3])),
        is_flipped=bool(section.page_width and section.page_height and section.page_width > section.page_height),
        header=_story(section.header, section.header._element, looks),
        footer=_story(section.footer, section.footer._element, looks),
        blocks=_story(document.part, document.element.body, looks),
    )


def _points(length: Length | None) -> float:
    return round(length.pt, 2) if length is not None else 0.0


def _story(part: Any, root: Element, looks: _Looks) -> tuple[Block, ...]:
    return tuple(_blocks(part, root, looks))


def _blocks(part: Any, root: Element, looks: _Looks) -> Iterator[Block]:
    for each in root:
        if each.tag == _P:
            yield _paragraph(WordParagraph(each, part), looks)
        elif each.tag == _TBL:
            yield _table(part, each, looks)
        elif each.tag == _SDT and (inner := each.find(_INNER)) is not None:
            yield from _blocks(part, inner, looks)


class _Looks:
    """How paragraphs and texts look: their own properties, or the nearest of their styles that says one. What a style says is looked for
    once, since finding a style among all those of a document takes longer than everything else."""

    def __init__(self) -> None:
        self._known: dict[tuple[str | None, str, str], Any] = {}

    def layout(self, given: WordParagraph, name: str) -> Any:
        """A property of a paragraph."""
        said = getattr(given.paragraph_format, name)
        return self._of_style(given, "paragraph_format", name) if said is None else said

    def font(self, run: WordRun | None, given: WordParagraph, name: str) -> Any:
        """A property of a text."""
        said = getattr(run.font, name) if run is not None else None
        return self._of_style(given, "font", name) if said is None else said

    def size(self, run: WordRun | None, given: WordParagraph) -> float:
        """In points."""
        said = self.font(run, given, "size")
        return float(said.pt) if said is not None else _USUAL_SIZE

    def _of_style(self, given: WordParagraph, holder: str, name: str) -> Any:
        key = (given._p.style, holder, name)  # noqa: SLF001 — the id alone, without finding the style
        if key not in self._known:
            said, style = None, given.style
            while said is None and style is not None:
                said, style = getattr(getattr(style, holder), name), style.base_style
            self._known[key] = said
        return self._known[key]


# ---- paragraphs ----------------------------------------------------------------------------------------------------


def _paragraph(given: WordParagraph, looks: _Looks) -> Paragraph:
    runs = tuple(_runs(given, looks))
    largest = max((each.size for each in runs), default=looks.size(None, given))
    border = given._element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:bottom')}")
    return Paragraph(
        runs=runs,
        side=_SIDES.get(looks.layout(given, "alignment"), "left"),
        indent=_points(looks.layout(given, "first_line_indent")),
        before=_points(looks.layout(given, "space_before")),
        after=_points(looks.layout(given, "space_after")),
        leading=round(max(1.0, _line(looks.layout(given, "line_spacing"), largest) - largest), 2),
        rule="" if border is None else _colour(border.get(qn("w:color"), "")) or "000000",
        keeps=bool(looks.layout(given, "keep_with_next")),
        is_code=given._element.find(f".//{qn('w:drawing')}") is not None,
    )


def _line(spacing: Any, size: float) -> float:
    """How high a line is: a length as it is, a number times the usual."""
    if isinstance(spacing, Length):
        return float(spacing.pt)
    return size * _USUAL_LEADING * (1.0 if spacing is None else float(spacing))


def _runs(given: WordParagraph, looks: _Looks) -> Iterator[Run]:
    """The texts in their order; of a field its meaning instead of what it showed last."""
    field, is_shown = "", True
    for each in given._element.iter(_R):
        run = WordRun(each, given)
        around = next(each.iterancestors(qn("w:fldSimple")), None)
        counted = _counts(around.get(qn("w:instr"), "")) if around is not None else ""
        text = ""
        for piece in each:
            if piece.tag == qn("w:fldChar"):
                kind = piece.get(qn("w:fldCharType"))
                if kind == "begin":
                    field, is_shown = "", False
                elif kind == "end":
                    yield _run("", run, given, looks, counts=_counts(field))
                    is_shown = True
            elif piece.tag == qn("w:instrText"):
                field += piece.text or ""
            elif is_shown:
                text += _said(piece)
        if counted:
            yield _run("", run, given, looks, counts=counted)
        elif text and not looks.font(run, given, "hidden"):
            yield _run(text, run, given, looks)


def _counts(code: str) -> str:
    return _COUNTS.get(code.split(maxsplit=1)[0].upper() if code.strip() else "", "")


def _said(piece: Element) -> str:
    if piece.tag == _T:
        return piece.text or ""
    if piece.tag == qn("w:tab"):
        return "　"
    return "\n" if piece.tag in (qn("w:br"), qn("w:cr")) else ""


def _run(text: str, run: WordRun, given: WordParagraph, looks: _Looks, *, counts: str = "") -> Run:
    own = run.font.color
    colour = _colour(str(own.rgb)) if own is not None and own.rgb is not None else ""
    return Run(text, looks.size(run, given), bool(looks.font(run, given, "bold")), colour, counts)


def _colour(said: str) -> str:
    """Six hexadecimal digits; nothing for black and for what the program chooses."""
    is_hex = len(said) == 6 and set(said.upper()) <= set("0123456789ABCDEF")
    return said.upper() if is_hex and said != "000000" else ""


# ---- tables --------------------------------------------------------------------------------------------------------


def _table(part: Any, given: Element, looks: _Looks) -> Table:
    grid = given.find(qn("w:tblGrid"))
    widths = tuple(int(each.get(qn("w:w"), "0")) / 20 for each in (() if grid is None else grid))
    rows: list[list[tuple[int, Cell]]] = []
    open_: dict[int, tuple[int, int]] = {}  # by column, the cell that goes on below: its row, its place there
    for row in given.iterchildren(_TR):
        column, cells = 0, list[tuple[int, Cell]]()
        for each in row.iterchildren(_TC):
            across, merge = _spans(each)
            if merge == "continue" and column in open_:
                above, place = open_[column]
                start, cell = rows[above][place]
                rows[above][place] = (start, Cell(cell.blocks, cell.across, cell.down + 1))
            else:
                open_.pop(column, None)
                if merge:
                    open_[column] = (len(rows), len(cells))
                cells.append((column, Cell(_story(part, each, looks), across)))
            column += across
        rows.append(cells)
    heights = tuple(_height(row) for row in given.iterchildren(_TR))
    columns = max((column + cell.across for row in rows for column, cell in row), default=1)
    if len(widths) != columns:
        widths = (400 / columns,) * columns
    return Table(widths, heights, tuple(tuple(cell for _column, cell in row) for row in rows), _has_lines(given))


def _height(row: Element) -> float:
    said = row.find(f"{qn('w:trPr')}/{qn('w:trHeight')}")
    return 0.0 if said is None else int(said.get(_VAL, "0")) / 20


def _spans(cell: Element) -> tuple[int, str]:
    """How many columns it covers; "restart" or "continue" where it is merged downwards."""
    properties = cell.find(qn("w:tcPr"))
    if properties is None:
        return 1, ""
    across, down = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
    return int(across.get(_VAL, "1")) if across is not None else 1, "" if down is None else down.get(_VAL, "continue")


def _has_lines(given: Element) -> bool:
    properties = given.find(qn("w:tblPr"))
    borders = None if properties is None else properties.find(qn("w:tblBorders"))
    if borders is not None:
        return any(each.get(_VAL) not in ("none", "nil") for each in borders)
    style = None if properties is None else properties.find(qn("w:tblStyle"))
    return style is not None and style.get(_VAL) not in ("TableNormal", "a1")


# ---- what cannot be carried over -----------------------------------------------------------------------------------

Says = Callable[[Element], bool]


def _has(*names: str) -> Says:
    return lambda paragraph: any(paragraph.find(f".//{qn(each)}") is not None for each in names)


def _is_numbered(paragraph: Element) -> bool:
    number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return number is not None and number.get(_VAL) != "0"


_ONLY_IN_WORD: tuple[tuple[Says, str, str], ...] = (
    (_has("w:txbxContent"), "文本框", "a text box"),
    (_has("w:drawing", "w:pict", "w:object"), "图片或图形", "a picture or shape"),
    (_is_numbered, "自动编号", "an automatic number"),
    (_has("w:footnoteReference", "w:endnoteReference"), "脚注或尾注", "a footnote or endnote"),
)


def faults(parts: Parts) -> Iterator[Fault]:
    """What a letter's template has that only Word would show, each with its place."""
    for paragraph, place in paragraphs_of(parts):
        for says, zh, en in _ONLY_IN_WORD:
            if says(paragraph):
                yield fault("only_in_word", place, what_zh=zh, what_en=en)
                break
    styles = tree(parts["word/styles.xml"]) if "word/styles.xml" in parts else None
    numbered = {
        each.get(qn("w:styleId"), "")
        for each in (() if styles is None else styles.iter(qn("w:style")))
        if each.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    }
    for paragraph, place in paragraphs_of(parts):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style is not None and style.get(_VAL) in numbered and not _is_numbered(paragraph):
            yield fault("only_in_word", place, what_zh="自动编号", what_en="an automatic number")
