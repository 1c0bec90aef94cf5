"""How often somebody may ask: so many times a minute, counted in this process.

A stolen session that tries passwords, a script that exports every list, a program in a loop: they wait, everybody else goes on.
The count is kept in memory, because a row in the database for each page would cost more than what it protects. So a server of
several processes lets through as many times more, and forgets at a restart; wrong passwords at sign-in are counted in the
database (docs/security.md).
"""

import time
from collections import OrderedDict
from collections.abc import Hashable
from math import ceil
from threading import Lock

MOST_KEYS = 20_000  # beyond it the ones that asked longest ago are forgotten
MINUTE = 60.0
GRAIN = 1e-6  # what twenty additions of a third may lack


def moment() -> float:
    """Now, in seconds of a clock that only goes forward."""
    return time.monotonic()


class Limiter:
    """A bucket for each key that holds a minute's worth and fills evenly: a burst is let through, a flood is not."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, *, most: int, at: float) -> int:
        """0, and it is counted; or how many seconds to wait, and nothing is counted. `at` is a moment in seconds of a clock that
        only goes forward; `most` is how often in a minute, 0 or less for as often as one likes."""
        if most <= 0:
            return 0
        with self._lock:
            left, then = self._buckets.pop(key, (float(most), at))
            left = min(float(most), left + max(0.0, at - then) * most / MINUTE)
            wait = 0 if left > 1 - GRAIN else max(1, ceil((1 - left) * MINUTE / most - GRAIN))
            self._buckets[key] = (left - 1 if not wait else left, at)
            while len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return wait

    def forget(self) -> None:
        """Nobody has asked yet."""
        with self._lock:
            self._buckets.clear()


PAGES = Limiter()
PROGRAMS = Limiter()
