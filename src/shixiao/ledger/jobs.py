"""What the worker does again and again: each room offers its jobs, and hears nothing of who calls them.

A room names them on its AppConfig: `jobs = (Job("casework.timers", every=timedelta(seconds=10), run=fire_due),)`.
An AppConfig is read before there are models, so `run` imports what it needs when it is called.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NAME_LENGTH = 64
BEATS_EVERY = timedelta(seconds=15)  # how often a worker shows that it is there; a job is one batch, so it is short


@dataclass(frozen=True, slots=True)
class Job:
    """Something due from time to time. `run(now)` returns how many things it did.

    It does one batch in a transaction of its own and claims its rows itself, since several workers may run at once.
    While it does something it is called again without waiting, the other jobs in between; when nothing was left it
    is called again after `every`. Whatever is due is found in the database, never remembered: a worker may be killed
    at any moment, and the next one goes on.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int]

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or len(self.name) > NAME_LENGTH:
            raise ValueError(f"{self.name!r} is no name for a job: write room.what_it_looks_after in small letters")
        if self.every <= timedelta(0):
            raise ValueError(f"the job {self.name} is due every {self.every}: it needs some time between two calls")
