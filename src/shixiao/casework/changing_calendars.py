"""Changing calendars: holidays, working days in lieu, hours. Each change is an event; open deadlines move with it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import assessing, events, reprojecting
from shixiao.casework.calendars import ALWAYS, OFFICE, OWN, SHIPPED, InForce, exception, in_force, of_its_own
from shixiao.casework.models import CalendarChange, CalendarDay, WorkCalendar
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.reprojecting import Moved
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger import Reference
from shixiao.people.models import Role, User


def change_days(
    days: Mapping[date, tuple[str, str]],
    *,
    removed: Iterable[date] = (),
    known_until: date | None = None,
    source: str = "",
    by: User | None,
    now: datetime,
) -> CalendarChange:
    """Other holidays and working days in lieu: `days` gives kind and name of each date, `removed` become usual again.

    `known_until` is the first day that is not known. Open deadlines move, each with an event that says why; closed ones stay.
    All or nothing. For the performance officer. Raises `Refused` naming every wrong row, `PermissionDenied`.
    """
    return _change_days(days, removed=removed, known_until=known_until, source=source, by=by, now=now)[0]


def _change_days(
    days: Mapping[date, tuple[str, str]],
    *,
    removed: Iterable[date],
    known_until: date | None,
    source: str,
    by: User | None,
    now: datetime,
) -> tuple[CalendarChange, list[Moved]]:
    _check_person(by)
    with transaction.atomic():
        before = in_force()
        after = {day: one for day, one in before.days.items() if day not in set(removed)}
        after |= {day: exception(day, kind, name) for day, (kind, name) in days.items()}
        until = known_until or before.known_until
        _check_days(after, touched=set(days), until=until)
        _store_days(before, after)
        codes = {
            "days": {day.isoformat(): kind for day, (kind, _name) in sorted(days.items())},
            "removed": sorted(day.isoformat() for day in removed),
            "known_until": until,
            **({"source": SHIPPED} if source == SHIPPED else {}),
        }
        touched = {*days, *removed, *([until, before.known_until] if until != before.known_until else [])}
        texts = {} if source == SHIPPED else {"basis": source}
        return _record(events.CALENDAR_CHANGED, codes, before, until, touched, by=by, now=now, texts=texts)


def preview(
    *,
    days: Mapping[date, tuple[str, str]],
    removed: Iterable[date],
    known_until: date,
    by: User | None,
    now: datetime,
) -> list[Moved]:
    """What such a change would move, without making it. Raises what `change_days` raises."""
    with transaction.atomic():
        _change, moved = _change_days(days, removed=removed, known_until=known_until, source="", by=by, now=now)
        transaction.set_rollback(True)
    return moved


def _check_person(by: User | None) -> None:
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("日历由绩效管理员维护。"))


def _check_days(after: Mapping[date, clock.DayException], *, touched: set[date], until: date) -> None:
    """Only what is touched must be right: an old oddity does not keep anybody from entering next year."""
    years = {day.year for day in touched}
    rows = [_plain(after[day]) for day in sorted(after) if day.year in years]
    found = [problem.text for problem in clock.check_table(rows)] if rows else []  # days may only be taken out
    if found:
        first, *others = [Refused(text, reason=Reason.INVALID, field="days") for text in found]
        raise Refused(first.text, reason=Reason.INVALID, field="days", others=others)


def _plain(one: clock.DayException) -> dict[str, str]:
    return {"date": one.date.isoformat(), "kind": one.kind.value, "name": one.name.zh if one.name else ""}


def _store_days(before: InForce, after: Mapping[date, clock.DayException]) -> None:
    """The first change takes the shipped table along, since the stored one stands for itself from then on."""
    old = {} if before.stamp == SHIPPED else before.days
    gone = [day for day in old if day not in after]
    changed = [one for day, one in after.items() if old.get(day) != one]
    CalendarDay.objects.filter(day__in=[*gone, *(one.date for one in changed)]).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=one.date, kind=one.kind.value, name=_plain(one)["name"]) for one in changed],
        batch_size=500,
    )


def _record(
    kind: Any,
    codes: dict[str, Any],
    before: InForce,
    known_until: date,
    touched: Iterable[date],
    *,
    by: User | None,
    now: datetime,
    texts: Mapping[str, str] | None = None,
) -> tuple[CalendarChange, list[Moved]]:
    change = CalendarChange.objects.create(
        stamp=uuid4().hex,
        known_until=known_until,
        recorded_at=now,
        days={row.day.isoformat(): [row.kind, row.name] for row in CalendarDay.objects.all()},
        own=list(WorkCalendar.objects.values(*OWN)),
    )
    subject = Reference("casework.calendar_change", str(change.pk))
    ledger.record(kind, subject=subject, by=by, now=now, particulars=codes | {"change": change.pk}, texts=texts)
    moved = reprojecting.move_open_deadlines(before, in_force(), touched=set(touched), change=change, now=now)
    assessing.look_again_by_clock(now)
    return change, moved


def take_in_shipped_days(*, now: datetime) -> CalendarChange | None:
    """The table that ships with this version, as an event by the program: those of its years that are not known yet.

    What an officer entered for a year stays. Nothing happens when every year is known.
    """
    table, here = clock.published_holidays(), in_force()
    if here.stamp != SHIPPED and here.known_until >= table.known_until:
        return None
    new = [one for one in table.exceptions if here.stamp == SHIPPED or one.date >= here.known_until]
    days = {one.date: (one.kind.value, _plain(one)["name"]) for one in new}
    return change_days(days, known_until=table.known_until, source=SHIPPED, by=None, now=now)


def set_hours(
    code: str,
    *,
    title: Text,
    hours: Mapping[str, Any],
    keeps_holidays: bool,
    by: User | None,
    now: datetime,
) -> CalendarChange:
    """A calendar of its own, new or with other hours: a station's opening hours, a night duty. Open deadlines on it move.

    `hours` are the keys `weeks`, `night_duty` and `in_lieu` of `engine.clock.calendar_to_dict`. Raises `Refused`, `PermissionDenied`.
    """
    _check_person(by)
    if code in {OFFICE, ALWAYS}:
        text = Text(
            "机关作息和全天候日历由系统提供，请另建一个日历。", "The calendars of the house stay; make one of your own."
        )
        raise Refused(text, reason=Reason.INVALID, field="code")
    with transaction.atomic():
        before = in_force()
        row, _is_new = WorkCalendar.objects.update_or_create(
            code=code,
            defaults={
                "title_zh": title.zh,
                "title_en": title.en,
                "hours": dict(hours),
                "keeps_holidays": keeps_holidays,
            },
        )
        try:
            of_its_own(row, (), None, before.known_until)
        except clock.Unworkable as error:
            raise Refused(error.text, reason=Reason.INVALID, field="hours") from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            text = Text("工作时间的格式不对。", "The working hours are not written as they should be.")
            raise Refused(text, reason=Reason.INVALID, field="hours") from error
        earlier = before.calendars.get(code)
        codes = {
            "calendar": code,
            "keeps_holidays": keeps_holidays,
            "hours": dict(hours),
            "before": clock.calendar_to_dict(earlier)["weeks"] if earlier else None,
            "after": dict(hours).get("weeks"),
        }
        if before.stamp == SHIPPED:
            _store_days(before, before.days)
        return _record(events.HOURS_CHANGED, codes, before, before.known_until, (), by=by, now=now)[0]
