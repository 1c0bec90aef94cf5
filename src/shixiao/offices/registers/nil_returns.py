"""Nil returns and entries of the same month: an entry that turns up ends the nil return, in the same transaction."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shixiao.casework import performing
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.models import Entry, NilReturn, Register, RestrictedEntry, RestrictedNilReturn
from shixiao.people.models import Unit, after
from shixiao.people.models.organisation import levels

COUNTED = ("done", "confirmed")
NOT_COUNTED = ("cancelled", "withdrawn")


def period_of(day: date) -> str:
    """`2026-03`."""
    return f"{day:%Y-%m}"


def month_of(period: str) -> tuple[date, date]:
    """Its first day, and the first day behind it."""
    first = date(int(period[:4]), int(period[5:]), 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def entries_in(register: Register, *, unit: Unit, period: str) -> Any:
    """The counted entries of a month at a unit and below it. Of a restricted register: by the day on which they came in, or were
    done where they were only planned."""
    first, end = month_of(period)
    here = Q(register=register, case__unit__path__gte=unit.path, case__unit__path__lt=after(unit.path))
    if not register.is_restricted:
        return Entry.objects.filter(here, day__gte=first, day__lt=end, case__state__in=COUNTED)
    came = Q(received_on__gte=first, received_on__lt=end)
    done = Q(received_on=None, done_on__gte=first, done_on__lt=end)
    return RestrictedEntry.objects.filter(here).filter(came | done).exclude(case__state__in=NOT_COUNTED)


def entry_counts(work: Work, register: Register, day: date) -> None:
    """From now on there is an entry in the month of `day`: a signed nil return is revoked, an expected one has its answer."""
    for row in _answering(work, register, day, states=("expected", "signed")):
        step = "revoke" if row.case.state == "signed" else "find_entries"
        performing.perform(row.case_id, step, by=None, now=work.now, entry=work.case.pk)


def entry_is_gone(work: Work, register: Register, day: date) -> None:
    """An entry of that month is no longer counted; where it was the last, somebody has to say again whether nothing occurred."""
    for row in _answering(work, register, day, states=("entries_found",)):
        others = entries_in(register, unit=row.unit, period=row.period).exclude(case=work.case)
        if not others.exists():
            performing.perform(row.case_id, "reopen", by=None, now=work.now)


def _answering(work: Work, register: Register, day: date, *, states: tuple[str, ...]) -> Iterator[Any]:
    """The nil returns of that month at the unit of the entry or above it, locked; asked for once for all entries of a call.

    Whoever signs at the same moment waits for this transaction, or this one for theirs: the case is locked first, as `perform` does.
    """
    model = RestrictedNilReturn if register.is_restricted else NilReturn
    key = ("nil returns", register.pk, period_of(day), work.case.unit_id, states)
    if key in work.shared and work.step.opens:
        return
    work.shared[key] = True
    rows = model._default_manager.select_related("case", "unit").select_for_update(of=("case", "self"))
    places = levels(work.case.unit.path)
    yield from rows.filter(
        register=register, period=period_of(day), unit__path__in=places, case__state__in=states
    ).order_by("pk")


def refusal_of_signing(work: Work) -> Text | None:
    """Why nobody can sign yet that nothing occurred; None where somebody can."""
    row = work.detail
    _first, end = month_of(row.period)
    title = f"{int(row.period[:4])}年{int(row.period[5:])}月"
    if timezone.localtime(work.happened_at).date() < end:
        return Text(
            f"{title}还没有过完，现在不能签“无发生”。请在 {end} 以后签报。",
            f"{row.period} is not over; sign on {end} or later.",
        )
    count = entries_in(row.register, unit=row.unit, period=row.period).count()
    if count:
        return Text(
            f"“{row.register.name}”{title}已有 {count} 条记录，不能签“无发生”。请办理“本月有登记”。",
            f"“{row.register.name}” has {count} entries in {row.period}; take “There are entries” instead.",
        )
    return None
