"""What the address of a board says: which rows, of which day, folded or not. So a view can be sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlencode

from shixiao.engine.prospects import Status
from shixiao.performance.models import Basis
from shixiao.performance.standing import Row
from shixiao.performance.wordings import CLASSES

LONGEST = 200
# Words for several: whose target may be missed, who needs somebody's attention, and who is where it should be.
GROUPS: Mapping[str, frozenset[Status]] = {
    "risk": frozenset({Status.AT_RISK, Status.UNLIKELY}),
    "attention": frozenset({Status.AT_RISK, Status.UNLIKELY, Status.MISSED}),
    "on_course": frozenset({Status.LIKELY, Status.ACHIEVED, Status.NOTHING_OCCURRED}),
    **{each.value: frozenset({each}) for each in Status},
}
BASES = ("measured", "nothing_occurred", "reviewed", "declared", "none")
AWAITED, UNBOUND = "awaited", "unbound"


@dataclass(frozen=True)
class Chosen:
    """One view. Every field is the text of the address; what makes no sense there is left out.

    `status` is a status or a group of them, `unit` a position, `project` two positions (2-1), `basis` what rows stand on, `code` a class,
    `on` the past day, `fold` whether projects are folded.
    """

    status: str = ""
    unit: str = ""
    project: str = ""
    basis: str = ""
    code: str = ""
    q: str = ""
    on: str = ""
    fold: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> "Chosen":
        """From the parameters of an address. A day that is not over cannot be looked back at: it reads as now."""
        said = {each.name: given.get(each.name, "").replace("\0", "").strip()[:LONGEST] for each in fields(cls)}
        said["code"] = given.get("class", "").strip()
        if said["status"] not in GROUPS:
            said["status"] = ""
        if said["basis"] not in (*BASES, AWAITED, UNBOUND):
            said["basis"] = ""
        if said["code"] not in CLASSES and said["code"] not in ("1", "2", "3", "4", "none"):
            said["code"] = ""
        if _number(said["unit"]) is None:
            said["unit"] = ""
        unit, _dash, project = said["project"].partition("-")
        if _number(unit) is None or _number(project) is None:
            said["project"] = ""
        on = day_of(said["on"])
        said["on"] = on.isoformat() if on is not None and on < today else ""
        said["fold"] = "1" if said["fold"] == "1" else ""
        return cls(**said)

    def address(self, **changes: str) -> str:
        """The query of the same view with something changed; it is never empty, so that it leads somewhere."""
        changed = replace(self, **changes)
        given = {"class" if each.name == "code" else each.name: getattr(changed, each.name) for each in fields(changed)}
        return "?" + urlencode({name: value for name, value in given.items() if value})

    @property
    def as_of(self) -> date | None:
        """The past day; None is now."""
        return day_of(self.on)

    @property
    def is_active(self) -> bool:
        """Whether any row is left out."""
        return bool(self.status or self.unit or self.project or self.basis or self.code or self.q)

    @property
    def everything(self) -> str:
        """The query of the same day with every row."""
        return Chosen(on=self.on, fold=self.fold).address()

    def from_(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that fit all choices."""
        return [row for row in rows if self._fits(row)]

    def _fits(self, row: Row) -> bool:
        place = row.place
        return (
            (not self.status or row.status in GROUPS[self.status])
            and (not self.unit or place.unit_position == int(self.unit))
            and (not self.project or f"{place.unit_position}-{place.project_position}" == self.project)
            and (not self.basis or stands_on(row, self.basis))
            and self._has_class(row)
            and all(word in row.name or word in row.wording for word in self.q.split())
        )

    def _has_class(self, row: Row) -> bool:
        if self.code == "none":
            return not row.code
        return row.code.startswith(self.code)


def stands_on(row: Row, basis: str) -> bool:
    """Whether the row stands on that; one whose office is not there yet, and one that nobody has bound, stand on nothing."""
    if basis == AWAITED:
        return is_awaited(row)
    if basis == UNBOUND:
        return any(part.bound is None for part in row.parts)
    return row.basis == basis


def is_awaited(row: Row) -> bool:
    """Some part of it waits for an office."""
    return any(part.bound is not None and part.bound.basis == Basis.AWAITED for part in row.parts)


def day_of(text: str) -> date | None:
    """A day as an address writes it; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
