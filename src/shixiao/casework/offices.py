"""Offices: how one is declared, how all are found, and what is wrong with one.

An office is a folder below `shixiao.offices` with an `apps.py` whose class extends `Office`. Nothing outside the folder
names it: settings, addresses, the menu, the manual, the simulator and the tests ask here.
"""

import sys
from collections import ChainMap, Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.apps import AppConfig, apps
from django.utils.functional import lazy

from shixiao.casework.finding import ROOM
from shixiao.casework.steps import BrokenTable, Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import DECLARED as RESPONSIBILITIES
from shixiao.people.wordings import said
from shixiao.ui import menu

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Field, Model, Q

    from shixiao.casework.asking import Asking, Naming
    from shixiao.casework.evidence.naming import Told
    from shixiao.casework.limits import Limit
    from shixiao.casework.models import Case
    from shixiao.casework.working import Work
    from shixiao.engine.clock import LightScheme
    from shixiao.engine.measures.wordings import AllChoices
    from shixiao.ledger.gauges import InUse
    from shixiao.people.models import User

Action = Callable[["Work"], None]
Preparation = Callable[["Sequence[Work]"], None]
# The case, and the words of the event by their names, before they are gone.
Forgetting = Callable[["Case", Mapping[str, str]], None]


class Link(NamedTuple):
    """A page: what leads there, and its address."""

    title: Text
    address: str


class Desk(AppConfig):
    """A room that works at this counter: its `steps.TABLES` say what happens there, the rest has a default.

    Offices are desks that lie in their own room and have their place in the menu. Another room above the counter may be a desk, too
    (docs/adr/0034): its cases are opened, listed, told of, reminded of and asked for by programs as those of any office.
    """

    title: ClassVar[Text]
    about: ClassVar[Text]
    workplaces: ClassVar[
        tuple[str, ...]
    ] = ()  # the packages with the modules that speak of its cases; the room itself without one

    default = False  # Django takes the one class of `apps.py` that is a default: a room, never this base

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def part(self, name: str) -> ModuleType | None:
        """One of the modules that speak of its cases, such as `steps`, the first where there are several; None where it does without."""
        return next(self.parts(name), None)

    def parts(self, name: str) -> Iterator[ModuleType]:
        """The module of that name in each of its workplaces that has one."""
        for place in self.workplaces or (self.name,):
            path = f"{place}.{name}"
            if (there := sys.modules.get(path)) is not None:  # every step asks for its action
                yield there
            elif find_spec(path):
                yield import_module(path)

    def _listed(self, name: str, attribute: str) -> tuple[Any, ...]:
        return tuple(each for part in self.parts(name) for each in getattr(part, attribute, ()))

    def mapped(self, name: str, attribute: str) -> Mapping[Any, Any]:
        """What the modules of that name say under one attribute, as one mapping."""
        found = [mapping for part in self.parts(name) if (mapping := getattr(part, attribute, None))]
        return found[0] if len(found) == 1 else ChainMap(*found)

    @property
    def tables(self) -> tuple[Steps, ...]:
        """Its step tables, one for each kind of case."""
        return self._listed("steps", "TABLES")

    @property
    def limits(self) -> tuple["Limit", ...]:
        """How much time its deadlines give unless an officer sets another (`limits.LIMITS`)."""
        return self._listed("limits", "LIMITS")

    @property
    def lights(self) -> Mapping[str, "Sequence[LightScheme]"]:
        """When its deadlines are near their end unless an officer says otherwise, by kind (`limits.LIGHTS`); the usual rule for the others."""
        return self.mapped("limits", "LIGHTS")

    @property
    def actions(self) -> Mapping[tuple[str, str], Action]:
        """What a step does beyond changing the state, by kind and step."""
        return self.mapped("actions", "ACTIONS")

    @property
    def preparations(self) -> Mapping[tuple[str, str], "Preparation"]:
        """What is read and locked at once before a step is taken on several cases, by kind and step."""
        return self.mapped("actions", "PREPARATIONS")

    @property
    def lasting(self) -> frozenset[Any]:
        """What in `Work.shared` stays true from call to call while nobody else writes, by the first part of its key
        (`actions.LASTING`): things that were looked up, and what every action of the office keeps up to date."""
        return frozenset(self._listed("actions", "LASTING"))

    @property
    def asking(self) -> Mapping[str, "Asking"]:
        """What its forms ask where people define what there is to tell, by kind (`asking.ASKING`)."""
        return self.mapped("asking", "ASKING")

    @property
    def naming(self) -> Mapping[str, "Naming"]:
        """What people call that which they defined, by kind (`asking.NAMING`)."""
        return self.mapped("asking", "NAMING")

    @property
    def titles(self) -> Mapping[str, Text]:
        """What people call the codes that its steps work out themselves, and that no form asks for (`events.TITLES`)."""
        return self.mapped("events", "TITLES")

    @property
    def details(self) -> Mapping[str, type["Model"]]:
        """The office's own row beside a case, by kind; each has a one-to-one field `case` that is its key."""
        return self.mapped("models", "DETAILS")

    @property
    def forgets(self) -> Mapping[str, "Forgetting"]:
        """What is deleted of the office's own row when the law has the words of an event deleted, by kind
        (`forgetting.FORGETS`)."""
        return self.mapped("forgetting", "FORGETS")

    @property
    def offers(self) -> Mapping[str, Callable[..., Any]]:
        """What other floors may ask this office to read, by a word such as `approved_budget` (`queries.OFFERS`)."""
        return self.mapped("queries", "OFFERS")

    @property
    def turns(self) -> Mapping[str, Mapping[str, "Turn"]]:
        """Where a case names people, so that not everybody who holds the post has their turn: by kind and responsibility (`queries.TURNS`)."""
        return self.mapped("queries", "TURNS")

    @property
    def gauge_words(self) -> "Callable[[Sequence[InUse]], Mapping[int, Told]] | None":
        """What the parameters of its gauges mean (`gauges.tell`), by gauge; None where they speak for themselves."""
        found: Callable[[Sequence[InUse]], Mapping[int, Told]] | None = getattr(self.part("gauges"), "tell", None)
        return found

    @property
    def gauge_choices(self) -> "Callable[[], AllChoices] | None":
        """What people call the things that its measures' slots may name (`gauges.choices`), by slot; None where there are none."""
        found: Callable[[], AllChoices] | None = getattr(self.part("gauges"), "choices", None)
        return found


