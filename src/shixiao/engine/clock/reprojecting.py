"""What an edit of a calendar does to an open deadline, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.counting import Due
from shixiao.engine.clock.days import DayKind
from shixiao.engine.clock.deadlines import Deadline
from shixiao.engine.clock.explaining import due_in_words
from shixiao.engine.clock.instants import instant_at, ticks
from shixiao.engine.clock.wordings import days_in_words, listed

_NAMED_CHANGES = 4


@dataclass(frozen=True)
class Reprojection:
    """A deadline by its new calendar beside what it was; `reason` says in one sentence what moved it.

    `old_due` and `new_due` are None while the deadline stands still. `changed_days` are the days between its start
    and its later due day whose hours differ; a deadline may stay where it is although days changed.
    """

    deadline: Deadline
    old_due: datetime | None
    new_due: datetime | None
    changed_days: tuple[date, ...]
    reason: Text

    @property
    def has_moved(self) -> bool:
        """Whether the due instant is another one."""
        return self.old_due != self.new_due


def reproject(deadline: Deadline, calendar: Calendar) -> Reprojection:
    """`deadline` by `calendar` instead of its own; only for open deadlines: what is closed stays as it was judged."""
    moved = replace(deadline, calendar=calendar)
    days = tuple(_changed_days(deadline, moved))
    return Reprojection(moved, deadline.due, moved.due, days, _reason(deadline, moved, days))


def _changed_days(old: Deadline, new: Deadline) -> Iterator[date]:
    dues = [_settled(old), _settled(new)]
    first = instant_at(ticks(old.start), old.calendar.zone).date()
    last = max(max(due.day, due.unrolled) for due in dues)
    for number in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if old.calendar.hours_on(day) != new.calendar.hours_on(day):
            yield day


def _settled(deadline: Deadline) -> Due:
    return deadline.legs[-1] or deadline.due_as_of(ticks(deadline.start))


def _reason(old: Deadline, new: Deadline, days: tuple[date, ...]) -> Text:
    before, after = old.legs[-1], new.legs[-1]
    why = _changes(old, new, days)
    if before is None or after is None:
        return Text(
            f"{why.zh}；时限暂停中，恢复后按新日历计算",
            f"{why.en}; it stands still, and counts by the new calendar later",
        )
    if before.at == after.at:
        settled = old.is_provisional and not new.is_provisional
        more = Text("，不再是暂定", " and is no longer provisional") if settled else Text("", "")
        return Text(f"{why.zh}，到期时间不变{more.zh}", f"{why.en}; the due time stays{more.en}")
    if not days:
        why = Text("日历的夜间值班、时区或起算所用数据调整", "Night duty, zone or other data of the calendar changed")
    with_year = before.day.year != after.day.year
    was, now = due_in_words(old, before, with_year=with_year), due_in_words(new, after, with_year=with_year)
    return Text(f"因{why.zh}，由{was.zh}改为{now.zh}", f"{why.en}: moved from {was.en} to {now.en}")


def _changes(old: Deadline, new: Deadline, days: tuple[date, ...]) -> Text:
    if not days:
        return Text("日历调整不涉及这段时间", "No day in between changed")
    changes = [_change(list(group), what) for what, group in _alike(old, new, days)]
    if len(changes) <= _NAMED_CHANGES:
        return listed(changes)
    named = listed(changes[:_NAMED_CHANGES])
    return Text(f"{named.zh}等{len(changes)}处调整", f"{named.en} and {len(changes) - _NAMED_CHANGES} more changes")


def _alike(old: Deadline, new: Deadline, days: tuple[date, ...]) -> Iterator[tuple[Text, list[date]]]:
    """Days in a row that changed alike, as one change."""
    numbered = enumerate(days)
    kinds = groupby(numbered, key=lambda pair: (pair[1].toordinal() - pair[0], _what(old, new, pair[1])))
    for (_, what), group in kinds:
        yield what, [day for _, day in group]


def _what(old: Deadline, new: Deadline, day: date) -> Text:
    had, has = old.calendar.is_working_day(day), new.calendar.is_working_day(day)
    exception = new.calendar.exceptions_by_date.get(day)
    if had and has:
        return Text("调整上班时间", "has other hours")
    if has:
        in_lieu = exception is not None and exception.kind is DayKind.WORKDAY
        return Text("调整为调休上班", "is worked in lieu now") if in_lieu else Text("调整为上班", "is worked now")
    if exception is None:
        return Text("调整为休息", "is an ordinary day off now")
    name = exception.name
    return Text(f"调整为放假（{name.zh}）", f"is off now ({name.en})") if name else Text("调整为放假", "is off now")


def _change(days: list[date], what: Text) -> Text:
    words = days_in_words(days)
    return Text(f"{words.zh}{what.zh}", f"{words.en} {what.en}")
