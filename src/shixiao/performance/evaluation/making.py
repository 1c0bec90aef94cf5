"""Freezing what a day's records say of every project: one call, one transaction, one event; each run that finds something else one revision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import forms, ledger
from shixiao.engine.bilingual import Text
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import events
from shixiao.performance.evaluation import newest
from shixiao.performance.evaluation.contents import content_of
from shixiao.performance.evaluation.reckoning import Reckoned, Reckoning
from shixiao.performance.models import Evaluation, EvaluationKind, Plan, PlanVersion

MONITORED_ON = (7, 31)  # the usual cut-off of the monitoring, in the plan's year


class NotEvaluable(ValueError):
    """It cannot be frozen; the text says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


@dataclass(frozen=True)
class Made:
    """The revisions that stand now, in the order of the table, and how many of them are new."""

    evaluations: Sequence[Evaluation]
    new: int


def usual_day(kind: str, year: int, *, now: datetime) -> date:
    """Until when a year is looked at: its last day, for a monitoring the end of July; the last day that is over where that has not come."""
    month, day = MONITORED_ON if kind == EvaluationKind.MONITORING else (12, 31)
    return min(date(year, month, day), timezone.localtime(now).date() - timedelta(days=1))


def make(
    version: PlanVersion,
    *,
    kind: str,
    until: date,
    only: Sequence[int] | None = None,
    by: User | None,
    now: datetime,
    told: Callable[[str], object] = lambda _project: None,
) -> Made:
    """Freeze the projects of a version (or those with these ids) on the evening of `until`; nothing new where nothing is otherwise than in
    the newest revision. What people wrote before stays beside new drafts.

    `by` is None for the command line, which acts for whoever sits at the machine. `told` hears each project as it is worked out.
    Raises `PermissionDenied`, and `NotEvaluable` for an old version, for a day that is not over or before the year, and without projects.
    """
    if by is not None and not may_evaluate(by):
        raise PermissionDenied(_("自评和监控由绩效管理员冻结。"))
    check_day(version.plan, until, now=now)
    with transaction.atomic():
        hold(version)
        reckoning = Reckoning(version, kind=kind, until=until, by=by, now=now)
        projects = reckoning.projects(only)
        if not projects:
            raise NotEvaluable(Text("表里没有带指标的项目。", "The plan has no project with indicators."))
        before = {each.project_id: each for each in newest.of(version, kind, until)}
        made: list[Evaluation] = []
        kept: list[Evaluation] = []
        for project in projects:
            told(project.name)
            old = before.get(project.pk)
            found = reckoning.of(project, old.texts if old else None)
            if old is not None and is_same(old, found):
                kept.append(old)
                continue
            made.append(_row(version, found, kind=kind, until=until, old=old, by=by, now=now))
            kept.append(made[-1])
        _save(version, made, kind=kind, until=until, by=by, now=now)
    return Made(kept, len(made))


def check_day(plan: Plan, until: date, *, now: datetime) -> None:
    """Raises `NotEvaluable` for a day that is not over yet, or before the year of the plan."""
    if until >= timezone.localtime(now).date():
        zh = f"{until.isoformat()} 还没有过完，读数还会变。请写昨天或更早的一天。"
        raise NotEvaluable(Text(zh, f"{until.isoformat()} is not over yet. Take yesterday or an earlier day."))
    if until.year < plan.fiscal_year:
        zh = f"{until.isoformat()} 在 {plan.fiscal_year} 年以前，那时还没有开始。请写这一年里的一天。"
        raise NotEvaluable(Text(zh, f"{until.isoformat()} is before {plan.fiscal_year}. Take a day of that year."))


def hold(version: PlanVersion) -> None:
    """Nobody else freezes or edits this plan meanwhile; only its newest version is worked on."""
    Plan.objects.select_for_update().get(pk=version.plan_id)
    if PlanVersion.objects.filter(plan=version.plan_id, number__gt=version.number).exists():
        raise NotEvaluable(Text("这是旧版。请在最新一版里办理。", "This is an old version. Work on the newest one."))


def is_same(old: Evaluation, found: Reckoned) -> bool:
    """The records and the texts say what they said in that revision."""
    names = ("head", "rows", "funds", "texts", "sheet", "profile", "score")
    return all(getattr(old, name) == getattr(found, name) for name in names)


def _row(
    version: PlanVersion,
    found: Reckoned,
    *,
    kind: str,
    until: date,
    old: Evaluation | None,
    by: User | None,
    now: datetime,
) -> Evaluation:
    row = Evaluation(
        version=version,
        project=found.project,
        kind=kind,
        until=until,
        revision=old.revision + 1 if old else 1,
        head=found.head,
        rows=found.rows,
        funds=found.funds,
        texts=found.texts,
        sheet=found.sheet,
        profile=found.profile,
        score=found.score,
        made_by=by,
        made_at=now,
    )
    row.content_hash = forms.content_hash(content_of(row))
    return row


def _save(
    version: PlanVersion, made: Sequence[Evaluation], *, kind: str, until: date, by: User | None, now: datetime
) -> None:
    if not made:
        return
    for each in made:
        each.save(force_insert=True)
    particulars = {
        "version": version.number,
        "evaluation": kind,
        "until": until.isoformat(),
        "revisions": [each.pk for each in made],
        "hashes": [each.content_hash for each in made],
    }
    ledger.record(events.EVALUATED, subject=version.plan, by=by, now=now, particulars=particulars)
