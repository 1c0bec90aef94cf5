"""What a target says the moment it is typed: how it is read, what is found, whether it can be reached, and what last year would have made of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.engine import lint, prospects, targets
from shixiao.engine.measures import Reads
from shixiao.engine.prospects.allowance import allowance, in_words
from shixiao.engine.prospects.statuses import Evidence
from shixiao.people.models import User
from shixiao.performance import guarding, standing, wordings
from shixiao.performance.binding import parts_of
from shixiao.performance.drafting.models import Draft, DraftRow
from shixiao.performance.drafting.writing import plan_of
from shixiao.performance.guarding import Shown
from shixiao.performance.life.yearly import year_before
from shixiao.performance.models import Indicator, Plan, PlanVersion


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Last year's evidence held against this target. `value` and `status` are empty where it says nothing; `why` then says why."""

    version: PlanVersion
    row: int
    wording: str
    was: str
    value: str = ""
    status: str = ""
    room: str = ""
    cases: int | None = None
    until: date
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Everything about one row. `plain` is how it is read, `standard` how it would best be written."""

    row: DraftRow
    plain: str
    standard: str
    doubts: list[str]
    findings: list[lint.Finding]
    attainable: str
    replay: Replay | None

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """The findings as a page shows them: severity, rule, sentence."""
        return [(each.severity.value, each.rule, wordings.said(each.text)) for each in self.findings]


def tried(draft: Draft, row: DraftRow, *, by: User, now: datetime) -> Trial:
    """The row as it stands in its draft: rules that look at several rows see the others, too."""
    plan, numbers = plan_of(draft)
    number = numbers[row.pk]
    indicator = next(each for _unit, _project, each in plan.indicators() if each.row == number)
    target = indicator.annual
    replay = replayed(draft, row, target, by=by, now=now)
    expected = row.expected if row.expected is not None else replay.cases if replay else None
    found = allowance(target, expected)
    return Trial(
        row=row,
        plain=wordings.said(targets.explain(target)),
        standard=targets.write(target),
        doubts=wordings.doubts(target),
        findings=[each for each in lint.check(plan) if each.row == number],
        attainable=wordings.said(in_words(found, target, row.annual_wording)) if found else "",
        replay=replay,
    )


def replayed(draft: Draft, row: DraftRow, target: targets.Reading, *, by: User, now: datetime) -> Replay | None:
    """The same row of the version in force before, what it read, and what this target would have said of that. None where there is no such row."""
    before = _before(draft)
    same = before.indicators.filter(name=row.name, project__name=row.project.name).first() if before else None
    same = same or (before.indicators.filter(name=row.name, code=row.code).first() if before else None)
    if before is None or same is None:
        return None
    last = date(before.plan.fiscal_year, 12, 31)
    today = timezone.localtime(now).date()
    (line,) = standing.read(before, now=now, as_of=last if last < today else None, only=[same.row]).rows
    shown = guarding.shown(line.parts[0], by=by, now=now)
    return _held_against(same, before, target, shown, min(last, today))


def _before(draft: Draft) -> PlanVersion | None:
    """The year before of the same office; the base where there is none."""
    plan = Plan(department=draft.department, fiscal_year=draft.fiscal_year)
    return year_before(PlanVersion(plan=plan)) or draft.base


def _held_against(same: Indicator, before: PlanVersion, target: targets.Reading, shown: Shown, until: date) -> Replay:
    known = Replay(version=before, row=same.row, wording=same.annual_wording, was=shown.value, until=until)
    part = shown.part
    if not shown.is_open:
        return replace(known, why=shown.note or _("不显示"))
    if part.bound is None or part.reading is None or part.bound.made_of is None:
        return replace(known, why=_("上年这一行没有由记录计量，没有可以对照的读数。"))
    one = parts_of(target)[0]
    try:
        fit = prospects.fit(one, part.bound.made_of, has_against=part.against is not None)
    except prospects.Misfit as misfit:
        return replace(known, why=wordings.said(misfit.text))
    if not part.reading.cases:
        return replace(known, why=_("上年没有记录。"))
    position = prospects.Position(
        target=one,
        fit=fit,
        reading=part.reading,
        evidence=Evidence.VALUE,
        begin=part.bound.days.begin,
        end=min(part.bound.days.end, until + timedelta(days=1)),
        today=until,
        against=part.against,
        year=before.plan.fiscal_year,
    )
    found = prospects.prospect(position)
    is_share = fit.reads in (Reads.SHARE, Reads.ALL_OF)
    return replace(
        known,
        value=shown.value,
        status=wordings.said(prospects.STATUS_WORDS[found.status]),
        room=wordings.said(found.headroom.text) if found.headroom else "",
        cases=part.reading.counted + part.reading.pending if is_share else None,
    )
