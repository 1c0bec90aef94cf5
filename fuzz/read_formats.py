"""Fuzzes one reader of files: python fuzz/read_formats.py docx|xlsx|xls|html|pdf SEEDS… [libFuzzer's options]

An input of a zipped format is one part of it, told by its first byte, in a package that is sound otherwise: so what is
changed is XML and not its compression. An input that begins as a zip is taken as it is.
"""

import io
import os
import sys
import time
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shixiao.tables", "pdfminer", "xlrd"]):
    from shixiao import tables
    from shixiao.engine.targets import Kind, Reading
    from shixiao.tables.formats import docx, html, pdf, xls, xlsx

SECONDS = 5.0  # for a megabyte
UNREAD = Reading(Kind.UNPARSEABLE, text="")
ROOMS = {"docx": docx, "html": html, "pdf": pdf, "xls": xls, "xlsx": xlsx}
# The parts that an input may stand for.
PARTS = {
    "docx": ("word/document.xml", "word/styles.xml", "word/numbering.xml", "word/_rels/document.xml.rels"),
    "xlsx": ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
}  # fmt: skip
FORMAT = sys.argv.pop(1)
SOUND = tables.write(tables.read(tables.samples.guangzhou(), name="x"), format=FORMAT) if FORMAT in PARTS else b""


def unread(wording: str, *, name: str, category: str, columns: object = None) -> Reading:
    """Wordings have a fuzzer of their own."""
    del wording, name, category, columns
    return UNREAD


def packed(content: bytes) -> bytes:
    """The sound package with one part replaced by the input."""
    if FORMAT not in PARTS or content.startswith(b"PK"):
        return content
    names = PARTS[FORMAT]
    replaced = names[content[0] % len(names)] if content else names[0]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as sound, zipfile.ZipFile(out, "w") as made:
        for name in {*sound.namelist(), replaced}:
            made.writestr(name, content[1:] if name == replaced else sound.read(name))
    return out.getvalue()


def one_input(content: bytes) -> None:
    """Grids or a refusal, soon; and what a plan is read from is written as JSON and read back."""
    whole = packed(content)
    begun = time.process_time()
    try:
        ROOMS[FORMAT].sheets(whole)
        document = tables.read(whole, name="fuzz", target=unread)
    except tables.Unreadable as refused:
        refused.in_("zh")
    else:
        again = tables.read(tables.write(document, format="json"), name="fuzz")
        if again.plans != document.plans:
            raise AssertionError("the JSON is not read back equal")
    if time.process_time() - begun > 2 * SECONDS * (1 + len(content) / 1_000_000):
        raise AssertionError(f"{len(content)} bytes took too long")


def seeds(folder: str) -> None:
    """Writes the parts of sound files to `folder`, to begin with."""
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    if FORMAT not in PARTS:
        for path in (Path(__file__).parents[1] / "src/shixiao/tables/tests").glob(f"*/*.{FORMAT}"):
            Path(folder, path.name).write_bytes(path.read_bytes())
        return
    with zipfile.ZipFile(io.BytesIO(SOUND)) as sound:
        for number, name in enumerate(PARTS[FORMAT]):
            if name in sound.namelist():
                Path(folder, f"part{number}").write_bytes(bytes([number]) + sound.read(name)[:20_000])


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        seeds(sys.argv[sys.argv.index("--seeds") + 1])
    else:
        atheris.Setup(sys.argv, one_input)
        atheris.Fuzz()
