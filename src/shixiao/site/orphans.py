"""The processes that answer requests end with the one that started them."""

import multiprocessing
import os
from datetime import timedelta
from multiprocessing.connection import wait
from threading import Thread

LOOKS_EVERY = timedelta(seconds=1)


def end_with_parent() -> None:
    """From now on this process ends when the one that started it does, however that ended.

    Killed with SIGKILL, a server tells its workers nothing; they would hold the port, and the next server would find it taken. Whatever is
    under way is broken off, as it is when they are killed together: a step is one transaction. Nothing, where another program than
    ours started this one.
    """
    if multiprocessing.parent_process() is not None:
        Thread(target=_watch, name="end-with-parent", daemon=True).start()


def _watch() -> None:
    """The other end of a pipe closes when the parent ends. A worker that was started later may hold it open by inheritance, until it has
    ended itself; so its number is looked at, too."""
    parent = multiprocessing.parent_process()
    while parent is not None and os.getppid() == parent.pid:
        if wait([parent.sentinel], LOOKS_EVERY.total_seconds()):
            break
    os._exit(1)
