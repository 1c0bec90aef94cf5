"""A plan's published funds beside the budget that was approved: the difference, said also where there is none.

Which project of the offices a project of the plan is, a person says (`matching`). The approved budget is read through what an
office offers; this room knows no office.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from shixiao.casework import offices
from shixiao.casework.models import Project as OfficesProject
from shixiao.performance.models import Counterpart, PlanVersion, Unit

SOURCES = (("fiscal", "fiscal"), ("special_account", "special"), ("other", "other"))
WAN = Decimal(10_000)
NOTHING = Decimal(0)
OFFER = "approved_budget"


class Standing(str, Enum):
    """How a published amount stands against the approved one."""

    SAME = "same"
    DIFFERS = "differs"
    UNREGISTERED = "unregistered"  # the office's project has no budget this year
    UNMATCHED = "unmatched"  # nobody has said which project it is
    UNPUBLISHED = "unpublished"  # the table prints no amount


class Key(NamedTuple):
    """A project of a plan by its names."""

    unit: str
    project: str
    ordinal: int


class BySource(NamedTuple):
    """One source of funds: published and approved, in 万元."""

    code: str
    published: Decimal
    approved: Decimal

    @property
    def difference(self) -> Decimal:
        """Approved less published."""
        return self.approved - self.published


@dataclass(frozen=True, kw_only=True)
class Line:
    """A project of the plan, and what was approved for it, in 万元. `case` is where the approved budget is kept."""

    key: Key
    unit_position: int
    position: int
    published: Decimal | None
    sources: tuple[Decimal | None, ...]
    counterpart: OfficesProject | None = None
    approved: Decimal | None = None
    first: Decimal | None = None
    approved_sources: tuple[Decimal, ...] = ()
    case: int = 0

    @property
    def standing(self) -> Standing:
        """What has to be said of it first."""
        if self.counterpart is None:
            return Standing.UNMATCHED
        if self.approved is None:
            return Standing.UNREGISTERED
        if self.published is None:
            return Standing.UNPUBLISHED
        is_same = self.approved == self.published and not any(each.difference for each in self.by_source)
        return Standing.SAME if is_same else Standing.DIFFERS

    @property
    def difference(self) -> Decimal | None:
        """Approved less published; None where one of the two is not there."""
        return None if self.approved is None or self.published is None else self.approved - self.published

    @property
    def by_source(self) -> tuple[BySource, ...]:
        """The sources of which either side says something, where the table prints any."""
        if all(each is None for each in self.sources) or not self.approved_sources:
            return ()
        pairs = zip(SOURCES, self.sources, self.approved_sources, strict=True)
        every = (BySource(code, published or NOTHING, approved) for (code, _), published, approved in pairs)
        return tuple(each for each in every if each.published or each.approved)


@dataclass(frozen=True)
class Comparison:
    """Every project of a version."""

    lines: Sequence[Line]
    is_offered: bool  # some office keeps budgets

    def count(self, standing: str) -> int:
        """How many stand so."""
        return sum(line.standing.value == standing for line in self.lines)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many stand how."""
        return Counter(line.standing.value for line in self.lines)

    @property
    def published(self) -> Decimal:
        """What is printed for all of them."""
        return sum((line.published or NOTHING for line in self.lines), NOTHING)

    @property
    def approved(self) -> Decimal:
        """What is approved for those that have a budget."""
        return sum((line.approved or NOTHING for line in self.lines), NOTHING)


def compare(version: PlanVersion) -> Comparison:
    """Published and approved, project by project: two statements, one more for projects, and those of the office asked."""
    rows = _published(version)
    matched = counterparts(version)
    found = OfficesProject.objects.select_related("unit").in_bulk({key for key in matched.values() if key})
    offered = offices.offer(OFFER)
    budgets = offered(list(found), year=version.plan.fiscal_year) if offered and found else {}
    lines = []
    for key, unit_position, position, amounts in rows:
        total, *sources = amounts
        counterpart = found.get(matched.get(key) or 0)
        budget = budgets.get(counterpart.pk) if counterpart else None
        approved = tuple(budget.now[code] / WAN for _own, code in SOURCES) if budget else ()
        lines.append(
            Line(
                key=key,
                unit_position=unit_position,
                position=position,
                published=total,
                sources=tuple(sources),
                counterpart=counterpart,
                approved=sum(approved, NOTHING) if budget else None,
                first=sum(budget.first.values(), NOTHING) / WAN if budget else None,
                approved_sources=approved,
                case=budget.case if budget else 0,
            )
        )
    return Comparison(lines, is_offered=offered is not None)


def _published(version: PlanVersion) -> list[tuple[Key, int, int, tuple[Decimal | None, ...]]]:
    columns = ("position", "name", "projects__position", "projects__name", "projects__total")
    sources = tuple(f"projects__{own}" for own, _code in SOURCES)
    met: Counter[tuple[str, str]] = Counter()
    found = []
    rows = Unit.objects.filter(version=version, projects__isnull=False).order_by("position", "projects__position")
    for unit_position, unit, position, project, *amounts in rows.values_list(*columns, *sources):
        met[unit, project] += 1
        found.append((Key(unit, project, met[unit, project]), unit_position, position, tuple(amounts)))
    return found


def counterparts(version: PlanVersion) -> dict[Key, int | None]:
    """The newest word about each project of the plan."""
    rows = Counterpart.objects.filter(plan=version.plan_id).order_by("id")
    return {
        Key(unit, project, ordinal): counterpart
        for unit, project, ordinal, counterpart in rows.values_list(
            "unit_name", "project_name", "ordinal", "counterpart_id"
        )
    }
