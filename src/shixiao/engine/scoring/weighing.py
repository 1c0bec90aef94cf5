"""The points of a profile shared out over the indicators of one project, so that the sum is exactly 100."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.profiles import HUNDRED, Group, Profile
from shixiao.engine.scoring.rounding import apportion, plain

_ZERO = Decimal(0)


class Line(NamedTuple):
    """An indicator as its weight is worked out: running number, class ("11"), and its points where the plan or somebody gives them."""

    row: int
    code: str
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSum:
    """A group in one project: what the profile gives it there, and what its indicators come to."""

    code: str
    title: Text
    due: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The points of every row and of the execution. `total` is what they come to; `check` says it in words where that is not 100.

    `moved` says which points went elsewhere because the project has no such indicators.
    """

    by_row: Mapping[int, Decimal]
    execution: Decimal
    groups: tuple[GroupSum, ...]
    moved: tuple[Text, ...] = ()

    @property
    def total(self) -> Decimal:
        """All points together."""
        return sum(self.by_row.values(), self.execution)

    @property
    def is_right(self) -> bool:
        """They make 100."""
        return self.total == HUNDRED

    @property
    def check(self) -> Text | None:
        """What is wrong with the sum, and where; None where it is 100 and each group has what the profile gives it."""
        off = [each for each in self.groups if each.points != each.due]
        if self.is_right and not off:
            return None
        zh = "；".join(f"{each.title.zh} {plain(each.points)}，方案为 {plain(each.due)}" for each in off)
        en = "; ".join(f"{each.title.en} {plain(each.points)}, by the profile {plain(each.due)}" for each in off)
        if self.is_right:
            return Text(
                f"分值合计 100，但与方案不同：{zh}。", f"The points make 100, but not as the profile has them: {en}."
            )
        total = plain(self.total)
        more_zh, more_en = (f"（{zh}）", f" ({en})") if off else ("", "")
        return Text(
            f"分值合计 {total}，应为 100{more_zh}。请改指标的分值，或换一个方案。",
            f"The points add up to {total}, not to 100{more_en}. Change those of the indicators, or take another profile.",
        )


def weigh(
    lines: Sequence[Line], profile: Profile, *, execution: Decimal | None = None, left_out: Collection[int] = ()
) -> Weights:
    """The points of each row.

    Equal within a group; what cannot be shared out evenly goes to the first rows, one last digit each. Points that are given stay as they
    are: the rest of the group's go to its rows without, and where all have some nothing is made to fit, `check` says what is wrong.
    Rows that are `left_out` have none. `execution`: the points of the execution where the form prints others than the profile.
    Raises `Unscorable` for a project without indicators, a row without a class, points below 0 or more than there are to share out.
    """
    _check(lines, profile)
    of_group: dict[str, list[Line]] = {}
    for line in lines:
        group = profile.group_of(line.code)
        if group is not None and line.row not in left_out:
            of_group.setdefault(group.code, []).append(line)
    due = _due(profile, of_group)
    by_row = {line.row: _ZERO for line in lines}
    for code, members in of_group.items():
        by_row |= _shared(members, due[code], _group(profile, code), profile.rounding.weights)
    groups = tuple(
        GroupSum(
            code=group.code,
            title=group.title,
            due=due[group.code],
            points=sum((by_row[line.row] for line in of_group[group.code]), _ZERO),
        )
        for group in profile.groups
        if group.code in of_group
    )
    spending = profile.execution.points if execution is None else execution
    return Weights(by_row=by_row, execution=spending, groups=groups, moved=_moved(profile, of_group))


def _check(lines: Sequence[Line], profile: Profile) -> None:
    faults = [each for line in lines for each in _faults(line, profile)]
    rows = [line.row for line in lines]
    faults += [
        Fault(f"row {row}", Text(f"第 {row} 行出现了两次。请去掉一个。", f"Row {row} is there twice. Take one out."))
        for row in sorted(set(rows))
        if rows.count(row) > 1
    ]
    if not lines:
        faults.append(
            Fault("rows", Text("项目没有指标，不能计分。请先录入指标。", "The project has no indicators to score."))
        )
    if faults:
        raise Unscorable(faults)


