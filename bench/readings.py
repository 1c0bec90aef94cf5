"""How many wordings a second one core reads, by the time the core worked: others may be using it, too."""

import itertools
import time
from collections.abc import Iterator

from figure import Figure
from sample import SAMPLE, varied

from shixiao import tables
from shixiao.engine import targets

SECONDS = 3
Row = tuple[str, str, str]


def measure() -> Iterator[Figure]:
    """The best of three: what else the machine does only ever takes away."""
    same = list(_rows(0))
    speed = max(_speed(same) for _ in range(3))
    yield Figure("readings a second, one core, the Guangzhou wordings", f"{speed:,.0f}", "≥ 40,000", speed >= 40_000)
    distinct = [
        (f"{wording}", f"{name}{seed}", category) for seed in range(200) for wording, name, category in _rows(seed)
    ]
    speed = max(_speed(distinct) for _ in range(3))
    yield Figure("… with another number in each and no name twice", f"{speed:,.0f}", "≥ 40,000", speed >= 40_000)


def _rows(seed: int) -> Iterator[Row]:
    text = SAMPLE.read_text(encoding="utf-8")
    document = tables.read((varied(text, seed=seed) if seed else text).encode(), name="sample.txt")
    for plan in document.plans:
        for indicator in _indicators(plan):
            for wording in (indicator.cycle_wording, indicator.annual_wording):
                yield wording, indicator.name, indicator.level2


def _indicators(plan: object) -> Iterator[object]:
    for unit in plan.units:
        for project in unit.projects:
            yield from project.indicators


def _speed(rows: list[Row]) -> float:
    done, begun = 0, time.process_time()
    for wording, name, category in itertools.cycle(rows):
        targets.read(wording, name=name, category=category)
        done += 1
        if not done % 256 and time.process_time() - begun > SECONDS:
            break
    return done / (time.process_time() - begun)
