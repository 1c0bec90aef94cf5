"""Coverage-guided fuzzing of the reader of PDF files: any bytes give grids or a clear refusal, soon and in little memory.

The bytes are read as they are, and once more as the program of a page, so that the fuzzer need not learn how a file
lists its objects. fuzz/README.md says how to run it.
"""

from __future__ import annotations

import resource
import sys
import time

import atheris

with atheris.instrument_imports(include=["shixiao.tables.formats.pdf", "pdfminer"]):
    from shixiao.tables.formats import pdf
    from shixiao.tables.unreadable import Unreadable

# A megabyte may take five seconds; what a fuzzer writes is far smaller, but each of its steps is watched.
SECONDS = 20.0
MEGABYTES = 1500


def page(program: bytes) -> bytes:
    """A file with one page and this program."""
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</A 4 0 R>>"
        b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    )
    return head + b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>" % (len(program), program)


def one_input(content: bytes) -> None:
    """Reads the bytes as a file (those that say so) or as the program of a page."""
    start = time.process_time()
    try:
        found = pdf.sheets(content if b"%PDF" in content else page(content))
    except Unreadable as refused:
        refused.in_("zh")
    else:
        if not found.grids:
            raise AssertionError("neither a grid nor a refusal")
    if time.process_time() - start > SECONDS:
        raise AssertionError(f"{len(content)} bytes took too long")
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MEGABYTES * 1024:
        raise AssertionError(f"{len(content)} bytes took too much memory")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
