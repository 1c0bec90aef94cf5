"""Every step of every office goes through here: one call, one transaction, one event for each case.

A step that may not happen raises `Refused`, and nothing is written. What the step changes for the gauges that look at such cases is
worked out and written in the same transaction (`assessing`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import allowing, assessing, deadlines, numbers, offices, searching, topics
from shixiao.casework.events import RELATED
from shixiao.casework.models import Case, Contract, Duty, Project, Relation, Subject, Topic, Urgency
from shixiao.casework.particulars import canonical, label, read_all
from shixiao.casework.racing import transaction_of_one
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_opening, check_unrestricted
from shixiao.casework.steps import Step, Steps
from shixiao.casework.working import Work, by_detail
from shixiao.engine.bilingual import Text
from shixiao.ledger import facts
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

CHUNK = 500  # rows for each statement of many: SQLite takes at most 32,766 values in one
Result = TypeVar("Result")
Also = Callable[[Sequence[Case]], None]
SCOPE = ("unit", "project", "contract", "topic", "subject")  # in the order of the pages
_OF_THE_SCOPE = {*SCOPE, *(f"{name}_id" for name in SCOPE)}
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
    table = _table(kind)
    row = table.step(step)
    if row is None or not row.opens:
        text = Text(
            f"{table.title.zh}没有“{step[:40]}”这种开始方式。", f"No opening step of {kind} is called {step[:40]!r}."
        )
        raise Refused(text, reason=Reason.UNKNOWN)
    with transaction_of_one():
        ids = numbers.allocate(len(openings))
        shared: dict[Any, Any] = {key: thing for opening in openings for key, thing in opening.known.items()}
        works = [
            _at_row(number, _opened, table, row, opening, id_=id_, by=by, now=now, shared=shared)
            for number, (opening, id_) in enumerate(zip(openings, ids, strict=True))
        ]
        for work in works:
            work.many = len(works)
        allowing.check_years([work.happened_at for work in works], now=now)
        _act(works)
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
    keys = [case.pk if isinstance(case, Case) else case for case in cases]
    if not keys:
        return []
    with transaction_of_one():
        locked = _locked(keys, kind=next((case.kind for case in cases if isinstance(case, Case)), None))
        table = _table(locked[0][0].kind)
        row = _row(table, step)
        shared: dict[Any, Any] = {}
        works = [
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
                many=len(locked),
            )
            for case, detail in locked
        ]
        for number, work in enumerate(works):
            _at_row(number, allowing.check, work, seen=seen)
        told = read_all(row.takes, particulars, zone=zone())
        for number, work in enumerate(works):
            work.particulars = told
            _at_row(number, allowing.check_guard, work)
        allowing.check_years([happened_at or now], now=now)
        allowing.check_persons(works)
        _act(works)
        _write(works, is_new=False)
        if also is not None:
            also([work.case for work in works])
    return [work.case for work in works]


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


def zone() -> ZoneInfo:
    """The office's local time."""
    return ZoneInfo(settings.TIME_ZONE)


# ---- before ----------------------------------------------------------------------------------------------------


def _table(kind: str) -> Steps:
    try:
        return offices.table_of(kind)
    except offices.UnknownKind:
        text = Text(
            f"没有“{kind[:40]}”这种事项，或者它的办公系统没有安装。", f"There are no cases of the kind {kind[:40]!r}."
        )
        raise Refused(text, reason=Reason.UNKNOWN) from None


def _row(table: Steps, name: str) -> Step:
    row = table.step(name)
    if row is None or row.opens:
        text = Text(
            f"{table.title.zh}没有“{name[:40]}”这个步骤。", f"{table.kind} has no step {name[:40]!r} to be taken."
        )
        raise Refused(text, reason=Reason.UNKNOWN)
    return row


def _at_row(number: int, check: Callable[..., Result], *arguments: Any, **more: Any) -> Result:
    """Whatever is refused says of which of the cases it was."""
    try:
        return check(*arguments, **more)
    except Refused as refused:
        refused.row = number
        raise


def _locked(keys: list[int], *, kind: str | None) -> list[tuple[Case, Any]]:
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
        return _locked(keys, kind=pairs[0][0].kind)
    return pairs


