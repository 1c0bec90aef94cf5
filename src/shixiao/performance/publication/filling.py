"""The frozen value of a publication: filled from approved self-evaluations, or from a board for looking at beforehand.

What was scored comes from `evaluation`, where everything is exact; here the records behind it are found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import version as version_of
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.casework import simulated
from shixiao.casework.models import Case
from shixiao.engine import bundles, measures, scoring
from shixiao.engine.plans import Funds
from shixiao.engine.prospects import Fit
from shixiao.ledger import tracing
from shixiao.ledger.readings import Asked
from shixiao.performance import guarding, standing
from shixiao.performance.amounts import fit_of
from shixiao.performance.board.restated import restated
from shixiao.performance.evaluation.filling import part_of
from shixiao.performance.evaluation.making import check_day, usual_day
from shixiao.performance.evaluation.reckoning import Reckoning
from shixiao.performance.models import Evaluation, EvaluationKind, Indicator, PlanVersion, Project, Publication
from shixiao.performance.publication.publishing import NotPublishable
from shixiao.performance.standing import Part, Row

Json = Mapping[str, Any]
MOST_RECORDS = 200_000  # behind one reading
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A project as it was scored: sheet, profile and score as `engine.scoring` writes them."""

    sheet: Json
    profile: Json
    score: Json


def from_evaluations(
    version: PlanVersion,
    *,
    evaluations: Sequence[Evaluation],
    until: date,
    office: str,
    secrecy: bundles.SecrecyReview,
    now: datetime,
) -> bundles.Published:
    """What was frozen and approved: these revisions of self-evaluations, and the records behind them as they were known on that day.

    Where a record no longer gives what was scored (a binding was changed with effect on that day), the row stays as approved, without its
    records. Raises `NotPublishable` for a revision of another day or plan, for a project without one, and for one that was not scored.
    """
    board = standing.read(version, now=now, as_of=until)
    frozen = {each.project_id: each for each in evaluations}
    for each in evaluations:
        if (each.version_id, each.kind, each.until) != (version.pk, EvaluationKind.SELF_EVALUATION, until):
            raise NotPublishable(_("“%(project)s”的自评不是这一版这一天的。") % {"project": each.project.name})
    scored = {key: _scored(each) for key, each in frozen.items()}
    return _filled(version, board, scored, office=office, secrecy=secrecy, now=now)


def _scored(evaluation: Evaluation) -> Scored:
    score, profile = evaluation.score, evaluation.profile
    if score is None or profile is None or "rows" not in score:
        raise NotPublishable(_("“%(project)s”的自评没有得分，不能公开。") % {"project": evaluation.project.name})
    return Scored(sheet=evaluation.sheet, profile=profile, score=score)


def from_board(
    version: PlanVersion,
    *,
    office: str,
    secrecy: bundles.SecrecyReview,
    now: datetime,
    as_of: date | None = None,
) -> bundles.Published:
    """The plan as its board stood on the evening of a day, scored as a self-evaluation would be: for looking at beforehand. Nothing is frozen.
    Without a day the one until which the year would be evaluated. Raises `NotEvaluable` for a day that is not over, `Unscorable` where a
    project cannot be scored."""
    day = as_of or usual_day(EvaluationKind.SELF_EVALUATION, version.plan.fiscal_year, now=now)
    check_day(version.plan, day, now=now)
    reckoning = Reckoning(version, kind=EvaluationKind.SELF_EVALUATION, until=day, by=None, now=now)
    scored: dict[int, Scored] = {}
    for project in reckoning.projects():
        found = reckoning.of(project)
        if found.profile is None or found.score is None or "rows" not in found.score:
            sheet = scoring.sheet_from_json(found.sheet)
            scoring.score(sheet, reckoning.profile)  # says what is wrong with it
            raise NotPublishable(_("“%(project)s”的自评没有得分，不能公开。") % {"project": project.name})
        scored[project.pk] = Scored(sheet=found.sheet, profile=found.profile, score=found.score)
    return _filled(version, reckoning.board, scored, office=office, secrecy=secrecy, now=now)


def _filled(
    version: PlanVersion,
    board: standing.Board,
    scored: Mapping[int, Scored],
    *,
    office: str,
    secrecy: bundles.SecrecyReview,
    now: datetime,
) -> bundles.Published:
    """Restricted registers are told apart here, by the office that has them; what of them becomes public is `engine.bundles`' to say."""
    year = version.plan.fiscal_year
    indicators = {each.pk: each for each in Indicator.objects.filter(version=version)}
    units = list(version.units.order_by("position"))
    rows: dict[int, list[Row]] = {}
    for row in board.rows:
        rows.setdefault(row.place.project, []).append(row)
    projects = list(Project.objects.filter(unit__version=version, pk__in=rows).order_by("unit__position", "position"))
    if missing := [each.name for each in projects if each.pk not in scored]:
        raise NotPublishable(_("还没有自评：%(projects)s。") % {"projects": "、".join(missing[:5])})
    positions = {unit.pk: number for number, unit in enumerate(units)}
    last = Publication.objects.filter(year=year, office=office).order_by("-number").first()
    return bundles.Published(
        year=year,
        office=office,
        number=last.number + 1 if last else 1,
        title=version.title or f"{version.plan.department} {year}",
        department=version.plan.department,
        as_of=board.day,
        published_on=timezone.localtime(now).date(),
        secrecy=secrecy,
        funds=_funds(version),
        units=tuple(bundles.Unit(unit.name, _funds(unit)) for unit in units),
        projects=tuple(
            _project(each, positions[each.unit_id], rows[each.pk], indicators, scored[each.pk], board)
            for each in projects
        ),
        plan_hash=version.content_hash,
        restatements=_restatements(board, now),
        is_simulated=simulated.is_simulated(),
        replaces=last.address if last else None,
        software=version_of("shixiao"),
    )


