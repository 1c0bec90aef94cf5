"""Expected cases: the worker opens one for each window of each duty, ahead of time, exactly once.

What is due is found in the database: `made_until` of a duty, and the state of the calendars by which its cases were last compared.
A worker may be killed at any moment, several may run at once, and after a standstill the windows that are over are made too: those
cases come out missed, as they were.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, islice

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from shixiao import ledger
from shixiao.casework import assessing, calendars, events, offices, through
from shixiao.casework.local import local
from shixiao.casework.models import Case, ClosedYear, Duty, DutyCase, DutyVersion
from shixiao.casework.performing import Opening, open_many, perform_many, zone
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import WITHDRAW, Step
from shixiao.casework.wanting import Wanted, Windows, midnight, title, wanted
from shixiao.engine import clock
from shixiao.ledger import filling
from shixiao.ledger.models import Event

BATCH = 200
TOGETHER = 500  # cases of several duties that one call opens
TRIED = 3
AHEAD, AHEAD_OF_RARE = timedelta(days=14), timedelta(days=60)
TRY_AGAIN = timedelta(days=1)
_ONE_DAY = timedelta(days=1)


def make_ahead(now: datetime) -> int:
    """One batch: a duty compared with a changed calendar, or the next cases of one, or cases that could not be opened before.

    Returns how many things were done; nothing is left when it is 0.
    """
    return _compare_one(now) or _make_some(now) or _try_again(now)


# ---- making ------------------------------------------------------------------------------------------------------


def _claim(duties: QuerySet[Duty]) -> Duty | None:
    """One of them, locked; another worker takes another one."""
    can_skip = connection.features.has_select_for_update_skip_locked
    rows = duties.select_related("unit", "project", "topic", "subject").select_for_update(
        skip_locked=can_skip, of=("self",)
    )
    return rows.first()


def _make_some(now: datetime) -> int:
    """The next windows of the duty that is furthest behind. All of a day are made at once."""
    with transaction.atomic():
        duty = _claim(_behind(now).order_by("made_until", "pk"))
        if duty is None:
            return 0
        begin = duty.made_until
        there = DutyCase.objects.filter(duty=duty, withdrawn_at=None, begin__gte=midnight(begin) - _ONE_DAY)
        keys = set(there.values_list("key", flat=True))
        wanted_ = _next(duty, list(duty.versions.order_by("number")), keys, most=BATCH, now=now)
        made = _open(duty, wanted_, now=now)
        duty.save(update_fields=["made_until"])
    return made or (duty.made_until - begin).days


def _behind(now: datetime) -> QuerySet[Duty]:
    """Duties whose cases are not made far enough ahead."""
    today = local(now).date()
    behind = Q(is_rare=False, made_until__lt=today + AHEAD) | Q(is_rare=True, made_until__lt=today + AHEAD_OF_RARE)
    return Duty.objects.filter(behind & (Q(until=None) | Q(made_until__lt=F("until"))))


def _next(
    duty: Duty,
    versions: Sequence[DutyVersion],
    keys: Collection[str],
    *,
    most: int | None,
    now: datetime,
    windows: Windows | None = None,
) -> list[Wanted]:
    """The next windows of the duty, but for those of `keys`; says on it how far that is."""
    today = local(now).date()
    target = min(today + (AHEAD_OF_RARE if duty.is_rare else AHEAD), duty.until or date.max)
    if most is None:
        found, day = (
            list(wanted(duty, versions, duty.made_until, target, windows=windows)),
            max(target, duty.made_until),
        )
    else:
        found, day = [], duty.made_until
        while day < target and len(found) < most:
            found += wanted(duty, versions, day, day + _ONE_DAY)
            day += _ONE_DAY
    duty.made_until = day
    return [each for each in found if each.window.key not in keys]


def make_all_ahead(now: datetime) -> int:
    """Every duty as far ahead as `make_ahead` would bring it, in a few statements: for who has the database to himself."""
    with transaction.atomic():
        rows = _behind(now).select_related("unit", "project", "topic", "subject").order_by("made_until", "pk")
        duties = list(rows.prefetch_related("versions"))
        if not duties:
            return 0
        since = midnight(min(duty.made_until for duty in duties)) - _ONE_DAY
        keys: dict[int, set[str]] = {}
        there = DutyCase.objects.filter(duty__in=duties, withdrawn_at=None, begin__gte=since)
        for duty_id, key in there.values_list("duty_id", "key"):
            keys.setdefault(duty_id, set()).add(key)
        windows = Windows(calendars.in_force())
        wanted_: list[_Pair] = []
        for duty in duties:
            versions = sorted(duty.versions.all(), key=lambda version: version.number)
            found = _next(duty, versions, keys.get(duty.pk, ()), most=None, now=now, windows=windows)
            wanted_ += [(duty, each) for each in found]
        for some in _of_one_step(wanted_):
            _open_together(some, now=now)
        filling.update(duties, ["made_until"])
    return len(wanted_)


_Pair = tuple[Duty, Wanted]


def _of_one_step(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Those that stand side by side and open alike, so many that one call takes them."""
    for _alike, several in groupby(pairs, key=lambda pair: (pair[0].kind, pair[0].step)):
        while some := list(islice(several, TOGETHER)):
            yield some


