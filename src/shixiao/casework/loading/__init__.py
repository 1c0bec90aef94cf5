"""Many steps at once: the same steps as `performing` takes, decided by the same code, kept in memory and written in large batches.

    with loading.in_bulk():
        casework.open_many(…); casework.perform(…); timers.fire_due(…)

For whoever has the database to himself: a simulated year, an old system that is taken over. A case is written when it has ended, in
its final state, with all its facts; what is read of the database meanwhile is written before it is read. All or nothing: one
transaction. What is left behind is what `performing` would have left, down to the ids of cases, events and deadlines.

| module | holds |
|---|---|
| `loader` | the book that steps go through: opening, performing, time passing, what is tried and taken back |
| `memory` | what is not written yet, others who read and write meanwhile, and when it is written |
| `holding` | cases in memory |
| `waiting` | timers |
| `sharing` | what steps share from call to call |
| `writing` | batches: what gauges say, and all rows of cases |
| `forking` | batches that another process makes ready meanwhile |
| `ids` | the ids that the database would have given |
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from shixiao.casework import through
from shixiao.casework.loading import forking
from shixiao.casework.loading.forking import BatchLost
from shixiao.casework.loading.loader import Loader

__all__ = ["BatchLost", "Loader", "in_bulk"]


@contextmanager
def in_bulk(processes: int | None = None) -> Iterator[Loader]:
    """Steps within are kept in memory and written in batches; all of them, or none where anything is raised.

    `processes` are at work at most, this one included; one for each core where nothing is said. What is written does not depend on it.
    Raises `BatchLost` where another one of them dies.
    """
    loader = Loader(processes or forking.processes())
    with _seldom_tidied(), transaction.atomic(), through.writing(loader), connection.execute_wrapper(loader.watch):
        try:
            yield loader
            loader.write_all()
        finally:
            loader.give_up()


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Cases in memory hold no rings, and there are many of them: looking through all of them for rings again and again took an eighth of the
    time. What is there before is not looked at, what comes only now and then."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