def _faults(line: Line, profile: Profile) -> list[Fault]:
    found = []
    if profile.group_of(line.code) is None:
        zh = f"第 {line.row} 行的二级指标“{line.code}”不在方案的任何一组里。请更正它的类别。"
        en = f"The class “{line.code}” of row {line.row} is in no group of the profile. Correct its class."
        found.append(Fault(f"row {line.row}", Text(zh, en)))
    if line.weight is not None and line.weight < 0:
        zh = f"第 {line.row} 行的分值 {plain(line.weight)} 小于 0。请改。"
        en = f"The {plain(line.weight)} points of row {line.row} are below 0. Change them."
        found.append(Fault(f"row {line.row}", Text(zh, en)))
    return found


def _group(profile: Profile, code: str) -> Group:
    return next(group for group in profile.groups if group.code == code)


def _shared(members: Sequence[Line], due: Decimal, group: Group, digits: int) -> dict[int, Decimal]:
    """What each row of a group has: what is given, and equal parts of the rest."""
    given = {line.row: line.weight for line in members if line.weight is not None}
    without = [line.row for line in members if line.weight is None]
    if not without:
        return given
    rest = due - sum(given.values(), _ZERO)
    if given and rest <= 0:
        rows = "、".join(map(str, without))
        text = Text(
            f"{group.title.zh}共 {plain(due)} 分，已给出的合计 {plain(due - rest)}，第 {rows} 行没有分可分。请改已给出的分值。",
            f"{group.title.en} have {plain(due)} points, of which {plain(due - rest)} are given: none are left for row {rows}. "
            "Change those that are given.",
        )
        raise Unscorable([Fault(f"row {without[0]}", text)])
    return given | dict(zip(without, apportion(rest, [Fraction(1)] * len(without), digits), strict=True))


# ---- groups that a project lacks -------------------------------------------------------------------------------


def _due(profile: Profile, present: Collection[str]) -> dict[str, Decimal]:
    """The points of each group that is there, with those of the groups that are not; together what all groups have."""
    there = [group for group in profile.groups if group.code in present]
    if not there:
        return {}
    exact = dict.fromkeys([group.code for group in there], Fraction(0))
    for group in profile.groups:
        for code, points in _routed(profile, group, Fraction(group.points), present, (group.code,)).items():
            exact[code] += points
    total = sum((group.points for group in profile.groups), _ZERO)
    shared = apportion(total, list(exact.values()), profile.rounding.weights)
    return dict(zip(exact, shared, strict=True))


def _routed(
    profile: Profile, group: Group, points: Fraction, present: Collection[str], seen: tuple[str, ...]
) -> dict[str, Fraction]:
    """Where these points of a group end: in itself, where it says, or with all that are there in proportion to theirs."""
    if group.code in present:
        return {group.code: points}
    if not group.when_absent or not group.points:
        return _spread(profile, points, present)
    found: dict[str, Fraction] = {}
    for move in group.when_absent:
        part, target = points * Fraction(move.points) / Fraction(group.points), _group(profile, move.to)
        is_ring = target.code in seen
        ends = (
            _spread(profile, part, present)
            if is_ring
            else _routed(profile, target, part, present, (*seen, target.code))
        )
        for code, each in ends.items():
            found[code] = found.get(code, Fraction(0)) + each
    return found


def _spread(profile: Profile, points: Fraction, present: Collection[str]) -> dict[str, Fraction]:
    there = [group for group in profile.groups if group.code in present]
    whole = sum(Fraction(group.points) for group in there)
    if not whole:
        return {group.code: points / len(there) for group in there}
    return {group.code: points * Fraction(group.points) / whole for group in there}


def _moved(profile: Profile, present: Collection[str]) -> tuple[Text, ...]:
    if not present:
        return ()
    return tuple(
        _move_of(profile, group, present) for group in profile.groups if group.code not in present and group.points
    )


def _move_of(profile: Profile, group: Group, present: Collection[str]) -> Text:
    ends = _routed(profile, group, Fraction(group.points), present, (group.code,))
    shared = apportion(group.points, list(ends.values()), profile.rounding.weights)
    named = [(_group(profile, code).title, plain(points)) for code, points in zip(ends, shared, strict=True) if points]
    zh = "、".join(f"{title.zh} {points}" for title, points in named)
    en = ", ".join(f"{title.en} {points}" for title, points in named)
    points = plain(group.points)
    return Text(
        f"项目没有{group.title.zh}，它的 {points} 分并入：{zh}。",
        f"The project has no {group.title.en.lower()}; its {points} points go to: {en}.",
    )
