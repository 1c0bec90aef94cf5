"""Statistics for programs: the same figures as the page, for whoever's token reads supervised tasks."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI, Query, Schema
from pydantic import ConfigDict, Field

from shixiao.casework import simulated, tokens
from shixiao.casework.api import building
from shixiao.casework.api.entering import table_for
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.statistics import outlets, periods, reading
from shixiao.offices.supervision.steps import TASK

NAME = "supervision.statistics"
CSV = "text/csv"
By = Literal["unit", "leader", "source", "kind", "tag", "month"]
_PERIOD = r"^[0-9]{4}(-(Q[1-4]|W[0-9]{2}|[0-9]{2}))?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Wanted(Schema):
    """Which period, by what, as known when. Without a period: this year."""

    model_config = ConfigDict(extra="forbid")
    period: Annotated[
        str, Field(pattern=_PERIOD, description="2026、2026-Q2、2026-06、2026-W26 · a year, quarter, month or week")
    ] = None  # type: ignore[assignment]
    by: By = "unit"
    as_of: Annotated[
        str, Field(pattern=_DAY, description="按这一天日终所知 · as it was known at the end of that day")
    ] = None  # type: ignore[assignment]
    format: Literal["json", "csv"] = "json"


class LineOut(Schema):
    """Figures of one value, of a month, or of all; null where there is nothing to say. Further members are the figures by their codes."""

    model_config = ConfigDict(extra="allow")
    value: str = ""
    name: str = ""
    in_time_counted: int
    in_time_low: float | None
    in_time_high: float | None
    is_of_few: bool
    in_hand_by_age: dict[str, int]
    overdue_by_age: dict[str, int]


class StatisticsOut(Schema):
    """Statistics of supervised tasks."""

    model_config = ConfigDict(populate_by_name=True)
    form: str = Field(alias="schema")
    period: str
    title: str
    since: date
    until: date
    by: By
    day: date
    as_of: date | None
    is_live: bool
    is_everywhere: bool
    simulated: bool
    figures: list[dict[str, Any]]
    total: LineOut
    rows: list[LineOut]
    months: list[LineOut]


def supervision_statistics(request: HttpRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Figures of a period by unit, leader, source, kind, tag or month, now or as known at the end of a past day."""
    table_for(request, TASK, tokens.READ)
    now = timezone.now()
    today = timezone.localtime(now).date()
    period = periods.read(wanted.period or "", today=today)
    told = reading.read(period, wanted.by, as_of=_past(wanted.as_of, today), now=now)
    if wanted.format == "json":
        return JsonResponse(outlets.as_json(told))
    response = HttpResponse(outlets.as_csv(told), content_type=f"{CSV}; charset=utf-8")
    name = simulated.file_name(f"statistics-{period.written}-{wanted.by}.csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _past(said: str | None, today: date) -> date | None:
    """The past day; None is now. Raises `Refused` for a day that is none or has not come."""
    if said is None:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        day = None
    if day is None or not periods.EVER <= day <= today:
        text = Text(
            f"as_of 要写今天或以前的日期，“{said}”不是。", f"`as_of` is a day up to today, which {said!r} is not."
        )
        raise Refused(text, reason=Reason.INVALID, field="as_of")
    return day if day < today else None


def add(api: NinjaAPI) -> None:
    """Put it into the interface."""
    api.get(
        "/supervision/statistics",
        **building.answering(
            StatisticsOut, building.READ, more={200: {"content": {CSV: {"schema": {"type": "string"}}}}}
        ),
        operation_id="supervision_statistics",
        by_alias=True,
        summary="督办统计 · Statistics of supervised tasks",
        tags=["supervision.task"],
    )(supervision_statistics)
