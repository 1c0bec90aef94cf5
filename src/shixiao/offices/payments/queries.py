"""What the pages of this desk read, each in a number of statements that does not grow with the rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from shixiao.casework.models import Project
from shixiao.offices.payments.models import Budget, BudgetVersion, Outlay, Payment, Programme, Round
from shixiao.offices.payments.steps import SOURCES
from shixiao.people.models import Role, User, after
from shixiao.people.permissions import mandates

NOTHING = Decimal("0.00")
WORDS = frozenset({"payments.clerk", "payments.approver", "payments.cashier", "payments.budget_keeper"})
SOURCE_CODES = tuple(code for code, _title in SOURCES)


@dataclass(kw_only=True)
class Execution:
    """One project in one year, by source: approved first and now, paid, approved and unpaid."""

    project: Project
    budget: Budget | None = None
    opening: BudgetVersion | None = None
    versions: int = 0
    paid: dict[str, Decimal] = field(default_factory=dict)
    waiting: dict[str, Decimal] = field(default_factory=dict)
    payments: int = 0

    @property
    def has_budget(self) -> bool:
        """A budget is approved. Without one there is no rate, and never 0% or 100%."""
        return self.budget is not None

    @property
    def approved(self) -> Decimal:
        """The budget as it stands now."""
        return _total(self.budget)

    @property
    def approved_first(self) -> Decimal:
        """The budget as first approved."""
        return _total(self.opening)

    @property
    def spent(self) -> Decimal:
        """What was paid, less what came back."""
        return sum(self.paid.values(), NOTHING)

    @property
    def bound(self) -> Decimal:
        """Approved and not yet paid."""
        return sum(self.waiting.values(), NOTHING)

    @property
    def left(self) -> Decimal:
        """What may still be approved; negative above the budget."""
        return self.approved - self.spent - self.bound

    @property
    def over_by(self) -> Decimal:
        """By how much the sources that are exceeded are, taken each by itself."""
        return sum((max(NOTHING, self.paid.get(code, NOTHING) - self.of(code)) for code in SOURCE_CODES), NOTHING)

    @property
    def rate(self) -> Decimal | None:
        """Paid of the budget in percent, one decimal; None without a budget, or with one of nothing."""
        return percent(self.spent, self.approved)

    def of(self, source: str) -> Decimal:
        """The budget of one source."""
        return getattr(self.budget, source) if self.budget else NOTHING

    @property
    def by_source(self) -> list[dict[str, Any]]:
        """The sources that have a budget or a payment."""
        rows = [
            {
                "code": code,
                "title": title,
                "approved": self.of(code),
                "paid": self.paid.get(code, NOTHING),
                "waiting": self.waiting.get(code, NOTHING),
                "rate": percent(self.paid.get(code, NOTHING), self.of(code)),
            }
            for code, title in SOURCES
        ]
        return [row for row in rows if row["approved"] or row["paid"] or row["waiting"]]


def _total(amounts: Budget | BudgetVersion | None) -> Decimal:
    return sum((getattr(amounts, code) for code in SOURCE_CODES), NOTHING) if amounts else NOTHING


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part` of `whole` in percent with one decimal; None of nothing."""
    return (part * 100 / whole).quantize(Decimal("0.1")) if whole > 0 else None


def time_passed(year: int, *, today: date) -> Decimal:
    """How much of the year has passed at the end of `today`, in percent: 0 before it, 100 after it."""
    first, next_first = date(year, 1, 1), date(year + 1, 1, 1)
    days = min(max((today - first).days + 1, 0), (next_first - first).days)
    return (Decimal(days) * 100 / (next_first - first).days).quantize(Decimal("0.1"))


def seen_projects(by: User, *, now: datetime) -> QuerySet[Project]:
    """Projects of units where somebody has to do with payments; all of them for the performance officer."""
    projects = Project.objects.select_related("unit")
    if by.role == Role.OFFICER:
        return projects
    held = mandates(by, timezone.localtime(now).date())
    paths = {path for word in WORDS for path in held.paths_for(word)}
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(unit__path__gte=path, unit__path__lt=after(path))
    return projects.filter(condition)


def executions(projects: QuerySet[Project], *, year: int) -> list[Execution]:
    """Every project of the year with its figures, by unit and name, in five statements. One whose years are over is there while
    money of this year is in it: a payment that was approved in December and made in January."""
    spent_now = Outlay.objects.filter(year=year, project=OuterRef("pk"))
    runs = Q(since_year__lte=year, until_year__gte=year)
    rows = projects.filter(runs | Q(Exists(spent_now))).order_by("unit__path", "name", "id")
    found = {project.pk: Execution(project=project) for project in rows}
    here: dict[str, Any] = {"project__in": list(found), "year": year}
    for budget in Budget.objects.filter(**here):
        found[budget.project_id].budget = budget
    of_budget = {each.budget.pk: each for each in found.values() if each.budget}
    for version in BudgetVersion.objects.filter(budget__in=list(of_budget)).order_by("number"):
        each = of_budget[version.budget_id]
        each.opening, each.versions = each.opening or version, version.number
    spent = Outlay.objects.filter(**here).values("project", "source").annotate(sum=Sum("amount"), count=Count("case"))
    for row in spent.order_by():
        found[row["project"]].paid[row["source"]] = row["sum"]
        found[row["project"]].payments += row["count"]
    waiting = Payment.objects.filter(**here, is_approved=True).values("project", "source").annotate(sum=Sum("amount"))
    for row in waiting.order_by():
        found[row["project"]].waiting[row["source"]] = row["sum"]
    return list(found.values())


