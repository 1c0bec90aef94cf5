"""The pages of this desk: how far the year's budgets are spent, a project, the amounts behind a number."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import visibility
from shixiao.casework.models import Project
from shixiao.casework.steps import Steps
from shixiao.casework.views import person
from shixiao.offices.payments import amounts, queries
from shixiao.offices.payments.amounts import Choice
from shixiao.offices.payments.models import SOURCE_CHOICES, Statement
from shixiao.offices.payments.responsibilities import APPROVER, CASHIER, CLERK, KEEPER
from shixiao.offices.payments.steps import BUDGETS, PAYMENTS
from shixiao.people.models import Role
from shixiao.people.permissions import mandates

FIRST_YEAR, LAST_YEAR = 2000, 2100
LATEST = 12


def projects_for(request: HttpRequest, *, now: datetime) -> QuerySet[Project]:
    """The projects this person sees. Raises PermissionDenied for whoever has nothing to do with payments."""
    by = person(request)
    held = mandates(by, timezone.localtime(now).date()).words
    if by.role != Role.OFFICER and not held & {each.word for each in (KEEPER, CLERK, APPROVER, CASHIER)}:
        raise PermissionDenied(_("您没有支出方面的岗位。如需查看，请联系安全管理员授予岗位。"))
    return queries.seen_projects(by, now=now)


def year_of(request: HttpRequest, *, today: date) -> int:
    """The year that the address asks for; this one where it asks for none."""
    given = request.GET.get("year", "")
    asked = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else today.year
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else today.year


def holds(request: HttpRequest, word: str, *, now: datetime) -> bool:
    """This person may do, somewhere, what takes that responsibility."""
    return word in mandates(person(request), timezone.localtime(now).date()).words


def opens(request: HttpRequest, *, now: datetime, of: Steps = PAYMENTS) -> tuple[str, ...]:
    """The paths of the units whose payments, or other cases, this person may open; figures are seen beyond them."""
    return visibility.places(of, visibility.held_by(person(request), now=now))


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Where the page stands: below the first page of the desk."""
    first = {"title": _("执行情况"), "address": reverse("payments:execution")}
    return [first, *({"title": title, "address": address} for title, address in steps)]


@require_safe
def execution(request: HttpRequest) -> HttpResponse:
    """How far the budgets of a year are spent, against the time that has passed."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    projects, year = projects_for(request, now=now), year_of(request, today=today)
    rows = queries.executions(projects, year=year)
    overview = queries.Overview(rows=rows, year=year, time_passed=queries.time_passed(year, today=today))
    of_rows = [row.project for row in rows]
    months = queries.months(of_rows, year=year)
    context = {
        "overview": overview,
        "rows": _rows(overview),
        "year": year,
        "years": queries.years_of(projects, this=today.year),
        "months": months,
        "most": max((month.paid for month in months), default=queries.NOTHING),
        "over_count": queries.over_budget(projects, year=year),
        "programmes": queries.programmes(of_rows, year=year, today=today),
        "may_import": holds(request, CLERK.word, now=now),
        "may_budget": holds(request, KEEPER.word, now=now),
        "opens": opens(request, now=now),
        "opens_budgets": opens(request, now=now, of=BUDGETS),
        "trail": [{"title": _("执行情况"), "address": ""}],
    }
    return render(request, "payments/execution.html", context)


def _rows(overview: queries.Overview) -> list[dict[str, Any]]:
    """The rows with how they stand against the time; the first without a budget and the first above one can be jumped to."""
    first = {
        "without-budget": next(iter(overview.without_budget), None),
        "over-budget": next(iter(overview.over), None),
    }
    return [
        {
            "it": row,
            "against": row.against(overview.time_passed),
            "is_behind": row in overview.behind,
            "anchor": next((anchor for anchor, each in first.items() if each is row), ""),
        }
        for row in overview.rows
    ]


@require_safe
def project(request: HttpRequest, project: int) -> HttpResponse:
    """One project in one year: its budget with every version, its months, its latest amounts, its rounds."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    projects, year = projects_for(request, now=now), year_of(request, today=today)
    one = projects.filter(pk=project).first()
    if one is None:
        raise Http404
    of_one = projects.filter(pk=project)
    rows = queries.executions(of_one, year=year)
    row = rows[0] if rows else queries.Execution(project=one)
    months = queries.months([one], year=year)
    latest = amounts.lines(Choice(year=year, project=project), of_one)
    context = {
        "project": one,
        "row": row,
        "year": year,
        "years": queries.years_of(of_one, this=today.year),
        "time_passed": queries.time_passed(year, today=today),
        "against": row.against(queries.time_passed(year, today=today)),
        "versions": queries.versions_of(row.budget),
        "months": months,
        "most": max(month.paid for month in months),
        "latest": latest,
        "latest_lines": latest.lines[:LATEST],
        "over_count": queries.over_budget(of_one, year=year),
        "programmes": queries.programmes([one], year=year, today=today),
        "may_budget": holds(request, KEEPER.word, now=now),
        "may_register": holds(request, CLERK.word, now=now),
        "opens": opens(request, now=now),
        "opens_budgets": opens(request, now=now, of=BUDGETS),
        "trail": trail((one.name, "")),
    }
    return render(request, "payments/project.html", context)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The amounts behind a number of the overview, each with its case, and what they add up to."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    projects = projects_for(request, now=now)
    choice = Choice.of(request.GET.dict(), year=year_of(request, today=today))
    found = amounts.lines(choice, projects)
    titles = {amounts.PAID: _("收付"), amounts.WAITING: _("已批未付"), amounts.OVER: _("超预算的支出")}
    context: dict[str, Any] = {
        "choice": choice,
        "found": found,
        "title": titles[choice.what],
        "projects": projects.order_by("unit__path", "name"),
        "sources": SOURCE_CHOICES,
        "months": range(1, 13),
        "years": queries.years_of(projects, this=today.year),
        "statement": Statement.objects.filter(pk=choice.statement).first() if choice.statement else None,
        "next": choice.address(after=found.next) if found.next else "",
        "opens": opens(request, now=now),
        "opens_budgets": opens(request, now=now, of=BUDGETS),
        "trail": trail((titles[choice.what], "")),
    }
    return render(request, "payments/listing.html", context)
