"""Whole years of the simulated office, each in a database of its own: lived as the product lives them, settled, and bound as its bindings ship.

One process prepares the house of the evening before the year; every year is a child of that process with a copy of its database.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

YEAR = 2026
PROCESSES = 2
Job = Callable[[Any, Any], Any]  # the house, what is wanted of the year


@contextmanager
def prepared() -> Iterator[Any]:
    """The house, in a database that no other process writes. Loads Django."""
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from shixiao.site import simulating

        here = connections["default"].settings_dict  # which knows the folder before this one, where there was one
        here["NAME"] = str(Path(folder, Path(here["NAME"]).name))
        call_command("migrate", verbosity=0)
        wanted = wanted_of(0)
        house = simulating.house_of(wanted, say=lambda text: None)
        connections.close_all()
        yield house


def wanted_of(seed: int) -> Any:
    """The whole year, as `shixiao simulate` takes it without more."""
    from shixiao.site import simulating

    return simulating.Wanted(year=YEAR, seed=seed, until=simulating.year_end(YEAR))


def years(house: Any, job: Job, several: Sequence[Any], *, processes: int = PROCESSES) -> Iterator[Any]:
    """What `job` returns of each, in the order in which they were asked for; each in a process and a database of its own."""
    _inherited[:] = [(house, job)]  # a forked child finds them there
    with get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        yield from pool.imap(_one, several, chunksize=1)


_inherited: list[tuple[Any, Job]] = []


def _one(asked: Any) -> Any:
    from django.db import connections

    connection = connections["default"]
    source = Path(connection.settings_dict["NAME"])
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        own = Path(folder, "year.sqlite3")
        shutil.copy(source, own)
        connection.settings_dict["NAME"] = str(own)
        try:
            house, job = _inherited[0]
            return job(house, asked)
        finally:
            connections.close_all()
