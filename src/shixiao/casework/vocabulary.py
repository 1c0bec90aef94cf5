"""The vocabulary of tags: making, renaming, retiring, merging and splitting tags, each from a day on.

Nothing that was counted for a past day changes by any of these: a name, an end and a merge have a day that is never
before today, and what a case was tagged with stays as it was.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import events, standing_tags
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Colour, Tag, TagName
from shixiao.casework.models.tags import LAST_TAG_ID, TAG_DEEPEST, TAG_LEVEL, TAG_NAME_LENGTH
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.responsibilities import TAG_KEEPER
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import mandates

LEAST_PARTS, MOST_PARTS = 2, 20


class Part(NamedTuple):
    """One of the tags into which another one is split."""

    name: str
    colour: str = Colour.GREY


def may_keep(user: User | None, *, now: datetime) -> bool:
    """The holder of the responsibility, at any unit, since the vocabulary is one; and the program."""
    return user is None or mandates(user, _today(now)).allow(TAG_KEEPER.word, None)


def create(
    name: str,
    *,
    parent: Tag | None = None,
    colour: str = Colour.GREY,
    since: date | None = None,
    by: User | None,
    now: datetime,
) -> Tag:
    """A new tag, from today unless a later day is said. Raises `Refused` for a name that is taken, `NotAllowed`."""
    since = since or _today(now)
    _check(by, since, "since", now=now)
    with transaction.atomic():
        _lock()
        above = Tag.objects.get(pk=parent.pk) if parent is not None else None
        tag = _new(name, above=above, colour=colour, since=since)
        codes = {"parent": tag.parent_id, "colour": tag.colour, "since": since}
        texts = {"name": _name_of(tag)}
        ledger.record(events.TAG_CREATED, subject=tag, by=by, now=now, particulars=codes, texts=texts)
    return tag


def rename(tag: Tag, name: str, *, since: date | None = None, by: User | None, now: datetime) -> None:
    """Another name from that day on; before it the tag is called as before. The same name again changes nothing."""
    since = since or _today(now)
    _check(by, since, "since", now=now)
    with transaction.atomic():
        _lock()
        tag = _open(tag)
        name = _spelt(name)
        if names(on=since).get(tag.pk) == name:
            return
        _check_free(name, since, besides=tag)
        TagName.objects.update_or_create(tag=tag, since=max(since, tag.since), defaults={"name": name})
        codes, texts = {"since": since}, {"name": name}
        ledger.record(events.TAG_RENAMED, subject=tag, by=by, now=now, particulars=codes, texts=texts)


def recolour(tag: Tag, colour: str, *, by: User | None, now: datetime) -> None:
    """Another colour, which means nothing to any statistics."""
    _check(by, _today(now), "colour", now=now)
    with transaction.atomic():
        _lock()
        tag = _open(tag)
        if tag.colour == _known_colour(colour):
            return
        tag.colour = colour
        tag.save(update_fields=["colour"])
        ledger.record(events.TAG_RECOLOURED, subject=tag, by=by, now=now, particulars={"colour": colour})


def retire(tag: Tag, *, on: date | None = None, by: User | None, now: datetime) -> None:
    """From that day on no case is given this tag; cases that have it keep it. Its lower tags end first."""
    on = on or _today(now)
    _check(by, on, "on", now=now)
    with transaction.atomic():
        _lock()
        tag = _end(tag, on)
        ledger.record(events.TAG_RETIRED, subject=tag, by=by, now=now, particulars={"on": on})


def merge(tag: Tag, *, into: Tag, on: date | None = None, by: User | None, now: datetime) -> None:
    """From that day on `tag` is another word for `into`, which counts its cases; for any day before nothing changes.

    Cases keep what they were tagged with, and are told where it goes (`standing_tags`). Raises `Refused` for a tag that has ended, and for one and itself.
    """
    on = on or _today(now)
    _check(by, on, "on", now=now)
    with transaction.atomic():
        _lock()
        target = _open(into, field="into")
        if target.pk == tag.pk or target.is_within(tag):
            text = Text("不能并入它自己或它的下级标签。", "A tag cannot be merged into itself or into a tag below it.")
            raise Refused(text, reason=Reason.INVALID, field="into")
        if target.since > on:
            text = Text("那一天目标标签还没有启用。", "The other tag does not exist on that day yet.")
            raise Refused(text, reason=Reason.INVALID, field="on")
        counted = standing_tags.ever_counted(tag.pk, {each.id: each[1::2] for each in places()})
        tag = _end(tag, on, merged_into=target)
        codes = {"into": target.pk, "on": on}
        ledger.record(events.TAGS_MERGED, subject=tag, by=by, now=now, particulars=codes)
        standing_tags.tell_merged(tag, target, counted=counted, by=by, now=now)


def split(tag: Tag, parts: Sequence[Part], *, on: date | None = None, by: User | None, now: datetime) -> list[Tag]:
    """From that day on several tags take the place of one. Cases keep what they were tagged with."""
    on = on or _today(now)
    _check(by, on, "on", now=now)
    if not LEAST_PARTS <= len(parts) <= MOST_PARTS:
        text = Text(
            f"请写出 {LEAST_PARTS} 到 {MOST_PARTS} 个新标签，一行一个。",
            f"Write {LEAST_PARTS} to {MOST_PARTS} new tags, one a line.",
        )
        raise Refused(text, reason=Reason.INVALID, field="parts")
    with transaction.atomic():
        _lock()
        tag = _end(tag, on)
        made = [
            _new(part.name, above=tag.parent, colour=part.colour, since=on, split_from=tag, field="parts")
            for part in parts
        ]
        codes = {"into": [each.pk for each in made], "on": on}
        texts = {"names": "\n".join(_name_of(each) for each in made)}
        ledger.record(events.TAG_SPLIT, subject=tag, by=by, now=now, particulars=codes, texts=texts)
    return made


# ---- reading ---------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """What of a tag decides where its cases are counted."""

    id: int
    parent_id: int | None
    until: date | None
    merged_into_id: int | None


def places() -> list[Place]:
    """The whole vocabulary, some hundred rows."""
    rows = Tag.objects.order_by().values_list("id", "parent_id", "until", "merged_into_id")
    return [Place(*row) for row in rows]


def successor(tag: int, vocabulary: Mapping[int, Place], *, on: date) -> int:
    """The tag that stands for `tag` on that day: itself, or what it was merged into by then."""
    place = vocabulary[tag]
    while place.merged_into_id is not None and place.until is not None and place.until <= on:
        place = vocabulary[place.merged_into_id]
    return place.id


def counted_with(tag: int, vocabulary: Iterable[Place], *, on: date) -> frozenset[int]:
    """The tags whose cases count for `tag` on that day: itself, those below it, and what was merged into these by then.

    No loop is possible: a tag ends after those below it, and is merged only into one that has not ended.
    """
    by_id = {place.id: place for place in vocabulary}
    wanted = successor(tag, by_id, on=on)
    known: dict[int, bool] = {wanted: True}

    def counts(each: int) -> bool:
        if each not in known:
            stands = successor(each, by_id, on=on)
            above = by_id[stands].parent_id
            known[each] = stands == wanted or (above is not None and counts(above))
        return known[each]

    return frozenset(each for each in by_id if counts(each))


def names(*, on: date) -> dict[int, str]:
    """What every tag is called on that day; a tag that begins later has its first name."""
    found: dict[int, str] = {}
    for tag, name, since in TagName.objects.order_by("since").values_list("tag_id", "name", "since"):
        if since <= on or tag not in found:
            found[tag] = name
    return found


def in_force(*, on: date) -> list[Tag]:
    """The tags that can be given on that day, in the order of the tree."""
    rows = Tag.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)
    return list(rows.order_by("path"))


# ---- inside ----------------------------------------------------------------------------------------------------


def _today(now: datetime) -> date:
    return timezone.localtime(now).date()


def _check(by: User | None, day: date, field: str, *, now: datetime) -> None:
    if not may_keep(by, now=now):
        raise NotAllowed(
            Text(
                "标签表由有“标签管理”职责的人维护。如需维护，请联系安全管理员授予岗位。",
                "The vocabulary is for the keeper of tags. Ask the security administrator for the post.",
            )
        )
    if day < _today(now):
        text = Text(
            "日期不能早于今天：过去的统计不改变。", "The day cannot be before today: what was counted does not change."
        )
        raise Refused(text, reason=Reason.INVALID, field=field)


def hold() -> None:
    """Until the end of the transaction nobody changes the vocabulary: for who gives tags to cases. Many may hold it at a time."""
    _lock("ROW EXCLUSIVE")


def _lock(mode: str = "SHARE ROW EXCLUSIVE") -> None:
    """Changes of the vocabulary wait for each other, or two merges could make a loop. Readers do not wait.

    On SQLite the transaction holds the write lock from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{Tag._meta.db_table}" IN {mode} MODE')


