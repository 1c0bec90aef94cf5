"""The bindings that come with the program, for tables that are known: data in `shipped/`, found by what the table says.

A row is found by its unit, its project, its class and its name, as published; so a table that says the same next year finds them, too. What
words stand for (a register's code, a programme's name) is asked of casework: this room knows no office.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from shixiao.casework import shared_things
from shixiao.casework.evidence import called
from shixiao.casework.models import Project as OfficesProject
from shixiao.casework.models import Topic
from shixiao.engine.measures.wordings import AllChoices
from shixiao.people.models import User
from shixiao.performance.binding import NotBindable, Wanted, bind_many, check_fit, newest, parts_of
from shixiao.performance.comparing import Key, counterparts
from shixiao.performance.models import Basis, Indicator, PlanVersion, WindowKind
from shixiao.performance.rows import annual_targets

FOLDER = "shixiao.performance.shipped"


@dataclass(frozen=True, kw_only=True)
class ShippedWindow:
    """The days that a part looks at, where it is not the plan's year. `is_provisional`: the table does not say the days."""

    kind: str
    begin: date
    end: date
    is_provisional: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """What one part of one published row stands on. `named` are parameters by what people call them, `scope` is "project" or nothing."""

    unit: str
    project: str
    code: str
    indicator: str
    part: int
    basis: str
    measure: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    against: str = ""
    topics: tuple[str, ...] = ()
    scope: str = ""
    awaits: str = ""
    window: ShippedWindow | None = None
    why: str = ""

    @property
    def reason(self) -> str:
        """Why it stands on this, as the binding keeps it."""
        if self.window is None or not self.window.is_provisional:
            return self.why
        return f"{self.why}。统计期暂定：{self.window.why}"


@dataclass(frozen=True)
class BoundShipped:
    """What came of it: how many parts were bound on what basis, how many stood on something already, and of the rest why not."""

    bases: Mapping[str, int] = field(default_factory=dict)
    already: int = 0
    left: tuple[tuple[int, int, str], ...] = ()  # row, part, the sentence

    @property
    def count(self) -> int:
        """How many parts were bound."""
        return sum(self.bases.values())


def bind_shipped(version: PlanVersion, *, by: User, now: datetime) -> BoundShipped:
    """Bind every part of the version that the shipped data knows and nobody has bound or unbound yet; one event each, all or none.

    Twice changes nothing. What cannot be bound now (a register nobody took over, a programme nobody set up, a project that is not matched) is
    left, with the sentence that says so. Topics that are missing are made. Raises `PermissionDenied`, `NotBindable` in an old version.
    """
    rows = list(version.indicators.select_related("project__unit", "version__plan").order_by("row"))
    standing, placed = newest([version.pk]), Placing(version)
    wanted: list[tuple[Indicator, int, Wanted, str]] = []
    left: list[tuple[int, int, str]] = []
    already = 0
    for row in rows:
        for shipped in of_row(row):
            if (row.pk, shipped.part) in standing:
                already += 1
                continue
            try:
                wanted.append((row, shipped.part, placed.wanted(row, shipped, by=by, now=now), shipped.reason))
            except NotBindable as refused:
                left.append((row.row, shipped.part, str(refused)))
    bind_many(wanted, by=by, now=now)
    return BoundShipped(Counter(str(each.basis) for _row, _part, each, _why in wanted), already, tuple(left))


