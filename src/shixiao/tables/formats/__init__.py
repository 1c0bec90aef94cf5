"""File formats: bytes → grids (or, for our own JSON, plans), found by their content and loaded when needed.

Reading a text must not import a library for another format, so this table knows each format by name only.
docs/howto/add-a-table-format.md says how to add one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.tables.unreadable import Unreadable


class Format(NamedTuple):
    """How a format is recognised: by its first bytes (in lower case), and by what is inside when many share them.

    `inside` is how a name begins that stands in a zip, or at the top of an old Office file; for other files, bytes that
    stand in them, or a test. `module` is its room in this folder, "" while nothing here can read it: `refusal` then
    says why, and `title` what it is.
    """

    title: Text
    starts: tuple[bytes, ...]
    inside: bytes | Callable[[bytes], bool] = b""
    module: str = ""
    refusal: str = "foreign_format"


def is_piece(content: bytes) -> bool:
    """Whether this is a piece of a web page, and not a text with tags in its cells: that has tabs between cells."""
    if b"</t" not in content and b"</T" not in content:
        return False
    row = _ROW.search(content)
    return row is not None and _CELL.search(content, row.end()) is not None and _TABS.search(content) is None


def is_message(content: bytes) -> bool:
    """Whether this is a page that was saved with its pictures: a message of many parts."""
    head = content[:_HEAD].lower()
    return b"mime-version:" in head and b"content-type:" in head and re.match(rb"[a-z-]+: ?\S", head) is not None


_HEAD = 4096
_ROW = re.compile(rb"<t(?:able|r)[\s>]", re.IGNORECASE)
_CELL = re.compile(rb"<t[dh][\s>]", re.IGNORECASE)
_TABS = re.compile(rb"[^\s>]\t[^\n\t]*\t[^\n\t]*\t")
_ZIP = (b"pk\x03\x04", b"pk\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0",)
_WEB = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body", b"<meta", b"<title", b"<style", b"<base", b"<link")
_BINARY_WORKBOOK = Text("二进制的 Excel 工作簿（xlsb）", "a binary Excel workbook (xlsb)")
_OPEN_DOCUMENT = Text("OpenDocument 文件（ods、odt）", "an OpenDocument file (ods, odt)")
_OLD_OFFICE = Text("旧版 Word 或 Excel 文件（doc、xls）", "an old Word or Excel file (doc, xls)")

# The first that fits is taken.
FORMATS: tuple[Format, ...] = (
    Format(Text("Word 文档（docx）", "a Word document (docx)"), _ZIP, b"word/", module="docx"),
    Format(_BINARY_WORKBOOK, _ZIP, b"xl/workbook.bin", refusal="foreign_workbook"),
    Format(Text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"), _ZIP, b"xl/", module="xlsx"),
    Format(_OPEN_DOCUMENT, _ZIP, b"content.xml", refusal="foreign_workbook"),
    Format(Text("压缩包（zip）", "a zip archive"), _ZIP),
    Format(Text("PDF 文件", "a PDF file"), (b"%pdf-",), module="pdf"),
    Format(Text("加密的文件", "an encrypted file"), _OLE, b"encryptedpackage", refusal="encrypted"),
    Format(Text("旧版 Excel 工作簿（xls）", "an old Excel workbook (xls)"), _OLE, b"workbook", module="xls"),
    Format(Text("旧版 Excel 工作簿（xls）", "an old Excel workbook (xls)"), _OLE, b"book", module="xls"),
    Format(Text("旧版 Word 文档（doc）", "an old Word document (doc)"), _OLE, b"worddocument", refusal="old_word"),
    Format(_OLD_OFFICE, _OLE, refusal="foreign_workbook"),
    Format(Text("RTF 文档", "an RTF document"), (b"{\\rtf",)),
    Format(Text("Word 或 Excel 的 XML 文件", "an XML file of Word or Excel"), (b"<?xml",), b"<?mso-application"),
    Format(Text("网页（HTML）", "a web page (HTML)"), _WEB, module="html"),
    Format(Text("图片", "a picture"), (b"\x89png", b"\xff\xd8\xff", b"gif8", b"ii*\x00", b"mm\x00*")),
    Format(Text("压缩包", "an archive"), (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"rar!", b"bzh", b"\xfd7zxz")),
    Format(Text("本系统的 JSON", "our own JSON"), (b"{",), module="plan_json"),
    Format(Text("单个文件的网页（mht）", "a web page in one file (mht)"), (b"",), is_message, module="html"),
    Format(Text("一段网页（HTML）", "a piece of a web page (HTML)"), (b"",), is_piece, module="html"),
    Format(Text("文本", "text"), (b"",), module="text"),
)

WRITERS = {"json": "plan_json", "txt": "text", "xlsx": "xlsx", "docx": "docx", "html": "html"}


def reader(content: bytes) -> ModuleType:
    """The room that reads `content`. Raises Unreadable, naming the format, when none does."""
    head = _head(content)
    names = _names(content) if head.startswith((*_ZIP, *_OLE)) else None
    for known in FORMATS:
        if not head.startswith(known.starts) or (known.inside and not _is_inside(known, content, names)):
            continue
        if not known.module:
            raise Unreadable(known.refusal, kind_zh=known.title.zh, kind_en=known.title.en)
        return import_module(f"{__name__}.{known.module}")
    raise Unreadable("not_text")


def writer(format: str) -> ModuleType:
    """The room that writes `format`. Raises ValueError for a format that nothing here can write."""
    if format not in WRITERS:
        raise ValueError(f"不能写出“{format}”格式,可以写出:{'、'.join(WRITERS)} / cannot write the format {format!r}")
    return import_module(f"{__name__}.{WRITERS[format]}")


def _head(content: bytes) -> bytes:
    """The first bytes in small letters; of a page in UTF-16 as they are in UTF-8."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe<\0", b"<\0")):
        head = head.decode("utf-16-le", "ignore").encode("utf-8", "ignore")
    elif head.startswith((b"\xfe\xff\0<", b"\0<")):
        head = head.decode("utf-16-be", "ignore").encode("utf-8", "ignore")
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower() or head.lower()


def _names(content: bytes) -> list[str] | None:
    """The names inside a zip or an old Office file; None where its directory is lost."""
    names: list[str] | None = import_module(f"{__name__}.containers").names(content)
    return names


def _is_inside(known: Format, content: bytes, names: Collection[str] | None) -> bool:
    """Whether what tells this format is inside. Of a file that has lost its directory, any place will do."""
    if not isinstance(known.inside, bytes):
        return known.inside(content)
    if not content.startswith((b"PK", *_OLE)):
        return known.inside in content
    name = known.inside.decode()
    if names is None:
        lower = content.lower()
        return known.inside in lower or name.encode("utf-16-le") in lower
    return any(each.startswith(name) for each in names)
