"""A year of this desk's life, for the demonstration, the benchmarks and the forecasts. Everything is invented: names are marked 模拟.

`planning` is pure: the same projects, year and seed give the same year. `Desk` plays it through casework (`casework.living`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zlib import crc32

from shixiao import casework
from shixiao.casework import calendars, living, loading, performing
from shixiao.casework.models import Case, Project
from shixiao.casework.simulating import Character, Days, Move, PlannedStep, character
from shixiao.offices.payments import planning
from shixiao.offices.payments.models import Budget, Programme, Round
from shixiao.offices.payments.programmes import create_programme, plan_year
from shixiao.offices.payments.steps import BUDGET, PAYMENT
from shixiao.people.models import User

AFTER_THE_BUDGETS = timedelta(hours=1)

SEED = 2026


class _Adjusted(NamedTuple):
    """A budget in June."""

    budget: planning.PlannedBudget


class _Paid(NamedTuple):
    """A round of allowances."""

    case_id: int
    step: PlannedStep


class Desk:
    """The payments' part of a simulated year. A `living.Desk`."""

    def __init__(
        self,
        who: Character,
        *,
        projects: Sequence[Project],
        staff: Mapping[str, User],
        scale: int = 1,
        approved: Mapping[int, Decimal] | None = None,
    ) -> None:
        works_on = calendars.in_force()[calendars.OFFICE].is_working_day
        self.days = Days(who, works_on, performing.zone())
        self.projects, self.staff, self.scale = projects, staff, scale
        self.names = [each.name for each in projects]
        known = [(approved or {}).get(each.pk) for each in projects]
        self.budgets = planning.budgets(self.names, who, approved=known)
        self.cases: dict[str, int] = {}
        self.stored: dict[int, int] = {}
        self.rounds: list[tuple[str, date, int, int]] = []

    def begin(self, *, after: datetime | None) -> None:
        """What is there already, where some of the year was lived; budgets come in January like everything else."""
        if after is not None:
            rows = Budget.objects.filter(year=self.days.who.year, project__in=self.projects)
            of_projects = {each.pk: number for number, each in enumerate(self.projects)}
            self.stored = {of_projects[project]: pk for project, pk in rows.values_list("project_id", "pk")}

    def month(self, month: int, desk: int) -> Iterator[Move]:
        """Every step of the payments that begin in that month, the budgets in January and in June, and rounds."""
        if month == 1:
            for each in self.budgets:
                at = planning.later(planning.january(self.days), each.project)
                yield Move(at, desk, f"a-budget-{each.project:03d}", 1, each)
            yield Move(planning.january(self.days) + AFTER_THE_BUDGETS, desk, "b-programmes", 1, None)
        if month == 6:
            for each in self.budgets:
                if each.adjusted is not None:
                    at = planning.later(planning.june(self.days), each.project)
                    yield Move(at, desk, f"c-budget-{each.project:03d}", 1, _Adjusted(each))
        for payment in planning.plan(self.names, self.budgets, self.days, month, copies=self.scale):
            for place, step in enumerate(payment.steps):
                yield Move(step.at, desk, f"p-{payment.key}", place, (payment, step))

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterator[Move]:
        """Rounds of allowances that are due about a week later."""
        if not self.rounds:
            self._find_rounds()
        zone = performing.zone()
        first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        for key, due_on, heads, case_id in self.rounds:
            if first <= due_on - timedelta(days=6) < last:
                step = planning.round_paid(self.days, key, due_on, heads)
                if step is not None:
                    yield Move(step.at, desk, f"r-{key}", 1, _Paid(case_id, step))

    def take(self, move: Move) -> None:
        """One step."""
        what = move.what
        if what is None:
            self._create_programmes(move.at)
        elif isinstance(what, planning.PlannedBudget):
            self.stored[what.project] = self._approve(what, move.at).pk
        elif isinstance(what, _Adjusted):
            self._adjust(what.budget, move.at)
        elif isinstance(what, _Paid):
            casework.perform(what.case_id, "pay", by=self.staff["payments.cashier"], now=move.at, **what.step.told)
        else:
            self._take_planned(*what, key=move.key)

    def find(self, opened: Sequence[Move]) -> None:
        """By their order."""
        ids = list(Case.objects.filter(kind=PAYMENT).order_by("pk").values_list("pk", flat=True))
        if len(ids) != len(opened):
            raise living.NotAsPlanned(f"{len(ids)} payments are there, {len(opened)} were planned")
        self.cases = {move.key: id_ for move, id_ in zip(opened, ids, strict=True)}

    # ---- one step ------------------------------------------------------------------------------------------------

    def _take_planned(self, payment: planning.PlannedPayment, step: PlannedStep, *, key: str) -> None:
        by = self.staff[f"payments.{step.by}"]
        if step.step == "register":
            project = self.projects[payment.project]
            told = {**step.told, "project": project.pk}
            opening = casework.Opening(unit=project.unit, particulars=told, happened_at=step.happened_at, lead=by)
            opened = casework.open_case(PAYMENT, "register", opening, by=by, now=step.at)
            self.cases |= {key: opened.pk} if len(payment.steps) > 1 else {}
        else:
            # After its last step nobody asks for a case again: memory stays flat.
            case_id = self.cases.pop(key) if step is payment.steps[-1] else self.cases[key]
            casework.perform(case_id, step.step, by=by, now=step.at, happened_at=step.happened_at, **step.told)

    def _approve(self, each: planning.PlannedBudget, at: datetime) -> Case:
        project = self.projects[each.project]
        year = self.days.who.year
        document = f"模拟财〔{year}〕{each.project + 1}号"
        told: dict[str, Any] = {"project": project.pk, "year": year, "fiscal": each.fiscal, "document": document}
        opening = casework.Opening(unit=project.unit, particulars=told)
        return casework.open_case(BUDGET, "approve", opening, by=self.staff["payments.budget_keeper"], now=at)

    def _adjust(self, each: planning.PlannedBudget, at: datetime) -> None:
        told: dict[str, Any] = {
            "fiscal": each.adjusted,
            "document": f"模拟财调〔{self.days.who.year}〕{each.project + 1}号",
            "reason": "模拟：年中预算调整",
        }
        by = self.staff["payments.budget_keeper"]
        casework.perform(self.stored[each.project], "adjust", by=by, now=at, **told)

    # ---- rounds --------------------------------------------------------------------------------------------------

    def _create_programmes(self, at: datetime) -> None:
        """Two allowances each month and a gift before the Spring Festival, of the project that such things belong to."""
        home = self.projects[planning.home(self.names)]
        keeper, clerk = self.staff["payments.budget_keeper"], self.staff["payments.clerk"]
        year = self.days.who.year
        rhythms = [*((name, "monthly") for name, _heads in planning.PEOPLE), (planning.FESTIVAL[0], "spring_festival")]
        for name, rhythm in rhythms:
            since = date(year, 1, 1)
            programme = Programme.objects.filter(name=name, project=home).first() or create_programme(
                name, project=home, source="fiscal", rhythm=rhythm, since=since, by=keeper, now=at
            )
            if rhythm == "monthly" or self._knows_the_festival(year):
                plan_year(programme, year=year, by=clerk, now=at)

    def _knows_the_festival(self, year: int) -> bool:
        """The holidays of a year to come may not be known yet: then there is nothing to plan."""
        return calendars.in_force().known_until.year >= year

    def _find_rounds(self) -> None:
        heads = dict((*planning.PEOPLE, planning.FESTIVAL))
        rows = Round.objects.filter(period__startswith=str(self.days.who.year)).select_related("programme")
        for row in rows.order_by("case_id"):
            key = f"{row.period}-{crc32(row.programme.name.encode()) % 1000:03d}"
            self.rounds.append((key, row.due_on, heads.get(row.programme.name, 30), row.pk))


def simulate(
    *,
    projects: Sequence[Project],
    staff: Mapping[str, User],
    now: datetime,
    approved: Mapping[int, Any] | None = None,
    seed: int = SEED,
) -> int:
    """This desk alone lives the year of `now` until `now`; returns how many cases that made."""
    year = now.astimezone(performing.zone()).year
    running = [each for each in projects if each.since_year <= year <= each.until_year]
    if running:
        desk = Desk(character(year=year, seed=seed), projects=running, staff=staff, approved=approved)
        with loading.in_bulk():
            living.live([desk], year=year, after=None, until=now)
    return Case.objects.count()
