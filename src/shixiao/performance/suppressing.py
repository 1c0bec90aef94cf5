"""Accepting a finding with a reason, and taking that back: one call, one transaction, one event each.

The finding stays; it is shown as accepted and no longer counted among the open ones. What an office's shixiao.toml
suppresses is the command line's, and is neither read nor changed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine import lint, plans
from shixiao.people.models import User
from shixiao.people.permissions import may_suppress_findings
from shixiao.performance import derived, events
from shixiao.performance.models import Finding, Indicator, Plan, PlanVersion, Project, Suppression, Unit


class NotSuppressible(ValueError):
    """The finding cannot be accepted, or the acceptance not taken back; the sentence says why."""


def suppress_finding(finding: Finding, *, everywhere: bool, reason: str, by: User, now: datetime) -> Suppression:
    """Accept what a rule says of the place of `finding`, or `everywhere` in its version.

    Raises `PermissionDenied`, and `NotSuppressible` without a reason, in an old version, and where it is accepted
    already.
    """
    _check_may_suppress(by)
    if not reason.strip():
        raise NotSuppressible(_("请写明接受的理由。"))
    with transaction.atomic():
        version = _locked(finding.version_id)
        place = {} if everywhere else _place(finding)
        covered = version.findings.filter(rule=finding.rule, suppression=None, **place).count()
        if not covered:
            raise NotSuppressible(_("这条发现已经接受，或者已经没有了。请刷新页面看看。"))
        made = Suppression.objects.create(
            version=version,
            rule=finding.rule,
            is_everywhere=everywhere,
            **place,
            reason=reason.strip(),
            made_by=by,
            made_at=now,
        )
        particulars = _of_suppression(made) | {"findings": covered}
        ledger.record(events.FINDING_SUPPRESSED, subject=version.plan, by=by, now=now, particulars=particulars)
        derived.refresh(version)
    return made


def withdraw_suppression(suppression: Suppression, *, reason: str, by: User, now: datetime) -> Suppression:
    """Take an acceptance back, by a new record: what it covered is open again."""
    _check_may_suppress(by)
    if not reason.strip():
        raise NotSuppressible(_("请写明撤回的理由。"))
    with transaction.atomic():
        version = _locked(suppression.version_id)
        if not derived.standing(version).filter(pk=suppression.pk).exists():
            raise NotSuppressible(_("这次接受已经撤回。请刷新页面看看。"))
        withdrawal = Suppression.objects.create(
            version=version,
            rule=suppression.rule,
            is_everywhere=suppression.is_everywhere,
            **_place(suppression),
            reason=reason.strip(),
            withdraws=suppression,
            made_by=by,
            made_at=now,
        )
        particulars = _of_suppression(withdrawal) | {"withdraws": suppression.pk}
        ledger.record(events.SUPPRESSION_WITHDRAWN, subject=version.plan, by=by, now=now, particulars=particulars)
        derived.refresh(version)
    return withdrawal


def _check_may_suppress(by: User) -> None:
    if not may_suppress_findings(by):
        raise PermissionDenied(_("只有绩效管理员可以接受核查发现。"))


def _locked(version: int) -> PlanVersion:
    """The version, in a transaction that holds its plan; only the newest one is worked on."""
    found = PlanVersion.objects.select_related("plan").get(pk=version)
    Plan.objects.select_for_update().get(pk=found.plan_id)
    if PlanVersion.objects.filter(plan=found.plan_id, number__gt=found.number).exists():
        raise NotSuppressible(_("这是旧版。请在最新一版里办理。"))
    return found


def _place(of: Finding | Suppression) -> derived.Place:
    return {"unit_id": of.unit_id, "project_id": of.project_id, "indicator_id": of.indicator_id}


def _of_suppression(made: Suppression) -> dict[str, object]:
    places = {
        "unit": made.unit.position if made.unit else None,
        "project": made.project.position if made.project else None,
        "row": made.indicator.row if made.indicator else None,
    }
    return {
        "version": made.version.number,
        "rule": made.rule,
        "is_everywhere": made.is_everywhere,
        "suppression": made.pk,
    } | {name: number for name, number in places.items() if number is not None}


# ---- what comes over to the next version ---------------------------------------------------------------------------


class Carried(NamedTuple):
    """A suppression that comes over, and what it is for there: a row, the place of a finding, or everywhere."""

    suppression: Suppression
    to: int | lint.Finding | None


def carried_to(plan: plans.Plan, found: Sequence[lint.Finding], *, before: PlanVersion | None) -> list[Carried]:
    """What of the version `before` is accepted in `plan`, too: for a row that is the same word for word; for a
    project, a unit or the table where the rule says the same words; everywhere where it was everywhere."""
    if before is None:
        return []
    places = ("unit", "project__unit", "indicator__project__unit")
    listed = list(derived.standing(before).select_related(*places))
    if not listed:
        return []
    rows = _rows_by_wording(plan)
    carried: list[Carried] = []
    for each in listed:
        if each.is_everywhere:
            carried.append(Carried(each, None))
        elif each.indicator:
            carried += [Carried(each, row) for row in rows.get(_wording_of(each.indicator), ())]
        else:
            carried += [Carried(each, finding) for finding in _said_again(each, found)]
    return carried


RowKey = tuple[str, str, str, str, str, str]


def _rows_by_wording(plan: plans.Plan) -> Mapping[RowKey, list[int]]:
    rows: dict[RowKey, list[int]] = {}
    for unit, project, row in plan.indicators():
        key = (unit.name, project.name, row.code, row.name, row.cycle_wording, row.annual_wording)
        rows.setdefault(key, []).append(row.row)
    return rows


def _wording_of(row: Indicator) -> RowKey:
    return (row.project.unit.name, row.project.name, row.code, row.name, row.cycle_wording, row.annual_wording)


def _said_again(suppression: Suppression, found: Sequence[lint.Finding]) -> Iterable[lint.Finding]:
    """The findings at the same place by name, one for each place, if every one of them says what was accepted."""
    accepted = set(suppression.findings.values_list("text_zh", flat=True))
    place = (_name(suppression.unit), _name(suppression.project))
    there = [
        each for each in found if (each.rule, each.row, (each.unit, each.project)) == (suppression.rule, None, place)
    ]
    if any(each.text.zh not in accepted for each in there):
        return []
    return {each.place.line: each for each in there}.values()


def _name(place: Unit | Project | None) -> str | None:
    return place.name if place else None


def carry(carried: Sequence[Carried], *, to: PlanVersion, rows: Mapping[int, Indicator]) -> None:
    """Write what comes over, in the name of whoever accepted it then."""
    places = derived.Places(to)
    Suppression.objects.bulk_create(
        Suppression(
            version=to,
            rule=was.rule,
            is_everywhere=was.is_everywhere,
            **_place_in(target, places, rows),
            reason=was.reason,
            carried_from=was,
            made_by_id=was.made_by_id,
            made_at=was.made_at,
        )
        for was, target in carried
    )


def _place_in(
    target: int | lint.Finding | None, places: derived.Places, rows: Mapping[int, Indicator]
) -> derived.Place:
    if target is None:
        return {}
    return {"indicator_id": rows[target].pk} if isinstance(target, int) else places.of(target)
