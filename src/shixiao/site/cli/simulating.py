"""`shixiao simulate`: a synthetic office lives a year."""

from __future__ import annotations

import os
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.refusal import CLEAN, Refused

if TYPE_CHECKING:
    from shixiao.site.cli.grammar import Wishes
    from shixiao.site.cli.terminal import Terminal

MOST, MOST_PROCESSES = 1000, 64


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Raises Refused for a year, day, scale or number of processes that cannot be, a database that is not ready or holds other work, and
    where a process was lost."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from shixiao.casework import loading
    from shixiao.casework.performing import zone
    from shixiao.site import simulating, starting

    year = _whole(wishes.chosen("year"), "--year", least=simulating.YEARS.start, most=simulating.YEARS.stop - 1)
    seed = _whole(wishes.chosen("seed"), "--seed", least=0, most=2**31 - 1)
    scale = _whole(wishes.chosen("scale"), "--scale", least=1, most=MOST)
    told_processes = wishes.chosen("processes")
    processes = _whole(told_processes, "--processes", least=1, most=MOST_PROCESSES) if told_processes else None
    until = simulating.year_end(year)
    if told := wishes.chosen("until"):
        until = datetime.combine(_day(told, year), time(23, 59, 59), tzinfo=zone())
    try:
        starting.require_database()
        wanted = simulating.Wanted(year=year, seed=seed, scale=scale, until=until)
        count = simulating.simulate(wanted, say=lambda text: terminal.line(terminal.say(text)), processes=processes)
    except (starting.NotReady, simulating.NotSimulable, loading.BatchLost) as refused:
        raise Refused(refused.text) from None
    day = f"{until:%Y-%m-%d}"
    said = Text(f"已模拟到 {day}：{count} 件事项。", f"simulated until {day}: {count} cases.")
    terminal.line(terminal.say(said))
    return CLEAN


def _whole(told: str | None, name: str, *, least: int, most: int) -> int:
    if told and told.isascii() and told.isdigit() and least <= int(told[:12]) <= most:
        return int(told)
    raise Refused(
        Text(f"{name} 应是 {least} 到 {most} 之间的整数。", f"{name} is a whole number from {least} to {most}.")
    )


def _day(told: str, year: int) -> date:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        day = date.min
    if day.year != year:
        text = Text(
            f"--until 应是 {year} 年的一天，写成 {year}-06-30。", f"--until is a day of {year}, such as {year}-06-30."
        )
        raise Refused(text)
    return day
