"""Every address of the house, from the resolver: nothing is typed by hand, so a new page is in every test of this folder by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from shixiao.casework import offices
from shixiao.site.tests.security.house import House


@dataclass(frozen=True)
class Address:
    """One pattern: its name (`room:name`), its route, its view and the parameters that it takes."""

    name: str
    route: str
    view: Any
    parameters: tuple[str, ...]

    @property
    def is_of_programs(self) -> bool:
        """Answered with problems, let in by a token."""
        return self.route.startswith("api/v1/")

    def __str__(self) -> str:
        return self.name


def everything() -> list[Address]:
    """Every pattern, in the order in which the resolver asks."""
    return list(_below(get_resolver(), "", ()))


def _below(resolver: URLResolver, route: str, names: tuple[str, ...]) -> Iterator[Address]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            yield from _below(each, here, (*names, each.namespace) if each.namespace else names)
        elif isinstance(each, URLPattern):
            name = ":".join((*names, each.name or here))
            yield Address(name, here, each.callback, tuple(each.pattern.converters))


# ---- with something behind them --------------------------------------------------------------------------------


class NoSample(LookupError):
    """A parameter for which the house has nothing: say in `_samples` what it stands for."""


def examples(address: Address, house: House, *, most: int = 4) -> list[str]:
    """Paths to what is in the house: the first of every sort of thing that each parameter may name."""
    if address.route.endswith("$"):
        return ["/" + address.route.removesuffix(".*$")]
    query = _QUERIES.get(address.name, "").format(**house.things)
    found = []
    for values in _together(address, house):
        path = address.route
        for name, value in zip(address.parameters, values, strict=True):
            path = _filled(path, name, str(value))
        found.append(f"/{path}{query}")
    return found[:most]


def _filled(route: str, name: str, value: str) -> str:
    start = min(at for at in (route.find(f"<{name}>"), *(route.find(f":{name}>"),)) if at >= 0)
    begin = route.rfind("<", 0, start + 1)
    return route[:begin] + value + route[route.index(">", begin) + 1 :]


def _together(address: Address, house: House) -> Iterable[tuple[Any, ...]]:
    if address.parameters == ("kind", "step"):
        return [(table.kind, step.name) for table in offices.tables() for step in table.opening]
    if address.parameters == ("kind", "step", "rhythm"):
        return [("registers.entry", "expect", "daily")]
    if address.parameters == ("case", "step") and address.name.startswith("reviews:"):
        return [(house.things["review"], "grade")]
    if address.parameters == ("case", "step"):
        of_payments = [(house.things["payment"], name) for name in ("approve", "return_", "amend")]
        return [*of_payments, (house.things["entry"], "confirm"), (house.things["restricted"], "close")]
    if address.parameters == ("label", "kind"):
        return [("payments", "payments.payment"), ("registers", "registers.restricted_entry")]
    return product(*(_samples(address, name, house) for name in address.parameters))


def _samples(address: Address, name: str, house: House) -> list[Any]:
    things = house.things
    for key in (f"{address.name}.{name}", f"{address.name.partition(':')[0]}:.{name}", name):
        if key in _KNOWN:
            return [things[each[1:]] if isinstance(each, str) and each[:1] == "@" else each for each in _KNOWN[key]]
    raise NoSample(f"{address.name}: what does <{name}> stand for?")


# What a page needs behind the question mark to show anything.
_QUERIES = {
    "casework:things": "?of=casework.project&unit={unit}",
    "casework:many": "?step=payments.payment/approve&case={payment}",
    "performance:return_plans": "?case={plan_case}",
    "performance:approve_plans": "?case={plan_case}",
    "performance:suppress": "?row={open_row}",
}
# `@name` is the number of that thing of the house.
_KNOWN: dict[str, tuple[Any, ...]] = {
    "case": ("@payment", "@entry", "@restricted", "@budget"),
    "casework:ask_extension.name": ("due",),
    "extension": ("@extension",),
    "casework:answer_extension.case": ("@planned",),
    "casework:ask_extension.case": ("@planned",),
    "label": ("payments", "registers"),
    "which": ("projects", "contracts", "topics", "subjects"),
    "performance:correct.which": ("annual",),
    "performance:.case": ("@plan_case",),
    "performance:.draft": ("@plan_draft",),
    "performance:draft_project.project": ("@draft_project",),
    "performance:new_draft_row.project": ("@draft_project",),
    "performance:draft_row.project": ("@draft_project",),
    "performance:draft_row.row": ("@draft_row",),
    "performance:tried_row.row": ("@draft_row",),
    "topic": ("@topic",),
    "change": ("rename", "retire", "merge"),
    "duty": ("@duty",),
    "gauge": ("@gauge",),
    "saved": ("@saved",),
    "file": ("@file",),
    "tag": ("@tag",),
    "token": ("@token",),
    "measures.name": ("payments.paid_amount",),
    "casework:measure.name": ("payments.paid_amount",),
    "programs:problem.name": ("not-found",),
    "kind": ("payments.payment", "registers.entry"),
    "message": ("@message",),
    "delivery": ("@delivery",),
    "endpoint": ("@endpoint",),
    "messages:about.kind": ("casework.case",),
    "messages:about.key": ("@payment",),
    "plan": ("@plan",),
    "number": ("@number",),
    "row": (2,),
    "part": (1,),
    "upload": ("@upload",),
    "page": (1,),
    "format": ("json", "xlsx", "docx", "html"),
    "performance:suppress.rule": ("@open_rule",),
    "performance:published_file.name": ("page.css", "2026/nowhere/1/"),
    "rule": ("@rule",),
    "suppression": ("@suppression",),
    "correction": ("@correction",),
    "declared": ("@declared",),
    "evaluation": ("@evaluation",),
    "promise": ("@promise",),
    "until": ("@until",),
    "performance:declaration.project": ("@plan_project",),
    "performance:declaration.kind": ("docx",),
    "performance:evaluation_file.form": ("self_evaluation", "report"),
    "performance:evaluation_file.kind": ("docx", "pdf"),
    "performance:department_file.form": ("summary",),
    "performance:department_file.kind": ("xlsx",),
    "performance:form_template.form": ("monitoring",),
    "performance:form_template.kind": ("docx",),
    "year": (2026,),
    "key": ("x",),
    "code": ("entries", "letters"),
    "reviews:.code": ("report",),
    "reviews:.case": ("@review",),
    "supervision:task.case": ("@supervised",),
    "supervision:instruction.case": ("@instruction",),
    "supervision:text.case": ("@instruction",),
    "supervision:letter_preview.case": ("@supervised",),
    "letter": ("supervision_order", "closing_report"),
    "issued": ("@letter",),
    "format_": ("docx", "pdf"),
    "supervision:decide.case": ("@supervised", "@instruction"),
    "supervision:.draft": ("@supervision_draft",),
    "messages:sms_report.given": ("a-word-of-somebody-else",),
    "step": ("enter", "plan"),
    "registers:preview.draft": ("@registers_draft",),
    "registers:columns.draft": ("@registers_draft",),
    "registers:put_away.draft": ("@registers_draft",),
    "draft": ("@payments_draft",),
    "project": ("@project",),
    "programme": ("@programme",),
    "people:remove_passkey.number": ("@passkey",),
    "people:unit.number": ("@unit",),
    "people:rename_unit.number": ("@unit",),
    "people:move_unit.number": ("@unit",),
    "people:close_unit.number": ("@unit",),
    "people:.number": ("@member",),
    "people:post.number": ("@post",),
    "people:end_appointment.number": ("@appointment",),
}
