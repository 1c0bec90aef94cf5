"""What a program reads: cases, events and step tables as plain JSON, and the schemas that OpenAPI shows of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Schema
from pydantic import Field

from shixiao.casework import allowing
from shixiao.casework.api import schemas
from shixiao.casework.models import Case, Deadline
from shixiao.casework.steps import Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.models import User

# ---- schemas ---------------------------------------------------------------------------------------------------


class Named(Schema):
    """A code and its title in the language that was asked for."""

    name: str
    title: str


class CaseOut(Schema):
    """A case as it is now. `allowed`: what this token's person can do with it now."""

    id: int
    number: str
    kind: str
    title: str
    state: Named
    unit: int
    project: int | None
    contract: int | None
    topic: int | None
    subject: int | None
    urgency: str
    lead: int | None
    origin: int | None
    opened_at: datetime
    limit_at: datetime | None = Field(description="最早超期的时刻 · the first instant that is too late")
    closed_at: datetime | None
    revision: int
    allowed: list[Named]


class LimitOut(Schema):
    """A deadline of a case."""

    name: str
    budget: str
    started_at: datetime
    first_due_at: datetime
    due_at: datetime | None
    overdue_from: datetime | None
    stopped_at: datetime | None
    is_provisional: bool


class WholeCaseOut(CaseOut):
    """A case with its deadlines and what its office keeps beside it."""

    limits: list[LimitOut]
    details: dict[str, Any]


class CasesOut(Schema):
    """One page of cases, the youngest first. `next` is the `before` of the following page."""

    items: list[CaseOut]
    next: int | None


class ManyOut(Schema):
    """The cases as they are after the step, in the order asked for."""

    items: list[CaseOut]


class EventOut(Schema):
    """Something that happened. `texts` are the words of people; words that were erased are missing."""

    id: int
    kind: str
    title: str
    by: int | None = Field(description="账号编号，空的是系统 · id of the account; the program itself, if empty")
    happened_at: datetime
    recorded_at: datetime
    particulars: dict[str, Any]
    texts: dict[str, str]


class EventsOut(Schema):
    """One page of events, the oldest first. `next` is the `after` of the following page."""

    items: list[EventOut]
    next: int | None


class StateOut(Named):
    """A state of the step table."""

    is_end: bool


class StepOut(Named):
    """A row of the step table. `schema` is the JSON Schema of its particulars."""

    after: list[str]
    to: str | None
    by: str
    opens: bool
    particulars: dict[str, Any]


class KindOut(Named):
    """A kind of case."""

    office: str
    may: str = Field(description="令牌的范围：none、read 或 write · what the scope lets this token do")


class WholeKindOut(KindOut):
    """A kind of case with its step table."""

    prefix: str
    states: list[StateOut]
    steps: list[StepOut]


class KindsOut(Schema):
    """Every kind of case that programs may know of."""

    items: list[KindOut]


class UnitOut(Schema):
    """A unit. `parent` is the id of the unit above."""

    id: int
    name: str
    code: str
    parent: int | None
    since: date
    until: date | None


class UnitsOut(Schema):
    """One page of units by id. `next` is the `after` of the following page."""

    items: list[UnitOut]
    next: int | None


class ProjectOut(Schema):
    """A project of a unit."""

    id: int
    unit: int
    name: str
    code: str
    since_year: int
    until_year: int


class ProjectsOut(Schema):
    """One page of projects by id. `next` is the `after` of the following page."""

    items: list[ProjectOut]
    next: int | None


class RelationOut(Schema):
    """Two cases that belong together."""

    case: int
    other: int
    as_: str = Field(alias="as")


class ErrorOut(Schema):
    """What is wrong with one field."""

    field: str
    detail: str


class ProblemOut(Schema):
    """What could not be done and why (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    field: str = ""
    row: int = 0
    errors: list[ErrorOut] = Field(default_factory=list)
    allowed: list[Named] = Field(default_factory=list)
    revision: int = 0


# ---- values ----------------------------------------------------------------------------------------------------


def said(text: Text) -> str:
    """The text in the language that was asked for."""
    return text.in_(get_language() or "zh")


def moment(value: datetime | None) -> str | None:
    """Local time with its offset, to the microsecond where there is any."""
    return None if value is None else timezone.localtime(value).isoformat()


def case_out(case: Case, table: Steps, *, by: User, now: datetime) -> dict[str, Any]:
    """A case with what this person can do with it. Reads nothing but the person's posts, once."""
    state = table.state(case.state)
    return {
        "id": case.pk,
        "number": case.number,
        "kind": case.kind,
        "title": case.title,
        "state": {"name": state.name, "title": said(state.title)},
        "unit": case.unit_id,
        "project": case.project_id,
        "contract": case.contract_id,
        "topic": case.topic_id,
        "subject": case.subject_id,
        "urgency": str(case.urgency),
        "lead": case.lead_id,
        "origin": case.origin_id,
        "opened_at": moment(case.opened_at),
        "limit_at": moment(case.limit_at),
        "closed_at": moment(case.closed_at),
        "revision": case.revision,
        "allowed": steps_out(allowing.buttons(case, by=by, now=now)),
    }


def steps_out(steps: list[Step]) -> list[dict[str, str]]:
    """Steps by name and title."""
    return [{"name": step.name, "title": said(step.title)} for step in steps]


def limit_out(row: Deadline) -> dict[str, Any]:
    """A deadline."""
    return {
        "name": row.name,
        "budget": row.budget,
        "started_at": moment(row.started_at),
        "first_due_at": moment(row.first_due_at),
        "due_at": moment(row.due_at),
        "overdue_from": moment(row.overdue_from),
        "stopped_at": moment(row.stopped_at),
        "is_provisional": row.is_provisional,
    }


def detail_out(row: Model | None) -> dict[str, Any]:
    """The office's own row: codes, ids, dates, amounts as text."""
    if row is None:
        return {}
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: _plain(getattr(row, field.attname)) for field in fields}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return str(value)


def event_out(event: Event) -> dict[str, Any]:
    """An event with the words that lie apart from it; their hashes are left out, and so are words that are sealed."""
    kind = DECLARED.get(event.kind)
    texts = kind.texts if kind else frozenset()
    sealed = kind.sealed if kind else frozenset()
    return {
        "id": event.pk,
        "kind": event.kind,
        "title": said(kind.title) if kind else event.kind,
        "by": int(event.by_id) if event.by_kind == User.ledger_name else None,
        "happened_at": moment(event.happened_at),
        "recorded_at": moment(event.recorded_at),
        "particulars": {name: value for name, value in event.particulars.items() if name not in texts},
        "texts": {each.name: each.words for each in event.words.all() if each.name not in sealed},
    }


def kind_out(table: Steps, *, may: str) -> dict[str, Any]:
    """A kind of case in a list."""
    return {"name": table.kind, "title": said(table.title), "office": table.kind.partition(".")[0], "may": may}


def whole_kind_out(table: Steps, *, may: str) -> dict[str, Any]:
    """A kind of case with its step table."""
    return kind_out(table, may=may) | {
        "prefix": table.prefix,
        "states": [{"name": s.name, "title": said(s.title), "is_end": s.is_end} for s in table.states],
        "steps": [
            {
                "name": step.name,
                "title": said(step.title),
                "after": list(step.after),
                "to": step.to,
                "by": step.by,
                "opens": step.opens,
                "particulars": schemas.particulars_schema(step),
            }
            for step in table.steps
        ],
    }
