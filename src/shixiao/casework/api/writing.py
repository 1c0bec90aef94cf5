"""What programs can do: open a case, take a step, take it on many, relate two. Each is one call of the counter."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header

from shixiao.casework import offices, performing, tokens, visibility
from shixiao.casework.allowing import NotAllowed, buttons
from shixiao.casework.api import answers, once, problems, schemas
from shixiao.casework.api.entering import case_asked_for, note_not_allowed, table_for, token_of
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.reading import CaseName, visible_case
from shixiao.casework.models import Case, Contract, Project, Subject, Topic, Urgency
from shixiao.casework.performing import Also, Opening
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.people.models import Unit, User

_header: Any = Header  # by its types it wants an argument that it cannot take
_FORM: dict[str, Any] = {
    "alias": once.HEADER,
    "min_length": 1,
    "max_length": 100,
    "pattern": r"^[!-~]+$",
    "description": "每件事一个新的；重发时用同一个 · a new one for each deed, the same one for sending it again",
}
Key = Annotated[str, _header(None, **_FORM)]
NeededKey = Annotated[str, _header(..., **_FORM)]
View = Callable[..., HttpResponse]


# ---- opening ---------------------------------------------------------------------------------------------------


def opening(table: Steps, step: Step, body_type: type[schemas.Envelope]) -> View:
    """The view that begins a case of this kind with this step."""

    def view(request: HttpRequest, body: body_type, idempotency_key: NeededKey) -> HttpResponse:  # type: ignore[valid-type]
        table_for(request, table.kind, tokens.WRITE)
        now = timezone.now()

        def do(also: Also) -> Any:
            return performing.open_case(
                table.kind, step.name, _opening(body, step), by=token_of(request).user, now=now, also=also
            )

        return _answered(request, idempotency_key, do, _one(request, table, now), HTTPStatus.CREATED, now)

    return view


def _opening(body: Any, step: Step) -> Opening:
    """What the new case is about; every id is looked up, those that are not there are named together."""
    wrong: list[Refused] = []
    told: dict[str, Any] = {}
    try:
        told = schemas.told(step, body.particulars)
    except Refused as refused:
        wrong += refused.all
    if body.urgency not in Urgency.values:
        text = Text("urgency 只能是：normal、urgent、most_urgent。", "urgency is one of: normal, urgent, most_urgent.")
        wrong.append(Refused(text, reason=Reason.INVALID, field="urgency"))
    known = _known(body, step, told)
    models: dict[str, type[Model]] = {
        "unit": Unit,
        "project": Project,
        "contract": Contract,
        "topic": Topic,
        "subject": Subject,
        "lead": User,
    }
    things = {name: _thing(model, getattr(body, name), name, wrong, known) for name, model in models.items()}
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)
    return Opening(
        **things,
        title=body.title or "",
        urgency=Urgency(body.urgency),
        happened_at=body.happened_at,
        particulars=told,
        known=known,
    )


def _known(body: Any, step: Step, told: dict[str, Any]) -> dict[tuple[type[Model], int], Any]:
    """The project that the step is told, and with it the unit of the case, which mostly is the project's own."""
    name = next((each.name for each in step.takes if each.of == Project.ledger_name), "")
    wanted = told.get(name) or body.project
    if wanted is None:
        return {}
    project = Project.objects.select_related("unit").filter(pk=wanted).first()
    found: dict[tuple[type[Model], int], Any] = {(Project, wanted): project}
    if project is not None:
        found[Unit, project.unit_id] = project.unit
    return found


def _thing(model: type[Model], id_: int | None, field: str, wrong: list[Refused], known: dict[Any, Any]) -> Any:
    if id_ is None:
        return None
    found = known.get((model, id_))
    if (model, id_) not in known and _can_be(model, id_):
        found = model._default_manager.filter(pk=id_).first()
    if found is None:
        text = Text(f"没有编号为 {id_} 的 {field}。", f"There is no {field} with the id {id_}.")
        wrong.append(Refused(text, reason=Reason.INVALID, field=field))
    return found


def _can_be(model: type[Model], id_: int) -> bool:
    """PostgreSQL refuses to compare a small key with a number that is too large for it."""
    return id_ < 2**31 or model is not Unit


# ---- steps -----------------------------------------------------------------------------------------------------


