"""Steps are a table: what may follow what, who may take it, what it records.

Pure. From one table come what `perform` allows, the buttons, the interface's errors, the manual page, the diagram and
the tests. A table that cannot be right is refused when it is built, with the reason (`BrokenTable`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from shixiao.casework.events import EXPECTED_WITHDRAWN
from shixiao.casework.particulars import IS_WRITTEN_APART, Particular
from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import RESERVED as RESERVED_PARTICULARS
from shixiao.ledger.kinds import Kind

NAME = re.compile(r"[a-z]+(?:_[a-z]+)*_?")
CASE_KIND = re.compile(r"[a-z_]+\.[a-z_]+")
LEAD = "case.lead"  # whoever has the case in hand
PROGRAM = "program"  # nobody: the program itself, when a timer falls due
WITHDRAW = "withdraw"  # where the program may take it, duties may expect such cases, and take them back
# What the counter itself does to any case.
RESERVED = frozenset({"assign", "extension", "place", "tags", "remarks", "files"})


class BrokenTable(ValueError):
    """The step table cannot be right; the sentence names the table, the step and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a case can stand. From a state that is no end some way must lead to one."""

    name: str
    title: Text
    is_end: bool = False


class Situation(NamedTuple):
    """What a guard may look at: the state of the case, and what the step was told."""

    state: str
    particulars: Mapping[str, Any]


Guard = Callable[[Situation], Text | None]

OPENER = "case.opener"  # whoever opened the case
NAMED = "case.named"  # whom the step's action names (`Work.named`): those that the step is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Somebody who is told when a step was taken: `to` a responsibility at the case's unit, `LEAD`, `OPENER` or
    `NAMED`.

    `says` may speak of {number}, {title}, {step}, {state}, {next} and {kind}; the usual sentence without it. `is_todo`: something is
    to be done, and not only known.
    """

    to: str
    says: Text | None = None
    is_todo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the table.

    `after`: the states it may follow; none means that it opens a case. `to`: the state it leads to; None stays.
    `by`: the responsibility it takes, `LEAD` or `PROGRAM`. `not_by`: steps of the same case that another person must have taken.
    `takes`: what it is told. `starts`, `stops`, `suspends`, `resumes`: names of deadlines. `guard` gives the reason why not.
    `stays_at_end`: it may be taken at an end and leave the case there: a correction, another project.
    `takes_back`: it ends a case that had ended as done, as if it had not been: a payment that is reversed.
    `tells`: who is told of it; None for whose turn it is then (`telling`), () for nobody.
    """

    name: str
    title: Text
    records: Kind
    by: str
    to: str | None = None
    after: tuple[str, ...] = ()
    takes: tuple[Particular, ...] = ()
    not_by: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    suspends: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    guard: Guard | None = None
    stays_at_end: bool = False
    takes_back: bool = False
    about: Text | None = None
    asks_first: Text | None = None
    tells: tuple[Tell, ...] | None = None
    codes: tuple[str, ...] = field(init=False, repr=False, compare=False)  # the names of what its event carries itself
    texts: tuple[str, ...] = field(init=False, repr=False, compare=False)  # and of what lies apart from it

    def __post_init__(self) -> None:
        """Every step that is taken asks for these two, so they are worked out once."""
        apart = tuple(each.name for each in self.takes if each.sort in IS_WRITTEN_APART)
        object.__setattr__(self, "texts", apart)
        object.__setattr__(self, "codes", tuple(each.name for each in self.takes if each.name not in apart))

    @property
    def opens(self) -> bool:
        """It begins a case."""
        return not self.after


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The step table of one kind of case.

    `prefix` begins the numbers of its cases. `overseer`: the responsibility that assigns, grants extensions and hands over.
    `is_restricted`: outside its holders only counts are shown (law 9). `stays_in_place`: its cases keep the project, contract,
    topic and subject they were opened for, as money does that a budget was approved for. `seen_by`: only the holders of these
    responsibilities look at its cases, beside those who have one in hand and whom the office names (`queries.SEES`): neither the others
    who take steps, nor heads of units, nor the performance officer. `asks_in_time`: more time is asked for before the limit has passed.
    """

    kind: str
    title: Text
    prefix: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    overseer: str
    about: Text | None = None
    is_restricted: bool = False
    stays_in_place: bool = False
    seen_by: tuple[str, ...] = ()
    asks_in_time: bool = False
    _states: Mapping[str, State] = field(init=False, repr=False, compare=False)
    _steps: Mapping[str, Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_states", {state.name: state for state in self.states})
        object.__setattr__(self, "_steps", {step.name: step for step in self.steps})
        for problem in problems(self):
            raise BrokenTable(f"{self.kind}: {problem}")

    def step(self, name: str) -> Step | None:
        """The row of that name."""
        return self._steps.get(name)

    def state(self, name: str) -> State:
        """The state of that name."""
        return self._states[name]

    @property
    def opening(self) -> tuple[Step, ...]:
        """The steps that begin a case."""
        return tuple(step for step in self.steps if step.opens)

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """The names of every deadline that some step starts."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.starts))

    def allowed(self, state: str) -> tuple[Step, ...]:
        """What may follow in `state`, in the order of the table; the first is the usual one."""
        return tuple(step for step in self.steps if state in step.after)

    @property
    def expectable(self) -> tuple[Step, ...]:
        """The opening steps by which a duty may expect cases: those from which the program can withdraw again. Where one of them
        is the program's own, it is meant for duties, and no other is."""
        back = self._steps.get(WITHDRAW)
        if back is None or back.by != PROGRAM:
            return ()
        found = tuple(step for step in self.opening if step.to in back.after)
        return tuple(step for step in found if step.by == PROGRAM) or found

    def step_of(self, event_kind: str) -> Step | None:
        """The row that records this kind of event."""
        return next((step for step in self.steps if step.records.name == event_kind), None)


def problems(table: Steps) -> Iterator[str]:
    """Everything that is wrong with the table, a sentence each; nothing for a good one."""
    yield from _wrong_names(table)
    yield from _wrong_states(table)
    yield from _wrong_deadlines(table)
    yield from _wrong_withdrawal(table)
    for step in table.steps:
        yield from _wrong_record(step, kind=table.kind)
        yield from (
            f"step {step.name!r} may not be taken by whoever took {name!r}, and there is no such step"
            for name in step.not_by
            if name not in table._steps  # noqa: SLF001
        )
    if not table.opening:
        yield "no step opens a case: give one step no `after`"
    # Only a table whose states are known can be walked through.
    if not any(_wrong_states(table)):
        yield from _dead_ends(table)
        yield from _unreachable(table)


def _wrong_names(table: Steps) -> Iterator[str]:
    if not CASE_KIND.fullmatch(table.kind):
        yield "a kind of case is named office.thing, in small letters"
    if not (table.prefix and table.prefix.isprintable() and len(table.prefix) <= 8):
        yield "the prefix of its numbers has 1 to 8 visible characters"
    for what, names in (("state", [s.name for s in table.states]), ("step", [s.name for s in table.steps])):
        yield from (f"{what} {name!r} stands there twice" for name in sorted({n for n in names if names.count(n) > 1}))
        yield from (f"{what} {name!r} is not named in small letters" for name in names if not NAME.fullmatch(name))
    yield from (
        f"no step may be called {s.name!r}: the counter does that itself" for s in table.steps if s.name in RESERVED
    )
    kinds = [step.records.name for step in table.steps]
    yield from (f"two steps record {kind!r}" for kind in sorted({k for k in kinds if kinds.count(k) > 1}))


def _wrong_states(table: Steps) -> Iterator[str]:
    known = {state.name: state for state in table.states}
    for step in table.steps:
        for name in (*step.after, *([step.to] if step.to else [])):
            if name not in known:
                yield f"step {step.name!r} speaks of the state {name!r}, which is not in the table"
            elif known[name].is_end and name in step.after and step.to is None and not step.stays_at_end:
                yield f"step {step.name!r} stays in the end {name!r}"
        if step.opens and not step.to:
            yield f"step {step.name!r} opens a case and leads to no state"
        if step.takes_back and not {*step.after, step.to} <= {name for name, state in known.items() if state.is_end}:
            yield f"step {step.name!r} takes back what is done, so it leads from an end to an end"
    if not any(state.is_end for state in table.states):
        yield "no state is an end"


def _wrong_record(step: Step, *, kind: str) -> Iterator[str]:
    office = kind.partition(".")[0]
    is_shared = step.name == WITHDRAW and step.records is EXPECTED_WITHDRAWN
    if not is_shared and not step.records.name.startswith(f"{office}."):
        yield f"step {step.name!r} records {step.records.name!r}, which belongs to another office"
    names = [each.name for each in step.takes]
    for name in sorted(RESERVED_PARTICULARS & set(names)):
        yield f"step {step.name!r} takes {name!r}, which the counter itself writes into events: choose another name"
    for name in sorted(set(step.codes) - step.records.particulars):
        yield f"step {step.name!r} takes {name!r}, and {step.records.name} does not declare it as a particular"
    for name in sorted(set(step.texts) - step.records.texts):
        yield f"step {step.name!r} takes the text {name!r}, and {step.records.name} does not declare it as a text"
    yield from (f"step {step.name!r} takes {name!r} twice" for name in sorted({n for n in names if names.count(n) > 1}))
    if step.starts and "due" not in step.records.particulars:
        yield f"step {step.name!r} starts a deadline, and {step.records.name} does not declare the particular 'due'"


def _wrong_withdrawal(table: Steps) -> Iterator[str]:
    """What a duty needs of the step by which the program takes back a case that it expected."""
    step = table._steps.get(WITHDRAW)  # noqa: SLF001
    if step is None or step.by != PROGRAM:
        return
    states = {state.name: state for state in table.states}
    if step.to is None or (step.to in states and not states[step.to].is_end):
        yield f"step {WITHDRAW!r} is the program's and leads to no end, so that a duty could not take back a case"
    if any(each.is_required for each in step.takes):
        yield f"step {WITHDRAW!r} is the program's and needs to be told something: a duty has nothing to tell"
    if not table.expectable:
        yield f"step {WITHDRAW!r} is the program's and follows no opening step: nothing could be expected"
    for opening in table.expectable:
        if not opening.starts:
            yield f"step {opening.name!r} can be expected by a duty and starts no deadline that its window could end"


def _wrong_deadlines(table: Steps) -> Iterator[str]:
    started = set(table.limits)
    for step in table.steps:
        for name in (*step.stops, *step.suspends, *step.resumes):
            if name not in started:
                yield f"step {step.name!r} speaks of the deadline {name!r}, which no step starts"


def _dead_ends(table: Steps) -> Iterator[str]:
    """A state without a way to an end; walking backwards from the ends reaches all others."""
    reaching = {state.name for state in table.states if state.is_end}
    ways = [(before, step.to) for step in table.steps for before in step.after if step.to]
    while more := {before for before, after in ways if after in reaching} - reaching:
        reaching |= more
    yield from (f"from state {s.name!r} no way leads to an end" for s in table.states if s.name not in reaching)


def _unreachable(table: Steps) -> Iterator[str]:
    reached = {step.to for step in table.opening if step.to}
    ways = [(before, step.to) for step in table.steps for before in step.after if step.to]
    while more := {after for before, after in ways if before in reached} - reached:
        reached |= more
    yield from (f"no way leads to state {s.name!r}" for s in table.states if s.name not in reached)


def every_combination(table: Steps) -> Iterable[tuple[State, Step]]:
    """Every state × every step that does not open a case: what the tests of an office go through."""
    return ((state, step) for state in table.states for step in table.steps if not step.opens)
