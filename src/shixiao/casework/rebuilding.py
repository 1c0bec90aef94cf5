"""Making every fact anew, while somebody waits for it (`shixiao rebuild`)."""

from collections.abc import Callable
from datetime import datetime

from shixiao.casework import assessing
from shixiao.ledger import folding, gauges

Clock = Callable[[], datetime]


def begin(*, now: datetime) -> int:
    """Ask for every case to be looked at again, unless that is under way; returns how many are to be looked at."""
    gauges.forget()
    behind = assessing.count_behind(now)
    if behind:
        return behind
    gauges.ask_rebuild(by=None, now=now)
    return assessing.count_behind(now)


def go_on(clock: Clock, *, wait: Callable[[], object], say: Callable[[int], object]) -> None:
    """Look at every case that is left, then fold. `say` hears after each batch how many are left; `wait` is called while another
    worker holds what is left. May be stopped at any moment: what was done stays done, and the next call goes on there."""
    while left := assessing.count_behind(clock()):
        if not assessing.catch_up(clock()):
            wait()
        say(left)
    while folding.fold(clock()):
        pass
    say(0)
