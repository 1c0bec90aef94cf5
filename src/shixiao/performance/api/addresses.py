"""The addresses for programs, as the description of the interface has them."""

from http import HTTPStatus

from ninja import NinjaAPI

from shixiao.casework.api import building
from shixiao.performance.api import board, evaluations, schemas

_TAG = {"ETag": {"schema": {"type": "string"}, "description": "If-None-Match → 304"}}
_KNOWN = {HTTPStatus.NOT_MODIFIED.value: {"description": "没有变化 · Nothing has changed"}}
_CSV = {"content": {board.CSV: {"schema": {"type": "string"}}}}


def add(api: NinjaAPI) -> None:
    """Put them into the interface."""
    for address, view, good, summary, more in (
        ("/plans", board.plans, schemas.PlansOut, "绩效目标表 · Plans", {}),
        (
            "/plans/{plan}/board",
            board.board,
            schemas.BoardOut,
            "看板 · The board",
            {200: _CSV | {"headers": _TAG}} | _KNOWN,
        ),
        (
            "/plans/{plan}/board/{row}/why",
            board.explanation,
            schemas.WhyOut,
            "为什么是这个数 · Why it is this number",
            {200: {"headers": _TAG}} | _KNOWN,
        ),
        (
            "/plans/{plan}/evaluations",
            evaluations.evaluations,
            schemas.EvaluationsOut,
            "自评和监控 · Self-evaluations and monitorings",
            {},
        ),
        (
            "/plans/{plan}/evaluations/{evaluation}",
            evaluations.evaluation,
            schemas.WholeEvaluationOut,
            "一个项目的自评或监控 · One project's",
            {},
        ),
    ):
        api.get(
            address,
            **building.answering(good, building.READ, more=more),
            operation_id=view.__name__,
            by_alias=True,
            summary=summary,
            tags=["performance"],
        )(view)