@dataclass(frozen=True)
class Turn:
    """Whose turn it is among those who hold a responsibility.

    `people` reads of these cases the ids of those who have still to act, in a number of statements that does not grow with them; `of` is
    the condition that a case waits for this very person.
    """

    people: Callable[[Sequence["Case"]], Mapping[int, Sequence[int]]]
    of: Callable[["User"], "Q"]


class Office(Desk):
    """The manifest of an office: a desk in a folder of its own.

    `accepts`: what other offices may ask for: the word after the dot in `casework.ask("office.word")`, and the kind of
    case that its opening step of that name begins. `order` sorts offices in the menu. `phone`: pages made for a phone, the first that is
    for somebody opens with the house on their phone.
    """

    is_office: ClassVar[bool] = True
    icon: ClassVar[str] = "office"
    order: ClassVar[int] = 500
    home: ClassVar[str] = ""  # the name of the address of its first page; without one, the list of its cases
    accepts: ClassVar[Mapping[str, str]] = {}
    places: ClassVar[tuple[menu.Place, ...]] = ()
    phone: ClassVar[tuple["PhonePage", ...]] = ()

    default = False

    def ready(self) -> None:
        """The office's own place in the menu, unless it lists several; and its measures are in the catalogue from now on."""
        self.part("measures")
        if not self.places:
            type(self).places = (
                menu.Place(
                    lazy(lambda: said(self.title), str)(),
                    self.home or "casework:office",
                    self.icon,
                    self.order,
                    arguments=() if self.home else (self.label,),
                    within=(f"offices/{self.label}/",),
                ),
            )


class PhonePage(NamedTuple):
    """A page of an office for the phone: its title, the name of its address, and the responsibilities of those whom it is for."""

    title: Text
    url_name: str
    words: frozenset[str]


class UnknownKind(LookupError):
    """No installed office has this kind of case."""


@cache
def installed() -> tuple[Office, ...]:
    """Every office that is installed, in the order of the menu. Cached: offices come and go with a restart."""
    found = [config for config in apps.get_app_configs() if isinstance(config, Office)]
    return tuple(sorted(found, key=lambda office: (office.order, office.label)))


