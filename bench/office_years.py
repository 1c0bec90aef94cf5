"""Are the forecasts honest in whole simulated years of an office? Every row of the board at mid-year, held against the same row at the year's end.

    python bench/office_years.py [building]     what `measure` reads; `building` over the seeds that were used while the forecasts were made
    python bench/office_years.py --write        the same into docs/forecasts.md, behind what bench/calibration.py writes
    … --keep=FOLDER                             what was recorded in each year is kept there, and read instead of living the year again
    … --kept=FOLDER                             only the years that are there already

Each year is lived as `shixiao simulate` lives it until the end of 30 June; the shipped bindings are made, and the board is read as anybody
would see it that evening; then the year goes on to its last second, and the board is read again. Nothing is told to the forecast that was not
recorded by then. Each year has a process of its own, with a database copied from an empty house.

An interval that can only end on whole numbers cannot hold exactly four of five. So each truth is placed in the distribution that was told: it
lies between the chance of less and the chance of at most as much, and the part of that stretch between 10% and 90% counts as held (the
randomised interval, its chance worked out instead of drawn). Of an amount the stretch is a point, and it is the interval itself.
"""

import gc
import multiprocessing
import os
import pickle
import shutil
import sys
import tempfile
import time as clock
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from figure import Figure

YEAR, MIDDLE = 2026, date(2026, 6, 30)
BUILDING, EVALUATION = range(1, 61), range(20_001, 20_201)
PROCESSES = int(os.environ.get("SHIXIAO_BENCH_PROCESSES", "2"))


# ---- years ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Stand:
    """One part of one row on the evening of a day: what there was to go by, as arguments of a `Position`."""

    row: int
    part: int
    measure: str
    position: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A year: every measured part at mid-year, and at the end."""

    seed: int
    middle: tuple[Stand, ...]
    end: tuple[Stand, ...]


def years(seeds: Sequence[int], keep: Path | None = None) -> Iterator[Lived]:
    """One after the other, by their seeds; lived in so many processes at once."""
    with tempfile.TemporaryDirectory() as home:
        folder = keep or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        missing = [seed for seed in seeds if not (folder / f"{seed}.pickle").exists()]
        if missing:
            _live_all(missing, folder, Path(home))
        for seed in seeds:
            if (folder / f"{seed}.refused").exists():
                print(f"Year {seed} was refused: {(folder / f'{seed}.refused').read_text()}", file=sys.stderr)
                continue
            yield pickle.loads((folder / f"{seed}.pickle").read_bytes())  # noqa: S301 — written here


def _live_all(seeds: Sequence[int], folder: Path, home: Path) -> None:
    os.environ |= {
        "SHIXIAO_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'empty.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "shixiao.site.settings",
    }
    forking = multiprocessing.get_context("fork")
    # The empty house is made in a process of its own, so that no connection and nothing remembered goes over into a year.
    first = forking.Process(target=_make_empty)
    first.start()
    first.join()
    if first.exitcode:
        raise RuntimeError("the empty house could not be made")
    import django

    django.setup()  # once, without a connection: a year begins with everything loaded and nothing remembered
    with forking.Pool(PROCESSES, maxtasksperchild=1) as pool:
        for _ in pool.imap_unordered(partial(_live_and_keep, folder=folder, home=home), seeds, chunksize=1):
            pass


def _make_empty() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from shixiao.site import simulating

    call_command("migrate", verbosity=0)
    simulating.house_of(_wanted(0, MIDDLE), say=_nothing)


def _nothing(text: object) -> None:
    del text


def _evening(day: date) -> datetime:
    from shixiao.casework.performing import zone

    return datetime.combine(day, time(23, 59, 59), tzinfo=zone())


def _wanted(seed: int, until: date) -> Any:
    from shixiao.site.simulating import Wanted

    return Wanted(year=YEAR, seed=seed, until=_evening(until))


def _live_and_keep(seed: int, *, folder: Path, home: Path) -> None:
    from django.db import IntegrityError, connection

    from shixiao.casework import Refused

    gc.disable()  # the process ends with the year
    own = home / f"{seed}.sqlite3"
    connection.settings_dict["NAME"] = str(own)
    try:
        shutil.copyfile(home / "empty.sqlite3", own)
        try:
            found = _lived(seed)
        except IntegrityError:
            # The loader does not know of timers that were stored in the life before: then step by step, which is the same year.
            connection.close()
            shutil.copyfile(home / "empty.sqlite3", own)
            found = _lived(seed, in_bulk=False)
    except (
        Refused
    ) as refused:  # a plan that the house does not allow: such a year is left out, and counted as not lived
        (folder / f"{seed}.refused").write_text(str(refused), encoding="utf-8")
        return
    finally:
        for each in home.glob(f"{seed}.sqlite3*"):
            each.unlink()
    half = folder / f"{seed}.part"
    half.write_bytes(pickle.dumps(found))
    half.rename(folder / f"{seed}.pickle")


def _lived(seed: int, *, in_bulk: bool = True) -> Lived:
    """The year, by the roads of `shixiao simulate`."""
    from django.db import transaction

    from shixiao.casework import living, loading
    from shixiao.offices.registers import simulate as registers
    from shixiao.people import demonstration
    from shixiao.people.models import User
    from shixiao.site import simulating

    # Thousands of rounds for three rows that are a yes or a no, missed in January in nearly every year: without an interval to hold them to.
    registers.OF_THE_PLAN |= frozenset(registers.STATION)
    stands, after = [], None
    for day in (MIDDLE, date(YEAR, 12, 31)):
        wanted = _wanted(seed, day)
        house = simulating.house_of(wanted, say=_nothing)
        with loading.in_bulk() if in_bulk else transaction.atomic():
            simulating.live(house, wanted, after=after)
        # What is open in the last second of the year is decided by the first of the next.
        read_at = wanted.until if after is None else wanted.until + timedelta(minutes=30)
        living.settle(read_at)
        if after is None:
            officer = User.objects.get(username=demonstration.OFFICER.username)
            simulating.bind(house, by=officer, say=_nothing, now=wanted.until)
        stands.append(tuple(_stands(house.version, read_at)))
        after = wanted.until
    return Lived(seed=seed, middle=stands[0], end=stands[1])


def _stands(version: Any, now: datetime) -> Iterator[Stand]:
    """What the board gives the engine, taken where it does so."""
    from shixiao.engine import prospects
    from shixiao.performance import standing

    board = standing.read(version, now=now)
    for row in board.rows:
        for part in row.parts:
            if part.bound is None or part.reading is None or part.bound.made_of is None:
                continue
            measure = part.bound.made_of
            yield Stand(
                row=row.row,
                part=part.number,
                measure=part.bound.measure,
                position={
                    "target": part.target,
                    "fit": prospects.fit(part.target, measure, has_against=part.bound.against is not None),
                    "reading": part.reading,
                    "evidence": prospects.Evidence.NOTHING_OCCURRED
                    if part.basis == "nothing_occurred"
                    else prospects.Evidence.VALUE
                    if part.basis == "measured"
                    else prospects.Evidence.NO_EVIDENCE,
                    "begin": part.bound.days.begin,
                    "end": part.bound.days.end,
                    "today": board.day,
                    "grown": part.grown,
                    "against": part.against,
                    "least": tuple(reading for _topic, reading in part.by_topic),
                    "year": version.plan.fiscal_year,
                },
            )


# ---- what was told, and what came ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One part of one year. `held` of the interval as it is told; `share` of the truth's stretch that lies within; both None of a yes or no."""

    kind: str
    measure: str
    held: bool | None
    share: float | None
    is_above: bool
    probability: float
    came_true: bool


