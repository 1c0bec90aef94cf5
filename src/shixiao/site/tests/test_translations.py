"""No page is half translated: every Chinese sentence of a page has its English one."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2]
ROOMS = [SOURCE / room for room in ("ui", "people", "casework", "performance")]
ROOMS += sorted(locale.parent for locale in SOURCE.glob("offices/*/locale"))
IN_PYTHON = re.compile(r'\b(?:_|gettext|gettext_lazy)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
IN_TEMPLATES = re.compile(r"""{%\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")


def sentences(room: Path) -> Iterator[str]:
    for path in [*room.rglob("*.py"), *room.rglob("*.html")]:
        if "tests" in path.parts or path.name == "scaffolding.py":  # the texts of an office that is yet to be made
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            yield from (double or single for double, single in IN_TEMPLATES.findall(text))
        else:
            for literals in IN_PYTHON.findall(text):
                yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def english() -> dict[str, str]:
    known = {}
    for room in ROOMS:
        with (room / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
            for message in read_po(file):
                plain = message.id if isinstance(message.id, str) else message.id[0]
                known[plain] = message.string if isinstance(message.string, str) else message.string[0]
    return known


def test_every_sentence_has_its_english_one() -> None:
    known = english()
    written = {sentence for room in ROOMS for sentence in sentences(room)}
    assert len(written) > 100
    assert sorted(sentence for sentence in written if not known.get(sentence)) == []


def test_every_english_sentence_keeps_the_slots_of_the_chinese_one() -> None:
    slot = re.compile(r"%\(\w+\)[sd]")
    differing = [zh for zh, en in english().items() if set(slot.findall(zh)) != set(slot.findall(en))]
    assert differing == []
