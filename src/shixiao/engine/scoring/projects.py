"""A project scored: every row by its rule, every missing point with its cause, the sum and the grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.execution import execute
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.outcomes import Note, Open, Reached, note
from shixiao.engine.scoring.profiles import Profile, Several, WhenNothing
from shixiao.engine.scoring.reaching import reach
from shixiao.engine.scoring.rounding import apportion, earned, plain
from shixiao.engine.scoring.scores import Explanation, RowScore, Score, total_of
from shixiao.engine.scoring.standing import Basis, ByHand, Money, Part, Sheet, Standing
from shixiao.engine.scoring.weighing import Line, weigh
from shixiao.engine.scoring.wordings import NO_EVIDENCE

_ZERO = Decimal(0)


def score(sheet: Sheet, profile: Profile) -> Score:
    """The score of one project by one profile: the same sheet and profile always give the same digits.

    Raises `Unscorable` with every fault where the weights cannot be worked out (see `weigh`), and for a typed score without a reason, below
    0 or above its weight.
    """
    left_out = [row.row for row in sheet.rows if row.is_nothing and profile.when_nothing is WhenNothing.LEFT_OUT]
    if len(left_out) == len(sheet.rows):
        # Nobody would be left to take the points, so a person decides.
        left_out, profile = [], replace(profile, when_nothing=WhenNothing.BY_HAND)
    lines = [Line(row.row, row.code, row.weight) for row in sheet.rows]
    weights = weigh(lines, profile, execution=sheet.money.weight, left_out=left_out)
    rows = tuple(
        _left_out(row) if row.row in left_out else _row(row, weights.by_row[row.row], profile) for row in sheet.rows
    )
    execution = _execution(sheet.money, weights.execution, profile)
    _check_by_hand((execution, *rows), profile)
    whole = weights.total
    listed = (execution, *rows)
    points, open_ = _sum(listed)
    has_hand = any(line.by_hand for line in listed)
    is_put_back = any(line.put_back is not None for line in listed)
    return Score(
        project=sheet.project,
        profile=profile.code,
        weights=weights,
        rows=rows,
        execution=execution,
        computed=total_of(points, open_, whole, profile),
        with_hand=total_of(*_sum([_as_typed(line) for line in listed]), whole, profile) if has_hand else None,
        put_back=sum((_put_back(line) for line in listed), _ZERO) if is_put_back else None,
    )


def _sum(lines: Sequence[RowScore]) -> tuple[Decimal, Decimal]:
    """The points of these rows, and how much is open."""
    return sum((line.points or _ZERO for line in lines), _ZERO), sum((line.open for line in lines), _ZERO)


def _as_typed(line: RowScore) -> RowScore:
    return line if line.by_hand is None else replace(line, points=line.by_hand.points, open=_ZERO)


def _put_back(line: RowScore) -> Decimal:
    return (line.points if line.put_back is None else line.put_back) or _ZERO


def _check_by_hand(lines: Sequence[RowScore], profile: Profile) -> None:
    faults = [each for line in lines if line.by_hand for each in _faults(line, line.by_hand, profile)]
    if faults:
        raise Unscorable(faults)


def _faults(line: RowScore, typed: ByHand, profile: Profile) -> list[Fault]:
    place = "execution" if line.row is None else f"row {line.row}"
    named = Text("预算执行率", "The execution") if line.row is None else Text(f"第 {line.row} 行", f"Row {line.row}")
    found = []
    if not typed.reason.strip():
        found.append(
            Text(
                f"{named.zh}的人工打分没有写理由。请写明理由。",
                f"{named.en} was scored by hand without a reason. Say why.",
            )
        )
    if not 0 <= typed.points <= line.weight:
        found.append(
            Text(
                f"{named.zh}的人工打分 {plain(typed.points)} 应在 0 到 {plain(line.weight)} 之间。请改。",
                f"{named.en} was scored {plain(typed.points)} by hand: it should be between 0 and {plain(line.weight)}.",
            )
        )
    digits = profile.rounding.points
    if typed.points != line.weight and typed.points != round(typed.points, digits):
        found.append(
            Text(
                f"{named.zh}的人工打分 {plain(typed.points)} 的小数多于 {digits} 位。请改。",
                f"{named.en} was scored {plain(typed.points)} by hand, with more than {digits} digits. Change it.",
            )
        )
    return [Fault(place, text) for text in found]


# ---- rows ------------------------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """One condition with its share of the row's weight and what came of it."""

    part: int
    weight: Decimal
    outcome: Reached | Open
    is_one_of_several: bool = False

    @property
    def text(self) -> Text:
        """What was found, with the number of the condition where there are several."""
        text = self.outcome.text
        if not self.is_one_of_several:
            return text
        return Text(f"第 {self.part + 1} 个条件：{text.zh}", f"condition {self.part + 1}: {text.en}")


def _left_out(row: Standing) -> RowScore:
    return RowScore(
        row=row.row,
        code=row.code,
        name=row.name,
        weight=_ZERO,
        basis=row.basis,
        points=_ZERO,
        by_hand=row.by_hand,
        notes=(note("left_out"),),
        found=note("left_out").text,
    )


def _row(row: Standing, weight: Decimal, profile: Profile) -> RowScore:
    found = _conditions(row, row.parts, weight, profile)
    made = _made(row, weight, found, profile)
    if not any(part.has_second_figure for part in row.parts):
        return made
    second = _made(row, weight, _conditions(row, [_second(part) for part in row.parts], weight, profile), profile)
    if second.points is None or second.points == made.points:
        return made
    told = note("second_figure", f"{plain(second.points)} 分", f"{plain(second.points)}")
    return replace(made, put_back=second.points, notes=(*made.notes, told))


