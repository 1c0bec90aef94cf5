"""A page's program → what stands on it: characters, straight lines and pictures, each with its place.

Places are points from the upper left corner of the page as it is shown; `top` grows downwards. The program is read
here and not by pdfminer, which builds an object for every character and reads the file letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from pdfminer.pdfexceptions import PDFException
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name

from shixiao.tables.formats.pdf.fonts import NO_FONT, Font, font
from shixiao.tables.formats.pdf.opening import Leaf
from shixiao.tables.formats.pdf.work import Exhausted, Work

Matrix = tuple[float, float, float, float, float, float]

# What is thinner was drawn as a line, however it was drawn (a filled rectangle, a stretched picture).
THIN = 3.0
_MOST_CHARACTERS = 40_000
_MOST_LINES = 20_000
_MOST_ARGUMENTS = 50_000
_MOST_SAVED = 500
_DEEPEST_LIST = 50
_DEEPEST = 12
_ASCENT, _DESCENT = 0.86, -0.14
_INVISIBLE = 3
_FARTHEST = 1e6


class Crowded(Exception):
    """A page holds more than any table does."""


class Character(NamedTuple):
    """A printed character. `turn` counts quarter turns clockwise: 0 upright, 1 reading down, 3 reading up."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    turn: int


class Line(NamedTuple):
    """A straight line: at `at`, from `start` to `end` (a row's edge at its top, a column's at its x)."""

    at: float
    start: float
    end: float


class Page:
    """What stands on a page. `pictures` is the area that they cover, `hidden` counts characters that are there but
    not shown (a scan with its text behind), `faults` are steps of the program that made no sense, `off_page`
    characters beyond the edge of the paper."""

    __slots__ = (
        "across",
        "characters",
        "down",
        "faults",
        "height",
        "hidden",
        "number",
        "off_page",
        "pictures",
        "width",
    )

    def __init__(self, number: int, width: float, height: float) -> None:
        self.number = number
        self.width = width
        self.height = height
        self.characters: list[Character] = []
        self.across: list[Line] = []
        self.down: list[Line] = []
        self.pictures = 0.0
        self.hidden = 0
        self.faults = 0
        self.off_page = 0


