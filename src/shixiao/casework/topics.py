"""Topics as time passes: renamed, retired, merged, each an event; and which topics a reading of a topic counts.

A topic that was merged is another word for the one it was merged into, from a day on that is never before today: so nothing that
was counted for a past day changes, and cases keep the topic that they were given.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import events
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.assessing import zone
from shixiao.casework.models import Topic
from shixiao.casework.models.shared import NAME_LENGTH
from shixiao.casework.particulars import label
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.people.models import Role, User

_NAME = label("name", Text("主题名称", "The name"), most=NAME_LENGTH)


class Merge(NamedTuple):
    """Where a topic went, and from which day on."""

    into: int
    on: date


def may_change(user: User | None) -> bool:
    """The performance officer, since measures of every unit count by the same topics; and the program."""
    return user is None or user.role == Role.OFFICER


def rename(topic: Topic, name: str, *, by: User | None, now: datetime) -> Topic:
    """Another name for the same thing, for every day; the event keeps the old one. The same name again changes nothing.

    Raises `Refused` for a name that another topic has or had, and for a topic that ended; `NotAllowed`.
    """
    _check_person(by)
    told = _NAME.read(" ".join(name.split()), zone=zone())
    with transaction.atomic():
        _lock()
        fresh = _open(topic)
        if fresh.name == told:
            return fresh
        if Topic.objects.filter(name=told).exists():
            text = Text(
                f"已有主题叫“{told}”。请换一个名称。", f"There is a topic “{told}” already. Choose another name."
            )
            raise Refused(text, reason=Reason.INVALID, field="name")
        before, fresh.name = fresh.name, told
        fresh.save(update_fields=["name"])
        texts = {"before": before, "name": told}
        ledger.record(events.TOPIC_RENAMED, subject=fresh, by=by, now=now, texts=texts)
    return fresh


def retire(topic: Topic, *, on: date | None = None, by: User | None, now: datetime) -> Topic:
    """From that day on, today unless a later one is said, no case is given this topic. Cases that have it keep it and count.

    Raises `Refused` for a topic that ended, `NotAllowed`.
    """
    on = on or _today(now)
    _check_person(by)
    _check_day(on, now=now)
    with transaction.atomic():
        _lock()
        fresh = _open(topic)
        _end(fresh, on)
        ledger.record(events.TOPIC_RETIRED, subject=fresh, by=by, now=now, particulars={"on": on})
    return fresh


def merge(topic: Topic, *, into: Topic, on: date | None = None, by: User | None, now: datetime) -> Topic:
    """From that day on the cases of `topic` count with those of `into`; for any day before nothing changes.

    Raises `Refused` for a topic and itself, for one that was merged or retired, also where that day has not come, and for a
    circle; `NotAllowed`.
    """
    on = on or _today(now)
    _check_person(by)
    _check_day(on, now=now)
    with transaction.atomic():
        _lock()
        fresh = _open(topic)
        target = _target(fresh, into, on=on)
        _end(fresh, on, merged_into=target)
        codes = {"into": target.pk, "on": on}
        ledger.record(events.TOPICS_MERGED, subject=fresh, by=by, now=now, particulars=codes)
    return fresh


# ---- reading ---------------------------------------------------------------------------------------------------


def merges() -> dict[int, Merge]:
    """Every topic that was or will be merged: one statement. A board asks once and hands it to `counted_with`."""
    rows = Topic.objects.exclude(merged_into=None).order_by().values_list("pk", "merged_into_id", "until")
    return {key: Merge(into, on) for key, into, on in rows if into is not None and on is not None}


def successor(topic: int, known: Mapping[int, Merge], *, on: date) -> int:
    """The topic that stands for `topic` on that day: itself, or what it was merged into by then.

    No loop is possible, since a topic that is merged has ended, and nothing is merged into one that has.
    """
    while (gone := known.get(topic)) is not None and gone.on <= on:
        topic = gone.into
    return topic


def counted_with(ids: Iterable[int], on: date, *, known: Mapping[int, Merge] | None = None) -> frozenset[int]:
    """The topics whose cases a reading of these topics counts on that day: themselves and whatever was merged into them by then.

    A topic that was itself merged away by that day stands for the one it was merged into. No ids: no topics.
    """
    given = frozenset(ids)
    if not given:
        return given
    known = merges() if known is None else known
    wanted = {successor(each, known, on=on) for each in given}
    return frozenset(each for each in {*wanted, *given, *known} if successor(each, known, on=on) in wanted)


def check_given(topic: Topic, *, on: date) -> None:
    """Raises `Refused` where no case can be given this topic on that day; says which one to choose instead."""
    if topic.is_in_force(on):
        return
    raise Refused(_ended(topic), reason=Reason.INVALID, field="topic")


# ---- inside ----------------------------------------------------------------------------------------------------


def _today(now: datetime) -> date:
    return timezone.localtime(now).date()


def _check_person(by: User | None) -> None:
    if not may_change(by):
        raise NotAllowed(Text("主题由绩效管理员维护。", "Topics are for the performance officer."))


def _check_day(day: date, *, now: datetime) -> None:
    if day < _today(now):
        text = Text(
            "日期不能早于今天：过去的统计不改变。", "The day cannot be before today: what was counted does not change."
        )
        raise Refused(text, reason=Reason.INVALID, field="on")


def _lock() -> None:
    """Changes of topics wait for each other, or two merges could make a circle. Readers do not wait.

    On SQLite the transaction holds the write lock from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{Topic._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')


def _open(topic: Topic) -> Topic:
    """The topic as it is now. Raises `Refused` for one that has ended or will, naming into what it was merged."""
    fresh = Topic.objects.select_related("merged_into").get(pk=topic.pk)
    if fresh.until is not None:
        raise Refused(_ended(fresh), reason=Reason.WRONG_STATE)
    return fresh


def _ended(topic: Topic) -> Text:
    day = f"{topic.until:%F}"
    if topic.merged_into is not None:
        into = topic.merged_into.name
        return Text(
            f"“{topic.name}”自 {day} 起已并入“{into}”。请改用“{into}”。",
            f"“{topic.name}” was merged into “{into}” from {day} on. Use “{into}” instead.",
        )
    return Text(
        f"“{topic.name}”自 {day} 起停用。请选一个在用的主题。",
        f"“{topic.name}” is retired from {day} on. Choose a topic that is in use.",
    )


def _target(topic: Topic, into: Topic, *, on: date) -> Topic:
    """Into which `topic` is merged. Raises `Refused` where that cannot be."""
    if into.pk == topic.pk:
        text = Text("不能并入它自己。请选另一个主题。", "A topic cannot be merged into itself. Choose another one.")
        raise Refused(text, reason=Reason.INVALID, field="into")
    target = Topic.objects.select_related("merged_into").get(pk=into.pk)
    if target.until is None:
        if target.since > on:
            text = Text(
                f"“{target.name}”自 {target.since:%F} 起才启用。请选那天或以后的日期。",
                f"“{target.name}” begins on {target.since:%F}. Choose that day or a later one.",
            )
            raise Refused(text, reason=Reason.INVALID, field="on")
        return target
    if successor(target.pk, merges(), on=date.max) == topic.pk:
        text = Text(
            f"“{target.name}”自 {target.until:%F} 起已并入“{topic.name}”，反过来会绕成一圈。",
            f"“{target.name}” goes into “{topic.name}” from {target.until:%F} on; the other way round makes a circle.",
        )
        raise Refused(text, reason=Reason.INVALID, field="into")
    raise Refused(_ended(target), reason=Reason.INVALID, field="into")


def _end(topic: Topic, on: date, *, merged_into: Topic | None = None) -> None:
    if on < topic.since:
        text = Text(f"“{topic.name}”自 {topic.since:%F} 起才启用。", f"“{topic.name}” begins on {topic.since:%F}.")
        raise Refused(text, reason=Reason.INVALID, field="on")
    later = topic.merged_from.filter(until__gt=on).first()
    if later is not None:
        text = Text(
            f"“{later.name}”自 {later.until:%F} 起并入“{topic.name}”，在那以前不能停用或合并它。",
            f"“{later.name}” goes into “{topic.name}” on {later.until:%F}; it cannot end before.",
        )
        raise Refused(text, reason=Reason.WRONG_STATE, field="on")
    topic.until, topic.merged_into = on, merged_into
    topic.save(update_fields=["until", "merged_into"])
