"""What the pages of this desk read, each in a number of statements that does not grow with the rows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from shixiao.casework.evidence import choosing
from shixiao.casework.models import Project
from shixiao.ledger import gauges, readings
from shixiao.ledger.readings import Asked, Days, Where
from shixiao.offices.payments import measures
from shixiao.offices.payments.models import Budget, BudgetVersion, Outlay, Payment, Programme, Round
from shixiao.offices.payments.rounds import periods_of
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
    def short_by(self) -> Decimal:
        """By how much what is paid and bound exceeds the budget."""
        return max(NOTHING, -self.left)

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

    def against(self, time_passed: Decimal) -> Decimal | None:
        """Points ahead of the time passed; negative behind it; None without a rate."""
        return None if self.rate is None else self.rate - time_passed

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
    for bound in waiting.order_by():
        found[bound["project"]].waiting[bound["source"]] = bound["sum"]
    return list(found.values())


@dataclass(kw_only=True)
class Overview:
    """All projects together: ratios are worked out anew from the sums, never averaged."""

    rows: list[Execution]
    year: int
    time_passed: Decimal

    @property
    def approved_first(self) -> Decimal:
        """All budgets as first approved."""
        return sum((row.approved_first for row in self.rows), NOTHING)

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
    def left(self) -> Decimal:
        """What may still be approved of the budgets there are."""
        return sum((row.left for row in self.rows if row.has_budget), NOTHING)

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
    def by_source(self) -> list[dict[str, Any]]:
        """Every source with a budget or a payment, all projects together."""
        found = []
        for code, title in SOURCES:
            approved = sum((row.of(code) for row in self.rows), NOTHING)
            paid = sum((row.paid.get(code, NOTHING) for row in self.rows), NOTHING)
            waiting = sum((row.waiting.get(code, NOTHING) for row in self.rows), NOTHING)
            if approved or paid or waiting:
                row = {"code": code, "title": title, "approved": approved, "paid": paid, "waiting": waiting}
                found.append(row | {"rate": percent(paid, approved)})
        return found

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


class RoundShown(NamedTuple):
    """A cell of the year: the period, its round (None where nobody planned it) and how it stands."""

    period: str
    round: Round | None
    standing: str

    @property
    def month(self) -> int:
        """1 to 12; 0 for a round of the year."""
        return int(self.period[5:] or 0)


@dataclass(kw_only=True)
class ProgrammeYear:
    """A programme with its rounds of a year."""

    programme: Programme
    rounds: list[RoundShown]

    def count(self, *standings: str) -> int:
        """How many rounds stand so."""
        return sum(each.standing in standings for each in self.rounds)

    @property
    def paid(self) -> int:
        """Rounds that were paid, in time or not."""
        return self.count("paid", "paid-late")

    @property
    def overdue(self) -> int:
        """Rounds whose day is over and that nobody paid or dropped."""
        return self.count("overdue")

    @property
    def missing(self) -> int:
        """Rounds that nobody planned."""
        return self.count("missing")

    @property
    def amount(self) -> Decimal:
        """What all of them paid."""
        return sum((each.round.amount for each in self.rounds if each.round and each.round.paid_at), NOTHING)


def programmes(projects: Iterable[Project], *, year: int, today: date) -> list[ProgrammeYear]:
    """Every programme of these projects that runs in the year, with its rounds, in two statements."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    running = Programme.objects.filter(project__in=[each.pk for each in projects], since__lte=last)
    running = running.filter(Q(until=None) | Q(until__gte=first)).select_related("project__unit")
    rows = list(running.order_by("project__unit__path", "name"))
    rounds: dict[int, dict[str, Round]] = defaultdict(dict)
    there = Round.objects.filter(programme__in=rows, period__startswith=str(year), is_withdrawn=False)
    for each in there.select_related("case"):
        rounds[each.programme_id][each.period] = each
    found = []
    for row in rows:
        every = periods_of(row.rhythm, year, since=row.since, until=row.until)
        shown = [_round(period, rounds[row.pk].get(period), today=today) for period in every]
        found.append(ProgrammeYear(programme=row, rounds=shown))
    return found


def _round(period: str, found: Round | None, *, today: date) -> RoundShown:
    """Paid (in time or late), overdue, to be paid, dropped, or not planned."""
    if found is None:
        return RoundShown(period, None, "missing")
    if found.paid_at is not None:
        is_late = timezone.localtime(found.paid_at).date() > found.due_on
        return RoundShown(period, found, "paid-late" if is_late else "paid")
    if found.case.closed_at is not None:
        return RoundShown(period, found, "dropped")
    return RoundShown(period, found, "overdue" if today > found.due_on else "planned")


