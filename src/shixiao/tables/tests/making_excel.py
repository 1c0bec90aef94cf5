"""Workbooks for the tests, made part by part, so that a test shows the very XML it is about."""

from shixiao.tables import formats
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.tests.making_word import ROWS, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def c(value: str = "", kind: str = "", style: str = "", *, at: str = "", formula: str = "") -> str:
    """A cell with a stored value: a number, or whatever `kind` says."""
    attributes = "".join(f' {name}="{text}"' for name, text in (("r", at), ("t", kind), ("s", style)) if text)
    inner = (f"<f>{formula}</f>" if formula else "") + (f"<v>{value}</v>" if value else "")
    return f"<c{attributes}>{inner}</c>"


def t(text: str, at: str = "") -> str:
    """A cell with its text in it."""
    return f'<c t="inlineStr"{f" r={chr(34)}{at}{chr(34)}" if at else ""}><is><t>{text}</t></is></c>'


def row(*cells: str, attributes: str = "") -> str:
    inner = "".join(cell if cell.startswith("<c") else t(cell) for cell in cells)
    return f"<row{attributes}>{inner}</row>"


def book(*rows: str, below: str = "", before: str = "", main: str = MAIN, **more: str) -> bytes:
    """A workbook of one sheet. `more` are further parts: `styles`, `shared`, `workbook` (its inside), `sheet` (whole)."""
    inside = more.get("workbook", '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets>')
    sheet = more.get(
        "sheet", f'<worksheet xmlns="{main}">{before}<sheetData>{"".join(rows)}</sheetData>{below}</worksheet>'
    )
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{RELATIONS}">{inside}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId8" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId9" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    for name, part in (("styles", "styles"), ("shared", "sharedStrings"), ("second", "worksheets/sheet2")):
        if name in more:
            parts[f"xl/{part}.xml"] = more[name]
    return zipped({**parts, **{name: text for name, text in more.items() if "/" in name}})


def styles(*codes: str) -> str:
    """Styles 0, 1, 2 … with these number formats."""
    listed = "".join(f'<numFmt numFmtId="{200 + number}" formatCode="{code}"/>' for number, code in enumerate(codes))
    used = "".join(f'<xf numFmtId="{200 + number}"/>' for number in range(len(codes)))
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{listed}</numFmts><cellXfs>{used}</cellXfs></styleSheet>'


def sheets(content: bytes) -> Sheets:
    return formats.reader(content).sheets(content)


def grid(content: bytes) -> Grid:
    (found,) = sheets(content).grids
    return found


def cells(content: bytes) -> list[list[str]]:
    return [line.cells for line in grid(content).rows]


def mends(content: bytes) -> dict[str, str]:
    """Each repair by its code, as it is said."""
    return {repair.code: repair.text.zh for repair in sheets(content).repairs}


def small_book() -> bytes:
    """The small table of `making` as a workbook."""
    above = [row("项目支出绩效目标表"), row("部门名称：甲局"), row("单位：万元")]
    return book(*above, *(row(*line) for line in ROWS))
