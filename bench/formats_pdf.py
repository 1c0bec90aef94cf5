"""PDF files: our reading against pdfplumber's own extraction of tables from all pages of the same file, and its memory.

Each is measured in turn in one run, so that what else the machine does falls on both; each file and each reader runs
in a process of its own for the memory.
"""

import io
import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from figure import Figure

PRINTED = Path(__file__).resolve().parents[1] / "src" / "shixiao" / "tables" / "tests" / "pdf"
RATIO = 1.3
MEGABYTES, TIMES = 150, 10
# What a page of a dense table may take.
MILLISECONDS_A_PAGE = 50


def measure() -> Iterator[Figure]:
    """One line for each printed file, and the worst of their memory."""
    import pdfplumber

    from shixiao.tables.formats import pdf

    # It says on every page what it misses in a font.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)

    def theirs(content: bytes) -> int:
        with pdfplumber.open(io.BytesIO(content)) as opened:
            return sum(len(page.extract_tables()) for page in opened.pages)

    slowest = 0.0
    for path in sorted(PRINTED.glob("*.pdf")):
        content = path.read_bytes()
        runs = [(_seconds(pdf.sheets, content), _seconds(theirs, content)) for _ in range(3)]
        ours, other = min(run[0] for run in runs), min(run[1] for run in runs)
        pages = len(re.findall(rb"/Type\s*/Page\b", content))
        slowest = max(slowest, ours * 1000 / max(pages, 1))
        said = f"{ours * 1000:,.0f} ms against {other * 1000:,.0f} ms: {ours / other:.2f} times"
        yield Figure(f"{path.stem}.pdf, {pages} pages, read / pdfplumber", said, f"≤ {RATIO}", ours <= RATIO * other)
    said = f"{slowest:.0f} ms"
    yield Figure("the slowest page of those files", said, f"≤ {MILLISECONDS_A_PAGE} ms", slowest <= MILLISECONDS_A_PAGE)
    for path in sorted(PRINTED.glob("guangzhou-*.pdf")):
        used, unpacked = _memory(path)
        limit = MEGABYTES + TIMES * unpacked
        yield Figure(f"{path.stem}.pdf, most memory", f"{used:.0f} MB", f"≤ {limit:.0f} MB", used <= limit)


def _seconds(read: Callable[[bytes], object], content: bytes) -> float:
    begun = time.process_time()
    read(content)
    return time.process_time() - begun


_MEASURED = """
import re, sys, zlib
from pathlib import Path
from shixiao.tables.formats import pdf
content = Path(sys.argv[1]).read_bytes()
pdf.sheets(content)
# What getrusage tells is never less than what the process that started this one took.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
size = 0
for found in re.finditer(rb"stream\\r?\\n", content):
    try:
        size += len(zlib.decompressobj().decompress(content[found.end():]))
    except zlib.error:
        continue
print(max(size, len(content)) / 1e6)
"""


def _memory(path: Path) -> tuple[float, float]:
    """The most memory that reading takes, and what the file is unpacked, in megabytes."""
    said = subprocess.run([sys.executable, "-c", _MEASURED, path], check=True, capture_output=True, text=True)
    used, unpacked = map(float, said.stdout.split())
    return used, unpacked
