"""Every step of every office goes through here: one call, one transaction, one event for each case.

A step that may not happen raises `Refused`, and nothing is written. What the step changes for the gauges that look at such cases is
worked out and written in the same transaction (`assessing`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models, transaction

from shixiao import ledger
from shixiao.casework import allowing, assessing, deadlines, numbers, offices, searching, telling, through, topics
from shixiao.casework.events import RELATED
from shixiao.casework.local import local
from shixiao.casework.local import local_day as local_day  # noqa: PLC0414 — many rooms ask for them here
from shixiao.casework.local import zone as zone  # noqa: PLC0414
from shixiao.casework.models import Case, Contract, Duty, Project, Relation, Subject, Topic, Urgency
from shixiao.casework.particulars import canonical, label, read_all
from shixiao.casework.racing import transaction_of_one
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_opening, check_unrestricted
from shixiao.casework.steps import Step, Steps
from shixiao.casework.working import Work, by_detail
from shixiao.engine.bilingual import Text
from shixiao.ledger import facts, filling
from shixiao.ledger.book import Entry
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

CHUNK = 500  # rows for each statement of many: SQLite takes at most 32,766 values in one
Result = TypeVar("Result")
Also = Callable[[Sequence[Case]], None]
SCOPE = ("unit", "project", "contract", "topic", "subject")  # in the order of the pages
_OF_THE_SCOPE = {*SCOPE, *(f"{name}_id" for name in SCOPE)}
_COLUMNS = tuple((name, f"{name}_id") for name in SCOPE)
_TITLE = label("title", Text("标题", "Title"))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a new case is about, beside the particulars of its opening step.

    `known` are things that the caller has looked up already, by model and id: `Work.thing` does not ask for them again.
    An expected case has the `duty` that expects it, the `window` within which it is to happen, and the code of why it does not
    count where its day is `closed`. The program opens it, whoever else may take its opening step.
    """

    unit: Unit
    title: str = ""
    project: Project | None = None
    contract: Contract | None = None
    topic: Topic | None = None
    subject: Subject | None = None
    urgency: Urgency = Urgency.NORMAL
    lead: User | None = None
    origin: Case | None = None
    happened_at: datetime | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[tuple[type[models.Model], int], models.Model | None] = field(default_factory=dict)
    duty: Duty | None = None
    window: tuple[datetime, datetime] | None = None
    closed: str = ""


def open_case(
    kind: str, step: str, opening: Opening, *, by: User | None, now: datetime, also: Also | None = None
) -> Case:
    """Begin a case with one of the opening steps of its kind. Raises `Refused`."""
    (case,) = open_many(kind, step, [opening], by=by, now=now, also=also)
    return case


def open_many(
    kind: str,
    step: str,
    openings: Sequence[Opening],
    *,
    by: User | None,
    now: datetime,
    also: Also | None = None,
) -> list[Case]:
    """Begin many cases of one kind in one transaction, all or none, with one event for each.

    `also` is called with the cases in the end of the transaction. Raises `Refused`; its `row` says which of the openings is
    meant, counted from 0.
    """
    if not openings:
        return []
    if (book := through.current()) is not None:
        return book.open_many(kind, step, openings, by=by, now=now, also=also)
    table = table_for(kind)
    row = opening_row(table, step)
    with transaction_of_one():
        ids = numbers.allocate(len(openings))
        shared: dict[Any, Any] = {}
        works = begin(table, row, openings, ids=ids, by=by, now=now, shared=shared)
        _write(works, is_new=True)
        if also is not None:
            also([work.case for work in works])
    return [work.case for work in works]


def perform(
    case: Case | int,
    step: str,
    *,
    by: User | None,
    now: datetime,
    happened_at: datetime | None = None,
    seen: int | None = None,
    also: Also | None = None,
    **particulars: Any,
) -> Case:
    """Take one step on a case: the state changes, one event says so, deadlines follow. Returns the case as it is then.

    `happened_at` is when it happened, if that was before `now`. `seen` is the revision of the case that the person was looking
    at: when somebody else was quicker, the refusal says who did what. `also` is called with the cases in the end of the
    transaction, for what must stand or fall with the step. Raises `Refused`.
    """
    (done,) = perform_many([case], step, by=by, now=now, happened_at=happened_at, seen=seen, also=also, **particulars)
    return done