@dataclass(kw_only=True)
class Overview:
    """All projects together: ratios are worked out anew from the sums, never averaged."""

    rows: list[Execution]
    year: int
    time_passed: Decimal

    @property
    def approved(self) -> Decimal:
        """All budgets."""
        return sum((row.approved for row in self.rows), NOTHING)

    @property
    def spent(self) -> Decimal:
        """All that was paid."""
        return sum((row.spent for row in self.rows), NOTHING)

    @property
    def bound(self) -> Decimal:
        """All that is approved and unpaid."""
        return sum((row.bound for row in self.rows), NOTHING)

    @property
    def spent_within(self) -> Decimal:
        """What was paid of projects that have a budget: what the rate is of."""
        return sum((row.spent for row in self.rows if row.has_budget), NOTHING)

    @property
    def rate(self) -> Decimal | None:
        """Paid of the budgets."""
        return percent(self.spent_within, self.approved)

    @property
    def difference(self) -> Decimal | None:
        """Points ahead of the time passed; negative behind it."""
        return None if self.rate is None else self.rate - self.time_passed

    @property
    def without_budget(self) -> list[Execution]:
        """Projects whose budget is not recorded."""
        return [row for row in self.rows if not row.has_budget]

    @property
    def over(self) -> list[Execution]:
        """Projects that spent more than a source allows."""
        return [row for row in self.rows if row.over_by]

    @property
    def behind(self) -> list[Execution]:
        """Projects more than ten points behind the time passed."""
        return [row for row in self.rows if row.rate is not None and self.time_passed - row.rate > BEHIND]


BEHIND = Decimal(10)


class Month(NamedTuple):
    """A month and what was paid in it, less what came back."""

    number: int
    paid: Decimal


def months(projects: Iterable[Project], *, year: int) -> list[Month]:
    """Twelve months with what was paid in each, in one statement."""
    rows = Outlay.objects.filter(project__in=[each.pk for each in projects], year=year)
    sums = dict(rows.values_list("month").annotate(sum=Sum("amount")).order_by())
    return [Month(month, sums.get(month, NOTHING)) for month in range(1, 13)]


def versions_of(budget: Budget | None) -> list[dict[str, Any]]:
    """Every version with its total and what changed against the one before."""
    found: list[dict[str, Any]] = []
    for version in BudgetVersion.objects.filter(budget=budget).order_by("number") if budget else ():
        total = _total(version)
        change = total - found[-1]["total"] if found else None
        found.append({"version": version, "total": total, "change": change})
    return found


def programmes(projects: Iterable[Project], *, year: int) -> list[dict[str, Any]]:
    """Every programme of these projects with its rounds of the year, in two statements."""
    rows = list(Programme.objects.filter(project__in=list(projects)).select_related("project").order_by("name"))
    rounds: dict[int, dict[str, Round]] = defaultdict(dict)
    wanted = Round.objects.filter(programme__in=rows, period__startswith=str(year)).select_related("case")
    for each in wanted:
        rounds[each.programme_id][each.period] = each
    return [
        {
            "programme": row,
            "rounds": [_round(period, rounds[row.pk].get(period)) for period in periods(row.rhythm, year)],
        }
        for row in rows
    ]


def periods(rhythm: str, year: int) -> list[str]:
    """The periods of a year: twelve months, or the year itself."""
    return [f"{year}-{month:02}" for month in range(1, 13)] if rhythm == Programme.Rhythm.MONTHLY else [str(year)]


def _round(period: str, found: Round | None) -> dict[str, Any]:
    return {"period": period, "round": found, "case": found.case if found else None}


def approved_budget(projects: Iterable[int], *, year: int) -> dict[int, Mapping[str, Decimal]]:
    """The approved budget of these projects by source and in total, in yuan; a project without one is left out."""
    found: dict[int, Mapping[str, Decimal]] = {}
    for budget in Budget.objects.filter(project__in=list(projects), year=year):
        by_source = {code: getattr(budget, code) for code in SOURCE_CODES}
        found[budget.project_id] = by_source | {"total": sum(by_source.values(), NOTHING)}
    return found


OFFERS: Mapping[str, Callable[..., Any]] = {"approved_budget": approved_budget}
