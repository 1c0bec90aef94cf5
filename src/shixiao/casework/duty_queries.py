"""What pages read of duties: those of today, a list with the month's figures, one duty with its times. Each a bounded number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.casework import allowing, offices, visibility
from shixiao.casework.models import Duty, DutyCase, DutyVersion
from shixiao.casework.performing import zone
from shixiao.casework.steps import Step
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Unit, User
from shixiao.ui import formats

MOST_TODAY = 300
MOST_MISSED, MOST_COMING = 20, 10


class Standing(str, Enum):
    """Where one expected time stands."""

    MISSED = "missed"  # its window ended and it is still to be done
    OPEN = "open"  # its window is under way
    COMING = "coming"  # its window has not begun
    DONE = "done"
    LATE = "late"  # done after its window had ended
    CLOSED = "closed"  # does not count: its day is closed
    REFUSED = "refused"  # no case could be opened


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One expected time as a page shows it. `step` is what this person can do now, the usual one; None where nothing is theirs."""

    row: DutyCase
    standing: Standing
    name: Text
    step: Step | None

    @property
    def duty(self) -> Duty:
        """What expects it."""
        return self.row.duty

    @property
    def when(self) -> str:
        """Its window in words: by its last day where it is of whole days, else by its hours."""
        begin, end = self.row.begin.astimezone(zone()), self.row.end.astimezone(zone())
        last = formats.day(end - timedelta(microseconds=1))
        if begin.time() == end.time() == time.min:
            return _("至 %(day)s") % {"day": last}
        closing = "24:00" if end.time() == time.min else f"{end:%H:%M}"
        return f"{formats.day(begin)} {begin:%H:%M}–{closing}"


class Month(NamedTuple):
    """The windows of a duty that lie in this month: made, done (in time or late), missed, and still to come or under way."""

    made: int = 0
    done: int = 0
    missed: int = 0
    coming: int = 0
    closed: int = 0


@dataclass(frozen=True, kw_only=True)
class DutyShown:
    """One duty in the list."""

    duty: Duty
    kind: Text
    schedule: Text
    month: Month


# ---- who sees what -----------------------------------------------------------------------------------------------


def seen_by(by: User, *, now: datetime, prefix: str = "") -> Q:
    """The duties whose cases the person may look at, by the unit they are of."""
    held = visibility.held_by(by, now=now)
    found = Q(pk__in=())
    for table in offices.tables():
        if paths := visibility.places(table, held):
            found |= Q(**{f"{prefix}kind": table.kind}) & visibility.below(paths, column=f"{prefix}unit__path")
    return found


def units_of(by: User, *, now: datetime) -> list[Unit]:
    """The units whose duties the person sees."""
    seen = Duty.objects.filter(seen_by(by, now=now)).values("unit")
    return list(Unit.objects.filter(pk__in=seen).order_by("path"))


def kinds_of(by: User, *, now: datetime) -> list[tuple[str, Text]]:
    """The kinds of case of these duties."""
    there = set(Duty.objects.filter(seen_by(by, now=now)).values_list("kind", flat=True))
    return [(table.kind, table.title) for table in offices.tables() if table.kind in there]


# ---- today -------------------------------------------------------------------------------------------------------


def duties_today(
    *,
    by: User,
    now: datetime,
    kind: str = "",
    unit: Unit | None = None,
    told: Mapping[str, Any] | None = None,
) -> list[Expected]:
    """The expected cases whose window touches today: what is open first, by its end. At most 300.

    For an office's own pages: `kind` is a kind of case, `told` what the duty tells each of them, such as
    `{"register": "training"}`; `unit` takes in what is below it.
    """
    begin = datetime.combine(timezone.localtime(now, zone()).date(), time.min, tzinfo=zone())
    rows = DutyCase.objects.filter(seen_by(by, now=now, prefix="duty__"), withdrawn_at=None)
    rows = rows.filter(begin__lt=begin + timedelta(days=1), end__gt=begin)
    if kind:
        rows = rows.filter(duty__kind=kind)
    if unit is not None:
        rows = rows.filter(visibility.below([unit.path], column="duty__unit__path"))
    for name, value in (told or {}).items():
        rows = rows.filter(**{f"duty__told__{name}": value})
    found = _shown(rows.order_by("end", "begin", "id")[:MOST_TODAY], by=by, now=now)
    return sorted(found, key=lambda each: _ORDER.index(each.standing))


def missed_before_today(*, by: User, now: datetime, unit: Unit | None = None, kind: str = "") -> int:
    """How many were missed on the 30 days before today and are still to be done."""
    today = datetime.combine(timezone.localtime(now, zone()).date(), time.min, tzinfo=zone())
    rows = DutyCase.objects.filter(seen_by(by, now=now, prefix="duty__"), withdrawn_at=None, closed="")
    rows = rows.filter(end__lte=today, end__gt=today - timedelta(days=30), case__closed_at=None, case__isnull=False)
    if kind:
        rows = rows.filter(duty__kind=kind)
    if unit is not None:
        rows = rows.filter(visibility.below([unit.path], column="duty__unit__path"))
    return rows.count()


_ORDER = (
    Standing.OPEN,
    Standing.MISSED,
    Standing.REFUSED,
    Standing.COMING,
    Standing.LATE,
    Standing.DONE,
    Standing.CLOSED,
)