def perform_many(
    cases: Iterable[Case | int],
    step: str,
    *,
    by: User | None,
    now: datetime,
    happened_at: datetime | None = None,
    seen: int | None = None,
    also: Also | None = None,
    **particulars: Any,
) -> list[Case]:
    """Take the same step on many cases of one kind in one transaction, all or none, with one event for each.

    The number of statements does not grow with the number of cases but in parts of 500. Raises `Refused`; its `row` says which case is meant.
    """
    cases = list(cases)
    if not cases:
        return []
    if (book := through.current()) is not None:
        more: dict[str, Any] = {"by": by, "now": now, "happened_at": happened_at, "seen": seen, "also": also}
        return book.perform_many(cases, step, **more, particulars=particulars)
    keys = [case.pk if isinstance(case, Case) else case for case in cases]
    with transaction_of_one():
        pairs = locked(keys, kind=next((case.kind for case in cases if isinstance(case, Case)), None))
        table = table_for(pairs[0][0].kind)
        row = row_for(table, step)
        works = works_of(table, row, pairs, by=by, now=now, happened_at=happened_at, shared={})
        decide(works, particulars, seen=seen)
        _write(works, is_new=False)
        done = [gone_on(work) for work in works]
        if also is not None:
            also(done)
    return done


def gone_on(work: Work) -> Case:
    """The case after the steps of the program to which this one leads (`Work.follows`), taken in the same transaction."""
    case = work.case
    for step in work.follows:
        case = perform(case.pk, step, by=None, now=work.now, happened_at=work.happened_at)
    return case


def ask(what: str, opening: Opening, *, origin: Case, by: User | None, now: datetime) -> Case | None:
    """Open a case in another office, inside the same transaction; None where no such office is installed.

    `what` is `office.word`, a word that the office's manifest accepts. The new case knows its origin.
    """
    check_unrestricted(origin)
    found = offices.accepting(what)
    if found is None:
        return None
    kind, step = found
    return open_case(kind, step.name, replace(opening, origin=origin), by=by, now=now)


def relate(case: Case, other: Case, *, as_: str, by: User | None, now: datetime) -> Relation:
    """Link two cases, as what; the same link again changes nothing. Raises `Refused` for a case and itself."""
    if case.pk == other.pk:
        text = Text(f"{case.number} 不能与自己关联。", f"{case.number} cannot be related to itself.")
        raise Refused(text, reason=Reason.INVALID, field="other")
    check_unrestricted(case, other)
    with transaction.atomic():
        relation, is_new = Relation.objects.get_or_create(case=case, other=other, kind=as_)
        if is_new:
            codes = {"other": other.pk, "as": as_}
            ledger.record(RELATED, subject=case, by=by, now=now, particulars=codes)
    return relation


def standing(case_id: int) -> tuple[Case, Any]:
    """A case with its office's row as they stand now, in whatever book; for who only looks. Raises `Refused` where there is none."""
    if (book := through.current()) is not None:
        return book.standing(case_id)
    with transaction.atomic():
        ((case, detail),) = locked([case_id], kind=None)
    return case, detail


# ---- what a step decides, before anything is written ---------------------------------------------------------------


def begin(
    table: Steps,
    row: Step,
    openings: Sequence[Opening],
    *,
    ids: Sequence[int],
    by: User | None,
    now: datetime,
    shared: dict[Any, Any],
) -> list[Work]:
    """The new cases with everything that their opening step says of them; nothing is written. Raises `Refused`."""
    shared |= {key: thing for opening in openings for key, thing in opening.known.items()}
    works: list[Work] = []
    told: dict[int, Mapping[str, Any]] = {}
    for number, (opening, id_) in enumerate(zip(openings, ids, strict=True)):
        work = at_row(number, opened, table, row, opening, id_=id_, by=by, now=now, shared=shared, told=told)
        work.many = len(openings)
        works.append(work)
    allowing.check_years([work.happened_at for work in works], now=now)
    act(works)
    return works


