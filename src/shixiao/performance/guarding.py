"""Law 9 on the board: what one person may see of the parts of its rows.

Of a restricted register whoever does not hold it sees how the row stands and a ratio, and “fewer than 5” instead of a small count. What
follows from the number (headroom, pace, forecast, months, topics, both figures) would tell the number and is taken out; so is the number
itself where two of them could be compared: on a past day, and under a binding that looks at less than everything or at other than a year.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shixiao.casework.evidence import guarding, naming
from shixiao.casework.evidence.naming import Named
from shixiao.engine.prospects import Prospect, Status
from shixiao.ledger import gauges
from shixiao.ledger.gauges import InUse
from shixiao.ledger.readings import EVERYWHERE, Days
from shixiao.people.models import Unit, User
from shixiao.people.permissions import NONE, Mandates, mandates, may_bind_indicators, may_read_the_book
from shixiao.performance import amounts
from shixiao.performance.remembering import Memory
from shixiao.performance.standing import Board, Bound, Part, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one person may see of a part.

    `part` is the part itself where it `is_open`; otherwise one without any figure, safe to show whole. `value` is the text to show, `other`
    that with the exclusions put back ("" where that changes nothing). `may_open`: the number opens down to its cases. `note` says why
    something is hidden. `gauges` are those of the part in words, where they are in use: of its value, then of the second figure.
    """

    part: Part
    is_open: bool
    may_open: bool
    value: str
    other: str = ""
    note: str = ""
    gauges: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """Rows as one person may see them. `rows` hold no figure that is not for them; `of` is each part by row id and number."""

    rows: tuple[Row, ...]
    of: Mapping[tuple[int, int], Shown]

    def parts(self, row: Row) -> tuple[Shown, ...]:
        """The parts of a row, in order."""
        return tuple(self.of[row.id, part.number] for part in row.parts)


def shown(part: Part, *, by: User | None, now: datetime, as_of: date | None = None) -> Shown:
    """What the person may see of one part. For many parts take `guarded`."""
    return _Guard([part], by=by, now=now, as_of=as_of).look(part)


def board(found: Board, *, by: User | None, now: datetime, are_named: bool = True) -> Guarded:
    """A board as the person may see it."""
    return guarded(found.rows, by=by, now=now, as_of=found.as_of, are_named=are_named)


def guarded(
    rows: Iterable[Row], *, by: User | None, now: datetime, as_of: date | None = None, are_named: bool = True
) -> Guarded:
    """These rows as the person may see them: a statement for each office that has to look up what its gauges mean, one for what somebody
    holds where anything is restricted, and one for the units where they hold any of it.

    Without `are_named` only gauges that may be restricted are put into words: what decides what is seen, and no statement for the rest.

    `by` is None for a program without an account: it holds nothing.
    """
    rows = tuple(rows)
    guard = _Guard([part for row in rows for part in row.parts], by=by, now=now, as_of=as_of, are_named=are_named)
    of = {(row.id, part.number): guard.look(part) for row in rows for part in row.parts}
    return Guarded(rows=tuple(_row(row, [of[row.id, part.number] for part in row.parts]) for row in rows), of=of)


def may_see_names(by: User | None, *, of: User | None = None) -> bool:
    """Who bound or declared something is shown to the performance officer, to the auditor, and to that person; to others their office."""
    return by is not None and (may_bind_indicators(by) or may_read_the_book(by) or (of is not None and by.pk == of.pk))


def is_restricted(part: Part, *, now: datetime) -> bool:
    """The part looks at a restricted register."""
    return _Guard([part], by=None, now=now, as_of=None).is_restricted(part)


def _row(row: Row, several: Sequence[Shown]) -> Row:
    if all(each.is_open for each in several):
        return row
    parts = tuple(each.part for each in several)
    # The parts of a compound that are open keep their figures; what follows from all of them together is taken out.
    whole = replace(bare(row.prospect), parts=() if len(parts) == 1 else tuple(each.prospect for each in parts))
    return replace(row, parts=parts, prospect=whole)


