"""Plan against plan: which unit, project and indicator became which, and what changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypeVar

from shixiao.engine.changes.tendency import Tendency, tendency
from shixiao.engine.changes.wordings import Piece, likeness, pieces
from shixiao.engine.plans import Funds, Indicator, Plan, Project, Unit
from shixiao.engine.sums import AMOUNTS

_Row = TypeVar("_Row")
_Key = Callable[[_Row], object]

_ALIKE = 0.6  # from here on two leftovers with other names are taken for the same thing, renamed
_MOST_PAIRS = 40_000  # leftovers are compared each with each; beyond this they count as come and gone


class How(str, Enum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(NamedTuple):
    """One field that is different. `field` is the name of the field in `engine.plans`, amounts as funds.total …

    `difference` is after minus before for an amount. `tendency` says of a target which way it moved.
    """

    field: str
    before: str
    after: str
    pieces: tuple[Piece, ...]
    tendency: Tendency | None = None
    difference: Decimal | None = None


class Change(NamedTuple):
    """What became of one plan, unit, project or indicator (`of`).

    The names are those of the new version, for something removed those of the old one; what it was called before
    is a field change. `row_before` and `row_after` are running numbers of an indicator, None where it is not.
    """

    of: str
    how: How
    unit: str | None = None
    project: str | None = None
    indicator: str | None = None
    row_before: int | None = None
    row_after: int | None = None
    fields: tuple[FieldChange, ...] = ()


def compare(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Everything that is different, in the order of the new version; what went stands after what stayed beside it."""
    return tuple(_of_plan(before, after))


class Followed(NamedTuple):
    """An indicator that is in both versions: its running numbers, and what of it is no longer word for word the same."""

    row_before: int
    row_after: int
    is_renamed: bool  # its unit or project has another name
    is_reworded: bool  # its own name, class or values


def follow(before: Plan, after: Plan) -> Iterator[Followed]:
    """Which row of the old version became which of the new one, by the same rules as `compare`."""
    units = _matched(before.units, after.units, [lambda unit: unit.name], _unit_words)
    moves = _moves(units)
    for old, new in units:
        olds = [project for project in (old.projects if old else ()) if id(project) not in moves.left]
        news = [project for project in (new.projects if new else ()) if id(project) not in moves.arrived]
        is_other = old is not None and new is not None and old.name != new.name
        for was, became in _matched(olds, news, [lambda project: project.name], _project_words):
            yield from _rows(was, became, is_renamed=is_other)
        for became in new.projects if new else ():
            if id(became) in moves.arrived:
                yield from _rows(moves.arrived[id(became)][1], became, is_renamed=True)


def _rows(old: Project | None, new: Project | None, *, is_renamed: bool) -> Iterator[Followed]:
    if old is None or new is None:
        return
    for was, became in _matched(old.indicators, new.indicators, _INDICATOR_KEYS, _indicator_words):
        if was is not None and became is not None:
            same = _INDICATOR_KEYS[0](was) == _INDICATOR_KEYS[0](became)
            yield Followed(was.row, became.row, is_renamed or old.name != new.name, not same)


def _of_plan(before: Plan, after: Plan) -> Iterator[Change]:
    fields = [*_texts(before, after, ("title", "department", "money_unit")), *_amounts(before.funds, after.funds)]
    if fields:
        yield Change("plan", How.CHANGED, fields=tuple(fields))
    units = _matched(before.units, after.units, [lambda unit: unit.name], _unit_words)
    moves = _moves(units)
    for old, new in units:
        yield from _of_unit(old, new, moves)


_Pairs = list[tuple[_Row | None, _Row | None]]


class _Moves(NamedTuple):
    """Projects that left one unit and are found, by name, in another; by identity, since names repeat."""

    left: frozenset[int]
    arrived: dict[int, tuple[Unit, Project]]


def _moves(units: _Pairs[Unit]) -> _Moves:
    left: dict[str, tuple[Unit, Project]] = {}
    arrived: dict[str, Project] = {}
    for old, new in units:
        names = {project.name for project in new.projects} if new else set()
        known = {project.name for project in old.projects} if old else set()
        if old:
            left |= {project.name: (old, project) for project in old.projects if project.name not in names}
        arrived |= {project.name: project for project in (new.projects if new else ()) if project.name not in known}
    both = left.keys() & arrived.keys()
    return _Moves(frozenset(id(left[name][1]) for name in both), {id(arrived[name]): left[name] for name in both})


def _of_unit(old: Unit | None, new: Unit | None, moves: _Moves) -> Iterator[Change]:
    unit = _known(old, new).name
    if old is None or new is None:
        yield Change("unit", How.ADDED if new else How.REMOVED, unit)
    elif fields := (*_texts(old, new, ("name",)), *_amounts(old.funds, new.funds)):
        yield Change("unit", How.CHANGED, new.name, fields=fields)
    olds = [project for project in (old.projects if old else ()) if id(project) not in moves.left]
    news = [project for project in (new.projects if new else ()) if id(project) not in moves.arrived]
    for before, after in _matched(olds, news, [lambda project: project.name], _project_words):
        yield from _of_project(unit, before, after)
    for after in new.projects if new else ():
        if id(after) in moves.arrived:
            was_in, before = moves.arrived[id(after)]
            yield from _of_project(unit, before, after, was_in=was_in.name)


