"""Calendars, budgets, suspensions and light rules as plain values (dict, list, str, number), for storing and sending.

What is read back is equal to what was written. Unknown keys and words are refused, naming them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    Hours,
    OnDay,
    Until,
    WorkingDays,
    WorkingHours,
)
from shixiao.engine.clock.calendars import SHANGHAI, Calendar, Week
from shixiao.engine.clock.days import DayException, DayKind, Span, spans
from shixiao.engine.clock.deadlines import Extension
from shixiao.engine.clock.lights import LIGHT_WORDS, Colour, LightCode, LightRule, LightScheme
from shixiao.engine.clock.suspensions import Suspension
from shixiao.engine.clock.unworkable import Unworkable

Plain = dict[str, Any]
Read = TypeVar("Read")


def reading(what: Text) -> Callable[[Callable[[Mapping[str, Any]], Read]], Callable[[Mapping[str, Any]], Read]]:
    """Whatever is missing or of the wrong kind is said in a sentence that names what was read."""

    def decorate(read: Callable[[Mapping[str, Any]], Read]) -> Callable[[Mapping[str, Any]], Read]:
        @wraps(read)
        def checked(plain: Mapping[str, Any]) -> Read:
            try:
                return read(plain)
            except Unworkable:
                raise
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
                zh, en = (
                    f"{what.zh}缺少内容或写法不对：{wrong}",
                    f"The {what.en} lacks something or is written wrongly: {wrong}",
                )
                raise Unworkable(Text(zh, en)) from wrong

        return checked

    return decorate


# ---- calendars -----------------------------------------------------------------------------------------------


def calendar_to_dict(calendar: Calendar) -> Plain:
    """The whole calendar."""
    return {
        "code": calendar.code,
        "name": _text(calendar.name),
        "zone": calendar.zone_name,
        "weeks": [{"since": _day(week.since), "hours": [_spans(day) for day in week.hours]} for week in calendar.weeks],
        "exceptions": [exception_to_dict(one) for one in calendar.exceptions],
        "night_duty": _spans(calendar.night_duty),
        "in_lieu": _spans(calendar.in_lieu),
        "known_from": _day(calendar.known_from),
        "known_until": _day(calendar.known_until),
    }


@reading(Text("日历", "calendar"))
def calendar_from_dict(plain: Mapping[str, Any]) -> Calendar:
    """The calendar that was written; what is not given has its usual value."""
    refuse_unknown(
        plain, "code name zone weeks exceptions night_duty in_lieu known_from known_until", Text("日历", "calendar")
    )
    return Calendar(
        code=plain["code"],
        name=_text_from(plain["name"]),
        weeks=tuple(
            Week(tuple(spans(*day) for day in week["hours"]), since=_day_from(week.get("since")))
            for week in plain["weeks"]
        ),
        exceptions=tuple(exception_from_dict(one) for one in plain.get("exceptions", ())),
        night_duty=spans(*plain.get("night_duty", ())),
        in_lieu=spans(*plain.get("in_lieu", ())),
        known_from=_day_from(plain.get("known_from")),
        known_until=_day_from(plain.get("known_until")),
        zone_name=plain.get("zone", SHANGHAI),
    )


def exception_to_dict(one: DayException) -> Plain:
    """One day that differs."""
    plain: Plain = {"date": one.date.isoformat(), "kind": one.kind.value}
    if one.name:
        plain["name"] = _text(one.name)
    return {**plain, "hours": _spans(one.hours)} if one.hours else plain


@reading(Text("特殊日期", "day that differs"))
def exception_from_dict(plain: Mapping[str, Any]) -> DayException:
    """The day that was written."""
    refuse_unknown(plain, "date kind name hours", Text("特殊日期", "day"))
    name = _text_from(plain["name"]) if plain.get("name") else None
    return DayException(date.fromisoformat(plain["date"]), DayKind(plain["kind"]), name, spans(*plain.get("hours", ())))


# ---- budgets, suspensions, extensions ------------------------------------------------------------------------

_BY_TIME: dict[str, type[WorkingHours | Hours]] = {"working_hours": WorkingHours, "hours": Hours}
_BY_NUMBER: dict[str, type[WorkingDays | CalendarDays]] = {"working_days": WorkingDays, "calendar_days": CalendarDays}


def budget_to_dict(budget: Budget) -> Plain:
    """`{"kind": "working_hours", "seconds": 28800}`, `{"kind": "working_days", "number": 5, …}` and so on."""
    if isinstance(budget, WorkingHours | Hours):
        kind = "working_hours" if isinstance(budget, WorkingHours) else "hours"
        return {
            "kind": kind,
            "seconds": budget.time / timedelta(seconds=1)
            if budget.time.microseconds
            else budget.time // timedelta(seconds=1),
        }
    if isinstance(budget, AtInstant):
        return {"kind": "at_instant", "instant": budget.instant.isoformat()}
    plain: Plain = {"until": budget.until.value}
    if isinstance(budget, OnDay):
        return {"kind": "on_day", "day": budget.day.isoformat(), **plain}
    if isinstance(budget, CalendarMonths):
        return {"kind": "calendar_months", "number": budget.number, **plain}
    kind = "working_days" if isinstance(budget, WorkingDays) else "calendar_days"
    return {"kind": kind, "number": budget.number, **plain, "counted_from": budget.counted_from.value}


@reading(Text("时限", "budget"))
def budget_from_dict(plain: Mapping[str, Any]) -> Budget:
    """The budget that was written; an unknown kind is refused."""
    kind = plain.get("kind")
    until = Until(plain.get("until", Until.END_OF_DAY.value))
    if kind in _BY_TIME:
        refuse_unknown(plain, "kind seconds", Text("时限", "budget"))
        return _BY_TIME[kind](timedelta(seconds=plain["seconds"]))
    if kind in _BY_NUMBER:
        refuse_unknown(plain, "kind number until counted_from", Text("时限", "budget"))
        counted_from = CountedFrom(plain.get("counted_from", CountedFrom.NEXT_DAY.value))
        return _BY_NUMBER[kind](plain["number"], until=until, counted_from=counted_from)
    if kind == "calendar_months":
        refuse_unknown(plain, "kind number until", Text("时限", "budget"))
        return CalendarMonths(plain["number"], until=until)
    if kind == "on_day":
        refuse_unknown(plain, "kind day until", Text("时限", "budget"))
        return OnDay(date.fromisoformat(plain["day"]), until=until)
    if kind == "at_instant":
        refuse_unknown(plain, "kind instant", Text("时限", "budget"))
        return AtInstant(datetime.fromisoformat(plain["instant"]))
    known = "、".join((*_BY_TIME, *_BY_NUMBER, "calendar_months", "on_day", "at_instant"))
    raise Unworkable(
        Text(f"不认识的时限类别“{kind}”；可用的是 {known}", f"Unknown kind of budget “{kind}”; known: {known}")
    )


def suspension_to_dict(one: Suspension) -> Plain:
    """One pause."""
    until = one.until.isoformat() if one.until else None
    return {"since": one.since.isoformat(), "until": until, "reason": _text(one.reason), "code": one.code}


@reading(Text("暂停", "suspension"))
def suspension_from_dict(plain: Mapping[str, Any]) -> Suspension:
    """The pause that was written."""
    refuse_unknown(plain, "since until reason code", Text("暂停", "suspension"))
    until = datetime.fromisoformat(plain["until"]) if plain.get("until") else None
    return Suspension(
        datetime.fromisoformat(plain["since"]), until, _text_from(plain.get("reason")), plain.get("code", "")
    )


def extension_to_dict(one: Extension) -> Plain:
    """One extension."""
    return {"budget": budget_to_dict(one.budget), "reason": _text(one.reason), "code": one.code}


@reading(Text("延期", "extension"))
def extension_from_dict(plain: Mapping[str, Any]) -> Extension:
    """The extension that was written."""
    refuse_unknown(plain, "budget reason code", Text("延期", "extension"))
    return Extension(budget_from_dict(plain["budget"]), _text_from(plain.get("reason")), plain.get("code", ""))


# ---- lights --------------------------------------------------------------------------------------------------


def scheme_to_dict(scheme: LightScheme) -> Plain:
    """The rules of lights from a day on."""
    return {"since": scheme.since.isoformat(), "rules": [_rule(one) for one in scheme.rules]}


@reading(Text("亮灯规则", "scheme of lights"))
def scheme_from_dict(plain: Mapping[str, Any]) -> LightScheme:
    """The rules that were written."""
    refuse_unknown(plain, "since rules", Text("亮灯规则", "scheme of lights"))
    return LightScheme(date.fromisoformat(plain["since"]), tuple(_rule_from(one) for one in plain["rules"]))


def _rule(rule: LightRule) -> Plain:
    left = None if rule.working_left is None else rule.working_left // timedelta(seconds=1)
    return {
        "share_left": rule.share_left,
        "working_seconds_left": left,
        "colour": rule.colour.value,
        "word": _text(rule.word),
    }


def _rule_from(plain: Mapping[str, Any]) -> LightRule:
    refuse_unknown(plain, "share_left working_seconds_left colour word", Text("亮灯规则", "rule of lights"))
    seconds = plain.get("working_seconds_left")
    return LightRule(
        share_left=plain.get("share_left"),
        working_left=None if seconds is None else timedelta(seconds=seconds),
        colour=Colour(plain.get("colour", Colour.AMBER.value)),
        word=_text_from(plain["word"]) if plain.get("word") else LIGHT_WORDS[LightCode.NEAR],
    )


# ---- parts ---------------------------------------------------------------------------------------------------


def refuse_unknown(plain: Mapping[str, Any], known: str, what: Text) -> None:
    """Raises `Unworkable` for keys that are not among the words of `known`, naming them."""
    unknown = sorted(set(plain) - set(known.split()))
    if unknown:
        words = "、".join(unknown)
        raise Unworkable(Text(f"{what.zh}里有不认识的项：{words}", f"The {what.en} has unknown keys: {words}"))


def _spans(hours: tuple[Span, ...]) -> list[str]:
    return [str(span) for span in hours]


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text_from(plain: Mapping[str, str] | None) -> Text:
    return Text(plain["zh"], plain["en"]) if plain else Text("", "")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_from(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
