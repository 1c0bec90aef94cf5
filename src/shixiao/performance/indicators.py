"""What the indicator page shows, and what it says about a change before it is saved."""

from dataclasses import dataclass
from typing import NamedTuple

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from shixiao.engine import targets
from shixiao.performance import wordings
from shixiao.performance.models import Correction, Finding, Indicator, PlanVersion, Which


class Piece(NamedTuple):
    """A stretch of a wording; `role` is empty for what was not read as part of the target."""

    text: str
    role: str
    label: str


class Fact(NamedTuple):
    """One line of the table of a reading."""

    title: str
    value: str


class Part(NamedTuple):
    """One atomic part of a compound reading."""

    words: str
    condition: str
    plain: str
    wording: str


@dataclass(frozen=True)
class Side:
    """One of the two wordings of the row, with everything about how it is read."""

    which: str
    title: str
    wording: str
    pieces: list[Piece]
    roles: list[tuple[str, str]]
    reading: targets.Reading
    plain: str
    standard: str
    facts: list[Fact]
    parts: list[Part]
    doubts: list[str]
    mended: list[str]
    history: list[Correction]
    is_corrected: bool
    may_withdraw: Correction | None


def indicator_of(version: PlanVersion, row: int) -> Indicator:
    """The row with its project and unit; 404 where there is none."""
    return get_object_or_404(version.indicators.select_related("project__unit", "understanding"), row=row)


def sides(indicator: Indicator) -> list[Side]:
    """The annual wording and the one for the whole period."""
    made = list(indicator.corrections.select_related("made_by", "withdraws").order_by("id"))
    return [
        _side(Which.ANNUAL, indicator.annual_wording, indicator.annual_reading, made),
        _side(Which.CYCLE, indicator.cycle_wording, indicator.cycle_reading, made),
    ]


def published(sides: list[Side]) -> list[Side]:
    """The sides that the form has: an empty one beside one that is not is left out."""
    return [side for side in sides if side.wording or side.history] or sides


def _side(which: Which, wording: str, as_read: dict[str, object], made: list[Correction]) -> Side:
    history = [correction for correction in made if correction.which == which]
    newest = history[-1] if history else None
    reading = targets.from_json(newest.reading if newest else as_read)
    is_corrected = newest is not None and newest.reading != as_read
    pieces = pieces_of(wording, reading)
    return Side(
        which=which.value,
        title=str(which.label),
        wording=wording,
        pieces=pieces,
        roles=list(dict.fromkeys((piece.role, piece.label) for piece in pieces if piece.role)),
        reading=reading,
        plain=wordings.said(targets.explain(reading)),
        standard=targets.write(reading),
        facts=facts_of(reading),
        parts=[_part(part) for part in reading.parts],
        doubts=wordings.doubts(reading),
        mended=wordings.mended(reading),
        history=history[::-1],
        is_corrected=is_corrected,
        may_withdraw=newest if newest and newest.withdraws_id is None else None,
    )


def pieces_of(wording: str, reading: targets.Reading) -> list[Piece]:
    """The wording cut at the parts that were read, nothing lost."""
    pieces, position = [], 0
    for role, start, end in targets.spans(wording, reading):
        if start > position:
            pieces.append(Piece(wording[position:start], "", ""))
        shown = "budget" if reading.kind is targets.Kind.BUDGET_BOUND and role == "number" else role
        pieces.append(Piece(wording[start:end], shown, str(wordings.ROLES.get(shown, shown))))
        position = end
    if position < len(wording):
        pieces.append(Piece(wording[position:], "", ""))
    return pieces


def facts_of(reading: targets.Reading) -> list[Fact]:
    """The fields of a reading as words, those that are set."""
    facts = [
        Fact(_("种类"), str(wordings.KINDS[reading.kind.value])),
        Fact(_("比较"), str(wordings.OPERATORS[reading.op]) if reading.op in wordings.OPERATORS else ""),
        Fact(_("数值"), _amount(reading)),
        Fact(_("计量单位"), reading.unit or ""),
        Fact(_("每多久或每一回"), reading.per or ""),
        Fact(_("期限"), targets.write(reading) if reading.date else ""),
        Fact(_("怎样算达到"), str(wordings.SENSES[reading.sense.value]) if _has_a_sense(reading) else ""),
        Fact(_("读自"), str(wordings.SOURCES[reading.source.value])),
        Fact(_("标准写法"), targets.write(reading)),
    ]
    return [fact for fact in facts if fact.value]


def _has_a_sense(reading: targets.Reading) -> bool:
    return reading.kind is targets.Kind.NUMERIC


def _amount(reading: targets.Reading) -> str:
    if reading.value is None:
        return ""
    low = f"{reading.value:f}"
    return low if reading.high is None else _("%(low)s 到 %(high)s") % {"low": low, "high": f"{reading.high:f}"}


def _part(part: targets.Reading) -> Part:
    plain = wordings.said(targets.explain(part))
    return Part(part.words or "", part.condition or "", plain, targets.write(part))


class Change(NamedTuple):
    """What saving would change. `doubt` says that the standard wording does not read back to the same."""

    before: str
    before_wording: str
    after: str
    after_wording: str
    is_none: bool
    doubt: str


def change(before: targets.Reading, after: targets.Reading) -> Change:
    """The two readings in words, side by side."""
    again = targets.read(targets.write(after))
    doubt = "" if again == after else wordings.said(targets.explain(again))
    return Change(
        before=wordings.said(targets.explain(before)),
        before_wording=targets.write(before),
        after=wordings.said(targets.explain(after)),
        after_wording=targets.write(after),
        is_none=before == after and not before.unsure,
        doubt=doubt,
    )


class FoundHere(NamedTuple):
    """A finding of the row, with the repair that the rule proposes. Its `finding.suppression` says who accepted it."""

    finding: Finding
    title: str
    text: str
    suggested_field: str


def findings_of(indicator: Indicator) -> list[FoundHere]:
    """What was found in the row, errors first."""
    order = ("error", "warning", "hint")
    listed = indicator.findings.select_related("suppression__made_by")
    found = sorted(listed, key=lambda each: (order.index(each.severity), each.rule))
    return [
        FoundHere(
            each,
            wordings.rule_title(each.rule),
            wordings.found(each),
            str(wordings.SUGGESTED_FIELDS.get(each.suggestion_field, each.suggestion_field)),
        )
        for each in found
    ]


def published_beside(indicator: Indicator) -> list[Fact]:
    """What the form published beside the target: weight, direction, and of a self-evaluation what came of it."""
    points = wordings.points
    facts = [
        Fact(_("分值（权重）"), "" if indicator.weight is None else points(indicator.weight)),
        Fact(_("指标方向"), indicator.direction),
        Fact(_("实际完成值"), indicator.actual_wording),
        Fact(_("得分"), "" if indicator.score is None else points(indicator.score)),
        Fact(_("偏差原因"), indicator.deviation),
    ]
    return [fact for fact in facts if fact.value]


def neighbours(version: PlanVersion, row: int) -> tuple[int | None, int | None]:
    """The rows before and after, in one statement."""
    near = set(version.indicators.filter(row__in=(row - 1, row + 1)).values_list("row", flat=True))
    return (row - 1 if row - 1 in near else None, row + 1 if row + 1 in near else None)