def _shown(rows: QuerySet[DutyCase], *, by: User, now: datetime) -> list[Expected]:
    joined = rows.select_related("duty__unit", "version", "case__unit")
    return [_expected(row, by=by, now=now) for row in joined if offices.is_known(row.duty.kind)]


def _expected(row: DutyCase, *, by: User, now: datetime) -> Expected:
    window = clock.ExpectedWindow(row.key, row.begin.astimezone(zone()), row.end.astimezone(zone()))
    schedule = clock.schedule_from_dict(row.version.schedule)
    return Expected(
        row=row,
        standing=standing(row, now=now),
        name=clock.window_in_words(schedule, window),
        step=_first_step(row, by=by, now=now),
    )


def _first_step(row: DutyCase, *, by: User, now: datetime) -> Step | None:
    """What this person can do with its case; nothing before its window begins."""
    if row.case is None or row.case.closed_at is not None or row.begin > now:
        return None
    return next(iter(allowing.buttons(row.case, by=by, now=now)), None)


def standing(row: DutyCase, *, now: datetime) -> Standing:
    """Where one expected time stands at `now`."""
    if row.case is None:
        return Standing.REFUSED
    if row.case.closed_at is not None:
        return Standing.LATE if row.case.closed_at >= row.end and not row.closed else Standing.DONE
    if row.closed:
        return Standing.CLOSED
    if row.end <= now:
        return Standing.MISSED
    return Standing.OPEN if row.begin <= now else Standing.COMING


# ---- lists -------------------------------------------------------------------------------------------------------


def duties(
    *, by: User, now: datetime, kind: str = "", unit: Unit | None = None, ended: bool = False
) -> list[DutyShown]:
    """The duties that hold, or those that ended, each with the figures of this month; three statements."""
    today = timezone.localtime(now, zone()).date()
    over = Q(until__lte=today)
    rows = Duty.objects.filter(seen_by(by, now=now)).filter(over if ended else ~over | Q(until=None))
    if kind:
        rows = rows.filter(kind=kind)
    if unit is not None:
        rows = rows.filter(visibility.below([unit.path]))
    found = list(rows.select_related("unit", "project").order_by("unit__path", "title", "id"))
    months, schedules = _months(found, now=now), _schedules(found, today)
    return [
        DutyShown(
            duty=duty,
            kind=offices.table_of(duty.kind).title,
            schedule=schedules[duty.pk],
            month=months.get(duty.pk, Month()),
        )
        for duty in found
    ]


def _months(found: Sequence[Duty], *, now: datetime) -> dict[int, Month]:
    first = timezone.localtime(now, zone()).date().replace(day=1)
    begin = datetime.combine(first, time.min, tzinfo=zone())
    end = datetime.combine(date(first.year + first.month // 12, first.month % 12 + 1, 1), time.min, tzinfo=zone())
    counts, still = Q(closed=""), Q(case__closed_at=None)
    rows = DutyCase.objects.filter(duty__in=found, withdrawn_at=None, begin__lt=end, end__gt=begin, case__isnull=False)
    figures = (
        rows.order_by()
        .values("duty")
        .annotate(
            made=Count("pk"),
            done=Count("pk", filter=~still),
            missed=Count("pk", filter=counts & still & Q(end__lte=now)),
            coming=Count("pk", filter=counts & still & Q(end__gt=now)),
            closed_=Count("pk", filter=~counts & still),
        )
    )
    return {
        each["duty"]: Month(each["made"], each["done"], each["missed"], each["coming"], each["closed_"])
        for each in figures
    }


def _schedules(found: Sequence[Duty], today: date) -> dict[int, Text]:
    """The schedule that holds today, or the first one of a duty that is yet to begin."""
    versions: dict[int, DutyVersion] = {}
    for version in DutyVersion.objects.filter(duty__in=found).order_by("number"):
        if version.since <= today or version.duty_id not in versions:
            versions[version.duty_id] = version
    return {key: clock.schedule_in_words(clock.schedule_from_dict(each.schedule)) for key, each in versions.items()}


class DutyPage(NamedTuple):
    """One duty: its schedules, the newest first, the next windows, what was missed, what could not be opened."""

    versions: list[tuple[DutyVersion, Text]]
    coming: list[Expected]
    missed: list[Expected]
    refused: list[Expected]
    month: Month


def duty_page(duty: Duty, *, by: User, now: datetime) -> DutyPage:
    """Everything that the page of a duty shows."""
    versions = [
        (each, clock.schedule_in_words(clock.schedule_from_dict(each.schedule)))
        for each in duty.versions.order_by("-number")
    ]
    live = DutyCase.objects.filter(duty=duty, withdrawn_at=None)
    coming = live.filter(end__gt=now, case__isnull=False).order_by("begin", "end", "id")[:MOST_COMING]
    missed = live.filter(end__lte=now, case__isnull=False, case__closed_at=None, closed="").order_by("-end", "-id")
    refused = live.filter(case=None).order_by("-begin")[:MOST_MISSED]
    return DutyPage(
        versions,
        _shown(coming, by=by, now=now),
        _shown(missed[:MOST_MISSED], by=by, now=now),
        _shown(refused, by=by, now=now),
        _months([duty], now=now).get(duty.pk, Month()),
    )
