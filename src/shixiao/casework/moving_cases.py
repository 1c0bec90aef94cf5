"""A case moved to another project, contract, topic or subject: what was entered in the wrong place, or belongs elsewhere now.

Outside the step tables: any case of any office, unless its step table says that it stays in place. The event carries the place
before and after it, so that measures count the case there from then on, and the readings of past days stay as they were.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import assessing, events, offices, topics
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, ClosedYear, Contract, DutyCase, Project, Subject, Topic
from shixiao.casework.particulars import words
from shixiao.casework.performing import scope_of, zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.people.models import User
from shixiao.people.permissions import mandates

_REASON = words("reason", Text("理由", "Reason"), most=500)
MOVABLE = ("project", "contract", "topic", "subject")


class Unchanged(Enum):
    """Said of what stays as it is, since None means that a case has no project."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


def may_move(case: Case, *, by: User, now: datetime) -> bool:
    """The overseer of a kind whose cases do not stay in place; restricted registers hold no reasons, so nothing moves there."""
    table = offices.table_of(case.kind)
    return not table.is_restricted and not table.stays_in_place and _oversees(case, by=by, now=now)


def move(
    case: Case,
    *,
    project: Project | Unchanged | None = UNCHANGED,
    contract: Contract | Unchanged | None = UNCHANGED,
    topic: Topic | Unchanged | None = UNCHANGED,
    subject: Subject | Unchanged | None = UNCHANGED,
    reason: str,
    by: User,
    now: datetime,
) -> Case:
    """The case belongs elsewhere from now on; None takes it away from where it was. For the overseer of the kind.

    Raises `Refused` where a year in which the case counts is closed, where the place does not fit the case's unit and years,
    where nothing changes, and for kinds that stay in place; `NotAllowed`.
    """
    told = _REASON.read(reason, zone=zone())
    given = {"project": project, "contract": contract, "topic": topic, "subject": subject}
    with transaction.atomic():
        case = Case.objects.select_related("unit", *MOVABLE).select_for_update(of=("self",)).get(pk=case.pk)
        _check_may(case, by=by, now=now)
        before = scope_of(case)
        wanted: dict[str, Any] = {name: value for name, value in given.items() if value is not UNCHANGED}
        for name, thing in wanted.items():
            setattr(case, name, thing)
        after = scope_of(case)
        changed = [name for name in MOVABLE if before[name] != after[name]]
        _check(case, changed, now=now)
        case.revision += 1
        values = {name: getattr(case, name) for name in changed}
        Case.objects.filter(pk=case.pk).update(revision=case.revision, **values)
        codes = {
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
            "scope": after,
        }
        ledger.record(events.MOVED, subject=case, by=by, now=now, particulars=codes, texts={"reason": told})
        assessing.reassess([case], now=now)
    return case


def _check_may(case: Case, *, by: User, now: datetime) -> None:
    table = offices.table_of(case.kind)
    if not _oversees(case, by=by, now=now):
        raise NotAllowed(Text("改归属由主管办理。", "Moving a case is for the overseer."))
    if table.is_restricted:
        text = Text(
            f"{case.number} 属于限制登记，只记编号、日期和状态，不能改归属。请取消后重新登记。",
            f"{case.number} is in a restricted register and cannot be moved. Cancel it and enter it anew.",
        )
        raise Refused(text, reason=Reason.GUARDED)
    if table.stays_in_place:
        text = Text(
            f"“{table.title.zh}”登记在哪个项目就留在哪个项目，不能改归属。请按这类事项的步骤更正。",
            f"A case of the kind “{table.title.en}” stays in the project it was entered for. Correct it by its own steps.",
        )
        raise Refused(text, reason=Reason.GUARDED)
    _check_years(case, now=now)


def _check_years(case: Case, *, now: datetime) -> None:
    """A move changes no number of a closed year: not of the one in which the case began, or was expected, nor of any until it ended.

    Offices whose cases count on a day of their own leave cases in place, and move them by a step that knows this day.
    """
    expected_at = DutyCase.objects.filter(case=case).values_list("begin", flat=True).first()
    first = timezone.localtime(expected_at or case.opened_at).year
    last = timezone.localtime(case.closed_at or now).year
    closed = ClosedYear.objects.filter(year__gte=first, year__lte=last).order_by("year").values_list("year", flat=True)
    for year in closed[:1]:
        text = Text(
            f"{case.number} 算在 {year} 年，{year} 年已经关账，不能再改归属。请在今年另记一笔，并写明更正的是哪一件。",
            f"{case.number} counts in {year}, and the books of {year} are closed: it cannot be moved any more. "
            "Record a new one this year and say which one it corrects.",
        )
        raise Refused(text, reason=Reason.YEAR_CLOSED)


def _oversees(case: Case, *, by: User, now: datetime) -> bool:
    held = mandates(by, timezone.localtime(now).date())
    return held.allow(offices.table_of(case.kind).overseer, case.unit.path)


def _check(case: Case, changed: list[str], *, now: datetime) -> None:
    if not changed:
        text = Text(
            "归属没有变化。请另选项目、合同、主题或物件。", "Nothing changes. Choose another place for the case."
        )
        raise Refused(text, reason=Reason.INVALID)
    wrong = list(_wrong(case, changed, now=now))
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)


def _wrong(case: Case, changed: list[str], *, now: datetime) -> Iterator[Refused]:
    """Each part of the place that does not fit."""
    if "project" in changed and case.project is not None:
        yield from _wrong_project(case, case.project)
    if case.contract is not None and case.contract.project_id != case.project_id:
        text = Text(
            f"合同 {case.contract.number} 不是这个项目的。请改选合同，或不填合同。",
            f"The contract {case.contract.number} belongs to another project. Choose another one, or none.",
        )
        yield Refused(text, reason=Reason.INVALID, field="contract")
    if "subject" in changed and case.subject is not None and case.subject.unit_id != case.unit_id:
        text = Text(
            f"物件 {case.subject.label} 不是{case.unit.name}的。请选本单位的物件。",
            f"The subject {case.subject.label} is not of {case.unit.name}. Choose one of the unit.",
        )
        yield Refused(text, reason=Reason.INVALID, field="subject")
    if "topic" in changed and case.topic is not None:
        try:
            topics.check_given(case.topic, on=timezone.localtime(now).date())
        except Refused as refused:
            yield refused


def _wrong_project(case: Case, project: Project) -> Iterator[Refused]:
    if project.unit_id != case.unit_id:
        text = Text(
            f"项目“{project.name}”不是{case.unit.name}的。请选本单位的项目。",
            f"The project “{project.name}” is not of {case.unit.name}. Choose one of the unit.",
        )
        yield Refused(text, reason=Reason.INVALID, field="project")
        return
    for moment in (case.opened_at, case.closed_at):
        year = timezone.localtime(moment).year if moment else project.since_year
        if not project.since_year <= year <= project.until_year:
            text = Text(
                f"项目“{project.name}”是 {project.since_year} 到 {project.until_year} 年的，{case.number} 算在 {year} 年。",
                f"The project “{project.name}” runs from {project.since_year} to {project.until_year}; "
                f"{case.number} counts in {year}.",
            )
            yield Refused(text, reason=Reason.INVALID, field="project")
            return