def outcomes(lived: Lived) -> Iterator[Outcome]:
    """Everything that was told of a window that is over by the end of the year, and has a value then."""
    from shixiao.engine.prospects import Position, prospect

    ends = {(each.row, each.part): Position(**each.position) for each in lived.end}
    for stand in lived.middle:
        position, end = Position(**stand.position), ends[stand.row, stand.part]
        told, came = prospect(position).forecast, prospect(end)
        if told is None or came.value is None or end.left > 0:
            continue
        held = share = None
        if told.low is not None and told.high is not None:
            held = told.low <= came.value <= told.high
            share = _within(*place(position, float(came.value)))
        yield Outcome(
            kind=_kind(position),
            measure=stand.measure,
            held=held,
            share=share,
            is_above=held is False and came.value > told.high,
            probability=told.probability,
            came_true=came.status.value in ("achieved", "likely"),
        )


def _kind(position: Any) -> str:
    from shixiao.engine.prospects import Mode

    mode, reads = position.fit.mode, position.fit.reads.value
    return str(reads) if mode is Mode.NUMBER or (mode is Mode.BUDGET and reads in ("sum", "ratio")) else "all_of"


def place(position: Any, value: float) -> tuple[float, float]:
    """The chance that was told of less than this value, and that of at most this value."""
    from shixiao.engine.prospects.futures import spread_of

    spread, value = spread_of(position), value / float(position.fit.factor)
    assert spread is not None  # noqa: S101 — there was an interval
    reading = position.counting
    match position.fit.reads.value:
        case "count":
            more = round(value) - reading.met
            return spread.at_most(more - 1), spread.at_most(more)
        case "share":
            failing = (reading.counted + position.future.whole) * (1 - value) - reading.missed
            if abs(failing - round(failing)) < 1e-6:
                return 1 - spread.at_most(round(failing)), 1 - spread.at_most(round(failing) - 1)
            chance = 1 - spread.at_most(ceil(failing) - 1)
            return chance, chance
    return spread.at_most(value), spread.at_most(value)


