"""How many times a second one core counts working time, adds a limit and shows a light, by the time the core worked."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from figure import Figure

from shixiao.engine import clock

SECONDS = 1
SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGIN, END = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI), datetime(2026, 9, 30, 16, tzinfo=SHANGHAI)


def measure() -> Iterator[Figure]:
    """The best of three: what else the machine does only ever takes away."""
    office = clock.office_hours(*clock.published_holidays())
    limit = clock.WorkingHours.of(hours=100)

    def show_a_light() -> None:
        deadline = clock.Deadline(start=END, budget=limit, calendar=office)
        clock.light(deadline, now=END + timedelta(days=9))

    yield _figure("working time between two instants, a second", lambda: clock.elapsed(BEGIN, END, office), 100_000)
    yield _figure("working hours added to an instant, a second", lambda: clock.add(BEGIN, limit, office), 60_000)
    yield _figure("deadlines worked out and lit, with the reason, a second", show_a_light, 10_000)


def _figure(what: str, work: Callable[[], object], promised: int) -> Figure:
    speed = max(_speed(work) for _ in range(3))
    return Figure(what, f"{speed:,.0f}", f"≥ {promised:,}", speed >= promised)


def _speed(work: Callable[[], object]) -> float:
    done, begun = 0, time.process_time()
    while time.process_time() - begun < SECONDS:
        for _ in range(256):
            work()
        done += 256
    return done / (time.process_time() - begun)
