"""The life of a case as people read it: each event with who, when, and what was told."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.casework import budgets, offices, things, vocabulary
from shixiao.casework.events import ASSIGNED, MOVED, RELATED
from shixiao.casework.evidence.counts import Counted
from shixiao.casework.models import Assistant, Case
from shixiao.casework.particulars import MAPPINGS, Particular, Sort
from shixiao.casework.performing import events_of
from shixiao.casework.steps import Steps
from shixiao.casework.templatetags.casework import last_moment
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.people.wordings import said
from shixiao.ui import formats

LONGEST = 200
_PERSONS = {"lead", "before", "assistants"}  # of the events by which a case changes hands
_OF_THE_COUNTER = {
    "rung": Text("第几次提醒", "Reminder"),
    "told": Text("告诉几人", "People told"),
    "late_days": Text("超期天数", "Days late"),
    "due": Text("时限", "Due"),
    "lead": Text("主办", "Lead"),
    "assistants": Text("协办", "Assistants"),
    "other": Text("关联的事项", "Related case"),
    "as": Text("关系", "Relation"),
    "name": Text("时限", "Deadline"),
    "budget": Text("延长", "More time"),
    "reason": Text("理由", "Reason"),
    "before": Text("原来", "Before"),
    "tag": Text("标签", "Tag"),
    "corrects": Text("更正记录", "Corrects record"),
    "attachment": Text("附件", "Attachment"),
    "remark": Text("备注", "Remark"),
    "window": Text("应办时间", "Window"),
    "closed": Text("不计", "Not counted"),
}
_CLOSED = {
    "calendar.holiday": Text("日历上放假", "a holiday of the calendar"),
    "calendar.day_off": Text("日历上休息", "a day off of the calendar"),
}
_OF_A_PLACE = {
    "project": Text("项目", "Project"),
    "contract": Text("合同", "Contract"),
    "topic": Text("主题", "Topic"),
    "subject": Text("物件", "Subject"),
}
_NOT_FOR_PEOPLE = {
    *("deadline", "change", "ground", "event", "sha256", "size", "media_type", "file"),
    *("scope", "late_from", "duty", "hidden"),  # for measures: the page says the same in its own places
}


class Told(NamedTuple):
    """One particular of an event. `is_erased`: there were words, and the law had them deleted."""

    title: str
    value: str
    address: str = ""
    is_erased: bool = False


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of a life. `recorded_at` only where it was written down later than it happened."""

    id: int
    title: str
    who: str
    happened_at: datetime
    recorded_at: datetime | None
    told: tuple[Told, ...]
    decided: tuple[Counted, ...] = ()  # the gauges of which this event made the verdict what it is


class Life(NamedTuple):
    """The newest event first. `is_cut`: there are older ones than are shown."""

    happenings: tuple[Happening, ...]
    facts: tuple[Told, ...]
    is_cut: bool


def read(
    case: Case, *, is_whole: bool = False, deciding: Mapping[int, tuple[Counted, ...]] = MappingProxyType({})
) -> tuple[Life, list[User]]:
    """What happened, and who assists. Three statements, and one for each kind of thing that is named beside the project."""
    rows = events_of(case).reverse().prefetch_related("words")
    events = list(rows if is_whole else rows[: LONGEST + 1])
    is_cut = not is_whole and len(events) > LONGEST
    events = events[:LONGEST] if is_cut else events
    people = _people(case, events)
    telling = _Telling(case, events, people)
    told = (telling.happening(event) for event in events)
    happenings = tuple(replace(each, decided=deciding[each.id]) if each.id in deciding else each for each in told)
    return Life(happenings, telling.facts(events), is_cut), [user for user in people.values() if user.is_assistant]  # type: ignore[attr-defined]


def _people(case: Case, events: Sequence[Event]) -> dict[int, User]:
    """The accounts that the events name and those who assist, in one statement."""
    wanted = set()
    for event in events:
        if event.by_kind == User.ledger_name and event.by_id.isdigit():
            wanted.add(int(event.by_id))
        for name in _PERSONS & set(event.particulars if event.kind.startswith("casework.") else ()):
            given = event.particulars[name]
            wanted |= {each for each in (given if isinstance(given, list) else [given]) if isinstance(each, int)}
    assists = Exists(Assistant.objects.filter(case=case, user=OuterRef("pk")))
    helpers = Assistant.objects.filter(case=case).values("user")
    rows = User.objects.filter(Q(pk__in=wanted) | Q(pk__in=helpers)).annotate(is_assistant=assists)
    return {user.pk: user for user in rows.order_by("pk")}