def _of_project(unit: str, old: Project | None, new: Project | None, *, was_in: str = "") -> Iterator[Change]:
    name = _known(old, new).name
    if old is None or new is None:
        yield Change("project", How.ADDED if new else How.REMOVED, unit, name)
    else:
        fields = [*_texts(old, new, ("name", "objective")), *_amounts(old.funds, new.funds)]
        if was_in:
            fields.insert(0, FieldChange("unit", was_in, unit, pieces(was_in, unit)))
        if fields:
            yield Change("project", How.CHANGED, unit, name, fields=tuple(fields))
    rows = _matched(old.indicators if old else (), new.indicators if new else (), _INDICATOR_KEYS, _indicator_words)
    for before, after in rows:
        if change := _of_indicator(unit, name, before, after):
            yield change


def _of_indicator(unit: str, project: str, old: Indicator | None, new: Indicator | None) -> Change | None:
    rows = (old.row if old else None, new.row if new else None)
    if old is None or new is None:
        return Change("indicator", How.ADDED if new else How.REMOVED, unit, project, _known(old, new).name, *rows)
    fields = (
        *_texts(old, new, ("level1", "level2", "name")),
        *_target("cycle_wording", old.cycle_wording, new.cycle_wording, tendency(old.cycle, new.cycle)),
        *_target("annual_wording", old.annual_wording, new.annual_wording, tendency(old.annual, new.annual)),
    )
    return Change("indicator", How.CHANGED, unit, project, new.name, *rows, fields) if fields else None


# ---- fields ----------------------------------------------------------------------------------------------------


def _texts(old: object, new: object, fields: Iterable[str]) -> Iterator[FieldChange]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield FieldChange(field, before, after, pieces(before, after))


def _target(field: str, before: str, after: str, which_way: Tendency | None) -> Iterator[FieldChange]:
    if before != after:
        yield FieldChange(field, before, after, pieces(before, after), which_way)


def _amounts(old: Funds | None, new: Funds | None) -> Iterator[FieldChange]:
    """1361.6 and 1361.60 are one amount; an empty cell and 0 are two."""
    for amount in AMOUNTS:
        before, after = getattr(old or Funds(), amount), getattr(new or Funds(), amount)
        if before != after:
            was, now = ("" if value is None else f"{value:,f}" for value in (before, after))
            difference = (after or Decimal(0)) - (before or Decimal(0))
            yield FieldChange(f"funds.{amount}", was, now, (Piece(was, now),), difference=difference)


def _known(old: _Row | None, new: _Row | None) -> _Row:
    """The side of a pair that names it: the new one where there is one."""
    known = old if new is None else new
    assert known is not None  # noqa: S101 - a pair has at least one side
    return known


# ---- finding again ---------------------------------------------------------------------------------------------


def _unit_words(unit: Unit) -> str:
    return unit.name


def _project_words(project: Project) -> str:
    return project.name


def _indicator_words(indicator: Indicator) -> str:
    return indicator.name


_INDICATOR_KEYS: list[_Key[Indicator]] = [
    lambda row: (row.name, row.code, row.cycle_wording, row.annual_wording),
    lambda row: (row.name, row.code),
    lambda row: row.name,
]


def _matched(
    olds: Sequence[_Row], news: Sequence[_Row], keys: Sequence[_Key[_Row]], words: Callable[[_Row], str]
) -> _Pairs[_Row]:
    """Old and new in pairs, in the order of the new ones; what went follows its neighbour, what came has no partner."""
    partner: dict[int, int] = {}  # index of the new → index of the old
    for key in keys:
        _pair_by_key(olds, news, key, partner)
    _pair_by_likeness(olds, news, words, partner)
    return _in_order(olds, news, partner)


def _pair_by_key(olds: Sequence[_Row], news: Sequence[_Row], key: _Key[_Row], partner: dict[int, int]) -> None:
    taken = set(partner.values())
    waiting: dict[object, list[int]] = {}
    for index, old in enumerate(olds):
        if index not in taken:
            waiting.setdefault(key(old), []).append(index)
    for index, new in enumerate(news):
        if index not in partner and (found := waiting.get(key(new))):
            partner[index] = found.pop(0)


def _pair_by_likeness(
    olds: Sequence[_Row], news: Sequence[_Row], words: Callable[[_Row], str], partner: dict[int, int]
) -> None:
    """The most alike first."""
    taken = set(partner.values())
    left = [index for index in range(len(olds)) if index not in taken]
    right = [index for index in range(len(news)) if index not in partner]
    if not left or not right or len(left) * len(right) > _MOST_PAIRS:
        return
    scored = sorted(
        (-score, old, new)
        for old in left
        for new in right
        if (score := likeness(words(olds[old]), words(news[new]))) >= _ALIKE
    )
    for _score, old, new in scored:
        if old not in taken and new not in partner:
            partner[new] = old
            taken.add(old)


def _in_order(olds: Sequence[_Row], news: Sequence[_Row], partner: dict[int, int]) -> _Pairs[_Row]:
    gone = sorted(set(range(len(olds))) - set(partner.values()))
    pairs: _Pairs[_Row] = []
    for index, new in enumerate(news):
        old = partner.get(index)
        while old is not None and gone and gone[0] < old:
            pairs.append((olds[gone.pop(0)], None))
        pairs.append((None if old is None else olds[old], new))
    return pairs + [(olds[index], None) for index in gone]