def works_of(
    table: Steps,
    row: Step,
    pairs: Sequence[tuple[Case, Any]],
    *,
    by: User | None,
    now: datetime,
    happened_at: datetime | None,
    shared: dict[Any, Any],
) -> list[Work]:
    """The same step on each of these cases, each with its office's own row."""
    return [
        Work(
            table=table,
            step=row,
            case=case,
            detail=detail,
            particulars={},
            by=by,
            now=now,
            happened_at=happened_at or now,
            shared=shared,
            many=len(pairs),
        )
        for case, detail in pairs
    ]


def decide(works: Sequence[Work], particulars: Mapping[str, Any], *, seen: int | None) -> None:
    """Whether the step may happen, and everything that it says; nothing is written. Raises `Refused`."""
    first = works[0]
    for number, work in enumerate(works):
        at_row(number, allowing.check, work, seen=seen)
    told = read_all(first.step.takes, particulars, zone=zone())
    for number, work in enumerate(works):
        work.particulars = told
        at_row(number, allowing.check_guard, work)
    allowing.check_years([first.happened_at], now=first.now)
    allowing.check_persons(works)
    act(works)


def table_for(kind: str) -> Steps:
    """The step table of a kind of case. Raises `Refused`."""
    try:
        return offices.table_of(kind)
    except offices.UnknownKind:
        text = Text(
            f"没有“{kind[:40]}”这种事项，或者它的办公系统没有安装。", f"There are no cases of the kind {kind[:40]!r}."
        )
        raise Refused(text, reason=Reason.UNKNOWN) from None


def opening_row(table: Steps, name: str) -> Step:
    """The opening step of that name. Raises `Refused`."""
    row = table.step(name)
    if row is None or not row.opens:
        text = Text(
            f"{table.title.zh}没有“{name[:40]}”这种开始方式。",
            f"No opening step of {table.kind} is called {name[:40]!r}.",
        )
        raise Refused(text, reason=Reason.UNKNOWN)
    return row


def row_for(table: Steps, name: str) -> Step:
    """The step of that name that a case takes later. Raises `Refused`."""
    row = table.step(name)
    if row is None or row.opens:
        text = Text(
            f"{table.title.zh}没有“{name[:40]}”这个步骤。", f"{table.kind} has no step {name[:40]!r} to be taken."
        )
        raise Refused(text, reason=Reason.UNKNOWN)
    return row


def at_row(number: int, check: Callable[..., Result], *arguments: Any, **more: Any) -> Result:
    """Whatever is refused says of which of the cases it was."""
    try:
        return check(*arguments, **more)
    except Refused as refused:
        refused.row = number
        raise


def locked(keys: list[int], *, kind: str | None) -> list[tuple[Case, Any]]:
    """The cases, each with its office's own row, in the order asked for, locked until the transaction ends.

    Whoever presses at the same moment waits here and then finds the case as the other left it. Ids are locked in
    ascending order, so that two calls over the same cases cannot wait for each other.
    """
    detail = offices.detail_of(kind) if kind and offices.is_known(kind) else None
    found: dict[int, tuple[Case, Any]] = {}
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        if detail is None:
            rows = Case.objects.select_related("unit").select_for_update(of=("self",)).filter(pk__in=part)
            found |= {case.pk: (case, None) for case in rows.order_by("pk")}
        else:
            of = ("case", "self")  # the case first, as everybody locks it
            joined = detail._default_manager.select_related("case__unit").select_for_update(of=of).filter(pk__in=part)
            for row in joined.order_by("pk"):
                found[row.pk] = (getattr(row, "case"), row)  # noqa: B009 — every detail has a case (offices.Office.details)
    missing = [key for key in keys if key not in found]
    if missing:
        text = Text(f"没有这个事项（{missing[0]}）。", f"There is no such case ({missing[0]}).")
        raise Refused(text, reason=Reason.UNKNOWN)
    pairs = [found[key] for key in keys]
    kinds = {case.kind for case, _detail in pairs}
    if len(kinds) > 1:
        text = Text("一次只能办理同一种事项。", "Cases of one kind only can be taken at once.")
        raise Refused(text, reason=Reason.INVALID)
    if detail is None and offices.is_known(pairs[0][0].kind) and offices.detail_of(pairs[0][0].kind):
        return locked(keys, kind=pairs[0][0].kind)
    return pairs


