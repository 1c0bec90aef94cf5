"""File formats: bytes → grids (or, for our own JSON, plans), found by their content and loaded when needed.

Reading a text must not import a library for another format, so this table knows each format by name only.
docs/howto/add-a-table-format.md says how to add one.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.tables.unreadable import Unreadable


class Format(NamedTuple):
    """How a format is recognised: by its first bytes (in lower case), and by what is inside when many share them.

    `inside` is how a name begins that stands in a zip, or at the top of an old Office file.
    `module` is its room in this folder, "" while nothing here can read it: `refusal` then says why, and `title`
    what it is.
    """

    title: Text
    starts: tuple[bytes, ...]
    inside: bytes = b""
    module: str = ""
    refusal: str = "foreign_format"


_ZIP = (b"pk\x03\x04", b"pk\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0",)
_WEB = (b"<!doctype html", b"<html", b"<?xml", b"<table", b"<head", b"<body", b"<meta")

# The first that fits is taken.
FORMATS: tuple[Format, ...] = (
    Format(Text("Word 文档（docx）", "a Word document (docx)"), _ZIP, b"word/"),
    Format(
        Text("二进制的 Excel 工作簿（xlsb）", "a binary Excel workbook (xlsb)"),
        _ZIP,
        b"xl/workbook.bin",
        refusal="foreign_workbook",
    ),
    Format(Text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"), _ZIP, b"xl/", module="xlsx"),
    Format(
        Text("OpenDocument 文件（ods、odt）", "an OpenDocument file (ods, odt)"),
        _ZIP,
        b"content.xml",
        refusal="foreign_workbook",
    ),
    Format(Text("压缩包（zip）", "a zip archive"), _ZIP),
    Format(Text("PDF 文件", "a PDF file"), (b"%pdf-",)),
    Format(Text("加密的文件", "an encrypted file"), _OLE, b"encryptedpackage", refusal="office_password"),
    Format(Text("旧版 Excel 工作簿（xls）", "an old Excel workbook (xls)"), _OLE, b"workbook", module="xls"),
    Format(Text("旧版 Excel 工作簿（xls）", "an old Excel workbook (xls)"), _OLE, b"book", module="xls"),
    Format(Text("旧版 Word 文档（doc）", "an old Word document (doc)"), _OLE, b"worddocument"),
    Format(Text("旧版 Word 或 Excel 文件（doc、xls）", "an old Word or Excel file (doc, xls)"), _OLE),
    Format(Text("RTF 文档", "an RTF document"), (b"{\\rtf",)),
    Format(Text("网页（HTML）", "a web page (HTML)"), _WEB),
    Format(Text("图片", "a picture"), (b"\x89png", b"\xff\xd8\xff", b"gif8", b"ii*\x00", b"mm\x00*")),
    Format(Text("压缩包", "an archive"), (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"rar!", b"bzh", b"\xfd7zxz")),
    Format(Text("本系统的 JSON", "our own JSON"), (b"{",), module="plan_json"),
    Format(Text("文本", "text"), (b"",), module="text"),
)

WRITERS = {"json": "plan_json", "txt": "text", "xlsx": "xlsx"}

_HEAD = 4096


def reader(content: bytes) -> ModuleType:
    """The room that reads `content`. Raises Unreadable, naming the format, when none does."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower() or content[:_HEAD]
    names = _names(content) if head.startswith((*_ZIP, *_OLE)) else None
    for known in FORMATS:
        if not head.startswith(known.starts) or (known.inside and not _is_inside(known.inside, content, names)):
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


def _names(content: bytes) -> list[str] | None:
    """The names inside a zip or an old Office file; None where its directory is lost."""
    names: list[str] | None = import_module(f"{__name__}.containers").names(content)
    return names


def _is_inside(start: bytes, content: bytes, names: list[str] | None) -> bool:
    """Whether a name inside begins so. Of a file that has lost its directory, any place will do."""
    if names is None:
        wide = start.decode().encode("utf-16-le")
        return start in content or wide in content.lower()
    return any(name.startswith(start.decode()) for name in names)
