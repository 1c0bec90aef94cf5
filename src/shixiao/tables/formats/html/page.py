"""A web page → paragraphs and tables in order, as a browser shows them.

The page comes as events from a parser that mends what browsers mend; no tree is built, so that neither a page of many
megabytes nor thousands of tags inside each other cost memory or depth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

from shixiao.engine.plans import Place, Repair
from shixiao.tables.flow import MAX_CELLS, MAX_COLUMNS, MAX_NESTED, Block, Line, Table, too_long
from shixiao.tables.formats.numerals import FORMS
from shixiao.tables.grid import Merge
from shixiao.tables.repairs import repair

# Marks in the text of a cell while it is collected: a line break, and the border of a block.
_BREAK, _BLOCK = "\x1e", "\x1f"
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary ul table tr td th thead "
    "tbody tfoot title option".split()
)
_UNSEEN = frozenset(
    "script style template noscript iframe object embed applet svg head noframes audio video canvas datalist rt rp".split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_NOT_SHOWN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_WHOLE = re.compile(r"\s*(\d{1,9})")
_SPACES = re.compile("[ \t\n\r\f]+")
_BREAKS = re.compile(f" ?[{_BREAK}{_BLOCK}][ {_BREAK}{_BLOCK}]*")
_MOST_ROWS_SPANNED = 65_534
# Style sheets of a page that are looked at for hidden classes.
_MOST_SHEETS = 50


class Page:
    """Takes the events of a parser; `blocks` are there once it has closed."""

    def __init__(self, hidden_classes: frozenset[str] = frozenset()) -> None:
        self.blocks: list[Block] = []
        self.hidden_classes = hidden_classes
        self.pieces: list[str] = []
        self.tables: list[_Table] = []
        self.seen: Counter[str] = Counter()
        self.places: dict[str, Place] = {}
        # Below an element that is not shown: how many of its own name are open.
        self.unseen = ""
        self.unseen_depth = 0
        # Where spaces count: the element that says so, and how many of its name are open below it.
        self.kept = ""
        self.kept_depth = 0
        self.lists: list[tuple[str, int]] = []
        self.table_number = 0
        self.too_deep = 0
        self.cells = 0
        self.is_full = False
        self.pictures = 0
        self.frames = 0
        self.example = ""

    # -- what the parser calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. A plain cell in an open row is what a page mostly consists of: it is done at once."""
        if tag == "td" and not attributes and not self.unseen and not self.too_deep and self.tables:
            table = self.tables[-1]
            if table.is_row_open and not table.is_cell_open and not self.pieces and not self.is_full:
                table.is_cell_open, table.span = True, (1, 1)
                return
        if self.unseen:
            self.unseen_depth += tag == self.unseen and tag not in _VOID
        elif tag in _UNSEEN or (attributes and self._is_hidden(tag, attributes)):
            if tag not in _VOID:
                self.unseen, self.unseen_depth = tag, 1
        else:
            self._start(tag, attributes)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in ("td", "th"):
            self._cell(attributes)
        elif tag == "tr":
            self._row()
        elif tag == "table":
            self._table()
        elif tag == "br":
            self.pieces.append(_BREAK)
        elif tag in _BLOCKS:
            self._block(tag, attributes)
        elif tag in ("img", "frame", "input"):
            self._void(tag, attributes)
        if self.kept:
            self.kept_depth += tag == self.kept
        elif tag == "pre" or (attributes and tag not in _VOID and _PRE.search(attributes.get("style", ""))):
            self.kept, self.kept_depth = tag, 1

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.unseen:
            if tag == self.unseen:
                self.unseen_depth -= 1
                self.unseen = self.unseen if self.unseen_depth else ""
            return
        if tag == self.kept:
            self.kept_depth -= 1
            self.kept = self.kept if self.kept_depth else ""
        if tag in ("td", "th"):
            self._close_cell()
        elif tag == "table":
            self._close_table()
        elif tag in _BLOCKS:
            if tag in ("tr", "thead", "tbody", "tfoot") and self.tables and not self.too_deep:
                self._close_cell()
                self.tables[-1].close_row() if tag == "tr" else self.tables[-1].end_group()
                return
            if tag in ("ol", "ul") and self.lists:
                self.lists.pop()
            self.pieces.append(_BLOCK)

    def data(self, text: str) -> None:
        """Text."""
        if self.unseen or (self.is_full and self.tables):
            return
        if _BREAK in text or _BLOCK in text:
            text = text.replace(_BREAK, "").replace(_BLOCK, "")
        if text.isspace() and self.tables and not self.tables[-1].is_cell_open:
            return
        if self.kept:
            text = text.replace("\r", "").replace(" ", "\xa0").replace("\n", _BREAK)
        self.pieces.append(text)

    def close(self) -> None:
        """The page ends, with everything that is still open."""
        while self.tables:
            self._close_table()
        self._prose()

    # -- what was mended

    def repairs(self) -> Iterator[Repair]:
        """What was left out or written in full."""
        if self.seen["hidden_text"]:
            yield repair("hidden_text", self.places["hidden_text"], count=self.seen["hidden_text"])
        if self.seen["numbers_written_out"]:
            place = self.places["numbers_written_out"]
            yield repair("numbers_written_out", place, count=self.seen["numbers_written_out"], example=self.example)
        if self.is_full:
            yield too_long(self._place())

    def _place(self) -> Place:
        table = self.tables[0] if self.tables else None
        return Place(table.number, table=self.table_number) if table else Place()

    def _note(self, code: str) -> None:
        self.places.setdefault(code, self._place())
        self.seen[code] += 1

    def _is_hidden(self, tag: str, attributes: Mapping[str, str]) -> bool:
        style = attributes.get("style", "")
        hidden = (
            ("hidden" in attributes and attributes["hidden"] != "until-found")
            or (bool(style) and _NOT_SHOWN.search(style) is not None)
            or (bool(self.hidden_classes) and not self.hidden_classes.isdisjoint(attributes.get("class", "").split()))
        )
        if tag == "option":
            return "selected" not in attributes
        if hidden and tag not in ("input", "link", "meta", "br"):
            self._note("hidden_text")
        if hidden and tag == "tr" and self.tables:
            self.tables[-1].number += 1
        return hidden

    # -- tables

    def _table(self) -> None:
        if len(self.tables) >= MAX_NESTED:
            self.too_deep += 1
            self.pieces.append(_BLOCK)
            return
        if not self.tables:
            self._prose()
            self.table_number += 1
        elif self.tables[-1].is_cell_open:
            self.tables[-1].pieces_before(self._taken())
        else:
            # A table between the rows of another one: the end of that one was forgotten.
            self._close_table()
            self._table()
            return
        self.tables.append(_Table())

    def _row(self) -> None:
        if self.too_deep:
            self.pieces.append(_BLOCK)
            return
        if not self.tables:
            self._table()
        self._close_cell()
        self.cells += len(self.tables[-1].cells) + 1
        self.is_full = self.cells > MAX_CELLS
        if not self.is_full:
            self.tables[-1].open_row()

    def _cell(self, attributes: Mapping[str, str]) -> None:
        if self.too_deep:
            self.pieces.append(" ")
            return
        if not self.tables:
            self._table()
        self._close_cell()
        if not self.is_full:
            self.tables[-1].open_cell(_span(attributes, "colspan"), _span(attributes, "rowspan", zero=0))

    def _close_cell(self) -> None:
        if self.too_deep:
            self.pieces.append(_BLOCK)
        elif self.tables and self.tables[-1].is_cell_open:
            self.tables[-1].close_cell(self._taken())
        elif self.tables and self.pieces:
            # Text between cells: a browser shows it above the table.
            text = self._taken()
            if text and len(self.tables) == 1:
                self.blocks += text.split("\n")
            elif text:
                self.tables[-2].pieces_before(text)

    def _close_table(self) -> None:
        if self.too_deep:
            self.too_deep -= 1
            self.pieces.append(_BLOCK)
            return
        if not self.tables:
            return
        self._close_cell()
        table = self.tables.pop().finished()
        if self.tables:
            self.tables[-1].inside(table)
        elif table.lines:
            self.blocks.append(table)

    # -- text

    def _prose(self) -> None:
        self.blocks += self._taken().split("\n")

    def _taken(self) -> str:
        """The text collected so far, as a browser shows it: one space for any run, lines where blocks begin."""
        pieces, self.pieces = self.pieces, []
        return shown(pieces[0] if len(pieces) == 1 else "".join(pieces)) if pieces else ""

    def _block(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.pieces.append(_BLOCK)
        if tag in ("ol", "ul"):
            plain = tag == "ul" or "none" in attributes.get("style", "")
            start = attributes.get("start", "1")
            first = int(start) if re.fullmatch(r"\d{1,5}", start) else 1
            self.lists.append(("" if plain else attributes.get("type", "1"), first))
        elif tag == "li" and self.lists and self.lists[-1][0]:
            kind, number = self.lists[-1]
            self.lists[-1] = (kind, number + 1)
            text = _counted(kind, number)
            self.example = self.example or text.strip()
            self._note("numbers_written_out")
            self.pieces.append(text)

    def _void(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.pictures += tag == "img"
        self.frames += tag == "frame"
        if tag == "input" and attributes.get("type", "text").lower() in ("text", "number", "date", ""):
            self.pieces.append(attributes.get("value", ""))


def _counted(kind: str, number: int) -> str:
    form = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}.get(kind, "decimal")
    return f"{FORMS[form](number)}. "


class _Table:
    """A table whose rows come in one after another."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.number = 0
        self.is_cell_open = False
        self.is_row_open = False
        self.span = (1, 1)
        self.cells: list[str] = []
        # Where the cells of the row begin; None while they stand one by one from the first column on.
        self.lefts: list[int] | None = None
        self.nested: dict[int, list[str | Table]] = {}
        self.pieces: list[str | Table] = []
        # Where the next cell may begin; for each column taken by a cell above, the line before which that one ends.
        self.right = 0
        self.taken: dict[int, int] = {}
        # The first merge of the open group of rows.
        self.group = 0

    def open_row(self) -> None:
        """A row begins, and the one before it ends."""
        self.close_row()
        self.number += 1
        self.is_row_open = True

    def close_row(self) -> None:
        """The row ends; one without cells takes its place all the same."""
        if not self.is_row_open:
            return
        lefts = None if self.lefts is None else tuple(self.lefts)
        self.lines.append(Line(self.number, self.cells, lefts, self.nested or None))
        self.cells, self.lefts, self.nested, self.is_row_open, self.right = [], None, {}, False, 0

    def open_cell(self, columns: int, rows: int) -> None:
        """A cell begins; `rows` 0 means to the end of the group of rows."""
        if not self.is_row_open:
            self.open_row()
        self.is_cell_open, self.span, self.pieces = True, (columns, rows), []

    def pieces_before(self, text: str) -> None:
        """Text of the open cell that stands before a table in it."""
        if text:
            self.pieces.append(text)

    def inside(self, table: Table) -> None:
        """A table in the open cell."""
        if table.lines and self.is_cell_open:
            self.pieces.append(table)

    def close_cell(self, text: str) -> None:
        """The open cell ends: it takes the first free columns of its row."""
        self.is_cell_open = False
        if self.span == (1, 1) and not self.taken and not self.pieces and self.right < MAX_COLUMNS:
            if self.lefts is not None:
                self.lefts.append(self.right)
            self.cells.append(text)
            self.right += 1
            return
        line, left = len(self.lines), self.right
        while self.taken.get(left, 0) > line:
            left += 1
        if left < MAX_COLUMNS:
            self._span_from(left, line)
            self.cells.append(self._content(text))
        self.pieces = []

    def _span_from(self, left: int, line: int) -> None:
        """Takes the columns and rows that the cell covers. A wide one stops where another comes down from above."""
        columns, rows = self.span
        right = min(left + columns, MAX_COLUMNS)
        bottom = line + (rows or _MOST_ROWS_SPANNED)
        if self.taken:
            right = next((column for column in range(left + 1, right) if self.taken.get(column, 0) > line), right)
        if rows != 1:
            self.taken.update(dict.fromkeys(range(left, right), bottom))
        if rows != 1 or right - left > 1:
            self.merges.append(Merge(line, left, bottom, right))
        if self.lefts is None and left != len(self.cells):
            self.lefts = list(range(len(self.cells)))
        if self.lefts is not None:
            self.lefts.append(left)
        self.right = right

    def _content(self, text: str) -> str:
        """The text of the cell; one with tables in it is kept apart."""
        if not self.pieces:
            return text
        self.pieces_before(text)
        if any(isinstance(piece, Table) for piece in self.pieces):
            self.nested[len(self.cells)] = self.pieces
            return ""
        return "\n".join(str(piece) for piece in self.pieces)

    def end_group(self) -> None:
        """A group of rows ends: no cell reaches beyond it."""
        self.close_row()
        line = len(self.lines)
        self.taken = {}
        for index in range(self.group, len(self.merges)):
            self.merges[index] = self.merges[index]._replace(bottom=min(self.merges[index].bottom, line))
        self.group = len(self.merges)

    def finished(self) -> Table:
        """The table; its merges end where it ends."""
        self.close_row()
        end = len(self.lines)
        merges = [merge._replace(bottom=min(merge.bottom, end)) for merge in self.merges]
        return Table(self.lines, [each for each in merges if each.bottom > each.top])


def _span(attributes: Mapping[str, str], name: str, *, zero: int = 1) -> int:
    """How many columns or rows a cell covers; what is no number is one, absurd ones are cut."""
    written = attributes.get(name) if attributes else None
    match = _WHOLE.match(written) if written else None
    if match is None:
        return 1
    most = MAX_COLUMNS if name == "colspan" else _MOST_ROWS_SPANNED
    return min(int(match[1]), most) or zero


def shown(text: str) -> str:
    """Collected text as a browser shows it: spaces run together, lines end where blocks do, nothing at the edges."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        return text
    text = _SPACES.sub(" ", text).strip(" ")
    if _BREAK in text or _BLOCK in text:
        text = _BREAKS.sub(_line_breaks, text).strip("\n")
    return text.replace("\xa0", " ")


def _line_breaks(match: re.Match[str]) -> str:
    return "\n" * max(1, match[0].count(_BREAK))


def page_of(text: str) -> Page:
    """The page whose source is `text`."""
    page = Page(_hidden_classes(text))
    parser = etree.HTMLParser(target=page, huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    text = re.sub(r"<(?=[A-Za-z]{0,3}[^\x00-\x7f])", "&lt;", text)
    for start in range(0, len(text), 1 << 20):
        parser.feed(text[start : start + (1 << 20)])
    if text:
        parser.close()
    return page


def _hidden_classes(text: str) -> frozenset[str]:
    """The classes that the page's own style sheet does not show; what only holds on some screens does not count."""
    found: set[str] = set()
    for match, _ in zip(re.finditer(r"(?i)<style", text), range(_MOST_SHEETS), strict=False):
        sheet = text[match.end() : max(text.find("</", match.end()), 0)]
        if _NOT_SHOWN.search(sheet):
            found.update(_hidden_in(sheet))
    return frozenset(found)


def _hidden_in(sheet: str) -> Iterator[str]:
    """The classes of the plain rules of a style sheet (`.a`, `p.a`) that are not shown."""
    heads: list[str] = []
    before = ""
    for piece in re.split("([{}])", sheet.replace("<!--", "")):
        if piece == "{":
            heads.append(before)
        elif piece == "}":
            if len(heads) == 1 and _NOT_SHOWN.search(before):
                yield from re.findall(r"(?:^|[,>])\s*[A-Za-z]*\.([\w-]+)\s*(?=,|$)", heads[0])
            heads = heads[:-1]
        before = piece
