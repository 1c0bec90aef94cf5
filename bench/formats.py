"""Reading files of other programs against the library's own way through the same file, in the same run."""

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from figure import Figure
from sample import SAMPLE

ROUNDS = 7
ROWS = 4_000  # indicators of the large files
PDF = Path(__file__).resolve().parents[1] / "src/shixiao/tables/tests/pdf/guangzhou-portrait-libreoffice.pdf"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure() -> Iterator[Figure]:
    """Each file is read in turn by the library alone and by the house: bytes to grids, and bytes to plans."""
    from shixiao import tables

    document = tables.read(SAMPLE.read_bytes(), name=SAMPLE.name)
    for kind, floor, files in (
        ("docx", _docx_floor, (tables.write(document, format="docx"), _large_docx())),
        ("xlsx", _xlsx_floor, (tables.write(document, format="xlsx"), _large_xlsx())),
        ("pdf", _pdf_floor, (PDF.read_bytes(),)),
    ):
        for content, what in zip(files, ("the Guangzhou table", f"{ROWS} indicators"), strict=False):
            yield from _against(kind, what, content, floor)
        yield from _memory(kind, files[-1])


def _against(kind: str, what: str, content: bytes, floor: Callable[[bytes], int]) -> Iterator[Figure]:
    from shixiao import tables

    by_library: list[float] = []
    to_grids: list[float] = []
    to_plans: list[float] = []
    for _ in range(ROUNDS):
        by_library.append(_timed(lambda: floor(content)))
        to_grids.append(_timed(lambda: tables.sheets(content)))
        to_plans.append(_timed(lambda: tables.read(content, name="x")))
    library, grids, plans = map(statistics.median, (by_library, to_grids, to_plans))
    yield Figure(f"{kind}, {what}: every cell by the library alone", f"{library * 1000:.0f} ms")
    yield Figure("… cells and places by the house", f"{grids * 1000:.0f} ms")
    yield Figure("… against the library", f"{grids / library:.2f}×", "≤ 1.3×", grids <= 1.3 * library)
    yield Figure("… with the plan understood", f"{plans * 1000:.0f} ms")


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _docx_floor(content: bytes) -> int:
    from docx import Document

    document = Document(io.BytesIO(content))
    return sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)


def _xlsx_floor(content: bytes) -> int:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return sum(len(str(value)) for row in rows for value in row if value is not None)


def _pdf_floor(content: bytes) -> int:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as book:
        return sum(len(table) for page in book.pages for table in page.extract_tables())


def _memory(kind: str, content: bytes) -> Iterator[Figure]:
    """Of a process that reads nothing else."""
    unpacked = (
        len(content) if kind == "pdf" else sum(part.file_size for part in ZipFile(io.BytesIO(content)).infolist())
    )
    limit = 150 + 10 * unpacked / 1024 / 1024
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:
        file.write(content)
        file.flush()
        # A process between us and the one that is measured: a child begins with what its parent has taken.
        measured = subprocess.run(
            [sys.executable, "-c", _ASK, sys.executable, file.name],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            check=True,
        )
    peak = int(measured.stdout) / 1024
    yield Figure(f"{kind}: memory of `shixiao show`", f"{peak:.0f} MB", f"≤ {limit:.0f} MB", peak <= limit)


_ASK = """
import os, subprocess, sys
process = subprocess.Popen([sys.argv[1], "-m", "shixiao", "show", sys.argv[2]], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
assert status == 0, status
print(usage.ru_maxrss)
"""


def _rows() -> list[list[str]]:
    """The usual form, so long that what a start costs does not count."""
    head = [
        ["项目名称", "示范项目"],
        ["主管部门", "某市示范局"],
        ["一级指标", "二级指标", "三级指标", "指标值", "备注"],
    ]
    kinds = (("产出指标", "数量指标", "次"), ("产出指标", "质量指标", "%"), ("效益指标", "社会效益指标", "人次"))
    for number in range(ROWS):
        level1, level2, unit = kinds[number % 3]
        head.append([level1, level2, f"第{number}项工作的完成情况", f"≥{number % 97 + 1}{unit}", "按季度报送"])
    return head


def _large_docx() -> bytes:
    from docx import Document

    document = Document()
    rows = _rows()
    table = document.add_table(rows=len(rows), cols=5)
    for texts, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(texts, row._tr.tc_lst, strict=False):
            cell.p_lst[0].add_r().text = text
    return _saved(document)


def _large_xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("绩效目标")
    for row in _rows():
        sheet.append(row)
    return _saved(book)


def _saved(document: Any) -> bytes:
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()
