"""Are the forecasts honest? Over 200 invented years for each kind of reading, how often the interval of mid-year held the truth of December.

    python bench/calibration.py [tuning]        what `measure` reads; `tuning` over the seeds that were used while the forecasts were made
    python bench/calibration.py --write         the same into docs/forecasts.md

The seeds of the evaluation were never looked at while anything was tuned (those that were looked at once, 10001 to 10200, were given up for
others). Of a reading that is a yes or a no there is no interval: there the
chance that was told is compared with how often it came true (Brier score, and by bands).
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from figure import Figure
from office_years import MARK
from synthetic_life import BEGIN, END, KINDS, MIDDLE, Year, years

from shixiao.engine.measures import Reads
from shixiao.engine.prospects import Evidence, Fit, Mode, Position, Prospect, prospect
from shixiao.engine.targets import Kind, Reading, Sense, read

TUNING, EVALUATION = range(1, 201), range(30_001, 30_201)
LOWEST, HIGHEST = 0.75, 0.85
FITS = {
    "share": (read("≥95%"), Fit(mode=Mode.NUMBER, reads=Reads.SHARE, factor=100, unit="%")),  # type: ignore[arg-type]
    "count": (read("≥50次"), Fit(mode=Mode.NUMBER, reads=Reads.COUNT, unit="次")),
    "planned": (read("≥20次"), Fit(mode=Mode.NUMBER, reads=Reads.COUNT, unit="次")),
    "all_of": (Reading(Kind.BOOLEAN, text="是", sense=Sense.EXACT), Fit(mode=Mode.ALL_OF, reads=Reads.ALL_OF)),
    "sum": (read("≤1000000元"), Fit(mode=Mode.NUMBER, reads=Reads.SUM, unit="元")),
    "mean": (read("<30分钟"), Fit(mode=Mode.NUMBER, reads=Reads.MEAN, unit="分钟")),
    "ratio": (read("≤1%"), Fit(mode=Mode.NUMBER, reads=Reads.RATIO, factor=100, unit="%")),  # type: ignore[arg-type]
}


@dataclass(frozen=True)
class Outcome:
    """One year: what was told in the middle, and what came."""

    is_held: bool | None
    probability: float
    came_true: bool


def measure() -> Iterator[Figure]:
    """Coverage by kind."""
    for kind in KINDS:
        found = list(outcomes(kind, EVALUATION))
        held = [each.is_held for each in found if each.is_held is not None]
        if held:
            share = sum(held) / len(held)
            what = f"forecast of {kind} at mid-year: the 80% interval held the truth, of {len(held)} years"
            yield Figure(what, f"{share:.1%}", "75% to 85%", LOWEST <= share <= HIGHEST)
        brier = sum((each.probability - each.came_true) ** 2 for each in found) / len(found)
        told = sum(each.probability for each in found) / len(found)
        true = sum(each.came_true for each in found) / len(found)
        yield Figure(
            f"… chance of {kind} told on average, and how often it came true",
            f"{told:.1%}, {true:.1%}; Brier score {brier:.3f}",
        )


def outcomes(kind: str, seeds: range) -> Iterator[Outcome]:
    """Each year in which there was anything to tell."""
    for year in years(kind, seeds):
        middle, end = at(year, MIDDLE), at(year, date(END.year, 12, 31))
        if middle.forecast is None or end.value is None:
            continue
        told = middle.forecast
        is_held = None
        if told.low is not None and told.high is not None and not isinstance(end.value, bool):
            is_held = told.low <= end.value <= told.high
        came_true = end.status.value == "achieved" or (end.forecast is not None and end.forecast.probability > 0.5)
        yield Outcome(is_held, told.probability, came_true)


def at(year: Year, day: date) -> Prospect:
    """What the program says at the end of a day; in December of everything that was written down later, too."""
    target, fit = FITS[year.kind]
    is_over = day >= END
    day = min(day, date(END.year - 1, 12, 31))
    known = END.replace(month=3) if is_over else day
    reading = year.reading(known)
    return prospect(
        Position(
            target=target,
            fit=fit,
            reading=reading,
            evidence=Evidence.VALUE if reading.cases or year.kind == "ratio" else Evidence.NO_EVIDENCE,
            begin=BEGIN,
            end=END,
            today=day,
            grown=year.grown(day),
            against=year.reading(known, year.services) if year.services else None,
            year=BEGIN.year,
        )
    )


def bands(found: Sequence[Outcome]) -> Iterator[tuple[str, int, float, float]]:
    """In tenths of the chance that was told: the band, how many years, the chance on average, and how often it came true."""
    for band in range(10):
        inside = [each for each in found if band / 10 <= each.probability < (band + 1) / 10 + (band == 9)]
        if inside:
            told = sum(each.probability for each in inside) / len(inside)
            true = sum(each.came_true for each in inside) / len(inside)
            yield f"{band * 10}–{band * 10 + 10}%", len(inside), told, true


TITLES = {
    "share": ("占比（有时限的工作）", "share of work with limits"),
    "count": ("件数（随时发生）", "count of what happens"),
    "planned": ("件数（有计划）", "count of what is planned"),
    "all_of": ("全部达到（例行）", "all of the rounds of a duty"),
    "sum": ("合计（支出）", "sum of payments"),
    "mean": ("平均（恢复时间）", "mean of times to mend"),
    "ratio": ("比率（投诉÷服务）", "complaints by services"),
}
HEAD = """<!-- Written by `python bench/calibration.py --write`; edit bench/calibration.py instead. -->
# 预测准不准 · Are the forecasts honest

