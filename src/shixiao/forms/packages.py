"""An office's own template is a stranger's file: opened with limits, and looked through before any library reads it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from shixiao.forms.faults import Fault, fault

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 30 * 1024 * 1024
MAX_PARTS = 500

_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, OverflowError)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Parts = dict[str, bytes]

# The main part of a package says what the file is.
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_TEMPLATES = ("wordprocessingml.template.main+xml", "spreadsheetml.template.main+xml")
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|macroenabled|intlmacro", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"embeddings/|activex|oleobject|/control|ctrlprops/|afchunk|attachedtemplate|subdocument|/frame$|externallink"
    r"|connections|querytable|/package$|webextension|customui|websettings/frame",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\b[^\"{}]*", re.IGNORECASE)
_FORMULA = re.compile(
    r"\[\d+\]|https?:|\||\b(?:WEBSERVICE|RTD|DDE\w*|CALL|REGISTER\S*|EXEC|HYPERLINK|FILTERXML)\s*\(", re.IGNORECASE
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(content: bytes) -> tuple[str, Parts, list[Fault]]:
    """What kind of file this is ("docx", "xlsx" or nothing), its parts, and what is wrong with it as a file.

    When there are faults, nothing may be done with the parts but to look at them.
    """
    if len(content) > MAX_BYTES:
        return "", {}, [fault("too_large", limit="5 MB")]
    if content.startswith(_OLE):
        return "", {}, [fault("encrypted" if _ENCRYPTED in content else "old_office")]
    parts, wrong = _unpacked(content)
    if wrong:
        return "", {}, [wrong]
    kind, faults = _kind(parts)
    if faults:
        return kind, parts, faults
    return kind, parts, list(_faults(parts))


def _unpacked(content: bytes) -> tuple[Parts, Fault | None]:
    name = "zip"
    if not content.startswith(b"PK"):
        return {}, fault("not_office")
    parts: Parts = {}
    try:
        with ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > MAX_PARTS or sum(each.file_size for each in listed) > MAX_UNPACKED:
                return {}, fault("too_large", limit="30 MB")
            for info in listed:
                name = info.filename
                if info.flag_bits & 1:
                    return {}, fault("encrypted")
                if name in parts:  # two parts of one name: what one program checks, another would not read
                    return {}, fault("damaged", part=name)
                with archive.open(info) as stream:
                    # Asked for its declared size, zipfile unpacks no more than that and then compares the checksum;
                    # asked for everything, it would unpack a liar whole.
                    parts[name] = stream.read(info.file_size + 1)
    except _BROKEN:
        return {}, fault("damaged", part=name)
    return parts, None


def _kind(parts: Parts) -> tuple[str, list[Fault]]:
    said = parts.get("[Content_Types].xml")
    if said is None:
        return "", [fault("not_office")]
    root = tree(said)
    if root is None:
        return "", [fault("damaged", part="[Content_Types].xml")]
    types = [each.get("ContentType", "") for each in root]
    kind = next((_MAIN[each] for each in types if each in _MAIN), "")
    if macro := next((each for each in [*parts, *types] if _MACROS.search(each)), ""):
        return kind, [fault("macro", part=macro)]
    if not kind:
        is_template = any(each.endswith(_TEMPLATES) for each in types)
        return "", [fault("word_template" if is_template else "not_office")]
    return kind, []


def _faults(parts: Parts) -> Iterator[Fault]:
    for name, content in parts.items():
        if _EMBEDDED.search(name):
            yield fault("embedded", part=name)
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            yield fault("entities", part=name)
            continue
        root = tree(content)
        if root is None:
            yield fault("damaged", part=name)
        elif name.endswith(".rels"):
            yield from _relations(root)
        else:
            yield from _codes(root)


def tree(content: bytes) -> etree._Element | None:
    """The XML of a part, without entities, network or DTD; None when it is broken."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def _relations(root: etree._Element) -> Iterator[Fault]:
    for each in root:
        if each.get("TargetMode", "").lower() == "external":
            yield fault("external", target=each.get("Target", "")[:80])
        elif _EMBEDDED.search(each.get("Type", "")):
            yield fault("embedded", part=each.get("Target", ""))


def _codes(root: etree._Element) -> Iterator[Fault]:
    """Fields and formulas that would fetch or run something when the filled form is opened."""
    for code in _field_codes(root):
        if not _FIELD.fullmatch(code):
            yield fault("field_code", field=code.strip()[:40])
    for each in root.iter(f"{_S}f", f"{_S}definedName", f"{_S}formula", f"{_S}formula1", f"{_S}formula2"):
        if _FORMULA.search(each.text or ""):
            yield fault("formula", formula=(each.text or "")[:60])


def _field_codes(root: etree._Element) -> Iterator[str]:
    """The codes of fields; one that Word split over several runs is joined again."""
    yield from (each.get(f"{_W}instr", "") for each in root.iter(f"{_W}fldSimple"))
    gathered: list[str] = []
    for each in root.iter(f"{_W}instrText", f"{_W}fldChar"):
        if each.tag == f"{_W}instrText":
            gathered.append(each.text or "")
            continue
        if gathered:
            yield "".join(gathered)
        gathered = []
    if gathered:
        yield "".join(gathered)


def packed(content: bytes, *, made_on: date) -> bytes:
    """The same package with one date for all parts instead of the moment of writing, so that equal content gives equal bytes."""
    made = BytesIO()
    moment = (max(made_on.year, 1980), made_on.month, made_on.day, 0, 0, 0)
    with ZipFile(BytesIO(content)) as given, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for info in given.infolist():
            part = given.read(info)
            if info.filename == "docProps/core.xml":
                part = _DATES.sub(f"\\g<1>{made_on.isoformat()}T00:00:00Z\\g<2>".encode(), part)
            same = ZipInfo(info.filename, moment)
            same.compress_type = ZIP_DEFLATED
            archive.writestr(same, part)
    return made.getvalue()


_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