class _Telling:
    """Puts the codes of events into words."""

    def __init__(self, case: Case, events: Sequence[Event], people: dict[int, User]) -> None:
        self.case, self.people = case, people
        self.table: Steps = offices.table_of(case.kind)
        self.detail = offices.detail_of(case.kind)
        self.known = {each.name: each for step in self.table.steps for each in step.takes}
        if (naming := offices.naming_of(case.kind)) is not None:
            self.known |= {each.name: each for each in naming(case)}
        self.titles = getattr(offices.office_of(case.kind), "titles", {})
        self.limits = {each.name: each.title for each in offices.office_of(case.kind).limits if each.kind == case.kind}
        self.things = things.titles(self._things(events))
        if case.project_id:
            self.things["casework.project", case.project_id] = str(case.project)
        if case.contract_id:
            self.things["casework.contract", case.contract_id] = str(case.contract)

    def _things(self, events: Sequence[Event]) -> set[tuple[str, int]]:
        there = {("casework.project", self.case.project_id), ("casework.contract", self.case.contract_id)}
        named = {
            (each.of, value)
            for event in events
            for name, value in self.parted(event.particulars)
            if (each := self.known.get(name)) and each.sort is Sort.THING and isinstance(value, int)
        }
        return (named | _places(events)) - there

    def happening(self, event: Event) -> Happening:
        """The event in the language of the page."""
        step = self.table.step_of(event.kind)
        kind = DECLARED.get(event.kind)
        title = said(step.title) if step else said(kind.title) if kind else event.kind
        late = event.recorded_at if (event.recorded_at - event.happened_at).total_seconds() >= 60 else None
        return Happening(
            id=event.pk,
            title=title,
            who=self._who(event),
            happened_at=event.happened_at,
            recorded_at=late,
            told=tuple(self.told(event)),
        )

    def _who(self, event: Event) -> str:
        if not event.by_id:
            return _("系统")
        user = self.people.get(int(event.by_id)) if event.by_id.isdigit() else None
        return user.display_name if user else _("有人")

    def told(self, event: Event) -> Iterable[Told]:
        """Every particular that means something to people, in the order of the step table."""
        return [told for _name, told in self.named(event)]

    def named(self, event: Event) -> Iterator[tuple[str, Told]]:
        """The same, each with the name of its particular."""
        words = {each.name: each.words for each in event.words.all()}
        order = {name: place for place, name in enumerate(self.known)}
        texts = DECLARED[event.kind].texts if event.kind in DECLARED else frozenset()
        sealed = DECLARED[event.kind].sealed if event.kind in DECLARED else frozenset()
        words = {name: text for name, text in words.items() if name not in sealed}
        told = dict(self.parted({**event.particulars, **self.read_apart(words)}))
        for name in sorted(told, key=lambda name: order.get(name, len(order))):
            value = told[name]
            if name in _NOT_FOR_PEOPLE or value is None or value in ([], {}) or (value == "" and "." not in name):
                continue
            if name == "window" and isinstance(value, list):
                yield name, Told(self.title(name), _window(value))
            elif name == "closed":
                yield name, Told(self.title(name), said(_CLOSED[value]) if value in _CLOSED else str(value))
            elif event.kind == MOVED.name and name == "after":
                yield from ((name, told_) for told_ in self.moved(event))
            elif event.kind == MOVED.name and name == "before":
                continue
            elif name in sealed:
                yield name, Told(self.title(name), _("这里不显示，在专门的页面查看，查看会留下记录"))
            elif name in texts:
                yield name, Told(self.title(name), words.get(name, ""), is_erased=name not in words)
            elif name == "due" and isinstance(value, dict):
                for each, at in value.items():
                    yield name, Told(_("%(name)s的时限") % {"name": self.limit(each)}, _due(at))
            else:
                yield name, self.one(event, name, value)

    def parted(self, particulars: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What was told by names of its own (`values`), as `values.held_on` and so on; everything else as it is."""
        for name, value in particulars.items():
            known = self.known.get(name)
            if known is not None and known.sort in MAPPINGS and isinstance(value, dict):
                yield from ((f"{name}.{each}", one) for each, one in value.items())
            else:
                yield name, value

    def read_apart(self, words: Mapping[str, str]) -> dict[str, Any]:
        """Texts that were told by names of their own lie apart from the event as one."""
        return {
            name: json.loads(text)
            for name, text in words.items()
            if name in self.known and self.known[name].sort is Sort.TEXTS
        }

    def one(self, event: Event, name: str, value: Any) -> Told:
        """One code."""
        if event.kind == RELATED.name and name == "other":
            return Told(self.title(name), f"#{value}", reverse("casework:case", args=(value,)))
        if event.kind.startswith(("casework.", "messages.")):
            return Told(self.title(name), self.of_the_counter(event.kind, name, value))
        each = self.known.get(name)
        if value == "":
            return Told(self.title(name), _("（已删去）"))
        return Told(self.title(name), self.worded(each, value) if each else self.plain(name, value))

    def moved(self, event: Event) -> Iterable[Told]:
        """From where to where a case was moved: a line for each part of its place."""
        for name, after in event.particulars["after"].items():
            before = event.particulars["before"].get(name)
            yield Told(said(_OF_A_PLACE[name]), f"{self.placed(name, before)} → {self.placed(name, after)}")

    def placed(self, name: str, key: int) -> str:
        """What a project, contract, topic or subject is called."""
        return self.things.get((f"casework.{name}", key), f"#{key}") if key else _("没有")

    def of_the_counter(self, kind: str, name: str, value: Any) -> str:
        """Codes of events that any case may have."""
        if name in _PERSONS and (kind == ASSIGNED.name or isinstance(value, (int, list))):
            several = value if isinstance(value, list) else [value]
            return "、".join(self.people[each].display_name for each in several if each in self.people)
        if name == "name":
            return self.limit(str(value))
        if name == "budget":
            return said(clock.budget_in_words(budgets.read(str(value).replace("_", " "))))
        if name in {"before", "due"}:
            return _due(str(value))
        if name == "tag":
            return self.tags.get(value, f"#{value}")
        return str(value)

    @cached_property
    def tags(self) -> dict[int, str]:
        """What tags are called; one statement, and only for a case that was tagged."""
        return vocabulary.names(on=timezone.localdate())

    def limit(self, name: str) -> str:
        """What a deadline is called."""
        return said(self.limits[name]) if name in self.limits else name

    def title(self, name: str) -> str:
        """What people call a particular: as the step table says, as the office's row says, or as it is."""
        if name in self.known:
            return said(self.known[name].title)
        if name in _OF_THE_COUNTER:
            return said(_OF_THE_COUNTER[name])
        if name in self.titles:
            return said(self.titles[name])
        fields = {field.name: field for field in self.detail._meta.concrete_fields} if self.detail else {}
        return str(fields[name].verbose_name) if name in fields else name.replace("_", " ")

    def plain(self, name: str, value: Any) -> str:
        """A code that the step was not told: what was worked out."""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, str) and "." in value and (amount := _amount(value)) is not None:
            return f"{amount:,}"
        return str(value)

    def worded(self, each: Particular, value: Any) -> str:
        """The value of a declared particular."""
        match each.sort:
            case Sort.MONEY:
                amount = _amount(str(value))
                return f"{amount:,.2f}" if amount is not None else str(value)
            case Sort.CHOICE:
                return next((said(title) for code, title in each.choices if code == value), str(value))
            case Sort.YES:
                return _("是") if value else _("否")
            case Sort.DAY:
                return formats.day(date.fromisoformat(value))
            case Sort.INSTANT:
                return _instant(value)
            case Sort.THING:
                return self.things.get((each.of, value), f"#{value}")
            case _:
                return str(value)

    def facts(self, events: Sequence[Event]) -> tuple[Told, ...]:
        """What the case is about as it stands: what its opening step was told, with the newest value of each."""
        first = next((step for step in map(self.table.step_of, (e.kind for e in reversed(events))) if step), None)
        if first is None:
            return ()
        wanted = {each.name for each in first.takes}
        found: dict[str, Told] = {}
        for event in events:  # the newest first
            step = self.table.step_of(event.kind)
            names = wanted & {each.name for each in step.takes} if step else set()
            if names:
                found = {**{name: told for name, told in self.named(event) if name.partition(".")[0] in names}, **found}
        return tuple(found[name] for name, each in self.known.items() if name in found and self._is_fact(name, each))

    def _is_fact(self, name: str, each: Particular) -> bool:
        """What stands in the head of the page is not said again, and why something was done is said with the event."""
        is_in_head = each.sort is Sort.THING and each.of in _IN_THE_HEAD and "." not in name
        return not is_in_head and "reason" not in name


def _places(events: Sequence[Event]) -> set[tuple[str, int]]:
    """Everything between which the case was moved."""
    sides = [event.particulars[side] for event in events if event.kind == MOVED.name for side in ("before", "after")]
    return {(f"casework.{name}", key) for side in sides for name, key in side.items() if key}


_IN_THE_HEAD = {"casework.project", "casework.contract", "casework.topic", "casework.subject", "people.unit"}


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _instant(text: str) -> str:
    try:
        return formats.instant(datetime.fromisoformat(text))
    except ValueError:
        return text


def _due(text: str) -> str:
    """A due day ends at a midnight; people call it by that day."""
    try:
        return last_moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _window(written: list[str]) -> str:
    """From when until when, by days where it is of whole days."""
    begin, end = (datetime.fromisoformat(each) for each in written)
    last = last_moment(end)
    if begin.strftime("%H%M") == end.strftime("%H%M") == "0000":
        first = formats.day(begin)
        return first if first == last else f"{first} – {last}"
    return f"{formats.instant(begin)} – {formats.instant(end)}"