class Fonts:
    """The fonts of a document; each is read once."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._known: dict[int, Font] = {}

    def __call__(self, reference: Any) -> Font:
        """The font behind a reference."""
        number = getattr(reference, "objid", None)
        if number in self._known:
            return self._known[number]
        stored = resolve1(reference)
        found = font(stored, self.work) if isinstance(stored, dict) else NO_FONT
        if number is not None:
            self._known[number] = found
        return found


def drawn(leaf: Leaf, fonts: Fonts, work: Work) -> Page:
    """What stands on a page. Raises Crowded or Exhausted beyond the limits, anything else for a damaged one."""
    left, bottom, right, top = leaf.box
    matrix, width, height = {
        0: ((1.0, 0.0, 0.0, -1.0, -left, top), right - left, top - bottom),
        90: ((0.0, 1.0, 1.0, 0.0, -bottom, -left), top - bottom, right - left),
        180: ((-1.0, 0.0, 0.0, 1.0, right, -bottom), right - left, top - bottom),
        270: ((0.0, -1.0, -1.0, 0.0, top, right), top - bottom, right - left),
    }[leaf.turned]
    page = Page(leaf.number, width, height)
    pieces: list[bytes] = []
    for stream in map(resolve1, leaf.contents):
        if isinstance(stream, PDFStream):
            pieces.append(stream.get_data())
            if sum(map(len, pieces)) > work.unpacked:
                raise Exhausted
    _Program(page, fonts, work).run(b"\n".join(pieces), leaf.resources, matrix, 0)
    return page


def _bracketed(mark: bytes, arguments: list[Any], lists: list[list[Any]]) -> list[Any]:
    """Where arguments go from here on: into a list that begins, or, when it ends, back to where it is one of them."""
    if mark in (b"[", b"<<"):
        lists.append(arguments)
        return []
    if lists and mark in (b"]", b">>"):
        lists[-1].append(arguments)
        return lists.pop()
    return arguments


class _State:
    """What `q` saves and `Q` brings back."""

    __slots__ = ("ctm", "font", "leading", "render", "rise", "scale", "size", "space", "thickness", "word_space")

    def __init__(self, ctm: Matrix) -> None:
        self.ctm = ctm
        self.font: Font = NO_FONT
        self.size = 0.0
        self.space = 0.0
        self.word_space = 0.0
        self.scale = 1.0
        self.leading = 0.0
        self.rise = 0.0
        self.render = 0
        self.thickness = 1.0

    def copy(self) -> _State:
        other = _State.__new__(_State)
        for name in _State.__slots__:
            setattr(other, name, getattr(self, name))
        return other


_TOKEN = re.compile(
    rb"""[\x00\s]*+(?:%[^\r\n]*+[\x00\s]*+)*+(?:
      (?P<number>[+-]?(?:\d++\.?\d*+|\.\d++)(?=[\x00\s\[\]()<>{}/%]|$))
    | \((?P<plain>[^()\\\r]*+)\)
    | <(?P<hex>[0-9A-Fa-f\s]*+)>
    | /(?P<name>[^\x00\s\[\]()<>{}/%]*+)
    | (?P<mark>\[|\]|<<|>>|\{|\})
    | (?P<string>\()
    | (?P<word>[^\x00\s\[\]()<>{}/%]++)
    | (?P<stray>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_IN_STRING = re.compile(rb"[()\\\r]")
_END_OF_IMAGE = re.compile(rb"[\x00\s]EI(?=[\x00\s]|$)")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class _Program:
    """Runs the programs of one page."""

    def __init__(self, page: Page, fonts: Fonts, work: Work) -> None:
        self.page = page
        self.fonts = fonts
        self.work = work
        self.running: set[int] = set()

    def run(self, content: bytes, resources: dict[str, Any], ctm: Matrix, depth: int) -> None:
        """Runs a program; forms that it draws run inside it."""
        _Run(self, content, resources, ctm, depth).run()


class _Run:
    """One program while it runs."""

    def __init__(self, program: _Program, content: bytes, resources: dict[str, Any], ctm: Matrix, depth: int) -> None:
        self.program = program
        self.page = program.page
        self.work = program.work
        self.content = content
        self.resources = resources
        self.depth = depth
        self.state = _State(ctm)
        self.saved: list[_State] = []
        self.text: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        self.line: Matrix = self.text
        self.path: list[list[tuple[float, float]]] = []
        self.is_straight = True
        self.arguments: list[Any] = []
        self.position = 0

    def run(self) -> None:
        content, end = self.content, len(self.content)
        lists: list[list[Any]] = []
        arguments = self.arguments
        match, spend = _TOKEN.match, self.work.spend
        while self.position < end:
            found = match(content, self.position)
            if found is None:
                return
            self.position = found.end()
            spend(1)
            kind = found.lastgroup
            if kind == "number":
                arguments.append(float(found["number"]))
            elif kind == "word":
                if not lists:
                    self._act(found["word"], arguments)
                    arguments.clear()
            elif kind == "plain":
                arguments.append(found["plain"])
            elif kind == "hex":
                digits = b"".join(found["hex"].split())
                arguments.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))
            elif kind == "name":
                arguments.append(_literal(found["name"]))
            elif kind == "string":
                arguments.append(self._string())
            elif kind == "mark":
                arguments = _bracketed(found["mark"], arguments, lists)
            if len(arguments) > _MOST_ARGUMENTS or len(lists) > _DEEPEST_LIST:
                raise Crowded

    def _act(self, word: bytes, arguments: list[Any]) -> None:
        action = _ACTIONS.get(word)
        if action is None:
            return
        self.work.spend(1)
        try:
            action(self, arguments)
        except (ValueError, TypeError, IndexError, KeyError, OverflowError, PDFException):
            self.page.faults += 1

    def _string(self) -> bytes:
        """The rest of a string with brackets or escapes in it."""
        pieces: list[bytes] = []
        depth, start, content = 1, self.position, self.content
        while found := _IN_STRING.search(content, start):
            self.work.spend(1)
            pieces.append(content[start : found.start()])
            sign, start = found[0], found.end()
            if sign == b"\\":
                piece, start = _escaped(content, start)
                pieces.append(piece)
                continue
            depth += {b"(": 1, b")": -1}.get(sign, 0)
            if not depth:
                self.position = start
                return b"".join(pieces)
            pieces.append(b"\n" if sign == b"\r" else sign)
        self.position = len(content)
        return b"".join(pieces)

    # -- state

    def save(self, _: list[Any]) -> None:
        self.saved.append(self.state.copy())
        if len(self.saved) > _MOST_SAVED:
            raise Crowded

    def restore(self, _: list[Any]) -> None:
        if self.saved:
            self.state = self.saved.pop()

    def transform(self, given: list[Any]) -> None:
        self.state.ctm = _product(_matrix(given[-6:]), self.state.ctm)

    def thickness(self, given: list[Any]) -> None:
        self.state.thickness = float(given[-1])

    # -- text

    def begin_text(self, _: list[Any]) -> None:
        self.text = self.line = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def use_font(self, given: list[Any]) -> None:
        name, size = literal_name(given[-2]), float(given[-1])
        known = dict_value(self.resources.get("Font", {}))
        self.state.font = self.program.fonts(known[name]) if name in known else NO_FONT
        self.state.size = size

    def character_space(self, given: list[Any]) -> None:
        self.state.space = float(given[-1])

    def word_space(self, given: list[Any]) -> None:
        self.state.word_space = float(given[-1])

    def stretch(self, given: list[Any]) -> None:
        self.state.scale = float(given[-1]) / 100

    def leading(self, given: list[Any]) -> None:
        self.state.leading = float(given[-1])

    def rise(self, given: list[Any]) -> None:
        self.state.rise = float(given[-1])

    def render(self, given: list[Any]) -> None:
        self.state.render = int(given[-1])

    def place(self, given: list[Any]) -> None:
        self.text = self.line = _matrix(given[-6:])

    def move(self, given: list[Any]) -> None:
        x, y = float(given[-2]), float(given[-1])
        a, b, c, d, e, f = self.line
        self.text = self.line = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

    def move_and_lead(self, given: list[Any]) -> None:
        self.state.leading = -float(given[-1])
        self.move(given)

    def next_line(self, _: list[Any]) -> None:
        self.move([0.0, -self.state.leading])

    def show_on_next_line(self, given: list[Any]) -> None:
        self.next_line(given)
        self.show(given)

    def show_spaced(self, given: list[Any]) -> None:
        self.state.word_space, self.state.space = float(given[-3]), float(given[-2])
        self.show_on_next_line(given)

    def show(self, given: list[Any]) -> None:
        self.show_all([[given[-1]]])

    def show_all(self, given: list[Any]) -> None:
        """Prints strings; a number between two moves on by thousandths of an em."""
        state = self.state
        known, size, scale, space, characters = state.font, state.size, state.scale, state.space, self.page.characters
        glyph, is_wide, is_vertical = known.glyph, known.is_wide, known.is_vertical
        a, b, c, d, e, f = _product(self.text, state.ctm)
        turn = _turn(a, b)
        high = size * (c * c + d * d) ** 0.5
        ups = [(state.rise + size * _DESCENT), (state.rise + size * _ASCENT)]
        x = y = 0.0
        before = len(characters)
        for piece in given[-1]:
            if not isinstance(piece, bytes):
                shift = piece * 0.001 * size if isinstance(piece, float) else 0.0
                x, y = (x, y - shift) if is_vertical else (x - shift * scale, y)
                continue
            self.work.spend(2 * len(piece))
            for code in known.codes(piece):
                text, wide = glyph(code)
                # In a vertical font a character hangs below its place, in the middle.
                x_from = x - size * scale / 2 if is_vertical else x
                x_to = x_from + (size if is_vertical else wide * size) * scale
                low, up = (y - size, y) if is_vertical else ups
                if turn == 0:
                    across, along = a * x_from + e, a * x_to + e
                    foot, head = d * low + f, d * up + f
                    if b or c:
                        across, along = across + c * low, along + c * low
                        foot, head = foot + b * x_from, head + b * x_from
                else:
                    across, along = sorted((a * x_from + c * low + e, a * x_to + c * up + e))
                    foot, head = sorted((b * x_from + d * low + f, b * x_to + d * up + f))
                head, foot = (head, foot) if head <= foot else (foot, head)
                characters.append(Character(across, head, along, foot, text, high, turn))
                if is_vertical:
                    y -= size + space
                else:
                    x += (wide * size + space + (state.word_space if code == 32 and not is_wide else 0.0)) * scale
        if len(characters) > _MOST_CHARACTERS:
            raise Crowded
        if state.render == _INVISIBLE:
            self.page.hidden += len(characters) - before
        a, b, c, d, e, f = self.text
        self.text = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

    # -- lines

    def start_path(self, given: list[Any]) -> None:
        self.path.append([self._point(given)])

    def line_to(self, given: list[Any]) -> None:
        if self.path:
            self.path[-1].append(self._point(given))

    def curve(self, given: list[Any]) -> None:
        self.is_straight = False
        self.line_to(given)

    def rectangle(self, given: list[Any]) -> None:
        x, y, wide, high = map(float, given[-4:])
        corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))
        self.path.append([self._point(corner) for corner in corners])

    def close(self, _: list[Any]) -> None:
        if self.path:
            self.path[-1].append(self.path[-1][0])

    def forget(self, _: list[Any]) -> None:
        self.path, self.is_straight = [], True

    def stroke(self, given: list[Any]) -> None:
        a, b, c, d = self.state.ctm[:4]
        if self.is_straight and self.state.thickness * abs(a * d - b * c) ** 0.5 <= 2 * THIN:
            for points in self.path:
                for first, second in pairwise(points):
                    self._line(*first, *second)
        self.forget(given)

    def close_and_stroke(self, given: list[Any]) -> None:
        self.close(given)
        self.stroke(given)

    def fill(self, given: list[Any]) -> None:
        for points in self.path if self.is_straight else ():
            self._thin(points)
        self.forget(given)

    def fill_and_stroke(self, given: list[Any]) -> None:
        self.close(given)
        self.stroke(given)

    def _thin(self, points: list[tuple[float, float]]) -> None:
        """A filled shape that is so thin that it is a line."""
        across, up = [x for x, _ in points], [y for _, y in points]
        x0, x1, top, bottom = min(across), max(across), min(up), max(up)
        if bottom - top <= THIN < x1 - x0 or (bottom - top <= THIN and x1 - x0 >= bottom - top):
            self._line(x0, (top + bottom) / 2, x1, (top + bottom) / 2)
        elif x1 - x0 <= THIN:
            self._line((x0 + x1) / 2, top, (x0 + x1) / 2, bottom)

    def _line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        page = self.page
        self.work.spend(1)
        if max(abs(x0), abs(y0), abs(x1), abs(y1)) > _FARTHEST:
            return
        if abs(y1 - y0) < 1 <= abs(x1 - x0) or y1 == y0:
            page.across.append(Line((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) < 1:
            page.down.append(Line((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(page.across) + len(page.down) > _MOST_LINES:
            raise Crowded

    def _point(self, given: Any) -> tuple[float, float]:
        x, y = float(given[-2]), float(given[-1])
        a, b, c, d, e, f = self.state.ctm
        return a * x + c * y + e, b * x + d * y + f

    # -- forms and pictures

    def draw(self, given: list[Any]) -> None:
        """Draws a form or a picture that is stored beside the page."""
        drawn = resolve1(dict_value(self.resources.get("XObject", {})).get(literal_name(given[-1])))
        self.work.spend(20)
        if not isinstance(drawn, PDFStream):
            return
        kind = literal_name(resolve1(drawn.get("Subtype", "")))
        if kind == "Image":
            self._picture()
        elif kind == "Form" and self.depth < _DEEPEST and id(drawn) not in self.program.running:
            matrix = [resolve1(one) for one in list_value(drawn.get("Matrix", []))]
            ctm = _product(_matrix(matrix), self.state.ctm) if len(matrix) == 6 else self.state.ctm
            resources = dict_value(drawn.get("Resources", {})) or self.resources
            self.program.running.add(id(drawn))
            self.program.run(drawn.get_data(), resources, ctm, self.depth + 1)
            self.program.running.discard(id(drawn))

    def inline_picture(self, _: list[Any]) -> None:
        found = _END_OF_IMAGE.search(self.content, self.position)
        self.position = found.end() if found else len(self.content)
        self._picture()

    def _picture(self) -> None:
        corners = [self._point(corner) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        area = (max(across) - min(across)) * (max(up) - min(up))
        self.page.pictures += min(area, self.page.width * self.page.height)
        self._thin(corners)


def _escaped(content: bytes, start: int) -> tuple[bytes, int]:
    """What stands for the escape that begins at `start`, and where it ends."""
    digits = re.compile(rb"[0-7]{1,3}").match(content, start)
    if digits:
        return bytes((int(digits[0], 8) & 255,)), digits.end()
    sign = content[start : start + 1]
    if sign in (b"\r", b"\n"):
        return b"", start + (2 if content[start : start + 2] == b"\r\n" else 1)
    return _ESCAPES.get(sign, sign), start + 1


def _literal(name: bytes) -> PSLiteral:
    if b"#" in name:
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes((int(found[1], 16),)), name)
    return PSLiteral(name.decode("utf-8", "replace"))


def _matrix(given: list[Any]) -> Matrix:
    a, b, c, d, e, f = map(float, given)
    return a, b, c, d, e, f


def _product(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _turn(a: float, b: float) -> int:
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


_ACTIONS: dict[bytes, Callable[[_Run, list[Any]], None]] = {
    b"q": _Run.save,
    b"Q": _Run.restore,
    b"cm": _Run.transform,
    b"w": _Run.thickness,
    b"BT": _Run.begin_text,
    b"Tf": _Run.use_font,
    b"Tc": _Run.character_space,
    b"Tw": _Run.word_space,
    b"Tz": _Run.stretch,
    b"TL": _Run.leading,
    b"Ts": _Run.rise,
    b"Tr": _Run.render,
    b"Tm": _Run.place,
    b"Td": _Run.move,
    b"TD": _Run.move_and_lead,
    b"T*": _Run.next_line,
    b"Tj": _Run.show,
    b"TJ": _Run.show_all,
    b"'": _Run.show_on_next_line,
    b'"': _Run.show_spaced,
    b"m": _Run.start_path,
    b"l": _Run.line_to,
    b"c": _Run.curve,
    b"v": _Run.curve,
    b"y": _Run.curve,
    b"re": _Run.rectangle,
    b"h": _Run.close,
    b"n": _Run.forget,
    b"S": _Run.stroke,
    b"s": _Run.close_and_stroke,
    b"f": _Run.fill,
    b"F": _Run.fill,
    b"f*": _Run.fill,
    b"B": _Run.fill_and_stroke,
    b"B*": _Run.fill_and_stroke,
    b"b": _Run.fill_and_stroke,
    b"b*": _Run.fill_and_stroke,
    b"Do": _Run.draw,
    b"ID": _Run.inline_picture,
}