@cache
def desks() -> tuple[Desk, ...]:
    """Every room that has step tables: the offices in the order of the menu, then the other rooms."""
    found = [config for config in apps.get_app_configs() if isinstance(config, Desk) and not isinstance(config, Office)]
    return (*installed(), *sorted(found, key=lambda desk: desk.label))


@cache
def lasting() -> frozenset[Any]:
    """What lasts of what actions share (`Desk.lasting`), of every desk."""
    return frozenset().union(*(desk.lasting for desk in desks()))


@cache
def _catalogue() -> Mapping[str, tuple[Desk, Steps]]:
    return {table.kind: (desk, table) for desk in desks() for table in desk.tables}


def tables() -> tuple[Steps, ...]:
    """Every step table of the house."""
    return tuple(table for _office, table in _catalogue().values())


def table_of(kind: str) -> Steps:
    """The step table of a kind of case. Raises `UnknownKind`."""
    return _known(kind)[1]


def office_of(kind: str) -> Desk:
    """The office, or the other room, that has a kind of case. Raises `UnknownKind`."""
    return _known(kind)[0]


def is_known(kind: str) -> bool:
    """Some installed office has this kind of case."""
    return kind in _catalogue()


def _known(kind: str) -> tuple[Desk, Steps]:
    try:
        return _catalogue()[kind]
    except KeyError:
        raise UnknownKind(f"no installed office has cases of the kind {kind!r}") from None


def action_of(kind: str, step: Step) -> Action | None:
    """What this step does beyond changing the state."""
    return office_of(kind).actions.get((kind, step.name))


def asking_of(kind: str) -> "Asking | None":
    """What forms ask for such a case instead of what the step table says; None for most kinds."""
    return office_of(kind).asking.get(kind)


def naming_of(kind: str) -> "Naming | None":
    """The particulars that people defined for such a case, by which its page puts their codes into words."""
    return office_of(kind).naming.get(kind)


def preparation_of(kind: str, step: Step) -> Preparation | None:
    """What is read and locked before this step is taken on several cases."""
    return office_of(kind).preparations.get((kind, step.name))


def detail_of(kind: str) -> type["Model"] | None:
    """The model of the office's own row beside such a case."""
    return office_of(kind).details.get(kind)


def title_of(kind: str, field: "Field[Any, Any]") -> Text | str:
    """What people call a field of the office's own row: as the step table says of the particular of that name."""
    told = {each.name: each.title for step in table_of(kind).steps for each in step.takes}
    return told.get(field.name) or str(field.verbose_name)


def forgetting_of(kind: str) -> "Forgetting | None":
    """What the office of such a case has to delete beside the words of an event."""
    found: Mapping[str, Forgetting] = getattr(office_of(kind), "forgets", {}) if is_known(kind) else {}
    return found.get(kind)


def turn_of(kind: str, word: str) -> Turn | None:
    """Who of those with this responsibility has to act in cases of this kind; None where any of them may."""
    office = office_of(kind)
    return office.turns.get(kind, {}).get(word) if isinstance(office, Desk) else None


def notice_of(case: "Case") -> Text | None:
    """What the page of this very case says on top, where its office has something to say (`queries.NOTICES`)."""
    found: Callable[[Case], Text | None] | None = _said_by_queries(case.kind, "NOTICES")
    return found(case) if found else None


def links_of(case: "Case") -> "Sequence[Link]":
    """The pages of its own to which the office leads from the page of this very case (`queries.LINKS`)."""
    found: Callable[[Case], Sequence[Link]] | None = _said_by_queries(case.kind, "LINKS")
    return found(case) if found else ()


def sees(kind: str, *, by: "User", now: "datetime") -> "Q | None":
    """Which cases of a kind somebody may look at because the office says so (`queries.SEES`), as a condition; None where none."""
    found: Callable[..., Q] | None = _said_by_queries(kind, "SEES")
    return found(by, now=now) if found else None


def _said_by_queries(kind: str, attribute: str) -> Any:
    office = office_of(kind)
    return office.mapped("queries", attribute).get(kind) if isinstance(office, Desk) else None


def offer(word: str) -> Callable[..., Any] | None:
    """What some installed office offers under this word; None where no office does."""
    return next((office.offers[word] for office in installed() if word in office.offers), None)


