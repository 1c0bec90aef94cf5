"""Opening a figure of statistics: the address of a list of tasks says which figure, of what, over which days, as known when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models.expressions import RawSQL

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome
from shixiao.engine.measures.aspects import VALUE
from shixiao.ledger import by_aspect, gauges
from shixiao.ledger.readings import Days, Where
from shixiao.offices.supervision.aspects import NAMES
from shixiao.offices.supervision.statistics.figures import BY_CODE, Figure, Shows
from shixiao.offices.supervision.statistics.periods import EVER

NAMES_OF = ("figure", "by", "value", "since", "until", "on")


@dataclass(frozen=True)
class Opened:
    """The figure that a list of tasks opens: of all, or of one value of an aspect; from the first to the last day, both inside."""

    figure: Figure
    by: str
    value: str
    since: date
    until: date
    as_of: date | None

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> "Opened | None":
        """What an address says; None where it opens no figure."""
        figure = BY_CODE.get(given.get("figure", ""))
        if figure is None:
            return None
        since, until, on = (_day(given.get(name, "")) for name in ("since", "until", "on"))
        by, value = given.get("by", ""), given.get("value", "")
        if by not in NAMES or not VALUE.fullmatch(value):
            by = value = ""
        as_of = on if on is not None and on < today else None
        return cls(figure, by, value, since or EVER, until or as_of or today, as_of)

    @property
    def address(self) -> str:
        """The query of the list."""
        return address(
            self.figure.code, by=self.by, value=self.value, days=Days(self.since, self.until + _DAY), as_of=self.as_of
        )

    @property
    def days(self) -> Days:
        """The window."""
        return Days(self.since, self.until + _DAY)

    @property
    def title(self) -> Text:
        """The figure in words."""
        return self.figure.title

    def cases(self, where: Where, *, now: datetime) -> RawSQL:
        """The ids of the tasks behind it, for a condition. A task that was never extended is none of those that were."""
        gauge = next((each.id for each in gauges.current(now).gauges if each.measure.name == self.figure.measure), 0)
        return by_aspect.cases(
            gauge,
            days=self.days,
            outcomes=self.figure.opens,
            aspect=self.by,
            value=self.value,
            where=where,
            as_of=self.as_of,
            is_something=self.figure.shows is Shows.COUNT and Outcome.AMOUNT in self.figure.opens,
        )


_DAY = timedelta(days=1)


def address(code: str, *, by: str = "", value: str = "", days: Days, as_of: date | None = None) -> str:
    """The query by which the list of tasks opens a figure: codes and days, of which nothing has to be quoted."""
    said = {
        "figure": code,
        "by": by if value else "",
        "value": value,
        "since": "" if days.begin == EVER else days.begin.isoformat(),
        "until": (days.end - _DAY).isoformat(),
        "on": "" if as_of is None else as_of.isoformat(),
    }
    return "&".join([f"{name}={each}" for name, each in said.items() if each])


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EVER <= found < date(2200, 1, 1) else None
