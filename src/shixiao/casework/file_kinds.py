"""What a file really is, told by its content and never by its name alone. Pure.

Only some kinds are taken in. A name that says one thing and a content that is another are refused, and so are
macros, archives, passwords, files that are two kinds at once, and packages made to blow up when they are unpacked.
Nothing here unpacks more than `MOST_UNPACKED` bytes of any file.
"""

import codecs
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shixiao.casework import ole, packages
from shixiao.casework.file_names import parted
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

CHUNK = 1 << 16
HEAD = 1024  # readers of PDF look for its mark so far into a file
TAIL = 66_000  # a package's directory ends so near to the end of a file
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be attached. `is_shown`: a browser may show it in the page's place."""

    media_type: str
    title: Text
    endings: tuple[str, ...]
    is_shown: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("application/pdf", Text("PDF", "PDF"), (".pdf",), is_shown=True)
PNG = FileKind("image/png", Text("PNG 图片", "PNG picture"), (".png",), is_shown=True)
JPEG = FileKind("image/jpeg", Text("JPEG 图片", "JPEG picture"), (".jpg", ".jpeg"), is_shown=True)
GIF = FileKind("image/gif", Text("GIF 图片", "GIF picture"), (".gif",))
TIFF = FileKind("image/tiff", Text("TIFF 图片", "TIFF picture"), (".tif", ".tiff"))
BMP = FileKind("image/bmp", Text("BMP 图片", "BMP picture"), (".bmp",))
DOCX = FileKind(f"{_OFFICE}wordprocessingml.document", Text("Word 文档", "Word document"), (".docx",))
XLSX = FileKind(f"{_OFFICE}spreadsheetml.sheet", Text("Excel 工作簿", "Excel workbook"), (".xlsx",))
PPTX = FileKind(f"{_OFFICE}presentationml.presentation", Text("演示文稿", "Presentation"), (".pptx",))
DOC = FileKind("application/msword", Text("旧版 Word 文档", "Old Word document"), (".doc",))
XLS = FileKind("application/vnd.ms-excel", Text("旧版 Excel 工作簿", "Old Excel workbook"), (".xls",))
PPT = FileKind("application/vnd.ms-powerpoint", Text("旧版演示文稿", "Old presentation"), (".ppt",))
OFD = FileKind("application/ofd", Text("OFD 版式文件", "OFD document"), (".ofd",))
TXT = FileKind("text/plain", Text("纯文本", "Plain text"), (".txt",))
CSV = FileKind("text/csv", Text("CSV 表格", "CSV table"), (".csv",))

KINDS = (PDF, DOCX, XLSX, PPTX, DOC, XLS, PPT, OFD, PNG, JPEG, GIF, TIFF, BMP, TXT, CSV)
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}
_BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
ENDINGS = tuple(_BY_ENDING)
_PACKED = {packages.DOCX: DOCX, packages.XLSX: XLSX, packages.PPTX: PPTX, packages.OFD: OFD}
_COMPOUND = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
# What people are most often refused for, so that the sentence says what it is.
_FOREIGN = (
    (b"MZ", Text("Windows 程序", "a Windows program")),
    (b"\x7fELF", Text("程序", "a program")),
    (b"Rar!", Text("RAR 压缩包", "a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", Text("7z 压缩包", "a 7z archive")),
    (b"\x1f\x8b", Text("gzip 压缩包", "a gzip archive")),
    (b"{\\rtf", Text("RTF 文档", "an RTF document")),
)


def recognised(file: BinaryIO, name: str) -> tuple[FileKind, str]:
    """The kind of the file and its name, with an ending where it had none. Raises `Refused` with the sentence why not."""
    ending = parted(name)[1].lower()
    if ending and ending not in _BY_ENDING:
        raise _refused(
            f"“{name}”：不收 {ending} 文件。可以添加：{_listed()}。",
            f"“{name}”: {ending} files are not taken. These are: {_listed()}.",
        )
    found = _kind(file, name, ending)
    if not ending:
        return found, f"{name}{found.endings[0]}"
    if ending not in found.endings:
        raise _refused(
            f"“{name}”的内容其实是{found.title.zh}，与文件名不符。请改正文件名，或换成正确的文件。",
            f"The content of “{name}” is really: {found.title.en}. Correct its name, or choose the right file.",
        )
    return found, name


def _kind(file: BinaryIO, name: str, ending: str) -> FileKind:
    head = _read(file, 0, HEAD)
    if not head:
        raise _refused(f"“{name}”是空文件（0 字节）。请重新选择。", f"“{name}” is empty (0 bytes). Choose it again.")
    if head.startswith(b"PK"):
        return _package(file, name, head)
    if head.startswith(ole.MARK):
        return _compound(file, name, ending)
    found = _plain(head)
    if found is not None:
        _check_alone(file, name, head, found)
        return found
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise _refused(f"“{name}”的内容是{what.zh}，不能添加。", f"“{name}” is {what.en} and cannot be attached.")
    return _text(file, name, ending)


def _plain(head: bytes) -> FileKind | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" and head[14:18] in _BMP_HEADERS:
        return BMP
    return next((kind for mark, kind in _PICTURES if head.startswith(mark)), None)


_BMP_HEADERS = {struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124)}


