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
    """How a format is recognised: by its first bytes, and by what is inside when many share them.

    `inside` is how a name in the directory of a zip begins; for other files, bytes that stand in them, or a test.
    `module` is its room in this folder, "" while nothing here can read it; `title` says what it is.
    """

    title: Text
    starts: tuple[bytes, ...]
    inside: bytes | Callable[[bytes], bool] = b""
    module: str = ""


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
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0",)
_WEB = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<body", b"<meta", b"<title", b"<style", b"<base", b"<link")

# The first that fits is taken.
FORMATS: tuple[Format, ...] = (
    Format(Text("Word 文档（docx）", "a Word document (docx)"), _ZIP, b"word/", module="docx"),
    Format(Text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"), _ZIP, b"xl/"),
    Format(Text("OpenDocument 文件（odt、ods）", "an OpenDocument file (odt, ods)"), _ZIP, b"content.xml"),
    Format(Text("压缩包（zip）", "a zip archive"), _ZIP),
    Format(Text("PDF 文件", "a PDF file"), (b"%PDF-",)),
    Format(Text("旧版 Word 文档（doc）", "an old Word document (doc)"), _OLE, b"W\0o\0r\0d\0D\0o\0c\0", module="docx"),
    Format(Text("有密码的文件", "a file with a password"), _OLE, b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0", module="docx"),
    Format(Text("旧版 Word 或 Excel 文件（doc、xls）", "an old Word or Excel file (doc, xls)"), _OLE),
    Format(Text("RTF 文档", "an RTF document"), (b"{\\rtf",)),
    Format(Text("Word 或 Excel 的 XML 文件", "an XML file of Word or Excel"), (b"<?xml",), b"<?mso-application"),
    Format(Text("网页（HTML）", "a web page (HTML)"), _WEB, module="html"),
    Format(Text("图片", "a picture"), (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")),
    Format(Text("压缩包", "an archive"), (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")),
    Format(Text("本系统的 JSON", "our own JSON"), (b"{",), module="plan_json"),
    Format(Text("单个文件的网页（mht）", "a web page in one file (mht)"), (b"",), is_message, module="html"),
    Format(Text("一段网页（HTML）", "a piece of a web page (HTML)"), (b"",), is_piece, module="html"),
    Format(Text("文本", "text"), (b"",), module="text"),
)

WRITERS = {"json": "plan_json", "txt": "text", "docx": "docx", "html": "html"}


def reader(content: bytes) -> ModuleType:
    """The room that reads `content`. Raises Unreadable, naming the format, when none does."""
    head = _head(content)
    names = _names(content) if head.startswith(tuple(start.lower() for start in _ZIP)) else None
    for known in FORMATS:
        if not head.startswith(tuple(start.lower() for start in known.starts)):
            continue
        if known.inside and not _is_inside(known, content, names):
            continue
        if not known.module:
            raise Unreadable("foreign_format", kind_zh=known.title.zh, kind_en=known.title.en)
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
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower() or head


def _is_inside(known: Format, content: bytes, names: Collection[str] | None) -> bool:
    if not isinstance(known.inside, bytes):
        return known.inside(content)
    if names is None:
        return known.inside in content
    return any(name.startswith(known.inside.decode()) for name in names)


def _names(content: bytes) -> list[str] | None:
    """The names in the directory of a zip; None where the directory is lost. What only stands in a file of it is none."""
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(content)) as archive:
            return [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, OSError):
        return None
