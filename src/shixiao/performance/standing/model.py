"""How rows of a table stand, as values."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from shixiao.casework import offices
from shixiao.engine import targets
from shixiao.engine.measures import CATALOGUE, Measure, Ratio, Reading
from shixiao.engine.prospects import Prospect, Status
from shixiao.ledger import freezing
from shixiao.ledger.readings import Days, Where
from shixiao.performance.models import Basis, Declared, PlanVersion


class Place(NamedTuple):
    """The unit and the project in which a row stands, by id, position and name."""

    unit: int
    unit_position: int
    unit_name: str
    project: int
    project_position: int
    project_name: str


def halves_of(measure: Measure | Ratio | None) -> tuple[Measure, ...]:
    """The measures that it is made of: the two of a ratio, or itself."""
    if isinstance(measure, Ratio):
        both = (CATALOGUE.get(measure.numerator), CATALOGUE.get(measure.denominator))
        return tuple(each for each in both if isinstance(each, Measure))
    return (measure,) if isinstance(measure, Measure) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A binding as a board reads it. `topics` are counted apart. `since` is when it was made."""

    id: int
    basis: str
    measure: str = ""
    gauge: int | None = None
    against: int | None = None
    days: Days
    where: Where
    topics: tuple[int, ...] = ()
    awaits: str = ""
    question: str = ""
    window: str = ""
    since: datetime
    is_provisional: bool = False

    @property
    def made_of(self) -> Measure | Ratio | None:
        """The measure, where its office is installed."""
        return CATALOGUE.get(self.measure)

    @property
    def is_restricted(self) -> bool:
        """It looks at a restricted kind of case, perhaps beside others."""
        return any(offices.is_known(kind) and offices.table_of(kind).is_restricted for kind in self.kinds)

    @property
    def is_partial(self) -> bool:
        """It is measured, and the records of an office that is not there yet are missing from it."""
        return bool(self.awaits) and self.basis == Basis.MEASURE

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of case that it looks at."""
        return tuple(dict.fromkeys(kind for each in halves_of(self.made_of) for kind in each.of))

    def key(self, gauge: int) -> str:
        """Under which key its readings are frozen: the same for everything that reads the same."""
        return key_of(gauge, self.days, self.where)


@lru_cache(maxsize=4000)
def key_of(gauge: int, days: Days, where: Where) -> str:
    """The key under which a reading is frozen: its owner, its gauge, its window, and its scope in short."""
    scope = freezing.scope_of(where)
    told = ",".join(f"{name}={scope[name]}" for name in sorted(scope)).replace(" ", "")
    key = f"performance:{gauge}:{days.begin}:{days.end}:{told}"
    return key if len(key) <= 200 else f"{key[:120]}:{hash_of(key)}"


def hash_of(text: str) -> str:
    """A long scope in short."""
    from shixiao.performance.content import digest

    return digest(text.encode())[:64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an indicator: its target, what it stands on, what that reads, and what follows.

    `grown` is the reading cumulated at the end of each month of its window; `watch` the nil returns, where there is a measure of them.
    `is_frozen`: the reading is what was frozen on that day. `is_bound_later`: on that past day it was not bound yet. `refusal` says why the
    binding cannot be used.
    """

    number: int
    target: targets.Reading
    bound: Bound | None = None
    basis: str = "none"  # measured, nothing_occurred, reviewed, declared, none
    reading: Reading | None = None
    against: Reading | None = None
    by_topic: tuple[tuple[int, Reading], ...] = ()
    grown: tuple[tuple[date, Reading], ...] = ()
    watch: Reading | None = None
    prospect: Prospect
    declared: Declared | None = None
    is_frozen: bool = False
    is_bound_later: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An indicator with its parts, and how it stands as a whole."""

    id: int
    row: int
    place: Place
    code: str
    level2: str
    name: str
    wording: str
    target: targets.Reading
    parts: tuple[Part, ...]
    prospect: Prospect

    @property
    def status(self) -> Status:
        """The word that the board shows first."""
        return self.prospect.status

    @property
    def basis(self) -> str:
        """What the row stands on: of its parts the weakest."""
        return max((part.basis for part in self.parts), key=_WEAKNESS.__getitem__)


_WEAKNESS = {"measured": 0, "nothing_occurred": 1, "reviewed": 2, "declared": 3, "none": 4}


@dataclass(frozen=True)
class Board:
    """Every row of a version as it stood at the end of `day`; live without `as_of`."""

    version: PlanVersion
    as_of: date | None
    day: date
    rows: tuple[Row, ...]
    topic_names: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def statuses(self) -> Counter[Status]:
        """How many rows stand how."""
        return Counter(row.status for row in self.rows)

    @cached_property
    def bases(self) -> Counter[str]:
        """How many rows stand on what."""
        return Counter(row.basis for row in self.rows)

    def row(self, number: int) -> Row | None:
        """The row with that running number."""
        return next((row for row in self.rows if row.row == number), None)
