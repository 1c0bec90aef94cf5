"""Publication: a bundle of 123 rows over 100,000 committed records worked out again on bare Python, and a published page beside a static file.

python bench/run.py verify_bundle published_page
"""

import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figure import Figure

ROWS, RECORDS, SECONDS, ROUNDS = 123, 100_000, 10.0, 3


def large() -> bytes:
    """A publication of 123 indicators, all measured, that rest on 100,000 records."""
    from dataclasses import replace
    from datetime import date

    from shixiao.engine.bundles import as_bytes, make
    from shixiao.engine.bundles.tests import examples
    from shixiao.engine.plans import Funds
    from shixiao.engine.scoring import Money, Standing

    each, rows, standings = RECORDS // ROWS + 1, [], []
    for number in range(1, ROWS + 1):
        part, evidence = examples.share("13", "≥95%", examples.records(met=each - 20, missed=14, extended=6))
        rows.append(examples.row(number, "13", f"及时率 {number}", "≥95%", evidence))
        standings.append(Standing(row=number, code="13", name=f"及时率 {number}", parts=(part,)))
    project = examples.project(
        0,
        "公文交换服务",
        tuple(rows),
        tuple(standings),
        Funds(),
        Money(full_year=examples.D(10), executed=examples.D(9)),
    )
    value = replace(
        examples.publication(), projects=(project,), funds=None, restatements=(), published_on=date(2027, 2, 1)
    )
    return as_bytes(make(value, examples.salts()).bundle)


def verified() -> Iterator[Figure]:
    """verify.py as an outsider runs it: a process of its own, without packages, start and reading included."""
    from shixiao.engine.bundles import verifier

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = large()
        (folder / "verify.py").write_bytes(verifier())
        (folder / "bundle.json").write_bytes(raw)
        took = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-I", "-S", "verify.py", "bundle.json"],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            took.append(time.perf_counter() - began)
    yield Figure("size of that bundle", f"{len(raw) / 1e6:.1f} MB, packed {len(gzip.compress(raw)) / 1e6:.1f} MB")
    middle = statistics.median(took)
    what = f"verify.py: {ROWS} rows over {RECORDS:,} committed records, bare Python"
    yield Figure(what, f"{middle:.2f} s", f"under {SECONDS:.0f} s", middle < SECONDS)
