"""What steps share (`Work.shared`) from call to call while nobody else writes: what lasts stays, the rest is read again."""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import models

from shixiao.casework import offices, through
from shixiao.casework.calendars import InForce
from shixiao.casework.limits import Limit
from shixiao.casework.loading.holding import Happened, Held
from shixiao.casework.timelines import EVENTS
from shixiao.ledger import gauges

_CAME_BEFORE = "came before"  # what stands in front of it was there before this call, and outlasts it, too


class Sharing:
    """The dictionary that steps share, and the gauges in use, as long as both are true."""

    def __init__(self, held: Mapping[int, Held]) -> None:
        self._held = held
        self.is_old = False  # somebody else wrote something
        self.things: dict[Any, Any] = {}
        self._catalogue: gauges.Catalogue | None = None
        self.forget()

    def forget(self) -> None:
        """Nothing that was read is known to be true any more."""
        self.things.clear()
        self.things |= {EVENTS: Happened(self._held), through.LASTING: {}, _CAME_BEFORE: True}
        self.is_old, self._catalogue = False, None

    def end_call(self) -> None:
        """Forget what only one call may share."""
        if self.is_old:
            self.forget()
        if next(reversed(self.things)) == _CAME_BEFORE:
            return
        for key in list(takewhile(lambda key: key != _CAME_BEFORE, reversed(self.things))):
            if not _outlasts_a_call(key):
                del self.things[key]
        del self.things[_CAME_BEFORE]
        self.things[_CAME_BEFORE] = True

    def begin_apart(self) -> dict[Any, Any]:
        """For steps that are taken back: only what no step changes is known to them. Returns what `end_apart` needs."""
        if self.is_old:
            self.forget()
        before = self.things
        known = {key: thing for key, thing in before.items() if _is_thing(key)}
        self.things = {EVENTS: Happened(self._held), through.LASTING: {}, _CAME_BEFORE: True, **known}
        return before

    def end_apart(self, before: dict[Any, Any]) -> None:
        """What was shared before is shared again, and things that were looked up meanwhile."""
        before |= {key: thing for key, thing in self.things.items() if _is_thing(key) and key not in before}
        self.things = before

    def gauges(self, now: datetime) -> gauges.Catalogue:
        """Read once, and again after somebody else wrote anything."""
        if self._catalogue is None or self.is_old:
            self._catalogue = gauges.read(now)
        return self._catalogue


def _is_thing(key: Any) -> bool:
    """Things that were looked up by model and id, limits and calendars."""
    head = key[0] if isinstance(key, tuple) else key
    return isinstance(head, type) and issubclass(head, (models.Model, Limit, InForce))


def _outlasts_a_call(key: Any) -> bool:
    """Such things, and what an office says of its own."""
    head = key[0] if isinstance(key, tuple) else key
    return _is_thing(key) or head in (EVENTS, through.LASTING) or head in offices.lasting()
