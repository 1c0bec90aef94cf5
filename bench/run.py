"""`make bench`: measures what the house promises about speed, and says where a promise is not held.

    python bench/run.py [--write] [command_line] [readings] [clock] [many_tables] [formats] [hostile] [plan_page] [perform]
                        [messages] [lists] [reviewers_desk] [search] [evidence] [board] [calibration] [office_years]
                        [simulate] [questions] [backup] [self_evaluation] [verify_bundle] [published_page] [supervision_statistics]

--write puts the figures into docs/benchmarks.md. Exit status 1 when a promise is not held.
"""

import importlib
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
# One person asks for more in a second than the house lets a person ask for: counted as always, never refused.
os.environ.setdefault("SHIXIAO_PACE_PERCENT", "1000000")
os.environ.setdefault("SHIXIAO_CALLS_A_MINUTE", "1000000")

from figure import Figure

PARTS = (
    "command_line",
    "readings",
    "clock",
    "many_tables",
    "formats",
    "hostile",
    "plan_page",
    "perform",
    "messages",
    "lists",
    "reviewers_desk",
    "search",
    "evidence",
    "board",
    "calibration",
    "office_years",
    "simulate",
    "questions",
    "backup",
    "self_evaluation",
    "verify_bundle",
    "published_page",
    "supervision_statistics",
)
PAPER = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def main(arguments: Sequence[str]) -> int:
    """Measure the parts that are named, or all."""
    named = [argument for argument in arguments if argument != "--write"]
    unknown = [name for name in named if name not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    figures = []
    # In this order whatever was named: a process that has grown would hand its size down to the ones it measures.
    for part in (part for part in PARTS if part in (named or PARTS)):
        for figure in importlib.import_module(part).measure():
            figures.append(figure)
            print(f"{mark(figure)} {figure.what}: {figure.value}  {figure.limit}", flush=True)
    if "--write" in arguments:
        PAPER.write_text(paper(figures), encoding="utf-8", newline="\n")
    return int(any(figure.holds is False for figure in figures))


def mark(figure: Figure) -> str:
    """Held, not held, or only told."""
    return {True: "✓", False: "✕", None: " "}[figure.holds]


def paper(figures: Sequence[Figure]) -> str:
    """docs/benchmarks.md."""
    rows = [f"| {figure.what} | {figure.value} | {figure.limit} | {mark(figure)} |" for figure in figures]
    return "\n".join(
        [
            "<!-- Written by `make bench ARGUMENTS=--write`. -->",
            "# Benchmarks",
            "",
            circumstances(),
            "",
            "| what | measured | promised | |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def circumstances() -> str:
    """What the figures were measured with."""
    return (
        f"Measured on {time.strftime('%Y-%m-%d')} with Python {platform.python_version()} on {platform.system()}, "
        f"{os.cpu_count()} cores shared with other work. Ratios are solid; absolute times are as ±2×."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
