"""Readings for programs: the gauges in use, what each says over a scope and a window, and the cases behind it.

A restricted register has no interface at all (law 9): its gauges are as unknown as none.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Schema
from pydantic import ConfigDict, Field

from shixiao.casework import tokens
from shixiao.casework.api.answers import moment
from shixiao.casework.api.entering import table_for, token_of
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.schemas import LARGEST_ID
from shixiao.casework.evidence import board, figures, opened, scoping
from shixiao.casework.evidence.board import Place
from shixiao.casework.evidence.choosing import PARTS, Chosen, is_day
from shixiao.casework.evidence.lines import Line
from shixiao.casework.evidence.naming import Named, named
from shixiao.casework.evidence.opened import Listed
from shixiao.casework.models import Token
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.engine.measures.parameters import as_stored
from shixiao.ledger import gauges as in_use
from shixiao.ledger.gauges import InUse
from shixiao.ledger.readings import Days

READING, TRACE = "shixiao.reading/1", "shixiao.trace/1"
MOST_ITEMS = 200
_Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
_CURSOR = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,18}\.[0-9]{1,4}$"
_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
GaugeId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="度量编号 · id of the gauge")]


# ---- what is asked and answered --------------------------------------------------------------------------------


class Scope(Schema):
    """Whose cases, over which days, as known when. Without days: this year. `unit` includes the units below it."""

    model_config = ConfigDict(extra="forbid")
    unit: _Id = None  # type: ignore[assignment]
    project: _Id = None  # type: ignore[assignment]
    since: Annotated[_Day, Field(description="第一天 · the first day")] = None  # type: ignore[assignment]
    until: Annotated[_Day, Field(description="最后一天，含 · the last day, inside")] = None  # type: ignore[assignment]
    on: Annotated[_Day, Field(description="按这一天日终所知 · as it was known at the end of that day")] = None  # type: ignore[assignment]


class PartOfScope(Scope):
    """The same, and which part of the number."""

    part: Literal["met", "missed", "pending", "not_counted", "amount"] = None  # type: ignore[assignment]
    after: Annotated[str, Field(max_length=64, pattern=_CURSOR)] = None  # type: ignore[assignment]
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50


class GaugeOut(Schema):
    """A gauge: a measure with its parameters."""

    id: int
    measure: str
    wording: str
    about: str
    parameters: dict[str, Any]
    kinds: list[str]
    unit: str
    aspect: str
    counts_on: str
    reads: str


class GaugesOut(Schema):
    """Every gauge in use that the token may read."""

    items: list[GaugeOut]


class ReadingOut(Schema):
    """What a gauge says. Shares are of 1, exact to twelve digits, as text; null where there is nothing to say.

    `standing`: value, missed (a value, and some were missed), undecided, nothing (nothing occurred, and somebody watched), none (no evidence).
    """

    format: str = Field(description="格式及其版本，只增不改 · the form and its version; members are only ever added")
    gauge: int
    since: date
    until: date
    on: date | None
    standing: str
    value: str | bool | None
    value_with_exclusions: str | bool | None
    met: int
    missed: int
    pending: int
    not_counted: int
    back_met: int = Field(description="不计的里面本来达标的 · of those not counted, otherwise met")
    back_missed: int
    amounts: int
    total: str
    weight: str
    reasons: dict[str, int]


class TracedOut(Schema):
    """A case behind a number."""

    case: int
    number: str
    title: str
    part: int
    verdict: str
    otherwise: str | None
    reason: str
    day: date
    value: str
    weight: str
    known_at: datetime
    event: int | None = Field(description="空的是到了时间 · null: passing time decided")


class TraceOut(Schema):
    """One page of the cases. `hidden` are counted and not for this token's person to see. `next` is the `after` of the following page."""

    format: str
    gauge: int
    items: list[TracedOut]
    total: int
    hidden: int
    next: str | None


# ---- views -----------------------------------------------------------------------------------------------------


def gauges(request: HttpRequest) -> HttpResponse:
    """The gauges in use whose cases the scope of this token lets it read."""
    token = token_of(request)
    found = [each for each in named(in_use.current(timezone.now()).gauges) if not each.is_restricted]
    return JsonResponse({"items": [_gauge_out(each) for each in found if _may_read(token, each)]})


def reading(request: HttpRequest, gauge: GaugeId, scope: Query[Scope]) -> HttpResponse:
    """What a gauge says over a scope and a window."""
    asked = _Asked(request, gauge, scope)
    found = asked.opened(limit=1)
    return JsonResponse(_reading_out(found.line, found.reasons, asked.days, asked.chosen))


def trace(request: HttpRequest, gauge: GaugeId, scope: Query[PartOfScope]) -> HttpResponse:
    """The cases behind a number: those that the person behind the token may see, by the day on which they count."""
    asked = _Asked(request, gauge, scope)
    cases = asked.opened(limit=scope.limit).cases
    assert cases is not None  # noqa: S101 — nothing restricted comes here
    return JsonResponse(
        {
            "format": TRACE,
            "gauge": gauge,
            "items": [_traced_out(each) for each in cases.listed],
            "total": cases.total,
            "hidden": cases.hidden,
            "next": cases.after or None,
        }
    )


