"""Who holds a responsibility somewhere: everybody who may be told, in one statement."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from shixiao.people.models import Appointment
from shixiao.people.models.organisation import levels
from shixiao.people.queries import in_force


class Holder(NamedTuple):
    """Somebody who holds a responsibility at a unit, and with it at everything below."""

    person: int
    word: str
    path: str

    def covers(self, path: str) -> bool:
        """The unit of that path is theirs."""
        return path.startswith(self.path)


def holders(words: Iterable[str], paths: Iterable[str], *, on: date) -> list[Holder]:
    """Everybody active who holds one of these responsibilities at one of these units or above it on that day, the nearest unit first.
    One statement."""
    above = {level for path in paths for level in levels(path)}
    rows = Appointment.objects.filter(
        in_force(on), post__may__word__in=sorted(set(words)), unit__path__in=sorted(above), user__is_active=True
    )
    found = rows.order_by("-unit__depth", "user_id").values_list("user_id", "post__may__word", "unit__path")
    return [Holder(*row) for row in found]


def who_holds(word: str, *, on: date) -> frozenset[int]:
    """Everybody who holds the responsibility anywhere on that day."""
    rows = Appointment.objects.filter(in_force(on), post__may__word=word, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))
