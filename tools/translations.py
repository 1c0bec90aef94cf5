"""Keeps the English catalogues fresh: `python tools/translations.py [ROOM…]`, or `--check` to only say what is wrong.

Source strings are Chinese and stand in the code and the templates of each room; the English beside them stands in
`<room>/locale/en/LC_MESSAGES/django.po`. Needs Babel and no GNU gettext, so that every machine can run it.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = Path(__file__).resolve().parents[1] / "src" / "shixiao"
KEYWORDS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


def rooms() -> Iterator[Path]:
    """Every room and office that speaks to people through gettext: it has a locale folder. Names as arguments choose."""
    chosen = {word for word in sys.argv[1:] if not word.startswith("-")}
    folders = sorted([*ROOMS.glob("*/locale"), *ROOMS.glob("offices/*/locale")])
    return (folder.parent for folder in folders if not chosen or folder.parent.name in chosen)


def catalogue_path(room: Path) -> Path:
    """Where the English of `room` stands."""
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def extracted(room: Path) -> Catalog:
    """Every source string of the code and the templates of `room`, with its places."""
    found = Catalog(locale="en", domain="django", project="shixiao", fuzzy=False)
    for path in sorted(room.rglob("*")):
        if path.suffix not in (".py", ".html") or {"tests", "migrations"} & set(path.parts):
            continue
        source = path.read_text(encoding="utf-8")
        code = templatize(source) if path.suffix == ".html" else source
        where = path.relative_to(ROOMS).as_posix()
        for _line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
            found.add(message, context=context, locations=[(where, 0)])
    return found


def known(room: Path) -> Catalog:
    """What has been translated."""
    path = catalogue_path(room)
    if not path.exists():
        return Catalog(locale="en", domain="django", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def merged(room: Path) -> Catalog:
    """The strings of today with the translations that are known."""
    fresh, old = extracted(room), known(room)
    for message in fresh:
        if message.id and (before := old.get(message.id, message.context)):
            message.string = before.string
    return fresh


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file: sorted, with the file of each string but no line numbers and no dates, so that it
    changes only when a string does."""
    text = io.BytesIO()
    for message in catalogue:
        message.locations = sorted({(where, None) for where, _line in message.locations})
    write_po(text, catalogue, width=110, sort_output=True, omit_header=True, ignore_obsolete=True)
    head = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return (head + plural).encode() + text.getvalue()


def problems() -> Iterator[str]:
    """What is missing, left over or not as this program would write it."""
    for room in rooms():
        name, fresh, old = room.name, extracted(room), known(room)
        for message in fresh:
            if message.id and not _is_complete(old, message):
                yield f"{name}: no English for {message.id!r}"
        for message in old:
            if message.id and fresh.get(message.id, message.context) is None:
                yield f"{name}: nobody says {message.id!r} any more"
        if catalogue_path(room).exists() and catalogue_path(room).read_bytes() != written(merged(room)):
            yield f"{name}: the catalogue is not fresh; run python tools/translations.py"


def _is_complete(old: Catalog, message: object) -> bool:
    before = old.get(message.id, message.context)  # type: ignore[attr-defined]
    strings = before.string if before else ""
    return all(strings) if isinstance(strings, (tuple, list)) else bool(strings)


def update() -> None:
    """Write every catalogue anew, and compile it."""
    for room in rooms():
        path, catalogue = catalogue_path(room), merged(room)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        with path.open("rb") as file, path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(file, locale="en"))


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    django.setup()
    if "--check" not in sys.argv:
        update()
    found = list(problems())
    print("\n".join(found) or "Every string has its English.")
    sys.exit(bool(found))