年中（6 月 30 日终）说一个区间：年底的数有八成的机会落在里面。这里用 200 个虚构的年份逐类核对，这些年份的种子在调整预测时没有用过；
虚构年份的程序（`bench/synthetic_life.py`）与预测的程序（`engine/prospects`）各写各的。区间应当接住 75% 到 85%：少了是说大话，多了是没说什么。

At the end of 30 June an interval is told that should hold the figure of December four times of five. It is held to 200 invented years for each
kind of reading, by seeds that were never looked at while the forecasts were tuned. Too low a share would be boasting, too high a
share would be saying nothing. `make bench` works it out anew.

| 读数 · Reading | 年份 · Years | 接住 · Held | 要求 · Bar |
|---|---:|---:|---|
"""
CHANCES = """
## 说多大的机会，实现了多少 · The chance that was told, and how often it came true

目标见 `bench/calibration.py`。“全部达到”没有区间，只有机会。

"""


def paper() -> str:
    """docs/forecasts.md."""
    everything = {kind: list(outcomes(kind, EVALUATION)) for kind in KINDS}
    lines = [HEAD]
    for kind, found in everything.items():
        held = [each.is_held for each in found if each.is_held is not None]
        if held:
            zh, en = TITLES[kind]
            lines.append(f"| {zh} · {en} | {len(held)} | {sum(held) / len(held):.1%} | 75%–85% |\n")
    lines.append(CHANCES)
    for kind, found in everything.items():
        zh, en = TITLES[kind]
        lines.append(
            f"### {zh} · {en}\n\n| 机会 · Chance | 年份 · Years | 平均说 · Told | 实现 · Came true |\n|---|---:|---:|---:|\n"
        )
        lines += [f"| {band} | {years} | {told:.0%} | {true:.0%} |\n" for band, years, told, true in bands(found)]
        lines.append("\n")
    return "".join(lines).rstrip("\n") + "\n"


def main(arguments: Sequence[str]) -> None:
    """Print, or write the paper."""
    if "--write" in arguments:
        path = Path(__file__).resolve().parents[1] / "docs" / "forecasts.md"
        behind = path.read_text(encoding="utf-8").partition(MARK)[2]  # whole years stay as they were written
        path.write_text(paper() + (f"\n{MARK}{behind}" if behind else ""), encoding="utf-8", newline="\n")
        return
    for kind in KINDS:
        found = list(outcomes(kind, TUNING if "tuning" in arguments else EVALUATION))
        held = [each.is_held for each in found if each.is_held is not None]
        print(kind, len(found), f"{sum(held) / len(held):.1%}" if held else "-")
        print(
            *(
                f"    {band}: {years} years, told {told:.0%}, came true {true:.0%}"
                for band, years, told, true in bands(found)
            ),
            sep="\n",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
