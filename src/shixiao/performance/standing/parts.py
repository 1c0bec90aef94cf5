"""From readings to a row: what follows for each part, and for all of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from shixiao.engine import prospects, targets
from shixiao.engine.measures import Measure, Ratio
from shixiao.engine.prospects import Evidence, Fit, Prospect, Tier
from shixiao.ledger.readings import end_of
from shixiao.performance.binding import as_judged, parts_of
from shixiao.performance.models import Basis, Declared
from shixiao.performance.remembering import Memory
from shixiao.performance.standing.lines import Line
from shixiao.performance.standing.model import Bound, Part, Row
from shixiao.performance.standing.told import Told, wanted_of

Tiers = Mapping[int, tuple[Tier, ...]]  # by which what a gauge says was judged, by gauge
_NO_TIERS: Tiers = {}


def row_of(
    line: Line,
    bound: Mapping[int, Bound],
    found: Mapping[str, Told],
    declared: Mapping[tuple[int, int], Declared],
    *,
    year: int,
    day: date,
    tiers: Tiers = _NO_TIERS,
) -> Row:
    """The row with its parts, kept for everything that it follows from; not where somebody declared a value, which nothing keeps."""
    parts = [
        _part(number, one, bound.get(number), found, declared.get((line.id, number)), year=year, day=day, tiers=tiers)
        for number, one in enumerate(parts_of(line.target))
    ]
    if any(part.declared is not None for part in parts):
        return _made(line, parts)
    return _ROWS.of(line, *parts, make=lambda: _made(line, parts))


_ROWS: Memory[Row] = Memory()


def _made(line: Line, parts: Sequence[Part]) -> Row:
    whole = parts[0].prospect if len(parts) == 1 else prospects.combine([part.prospect for part in parts])
    return Row(
        id=line.id,
        row=line.row,
        place=line.place,
        code=line.code,
        level2=line.level2,
        name=line.name,
        wording=line.wording,
        target=line.target,
        parts=tuple(parts),
        prospect=whole,
    )


def _part(
    number: int,
    target: targets.Reading,
    bound: Bound | None,
    found: Mapping[str, Told],
    declared: Declared | None,
    *,
    year: int,
    day: date,
    tiers: Tiers,
) -> Part:
    """One part with what follows from its readings; of a binding that cannot be used, why."""
    if bound is None or bound.basis in (Basis.AWAITED, Basis.REVIEW):
        return _PARTS.of(target, bound, make=lambda: _part_without(number, target, bound), also=number)
    if bound.basis == Basis.DECLARED:
        return _declared_part(number, target, bound, declared, year=year, day=day)
    measure = bound.made_of
    if measure is None:
        said = "度量的办公系统没有安装"
        return Part(
            number=number, target=target, bound=bound, prospect=prospects.without_evidence(target), refusal=said
        )
    by = tiers.get(bound.gauge or 0, ())
    return _measured_part(number, target, bound, measure, found, year=year, day=day, tiers=by)


_PARTS: Memory[Part] = Memory()


def _part_without(number: int, target: targets.Reading, bound: Bound | None) -> Part:
    """A part that nothing measures."""
    is_for_people = bound is not None and bound.basis == Basis.REVIEW
    is_for_people = is_for_people or (bound is None and target.kind is targets.Kind.QUALITATIVE)
    prospect = prospects.without_evidence(target, is_to_be_reviewed=is_for_people)
    return Part(number=number, target=target, bound=bound, prospect=prospect)


def _declared_part(
    number: int, target: targets.Reading, bound: Bound, declared: Declared | None, *, year: int, day: date
) -> Part:
    if declared is None:
        return Part(number=number, target=target, bound=bound, prospect=prospects.without_evidence(target))
    prospect = prospects.of_value(
        target,
        as_judged(target, declared.value),
        today=day,
        begin=bound.days.begin,
        end=bound.days.end,
        year=year,
    )
    return Part(number=number, target=target, bound=bound, basis="declared", prospect=prospect, declared=declared)


def _measured_part(
    number: int,
    target: targets.Reading,
    bound: Bound,
    measure: Measure | Ratio,
    found: Mapping[str, Told],
    *,
    year: int,
    day: date,
    tiers: tuple[Tier, ...],
) -> Part:
    """The part, kept for everything that it follows from."""
    told = [found[each.key] for each in wanted_of(bound)]

    def make() -> Part:
        return _judged(number, target, bound, measure, told, year=year, day=day, tiers=tiers)

    return _PARTS.of(target, bound, measure, *told, make=make, also=(number, year, day, tiers))


def _judged(
    number: int,
    target: targets.Reading,
    bound: Bound,
    measure: Measure | Ratio,
    told: Sequence[Told],
    *,
    year: int,
    day: date,
    tiers: tuple[Tier, ...],
) -> Part:
    try:
        fit = prospects.fit(target, measure, has_against=bound.against is not None)
    except prospects.Misfit as misfit:
        return Part(
            number=number,
            target=target,
            bound=bound,
            prospect=prospects.without_evidence(target),
            refusal=misfit.text.zh,
        )
    against = told[1].reading if len(told) > 1 else None
    by_topic = tuple(each for each in told[0].by_topic if each[0] in bound.topics)
    prospect = prospects.prospect(
        prospects.Position(
            target=target,
            fit=fit,
            reading=told[0].reading,
            evidence=told[0].evidence,
            begin=bound.days.begin,
            end=bound.days.end,
            today=day,
            grown=told[0].grown,
            against=against,
            least=tuple(reading for _topic, reading in by_topic),
            year=year,
            tiers=tiers,
        )
    )
    return Part(
        number=number,
        target=target,
        bound=bound,
        basis=_basis(told[0].evidence, fit, prospect),
        reading=told[0].reading,
        against=against,
        by_topic=by_topic,
        grown=told[0].grown,
        watch=told[0].watch,
        prospect=prospect,
        is_frozen=told[0].is_frozen,
        is_bound_later=bound.since >= end_of(day),
    )


def _basis(evidence: Evidence, fit: Fit, prospect: Prospect) -> str:
    """What people judged is reviewed, and stands on nothing until something is settled."""
    if fit.is_judgement:
        return "none" if prospect.value is None else "reviewed"
    return {Evidence.VALUE: "measured", Evidence.NOTHING_OCCURRED: "nothing_occurred"}.get(evidence, "none")
