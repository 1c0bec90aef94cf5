"""Puts the interface together from the step tables of the installed offices."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI

from shixiao.casework import tokens
from shixiao.casework.api import answers, files, gauges, problems, reading, schemas, writing
from shixiao.casework.api.bodies import Strict
from shixiao.casework.api.entering import Bearer
from shixiao.casework.steps import Step, Steps

_numbers = itertools.count(1)
_additions: dict[str, Callable[[NinjaAPI], None]] = {}
FILE = "attach"  # the one operation whose body is no JSON
DESCRIPTION = (
    "办事台的程序接口，由步骤表生成。金额是文字（元），时间写明时区，答复的文字随 Accept-Language。\n\n"
    "The counter for programs, worked out from the step tables. Amounts are texts (yuan), moments carry their offset, "
    "sentences follow Accept-Language. Errors are problem+json (RFC 9457)."
)
READ = (400, 401, 403, 404, 405, 413, 422, 429, 500, 503)
_WRITE = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


def add(name: str, addition: Callable[[NinjaAPI], None]) -> None:
    """Have a room above put addresses of its own into the interface. The same name again takes the place of the one before."""
    _additions[name] = addition


def api() -> NinjaAPI:
    """The interface to the offices as they are installed now."""
    found = NinjaAPI(
        title="实效 Shixiao",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        auth=Bearer(),
        parser=Strict(),
        urls_namespace=f"api-{next(_numbers)}",
    )
    found.add_exception_handler(Exception, _as_problem)
    for kind in (*found._exception_handlers,):  # noqa: SLF001 — ninja's own handlers answer in a form of their own
        found.add_exception_handler(kind, _as_problem)
    _add_reads(found)
    for addition in _additions.values():
        addition(found)
    for table in tokens.open_tables():
        _add_openings(found, table)
        _add_many(found, table)
    _add_steps(found, tokens.open_tables())
    found.post(
        "/cases/{case}/relations",
        **answering(answers.RelationOut, _WRITE),
        operation_id="relate",
        by_alias=True,
        summary="关联 · Relate two cases",
        tags=["cases"],
    )(writing.relate)
    _add_files(found)
    return found


def _add_files(found: NinjaAPI) -> None:
    told = answering(files.FileOut, _WRITE, status=HTTPStatus.CREATED)
    told["response"][HTTPStatus.OK.value] = files.FileOut
    told["openapi_extra"] |= files.BODY
    found.post(
        "/cases/{case}/files",
        **told,
        operation_id=FILE,
        summary="添加附件 · Attach a file",
        tags=["cases"],
    )(files.attach)


def _as_problem(request: Any, error: Any) -> Any:
    return problems.answer(problems.of(error))


def answering(
    good: Any, problems_: Iterable[int], *, status: HTTPStatus = HTTPStatus.OK, more: Mapping[int, Any] | None = None
) -> dict[str, Any]:
    """What an operation answers, by status, as ninja takes it; `more` is what the description says of some of them beyond that.

    Problems are only described: ninja would make a model of each of them for each operation, and use none.
    """
    described: dict[int, Any] = {number: {} for number in problems_} | dict(more or {})
    return {"response": {int(status): good}, "openapi_extra": {"responses": described}}


def _add_reads(found: NinjaAPI) -> None:
    for address, view, good, summary, tag in (
        ("/kinds", reading.kinds, answers.KindsOut, "事项种类 · Kinds of case", "kinds"),
        ("/kinds/{kind}", reading.kind, answers.WholeKindOut, "步骤表 · A step table", "kinds"),
        ("/cases", reading.cases, answers.CasesOut, "事项列表 · List cases", "cases"),
        ("/cases/{case}", reading.one_case, answers.WholeCaseOut, "读取事项 · Read a case", "cases"),
        ("/cases/{case}/events", reading.events, answers.EventsOut, "事项经过 · Events of a case", "cases"),
        ("/gauges", gauges.gauges, gauges.GaugesOut, "度量 · Gauges in use", "evidence"),
        ("/gauges/{gauge}/reading", gauges.reading, gauges.ReadingOut, "读数 · A reading", "evidence"),
        (
            "/gauges/{gauge}/trace",
            gauges.trace,
            gauges.TraceOut,
            "读数里的事项 · The cases behind a number",
            "evidence",
        ),
        ("/units", reading.units, answers.UnitsOut, "单位 · Units", "shared"),
        ("/projects", reading.projects, answers.ProjectsOut, "项目 · Projects", "shared"),
    ):
        name = view.__name__
        found.get(address, **answering(good, READ), operation_id=name, summary=summary, tags=[tag])(view)


def _add_openings(found: NinjaAPI, table: Steps) -> None:
    for step in table.opening:
        if step.by == "program":
            continue
        body = schemas.body_of(schemas.OpeningBody, _name("Open", table.kind, step.name), step)
        found.post(
            f"/cases/{table.kind}/{step.name}",
            **answering(answers.CaseOut, _WRITE, status=HTTPStatus.CREATED),
            operation_id=f"{table.kind}.{step.name}",
            summary=answers_both(step),
            description=_about(step),
            tags=[table.kind],
        )(writing.opening(table, step, body))


def _add_many(found: NinjaAPI, table: Steps) -> None:
    for step in _taken(table):
        body = schemas.body_of(schemas.ManyBody, _name("Many", table.kind, step.name), step)
        found.post(
            f"/steps/{table.kind}/{step.name}",
            **answering(answers.ManyOut, _WRITE),
            operation_id=f"{table.kind}.{step.name}.many",
            summary=f"{step.title.zh}（批量） · {step.title.en}, many at once",
            description=_about(step),
            tags=[table.kind],
        )(writing.many(table, step, body))


def _add_steps(found: NinjaAPI, tables: list[Steps]) -> None:
    """One address for each name of a step: the case says which kind is meant, and the schema lists all of them."""
    names = dict.fromkeys(step.name for table in tables for step in _taken(table))
    for name in names:
        rows = [(table, step) for table in tables for step in _taken(table) if step.name == name]
        body = schemas.body_of(schemas.StepBody, _name("Step", name), *(step for _table, step in rows))
        found.post(
            f"/cases/{{case}}/steps/{name}",
            **answering(answers.CaseOut, _WRITE),
            operation_id=f"step.{name}",
            summary=" / ".join(dict.fromkeys(answers_both(step) for _table, step in rows)),
            description="\n\n".join(f"{table.kind}\n\n{_about(step)}" for table, step in rows),
            tags=["cases"],
        )(writing.step(name, body))


def _taken(table: Steps) -> list[Step]:
    return [step for step in table.steps if not step.opens and step.by != "program"]


def _name(*parts: str) -> str:
    words = [word for part in parts for word in part.replace(".", "_").split("_") if word]
    return "".join(word[0].upper() + word[1:] for word in words)


def answers_both(step: Step) -> str:
    """The title of a step in both languages."""
    return f"{step.title.zh} · {step.title.en}"


def _about(step: Step) -> str:
    about = f"{step.about.zh} · {step.about.en}" if step.about else ""
    after = ", ".join(step.after) or "—"
    return f"{about}\n\n{after} → {step.to or '='} ({step.by})".strip()


# ---- addresses -------------------------------------------------------------------------------------------------


def patterns() -> list[URLPattern]:
    """Every address of the interface; whatever else lies below it is answered as a problem, too."""
    built = api()
    queries = _queries(built)
    found = [
        path(
            str(each.pattern),
            problems.only(each.callback, queries=queries[str(each.pattern)], takes=takes(each.name)),
            name=each.name,
        )
        for each in built.urls[0]
        if isinstance(each, URLPattern) and each.name != "api-root"
    ]
    return [*found, re_path(r"^.*$", problems.only(problems.not_found), name="not_found")]


def takes(name: str | None) -> str:
    """The media type of what is sent to an operation."""
    return files.MEDIA_TYPE if name == FILE else problems.JSON


def _queries(built: NinjaAPI) -> dict[str, frozenset[str]]:
    """The words that may stand behind the question mark, by address as Django writes it.

    Asked of the operations: describing the whole interface for their sake took nearly half of every start.
    """
    return {
        address.strip("/").replace("{", "<").replace("}", ">"): frozenset(
            word
            for operation in view.operations
            for model in operation.models
            if model.__ninja_param_source__ == "query"
            for word in model.__ninja_flatten_map__
        )
        for address, view in built.default_router.path_operations.items()
    }