class Placing:
    """What shipped words mean in this house: parameters, projects and topics. Asks once."""

    def __init__(self, version: PlanVersion) -> None:
        self.version = version
        self._targets = annual_targets(version)
        self._choices: AllChoices = called.choices()
        self.projects = projects_of(version)
        self._topics = {topic.name: topic for topic in Topic.objects.filter(until=None)}

    def wanted(self, row: Indicator, shipped: Shipped, *, by: User | None, now: datetime) -> Wanted:
        """As a person would want it. Missing topics are made, unless there is nobody to make them. Raises `NotBindable`."""
        window = shipped.window
        found = Wanted(
            basis=shipped.basis,
            measure=shipped.measure,
            parameters=self._parameters(shipped),
            against=shipped.against,
            project=self._project(row) if shipped.scope == "project" else None,
            window=window.kind if window else WindowKind.YEAR,
            begin=window.begin if window else None,
            end=window.end if window else None,
            is_provisional=window is not None and window.is_provisional,
            awaits=shipped.awaits,
        )
        parts = parts_of(self._targets[row.pk])
        if shipped.part >= len(parts):
            raise NotBindable(_("这一行的目标没有这个部分。请更正读法，或手工绑定。"), field="part")
        if shipped.basis == Basis.MEASURE:
            check_fit(parts[shipped.part], found)
        if not shipped.topics:
            return found
        return replace(found, topics=[self._topic(name, by=by, now=now) for name in shipped.topics])

    def _parameters(self, shipped: Shipped) -> dict[str, Any]:
        given = dict(shipped.parameters)
        for slot, value in given.items():
            known = self._choices.get(slot)
            if slot == "register" and value not in (known or {}).values():
                raise NotBindable(
                    _("还没有编码是“%(code)s”的台账。请先在“台账”里接收随系统提供的台账。") % {"code": value}
                )
            if slot == "rubric" and value not in (known or {}).values():
                sentence = _("还没有编码是“%(code)s”的评分细则。请先在“评议”里采用随系统提供的细则。")
                raise NotBindable(sentence % {"code": value}, field="rubric")
        for slot, name in shipped.named.items():
            value = self._choices.get(slot, {}).get(name)
            if value is None:
                raise NotBindable(_("还没有叫“%(name)s”的发放项或台账。请先设立。") % {"name": name}, field=slot)
            given[slot] = value
        return given

    def _project(self, row: Indicator) -> OfficesProject:
        found = self.projects.get(row.project_id)
        if found is None:
            sentence = _("项目“%(name)s”还没有对应办公系统里的项目。请先在“与批复预算对照”里对应。")
            raise NotBindable(sentence % {"name": row.project.name}, field="project")
        return found

    def _topic(self, name: str, *, by: User | None, now: datetime) -> Topic:
        if name not in self._topics:
            if by is None:
                raise NotBindable(_("还没有“%(name)s”这个主题。请先建立。") % {"name": name}, field="topics")
            first = date(self.version.plan.fiscal_year, 1, 1)
            self._topics[name] = shared_things.create_topic(name, since=first, by=by, now=now)
        return self._topics[name]


def projects_of(version: PlanVersion) -> dict[int, OfficesProject]:
    """The project of the offices that somebody said each project of the version is, by the id of the latter."""
    matched = counterparts(version)
    known = OfficesProject.objects.select_related("unit").in_bulk({pk for pk in matched.values() if pk})
    met: Counter[tuple[str, str]] = Counter()
    found = {}
    listed = version.units.filter(projects__isnull=False).order_by("position", "projects__position")
    for unit, project, pk in listed.values_list("name", "projects__name", "projects__pk"):
        met[unit, project] += 1
        counterpart = known.get(matched.get(Key(unit, project, met[unit, project])) or 0)
        if counterpart is not None:
            found[pk] = counterpart
    return found


# ---- the data --------------------------------------------------------------------------------------------------


def of_row(row: Indicator) -> tuple[Shipped, ...]:
    """What the shipped data says of the parts of a row; nothing for one that it does not know."""
    return _index().get(_key(row.project.unit.name, row.project.name, row.code, row.name), ())


def every() -> Iterator[Shipped]:
    """Everything that is shipped, file by file."""
    for source in sorted(files(FOLDER).iterdir(), key=lambda each: each.name):
        if source.name.endswith(".json"):
            yield from (_read(each) for each in json.loads(source.read_text(encoding="utf-8"))["parts"])


@cache
def _index() -> Mapping[tuple[str, ...], tuple[Shipped, ...]]:
    found: dict[tuple[str, ...], list[Shipped]] = {}
    for each in every():
        found.setdefault(_key(each.unit, each.project, each.code, each.indicator), []).append(each)
    return {key: tuple(sorted(several, key=lambda each: each.part)) for key, several in found.items()}


def _key(*words: str) -> tuple[str, ...]:
    return tuple("".join(unicodedata.normalize("NFKC", word).split()) for word in words)


def _read(given: Mapping[str, Any]) -> Shipped:
    known = {name: value for name, value in given.items() if name not in ("row", "window", "topics")}
    return Shipped(**known, topics=tuple(given.get("topics", ())), window=_window(given.get("window")))


def _window(given: Mapping[str, Any] | None) -> ShippedWindow | None:
    if given is None:
        return None
    days = {name: date.fromisoformat(given[name]) for name in ("begin", "end")}
    return ShippedWindow(**{**given, **days})