def _open(tag: Tag, *, field: str = "") -> Tag:
    """The tag as it is now. Raises `Refused` for one that has ended or will."""
    fresh = Tag.objects.select_related("parent").get(pk=tag.pk)
    if fresh.until is not None:
        day = f"{fresh.until:%F}"
        text = Text(
            f"“{_name_of(fresh)}”自 {day} 起停用或并入别的标签，不能再改。",
            f"“{_name_of(fresh)}” ends on {day} and cannot be changed any more.",
        )
        raise Refused(text, reason=Reason.WRONG_STATE, field=field)
    return fresh


def _end(tag: Tag, on: date, *, merged_into: Tag | None = None) -> Tag:
    tag = _open(tag)
    if on < tag.since:
        text = Text(f"这个标签自 {tag.since:%F} 起才启用。", f"This tag begins on {tag.since:%F}.")
        raise Refused(text, reason=Reason.INVALID, field="on")
    lower = tag.children.filter(Q(until=None) | Q(until__gt=on)).first()
    if lower is not None:
        text = Text(
            f"还有下级标签“{_name_of(lower)}”。请先停用、合并或拆分下级标签。",
            f"There is the tag “{_name_of(lower)}” below it. Retire, merge or split the lower ones first.",
        )
        raise Refused(text, reason=Reason.WRONG_STATE)
    tag.until, tag.merged_into = on, merged_into
    tag.save(update_fields=["until", "merged_into"])
    return tag


