"""Coverage-guided fuzzing of the reader of a finance system's file: any bytes give rows, sentences or a clear refusal, and soon.

fuzz/README.md says how to run it. A crash is a bug: put its input into a test before mending it.
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shixiao"]):
    from shixiao import tables
    from shixiao.offices.payments import columns, reading

    # Loaded when needed in earnest; here before the run, or they would not be watched.
    from shixiao.tables.formats import text, xlsx

WATCHED = (text, xlsx)
# Two seconds for what fits in a fuzzer's input is far beyond linear time.
SECONDS = 2.0


def one_input(content: bytes) -> None:
    """Reads; every row that came out can be booked, and how the columns were taken is read back equal."""
    start = time.process_time()
    try:
        sheets = tables.sheets(content)
    except tables.Unreadable as refused:
        refused.in_("zh")
        return
    how = columns.propose(sheets)
    if how is None:
        return
    if columns.from_json(how.as_json()) != how:
        raise AssertionError("how the columns were taken is not read back equal")
    if how.missing:
        return
    found = reading.read(sheets, how)
    for line in found.lines:
        if line.amount < Decimal("0.01") or line.amount != line.amount.quantize(Decimal("0.01")):
            raise AssertionError(f"{line.amount} is no amount")
        if not (line.voucher and line.payee and line.purpose and line.source and 2000 <= line.on.year <= 2100):
            raise AssertionError("a row came out that lacks something")
    for each in found.wrong:
        if not (each.line > 0 and each.text.zh and each.text.en):
            raise AssertionError("what is wrong is said without its place")
    if time.process_time() - start > SECONDS * (1 + len(content) / 20_000):
        raise AssertionError(f"{len(content)} bytes took too long")


HEADER = "日期,项目编码,项目名称,资金来源,金额（元）,收款人,用途,凭证号,合同编号"
ROWS = (
    "2026-03-05,P01,,财政拨款,1200.50,模拟印刷厂,印刷费,2026-03-0001,",
    "2026/3/5,,其他运行经费,其他资金,1.005,模拟厂,纸张,2,HT-1",
    "46086,P01,,一般公共预算,-5,,印刷费,有 空格,",
    "合计,,,,1201.50,,,,",
)


def seeds(folder: Path) -> None:
    """A small statement as CSV in two encodings, with tabs, and in 万元."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = "\n".join((HEADER, *ROWS))
    (folder / "utf8").write_bytes(plain.encode())
    (folder / "gb18030").write_bytes(plain.encode("gb18030"))
    (folder / "tabs").write_bytes(plain.replace(",", "\t").encode())
    (folder / "wan").write_bytes(plain.replace("（元）", "（万元）").encode())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seeds"]:
        seeds(Path(sys.argv[2]))
        raise SystemExit
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