class _Guard:
    """Knows the gauges of some parts in words, and what somebody holds."""

    def __init__(
        self, parts: Sequence[Part], *, by: User | None, now: datetime, as_of: date | None, are_named: bool = True
    ) -> None:
        self.as_of = as_of
        self.language = get_language() or ""
        self.restricted: dict[str, bool] = {}  # by measure
        may_be = [part for part in parts if are_named or self._is_bound_to_restricted(part)]
        using = gauges.current(now).gauges
        self.in_use = {gauge.id for gauge in using}
        self.named = _named({gauge for part in may_be for gauge in _gauges(part)}, using)
        is_any = any(self.is_restricted(part) for part in parts)
        # Looking at every unit without a post opens no restricted register, so posts are all that is asked for.
        on = timezone.localtime(now).date()
        self.held: Mandates = mandates(by, on) if is_any and by is not None else NONE
        self.units = self._unit_paths(parts) if is_any else []

    def is_restricted(self, part: Part) -> bool:
        """By the gauges in words; by the kinds of case where one of them is not in use any more."""
        if not self.named:
            return bool(_gauges(part)) and self._is_bound_to_restricted(part)
        known = [self.named.get(gauge) for gauge in _gauges(part)]
        if any(each is None for each in known):
            return self._is_bound_to_restricted(part)
        return any(each.is_restricted for each in known if each is not None)

    def _is_bound_to_restricted(self, part: Part) -> bool:
        bound = part.bound
        if bound is None:
            return False
        if bound.measure not in self.restricted:
            self.restricted[bound.measure] = bound.is_restricted
        return self.restricted[bound.measure]

    def look(self, part: Part) -> Shown:
        """What is shown of the part."""
        known = tuple(each for gauge in _gauges(part) if (each := self.named.get(gauge)) is not None)
        if not self.is_restricted(part) or self._holds(part, known):
            may_open = part.reading is not None and self.in_use.issuperset(_gauges(part))
            if known or part.declared is not None:
                return _open(part, may_open, known)
            return _OPEN.of(part, make=lambda: _open(part, may_open, ()), also=(may_open, self.language))
        return Shown(
            part=closed(part),
            is_open=False,
            may_open=False,
            value=self._hidden_value(part, known),
            note=_("来自限制台账：只显示状态和比率，不能打开。"),
            gauges=known,
        )

    def _holds(self, part: Part, known: Sequence[Named]) -> bool:
        """Of every restricted gauge of the part, at every unit whose cases are in it."""
        if len(known) < len(_gauges(part)):
            return False
        scope = self._scope(part)
        return all(guarding.is_open(each, self.held, scope) for each in known)

    def _scope(self, part: Part) -> list[str]:
        """The paths of the units whose cases are in it: those of its scope, or the roots of everything."""
        units = part.bound.where.units if part.bound is not None else None
        if units is None:
            return [path for _unit, path, parent in self.units if parent is None]
        return [path for unit, path, _parent in self.units if unit in units]

    def _unit_paths(self, parts: Sequence[Part]) -> list[tuple[int, str, int | None]]:
        """The units with their paths and the one above; no statement for whoever holds nothing."""
        restricted = [part for part in parts if self.is_restricted(part)]
        known = [self.named[gauge] for part in restricted for gauge in _gauges(part) if gauge in self.named]
        if not any(guarding.held_places(each, self.held) for each in known if each.is_restricted):
            return []
        return list(Unit.objects.values_list("pk", "path", "parent_id"))

    def _hidden_value(self, part: Part, known: Sequence[Named]) -> str:
        """A ratio across two measures is not shown at all: its parts are. No evidence is no small number either."""
        if part.reading is None:
            return "—"
        bound = part.bound
        if len(_gauges(part)) != 1 or not known or bound is None:
            return _("不显示")
        is_narrowed = self.as_of is not None or _is_narrowed(bound)
        if not is_narrowed and part.prospect.status is Status.NO_EVIDENCE:
            return "—"
        return guarding.hidden_value(part.reading, known[0], is_narrowed=is_narrowed)


_OPEN: Memory[Shown] = Memory()


def _open(part: Part, may_open: bool, known: tuple[Named, ...]) -> Shown:
    value, other = amounts.value_of(part), amounts.other_of(part)
    return Shown(part=part, is_open=True, may_open=may_open, value=value, other=other, gauges=known)


def _named(wanted: Set[int], using: Iterable[InUse]) -> dict[int, Named]:
    return {each.id: each for each in naming.named(gauge for gauge in using if gauge.id in wanted)}


def _gauges(part: Part) -> tuple[int, ...]:
    """Of the value, and of the second figure."""
    if part.bound is None:
        return ()
    return tuple(each for each in (part.bound.gauge, part.bound.against) if each)


def _is_narrowed(bound: Bound) -> bool:
    """It looks at less than everything, or at other days than those of a whole year."""
    return bound.where != EVERYWHERE or bool(bound.topics) or bound.days != Days.year(bound.days.begin.year)


def closed(part: Part) -> Part:
    """The part without a figure."""
    return replace(part, reading=None, against=None, watch=None, by_topic=(), grown=(), prospect=bare(part.prospect))


def bare(found: Prospect) -> Prospect:
    """How it stands, and nothing that the number could be worked out from."""
    return Prospect(status=found.status, unit=found.unit, is_final=found.is_final)
