"""What the pages of the counter read, each in a bounded number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shixiao.casework import (
    allowing,
    budgets,
    calendars,
    deadlines,
    life,
    lights,
    moving_cases,
    offices,
    things,
    visibility,
)
from shixiao.casework.evidence import counts
from shixiao.casework.evidence.counts import Counted
from shixiao.casework.models import Case, Deadline, Extension, Relation
from shixiao.casework.restricting import is_restricted
from shixiao.casework.steps import State, Step, Steps
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Unit, User
from shixiao.people.wordings import said

_IN_THE_HEAD = ("unit", "project", "contract", "topic", "subject", "lead", "origin__unit")
_MOST_RELATED = 50
MOST_UNITS = 200


class LimitShown(NamedTuple):
    """One deadline of a case: what it is called, its light, and the sentence that explains it."""

    title: Text
    light: clock.Light
    explanation: Text
    is_stopped: bool
    is_provisional: bool
    name: str = ""
    may_ask: bool = False  # this person may ask for more time
    asked: Extension | None = None  # what was asked for and not answered yet
    may_answer: bool = False


class Related(NamedTuple):
    """Another case, and why it is named here. Its title only for who may look at it."""

    why: str
    case: Case
    kind_title: Text
    is_open_to_me: bool


@dataclass(kw_only=True)
class CasePage:
    """Everything of one case that its page shows."""

    case: Case
    office: offices.Desk
    table: Steps
    state: State
    limits: list[LimitShown]
    buttons: list[Step]
    life: life.Life
    assistants: list[User]
    related: list[Related]
    counts: list[Counted]
    notice: Text | None = None
    links: Sequence[offices.Link] = ()
    may_assign: bool = False
    may_move: bool = False


def case_of(key: int, *, by: User, now: datetime) -> Case:
    """The case with what its head names. 404 where there is none, where its office is gone, and where `by` may not look:
    nobody learns from an address that something is there."""
    rows = Case.objects.select_related(*_IN_THE_HEAD).filter(kind__in=[table.kind for table in offices.tables()])
    case = get_object_or_404(rows, pk=key)
    if not visibility.can_see(case, by=by, now=now):
        return get_object_or_404(Case.objects.none(), pk=key)
    return case


def case_page(case: Case, *, by: User, now: datetime, is_whole: bool = False, event: int | None = None) -> CasePage:
    """The page of a case that `by` may look at. `event` is one of its events that somebody wants to see, however old."""
    table = offices.table_of(case.kind)
    counted = counts.counts_of(case)
    deciding = counts.by_event(counted)
    told, assistants = life.read(case, is_whole=is_whole, deciding=deciding)
    if event is not None and told.is_cut and all(each.id != event for each in told.happenings):
        told, assistants = life.read(case, is_whole=True, deciding=deciding)
    return CasePage(
        case=case,
        office=offices.office_of(case.kind),
        table=table,
        state=table.state(case.state),
        limits=limits_of(case, by=by, now=now) if table.limits else [],
        may_assign=case.closed_at is None
        and not is_restricted(case)
        and (case.lead_id == by.pk or _oversees(case, by=by, now=now)),
        may_move=moving_cases.may_move(case, by=by, now=now),
        buttons=allowing.buttons(case, by=by, now=now),
        life=told,
        assistants=assistants,
        related=list(related(case, by=by, now=now)),
        counts=counted,
        notice=offices.notice_of(case),
        links=offices.links_of(case),
    )


def _oversees(case: Case, *, by: User, now: datetime) -> bool:
    return visibility.held_by(by, now=now).allow(offices.table_of(case.kind).overseer, case.unit.path)


def asked_in_words(asked: Extension) -> str:
    """Which deadline is asked to be prolonged, and by how much."""
    limits = offices.office_of(asked.deadline.case.kind).limits
    title = next((each.title for each in limits if each.name == asked.deadline.name), Text(asked.deadline.name, ""))
    more = clock.budget_in_words(budgets.read(asked.budget))
    return said(
        Text(f"“{title.zh}”的时限，申请延长{more.zh}。", f"The deadline “{title.en}”: {more.en} more are asked for.")
    )


def limits_of(case: Case, *, by: User, now: datetime) -> list[LimitShown]:
    """The deadlines of a case, those that run first."""
    rows = list(Deadline.objects.filter(case=case).prefetch_related("suspensions", "extensions"))
    titles = {each.name: each.title for each in offices.office_of(case.kind).limits if each.kind == case.kind}
    if not rows:
        return []
    in_force = calendars.in_force()
    schemes = lights.of_kind(lights.schemes(), case.kind)
    shown = []
    oversees, in_time = _oversees(case, by=by, now=now), offices.table_of(case.kind).asks_in_time
    for row in sorted(rows, key=lambda row: (row.stopped_at is not None, row.pk)):
        deadline = deadlines.as_clock(row, in_force[row.calendar])
        light = clock.light(deadline, now=now, schemes=schemes, closed_at=row.stopped_at)
        title = titles.get(row.name, Text(row.name, row.name))
        is_stopped = row.stopped_at is not None
        asked = next((each for each in row.extensions.all() if each.answer == Extension.Answer.ASKED), None)
        is_too_late = in_time and row.overdue_from is not None and now >= row.overdue_from
        may_ask = not is_stopped and asked is None and not is_restricted(case) and (case.lead_id == by.pk or oversees)
        may_ask = may_ask and not is_too_late
        shown.append(
            LimitShown(
                title,
                light,
                _explained(deadline),
                is_stopped,
                row.is_provisional,
                name=row.name,
                may_ask=may_ask,
                asked=None if is_stopped else asked,
                may_answer=oversees and not is_stopped,
            )
        )
    return shown


def _explained(deadline: clock.Deadline) -> Text:
    """The sentence. What is counted in days does not depend on the second at which it began, so that is not said."""
    if isinstance(deadline.budget, (clock.Hours, clock.WorkingHours)):
        return clock.explain(deadline)
    pauses = tuple(
        replace(each, since=_to_the_minute(each.since), until=each.until and _to_the_minute(each.until))
        for each in deadline.suspensions
    )
    return clock.explain(replace(deadline, start=_to_the_minute(deadline.start), suspensions=pauses))


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def related(case: Case, *, by: User, now: datetime) -> Iterable[Related]:
    """Where it comes from, what it asked for, and what it was related to."""
    if case.origin is not None:
        yield _related("origin", case.origin, by=by, now=now)
    for asked in Case.objects.filter(origin=case).select_related("unit").order_by("id")[:_MOST_RELATED]:
        yield _related("asked", asked, by=by, now=now)
    links = Relation.objects.filter(Q(case=case) | Q(other=case)).select_related("case__unit", "other__unit")
    for link in links.order_by("id")[:_MOST_RELATED]:
        other = link.other if link.case_id == case.pk else link.case
        yield _related(link.kind, other, by=by, now=now)


def _related(why: str, other: Case, *, by: User, now: datetime) -> Related:
    if not offices.is_known(other.kind):
        return Related(why, other, Text(other.kind, other.kind), is_open_to_me=False)
    table = offices.table_of(other.kind)
    held = visibility.held_by(by, now=now)
    is_open = other.lead_id == by.pk or other.unit.path.startswith(visibility.places(table, held) or ("-",))
    return Related(why, other, table.title, is_open_to_me=is_open and not table.is_restricted)


# ---- beginning a case ------------------------------------------------------------------------------------------


def units_for(word: str, *, by: User, now: datetime, term: str = "") -> QuerySet[Unit]:
    """The units at which `by` holds a responsibility today, in the order of the tree."""
    held = visibility.held_by(by, now=now)
    rows = Unit.objects.open_on(timezone.localtime(now).date())
    rows = rows.filter(visibility.below(held.paths_for(word), column="path"))
    for part in term.replace("\0", "").split()[:8]:
        rows = rows.filter(Q(name__icontains=part) | Q(short_name__icontains=part) | Q(code__icontains=part))
    return rows.order_by("path")


def options_of(units: QuerySet[Unit], *, chosen: Unit) -> things.Options:
    """The units as a list to choose from, indented as the tree is; the chosen one always."""
    rows = list(units[: MOST_UNITS + 1])
    has_more = len(rows) > MOST_UNITS
    rows = rows[:MOST_UNITS]
    if chosen.pk not in {row.pk for row in rows}:
        rows.insert(0, chosen)
    least = min(row.depth for row in rows)
    found = tuple(things.Option(row.pk, "　" * (row.depth - least) + row.name) for row in rows)
    return things.Options(found, has_more)