def _restatements(board: standing.Board, now: datetime) -> tuple[bundles.Restatement, ...]:
    """What is known better since of a past day, of open rows only: restricted registers tell nobody in particular nothing."""
    if board.as_of is None:
        return ()
    guarded = guarding.board(board, by=None, now=now)
    return tuple(
        bundles.Restatement(row=each.row.row, part=each.number, published=each.then, known=each.now, causes=each.causes)
        for each in restated(guarded, day=board.as_of, now=now)
    )


def _funds(row: Any) -> Funds:
    return Funds(row.total, row.fiscal, row.special_account, row.other)


def _project(
    project: Project,
    unit: int,
    rows: Sequence[Row],
    indicators: Mapping[int, Indicator],
    scored: Scored,
    board: standing.Board,
) -> bundles.Project:
    sheet, profile = scoring.sheet_from_json(scored.sheet), scoring.profile_from_json(scored.profile)
    parts = {each.row: each.parts for each in sheet.rows}
    year = board.version.plan.fiscal_year
    made = []
    for row in rows:
        pairs = zip(row.parts, parts[row.row], strict=True)
        known = [_is_as_scored(part, written, profile, year) for part, written in pairs]
        made.append(_row(row, indicators[row.id], board.as_of, known))
    return bundles.Project(
        unit=unit,
        name=project.name,
        objective=project.objective,
        funds=_funds(project),
        rows=tuple(made),
        sheet=scored.sheet,
        profile=scored.profile,
        score=scored.score,
    )


def _is_as_scored(part: Part, written: scoring.Part, profile: scoring.Profile, year: int) -> bool:
    """The records of the board give what was scored."""
    found = part_of(part, profile, year=year)
    return (found.value, found.counts, found.mark) == (written.value, written.counts, written.mark)


# ---- as it is proved -------------------------------------------------------------------------------------------------


def _row(row: Row, indicator: Indicator, as_of: date | None, known: Sequence[bool]) -> bundles.Row:
    is_restricted = any(part.bound is not None and part.bound.is_restricted for part in row.parts)
    return bundles.Row(
        row=row.row,
        number=indicator.number,
        code=row.code,
        level1=indicator.level1,
        level2=row.level2,
        name=row.name,
        cycle_wording=indicator.cycle_wording,
        annual_wording=indicator.annual_wording,
        parts=tuple(
            _evidence(part, as_of) if is_known and not is_restricted else None
            for part, is_known in zip(row.parts, known, strict=True)
        ),
        is_restricted=is_restricted,
        counted=min((part.reading.counted for part in row.parts if part.reading is not None), default=0),
    )


def _evidence(part: Part, as_of: date | None) -> bundles.Evidence | None:
    bound, fit = part.bound, fit_of(part)
    if bound is None or fit is None or part.reading is None or part.basis != "measured" or bound.made_of is None:
        return None
    asked = standing.wanted_of(bound)
    whole = (_read(part.reading, asked[0], as_of),)
    readings = tuple(bundles.Read(reading=reading) for _topic, reading in part.by_topic) or whole
    against = None
    if part.against is not None and len(asked) > 1:
        against = _read(part.against, asked[1], as_of)
    return bundles.Evidence(
        measure=bound.made_of.wording,
        mode=fit.mode.value,
        reads=_reads(fit),
        factor=Fraction(fit.factor),
        readings=readings,
        against=against,
    )


def _reads(fit: Fit) -> str:
    return fit.reads.value


def _read(reading: measures.Reading, asked: Asked, as_of: date | None) -> bundles.Read:
    """The reading with its records; without them where there are more than anybody downloads, or where what was frozen on a past day is known
    better since, so that the records are no longer its sum."""
    rows = tracing.trace(asked.gauge, days=asked.days, where=asked.where, as_of=as_of, limit=MOST_RECORDS + 1)
    if len(rows) > MOST_RECORDS:
        return bundles.Read(reading=reading)
    numbers = _numbers({each.case_id for each in rows})
    records = tuple(
        bundles.Record(
            case=numbers[each.case_id],
            day=each.day,
            outcome=each.outcome,
            otherwise=each.otherwise,
            reason=each.reason,
            amount=each.value,
            weight=each.weight,
        )
        for each in rows
    )
    return bundles.Read(reading=reading, records=records if _is_sum(records, reading) else None)


def _is_sum(records: Sequence[bundles.Record], reading: measures.Reading) -> bool:
    amounts = [each for each in records if each.outcome is measures.Outcome.AMOUNT]
    tally = [sum(each.outcome is outcome for each in records) for outcome in _TALLIED]
    added = (*tally, len(amounts), sum((each.amount for each in amounts), Decimal(0)))
    said = (reading.met, reading.missed, reading.pending, reading.not_counted, reading.amounts, reading.total)
    return added == said


_TALLIED = (
    measures.Outcome.MET,
    measures.Outcome.MISSED,
    measures.Outcome.PENDING,
    measures.Outcome.NOT_COUNTED,
)


def _numbers(cases: set[int]) -> dict[int, str]:
    """By which number the office knows each case."""
    keys = sorted(cases)
    found: dict[int, str] = {}
    for start in range(0, len(keys), CHUNK):
        found |= dict(Case.objects.filter(pk__in=keys[start : start + CHUNK]).values_list("pk", "number"))
    return found
