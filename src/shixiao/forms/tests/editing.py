"""Templates as offices edit them, and as nobody should: parts of a shipped template changed by hand."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook

from shixiao import forms
from shixiao.forms import Fault


def shipped(kind: str, form: str = "self_evaluation") -> bytes:
    return forms.template(form, kind).content()


def edited(kind: str, *changes: tuple[str, str], form: str = "self_evaluation", part: str = "") -> bytes:
    """A shipped template in whose texts (or in one part) words are replaced."""
    if kind == "xlsx" and not part:
        return _edited_cells(shipped(kind, form), changes)
    part = part or "word/document.xml"
    parts = unpacked(shipped(kind, form))
    text = parts[part].decode("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return packed({**parts, part: text.encode("utf-8")})


def _edited_cells(content: bytes, changes: tuple[tuple[str, str], ...]) -> bytes:
    book = opened(content)
    for old, new in changes:
        cell = next(
            each for row in book.active.iter_rows() for each in row if isinstance(each.value, str) and old in each.value
        )
        cell.value = cell.value.replace(old, new, 1) or None
    return saved(book)


def with_parts(kind: str, **added: bytes | str) -> bytes:
    """A shipped template with further parts; `__` in a name stands for `/` and `_dot_` for a dot."""
    parts = unpacked(shipped(kind))
    for name, content in added.items():
        part = name.replace("_dot_", ".").replace("__", "/")
        parts[part] = content.encode("utf-8") if isinstance(content, str) else content
    return packed(parts)


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def faults(content: bytes, form: str = "self_evaluation", kind: str = "") -> tuple[Fault, ...]:
    return forms.check_template(content, form=form, kind=kind)


def codes(content: bytes, form: str = "self_evaluation", kind: str = "") -> list[str]:
    return [each.code for each in faults(content, form, kind)]
