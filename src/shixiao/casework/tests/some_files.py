"""Files as programs make them, and as nobody should send them; small enough to be made for each test."""

import io
import struct
import zipfile

from PIL import Image

_TYPES = "[Content_Types].xml"
_MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
}
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OFD = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1" DocType="OFD"/>'


def picture(form: str) -> bytes:
    """A picture of one pixel."""
    made = io.BytesIO()
    Image.new("RGB", (1, 1)).save(made, form)
    return made.getvalue()


def package(parts: dict[str, str | bytes], *, packed: bool = True) -> bytes:
    """A ZIP with these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def content_types(*said: tuple[str, str]) -> str:
    """The part that says what the others are."""
    rows = "".join(f'<Override PartName="/{part}" ContentType="{what}"/>' for part, what in said)
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rows}</Types>'


def office(kind: str, body: str = "正文", **more: str | bytes) -> bytes:
    """A document, workbook or presentation; `more` are further parts."""
    part, what = _MAIN[kind]
    return package({_TYPES: content_types((part, what)), part: f"<w:p><w:t>{body}</w:t></w:p>"} | more)


def ofd() -> bytes:
    """A layout document."""
    return package({"OFD.xml": OFD, "Doc_0/Document.xml": "<x/>"})


def compound(*names: str) -> bytes:
    """An old Office file: header, one sector of its table, and a directory with these streams."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<III", head, 44, 1, 1, 0)  # one sector of the table; the directory begins in sector 1
    struct.pack_into("<I", head, 68, 0xFFFFFFFE)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    entries = b"".join(_entry(name, 5 if name == "Root Entry" else 2) for name in ("Root Entry", *names))
    entries += b"\0" * (-len(entries) % 512)
    several = len(entries) // 512
    table = [0xFFFFFFFD, *range(2, several + 1), 0xFFFFFFFE]
    return bytes(head) + struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))) + entries


def _entry(name: str, kind: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return written.ljust(64, b"\0") + struct.pack("<HB", len(written), kind) + b"\0" * 61