def _check_alone(file: BinaryIO, name: str, head: bytes, found: FileKind) -> None:
    """No package behind a picture or a PDF, and no PDF behind the beginning of a picture."""
    tail = _read(file, max(0, _size(file) - TAIL), TAIL)
    if packages.has_directory(tail) or (found is not PDF and b"%PDF-" in head):
        raise _two_at_once(name)


def _package(file: BinaryIO, name: str, head: bytes) -> FileKind:
    if b"%PDF-" in head:
        raise _two_at_once(name)
    try:
        return _PACKED[packages.kind_of(file)]
    except packages.NotTaken as why:
        raise _refused(f"“{name}”{why.text.zh}", f"“{name}” {why.text.en}") from None


def _compound(file: BinaryIO, name: str, ending: str) -> FileKind:
    try:
        streams = ole.names(file)
    except ole.Broken:
        raise _broken(name) from None
    if streams & ole.MACROS:
        raise _refused(
            f"“{name}”带有宏，不能添加。请另存为不带宏的文件（如 .docx、.xlsx）。",
            f"“{name}” contains macros. Save it without macros, as .docx or .xlsx.",
        )
    if "EncryptedPackage" in streams:
        raise _refused(
            f"“{name}”设有密码，无法检查。请去掉密码再添加。",
            f"“{name}” is protected by a password and cannot be checked. Remove it first.",
        )
    kinds = [kind for stream, kind in _COMPOUND.items() if stream in streams]
    if not kinds:
        raise _refused(
            f"“{name}”不是 Word、Excel 或演示文稿。请换成其中一种或 PDF。",
            f"“{name}” is no document, workbook or presentation. Make it one, or a PDF.",
        )
    # A document may have a workbook inside; then the name says which of the two it is.
    return next((kind for kind in kinds if ending in kind.endings), kinds[0])


def _text(file: BinaryIO, name: str, ending: str) -> FileKind:
    if not any(_decodes(file, encoding) for encoding in _encodings(_read(file, 0, 4))):
        raise _refused(
            f"认不出“{name}”是什么文件。可以添加：{_listed()}。",
            f"It cannot be told what “{name}” is. These files are taken: {_listed()}.",
        )
    return CSV if ending in CSV.endings else TXT


def _encodings(head: bytes) -> Iterator[str]:
    """UTF-16 only with its mark: without one, nearly anything is UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    else:
        yield from ("utf-8-sig", "gb18030")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for part in _parts(file):
            if CONTROL.search(decoder.decode(part)):
                return False
        return not CONTROL.search(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    read: Callable[[], bytes] = lambda: file.read(CHUNK)  # noqa: E731
    yield from iter(read, b"")


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _listed() -> str:
    return "、".join(ending.removeprefix(".") for ending in ENDINGS)


def _refused(zh: str, en: str) -> Refused:
    return Refused(Text(zh, en), reason=Reason.INVALID, field="file")


def _two_at_once(name: str) -> Refused:
    return _refused(
        f"“{name}”同时是两种文件（里面藏着另一个文件），不能添加。请重新导出后再试。",
        f"“{name}” is two kinds of file at once (another file is hidden inside). Export it again.",
    )


def _broken(name: str) -> Refused:
    return _refused(
        f"“{name}”已损坏，读不出里面的结构。请用原来的软件重新保存。",
        f"“{name}” is damaged. Save it again with the program that made it.",
    )