class Approved(NamedTuple):
    """The approved budget of a project in a year, in yuan by source, as first approved and as it stands; and its case."""

    case: int
    first: Mapping[str, Decimal]
    now: Mapping[str, Decimal]


def approved_budget(projects: Collection[int], *, year: int) -> dict[int, Approved]:
    """The approved budgets of these projects, in two statements; a project without one is left out."""
    budgets = list(Budget.objects.filter(project__in=list(projects), year=year))
    first = {each.budget_id: each for each in BudgetVersion.objects.filter(budget__in=budgets, number=1)}
    return {each.project_id: Approved(each.pk, _sources(first.get(each.pk, each)), _sources(each)) for each in budgets}


def _sources(amounts: Budget | BudgetVersion) -> dict[str, Decimal]:
    return {code: getattr(amounts, code) for code in SOURCE_CODES}


def over_budget(projects: QuerySet[Project], *, year: int) -> int:
    """How many payments and rounds of the year were made or registered above a budget, each with its reason."""
    rounds = Round.objects.filter(over_budget_rounds(projects, year=year))
    return Payment.objects.filter(year=year, project__in=projects.values("pk"), over_by__gt=0).count() + rounds.count()


def over_budget_rounds(projects: QuerySet[Project], *, year: int) -> Q:
    """Rounds paid in the year above the budget."""
    return Q(programme__project__in=projects.values("pk"), over_by__gt=0, paid_at__year=year)


def years_of(projects: QuerySet[Project], *, this: int) -> list[int]:
    """The years for which there is a budget or money, and this one."""
    here = {"project__in": projects.values("pk")}
    budgets = Budget.objects.filter(**here).order_by().values_list("year")
    found = budgets.union(Outlay.objects.filter(**here).order_by().values_list("year"))
    return sorted({this, *(year for (year,) in found)}, reverse=True)


class Spent(NamedTuple):
    """The budget of a project in a year as it stands and what was paid of it, in yuan; `approved` is None without a budget. `address` is
    the page that shows both, empty for whoever may not open it; `paid_address` the payments behind it, as they were known on a past day."""

    approved: Decimal | None
    paid: Decimal
    address: str
    paid_address: str = ""


def spent(
    projects: Collection[int], *, year: int, by: User, now: datetime, as_of: date | None = None
) -> dict[int, Spent]:
    """How far the budgets of these projects are spent, in three statements; a project with neither budget nor payment is left out.

    `as_of`: as both were known at the end of that local day, by the same facts that the board of that day reads, in one statement.
    """
    if as_of is not None:
        return _spent_then(projects, year, as_of, now=now)
    seen = set(seen_projects(by, now=now).filter(pk__in=list(projects)).values_list("pk", flat=True))
    budgets = {each.project_id: _total(each) for each in Budget.objects.filter(project__in=list(projects), year=year)}
    rows = Outlay.objects.filter(project__in=list(projects), year=year).values_list("project")
    paid = dict(rows.annotate(sum=Sum("amount")).order_by())
    return {
        key: Spent(
            budgets.get(key),
            paid.get(key, NOTHING),
            f"{reverse('payments:project', args=[key])}?year={year}" if key in seen else "",
        )
        for key in sorted({*budgets, *paid})
    }


def _spent_then(projects: Collection[int], year: int, as_of: date, *, now: datetime) -> dict[int, Spent]:
    using = {each.measure.name: each.id for each in gauges.current(now).gauges}
    paid, approved = using.get(measures.paid_amount.name), using.get(measures.approved_budget.name)
    if paid is None or approved is None:  # this office has not been taken into use yet
        return {}
    days = Days.year(year)
    asked = [Asked((gauge, key), gauge, days, Where(project=key)) for gauge in (paid, approved) for key in projects]
    known = readings.board(asked, as_of=as_of)
    found = {}
    for key in sorted(projects):
        budget, outlay = known[approved, key], known[paid, key]
        if budget.cases or outlay.cases:
            view = choosing.of_scope(days, project=key, on=as_of).address()
            pages = [f"{reverse('casework:gauge', args=(gauge,))}?{view}" for gauge in (approved, paid)]
            found[key] = Spent(budget.total if budget.cases else None, outlay.total, *pages)
    return found


OFFERS: Mapping[str, Callable[..., Any]] = {"approved_budget": approved_budget, "spent": spent}
