"""Coverage-guided fuzzing of documents of an OA: python fuzz/read_documents.py FOLDERS… [libFuzzer's options]

Any JSON is a document or a refusal that names what is wrong, soon. What carries a mark of secrecy never comes out as a document, and no refusal
repeats what stood in it.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["shixiao"]):
    from shixiao.casework.api import bodies
    from shixiao.engine.secrecy import is_marked
    from shixiao.offices.supervision.oa import reading

SECONDS = 1.0
LONG = 20  # so long a text stands in no sentence of ours by chance


def one_input(raw: bytes) -> None:
    """One document: pushed, or fetched and so with files elsewhere."""
    if not raw:
        return
    start = time.process_time()
    may_point = bool(raw[0] % 2)
    try:
        value = json.loads(raw[1:]) if may_point else bodies.read(raw[1:])
    except (bodies.Unreadable, ValueError, RecursionError):
        return
    try:
        document = reading.read(value, may_point=may_point)
    except reading.NotTaken as wrong:
        refused(wrong, value)
    else:
        taken(document, value, may_point=may_point)
    if time.process_time() - start > SECONDS * (1 + len(raw) / 100_000):
        raise AssertionError(f"{len(raw)} bytes took too long")


def refused(wrong: reading.NotTaken, value: Any) -> None:
    """It says what is wrong, in both languages, and repeats nothing."""
    if not wrong.wrong or not all(each.text.zh and each.text.en for each in wrong.wrong):
        raise AssertionError("it is refused without a reason")
    said = f"{[(each.field, each.text.zh, each.text.en) for each in wrong.wrong]}"
    own = {name for name in texts(value, names=True) if len(name) <= 40 and name.replace("_", "").isascii()}
    for each in texts(value):
        if (
            len(each) >= LONG
            and each in said
            and each not in reading.TITLES
            and each not in own
            and each not in str(reading.FIELDS)
        ):
            raise AssertionError(f"a refusal repeats {each!r}")


def taken(document: reading.Document, value: Any, *, may_point: bool) -> None:
    """It holds no mark, it is complete, and it is the same each time."""
    if any(
        is_marked(each) for each in (*document.told.values(), *document.assisting, *(f.name for f in document.files))
    ):
        raise AssertionError("something marked came through")
    for name, one in reading.FIELDS[document.sort].items():
        if one.is_needed and not document.told.get(name):
            raise AssertionError(f"{name} is missing")
        if len(document.told.get(name, "")) > one.most:
            raise AssertionError(f"{name} is too long")
    prints = document.prints("salt")
    if reading.differs(prints, reading.read(value, may_point=may_point).prints("salt")):
        raise AssertionError("the same document differs from itself")
    if reading.differs(document.prints("a"), document.prints("b")) == []:
        raise AssertionError("the salt makes no difference")
    for each in document.files:
        if each.content is None and not (each.address.startswith("/") and not each.address.startswith("//")):
            raise AssertionError(f"{each.address!r} leads elsewhere")


def texts(value: Any, *, names: bool = False) -> Iterator[str]:
    """Every text in a value; with `names`, every name of an object instead."""
    if isinstance(value, str) and not names:
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if names:
                yield name
            yield from texts(each, names=names)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, names=names)


TASK = {
    "id": "OA-1", "kind": "task", "secrecy": "none", "unit": "A01", "leader": "模拟市长", "matter": "模拟：一件事", "done_when": "有结果\n并复查",
    "source": "document", "source_ref": "模拟〔2026〕1号", "led_by": "own", "limit_on": "2026-12-31", "urgency": "urgent", "assisting": ["A02"],
    "files": [{"name": "来文.txt", "content": base64.b64encode(b"text").decode()}],
}  # fmt: skip
INSTRUCTION = {
    "id": "OA-2", "kind": "instruction", "secrecy": "none", "unit": "A01", "leader": "模拟市长", "instruction": "请办。", "given_on": "2026-06-29",
    "medium": "paper", "document": "模拟", "feedback_on": "2026-07-03", "files": [{"name": "a.pdf", "sha256": "0" * 64, "address": "/f/1?x=2"}],
}  # fmt: skip


def seeds(folder: Path) -> None:
    """Writes inputs to begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    several = [
        TASK,
        INSTRUCTION,
        {**TASK, "secrecy": "机密"},
        {**TASK, "matter": "秘密★10年"},
        {**TASK, "files": [{"name": "绝密.pdf", "content": ""}]},
        [],
        {},
    ]
    for number, each in enumerate(several):
        for first in (0, 1):
            (folder / f"{number}-{first}").write_bytes(bytes([first]) + json.dumps(each, ensure_ascii=False).encode())
    words = (
        *reading.TITLES,
        "content",
        "sha256",
        "address",
        "name",
        "none",
        "task",
        "instruction",
        "机密",
        "密级：",
        "★",
        "\\\\ud800",
        "../",
        "//",
    )
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words)
    folder.with_suffix(".dict").write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        seeds(Path(sys.argv[sys.argv.index("--seeds") + 1]))
    else:
        atheris.Setup(sys.argv, one_input)
        atheris.Fuzz()