def _opened(
    table: Steps, step: Step, opening: Opening, *, id_: int, by: User | None, now: datetime, shared: dict[Any, Any]
) -> Work:
    happened = opening.happened_at or now
    allowing.check_moment(happened, now=now)
    if by is not None or opening.duty is None:
        allowing.check_mandate(table, step, unit=opening.unit, lead=None, by=by, now=now)
    told = read_all(step.takes, opening.particulars, zone=zone())
    case = Case(
        id=id_,
        number=numbers.number(table.prefix, year=happened.astimezone(zone()).year, id_=id_),
        kind=table.kind,
        title=_TITLE.read(opening.title, zone=zone()) if opening.title else "",
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
        particulars=told,
        by=by,
        now=now,
        happened_at=happened,
        shared=shared,
        limits=dict.fromkeys(step.starts, opening.window[1]) if opening.window else {},
        window=opening.window,
        duty=opening.duty,
        closed=opening.closed,
    )


def _act(works: Sequence[Work]) -> None:
    """What the office does beyond the state; where several cases come at once, what they all need is locked in one order."""
    prepare = offices.preparation_of(works[0].case.kind, works[0].step) if len(works) > 1 else None
    if prepare is not None:
        prepare(works)
    for number, work in enumerate(works):
        _at_row(number, _act_on, work)


def _act_on(work: Work) -> None:
    topic = None if work.step.opens else work.case.topic_id
    action = offices.action_of(work.case.kind, work.step)
    if action is not None:
        action(work)
    if not work.case.title:
        work.case.title = work.table.title.zh
    _TITLE.read(work.case.title, zone=zone())
    if work.case.topic is not None and work.case.topic_id != topic:
        topics.check_given(work.case.topic, on=local_day(work.happened_at))


# ---- the writing -----------------------------------------------------------------------------------------------


def _write(works: Sequence[Work], *, is_new: bool) -> None:
    """Everything that belongs to the step, in a number of statements that does not grow with the number of cases."""
    for work in works:
        _move(work)
    deadlines.follow(works)
    recorded = ledger.record_many([_entry(work) for work in works])
    changed = assessing.follow(works, recorded, is_new=is_new)
    _write_cases(works, is_new=is_new)
    _write_details(works, is_new=is_new)
    facts.insert(changed)
    deadlines.write(works, recorded)
    if is_new:
        searching.put(works)
    elif renamed := [work for work in works if "title" in work.changed]:
        searching.put_again(renamed)


def _move(work: Work) -> None:
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


def _entry(work: Work) -> ledger.Entry:
    """The event: what was told as codes, what was written apart, and what the action worked out."""
    told = work.particulars
    codes = {name: told[name] for name in work.step.codes if name in told} | work.codes | _expected(work)
    if work.due:
        codes["due"] = {name: instant.astimezone(zone()).isoformat() for name, instant in work.due.items()}
    if work.step.opens or work.changed & _OF_THE_SCOPE:
        codes["scope"] = scope_of(work.case)
    if late_from := deadlines.late_from(work.moved_deadlines):
        codes["late_from"] = late_from
    return ledger.Entry(
        kind=work.step.records,
        subject=work.case,
        by=work.by,
        now=work.now,
        happened_at=work.happened_at,
        particulars=codes,
        texts={name: _as_text(told[name]) for name in work.step.texts if name in told},
    )


def scope_of(case: Case) -> dict[str, int]:
    """Where a case counts, as events carry it: ids of unit, project, contract, topic and subject, 0 for none."""
    return {name: getattr(case, f"{name}_id") or 0 for name in SCOPE}


def _expected(work: Work) -> dict[str, Any]:
    """What the event says that opens an expected case; nothing for any other."""
    if work.window is None:
        return {}
    window = [timezone.localtime(instant, zone()).isoformat() for instant in work.window]
    duty = {"duty": work.duty.pk} if work.duty else {}
    return {"window": window, **duty, **({"closed": work.closed} if work.closed else {})}


def _as_text(told: Any) -> str:
    """What lies apart from the event is one text, also where several were told by name."""
    return told if isinstance(told, str) else canonical(told)


def events_of(case: Case) -> models.QuerySet[Event]:
    """What happened to the case, in the order in which it was written down."""
    return Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk)).order_by("id")


def local_day(moment: datetime) -> Any:
    """The date of `moment` in the office."""
    return timezone.localtime(moment, zone()).date()
