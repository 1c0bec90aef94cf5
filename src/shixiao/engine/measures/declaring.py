"""Measures, declared once: the wording, what they look at, how their readings are read, and the catalogue of all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.measures.timeline import Timeline
from shixiao.engine.measures.verdicts import Verdict

NAME = re.compile(r"[a-z]+(?:_[a-z]+)*\.[a-z0-9]+(?:_[a-z0-9]+)*")
SLOT = re.compile(r"\{([a-z_]+)\}")
NAME_LENGTH = 100
GIVEN = frozenset({"clock", "now"})  # what every measure is given beside the case

Function = Callable[..., "Verdict | tuple[Verdict, ...] | None"]


class Aspect(str, Enum):
    """What of the work is measured, in the order of the official classes."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIMELINESS = "timeliness"
    COST = "cost"
    BENEFIT = "benefit"
    SATISFACTION = "satisfaction"


class CountsOn(str, Enum):
    """The day a case counts on."""

    BEGUN = "begun"
    DUE = "due"
    DONE = "done"
    DATED = "dated"  # each amount says its own


class Reads(str, Enum):
    """What a reading of the facts says."""

    SHARE = "share"  # met ÷ (met + missed)
    ALL_OF = "all_of"  # holds while none was missed and at least one was met
    COUNT = "count"  # how many were met
    SUM = "sum"  # the amounts added up
    MEAN = "mean"  # the amounts by their weights
    STOCK = "stock"  # the amounts of all time up to the end of the window
    RATIO = "ratio"  # one measure's reading by another's


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One parameter of a measure: its name, the type it is annotated with, and its default; `needed` without one."""

    name: str
    type: str
    default: Any = None
    needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of the catalogue.

    `of`: the kinds of case it looks at. `keyed_by`: a particular of the opening event which has to equal the gauge's parameter
    of that name; other cases are not even looked at. `watched_by`: the measure whose met cases prove that somebody was watching though
    nothing happened. `mends`: a missed case becomes met when it is done later. `is_judgement`: its amounts and verdicts are what people
    judged, a mark in percent of the points or whether a tier was reached: shown as reviewed, not as measured. `stands`: it says of a case
    how it stands, and nothing any more when that is over (open, overdue): its reading is one of all days up to a moment, never of a year.
    `follows`: events beside the steps of the case that may change what it says; whoever records one has the case looked at again.
    `revision` grows when the function gives other verdicts than before: facts are then made anew.
    """

    name: str
    wording: Text
    of: tuple[str, ...]
    unit: str
    aspect: Aspect
    counts_on: CountsOn
    reads: Reads
    function: Function
    about: str
    slots: tuple[Slot, ...] = ()
    keyed_by: str = ""
    answers: tuple[str, ...] = ()
    watched_by: str = ""
    needs_topic: bool = False
    uses_clock: bool = False
    mends: bool = False
    is_judgement: bool = False
    stands: bool = False
    follows: tuple[str, ...] = ()
    revision: int = 1

    @property
    def office(self) -> str:
        """The office that has it."""
        return self.name.partition(".")[0]

    def may_concern(self, case: Timeline, parameters: Mapping[str, Any]) -> bool:
        """Whether it looks at the case at all, whatever happens to it."""
        key = self.keyed_by
        return not key or case.recorded[0].particulars.get(key) == parameters.get(key)

    def look(self, case: Timeline, parameters: Mapping[str, Any], **given: Any) -> tuple[Verdict, ...]:
        """What it says of one case: none where the case is no concern of it."""
        if not self.may_concern(case, parameters):
            return ()
        said = self.function(case, **given, **parameters)
        if said is None:
            return ()
        return (said,) if isinstance(said, Verdict) else said


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A rate across two measures, whose parts add up apart: complaints ÷ services. It has no facts of its own."""

    name: str
    wording: Text
    unit: str
    aspect: Aspect
    numerator: str
    denominator: str
    about: str
    answers: tuple[str, ...] = ()
    reads: Reads = field(default=Reads.RATIO, init=False)

    @property
    def office(self) -> str:
        """The office that has it."""
        return self.name.partition(".")[0]


_catalogue: dict[str, Measure | Ratio] = {}
CATALOGUE: Mapping[str, Measure | Ratio] = MappingProxyType(_catalogue)


class BrokenMeasure(ValueError):
    """The measure cannot be as it is declared; the sentence names it and says what to do."""


def measure(
    wording: str,
    en: str,
    *,
    of: str | tuple[str, ...],
    unit: str,
    aspect: Aspect,
    counts_on: CountsOn,
    reads: Reads,
    name: str = "",
    keyed_by: str = "",
    answers: tuple[str, ...] = (),
    watched_by: str = "",
    needs_topic: bool = False,
    uses_clock: bool = False,
    mends: bool = False,
    is_judgement: bool = False,
    stands: bool = False,
    follows: tuple[str, ...] = (),
    revision: int = 1,
) -> Callable[[Function], Measure]:
    """Declare a measure: its official wording, with `{slots}` that are the function's own keyword arguments.

    The function is given the case, `clock` and `now`, and says met, missed, pending, not counted or an amount; a tuple for
    several dated amounts; None for a case that is no concern of it. Its docstring is the definition that an auditor reads.
    """
    kinds = (of,) if isinstance(of, str) else of

    def declared(function: Function) -> Measure:
        found = Measure(
            name=name or f"{kinds[0].partition('.')[0]}.{function.__name__}",
            wording=Text(wording, en),
            of=kinds,
            unit=unit,
            aspect=aspect,
            counts_on=counts_on,
            reads=reads,
            function=function,
            about=inspect.cleandoc(function.__doc__ or ""),
            slots=_slots(function),
            keyed_by=keyed_by,
            answers=answers,
            watched_by=watched_by,
            needs_topic=needs_topic,
            uses_clock=uses_clock,
            mends=mends,
            is_judgement=is_judgement,
            stands=stands,
            follows=follows,
            revision=revision,
        )
        _check(found)
        _catalogue[found.name] = found
        return found

    return declared


def ratio(
    wording: str,
    en: str,
    *,
    name: str,
    numerator: Measure,
    denominator: Measure,
    unit: str,
    aspect: Aspect,
    about: str,
    answers: tuple[str, ...] = (),
) -> Ratio:
    """Declare a rate of one measure by another."""
    found = Ratio(
        name=name,
        wording=Text(wording, en),
        unit=unit,
        aspect=aspect,
        numerator=numerator.name,
        denominator=denominator.name,
        about=about,
        answers=answers,
    )
    if not about.strip():
        raise BrokenMeasure(f"{name}: `about` is the definition that an auditor reads, and it is empty")
    _check_name(found.name)
    _catalogue[found.name] = found
    return found


def _slots(function: Function) -> tuple[Slot, ...]:
    wanted = inspect.signature(function).parameters.values()
    return tuple(
        Slot(
            name=each.name,
            type=str(getattr(each.annotation, "__name__", each.annotation)),
            default=None if each.default is inspect.Parameter.empty else each.default,
            needed=each.default is inspect.Parameter.empty,
        )
        for each in wanted
        if each.kind is inspect.Parameter.KEYWORD_ONLY and each.name not in GIVEN
    )


def _check(found: Measure) -> None:
    _check_name(found.name)
    if not found.about:
        raise BrokenMeasure(f"{found.name}: the docstring is the definition that an auditor reads, and there is none")
    known = {slot.name for slot in found.slots}
    for name in SLOT.findall(found.wording.zh):
        if name not in known:
            raise BrokenMeasure(f"{found.name}: the wording has a slot {name!r} that the function does not take")
    if found.keyed_by and found.keyed_by not in known:
        raise BrokenMeasure(f"{found.name}: keyed by {found.keyed_by!r}, which is none of its slots {sorted(known)}")
    if not found.of or any(kind.count(".") != 1 for kind in found.of):
        raise BrokenMeasure(f"{found.name}: `of` names kinds of case as office.thing")


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        raise BrokenMeasure(f"{name!r} is no name for a measure: write office.what_it_says in small letters")
    if name in _catalogue:
        raise BrokenMeasure(f"the measure {name!r} is declared twice")


def of_kind(kind: str) -> tuple[Measure, ...]:
    """The measures that look at cases of this kind."""
    return tuple(each for each in _catalogue.values() if isinstance(each, Measure) and kind in each.of)
