"""How a house stands, in words that do not depend on the numbers that the database gave: two houses in which the same happened say the same.

Every row of every room is in it. A row is named by what it says, never by its id, since a sequence of PostgreSQL does not go back when its
transaction does.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db.models import Model

from shixiao.casework.events import LIMIT_PASSED
from shixiao.casework.models import Case
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.messages.events import RUNG_REACHED

ROOMS = (
    "shixiao.casework",
    "shixiao.ledger",
    "shixiao.messages",
    "shixiao.people",
    "shixiao.performance",
    "shixiao.offices",
)

# What two houses may differ in although the same happened: what is drawn by lot, numbers that follow the ids, who worked.
_DRAWN = {
    "site.backed_up": {"backup", "bytes", "seconds", "manifest", "rows", "events", "removed"}
}  # particulars of events, likewise
LEFT_OUT: dict[str, set[str]] = {
    "ledger.Words": {"salt"},
    "people.User": {"password"},
    "casework.Case": {"number"},
    "casework.Answered": {"body", "request_digest"},
    "casework.Received": {"body", "digest"},
    "outbox.Delivery": {"key"},
    "outbox.Endpoint": {"secrets", "seen_event"},  # up to which event it was looked at: whichever was the newest then
}
# What became of a notice outside depends on when the worker died; its own laws are in `laws`.
_BY_CHANCE = {"outbox.Delivery": {"state", "attempts", "next_at", "handed_at"}}
_NOT_AT_ALL = {"ledger.WorkerHeartbeat"}
# By which columns the rows of a table are named, where all of them together would name too much.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "casework.Case": ("kind", "title", "opened_at"),
    "casework.Deadline": ("case", "name", "started_at"),
    "casework.Duty": ("title",),
    "casework.DutyVersion": ("duty", "number"),
    "casework.Project": ("name",),
    "casework.Token": ("name",),
    "ledger.Event": ("kind", "subject", "happened_at", "recorded_at"),
    "ledger.Gauge": ("measure",),
    "ledger.GaugeSet": ("why", "recorded_at"),
    "outbox.Message": ("event", "person", "step"),
    "outbox.Delivery": ("channel", "person", "target", "event", "made_at"),
    "outbox.Endpoint": ("title",),
    "payments.Statement": ("sha256",),
    "people.User": ("username",),
    "people.Unit": ("code",),
    "people.Post": ("code",),
    "people.Appointment": ("user", "post", "unit", "since"),
    "performance.Plan": ("department", "fiscal_year"),
    "performance.PlanVersion": ("plan", "number"),
    "performance.Unit": ("version", "position"),
    "performance.Project": ("unit", "position"),
    "performance.Indicator": ("version", "row"),
    "registers.Register": ("code",),
    "registers.RegisterVersion": ("register", "number"),
    "registers.Sheet": ("sha256",),
}
# Columns that hold the id of a row without a foreign key.
_REFERS: dict[str, dict[str, str]] = {
    "casework.Case": {"assessed_event": "ledger.Event", "generation": "ledger.GaugeSet"},
    "casework.Suspension": {"event_id": "ledger.Event"},
    "casework.Attachment": {"event_id": "ledger.Event"},
    "casework.SearchText": {"case_id": "casework.Case"},
    "ledger.Fact": {"case_id": "casework.Case", "event_id": "ledger.Event"},
    "outbox.Message": {"subject_id": "casework.Case"},
    "outbox.Climb": {"subject_id": "casework.Case", "limit_id": "casework.Deadline"},
    "performance.PlanVersion": {"event_id": "ledger.Event"},
}
# Particulars of events that hold an id of what a scene makes.
_TOLD: dict[str, str] = {
    "deadline": "casework.Deadline",
    "entry": "casework.Case",
    "other": "casework.Case",
    "gauge": "ledger.Gauge",
    "set": "ledger.GaugeSet",
    "generation": "ledger.GaugeSet",
    "change": "casework.CalendarChange",
    "appointment": "people.Appointment",
    "unit": "people.Unit",
    "post": "people.Post",
}

_NUMBER = re.compile(
    r"(?<=\d{4}-)\d{6}|(?<=^remark/)\d+|(?<=^attachment/)\d+"
)  # of a case and of an event: they follow the id

Standing = dict[str, list[str]]


def standing(*, strictly: bool = False) -> Standing:
    """Every table with its rows, each as a line, sorted; the life of each case in its order. `strictly`: what became of notices as well."""
    names = _Names(strictly=strictly)
    found: Standing = {}
    for model in _models():
        label = model._meta.label
        if label in _NOT_AT_ALL:
            continue
        rows = model._default_manager.all()
        if label == "outbox.Fate" and not strictly:
            rows = rows.filter(delivery=None)
        found[label] = sorted(names.line(row) for row in rows)
    found["lives"] = sorted(_lives(names))
    return {
        label: [line for line in lines if strictly or not _is_empty_cell(label, line)] for label, lines in found.items()
    }


def differences(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> list[str]:
    """What `other` lacks, and what it has too much."""
    found = []
    for label in sorted({*one, *other}):
        was, now = Counter(one.get(label, [])), Counter(other.get(label, []))
        found += [f"lost {label} x{count}: {line}" for line, count in sorted((was - now).items())]
        found += [f"more {label} x{count}: {line}" for line, count in sorted((now - was).items())]
    return found


def _models() -> Iterator[type[Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith(ROOMS):
            yield from config.get_models()


_CELLS = frozenset(f"ledger.{name}Cell" for name in ("Month", "Day", "Bin", "Reason", "Aspect", "AspectBin"))
_KEYS = frozenset(("gauge", "project", "month", "day", "unit", "topic", "bin", "reason", "period", "aspect", "value"))


def _is_empty_cell(label: str, line: str) -> bool:
    """A cell in which nothing is left says the same as one that was never made."""
    if label not in _CELLS:
        return False
    told = json.loads(line)
    sums = [value for name, value in told.items() if name not in _KEYS]
    return not any(sums)


def _lives(names: "_Names") -> Iterator[str]:
    lives: dict[str, list[str]] = {}
    """The worker may note a limit before or after it reminds of it; everything else comes in its order."""
    events = Event.objects.filter(subject_kind=Case.ledger_name).exclude(
        kind__in=[LIMIT_PASSED.name, RUNG_REACHED.name]
    )
    for event in events.order_by("id"):
        lives.setdefault(event.subject_id, []).append(event.kind)
    for key, kinds in lives.items():
        yield f"{names.of('casework.Case', int(key))}: {' → '.join(kinds)}"


class _Names:
    """Names of rows by table and id, each worked out once."""

    def __init__(self, *, strictly: bool) -> None:
        self._chance = {} if strictly else _BY_CHANCE
        self._rows: dict[str, dict[Any, Model]] = {}
        self.of = cache(self._of)

    def line(self, row: Model) -> str:
        """A row as one line."""
        return _json(self._told(row, None))

    def _of(self, label: str, key: Any) -> str:
        if key in (None, "", 0):
            return ""
        row = self._table(label).get(key)
        if row is None:
            return f"{label}#{key}"
        return f"{label}({_json(self._told(row, NAMED_BY.get(label)))})" if label in NAMED_BY else f"{label}#{key}"

    def _table(self, label: str) -> dict[Any, Model]:
        if label not in self._rows:
            self._rows[label] = {row.pk: row for row in apps.get_model(label)._default_manager.all()}
        return self._rows[label]

    def _told(self, row: Model, wanted: tuple[str, ...] | None) -> dict[str, Any]:
        label = row._meta.label
        refers, left_out = _REFERS.get(label, {}), LEFT_OUT.get(label, set()) | self._chance.get(label, set())
        told: dict[str, Any] = {}
        for field in row._meta.concrete_fields:
            name, value = field.name, getattr(row, field.attname)
            if name in left_out or (wanted is not None and name not in wanted):
                continue
            if field.is_relation and field.related_model is not None:
                told[name] = self.of(field.related_model._meta.label, value)
            elif name in refers:
                told[name] = self.of(refers[name], value)
            elif not field.primary_key or row._meta.label == "casework.CalendarDay":
                told[name] = (
                    _NUMBER.sub("#", value)
                    if label == "casework.SearchText" and isinstance(value, str)
                    else _plain(value)
                )
        if isinstance(row, Event):
            self._tell_event(row, told, wanted)
        return told

    def _tell_event(self, row: Event, told: dict[str, Any], wanted: tuple[str, ...] | None) -> None:
        told.pop("subject_id", None)
        told["subject"] = self._thing(row.subject_kind, row.subject_id)
        if wanted is None:
            texts = DECLARED[row.kind].texts if row.kind in DECLARED else ()
            told["particulars"] = {
                name: self.of(_TOLD[name], value) if name in _TOLD and isinstance(value, int) else value
                for name, value in row.particulars.items()
                if name not in texts and name not in _DRAWN.get(row.kind, ())
            }

    def _thing(self, kind: str, key: str) -> str:
        label = _labels().get(kind)
        return self.of(label, int(key)) if label and key.isdecimal() else f"{kind} {key}"


@cache
def _labels() -> dict[str, str]:
    known = {name: model._meta.label for model in _models() if (name := getattr(model, "ledger_name", ""))}
    return known | {"ledger.generation": "ledger.GaugeSet"}


def _plain(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return sha256(bytes(value)).hexdigest()
        case datetime():
            return value.astimezone().isoformat()
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