class _Asked:
    """One question about one gauge. Raises `Problem` for one that is unknown, restricted, or outside the token's scope."""

    def __init__(self, request: HttpRequest, key: int, scope: Scope) -> None:
        self.now, self.token = timezone.now(), token_of(request)
        today = timezone.localtime(self.now).date()
        self.using, self.catalogue = _gauge(request, key, now=self.now)
        self.chosen = scoping.seen(_chosen(scope, today=today), by=self.token.user, now=self.now)
        self.days = self.chosen.days(today)

    def opened(self, *, limit: int) -> opened.Opened:
        """What is behind it."""
        at: Place = board.place(self.chosen.unit_id)
        return opened.opened(
            self.using, self.chosen, at, catalogue=self.catalogue, by=self.token.user, now=self.now, limit=limit
        )


def _gauge(request: HttpRequest, key: int, *, now: datetime) -> tuple[InUse, Any]:
    try:
        found, catalogue = opened.gauge_of(key, now=now)
    except Http404:
        raise Problem("unknown") from None
    (words,) = named([found])
    if words.is_restricted or not _open_kinds(words):
        raise Problem("unknown")
    for kind in _open_kinds(words):
        table_for(request, kind, tokens.READ)
    return found, catalogue


def _may_read(token: Token, gauge: Named) -> bool:
    kinds = _open_kinds(gauge)
    return bool(kinds) and all(tokens.allows(token, kind, tokens.READ) for kind in kinds)


def _open_kinds(gauge: Named) -> list[str]:
    """The kinds of case that the gauge looks at and programs may know of."""
    known = {table.kind for table in tokens.open_tables()}
    return [kind for kind in gauge.measure.of if kind in known]


def _chosen(scope: Scope, *, today: date) -> Chosen:
    """What was asked, as the address of a page says it. Raises `Refused` for days that are none."""
    given = {name: str(value) for name, value in scope.dict().items() if value is not None}
    for name in ("since", "until", "on"):
        if name in given and not is_day(given[name]):
            raise _refused(name, Text(f"{given[name]} 不是可用的日期。", f"{given[name]} is no day that can be used."))
    if ("since" in given) != ("until" in given) or given.get("since", "") > given.get("until", ""):
        raise _refused(
            "until",
            Text("since 和 until 要一起写，先写早的。", "`since` and `until` go together, the earlier one first."),
        )
    chosen = Chosen.of(given, today=today)
    if "after" in given and not chosen.after:
        raise _refused("after", Text("after 要照抄上一页的 next。", "`after` is the `next` of the page before."))
    return chosen


def _refused(name: str, text: Text) -> Refused:
    return Refused(text, reason=Reason.INVALID, field=name)


# ---- answers ---------------------------------------------------------------------------------------------------


def _gauge_out(gauge: Named) -> dict[str, Any]:
    measure = gauge.measure
    return {
        "id": gauge.id,
        "measure": measure.name,
        "wording": gauge.wording,
        "about": measure.about,
        "parameters": as_stored(measure, gauge.parameters),
        "kinds": list(measure.of),
        "unit": measure.unit,
        "aspect": measure.aspect.value,
        "counts_on": measure.counts_on.value,
        "reads": measure.reads.value,
    }


def _reading_out(line: Line, reasons: Mapping[str, int], days: Days, chosen: Chosen) -> dict[str, Any]:
    found = line.reading
    counts = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts")
    return {
        "format": READING,
        "gauge": line.gauge.id,
        "since": days.begin,
        "until": days.end - timedelta(days=1),
        "on": chosen.as_of,
        "standing": line.standing.value,
        "value": _plain(found.value(line.gauge.reads)),
        "value_with_exclusions": _plain(_put_back(found).value(line.gauge.reads)),
        **{name: getattr(found, name) for name in counts},
        "total": _plain(found.total),
        "weight": _plain(found.weight),
        "reasons": dict(reasons),
    }


def _put_back(found: Reading) -> Reading:
    """The reading with what was excluded put back."""
    return found + Reading(met=found.back_met, missed=found.back_missed)


def _plain(value: Any) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    shown = figures.exact(value)
    return f"{shown:.12f}".rstrip("0").rstrip(".")


def _traced_out(each: Listed) -> dict[str, Any]:
    case, fact = each
    names = {outcome: name for name, outcome in PARTS.items()}
    return {
        "case": case.pk,
        "number": case.number,
        "title": case.title,
        "part": fact.part,
        "verdict": names[fact.outcome],
        "otherwise": names[fact.otherwise] if fact.otherwise else None,
        "reason": fact.reason,
        "day": fact.day,
        "value": _plain(fact.value),
        "weight": _plain(fact.weight),
        "known_at": moment(fact.known_at),
        "event": fact.event_id or None,
    }
