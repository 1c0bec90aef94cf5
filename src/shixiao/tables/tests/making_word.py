"""Word documents for the tests, made part by part, so that a test shows the very XML it is about."""

import io
import zipfile

from shixiao.tables import formats
from shixiao.tables.tests.making import HEADER, ONE, TOTAL, TWO, UNIT, project

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def p(text: str = "", properties: str = "") -> str:
    """A paragraph; text that is XML already stands as it is."""
    run = text if text.startswith("<") else f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{run}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    inner = content if content.startswith(("<w:p>", "<w:tbl>", "<w:sdt>", "<mc:", "<w:ins")) else p(content)
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    inner = "".join(cell if cell.startswith(("<w:tc>", "<w:sdt>")) else tc(cell) for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{inner}</w:tr>"


def tbl(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def package(body: str, *, main: str = MAIN, whole: str = "", relations: str = "", **parts: str | bytes) -> bytes:
    """A document with this body. `parts` are further ones in word/, their dots written as two lines: `numbering__xml`."""
    document = whole or f'<w:document xmlns:w="{main}" {SPACES}><w:body>{body}</w:body></w:document>'
    kinds = {"numbering__xml": "numbering", "styles__xml": "styles"}
    listed = "".join(
        f'<Relationship Id="own{name}" Type="{RELATIONS}/{kind}" Target="{name.replace("__", ".")}"/>'
        for name, kind in kinds.items()
        if name in parts
    )
    made = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/_rels/document.xml.rels": f"<Relationships>{listed}{relations}</Relationships>",
        **{f"word/{name.replace('__', '.')}": content for name, content in parts.items()},
    }
    return zipped(made)


def part(kind: str, target: str, *, id: str = "rId9") -> str:
    """What a document says of a part of its own."""
    return f'<Relationship Id="{id}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def of_word(content: str, root: str) -> str:
    """A part of WordprocessingML."""
    return f'<w:{root} xmlns:w="{MAIN}" {SPACES}>{content}</w:{root}>'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def cells_of(content: bytes, table: int = 0) -> list[list[str]]:
    """The rows of a grid, without the prose around it."""
    return [row.cells for row in grids(content)[table].rows if not row.is_prose]


def prose_of(content: bytes, table: int = 0) -> list[str]:
    return [row.cells[0] for row in grids(content)[table].rows if row.is_prose]


def grids(content: bytes):
    return formats.reader(content).sheets(content).grids


def mends(content: bytes) -> list[str]:
    return [repair.code for repair in formats.reader(content).sheets(content).repairs]


ROWS = [line.split("\t") for line in (HEADER, TOTAL, UNIT, project(ONE + TWO))]


def small_word() -> bytes:
    """The small table of `making` as a document."""
    above = p("项目支出绩效目标表") + p("<w:r><w:t>部门名称：甲局<w:tab/>单位：万元</w:t></w:r>")
    return package(above.replace("<w:tab/>", "</w:t><w:tab/><w:t>") + tbl(*(tr(*row) for row in ROWS)))


def small_page() -> bytes:
    """The small table of `making` as a page."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return (
        f"<html><h1>项目支出绩效目标表</h1><p>部门名称：甲局</p><p>单位：万元</p><table>{rows}</table></html>".encode()
    )
