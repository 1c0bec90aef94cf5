"""Accepting plans and correcting readings: one call, one transaction, one event. Findings are accepted in
`suppressing`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shixiao import ledger, tables
from shixiao.engine import lint, plans, targets
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans, may_correct_readings
from shixiao.performance import carrying, derived, events, rows, suppressing
from shixiao.performance.content import content_hash, digest
from shixiao.performance.models import FIRST_YEAR, LAST_YEAR, NAME_LENGTH, Correction, Indicator, Plan, PlanVersion
from shixiao.performance.storable import refusals
from shixiao.performance.years import proposed_year
from shixiao.tables.assignments import Assignment
from shixiao.tables.columns import Remembered, completed


class NotAcceptable(ValueError):
    """The table was read, but it cannot be accepted as it is; the sentence says why and what to do.

    `field` names what is missing or wrong: "fiscal_year", "department", "table" or "source".
    """

    def __init__(self, sentence: str, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotCorrectable(ValueError):
    """The reading cannot be corrected in this way; the sentence says why."""


@dataclass(frozen=True)
class Acceptance:
    """What came of accepting: the version, whether it is new, and how many corrections and accepted findings came
    over with it."""

    version: PlanVersion
    is_new: bool
    carried: int = 0
    suppressions_carried: int = 0


def accept_plan(
    content: bytes,
    *,
    name: str,
    by: User,
    now: datetime,
    table: int = 1,
    fiscal_year: int | None = None,
    department: str = "",
    assignments: Sequence[Assignment] = (),
    remembered: Sequence[Remembered] = (),
    layout: str = "",
    may: Callable[[User], bool] = may_accept_plans,
) -> Acceptance:
    """Store a published table as a new version of the office's plan for the year.

    `table` counts from 1 where a file holds several. `assignments` are what was said by hand of its columns, `remembered` what was said before
    (`tables.read`). Without `fiscal_year` the one that the names of the
    projects point to is taken; without `department` the one printed above the table. The same content again
    makes no second copy: the version that has it is returned. Corrections and accepted findings of rows that are the
    same word for word come over from the version before. `may` says who: importing is the performance officer's, and whoever hands in a
    draft of their own has another right. Raises `tables.Unreadable`, `NotAcceptable`, `PermissionDenied`.
    """
    if not may(by):
        raise PermissionDenied(_("只有绩效管理员可以接受目标表。"))
    if not all(each.labels for each in assignments):
        assignments = completed(tables.sheets(content), assignments)
    document = tables.read(content, name=name, layout=layout, assignments=assignments, remembered=remembered)
    plan = _chosen(document, table)
    year = _year(plan, fiscal_year)
    office = _department(plan, department)
    for refusal in refusals(plan):
        raise NotAcceptable(refusal, field="source")
    found = lint.check(plan)
    with transaction.atomic():
        line, _made = Plan.objects.get_or_create(department=office, fiscal_year=year)
        # Whoever accepts the same table at the same moment waits here, and then finds it.
        line = Plan.objects.select_for_update().get(pk=line.pk)
        existing = line.versions.filter(content_hash=content_hash(plan)).first()
        if existing:
            return Acceptance(existing, is_new=False)
        by_hand = json.dumps([each.as_json() for each in assignments], ensure_ascii=False) if assignments else ""
        source = _Source(content, document, table, by_hand)
        return _store(line, source, plan, found, by=by, now=now)


def _chosen(document: tables.Document, table: int) -> plans.Plan:
    if not 1 <= table <= len(document.plans):
        raise NotAcceptable(
            _("这个文件里没有第 %(table)s 张表，只有 %(count)s 张。") % {"table": table, "count": len(document.plans)},
            field="table",
        )
    return document.plans[table - 1]


def _year(plan: plans.Plan, given: int | None) -> int:
    year = given if given is not None else proposed_year(plan)
    if year is None:
        raise NotAcceptable(_("表里没有写明年度。请填写这张表是哪一年的。"), field="fiscal_year")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotAcceptable(
            _("年度应在 %(first)s 到 %(last)s 之间。") % {"first": FIRST_YEAR, "last": LAST_YEAR}, field="fiscal_year"
        )
    return year


def _department(plan: plans.Plan, given: str) -> str:
    office = (given or plan.department).strip()
    if not office:
        raise NotAcceptable(_("表里没有写部门名称。请填写这张表是哪个部门的。"), field="department")
    if len(office) > NAME_LENGTH or not office.isprintable():
        raise NotAcceptable(_("部门名称太长，或含有看不见的字符。请核对。"), field="department")
    return office


class _Source(NamedTuple):
    """What was read: the bytes, the document they gave, which table of it is meant, what was said by hand (JSON)."""

    content: bytes
    document: tables.Document
    table: int
    assignments: str


def _store(
    line: Plan,
    source: _Source,
    plan: plans.Plan,
    found: tuple[lint.Finding, ...],
    *,
    by: User,
    now: datetime,
) -> Acceptance:
    before = line.versions.order_by("number").last()
    counted = tables.totals(plan)
    number = (line.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = PlanVersion(
        plan=line,
        number=number,
        content_hash=content_hash(plan),
        form=plan.form.value,
        title=plan.title,
        money_unit=plan.money_unit,
        source=source.content,
        source_hash=digest(source.content),
        source_name=source.document.name[-NAME_LENGTH:],
        source_format=source.document.format,
        source_encoding=source.document.encoding,
        source_table=source.table,
        assignments=source.assignments,
        document=tables.write(plan, format="json").decode(),
        repairs=_repairs(source.document, plan),
        unit_count=counted.units,
        project_count=counted.projects,
        indicator_count=counted.indicators,
        accepted_by=by,
        accepted_at=now,
        **rows.amounts(plan.funds),
    )
    return _store_with_event(version, plan, found, before=before, by=by, now=now)


def _store_with_event(
    version: PlanVersion,
    plan: plans.Plan,
    found: tuple[lint.Finding, ...],
    *,
    before: PlanVersion | None,
    by: User,
    now: datetime,
) -> Acceptance:
    standing = _standing_corrections(before) if before else {}
    carried = _same_rows(plan, standing)
    suppressed = suppressing.carried_to(plan, found, before=before)
    event = ledger.record(
        events.PLAN_ACCEPTED,
        subject=version.plan,
        by=by,
        now=now,
        particulars={
            "version": version.number,
            "content_hash": version.content_hash,
            "source_hash": version.source_hash,
            "units": version.unit_count,
            "projects": version.project_count,
            "indicators": version.indicator_count,
            "carried": len(carried),
            "suppressions_carried": len(suppressed),
        },
    )
    version.event_id = event.pk
    version.save(force_insert=True)
    stored = {indicator.row: indicator for indicator in rows.store_rows(version, plan)}
    suppressing.carry(suppressed, to=version, rows=stored)
    carrying.carry(before, version, plan, stored, by=by)
    if carried:
        _carry(carried, stored)
        derived.refresh(version)
    else:
        derived.store(version, plan, found)
    return Acceptance(version, is_new=True, carried=len(carried), suppressions_carried=len(suppressed))


def _repairs(document: tables.Document, plan: plans.Plan) -> list[dict[str, object]]:
    """Every repair, of the file, the table and its rows, as a page shows it."""
    own = (*document.own_repairs, *tables.repairs_within(plan))
    return [
        {
            "code": repair.code,
            "zh": repair.text.zh,
            "en": repair.text.en,
            "row": repair.row,
            "line": repair.place.line,
        }
        for repair in own
    ]


# ---- corrections ---------------------------------------------------------------------------------------------


def correct_reading(
    indicator: Indicator, *, which: str, reading: targets.Reading, reason: str, by: User, now: datetime
) -> Correction:
    """Set by hand how one wording of a row is understood. The wording stays as published.

    Raises `PermissionDenied`, and `NotCorrectable` without a reason or where the reading is the one that
    counts already.
    """
    _check_may_correct(by)
    if not reason.strip():
        raise NotCorrectable(_("请写明更正的理由。"))
    with transaction.atomic():
        locked = _locked(indicator.pk)
        if counting_reading(locked, which) == reading and not counting_reading(locked, which).unsure:
            raise NotCorrectable(_("填写的读法与现在的读法相同，没有什么可更正。"))
        correction = Correction.objects.create(
            indicator=locked,
            which=which,
            reading=targets.as_json(reading),
            reason=reason.strip(),
            made_by=by,
            made_at=now,
        )
        _record_correction(correction, by=by, now=now)
        derived.refresh(locked.version)
    return correction


def withdraw_correction(correction: Correction, *, reason: str, by: User, now: datetime) -> Correction:
    """Take back the newest correction of a wording, by a new record that restores the reading before it."""
    _check_may_correct(by)
    if not reason.strip():
        raise NotCorrectable(_("请写明撤回的理由。"))
    with transaction.atomic():
        locked = _locked(correction.indicator_id)
        history = list(locked.corrections.filter(which=correction.which))
        if history[-1].pk != correction.pk or correction.withdraws_id is not None:
            raise NotCorrectable(_("只能撤回最近一次更正。请刷新页面看看现在的读法。"))
        earlier = history[-2].reading if len(history) > 1 else as_read(locked, correction.which)
        withdrawal = Correction.objects.create(
            indicator=locked,
            which=correction.which,
            reading=earlier,
            reason=reason.strip(),
            withdraws=correction,
            made_by=by,
            made_at=now,
        )
        _record_withdrawal(withdrawal, by=by, now=now)
        derived.refresh(locked.version)
    return withdrawal


def _locked(indicator: int) -> Indicator:
    """The row, in a transaction that holds its plan: whoever corrects at the same moment waits. The row itself cannot
    be locked by a role that may only read and add."""
    found = Indicator.objects.select_related("version__plan").get(pk=indicator)
    Plan.objects.select_for_update().get(pk=found.version.plan_id)
    return found


def as_read(indicator: Indicator, which: str) -> dict[str, object]:
    """What the program read, as JSON."""
    read: dict[str, object] = indicator.annual_reading if which == "annual" else indicator.cycle_reading
    return read


def counting_reading(indicator: Indicator, which: str) -> targets.Reading:
    """The reading that counts now: the newest correction, or what the program read."""
    newest = indicator.corrections.filter(which=which).last()
    return targets.from_json(newest.reading if newest else as_read(indicator, which))


def _check_may_correct(by: User) -> None:
    if not may_correct_readings(by):
        raise PermissionDenied(_("只有绩效管理员可以更正读法。"))


def _record_correction(correction: Correction, *, by: User, now: datetime) -> None:
    ledger.record(
        events.READING_CORRECTED,
        subject=correction.indicator.version.plan,
        by=by,
        now=now,
        particulars=_of_correction(correction)
        | {"reading_hash": digest(targets.write(targets.from_json(correction.reading)).encode())},
    )


def _record_withdrawal(withdrawal: Correction, *, by: User, now: datetime) -> None:
    ledger.record(
        events.CORRECTION_WITHDRAWN,
        subject=withdrawal.indicator.version.plan,
        by=by,
        now=now,
        particulars=_of_correction(withdrawal) | {"withdraws": withdrawal.withdraws_id},
    )


def _of_correction(correction: Correction) -> dict[str, object]:
    return {
        "version": correction.indicator.version.number,
        "row": correction.indicator.row,
        "which": correction.which,
        "correction": correction.pk,
    }


# ---- corrections that come over to the next version ------------------------------------------------------------

RowKey = tuple[str, str, str, str, str]


def _standing_corrections(version: PlanVersion) -> dict[RowKey, Correction]:
    """The corrections of `version` that still say something other than the program, by unit, project, name,
    which wording, and the wording itself."""
    newest = rows.newest_corrections(version)
    listed = Indicator.objects.filter(pk__in={indicator for indicator, _which in newest})
    by_id = {row.pk: row for row in listed.select_related("project__unit")}
    standing = {}
    for (indicator, which), correction in newest.items():
        row = by_id[indicator]
        if correction.reading != as_read(row, which):
            wording = row.annual_wording if which == "annual" else row.cycle_wording
            standing[row.project.unit.name, row.project.name, row.name, which, wording] = correction
    return standing


def _same_rows(plan: plans.Plan, standing: dict[RowKey, Correction]) -> list[tuple[int, str, Correction]]:
    """Row, wording and correction for each row that is the same word for word."""
    if not standing:
        return []
    return [
        (row.row, which, standing[key])
        for unit, project, row in plan.indicators()
        for which, wording in (("annual", row.annual_wording), ("cycle", row.cycle_wording))
        if (key := (unit.name, project.name, row.name, which, wording)) in standing
    ]


def _carry(carried: list[tuple[int, str, Correction]], stored: dict[int, Indicator]) -> None:
    Correction.objects.bulk_create(
        Correction(
            indicator=stored[row],
            which=which,
            reading=correction.reading,
            reason=correction.reason,
            carried_from=correction,
            made_by_id=correction.made_by_id,
            made_at=correction.made_at,
        )
        for row, which, correction in carried
    )
