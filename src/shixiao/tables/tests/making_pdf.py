"""Small PDF files for the tests, written by hand: what another program would hardly print can be said exactly."""

from __future__ import annotations

from collections.abc import Sequence

from shixiao.tables import Unreadable
from shixiao.tables.formats import pdf
from shixiao.tables.grid import Grid, Sheets

WIDTHS = (90, 60, 60, 250)
SIZE = 8
ROW = 20


def numbered(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of objects, from 1; the first is the catalogue."""
    made = b"%PDF-1.5\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, trailer, len(made))
    )


def stream(data: bytes, attributes: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), attributes, data)


def of_pages(*programs: str, attributes: bytes = b"", resources: bytes = b"", trailer: bytes = b"") -> bytes:
    """A file of A4 pages, each with its program; text is in font F, its codes are those of UTF-16."""
    letters = sorted({chr(int(code, 16)) for program in programs for code in _codes(program)})
    known = b"".join(b"<%04x> <%04x>\n" % (ord(letter), ord(letter)) for letter in letters)
    unicode = b"%d beginbfchar\n%sendbfchar" % (len(letters), known)
    first = 6
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(programs)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 595 842]>>" % (len(programs), kids),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000>>",
        stream(unicode),
    ]
    for index, program in enumerate(programs):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%s/Resources<</Font<</F 3 0 R>>%s>>>>"
            % (first + 2 * index + 1, attributes, resources)
        )
        objects.append(stream(program.encode()))
    return numbered(objects, trailer)


def _codes(program: str) -> list[str]:
    return [
        piece[at : at + 4]
        for piece in (one.partition(">")[0] for one in program.split("<")[1:])
        for at in range(0, len(piece), 4)
    ]


def text(x: float, y: float, written: str, size: int = SIZE) -> str:
    """A line of text with its foot at `y` from below."""
    return f"BT /F {size} Tf {x} {y} Td <{written.encode('utf-16-be').hex()}> Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S\n"


def ruled(
    rows: Sequence[Sequence[str]], *, top: float = 780, widths: Sequence[float] = WIDTHS, left: float = 50
) -> str:
    """A table with lines around every cell; line breaks in a cell are lines of its text, None of it wraps by itself."""
    edges = [left + sum(widths[:index]) for index in range(len(widths) + 1)]
    heights = [max(ROW, (SIZE + 2) * max(cell.count("\n") + 1 for cell in row) + 2) for row in rows]
    ys = [top - sum(heights[:index]) for index in range(len(rows) + 1)]
    made = "".join(line(edges[0], y, edges[-1], y) for y in ys)
    made += "".join(line(x, ys[0], x, ys[-1]) for x in edges)
    return made + unruled(rows, edges, ys)


def unruled(rows: Sequence[Sequence[str]], edges: Sequence[float], ys: Sequence[float]) -> str:
    return "".join(
        text(x + 2, y - (SIZE + 2) * (index + 1), piece)
        for y, row in zip(ys, rows, strict=False)
        for x, cell in zip(edges, row, strict=False)
        for index, piece in enumerate(cell.split("\n"))
        if piece
    )


def sheets(*programs: str, **how: bytes) -> Sheets:
    return pdf.sheets(of_pages(*programs, **how))


def cells(grid: Grid) -> list[list[str]]:
    """The cells of the rows of the table."""
    return [row.cells for row in grid.rows if not row.is_prose]


def prose(grid: Grid) -> list[str]:
    return [row.cells[0] for row in grid.rows if row.is_prose]


def mends(found: Sheets) -> list[str]:
    return [repair.code for repair in found.repairs]


def refusal(content: bytes) -> str:
    """The code with which a file is refused; "" when it is read."""
    try:
        pdf.sheets(content)
    except Unreadable as refused:
        return refused.code
    return ""
