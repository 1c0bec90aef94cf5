"""Scenes: what is under way when the process dies, and what is done by whoever starts it again. Each is a plain value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from shixiao.casework import Refused
from shixiao.casework.refusing import Reason

_ROOMS = ("stepping", "working", "importing", "backing_up")


@dataclass(frozen=True)
class Act:
    """One call. Once it returned, its caller is told, and it may never be missing again.

    `again` is what the caller does who was never told; the same call, unless said otherwise."""

    name: str
    do: Callable[[], object]
    again: Callable[[], object] | None = None

    def retry(self) -> None:
        """By somebody who does not know whether it happened. A sentence that it was done meanwhile is an answer, too."""
        try:
            (self.again or self.do)()
        except Refused as refused:
            if refused.reason not in (Reason.OVERTAKEN, Reason.WRONG_STATE):
                raise


@dataclass(frozen=True)
class Scene:
    """`prepare` is done once, before; then the `acts` at `moment`, which die at every boundary. `check` says in sentences what is wrong in
    the house as the dead left it, `finally_` what is wrong in the end. Afterwards the worker works at each of `moments` until nothing is left,
    `without` some of its jobs. `aside` are tables in which the order of its jobs shows: they are held to the laws only."""

    name: str
    about: str
    moment: datetime
    acts: tuple[Act, ...]
    prepare: Callable[[], object] = lambda: None
    check: Callable[[], list[str]] = list
    finally_: Callable[[], list[str]] = list
    moments: tuple[datetime, ...] = ()
    without: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    in_small_batches: bool = True


def scenes() -> dict[str, Scene]:
    """All of them, by name; the one that does wrong on purpose as well."""
    found = [scene for room in _ROOMS for scene in import_module(f"{__package__}.{room}").SCENES]
    return {scene.name: scene for scene in found}


def names() -> list[str]:
    """Those that are to come out right. Known before anything is loaded, since tests are counted first."""
    return [
        *("perform", "perform_many", "api", "attach"),
        *("timers", "reminders", "stale_messages", "duties", "calendars", "look_again", "catch_up", "fold", "freeze"),
        *("plan", "gather", "send", "send_badly", "give_up", "tidy", "rebuild", "worker"),
        *("import_payments", "import_register", "import_people", "import_plan", "backup"),
    ]
