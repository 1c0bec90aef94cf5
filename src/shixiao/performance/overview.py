"""What stands beyond one table: all plans, what happened to one, search, and how often rules fire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import wordings
from shixiao.performance.models import (
    Correction,
    Finding,
    Indicator,
    Plan,
    PlanVersion,
    Suppression,
    Understanding,
    Which,
)
from shixiao.performance.queries import BULKY, address_of

FOUND_AT_MOST = 200
EVENTS_SHOWN = 500
PLANS_SHOWN = 500


@dataclass(frozen=True)
class Sums:
    """All newest versions together."""

    plans: int
    indicators: int
    errors: int
    warnings: int
    doubtful: int
    total: Decimal


def newest() -> "QuerySet[PlanVersion]":
    """The newest version of each plan."""
    newer = PlanVersion.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))
    return PlanVersion.objects.filter(~Exists(newer))


def plans() -> list[PlanVersion]:
    """The newest version of each plan with its counts, the latest year first: one statement."""
    listed = newest().select_related("plan").defer(*BULKY).order_by("-plan__fiscal_year", "plan__department")
    return list(
        listed.annotate(
            errors=_count(_open().filter(severity="error")),
            warnings=_count(_open().filter(severity="warning")),
            hints=_count(_open().filter(severity="hint")),
            accepted=_count(Finding.objects.filter(suppression__isnull=False)),
            doubtful=_count(Understanding.objects.filter(is_doubtful=True)),
        )[:PLANS_SHOWN]
    )


def _open() -> "QuerySet[Finding]":
    """The findings that nobody has accepted."""
    return Finding.objects.filter(suppression=None)


def _count(rows: "QuerySet[Finding] | QuerySet[Understanding]") -> Subquery:
    mine = rows.filter(version=OuterRef("pk")).order_by().values("version")
    return Subquery(mine.annotate(count=Count("pk")).values("count"))


def version_before(version: PlanVersion, number: int | None = None) -> PlanVersion | None:
    """The version of the same plan that `number` names, or the one before `version`; for a first version the newest
    one of the last year before. None where there is none."""
    same = PlanVersion.objects.filter(plan=version.plan_id).select_related("plan").defer(*BULKY)
    if number is not None:
        return same.filter(number=number).first()
    before = same.filter(number__lt=version.number).order_by("-number").first()
    if before:
        return before
    earlier = PlanVersion.objects.filter(
        plan__department=version.plan.department, plan__fiscal_year__lt=version.plan.fiscal_year
    )
    return earlier.select_related("plan").defer(*BULKY).order_by("-plan__fiscal_year", "-number").first()


def sums(listed: Sequence[PlanVersion]) -> Sums:
    """The first line of the first page."""

    def added(name: str) -> int:
        return sum(getattr(version, name) or 0 for version in listed)

    return Sums(
        plans=len(listed),
        indicators=added("indicator_count"),
        errors=added("errors"),
        warnings=added("warnings"),
        doubtful=added("doubtful"),
        total=sum((version.total or Decimal(0) for version in listed), Decimal(0)),
    )


class Hit(NamedTuple):
    """An indicator that the search found."""

    address: str
    plan: str
    project: str
    row: int
    name: str
    wording: str
    plain: str


def search(query: str) -> list[Hit]:
    """Indicators of the newest versions in whose name or wordings every word of `query` stands."""
    if not query:
        return []
    found = Indicator.objects.filter(version__in=newest())
    for word in query.split():
        mentions = Q(name__icontains=word) | Q(annual_wording__icontains=word) | Q(cycle_wording__icontains=word)
        found = found.filter(mentions)
    listed = found.select_related("version__plan", "project", "understanding").order_by(
        "-version__plan__fiscal_year", "version", "row"
    )
    listed = listed.defer(*(f"version__{name}" for name in BULKY))
    return [_hit(indicator) for indicator in listed[:FOUND_AT_MOST]]


def _hit(indicator: Indicator) -> Hit:
    version = indicator.version
    return Hit(
        address=address_of(version, indicator.row),
        plan=str(version.plan),
        project=indicator.project.name,
        row=indicator.row,
        name=indicator.name,
        wording=indicator.annual_wording,
        plain=wordings.understood(indicator.understanding),
    )


# ---- rules -----------------------------------------------------------------------------------------------------


class Fires(NamedTuple):
    """How often a rule fires: open findings, the plans that have them, and findings that were accepted."""

    findings: int
    plans: int
    accepted: int


def fires() -> dict[str, Fires]:
    """How often each rule fires in the newest versions."""
    is_open, is_accepted = Q(suppression=None), Q(suppression__isnull=False)
    counted = Finding.objects.filter(version__in=newest()).values_list("rule")
    return {
        rule: Fires(*counts)
        for rule, *counts in counted.annotate(
            findings=Count("id", filter=is_open),
            plans=Count("version", distinct=True, filter=is_open),
            accepted=Count("id", filter=is_accepted),
        )
    }


def plans_with(rule: str) -> "QuerySet[PlanVersion]":
    """The newest versions in which `rule` fires, with the number of findings that nobody has accepted."""
    found = Count("findings", filter=Q(findings__rule=rule, findings__suppression=None))
    listed = newest().select_related("plan").defer(*BULKY).annotate(count=found).filter(count__gt=0)
    return listed.order_by("-plan__fiscal_year", "plan__department")[:PLANS_SHOWN]


# ---- what happened ---------------------------------------------------------------------------------------------


class Happening(NamedTuple):
    """One event of a plan, for people."""

    title: str
    at: datetime
    by: str
    version: int
    row: int | None
    address: str
    reason: str
    particulars: dict[str, object]


def happened(version: PlanVersion) -> list[Happening]:
    """What happened to the plan of `version`, newest first."""
    plan = version.plan
    about = Event.objects.filter(subject_kind=Plan.ledger_name, subject_id=str(plan.pk)).order_by("-id")[:EVENTS_SHOWN]
    listed = list(about)
    people = {
        str(user.pk): user for user in User.objects.filter(pk__in={event.by_id for event in listed if event.by_id})
    }
    reasons = {
        **_reasons("correction", Correction.objects.all(), listed),
        **_reasons("suppression", Suppression.objects.all(), listed),
    }
    return [_happening(event, plan, people, reasons) for event in listed]


Reasons = dict[tuple[str, int], str]


def _reasons(named: str, made: "QuerySet[Correction] | QuerySet[Suppression]", listed: Sequence[Event]) -> Reasons:
    """The reasons of what the events name, in one statement, or none where they name nothing of the kind."""
    ids = {event.particulars[named] for event in listed if named in event.particulars}
    return {(named, pk): reason for pk, reason in made.filter(pk__in=ids).values_list("pk", "reason")}


def _happening(event: Event, plan: Plan, people: dict[str, User], reasons: Reasons) -> Happening:
    by = people.get(event.by_id)
    number, row = event.particulars.get("version", 1), event.particulars.get("row")
    named = next((name for name in ("correction", "suppression") if name in event.particulars), "")
    name = "performance:indicator" if row else "performance:version"
    kind = DECLARED.get(event.kind)
    return Happening(
        title=wordings.said(kind.title) if kind else event.kind,
        at=event.happened_at,
        by=by.display_name if by else "",
        version=number,
        row=row,
        address=reverse(name, args=[plan.pk, number, row] if row else [plan.pk, number]),
        reason=reasons.get((named, event.particulars.get(named, 0)), ""),
        particulars=event.particulars | {"which": _which(event)},
    )


def _which(event: Event) -> str:
    which = event.particulars.get("which")
    return str(Which(which).label) if which in Which.values else ""


def versions(plan: int) -> "QuerySet[PlanVersion]":
    """The versions of a plan, newest first."""
    return (
        PlanVersion.objects.filter(plan=plan).select_related("accepted_by").defer(*BULKY).order_by(F("number").desc())
    )