def _new(
    name: str, *, above: Tag | None, colour: str, since: date, split_from: Tag | None = None, field: str = "name"
) -> Tag:
    name = _spelt(name, field=field)
    if above is not None and (above.until is not None or above.since > since):
        text = Text("上级标签已经停用，或者那天还没有启用。", "The tag above has ended, or has not begun on that day.")
        raise Refused(text, reason=Reason.INVALID, field="parent")
    depth = above.depth + 1 if above else 1
    if depth > TAG_DEEPEST:
        text = Text(f"标签最多 {TAG_DEEPEST} 级。", f"Tags have {TAG_DEEPEST} levels at most.")
        raise Refused(text, reason=Reason.INVALID, field="parent")
    _check_free(name, since, field=field)
    tag = Tag(id=_next_id(), parent=above, depth=depth, colour=_known_colour(colour), since=since)
    tag.path = (above.path if above else "") + f"{tag.pk:0{TAG_LEVEL}}"
    tag.split_from = split_from
    tag.save(force_insert=True)
    TagName.objects.create(tag=tag, name=name, since=since)
    return tag


def _next_id() -> int:
    highest: int = Tag.objects.aggregate(highest=Max("id"))["highest"] or 0
    if highest >= LAST_TAG_ID:
        raise Refused(Text("标签太多，编号已用完。", "There are too many tags."), reason=Reason.INVALID)
    return highest + 1


def _known_colour(colour: str) -> str:
    if colour not in Colour.values:
        text = Text("没有这种颜色，请从列表里选。", "There is no such colour; choose one of the list.")
        raise Refused(text, reason=Reason.INVALID, field="colour")
    return colour


def _spelt(name: str, *, field: str = "name") -> str:
    """A name in its one spelling. Raises `Refused` for none, one too long, one that cannot be printed or is marked."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name or len(name) > TAG_NAME_LENGTH or not name.isprintable():
        text = Text(
            f"标签名称是 1 到 {TAG_NAME_LENGTH} 个看得见的字。",
            f"A tag's name has 1 to {TAG_NAME_LENGTH} visible characters.",
        )
        raise Refused(text, reason=Reason.INVALID, field=field)
    if is_marked(name):
        text = Text("内容带有密级标志，不得录入本系统。", "The text carries a mark of secrecy and may not be entered.")
        raise Refused(text, reason=Reason.INVALID, field=field)
    return name


def _check_free(name: str, since: date, *, besides: Tag | None = None, field: str = "name") -> None:
    """No other tag is called so on that day or will be later."""
    others = TagName.objects.filter(Q(tag__until=None) | Q(tag__until__gt=since), name=name)
    for tag in others.exclude(tag=besides).values_list("tag_id", flat=True):
        later = TagName.objects.filter(tag_id=tag, since__gt=since, name=name).exists()
        if later or names(on=since).get(tag) == name:
            text = Text(f"已有标签叫“{name}”。请换一个名称。", f"There is a tag “{name}” already. Choose another name.")
            raise Refused(text, reason=Reason.INVALID, field=field)


def _name_of(tag: Tag) -> str:
    """What it was last called."""
    found = tag.names.order_by("-since").first()
    return found.name if found else str(tag.pk)
