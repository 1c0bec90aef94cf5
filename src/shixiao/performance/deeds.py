"""What persons did about cases that were overdue, left out or recorded days later: the rows that `engine.questions.pooled` looks at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from shixiao.casework.events import EXTENSION_ASKED, LIMIT_PASSED
from shixiao.casework.models import Case
from shixiao.casework.timelines import CHUNK, events_of
from shixiao.engine.measures import Happening
from shixiao.engine.measures.timeline import LATE_FROM, WINDOW
from shixiao.engine.questions import Deed, Way
from shixiao.ledger.changes import Between
from shixiao.ledger.models import Event

LONG = timedelta(days=2)  # so much later it is written down: `pooled_over` is never less
EARLIER = timedelta(days=366)  # what is closed in a year may have been overdue since the year before
WATCHED = (Way.CLOSES, Way.EXCLUDES)


def subjects(within: Between, *, closing: Iterable[str], excluding: Iterable[str]) -> list[int]:
    """The cases whose limit had passed, that were left out, or whose closing was written down days later. Three statements."""
    about = Event.objects.filter(subject_kind=Case.ledger_name, recorded_at__lt=within.end)
    recorded = about.filter(recorded_at__gte=within.begin).exclude(by_id="")
    several = (
        about.filter(kind=LIMIT_PASSED.name, recorded_at__gte=within.begin - EARLIER),
        recorded.filter(kind__in=sorted(excluding)),
        recorded.filter(kind__in=sorted(closing), recorded_at__gte=F("happened_at") + LONG),
    )
    return sorted({int(key) for rows in several for key in rows.order_by().values_list("subject_id", flat=True)})


def read(
    keys: Sequence[int], places: Mapping[int, tuple[int, int]], *, ways: Mapping[str, Way], within: Between
) -> Iterator[Deed]:
    """What persons did about these cases in the stretch of time."""
    for start in range(0, len(keys), CHUNK):
        for key, happened in events_of(keys[start : start + CHUNK]).items():
            if key in places:
                yield from deeds_of(key, *places[key], happened, ways=ways, within=within)


def deeds_of(
    key: int, gauge: int, unit: int, happened: Sequence[Happening], *, ways: Mapping[str, Way], within: Between
) -> Iterator[Deed]:
    """Each closing and exclusion of one case by a person, with its limit as it stood before."""
    limits: dict[str, datetime] = {}
    asked_at: datetime | None = None
    for each in sorted(happened, key=lambda one: one.id):
        way = ways.get(each.kind, Way.OTHER)
        if way in WATCHED and each.by and within.begin <= each.recorded_at < within.end:
            yield Deed(
                gauge=gauge,
                unit=unit,
                case_id=key,
                way=way,
                person=each.by,
                limit=max(limits.values(), default=None),
                happened_at=each.happened_at,
                recorded_at=each.recorded_at,
                asked_at=asked_at,
            )
        if each.kind == EXTENSION_ASKED.name:
            asked_at = each.recorded_at
        limits = limits_after(each, limits)


def limits_after(event: Happening, before: Mapping[str, datetime]) -> dict[str, datetime]:
    """The first instants that are too late, as they stand after this event."""
    said = event.particulars.get(LATE_FROM) or {}
    found = {name: moment for name, moment in before.items() if name not in said}
    found |= {name: datetime.fromisoformat(moment) for name, moment in said.items() if moment}
    if window := event.particulars.get(WINDOW):
        found["window"] = datetime.fromisoformat(window[1])
    return found