def _open_together(pairs: Sequence[_Pair], *, now: datetime) -> None:
    """The cases of these windows, of several duties; where one is refused, each duty's are opened by themselves."""
    try:
        _open_all(pairs, now=now)
    except Refused:
        for duty, several in groupby(pairs, key=lambda pair: pair[0]):
            _open(duty, [each for _duty, each in several], now=now)


def _open(duty: Duty, several: Sequence[Wanted], *, now: datetime) -> int:
    """The cases of these windows; where one is refused, the others are opened all the same, and what was refused is kept."""
    try:
        _open_all([(duty, each) for each in several], now=now)
    except Refused:
        for each in several:
            try:
                _open_all([(duty, each)], now=now)
            except Refused as refused:
                _keep_refusal(duty, each, refused, now=now)
    return len(several)


def _open_all(pairs: Sequence[_Pair], *, now: datetime) -> None:
    if not pairs:
        return
    this_year = local(now).year
    is_late = any(each.window.begin.year < this_year for _duty, each in pairs)
    closed_years = set(ClosedYear.objects.values_list("year", flat=True)) if is_late else set()
    openings = [_opening(duty, each, closed_years, now=now) for duty, each in pairs]

    def rows(cases: Sequence[Case]) -> None:
        made = [_row(duty, each, now=now, case=case) for (duty, each), case in zip(pairs, cases, strict=True)]
        filling.insert(made, has_keys=False)

    duty, _first = pairs[0]
    open_many(duty.kind, duty.step, openings, by=None, now=now, also=rows)


def _opening(duty: Duty, each: Wanted, closed_years: set[int], *, now: datetime) -> Opening:
    """A case begins with its window, so that whoever was in time can say so even where the worker was late."""
    window = each.window
    begin = max(window.begin, midnight(duty.since))
    return Opening(
        unit=duty.unit,
        title=title(duty, each),
        project=duty.project,
        topic=duty.topic,
        subject=duty.subject,
        happened_at=begin if begin < now and begin.astimezone(zone()).year not in closed_years else now,
        particulars=duty.told,
        duty=duty,
        window=(window.begin, window.end),
        closed=window.closed or "",
    )


def _row(duty: Duty, each: Wanted, *, now: datetime, case: Case | None) -> DutyCase:
    window = each.window
    return filling.made(
        DutyCase,
        duty=duty,
        version=each.version,
        key=window.key,
        begin=window.begin,
        end=window.end,
        closed=window.closed or "",
        case=case,
        tried_at=now,
    )


def _keep_refusal(duty: Duty, each: Wanted, refused: Refused, *, now: datetime) -> None:
    row = _row(duty, each, now=now, case=None)
    row.refused = _why(refused)
    row.save(force_insert=True)
    codes = {"key": row.key, "reason": refused.reason.value}
    ledger.record(events.EXPECTED_REFUSED, subject=duty, by=None, now=now, particulars=codes)


def _why(refused: Refused) -> dict[str, str]:
    return {"reason": refused.reason.value, "zh": refused.text.zh, "en": refused.text.en}


def try_some(duty: Duty, version: DutyVersion, step: Step, *, now: datetime) -> None:
    """Open the first cases of a new duty and take them back: raises the `Refused` that the worker would meet, while somebody looks.

    Several, since two times of one month may be what an office does not want.
    """
    found = islice(_from(duty, version, duty.since + timedelta(days=800)), TRIED)
    openings = [_opening(duty, each, set(), now=now) for each in found]

    def open_all() -> None:
        for opening in openings:
            open_many(duty.kind, step.name, [opening], by=None, now=now)

    through.taken_back(open_all)


def _from(duty: Duty, version: DutyVersion, end: date) -> Iterator[Wanted]:
    """What the version expects from the beginning on, month after month: whoever asks for a few reckons no year."""
    day = duty.made_until
    while day < end:
        yield from wanted(duty, [version], day, min(day + timedelta(days=31), end))
        day += timedelta(days=31)


# ---- what could not be opened ------------------------------------------------------------------------------------


def _try_again(now: datetime) -> int:
    """Cases that were refused, once a day: what was in the way may be gone."""
    waiting = DutyCase.objects.filter(case=None, withdrawn_at=None, tried_at__lte=now - TRY_AGAIN)
    with transaction.atomic():
        can_skip = connection.features.has_select_for_update_skip_locked
        rows = waiting.select_for_update(skip_locked=can_skip, of=("self",)).order_by("tried_at", "pk")[:BATCH]
        found = list(rows.select_related("version", "duty__unit", "duty__project", "duty__topic", "duty__subject"))
        for row in found:
            _open_again(row, now=now)
    return len(found)


