"""The small XML of callbacks: one element `xml` with texts in it. Pure.

Read by expat with a hand on the reins: a document type is refused as soon as it begins, so that no entity is ever declared, let alone fetched or
multiplied; depth and size are bounded. (defusedxml does the same and is no dependency of this project.)
"""

from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

MOST = 64 * 1024
DEEPEST = 8
ROOT = "xml"


class NotRead(ValueError):
    """This is no callback; the code of why."""


def read(body: bytes) -> dict[str, str]:
    """The texts directly below the root, by name; of two of one name the first. Raises `NotRead`."""
    if len(body) > MOST:
        raise NotRead("too_long")
    reader = _Reader()
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except (ExpatError, LookupError, ValueError) as error:
        if isinstance(error, NotRead):
            raise
        raise NotRead("not_xml") from None
    return reader.found


def written(fields: Mapping[str, str | Mapping[str, str]]) -> bytes:
    """The same the other way round; a mapping is an element with elements."""
    return f"<{ROOT}>{_inner(fields)}</{ROOT}>".encode()


def _inner(fields: Mapping[str, str | Mapping[str, str]]) -> str:
    return "".join(
        f"<{name}>{escape(value) if isinstance(value, str) else _inner(value)}</{name}>"
        for name, value in fields.items()
    )


class _Reader:
    """What expat calls."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._open: list[str] = []
        self._text: list[str] = []

    def doctype(self, *_declared: object) -> None:
        raise NotRead("doctype")

    def start(self, name: str, _attributes: object) -> None:
        if not self._open and name != ROOT:
            raise NotRead("root")
        self._open.append(name)
        if len(self._open) > DEEPEST:
            raise NotRead("too_deep")
        self._text = []

    def end(self, name: str) -> None:
        if len(self._open) == 2:
            self.found.setdefault(name, "".join(self._text).strip())
        self._open.pop()
        self._text = []

    def text(self, part: str) -> None:
        if len(self._open) == 2:
            self._text.append(part)
