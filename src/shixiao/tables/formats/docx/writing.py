"""The official form as a Word document: landscape A4, a ruled table, the header row on every page."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from shixiao.tables.document import Document
from shixiao.tables.formats.printed_form import Form, forms_of

_LONG, _SHORT, _MARGIN = Mm(297), Mm(210), Mm(18)
_TWIPS = 635  # in the units of python-docx
_INNER = _LONG - 2 * _MARGIN
_SONG, _FANG, _HEI = "宋体", "仿宋", "黑体"


def written(document: Document) -> bytes:
    """The document; the same bytes for the same tables."""
    forms = list(forms_of(document))
    word = docx.Document()
    _page(word)
    _styles(word)
    _properties(word, next((form.title for form in forms if form.title), "项目支出绩效目标表"))
    for number, form in enumerate(forms):
        if number:
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _form(word, form)
    packed = BytesIO()
    word.save(packed)
    return _without_dates(packed.getvalue())


def _form(word: Word, form: Form) -> None:
    if form.title:
        word.add_paragraph(form.title, style="表题")
    if form.beside:
        beside = word.add_paragraph("\t".join(form.beside), style="表前说明")
        beside.paragraph_format.tab_stops.add_tab_stop(_INNER, WD_TAB_ALIGNMENT.RIGHT)
    body = word.element.body
    body.insert(len(body) - 1, parse_xml(_table(form)))
    # Word wants a paragraph after a table; one of a single point makes no empty page.
    last = word.add_paragraph()
    last.paragraph_format.line_spacing = Pt(1)
    last.paragraph_format.space_after = Pt(0)


def _table(form: Form) -> str:
    widths = [_INNER * width // 100 // _TWIPS for width in form.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="333333"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{edge} w:w="{width}" w:type="dxa"/>'
        for edge, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))
    )
    return "".join(
        [
            f"<w:tbl {nsdecls('w')}><w:tblPr>",
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>',
            f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>',
            f"<w:tblCellMar>{margins}</w:tblCellMar>",
            f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>",
            *_rows(form, widths),
            "</w:tbl>",
        ]
    )


def _rows(form: Form, widths: list[int]) -> Iterator[str]:
    shaded = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/><w:vAlign w:val="center"/>'
    if form.header:
        yield "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        for cell, width in zip(form.header, widths, strict=True):
            yield _cell(cell, width, "表头", shaded)
        yield "</w:tr>"
    for index, row in enumerate(form.rows):
        is_bold = form.is_strong(index)
        yield "<w:tr><w:trPr><w:cantSplit/></w:trPr>" if is_bold else "<w:tr>"
        for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
            yield _cell(cell, width, "表内金额" if column in form.amounts else "表内文字", is_bold=is_bold)
        yield "</w:tr>"


def _cell(text: str, width: int, style: str, properties: str = "", *, is_bold: bool = False) -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if is_bold else ""
    paragraphs = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(line, bold)}</w:p>' for line in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{paragraphs}</w:tc>'


def _run(text: str, bold: str) -> str:
    return f'<w:r>{bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _page(word: Word) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _LONG, _SHORT
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin, section.bottom_margin = Mm(16), Mm(16)
    section.header_distance = section.footer_distance = Mm(9)
    footer: Any = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        if piece.isupper():
            field = f'<w:fldSimple {nsdecls("w")} w:instr=" {piece} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            footer._p.append(parse_xml(field))  # noqa: SLF001 - python-docx has no fields
        else:
            footer.add_run(piece)


def _styles(word: Word) -> None:
    normal: Any = word.styles["Normal"]
    _font(normal, _SONG, 10.5)
    normal.paragraph_format.space_after = Pt(0)
    for name, font, size, alignment in (
        ("表题", _SONG, 18, WD_ALIGN_PARAGRAPH.CENTER),
        ("表前说明", _SONG, 10.5, WD_ALIGN_PARAGRAPH.LEFT),
        ("表头", _HEI, 9, WD_ALIGN_PARAGRAPH.CENTER),
        ("表内文字", _FANG, 9, WD_ALIGN_PARAGRAPH.LEFT),
        ("表内金额", _FANG, 9, WD_ALIGN_PARAGRAPH.RIGHT),
    ):
        style: Any = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.element.set(qn("w:styleId"), name)
        style.paragraph_format.alignment = alignment
        _font(style, font, size)
    word.styles["表题"].paragraph_format.space_after = Pt(8)
    word.styles["表题"].font.bold = True
    word.styles["表前说明"].paragraph_format.space_after = Pt(3)


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)


def _properties(word: Word, title: str) -> None:
    """The title, and nothing of the library's own: no author, no date of a template."""
    core: Any = word.core_properties
    core.title, core.author, core.comments, core.language = title[:250], "", "", "zh-CN"
    element = core._element
    for each in list(element):
        if each.tag.endswith(("}created", "}modified", "}lastModifiedBy", "}revision")):
            element.remove(each)


def _without_dates(content: bytes) -> bytes:
    """The package with no time of writing in it."""
    again = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            plain = ZipInfo(part.filename)
            plain.compress_type = ZIP_DEFLATED
            new.writestr(plain, old.read(part))
    return again.getvalue()
