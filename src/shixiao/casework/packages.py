"""Packages (docx, xlsx, pptx, ofd are ZIP files): which kind one is, told by the part that says so. Pure.

Python's `zipfile` reads the directory, after its size was checked; of the content only the one small part that names
the kind is unpacked, and of that no more than `MOST_UNPACKED` bytes.
"""

import re
import struct
import zipfile
import zlib
from typing import BinaryIO

from lxml import etree

from shixiao.engine.bilingual import Text

DOCX, XLSX, PPTX, OFD = "docx", "xlsx", "pptx", "ofd"
MOST_ENTRIES = 10_000
MOST_DIRECTORY = 4 << 20
MOST_UNPACKED = 1 << 20
MOST_WHEN_UNPACKED = 2 << 30  # what the package says of itself: whoever opens it would need so much room
MOST_TIMES_LARGER = 200  # of a part larger than a megabyte; text packs 10 to 30 times

_END = b"PK\x05\x06"
_END_LENGTH = 22
_TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
}
_OFD_NAMESPACE = "http://www.ofdspec.org/"
_MACRO = re.compile(r"macro|vba", re.IGNORECASE)
_MACRO_PART = re.compile(r"vba(project|data)|macrosheets/|\.bas$", re.IGNORECASE)


class NotTaken(ValueError):
    """Why this package may not come in; the sentence goes on after the name of the file."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


_ARCHIVE = (
    "是压缩包，不能添加。请解压后逐个添加里面的文件。",
    "is an archive. Unpack it and attach the files one by one.",
)
_BROKEN = (
    "已损坏，读不出里面的结构。请用原来的软件重新保存。",
    "is damaged. Save it again with the program that made it.",
)
_BOMB = ("解开后大得不合常理，不能添加。", "would be unreasonably large when unpacked and cannot be attached.")
_MACROS = (
    "带有宏，不能添加。请另存为不带宏的文件。",
    "contains macros and cannot be attached. Save it without macros.",
)
_LOCKED = (
    "设有密码，无法检查。请去掉密码再添加。",
    "is protected by a password and cannot be checked. Remove it first.",
)
_HIDDEN = (
    "前面或后面藏着别的内容，不能添加。请重新导出后再试。",
    "hides something before or after its content. Export it again.",
)


def has_directory(tail: bytes) -> bool:
    """The end of a file looks like the end of a package."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_LENGTH:
        return False
    _disk, _disk_too, here, whole, size, _offset, comment = struct.unpack_from("<4H2IH", tail, at + 4)
    return bool(whole and here == whole and size >= 46 * whole and at + _END_LENGTH + comment <= len(tail))


def kind_of(file: BinaryIO) -> str:
    """`DOCX`, `XLSX`, `PPTX` or `OFD`. Raises `NotTaken` for any other package and for one that is not clean."""
    _check_end(file)
    try:
        with zipfile.ZipFile(file) as package:
            _check_parts(package)
            if _TYPES in package.namelist():
                return _office(package)
            if "OFD.xml" in package.namelist():
                return _ofd(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error) as error:
        if isinstance(error, NotTaken):
            raise
        raise NotTaken(*_BROKEN) from None
    raise NotTaken(*_ARCHIVE)


def first_part(file: BinaryIO, name: str) -> bytes:
    """The beginning of one part, at most `MOST_UNPACKED` bytes; nothing where there is no such part."""
    with zipfile.ZipFile(file) as package:
        if name not in package.namelist():
            return b""
        with package.open(name) as part:
            return part.read(MOST_UNPACKED)


def _check_end(file: BinaryIO) -> None:
    """The directory is small enough to be read, ends the file, and begins where it says: nothing in front or behind."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_LENGTH))
    end = file.read()
    if not end.startswith(_END):  # behind it there may be a comment, which no office program writes
        file.seek(max(0, size - 66_000))
        raise NotTaken(*(_HIDDEN if has_directory(file.read()) else _BROKEN))
    _disk, _disk_too, here, whole, length, offset, _comment = struct.unpack_from("<4H2IH", end, 4)
    if whole > MOST_ENTRIES or length > MOST_DIRECTORY or here != whole:
        raise NotTaken(*_BOMB)
    if offset + length != size - _END_LENGTH:
        raise NotTaken(*_HIDDEN)


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise NotTaken(*_LOCKED)
    if len({part.filename for part in parts}) != len(parts):
        raise NotTaken(*_BROKEN)
    # Parts that share their packed bytes add up to more than the file has.
    if sum(part.compress_size for part in parts) > package.start_dir:
        raise NotTaken(*_BOMB)
    if sum(part.file_size for part in parts) > MOST_WHEN_UNPACKED or any(_is_bomb(part) for part in parts):
        raise NotTaken(*_BOMB)
    if any(_MACRO_PART.search(part.filename) for part in parts):
        raise NotTaken(*_MACROS)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > MOST_UNPACKED and part.file_size > MOST_TIMES_LARGER * max(part.compress_size, 1)


def _office(package: zipfile.ZipFile) -> str:
    root = _parsed(package, _TYPES)
    said = [(each.get("PartName") or "", each.get("ContentType") or "") for each in root if isinstance(each.tag, str)]
    if any(_MACRO.search(what) for _part, what in said):
        raise NotTaken(*_MACROS)
    there = set(package.namelist())
    for part, what in said:
        if what in _MAIN and part.removeprefix("/") in there:
            return _MAIN[what]
    raise NotTaken(*_ARCHIVE)


def _ofd(package: zipfile.ZipFile) -> str:
    root = _parsed(package, "OFD.xml")
    name = etree.QName(root)
    if name.localname == "OFD" and (name.namespace or "").startswith(_OFD_NAMESPACE):
        return OFD
    raise NotTaken(*_ARCHIVE)


def _parsed(package: zipfile.ZipFile, name: str) -> etree._Element:
    with package.open(name) as part:
        content = part.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise NotTaken(*_BOMB)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise NotTaken(*_BROKEN) from None
    if root.getroottree().docinfo.doctype:
        raise NotTaken(*_BROKEN)
    return root
