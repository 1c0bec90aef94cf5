"""The frozen value of a publication, filled from a board: until approved evaluations fill it, and for looking at beforehand.

Everything is exact: a share is the fraction of its cases, so that nothing is rounded before it is scored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import version as version_of
from typing import Any

from django.utils import timezone

from shixiao.casework import simulated
from shixiao.casework.models import Case
from shixiao.engine import bundles, measures, scoring
from shixiao.engine.plans import Funds
from shixiao.engine.prospects import Evidence, Fit, Position
from shixiao.engine.prospects.fitting import Mode
from shixiao.engine.prospects.position import budget_of, exact_of
from shixiao.ledger import tracing
from shixiao.ledger.readings import Asked
from shixiao.performance import guarding, standing
from shixiao.performance.amounts import fit_of
from shixiao.performance.board.restated import restated
from shixiao.performance.models import Indicator, PlanVersion, Project, Publication
from shixiao.performance.standing import Part, Row

MOST_RECORDS = 200_000  # behind one reading
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Money:
    """The year's money of a project in 万元, by the project's id; whoever knows it gives it."""

    full_year: Decimal | None
    executed: Decimal | None
    is_finished: bool | None = None


def from_board(
    version: PlanVersion,
    *,
    office: str,
    secrecy: bundles.SecrecyReview,
    now: datetime,
    as_of: date | None = None,
    profile: scoring.Profile | None = None,
    money: Mapping[int, Money] | None = None,
) -> bundles.Published:
    """The plan as its board stands, scored by the profile in force (or this one). Restricted registers are told apart here, by the office
    that has them; what of them becomes public is `engine.bundles`' to say."""
    board = standing.read(version, now=now, as_of=as_of)
    year = version.plan.fiscal_year
    used = profile or scoring.profile_for(date(year, 12, 31))
    indicators = {each.pk: each for each in Indicator.objects.filter(version=version)}
    units = list(version.units.order_by("position"))
    projects = list(Project.objects.filter(unit__version=version).order_by("unit__position", "position"))
    rows: dict[int, list[Row]] = {}
    for row in board.rows:
        rows.setdefault(row.place.project, []).append(row)
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
            _project(
                project,
                positions[project.unit_id],
                rows[project.pk],
                indicators,
                used,
                (money or {}).get(project.pk),
                year=year,
                as_of=as_of,
            )
            for project in projects
            if project.pk in rows
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
    profile: scoring.Profile,
    money: Money | None,
    *,
    year: int,
    as_of: date | None,
) -> bundles.Project:
    budget = project.total if money is None else money.full_year
    standings = tuple(_standing(row, indicators[row.id], year, budget) for row in rows)
    sheet = scoring.Sheet(
        project=project.name,
        rows=standings,
        money=scoring.Money(
            full_year=budget,
            executed=None if money is None else money.executed,
            is_finished=None if money is None else money.is_finished,
        ),
    )
    return bundles.Project(
        unit=unit,
        name=project.name,
        objective=project.objective,
        funds=_funds(project),
        rows=tuple(_row(row, indicators[row.id], as_of) for row in rows),
        sheet=scoring.sheet_as_json(sheet),
        profile=scoring.profile_as_json(profile),
        score=scoring.score_as_json(scoring.score(sheet, profile)),
    )


# ---- as it is scored -------------------------------------------------------------------------------------------------


def _standing(row: Row, indicator: Indicator, year: int, budget: Decimal | None) -> scoring.Standing:
    return scoring.Standing(
        row=row.row,
        code=row.code,
        name=row.name,
        weight=indicator.weight,
        parts=tuple(_part(part, year, budget) for part in row.parts),
    )


def _part(part: Part, year: int, budget: Decimal | None) -> scoring.Part:
    if part.declared is not None:
        value = _declared(part.declared.value, part)
        return scoring.Part(target=part.target, basis=scoring.Basis.DECLARED, value=value, budget=budget, year=year)
    position = _position(part, year)
    if position is None:
        return scoring.Part(target=part.target, basis=scoring.Basis.NONE, budget=budget, year=year)
    counting = position.counting
    approved = budget_of(position) if position.fit.mode is Mode.BUDGET else None
    is_counted = position.fit.reads in (measures.Reads.SHARE, measures.Reads.ALL_OF)
    has_back = is_counted and counting.has_exclusions
    back = _put_back(counting)
    return scoring.Part(
        target=part.target,
        basis=scoring.Basis(part.basis),
        value=exact_of(position),
        counts=_counts(counting) if is_counted else None,
        is_timely=position.fit.is_timely,
        value_put_back=exact_of(replace(position, reading=back, least=())) if has_back else None,
        counts_put_back=_counts(back) if has_back else None,
        unit=position.fit.unit if position.fit.unit != (part.target.unit or "") else "",
        budget=_decimal(approved) if approved is not None else budget,
        year=year,
        started_on=position.begin,
    )


def _position(part: Part, year: int) -> Position | None:
    """Where a measured part stands; None where nothing is measured, or the binding cannot be used."""
    fit = fit_of(part)
    if fit is None or part.bound is None or part.reading is None or part.basis not in _MEASURED:
        return None
    return Position(
        target=part.target,
        fit=fit,
        reading=part.reading,
        evidence=_MEASURED[part.basis],
        begin=part.bound.days.begin,
        end=part.bound.days.end,
        today=part.bound.days.begin,
        against=part.against,
        least=tuple(reading for _topic, reading in part.by_topic),
        year=year,
    )


_MEASURED = {"measured": Evidence.VALUE, "nothing_occurred": Evidence.NOTHING_OCCURRED}


def _put_back(reading: measures.Reading) -> measures.Reading:
    more = {"met": reading.met + reading.back_met, "missed": reading.missed + reading.back_missed}
    return replace(reading, **more, back_met=0, back_missed=0)  # type: ignore[arg-type]


def _counts(reading: measures.Reading) -> scoring.Counts:
    return scoring.Counts(
        met=reading.met, missed=reading.missed, pending=reading.pending, not_counted=reading.not_counted
    )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _declared(value: object, part: Part) -> Any:
    from shixiao.performance.binding import as_judged

    return as_judged(part.target, value)


# ---- as it is proved -------------------------------------------------------------------------------------------------


def _row(row: Row, indicator: Indicator, as_of: date | None) -> bundles.Row:
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
        parts=tuple(None if is_restricted else _evidence(part, as_of) for part in row.parts),
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
