"""The amounts behind a number of an overview, a page at a time, each with its case."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum

from shixiao.casework.models import Case, Project
from shixiao.offices.payments.models import SOURCE_CODES, Outlay, Payment, Round
from shixiao.offices.payments.queries import over_budget_rounds
from shixiao.offices.payments.spending import NOTHING

PAID, WAITING, OVER = "paid", "waiting", "over"
LINES_A_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which amounts an address asks for. `what`: money that left or came back, payments that wait, payments above budget."""

    year: int
    what: str = PAID
    project: int | None = None
    source: str = ""
    month: int | None = None
    statement: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str], *, year: int) -> "Choice":
        """From an address; what makes no sense there is left out."""

        def number(name: str, most: int) -> int | None:
            text = given.get(name, "")
            found = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
            return found if 0 < found <= most else None

        what, source = given.get("what", ""), given.get("source", "")
        return cls(
            year=year,
            what=what if what in {PAID, WAITING, OVER} else PAID,
            project=number("project", 2**62),
            source=source if source in SOURCE_CODES else "",
            month=number("month", 12),
            statement=number("statement", 2**62),
            after=number("after", 2**62),
        )

    def address(self, **changes: Any) -> str:
        """The query of the same choice with something changed; the first page unless `after` is said."""
        said = asdict(replace(self, **({"after": None} | changes)))
        return urlencode({name: value for name, value in said.items() if value and (name, value) != ("what", PAID)})


class AmountLine(NamedTuple):
    """One amount with its case."""

    key: int
    case: Case
    project: Project
    source: str
    amount: Decimal
    voucher: str
    happened_at: datetime | None
    over_by: Decimal = NOTHING


@dataclass(kw_only=True)
class Lines:
    """A page of amounts, how many there are on all pages and what they add up to."""

    lines: list[AmountLine]
    count: int
    sum: Decimal
    next: int | None


def lines(choice: Choice, projects: QuerySet[Project]) -> Lines:
    """The amounts that were chosen, the newest first, in at most four statements."""
    if choice.what == PAID:
        return _outlays(choice, projects)
    rows = _narrowed(Payment.objects.filter(year=choice.year, project__in=projects.values("pk")), choice)
    rows = rows.filter(is_approved=True) if choice.what == WAITING else rows.filter(over_by__gt=0)
    sums = rows.aggregate(count=Count("pk"), sum=Sum("amount"))
    page = rows.select_related("case", "project__unit").order_by("-pk")
    page = page.filter(pk__lt=choice.after) if choice.after else page
    found = [_of_payment(each) for each in page[: LINES_A_PAGE + 1]]
    if choice.what == OVER:
        more, sums_of_rounds = _rounds_over(choice, projects)
        found = sorted([*found, *more], key=lambda line: -line.key)
        sums = {
            "count": sums["count"] + sums_of_rounds["count"],
            "sum": (sums["sum"] or NOTHING) + (sums_of_rounds["sum"] or NOTHING),
        }
    return _page(found, sums)


def _of_payment(each: Payment) -> AmountLine:
    at = each.paid_at or each.case.opened_at
    return AmountLine(
        each.pk, each.case, each.project, each.source, each.amount, each.voucher, at, over_by=each.over_by
    )


def _rounds_over(choice: Choice, projects: QuerySet[Project]) -> tuple[list[AmountLine], Mapping[str, Any]]:
    rows = Round.objects.filter(over_budget_rounds(projects, year=choice.year))
    rows = rows.filter(programme__project=choice.project) if choice.project else rows
    rows = rows.filter(programme__source=choice.source) if choice.source else rows
    sums = rows.aggregate(count=Count("pk"), sum=Sum("amount"))
    page = rows.select_related("case", "programme__project__unit").order_by("-pk")
    page = page.filter(pk__lt=choice.after) if choice.after else page
    found = [
        AmountLine(
            each.pk,
            each.case,
            each.programme.project,
            each.programme.source,
            each.amount,
            "",
            each.paid_at,
            each.over_by,
        )
        for each in page[: LINES_A_PAGE + 1]
    ]
    return found, sums


def _outlays(choice: Choice, projects: QuerySet[Project]) -> Lines:
    rows = _narrowed(Outlay.objects.filter(project__in=projects.values("pk")), choice)
    rows = rows.filter(month=choice.month) if choice.month else rows
    if choice.statement:  # noqa: SIM108 — of whatever year
        rows = rows.filter(case__in=Payment.objects.filter(statement=choice.statement).values("pk"), amount__gt=0)
    else:
        rows = rows.filter(year=choice.year)
    sums = rows.aggregate(count=Count("pk"), sum=Sum("amount"))
    page = rows.select_related("case", "project__unit").order_by("-pk")
    page = page.filter(pk__lt=choice.after) if choice.after else page
    outlays = list(page[: LINES_A_PAGE + 1])
    keys = [each.case_id for each in outlays]
    over = dict(Payment.objects.filter(pk__in=keys, over_by__gt=0).values_list("pk", "over_by"))
    over |= dict(Round.objects.filter(pk__in=keys, over_by__gt=0).values_list("pk", "over_by"))
    found = [
        AmountLine(
            each.pk,
            each.case,
            each.project,
            each.source,
            each.amount,
            each.voucher,
            each.happened_at,
            over.get(each.case_id, NOTHING) if each.amount > 0 else NOTHING,
        )
        for each in outlays
    ]
    return _page(found, sums)


def _narrowed(rows: Any, choice: Choice) -> Any:
    rows = rows.filter(project=choice.project) if choice.project else rows
    return rows.filter(source=choice.source) if choice.source else rows


def _page(found: list[AmountLine], sums: Mapping[str, Any]) -> Lines:
    shown = found[:LINES_A_PAGE]
    last = shown[-1].key if len(found) > LINES_A_PAGE else None
    return Lines(lines=shown, count=sums["count"], sum=sums["sum"] or NOTHING, next=last)
