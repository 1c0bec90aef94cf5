"""How much time a deadline gives: dated data. An office brings defaults; an officer sets others from a day on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import budgets, calendars, events, offices
from shixiao.casework.local import local
from shixiao.casework.models import LimitRule, Urgency
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.working import Work
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Role, User

_COLUMNS = ("kind", "name", "urgency", "since", "calendar", "budget", "roll")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So much time for the deadline `name` of cases of `kind`, from `since` on; `urgency` empty is for every one."""

    kind: str
    name: str
    budget: str
    title: Text
    calendar: str = calendars.OFFICE
    roll: str = "none"
    urgency: str = ""
    since: date = date.min


class NoLimit(LookupError):
    """A step starts a deadline that neither the office nor an officer gave any time."""


def rule(work: Work, name: str) -> Limit:
    """The rule for the deadline `name` that this step starts, on the day it happened; an explicit day of the action wins.

    The rules of a kind are read once for all cases of a call, together with the calendars that they will need.
    """
    if name in work.limits:
        return _until(work, name)
    key = (Limit, work.table.kind)
    if key not in work.shared:
        work.shared[key], here = rules_and_calendars(work.table.kind)
        work.shared.setdefault(calendars.InForce, here)
    on = local(work.happened_at).date()
    wanted = work.rules.get(name, name)
    found = in_force(work.shared[key], name=wanted, urgency=str(work.case.urgency), on=on)
    if found is None:
        raise NoLimit(f"{work.table.kind}: no limit is set for {wanted!r}; see LIMITS of the office's limits.py")
    return found


def _until(work: Work, name: str) -> Limit:
    """The end of a day that the action named, or the instant; a day that is over when the step happened is that day's own
    end, an instant that is over is the moment of the step."""
    until = work.limits[name]
    if isinstance(until, datetime):
        return _at(work.table.kind, name, max(until, work.happened_at))
    return _on(work.table.kind, name, max(until, local(work.happened_at).date()))


@lru_cache(maxsize=5_000)
def _at(kind: str, name: str, instant: datetime) -> Limit:
    return Limit(kind=kind, name=name, budget=budgets.write(clock.AtInstant(local(instant))), title=Text("", ""))


@lru_cache(maxsize=5_000)
def _on(kind: str, name: str, day: date) -> Limit:
    return Limit(kind=kind, name=name, budget=f"on {day.isoformat()}", title=Text("", ""))


def rules_of(kind: str) -> list[Limit]:
    """What the office brings and what an officer set, in one statement."""
    return rules_and_calendars(kind)[0]


def rules_and_calendars(kind: str) -> tuple[list[Limit], calendars.InForce]:
    """The rules of a kind and the calendars in force, in one statement: whatever starts a deadline needs both."""
    rules = LimitRule.objects.filter(kind=kind).order_by()
    rows = list(rules.values_list(*_COLUMNS).union(_change_as_rule(), all=True))
    stamp, known_until = next(((row[2], row[3]) for row in rows if not row[0]), (calendars.SHIPPED, date.max))
    brought = [each for each in offices.office_of(kind).limits if each.kind == kind]
    titles = {each.name: each.title for each in brought}
    found = brought + [_limit(row, titles) for row in rows if row[0]]
    return found, calendars.as_of(stamp, known_until)


def _change_as_rule() -> Any:
    """The last change of the calendars in the columns of a rule: of no kind, its stamp where a rule has its urgency."""
    nothing = {name: Value("", output_field=CharField()) for name in ("kind", "name", "calendar", "budget", "roll")}
    row: Any = calendars.last_change().annotate(**nothing)
    return row.values_list("kind", "name", "stamp", "known_until", "calendar", "budget", "roll")


def _limit(row: tuple[Any, ...], titles: Mapping[str, Text]) -> Limit:
    told = dict(zip(_COLUMNS, row, strict=True))
    return Limit(**told, title=titles.get(told["name"], Text(told["name"], told["name"])))


def in_force(rules: Iterable[Limit], *, name: str, urgency: str, on: date) -> Limit | None:
    """The youngest rule that holds on that day; one for this urgency before one for every urgency."""
    fitting = [each for each in rules if each.name == name and each.since <= on and each.urgency in ("", urgency)]
    return max(fitting, key=lambda each: (bool(each.urgency), each.since), default=None)


def set_limit(limit: Limit, *, by: User | None, now: datetime) -> LimitRule:
    """Another time from a day on. It holds for deadlines that start from that day; those that run keep what they got.

    For the performance officer. Raises `Refused`, `PermissionDenied`.
    """
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("时限由绩效管理员设定。"))
    _check(limit, now=now)
    with transaction.atomic():
        row, _is_new = LimitRule.objects.update_or_create(
            kind=limit.kind,
            name=limit.name,
            urgency=limit.urgency,
            since=limit.since,
            defaults={"calendar": limit.calendar, "budget": limit.budget, "roll": limit.roll},
        )
        codes = {
            "kind": limit.kind,
            "name": limit.name,
            "urgency": limit.urgency,
            "since": limit.since,
            "calendar": limit.calendar,
            "budget": limit.budget.replace(" ", "_"),
            "roll": limit.roll,
        }
        ledger.record(events.LIMIT_SET, subject=row, by=by, now=now, particulars=codes)
    return row


def _names(kind: str) -> set[str]:
    """The deadlines of a kind, and the rules by which its actions give them time (`Work.limit_as`)."""
    return {
        *offices.table_of(kind).limits,
        *(each.name for each in offices.office_of(kind).limits if each.kind == kind),
    }


def _check(limit: Limit, *, now: datetime) -> None:
    if not offices.is_known(limit.kind) or limit.name not in _names(limit.kind):
        text = Text("没有这种时限。请从列表里选。", "There is no such deadline; choose one from the list.")
        raise Refused(text, reason=Reason.UNKNOWN, field="name")
    if limit.urgency and limit.urgency not in Urgency.values:
        raise Refused(Text("没有这种紧急程度。", "There is no such urgency."), reason=Reason.INVALID, field="urgency")
    if limit.calendar not in calendars.in_force().calendars:
        raise Refused(Text("没有这个日历。", "There is no such calendar."), reason=Reason.INVALID, field="calendar")
    if limit.since < local(now).date():
        text = Text("时限只能从今天或以后起改。", "A limit changes from today or a later day on.")
        raise Refused(text, reason=Reason.INVALID, field="since")
    for field, check, written in (("budget", budgets.read, limit.budget), ("roll", clock.Roll, limit.roll)):
        try:
            check(written)
        except clock.Unworkable as error:
            raise Refused(error.text, reason=Reason.INVALID, field=field) from error
