"""What the pages read, each in a bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import IntegerField, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from shixiao.messages import saying, subjects
from shixiao.messages.models import UNREAD, Delivery, Fate, Item, Message
from shixiao.messages.saying import Said
from shixiao.messages.states import State
from shixiao.people.models import User
from shixiao.ui.menu import MOST_COUNTED

ROWS = 50
MOST_TEXT = 60


def unread(person: int) -> int:
    """How many of them are new, at most one more than is shown."""
    return Message.objects.filter(person=person, state=UNREAD).order_by()[: MOST_COUNTED + 1].count()


def along(person: int) -> RawSQL:
    """The same as an expression, so that it comes with the account and costs a page no statement of its own."""
    table = Message._meta.db_table
    return RawSQL(  # noqa: S611 — the name of our own table goes into it; every value is a parameter
        f'(SELECT COUNT(*) FROM (SELECT 1 AS one FROM "{table}" WHERE person_id = %s AND state = %s LIMIT %s) AS unread)',  # noqa: S608
        [person, UNREAD, MOST_COUNTED + 1],
        output_field=IntegerField(),
    )


# ---- the inbox -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages: new ones, of a sort, with a word; older than one."""

    state: str = ""
    sort: str = ""
    text: str = ""
    before: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Something was chosen."""
        return bool(self.state or self.sort or self.text)


@dataclass(frozen=True, slots=True)
class Group:
    """The messages of one day about one thing, the newest first."""

    about: subjects.Shown | None
    messages: list[Said]


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day."""

    day: date
    groups: list[Group]


@dataclass(slots=True)
class Inbox:
    """A page of the inbox: what is new, then the rest by day and by what it is about."""

    new: list[Day] = field(default_factory=list)
    seen: list[Day] = field(default_factory=list)
    older: int | None = None
    newest: int = 0


def inbox(wanted: Wanted, *, of: User, now: datetime) -> Inbox:
    """New ones first, on the first page only; two statements, and a few for what they are about."""
    rows = _matching(Message.objects.filter(person=of), wanted)
    fresh = list(rows.filter(state=UNREAD).order_by("-pk")[:ROWS]) if wanted.before is None else []
    others = rows if wanted.before is None else rows.filter(pk__lt=wanted.before)
    seen = list(others.exclude(state=UNREAD).order_by("-pk")[: ROWS + 1]) if wanted.state != UNREAD else []
    said = saying.said([*fresh, *seen[:ROWS]], to=of, now=now)
    return Inbox(
        new=_by_day(said[: len(fresh)]),
        seen=_by_day(said[len(fresh) :]),
        older=seen[ROWS - 1].pk if len(seen) > ROWS else None,
        newest=max((each.pk for each in (*fresh, *seen)), default=0),
    )


def _matching(rows: QuerySet[Message], wanted: Wanted) -> QuerySet[Message]:
    if wanted.state == State.READ.value:
        rows = rows.filter(state__in=[State.READ.value, State.ACKNOWLEDGED.value])
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.sort:
        rows = rows.filter(sort=wanted.sort)
    for part in wanted.text.replace("\0", "")[:MOST_TEXT].split():
        found = [Q(subject_kind=kind, subject_id__in=ids) for kind, ids in subjects.matching(part).items()]
        rows = rows.filter(reduce(or_, found, Q(pk__in=())))
    return rows


def _by_day(said: Sequence[Said]) -> list[Day]:
    days: list[Day] = []
    for each in said:
        day = timezone.localtime(each.message.made_at).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        key = (each.message.subject_kind, each.message.subject_id)
        group = next((one for one in days[-1].groups if _key(one) == key and each.message.subject_kind), None)
        if group is None:
            days[-1].groups.append(Group(each.about, [each]))
        else:
            group.messages.append(each)
    return days


def _key(group: Group) -> tuple[str, int]:
    first = group.messages[0].message
    return first.subject_kind, first.subject_id


# ---- what became of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which deliveries: of a fate, a channel, a person; older than one."""

    state: str = ""
    channel: str = ""
    person: str = ""
    before: int | None = None


def with_life(rows: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    """With what happened to each and what it carries."""
    life = Prefetch("fates", queryset=Fate.objects.select_related("by").order_by("id"))
    items = Prefetch("items", queryset=Item.objects.select_related("message").order_by("id"))
    return rows.select_related("person").prefetch_related(life, items)


def deliveries(chosen: Chosen) -> tuple[list[Delivery], int | None]:
    """A page of deliveries, the newest first, each with what happened to it; and from where the next page goes on. Three statements."""
    rows = Delivery.objects.order_by("-pk")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.channel:
        rows = rows.filter(channel=chosen.channel)
    if name := " ".join(chosen.person.replace("\0", "").split())[:MOST_TEXT]:
        rows = rows.filter(Q(person__display_name__icontains=name) | Q(person__username=User.normalize_username(name)))
    if chosen.before is not None:
        rows = rows.filter(pk__lt=chosen.before)
    found = list(with_life(rows)[: ROWS + 1])
    return found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None


def about(kind: str, key: int) -> list[Message]:
    """Everything that anybody was told about one thing, the newest first, with what became of it outside. Four statements."""
    outside = Prefetch("items", queryset=Item.objects.select_related("delivery").order_by("id"))
    life = Prefetch("fates", queryset=Fate.objects.order_by("id"))
    rows = Message.objects.filter(subject_kind=kind, subject_id=key).select_related("person").order_by("-pk")
    return list(rows.prefetch_related(life, outside)[:ROWS])


def counts() -> dict[str, int]:
    """How many deliveries wait, failed or are unknown: what the first line says. Three small statements over partial indexes."""
    wanted = (State.QUEUED.value, State.UNKNOWN.value, State.FAILED.value)
    return {state: Delivery.objects.filter(state=state).order_by()[:1000].count() for state in wanted}
