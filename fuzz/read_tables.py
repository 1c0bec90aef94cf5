"""Coverage-guided fuzzing of the reader of tables: any bytes give a document or a clear refusal, and soon.

fuzz/README.md says how to run it. A crash is a bug: put its input into a test before mending it.
"""

from __future__ import annotations

import sys
import time

import atheris

with atheris.instrument_imports(include=["shixiao"]):
    from shixiao import tables
    from shixiao.engine.targets import Kind, Reading

    # Loaded when needed in earnest; here before the run, or they would not be watched.
    from shixiao.tables.formats import plan_json, text
    from shixiao.tables.layouts import guangdong

WATCHED = (guangdong, plan_json, text)
UNREAD = Reading(Kind.UNPARSEABLE)
# A second for what fits in a fuzzer's input is far beyond linear time.
SECONDS = 1.0


def unread(wording: str, *, name: str, category: str) -> Reading:
    """Wordings have a fuzzer of their own."""
    del wording, name, category
    return UNREAD


def one_input(content: bytes) -> None:
    """Reads; what was read is written in both forms and read again."""
    start = time.process_time()
    try:
        document = tables.read(content, name="fuzz", target=unread)
    except tables.Unreadable as refused:
        refused.in_("zh")
        return
    again = tables.read(tables.write(document, format="json"), name="fuzz")
    if again.plans != document.plans or again.repairs != document.repairs:
        raise AssertionError("the JSON is not read back equal")
    for plan in document.plans:
        tables.write(plan, format="txt")
    if time.process_time() - start > SECONDS * (1 + len(content) / 20_000):
        raise AssertionError(f"{len(content)} bytes took too long")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