def _within(below: float, up_to: float) -> float:
    if up_to - below < 1e-9:
        return float(REST <= up_to <= 1 - REST)
    return max(0.0, min(up_to, 1 - REST) - max(below, REST)) / (up_to - below)


REST, LOWEST, HIGHEST = 0.1, 0.75, 0.85


@dataclass
class Sum:
    """Of one kind, or of one measure."""

    found: list[Outcome] = field(default_factory=list)

    @property
    def told(self) -> list[Outcome]:
        """Those with an interval."""
        return [each for each in self.found if each.share is not None]

    @property
    def held(self) -> float:
        """How many of the intervals held."""
        return sum(each.held is True for each in self.told) / len(self.told)

    @property
    def within(self) -> float:
        """How much of the truth lay between 10% and 90% of what was told."""
        return sum(each.share or 0.0 for each in self.told) / len(self.told)

    @property
    def above(self) -> float:
        """How often the truth was above the interval."""
        return sum(each.is_above for each in self.told) / len(self.told)

    @property
    def chances(self) -> tuple[float, float, float]:
        """The chance that was told on the average, how often it came true, and the Brier score."""
        count = len(self.found)
        told, true = sum(each.probability for each in self.found), sum(each.came_true for each in self.found)
        return told / count, true / count, sum((each.probability - each.came_true) ** 2 for each in self.found) / count


def summed(seeds: Sequence[int], keep: Path | None = None) -> tuple[int, dict[str, Sum], dict[str, Sum]]:
    """How many years, and what came of them by kind and by measure."""
    count = 0
    kinds: dict[str, Sum] = {}
    measures: dict[str, Sum] = {}
    for lived in years(seeds, keep):
        count += 1
        for each in outcomes(lived):
            kinds.setdefault(each.kind, Sum()).found.append(each)
            measures.setdefault(each.measure, Sum()).found.append(each)
    return count, dict(sorted(kinds.items())), dict(sorted(measures.items()))


def measure() -> Iterator[Figure]:
    """Coverage by kind."""
    count, kinds, _measures = summed(EVALUATION)
    for kind, each in kinds.items():
        if each.told:
            what = f"{count} simulated years of an office, {kind}: intervals of mid-year that held, of {len(each.told)}"
            yield Figure(what, f"{each.held:.1%}")
            holds = LOWEST <= each.within <= HIGHEST
            yield Figure("… the truth between 10% and 90% of what was told", f"{each.within:.1%}", "75% to 85%", holds)
        told, true, brier = each.chances
        what = f"… chance of {kind} told on average, and how often it came true"
        yield Figure(what, f"{told:.1%}, {true:.1%}; Brier score {brier:.3f}")


# ---- docs/forecasts.md -------------------------------------------------------------------------------------------

MARK = "<!-- Written by `python bench/office_years.py --write`; edit bench/office_years.py instead. -->"
TITLES = {
    "all_of": ("全部达到", "all of them"),
    "count": ("件数", "count"),
    "mean": ("平均", "mean"),
    "ratio": ("比率（预算执行率）", "ratio (budget spent)"),
    "share": ("占比", "share"),
    "sum": ("合计（支出）", "sum of payments"),
}