def _second(part: Part) -> Part:
    value = part.value if part.value_put_back is None else part.value_put_back
    counts = part.counts if part.counts_put_back is None else part.counts_put_back
    return replace(part, value=value, counts=counts)


def _conditions(row: Standing, parts: Sequence[Part], weight: Decimal, profile: Profile) -> list[_Found]:
    """Every condition with its points: shared out evenly, or all of them for the worst."""
    if not parts:
        return [_Found(0, weight, NO_EVIDENCE)]
    outcomes = [reach(part, row.code, profile) for part in parts]
    if profile.several is Several.WORST:
        worst = min(range(len(parts)), key=lambda number: _rank(outcomes[number]))
        return [_Found(worst, weight, outcomes[worst], len(parts) > 1)]
    shared = _shared(weight, parts, profile)
    return [_Found(number, *each, len(parts) > 1) for number, each in enumerate(zip(shared, outcomes, strict=True))]


def _shared(weight: Decimal, parts: Sequence[Part], profile: Profile) -> list[Decimal]:
    """The points of each condition: equal, none for what is left out, and never none by rounding (whole points, one for two)."""
    is_left_out = profile.when_nothing is WhenNothing.LEFT_OUT
    shares = [Fraction(0 if is_left_out and part.is_nothing else 1) for part in parts]
    digits = profile.rounding.points
    while Fraction(weight) * 10**digits < len(parts) and weight:
        digits += 1
    return apportion(weight, shares, digits)


def _rank(outcome: Reached | Open) -> tuple[int, Fraction, bool]:
    """Nothing is worse than a condition that has nothing; what is open hides whatever else is reached."""
    if isinstance(outcome, Open):
        return 1, Fraction(0), False
    return (2, outcome.share, outcome.is_full) if outcome.share else (0, outcome.share, False)


def _made(row: Standing, weight: Decimal, found: Sequence[_Found], profile: Profile) -> RowScore:
    digits = profile.rounding.points
    points = [
        (
            earned(each.outcome.share, each.weight, digits, is_full=each.outcome.is_full)
            if isinstance(each.outcome, Reached)
            else None
        )
        for each in found
    ]
    scored = [each for each in points if each is not None]
    return RowScore(
        row=row.row,
        code=row.code,
        name=row.name,
        weight=weight,
        basis=row.basis,
        points=sum(scored, _ZERO) if scored else None,
        open=sum((each.weight for each, got in zip(found, points, strict=True) if got is None), _ZERO),
        by_hand=row.by_hand,
        explanations=tuple(_explained(row.row, found, points)),
        notes=_notes(row, found),
        found=_told(found),
    )


def _notes(row: Standing, found: Sequence[_Found]) -> tuple[Note, ...]:
    """Each once; that something is far above its target is settled by the explanation."""
    notes = list(dict.fromkeys(each for one in found for each in one.outcome.notes))
    if row.over_reason.strip():
        reason = row.over_reason.strip()
        notes = [note("far_above_explained", reason, reason) if each.code == "far_above" else each for each in notes]
    return (*notes, *([_by_hand_note(row.by_hand)] if row.by_hand else []))


def _by_hand_note(typed: ByHand) -> Note:
    told = f"{plain(typed.points)}，{typed.reason.strip()}"
    return note("by_hand", told, f"{plain(typed.points)}, {typed.reason.strip()}")


def _explained(row: int | None, found: Sequence[_Found], points: Sequence[Decimal | None]) -> list[Explanation]:
    """Every condition that lacks points, with the cause."""
    return [
        _explanation(row, each, each.weight - (got or _ZERO))
        for each, got in zip(found, points, strict=True)
        if each.weight != (got or _ZERO)
    ]


def _explanation(row: int | None, found: _Found, lost: Decimal) -> Explanation:
    outcome, said, of, gone = found.outcome, found.text, plain(found.weight), plain(lost)
    if isinstance(outcome, Open):
        text = Text(f"{said.zh}（{gone} 分未计）", f"{said.en} ({gone} points not scored)")
        return Explanation(row=row, part=found.part, cause=outcome.cause, lost=lost, text=text, is_open=True)
    if outcome.cause is None:
        raise ValueError("points are missing without a cause")
    text = Text(f"{said.zh}：{of} 分扣 {gone}", f"{said.en}: {gone} of {of} points lost")
    return Explanation(
        row=row, part=found.part, cause=outcome.cause, lost=lost, text=text, numbers=dict(outcome.numbers)
    )


def _told(found: Sequence[_Found]) -> Text:
    texts = [each.text for each in found]
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


# ---- the budget ------------------------------------------------------------------------------------------------


def _execution(money: Money, weight: Decimal, profile: Profile) -> RowScore:
    outcome = execute(money, profile.execution)
    found = [_Found(0, weight, outcome)]
    is_known = money.full_year is not None and money.executed is not None
    row = Standing(row=0, code="", name="预算执行率", parts=(), by_hand=money.by_hand)
    made = _made(row, weight, found, profile)
    return replace(
        made,
        row=None,
        basis=Basis.MEASURED if is_known else Basis.NONE,
        explanations=tuple(replace(each, row=None) for each in made.explanations),
    )
