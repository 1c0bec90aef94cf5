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
    """How a format is recognised: by its first bytes, and by a name inside when many share them (zip).

    `module` is its room in this folder, "" while nothing here can read it; `title` says what it is.
    """

    title: Text
    starts: tuple[bytes, ...]
    inside: bytes = b""
    module: str = ""


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WEB = (b"<!doctype html", b"<html", b"<?xml", b"<table", b"<head", b"<body", b"<meta")

# The first that fits is taken.
FORMATS: tuple[Format, ...] = (
    Format(Text("Word 文档（docx）", "a Word document (docx)"), _ZIP, b"word/"),
    Format(Text("Excel 工作簿（xlsx）", "an Excel workbook (xlsx)"), _ZIP, b"xl/"),
    Format(Text("压缩包（zip）", "a zip archive"), _ZIP),
    Format(Text("PDF 文件", "a PDF file"), (b"%PDF-",), module="pdf"),
    Format(Text("旧版 Word 或 Excel 文件（doc、xls）", "an old Word or Excel file (doc, xls)"), (b"\xd0\xcf\x11\xe0",)),
    Format(Text("RTF 文档", "an RTF document"), (b"{\\rtf",)),
    Format(Text("网页（HTML）", "a web page (HTML)"), _WEB),
    Format(Text("图片", "a picture"), (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")),
    Format(Text("压缩包", "an archive"), (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")),
    Format(Text("本系统的 JSON", "our own JSON"), (b"{",), module="plan_json"),
    Format(Text("文本", "text"), (b"",), module="text"),
)

WRITERS = {"json": "plan_json", "txt": "text"}

_HEAD = 4096


def reader(content: bytes) -> ModuleType:
    """The room that reads `content`. Raises Unreadable, naming the format, when none does."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower() or content[:_HEAD]
    for known in FORMATS:
        if not (head.startswith(tuple(start.lower() for start in known.starts)) and known.inside in content):
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