def section(seeds: Sequence[int], keep: Path | None = None) -> str:
    """What stands in docs/forecasts.md behind the invented readings."""
    count, kinds, measures = summed(seeds, keep)
    lines = [
        f"{MARK}\n\n## 整年的模拟单位 · Whole simulated years of an office\n\n",
        (
            f"{clock.strftime('%Y-%m-%d')}，{count} 个模拟年（种子 {seeds[0]}–{seeds[-1]}{_of_how_many(count).zh}，调整预测时没有用过，也没有看过）："
            "单位按 `shixiao simulate` 过到 6 月 30 日终，"
            "按随系统提供的广州绑定读一次看板；再过到年底，再读一次。预测只用当晚已经记录的。站点每天的巡查、保洁、排班三行只有“是”或“否”，没有区间，没有模拟。\n\n"
            "件数和占比只能是整件的，区间不可能恰好是八成。所以看真值落在所说分布的哪一段：落在 10% 与 90% 之间的部分算接住，要求 75%–85% 的是这一栏；"
            "“区间接住”一栏是页面上的区间本身。同一年的各行彼此有关，行数多不等于独立的次数多。\n\n"
        ),
        (
            f"{clock.strftime('%Y-%m-%d')}, {count} simulated years (seeds {seeds[0]} to {seeds[-1]}{_of_how_many(count).en}, neither used nor looked at while the forecasts were "
            "tuned). Each office lives as `shixiao simulate` lets it until the end of 30 June, the board is read with the shipped bindings; the year goes on "
            "to its end, and it is read again. The forecast has only what was recorded that evening. The station's daily rounds, three rows that are a yes "
            "or a no without an interval, are not lived.\n\n"
            "Counts and shares move in whole cases, so no interval of them holds exactly four of five. The truth is therefore placed in the distribution that "
            "was told; what lies between its 10% and 90% counts as held, and that is held to 75%–85%. “Interval held” is the interval as a page shows "
            "it. The rows of one year depend on each other: many rows are not as many independent trials.\n\n"
        ),
        "| 读数 · Reading | 次数 · Told | 区间接住 · Interval held | 高于区间 · Above it | 10%–90% 之间 · Between | 要求 · Bar |\n|---|---:|---:|---:|---:|---|\n",
    ]
    for kind, each in kinds.items():
        if each.told:
            lines.append(f"| {' · '.join(TITLES[kind])} | {_row(each)} | 75%–85% {_mark(each)} |\n")
    lines.append(
        "\n### 按度量 · By measure\n\n| 度量 · Measure | 次数 · Told | 区间接住 · Interval held | 高于区间 · Above it | 10%–90% 之间 · Between |\n|---|---:|---:|---:|---:|\n"
    )
    lines += [f"| `{name}` | {_row(each)} |\n" for name, each in measures.items() if each.told]
    lines.append(
        "\n### 说的机会与实现的 · The chance that was told, and how often it came true\n\n"
        "| 度量 · Measure | 次数 · Told | 平均说 · Chance told | 实现 · Came true | Brier |\n|---|---:|---:|---:|---:|\n"
    )
    for name, each in measures.items():
        told, true, brier = each.chances
        lines.append(f"| `{name}` | {len(each.found)} | {told:.1%} | {true:.1%} | {brier:.3f} |\n")
    lines.append(WHY)
    return "".join(lines)


WHY = """
### 调整过什么，为什么 · What was changed, and why

用种子 1–60 中的十年找到的：没有发生的月份也是月份（以前漏掉，速度偏高）；统计期第一个月还没有办完的事，速度从第二个月算起（有五个月以后）；
每月件数都一样（至少四个整月）就是有安排的，不会多出一件；计入办理中的与之后再来的分开算；一个主题只是整体的一部分，分散程度按份额算。

Found on ten years of seeds 1 to 60: a month in which nothing came is a month (they were left out, and the pace was too high); in the first month
nothing that begins with the window is done yet, so the pace is taken from the second on, once there are five; as many in every month, four whole
months or more, is a schedule, and no further one comes; what is pending and what comes beyond it are told apart; a topic spreads as its part of
the whole does.
"""


def _of_how_many(count: int) -> Any:
    """Where not all of them were lived, that is said."""
    from shixiao.engine.bilingual import Text

    whole = len(EVALUATION)
    if count >= whole:
        return Text("", "")
    return Text(f"，{whole} 个之中，其余没有过成或还没有过", f", of {whole}, the others refused or not lived yet")


def _row(each: Sum) -> str:
    return f"{len(each.told)} | {each.held:.1%} | {each.above:.1%} | {each.within:.1%}"


def _mark(each: Sum) -> str:
    return "✓" if LOWEST <= each.within <= HIGHEST else "✕"


def main(arguments: Sequence[str]) -> None:
    """Print, or write the paper."""
    folders = {name: Path(folder) for name, _is, folder in (each.partition("=") for each in arguments) if folder}
    keep = folders.get("--keep", folders.get("--kept"))
    seeds: Sequence[int] = BUILDING if "building" in arguments else EVALUATION
    if "--kept" in folders:
        seeds = [seed for seed in seeds if (folders["--kept"] / f"{seed}.pickle").exists()]
    found = section(seeds, keep)
    if "--write" not in arguments:
        print(found)
        return
    path = Path(__file__).resolve().parents[1] / "docs" / "forecasts.md"
    before = path.read_text(encoding="utf-8").split(MARK)[0].rstrip("\n")
    path.write_text(f"{before}\n\n{found}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    # Under its own name, so that what is kept can be read by whoever imports this file.
    import office_years

    office_years.main(sys.argv[1:])