def _open_again(row: DutyCase, *, now: datetime) -> None:
    window = clock.ExpectedWindow(row.key, row.begin.astimezone(zone()), row.end.astimezone(zone()), row.closed or None)
    opening = _opening(row.duty, Wanted(row.version, window), set(), now=now)
    row.tried_at = now
    try:
        (row.case,) = open_many(row.duty.kind, row.duty.step, [opening], by=None, now=now)
        row.refused = None
    except Refused as refused:
        row.refused = _why(refused)
    row.save(update_fields=["case", "refused", "tried_at"])


# ---- schedules and calendars change ------------------------------------------------------------------------------


def _compare_one(now: datetime) -> int:
    """A duty whose cases were made by other calendars than those in force."""
    stamp = calendars.in_force().stamp
    with transaction.atomic():
        duty = _claim(Duty.objects.exclude(calendar_stamp=stamp).order_by("pk"))
        if duty is None:
            return 0
        return 1 + compare(duty, now=now)


def compare(duty: Duty, *, now: datetime) -> int:
    """What is expected from now on against the cases that are there. The duty is locked; returns how many cases changed.

    A window that has not begun and is wanted no more is withdrawn, unless somebody has touched its case. One that has not ended may
    close or open. What is wanted anew and has not ended is opened. What is over stays as it was.
    """
    versions = list(duty.versions.order_by("number"))
    there = DutyCase.objects.filter(duty=duty, withdrawn_at=None, end__gt=now)
    rows = list(there.select_related("case").order_by("begin", "key"))
    today = local(now).date()
    # A schedule that became more frequent is not made as far ahead as the one before.
    duty.made_until = min(duty.made_until, today + (AHEAD_OF_RARE if duty.is_rare else AHEAD))
    last = max([duty.made_until, *(row.begin.astimezone(zone()).date() + _ONE_DAY for row in rows)])
    first = min([today, *(clock.first_day(each.typed_schedule, today) for each in versions)])
    here = {each.window.key: each for each in wanted(duty, versions, first - _ONE_DAY, last) if each.window.end > now}
    gone = _withdraw(duty, [row for row in rows if row.begin > now and not _is_as(row, here.get(row.key))], now=now)
    kept = [row for row in rows if row.pk not in gone]
    changed = _tell_closed(duty, [(row, here[row.key]) for row in kept if row.key in here], now=now)
    keys = {row.key for row in kept}
    missing = [each for key, each in here.items() if key not in keys and _day(each) < duty.made_until]
    opened = _open(duty, missing, now=now)
    duty.calendar_stamp = calendars.in_force().stamp
    duty.save(update_fields=["made_until", "calendar_stamp", "is_rare", "until"])
    return len(gone) + changed + opened


def _day(each: Wanted) -> date:
    return each.window.begin.astimezone(zone()).date()


def _is_as(row: DutyCase, each: Wanted | None) -> bool:
    return each is not None and (row.begin, row.end) == (each.window.begin, each.window.end)


def _withdraw(duty: Duty, rows: Sequence[DutyCase], *, now: datetime) -> set[int]:
    """Ends the cases on which nothing happened; returns the rows that are gone."""
    step = offices.table_of(duty.kind).step(WITHDRAW) if offices.is_known(duty.kind) else None
    touched = _touched(row.case_id for row in rows if row.case_id)
    gone = [
        row
        for row in rows
        if row.case is None or (step and row.case.state in step.after and row.case_id not in touched)
    ]
    cases = [row.case for row in gone if row.case is not None]
    for start in range(0, len(cases), BATCH):
        perform_many(cases[start : start + BATCH], WITHDRAW, by=None, now=now)
    keys = {row.pk for row in gone}
    if keys:
        DutyCase.objects.filter(pk__in=keys).update(withdrawn_at=now)
    return keys


def _touched(keys: Iterable[int | None]) -> set[int]:
    """The cases at which a person did anything: a step, a remark, a file."""
    subjects = [str(key) for key in keys]
    by_people = Event.objects.filter(subject_kind=Case.ledger_name, subject_id__in=subjects).exclude(by_id="")
    return {int(key) for key in by_people.values_list("subject_id", flat=True).distinct()}


def _tell_closed(duty: Duty, pairs: Sequence[tuple[DutyCase, Wanted]], *, now: datetime) -> int:
    """An event for each case whose day closed or opened, so that what is measured follows."""
    changed = [(row, each.window.closed or "") for row, each in pairs if row.closed != (each.window.closed or "")]
    for row, closed in changed:
        row.closed = closed
    DutyCase.objects.bulk_update([row for row, _closed in changed], ["closed"], batch_size=BATCH)
    ledger.record_many(
        [
            ledger.Entry(
                kind=events.WINDOW_CLOSED if closed else events.WINDOW_OPENED,
                subject=row.case,
                by=None,
                now=now,
                particulars={"duty": duty.pk, **({"closed": closed} if closed else {})},
            )
            for row, closed in changed
            if row.case is not None
        ]
    )
    told = Case.objects.filter(pk__in=[row.case_id for row, _closed in changed if row.case_id])
    cases = list(told.select_for_update(of=("self",)).order_by("pk"))
    if cases:
        assessing.reassess(cases, now=now)
    return len(changed)
