"""Word templates: what they call, and the same document with its values in place.

A placeholder may be cut into several runs, as Word does on its own: a paragraph is read as one text. A row or paragraph
between `{% 逐行 … %}` and `{% 逐行结束 %}` is copied for each item; the rows of the two tags go.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from itertools import chain
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from shixiao.engine.bilingual import Text
from shixiao.forms import code
from shixiao.forms.faults import Fault, fault
from shixiao.forms.packages import Parts, packed, tree
from shixiao.forms.placeholders import Check, Kind, Stretch, Token, misplaced, only_value, replaced, tokens
from shixiao.forms.showing import Names, Row, Shown

_P, _TBL, _TR, _TC, _T = (qn(f"w:{each}") for each in ("p", "tbl", "tr", "tc", "t"))
_SDT, _INNER = qn("w:sdt"), qn("w:sdtContent")
_STORIES = ("word/document.xml", "word/header", "word/footer")

# An lxml element of python-docx, whose classes carry no useful types.
Element = Any


# ---- the check -----------------------------------------------------------------------------------------------


def check(parts: Parts, names: Names) -> list[Fault]:
    """What is wrong with the placeholders of a document."""
    roots = _roots(parts)
    found = Check(names).run(chain.from_iterable(_stretches(root, _story(name)) for name, root in roots))
    cut = [each for name, root in roots for each in _cut(root, _story(name))]
    elsewhere = {each for each in parts if each.endswith(".xml")} - {name for name, _root in roots}
    return [*found, *cut, *misplaced(parts, elsewhere)]


def paragraphs_of(parts: Parts) -> Iterator[tuple[Element, Text]]:
    """Every paragraph of a document that is filled in, with its place."""
    for name, root in _roots(parts):
        yield from ((each.paragraph, each.place) for each in _stretches(root, _story(name)))


def _roots(parts: Parts) -> list[tuple[str, Element]]:
    stories = sorted(name for name in parts if name.startswith(_STORIES) and name.endswith(".xml"))
    return [(name, tree(parts[name])) for name in stories]


def _story(name: str) -> Text:
    if "header" in name:
        return Text("页眉", "header")
    return Text("页脚", "footer") if "footer" in name else Text("正文", "text")


def _stretches(root: Element, story: Text) -> Iterator[Stretch]:
    """Every text of a story: its paragraphs and the cells of its tables in order, then what stands in boxes and controls."""
    paragraphs = tables = 0
    seen: set[Element] = set()
    for block in _blocks(root):
        if block.tag == _TBL:
            tables += 1
            yield from _in_table(block, Text(f"{story.zh}第{tables}张表", f"{story.en}, table {tables}"), seen)
            continue
        paragraphs += 1
        seen.add(block)
        place = Text(f"{story.zh}第{paragraphs}段", f"{story.en}, paragraph {paragraphs}")
        yield Stretch(_text(block), place, (story, root), block, paragraph=block)
    for inner in root.iter(_P):
        if inner not in seen:
            place = Text(f"{story.zh}的文本框或控件", f"text box or control of the {story.en}")
            yield Stretch(_text(inner), place, inner, inner, paragraph=inner)


def _blocks(root: Element) -> Iterator[Element]:
    """The paragraphs and tables of a story, those in content controls too."""
    body = root.find(qn("w:body"))
    for each in root if body is None else body:
        if each.tag in (_P, _TBL):
            yield each
        elif each.tag == _SDT and (inner := each.find(_INNER)) is not None:
            yield from _blocks(inner)


def _in_table(table: Element, place: Text, seen: set[Element]) -> Iterator[Stretch]:
    for number, row in enumerate(table.iterchildren(_TR), 1):
        whole = _text(row, deep=True).strip()
        for cell_number, cell in enumerate(row.iterchildren(_TC), 1):
            at = Text(f"{place.zh}第{number}行第{cell_number}格", f"{place.en}, row {number}, cell {cell_number}")
            for paragraph in cell.iter(_P):
                seen.add(paragraph)
                text = _text(paragraph)
                yield Stretch(text, at, table, row, alone=text.strip() == whole, paragraph=paragraph)


def _cut(root: Element, story: Text) -> Iterator[Fault]:
    """A cell that begins in the row of a tag would lose its beginning when that row goes."""
    for number, table in enumerate(root.iter(_TBL), 1):
        for row in table.iterchildren(_TR):
            if _tag(_text(row, deep=True)) and any(
                each.get(qn("w:val")) == "restart" for each in row.iter(qn("w:vMerge"))
            ):
                yield fault("loop_cut", Text(f"{story.zh}第{number}张表", f"{story.en}, table {number}"))


def _text(block: Element, *, deep: bool = False) -> str:
    """The text of a paragraph without that of text boxes inside it; with `deep`, everything inside."""
    return "".join(each.text or "" for each in block.iter(_T) if deep or _paragraph(each) is block)


def _paragraph(text: Element) -> Element:
    return next(text.iterancestors(_P), None)


# ---- filling -------------------------------------------------------------------------------------------------


def fill(content: bytes, shown: Shown) -> bytes:
    """The template with the values of a form. The template was checked."""
    document = docx.Document(BytesIO(content))
    for part in _stories(document):
        _fill_story(part, part.element, shown)
    document.core_properties.title = shown.title
    made = BytesIO()
    document.save(made)
    return packed(made.getvalue(), made_on=shown.made_on)


def _stories(document: Any) -> Iterator[Any]:
    yield document.part
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")):
            yield relation.target_part


def _fill_story(part: Any, root: Element, shown: Shown) -> None:
    done: set[Element] = set()
    for table in list(root.iter(_TBL)):
        _repeat([each for each in table if each.tag == _TR], shown, done)
        if table.find(_TR) is None:  # Word takes a table without rows for damage
            _remove(table)
    _repeat(list(_blocks(root)), shown, done)
    for paragraph in list(root.iter(_P)):
        if paragraph in done:
            continue
        said = _text(paragraph)
        _fill_paragraph(paragraph, shown.values, part, shown)
        is_gone = said and not _text(paragraph) and paragraph.find(f".//{qn('w:drawing')}") is None
        if is_gone and paragraph.getparent().tag == qn("w:body"):  # a gap on paper where nothing is said
            _remove(paragraph)


def _repeat(lines: list[Element], shown: Shown, done: set[Element]) -> None:
    """Copies what stands between the tags for each item, filled, and takes the tags away."""
    between: list[Element] | None = None
    loop = ""
    for line in lines:
        tag = _tag(_text(line, deep=True)) if line.tag in (_TR, _P) else None
        if tag and tag.kind is Kind.BEGIN:
            between, loop = [], tag.loop
            _remove(line)
        elif tag and between is not None:
            for item in shown.rows[loop]:
                _copy_before(line, between, _scope(shown, loop, item), done)
            for each in (*between, line):
                _remove(each)
            between = None
        elif between is not None:
            between.append(line)


def _tag(text: str) -> Token | None:
    found = tokens(text) if "逐行" in text else []
    is_tag = len(found) == 1 and found[0].kind in (Kind.BEGIN, Kind.END)
    return found[0] if is_tag else None


def _scope(shown: Shown, loop: str, item: Row) -> Row:
    return {**shown.values, **{f"{loop}.{name}": value for name, value in item.items()}}


def _copy_before(place: Element, between: list[Element], scope: Row, done: set[Element]) -> None:
    for template in between:
        copied = deepcopy(template)
        place.addprevious(copied)
        for cell in copied.iter(_TC):
            _merge(cell, scope)
        for paragraph in copied.iter(_P):
            _fill_paragraph(paragraph, scope)
            done.add(paragraph)
        if copied.tag == _P and _text(template) and not _text(copied):  # a gap on paper where nothing is said
            _remove(copied)


def _merge(cell: Element, scope: Row) -> None:
    """A cell that holds one merging value and nothing else begins a cell of several rows, or goes on with one."""
    value = only_value(_text(cell, deep=True), scope)
    if value is None or value.span == 1:
        return
    cell.vMerge = "restart" if value.span else "continue"
    if not value.span:
        for text in cell.iter(_T):
            text.text = ""


def _remove(element: Element) -> None:
    element.getparent().remove(element)


def _fill_paragraph(paragraph: Element, scope: Row, part: Any = None, shown: Shown | None = None) -> None:
    pieces = [each for each in paragraph.iter(_T) if _paragraph(each) is paragraph]
    whole = "".join(each.text or "" for each in pieces)
    found = [each for each in tokens(whole) if each.kind is Kind.NAME]
    for token in reversed(found):
        is_picture = not token.loop and token.name not in scope  # of a checked template, the small code
        text = "" if is_picture else replaced(whole[token.start : token.end], scope)
        _write(pieces, token, text)
        if is_picture and shown and part and shown.code:
            _draw(paragraph, part, shown)
    lead = _indent(paragraph) if found else ""
    for piece in pieces if found else ():
        _break_lines(piece, lead)


def _indent(paragraph: Element) -> str:
    """Where the first line stands two characters in, as in a letter, each line of a value does: Word indents no line after a break."""
    said = paragraph.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    given = None if said is None else said.get(qn("w:firstLine")) or said.get(qn("w:firstLineChars"))
    return "　　" if given and given != "0" else ""


def _write(pieces: list[Element], token: Token, text: str) -> None:
    """Puts a text in the place of a token, into the piece where it begins, with that piece's looks."""
    at = 0
    for piece in pieces:
        own = piece.text or ""
        start, end = max(0, token.start - at), token.end - at
        if start < len(own) and end > 0:
            begins_here = token.start >= at
            piece.text = own[:start] + (text if begins_here else "") + own[end:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(own)


def _break_lines(piece: Element, lead: str = "") -> None:
    """A line end of a value becomes a line break of Word; `lead` begins each further line."""
    first, *rest = (piece.text or "").split("\n")
    piece.text = first
    last = piece
    for line in rest:
        broken, text = OxmlElement("w:br"), OxmlElement("w:t")
        text.text = lead + line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        last.addnext(broken)
        broken.addnext(text)
        last = text


def _draw(paragraph: Element, part: Any, shown: Shown) -> None:
    picture = BytesIO(code.as_png(shown.code))
    inline = part.new_pic_inline(picture, Mm(code.SIDE_MM), Mm(code.SIDE_MM))
    inline.docPr.set("descr", f"{shown.title} {shown.hash}")
    run = paragraph.add_r()
    run.append(_drawing(inline))


def _drawing(inline: Element) -> Element:
    drawing = OxmlElement("w:drawing")
    drawing.append(inline)
    return drawing