def accepting(what: str) -> tuple[str, Step] | None:
    """The kind and opening step that `ask("office.word")` means; None where no such office is installed."""
    label, _dot, word = what.partition(".")
    for office in installed():
        if office.label == label and word in office.accepts:
            step = table_of(office.accepts[word]).step(word)
            return (office.accepts[word], step) if step else None
    return None


def forget() -> None:
    """Look again which offices are installed: for tests that install another one."""
    installed.cache_clear()
    desks.cache_clear()
    lasting.cache_clear()
    _catalogue.cache_clear()


# ---- what is wrong ---------------------------------------------------------------------------------------------


def defects() -> Iterator[str]:
    """What is wrong with the offices that lie in the room, a sentence each that names the office and what to do."""
    whole: list[Steps] = []
    for name in _folders():
        config = next((each for each in apps.get_app_configs() if each.name == f"{ROOM}.{name}"), None)
        if config is None:
            yield f"offices/{name} is a folder with an apps.py and is not installed: restart"
        elif not isinstance(config, Office):
            yield f"offices/{name}/apps.py: no class extends casework.offices.Office"
        else:
            try:
                whole += config.tables
            except BrokenTable as broken:
                yield f"offices/{name}/steps.py: {broken}"
            else:
                yield from _defects_of(config)
    for desk in desks():
        if not isinstance(desk, Office):
            whole += desk.tables
            yield from _defects_of_desk(desk, where=desk.label)
    yield from (f"two offices have the kind of case {kind!r}" for kind in _twice(table.kind for table in whole))
    yield from (f"two kinds of case number with the prefix {each!r}" for each in _twice(t.prefix for t in whole))


def _twice(words: Iterable[str]) -> list[str]:
    return sorted(word for word, times in Counter(words).items() if times > 1)


def _folders() -> list[str]:
    return [module.name for module in iter_modules(import_module(ROOM).__path__) if module.ispkg]


def _defects_of(office: Office) -> Iterator[str]:
    where = f"offices/{office.label}"
    if office.name != f"{ROOM}.{office.label}":
        yield f"{where}: `label` and folder differ: name the folder as the office"
    if not (Path(office.path) / "README.md").is_file():
        yield f"{where}: there is no README.md that says what this desk does"
    yield from _defects_of_desk(office, where=where)
    for word, kind in office.accepts.items():
        table_there = next((table for table in office.tables if table.kind == kind), None)
        step = table_there.step(word) if table_there else None
        if step is None or not step.opens:
            yield f"{where}/apps.py: accepts {word!r}, and {kind!r} has no opening step of that name"


def _defects_of_desk(desk: Desk, *, where: str) -> Iterator[str]:
    if not isinstance(getattr(desk, "title", None), Text) or not isinstance(getattr(desk, "about", None), Text):
        yield f"{where}/apps.py: `title` and `about` are a Text in both languages"
    if not desk.tables:
        yield f"{where}/steps.py: `TABLES` lists no step table"
    for table in desk.tables:
        yield from (f"{where}/steps.py: {sentence}" for sentence in _defects_of_table(desk, table))
        given = {limit.name for limit in desk.limits if limit.kind == table.kind}
        yield from (
            f"{where}/limits.py: LIMITS gives no time to the deadline {name!r} of {table.kind}"
            for name in table.limits
            if name not in given
        )
    yield from (f"{where}/actions.py: {sentence}" for sentence in _unknown_actions(desk))


def _defects_of_table(office: Desk, table: Steps) -> Iterator[str]:
    if not table.kind.startswith(f"{office.label}."):
        yield f"{table.kind!r} does not begin with the office's name"
    for step in table.steps:
        if step.by not in {"case.lead", "program"} and step.by not in RESPONSIBILITIES:
            yield f"{table.kind} {step.name}: nobody declares the responsibility {step.by!r}"
    if table.is_restricted:
        yield from (
            f"{table.kind} {step.name}: a restricted register holds no texts (law 9), and this step takes {step.texts[0]!r}"
            for step in table.steps
            if step.texts
        )
    if table.overseer not in RESPONSIBILITIES:
        yield f"{table.kind}: nobody declares the responsibility {table.overseer!r} of the overseer"


def _unknown_actions(office: Desk) -> Iterator[str]:
    known = {(table.kind, step.name) for table in office.tables for step in table.steps}
    for kind, name in sorted(set(office.actions) - known):
        yield f"ACTIONS speaks of the step {name!r} of {kind!r}, which no step table has"