def opened(
    table: Steps,
    step: Step,
    opening: Opening,
    *,
    id_: int,
    by: User | None,
    now: datetime,
    shared: dict[Any, Any],
    told: dict[int, Mapping[str, Any]],
) -> Work:
    """The new case, checked, with the step that opens it. Raises `Refused`. What several openings tell in one and the same mapping, as
    those of a duty do, is read once and kept in `told`."""
    happened = opening.happened_at or now
    allowing.check_moment(happened, now=now)
    if by is not None or opening.duty is None:
        allowing.check_mandate(table, step, unit=opening.unit, lead=None, by=by, now=now)
    given = opening.particulars
    if id(given) not in told:
        told[id(given)] = read_all(step.takes, given, zone=zone())
    case = filling.made(
        Case,
        id=id_,
        number=numbers.number(table.prefix, year=happened.astimezone(zone()).year, id_=id_),
        kind=table.kind,
        title=_title(opening.title) if opening.title else "",
        unit=opening.unit,
        project=opening.project,
        contract=opening.contract,
        topic=opening.topic,
        subject=opening.subject,
        urgency=opening.urgency,
        lead=opening.lead,
        origin=opening.origin,
        state=step.to or "",
        opened_at=happened,
    )
    check_opening(table, case, by=by)
    return Work(
        table=table,
        step=step,
        case=case,
        detail=None,
        particulars=dict(told[id(given)]),
        by=by,
        now=now,
        happened_at=happened,
        shared=shared,
        limits=dict.fromkeys(step.starts, opening.window[1]) if opening.window else {},
        window=opening.window,
        duty=opening.duty,
        closed=opening.closed,
    )


def act(works: Sequence[Work]) -> None:
    """What the office does beyond the state; where several cases come at once, what they all need is locked in one order."""
    prepare = offices.preparation_of(works[0].case.kind, works[0].step) if len(works) > 1 else None
    if prepare is not None:
        prepare(works)
    for number, work in enumerate(works):
        at_row(number, _act_on, work)


def _act_on(work: Work) -> None:
    topic = None if work.step.opens else work.case.topic_id
    action = offices.action_of(work.case.kind, work.step)
    if action is not None:
        action(work)
    if not work.case.title:
        work.case.title = work.table.title.zh
    if work.step.opens or "title" in work.changed:
        _title(work.case.title)
    if work.case.topic_id != topic and work.case.topic is not None:
        topics.check_given(work.case.topic, on=local_day(work.happened_at))


@lru_cache(maxsize=2_000)
def _title(given: str) -> str:
    """A title as it is kept. Raises `Refused`. Rounds of many places have the same few."""
    read: str = _TITLE.read(given, zone=zone())
    return read


# ---- the writing -----------------------------------------------------------------------------------------------


def _write(works: Sequence[Work], *, is_new: bool) -> None:
    """Everything that belongs to the step, in a number of statements that does not grow with the number of cases."""
    for work in works:
        move(work)
    deadlines.follow(works)
    recorded = ledger.record_many([entry_of(work) for work in works])
    changed = assessing.follow(works, recorded, is_new=is_new)
    _write_cases(works, is_new=is_new)
    _write_details(works, is_new=is_new)
    facts.insert(changed)
    deadlines.write(works, recorded)
    if is_new:
        searching.put(works)
    elif renamed := [work for work in works if work.changed & searching.SHOWN]:
        searching.put_again(renamed)
    telling.follow(works, recorded)


