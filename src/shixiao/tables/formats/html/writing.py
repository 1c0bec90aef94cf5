"""The official form as a web page: one file that needs nothing from outside, reads aloud well and prints well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from shixiao.tables.document import Document
from shixiao.tables.formats.printed_form import Form, forms_of

_STYLE = """
body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font-family: "FangSong", "仿宋", "STFangsong", "SimSun", "宋体", "Songti SC", "Noto Serif CJK SC", serif; line-height: 1.6; }
section + section { margin-top: 3rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: .9rem; }
caption { caption-side: top; padding: 0; }
h1 { margin: 0 0 .75rem; font: bold 1.5rem "SimSun", "宋体", "Songti SC", "Noto Serif CJK SC", serif; text-align: center; }
.beside { display: flex; justify-content: space-between; gap: 2rem; margin: 0 0 .35rem; text-align: left; }
th, td { border: 1px solid #333; padding: .35rem .45rem; overflow-wrap: anywhere; }
td { vertical-align: top; }
thead th { background: #f0f0f0; text-align: center; vertical-align: middle; }
tbody th { font-weight: normal; text-align: left; vertical-align: top; }
.sum th, .sum td { font-weight: bold; }
.amount { text-align: right; overflow-wrap: normal; white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 60rem) { .frame { overflow-x: auto; } table { min-width: 60rem; } }
@media print {
  @page { size: A4 landscape; margin: 15mm; }
  body { margin: 0; padding: 0; max-width: none; line-height: 1.35; }
  h1 { font-size: 16pt; }
  .beside { font-size: 10pt; }
  table { font-size: 9pt; }
  th, td { padding: 2pt 3pt; }
  section + section { break-before: page; margin-top: 0; }
  thead { display: table-header-group; }
  .sum, thead tr { break-inside: avoid; }
}
"""


def written(document: Document) -> bytes:
    """The page in UTF-8."""
    forms = list(forms_of(document))
    title = next((form.title for form in forms if form.title), "项目支出绩效目标表")
    lines = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title, quote=False)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        *(line for form in forms for line in _section(form)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _section(form: Form) -> Iterator[str]:
    yield "<section>"
    if form.title:
        yield f"<h1>{_text(form.title)}</h1>"
    yield '<div class="frame">'
    yield "<table>"
    if form.beside:
        yield '<caption><div class="beside">'
        yield from (f"<div>{_text(line)}</div>" for line in form.beside)
        yield "</div></caption>"
    yield "<colgroup>" + "".join(f'<col style="width: {width}%">' for width in form.widths) + "</colgroup>"
    if form.header:
        yield "<thead>"
        yield "<tr>" + "".join(f'<th scope="col">{_text(cell)}</th>' for cell in form.header) + "</tr>"
        yield "</thead>"
    yield "<tbody>"
    yield from (_row(form, index) for index in range(len(form.rows)))
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    yield "</section>"


def _row(form: Form, index: int) -> str:
    row = form.rows[index]
    kind = ' class="sum"' if form.is_strong(index) else ""
    cells = [f'<th scope="row">{_text(row[0])}</th>']
    for column, cell in enumerate(row[1:], 1):
        amount = ' class="amount"' if column in form.amounts else ""
        cells.append(f"<td{amount}>{_text(cell)}</td>")
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _text(text: str) -> str:
    """Escaped, with line breaks, and with spaces that a browser would run together made to stay."""
    marked = re.sub(r"(?<![^ \n]) | (?=[ \n]|$)", "\xa0", text)
    return escape(marked, quote=False).replace("\xa0", "&nbsp;").replace("\n", "<br>")