def step(name: str, body_type: type[schemas.Envelope]) -> View:
    """The view that takes the step of this name, whichever kind of case it is."""

    def view(request: HttpRequest, case: CaseName, body: body_type, idempotency_key: Key = None) -> HttpResponse:  # type: ignore[valid-type,assignment]
        id_, kind = case_asked_for(request)
        table = table_for(request, kind, tokens.WRITE)
        row = table.step(name)
        if row is None or row.opens:
            text = Text(f"{table.title.zh}没有“{name}”这个步骤。", f"{table.kind} has no step {name!r} to be taken.")
            raise Problem("unknown", text)
        given: Any = body
        told, now = schemas.told(row, given.particulars), timezone.now()

        def do(also: Also) -> Any:
            return performing.perform_many(
                [Case(pk=id_, kind=kind)],
                name,
                by=token_of(request).user,
                now=now,
                happened_at=given.happened_at,
                seen=given.seen,
                also=also,
                **told,
            )

        try:
            return _answered(request, idempotency_key, do, _one(request, table, now), HTTPStatus.OK, now)
        except Refused as refused:
            refused.row = None
            raise _with_what_is_possible(request, refused, id_, table, now=now) from refused

    return view


def _with_what_is_possible(
    request: HttpRequest, refused: Refused, id_: int, table: Steps, *, now: datetime
) -> Exception:
    """A program that came too late is told the present revision and what can be done, if it may see the case at all."""
    if refused.reason not in (Reason.WRONG_STATE, Reason.OVERTAKEN):
        return refused
    case, by = Case.objects.select_related("unit").get(pk=id_), token_of(request).user
    if not visibility.can_see(case, by=by, now=now):
        return Problem("unknown")
    allowed = answers.steps_out(buttons(case, by=by, now=now))
    return problems.of_refused(refused, allowed=allowed, revision=case.revision)


def many(table: Steps, row: Step, body_type: type[schemas.Envelope]) -> View:
    """The view that takes this step on many cases, all or none."""

    def view(request: HttpRequest, body: body_type, idempotency_key: NeededKey) -> HttpResponse:  # type: ignore[valid-type]
        table_for(request, table.kind, tokens.WRITE)
        given: Any = body
        told, now = schemas.told(row, given.particulars), timezone.now()
        if len(set(given.cases)) < len(given.cases):
            text = Text("同一件事项列了两次。", "A case stands there twice.")
            raise Refused(text, reason=Reason.INVALID, field="cases")

        def do(also: Also) -> Any:
            return performing.perform_many(
                [Case(pk=id_, kind=table.kind) for id_ in given.cases],
                row.name,
                by=token_of(request).user,
                now=now,
                happened_at=given.happened_at,
                also=also,
                **told,
            )

        return _answered(request, idempotency_key, do, _several(request, table, now), HTTPStatus.OK, now)

    return view


def relate(request: HttpRequest, case: CaseName, body: schemas.RelationBody) -> HttpResponse:
    """Say that a case belongs together with another, and as what. Saying it again changes nothing."""
    found, table = visible_case(request)
    table_for(request, table.kind, tokens.WRITE)
    other = Case.objects.select_related("unit").filter(pk=body.other).first()
    by, now = token_of(request).user, timezone.now()
    if other is None or not _may_be_seen(other, by=by, now=now):
        text = Text(f"没有这个事项（{body.other}）。", f"There is no such case ({body.other}).")
        raise Refused(text, reason=Reason.INVALID, field="other")
    relation = performing.relate(found, other, as_=body.as_, by=by, now=now)
    said = {"case": relation.case_id, "other": relation.other_id, "as": relation.kind}
    return once.as_json(said, HTTPStatus.OK)


def _may_be_seen(case: Case, *, by: User, now: datetime) -> bool:
    if not offices.is_known(case.kind) or offices.table_of(case.kind).is_restricted:
        return False
    return visibility.can_see(case, by=by, now=now)


# ---- answering -------------------------------------------------------------------------------------------------


def _answered(
    request: HttpRequest,
    key: str | None,
    do: Callable[[Also], Any],
    shown: Callable[[Sequence[Case]], Any],
    status: HTTPStatus,
    now: datetime,
) -> HttpResponse:
    try:
        return once.answer(request, token_of(request), key, do=do, shown=shown, status=status, now=now)
    except NotAllowed:
        note_not_allowed(request, now=now)
        raise


def _one(request: HttpRequest, table: Steps, now: datetime) -> Callable[[Sequence[Case]], Any]:
    by = token_of(request).user
    return lambda cases: answers.case_out(cases[0], table, by=by, now=now)


def _several(request: HttpRequest, table: Steps, now: datetime) -> Callable[[Sequence[Case]], Any]:
    by = token_of(request).user
    return lambda cases: {"items": [answers.case_out(case, table, by=by, now=now) for case in cases]}