def move(work: Work) -> None:
    """The case as it is after the step."""
    case, state = work.case, work.table.state(work.step.to or work.case.state)
    is_first = case.revision == 1 and not work.step.after
    case.state = state.name
    case.closed_at = (case.closed_at or work.happened_at) if state.is_end else None
    if not is_first:
        case.revision += 1


def _write_cases(works: Sequence[Work], *, is_new: bool) -> None:
    cases = [work.case for work in works]
    if is_new:
        _insert(Case, cases)
        return
    fields = {"state", "closed_at", "revision", "limit_at"}.union(*(work.changed for work in works))
    if (
        len(cases) > 1
    ):  # how far each was looked at differs from case to case: by key that is quicker than a CASE for each
        assessing.save(cases)
        fields -= set(assessing.LOOKED)
    _update(Case, cases, fields)


def _write_details(works: Sequence[Work], *, is_new: bool) -> None:
    for model, several in by_detail(works).items():
        rows = [work.detail for work in several]
        changed: set[str] = set().union(*(work.changed_detail for work in several))
        if is_new:
            _insert(model, rows)
        elif changed:
            _update(model, rows, changed)
    created: dict[type[models.Model], list[models.Model]] = {}
    for work in works:
        for row in work.created:
            created.setdefault(type(row), []).append(row)
    for model, rows in created.items():
        _insert(model, rows)


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """One plain INSERT for one row: `bulk_create` would open a savepoint around it."""
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        model._default_manager.bulk_create(rows, batch_size=CHUNK)


def _update(model: type[models.Model], rows: Sequence[models.Model], fields: Iterable[str]) -> None:
    """Cases of one call mostly get the same values: those go in one UPDATE, without a CASE for every row."""
    names = sorted(fields)
    if len(rows) == 1:
        model._default_manager.filter(pk=rows[0].pk).update(**{name: getattr(rows[0], name) for name in names})
        return
    same = [name for name in names if len({getattr(row, name) for row in rows}) == 1]
    differing = [name for name in names if name not in same]
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), CHUNK):
        if same:
            values = {name: getattr(rows[0], name) for name in same}
            model._default_manager.filter(pk__in=keys[start : start + CHUNK]).update(**values)
    if differing:
        model._default_manager.bulk_update(rows, differing, batch_size=CHUNK)


def entry_of(work: Work) -> Entry:
    """The event: what was told as codes, what was written apart, and what the action worked out."""
    told = work.particulars
    codes = {name: told[name] for name in work.step.codes if name in told}
    if work.codes:
        codes |= work.codes
    if work.window is not None:
        codes |= _expected(work, work.window)
    if work.due:
        codes["due"] = {name: local(instant).isoformat() for name, instant in work.due.items()}
    if work.step.opens or work.changed & _OF_THE_SCOPE:
        codes["scope"] = scope_of(work.case)
    if moved := work.moved_deadlines:
        codes["late_from"] = deadlines.late_from(moved)
    return Entry(
        kind=work.step.records,
        subject=work.case,
        by=work.by,
        now=work.now,
        happened_at=work.happened_at,
        particulars=codes,
        texts={name: _as_text(told[name]) for name in work.step.texts if name in told} if work.step.texts else {},
    )


def scope_of(case: Case) -> dict[str, int]:
    """Where a case counts, as events carry it: ids of unit, project, contract, topic and subject, 0 for none."""
    own = case.__dict__
    return {name: own[column] or 0 for name, column in _COLUMNS}


def _expected(work: Work, expected: tuple[datetime, datetime]) -> dict[str, Any]:
    """What the event says that opens an expected case."""
    window = [local(instant).isoformat() for instant in expected]
    duty = {"duty": work.duty.pk} if work.duty else {}
    return {"window": window, **duty, **({"closed": work.closed} if work.closed else {})}


def _as_text(told: Any) -> str:
    """What lies apart from the event is one text, also where several were told by name."""
    return told if isinstance(told, str) else canonical(told)


def events_of(case: Case) -> models.QuerySet[Event]:
    """What happened to the case, in the order in which it was written down."""
    return Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk)).order_by("id")
