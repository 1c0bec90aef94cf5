"""Nil returns and entries of the same month: an entry that turns up ends the nil return, in the same transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from shixiao.casework import performing, through
from shixiao.casework.local import local
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.models import Entry, NilReturn, Register, RestrictedEntry, RestrictedNilReturn
from shixiao.people.models import Unit, after
from shixiao.people.models.organisation import levels

COUNTED = ("done", "confirmed")
NOT_COUNTED = ("cancelled", "withdrawn")


def period_of(day: date) -> str:
    """`2026-03`."""
    return day.isoformat()[:7]


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


def count_in(register: Register, *, unit: Unit, period: str) -> int:
    """How many of `entries_in` there are."""
    if (kept := _kept(register)) is not None:
        return kept.count(period, unit.path)
    found: int = entries_in(register, unit=unit, period=period).count()
    return found


def is_there(work: Work, register: Register, period: str) -> bool:
    """Whether the unit of the case has a nil return of that month already."""
    unit = work.case.unit
    if (kept := _kept(register)) is not None:
        return any(each.path == unit.path and each.state != "withdrawn" for each in kept.returns_of(period).values())
    rows = _model_of(register)._default_manager.filter(register=register, unit=unit, period=period, is_withdrawn=False)
    return bool(rows.exists())


def entry_counts(work: Work, register: Register, day: date) -> None:
    """From now on there is an entry in the month of `day`: a signed nil return is revoked, an expected one has its answer."""
    if (kept := _kept(register)) is not None:
        kept.counted.setdefault(period_of(day), Counter())[work.case.unit.path] += 1
    for case_id, _unit, state in _answering(work, register, day, states=("expected", "signed")):
        step = "revoke" if state == "signed" else "find_entries"
        performing.perform(case_id, step, by=None, now=work.now, entry=work.case.pk)


def entry_is_gone(work: Work, register: Register, day: date) -> None:
    """An entry of that month is no longer counted; where it was the last, somebody has to say again whether nothing occurred."""
    period = period_of(day)
    if (kept := _kept(register)) is not None:
        kept.counted.setdefault(period, Counter())[work.case.unit.path] -= 1
    for case_id, unit, _state in _answering(work, register, day, states=("entries_found",)):
        if kept is not None:
            are_others = kept.count(period, unit) > 0
        else:
            row = _model_of(register)._default_manager.select_related("unit").get(case_id=case_id)
            are_others = entries_in(register, unit=row.unit, period=period).exclude(case=work.case).exists()
        if not are_others:
            performing.perform(case_id, "reopen", by=None, now=work.now)


def _answering(work: Work, register: Register, day: date, *, states: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """The nil returns of that month at the unit of the entry or above it, locked: case, path of the unit, state. Asked for once for all
    entries of a call.

    Whoever signs at the same moment waits for this transaction, or this one for theirs: the case is locked first, as `perform` does.
    """
    key = ("nil returns", register.pk, period_of(day), work.case.unit_id, states)
    if key in work.shared and work.step.opens:
        return []
    work.shared[key] = True
    places = levels(work.case.unit.path)
    if (kept := _kept(register)) is not None:
        found = sorted(kept.returns_of(period_of(day)).items())
        return [
            (case_id, each.path, each.state) for case_id, each in found if each.state in states and each.path in places
        ]
    rows = _model_of(register)._default_manager.select_related("case", "unit").select_for_update(of=("case", "self"))
    here = rows.filter(register=register, period=period_of(day), unit__path__in=places, case__state__in=states)
    return [(row.case_id, row.unit.path, row.case.state) for row in here.order_by("pk")]


def _model_of(register: Register) -> type[NilReturn | RestrictedNilReturn]:
    return RestrictedNilReturn if register.is_restricted else NilReturn


# ---- remembered by whoever writes alone --------------------------------------------------------------------------


@dataclass(slots=True)
class _Return:
    """A nil return: the path of its unit, and its state."""

    path: str
    state: str


@dataclass(slots=True)
class _Kept:
    """Of one register: how many entries count in each month by the path of their unit, and its nil returns by case."""

    counted: dict[str, Counter[str]] = field(default_factory=dict)
    returns: dict[str, dict[int, _Return]] = field(default_factory=dict)

    def count(self, period: str, path: str) -> int:
        """The entries of a month at a unit and below it."""
        return sum(number for each, number in self.counted.get(period, {}).items() if each.startswith(path))

    def returns_of(self, period: str) -> dict[int, _Return]:
        """The nil returns of a month."""
        return self.returns.setdefault(period, {})


def _kept(register: Register) -> _Kept | None:
    """Read once for all registers, since whatever is not written yet has to be written before it is read; then kept as the book is by
    everything here. None where others may write meanwhile."""
    seen = through.lasting()
    if seen is None:
        return None
    if _Kept not in seen:
        seen[_Kept] = _read()
    found: _Kept = seen[_Kept].setdefault(register.pk, _Kept())
    return found


def remember(register: Register) -> None:
    """For a step that changes an entry which may count already: what is read later would not be what was before the step."""
    _kept(register)


def _read() -> dict[int, _Kept]:
    """What there is, by register."""
    found: defaultdict[int, _Kept] = defaultdict(_Kept)
    for register_id, day, path, number in _counted_days():
        found[register_id].counted.setdefault(period_of(day), Counter())[path] += number
    for model in (NilReturn, RestrictedNilReturn):
        rows = model._default_manager.values_list("register_id", "case_id", "period", "unit__path", "case__state")
        for register_id, case_id, period, path, state in rows:
            found[register_id].returns_of(period)[case_id] = _Return(path, state)
    return dict(found)


def _counted_days() -> Iterator[tuple[int, date, str, int]]:
    """How many entries count in each register on each day, by the path of their unit."""
    rows = Entry.objects.filter(day__isnull=False, case__state__in=COUNTED).order_by()
    yield from rows.values_list("register_id", "day", "case__unit__path").annotate(number=Count("pk"))
    here = RestrictedEntry.objects.exclude(case__state__in=NOT_COUNTED).order_by()
    came = here.filter(received_on__isnull=False)
    yield from came.values_list("register_id", "received_on", "case__unit__path").annotate(number=Count("pk"))
    done = here.filter(received_on=None, done_on__isnull=False)
    yield from done.values_list("register_id", "done_on", "case__unit__path").annotate(number=Count("pk"))


def follow(work: Work) -> None:
    """What a step makes of a nil return."""
    if (kept := _kept(work.detail.register)) is not None:
        state = work.step.to or work.case.state
        kept.returns_of(work.detail.period)[work.case.pk] = _Return(work.case.unit.path, state)


def refusal_of_signing(work: Work) -> Text | None:
    """Why nobody can sign yet that nothing occurred; None where somebody can."""
    row = work.detail
    _first, end = month_of(row.period)
    title = f"{int(row.period[:4])}年{int(row.period[5:])}月"
    if local(work.happened_at).date() < end:
        return Text(
            f"{title}还没有过完，现在不能签“无发生”。请在 {end} 以后签报。",
            f"{row.period} is not over; sign on {end} or later.",
        )
    count = count_in(row.register, unit=row.unit, period=row.period)
    if count:
        return Text(
            f"“{row.register.name}”{title}已有 {count} 条记录，不能签“无发生”。请办理“本月有登记”。",
            f"“{row.register.name}” has {count} entries in {row.period}; take “There are entries” instead.",
        )
    return None
