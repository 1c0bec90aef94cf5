"""What casework has frozen each night: every gauge in use over everything, and by project where there is something."""

from collections.abc import Iterator
from datetime import date, timedelta

from shixiao.casework.models import Case
from shixiao.engine.measures import Reads
from shixiao.ledger import gauges
from shixiao.ledger.freezing import Wanted
from shixiao.ledger.models import Fact, GaugeSet, MonthCell
from shixiao.ledger.readings import ALWAYS, EVERYWHERE, Days, Where, end_of

NAME = "casework"


def key_of(gauge: int, project: int | None = None) -> str:
    """Under which key the reading of a gauge over the year is kept, over everything or of one project."""
    return f"{NAME}:{gauge}" if project is None else f"{NAME}:{gauge}:{project}"


def supply(day: date) -> Iterator[Wanted]:
    """Each gauge in use over the calendar year of the day; a stock up to the day. And the same by project, where there are facts."""
    using = {each.id: _window(each.measure.reads, day) for each in gauges.read(end_of(day)).gauges}
    for gauge, days in using.items():
        yield Wanted(key_of(gauge), gauge, days, EVERYWHERE)
    for gauge, project in sorted(_projects(using)):
        yield Wanted(key_of(gauge, project), gauge, using[gauge], Where(project=project))


def _window(reads: Reads, day: date) -> Days:
    if reads is Reads.STOCK:
        return Days(ALWAYS, day + timedelta(days=1))
    return Days.year(day.year)


def _projects(using: dict[int, Days]) -> set[tuple[int, int]]:
    """The gauges and projects that have facts in the windows, folded or not."""
    found: set[tuple[int, int]] = set()
    by_window: dict[Days, list[int]] = {}
    for gauge, days in using.items():
        by_window.setdefault(days, []).append(gauge)
    for days, several in by_window.items():
        last = days.end - timedelta(days=1)
        months = {"month__gte": days.begin.year * 100 + days.begin.month, "month__lte": last.year * 100 + last.month}
        for rows in (MonthCell.objects.all(), Fact.objects.filter(is_folded=False)):
            found |= set(
                rows.filter(gauge_id__in=several, project__gt=0, **months)
                .values_list("gauge_id", "project")
                .distinct()
                .order_by()
            )
    return found


def is_ready(day: date) -> bool:
    """Whether the facts say everything that was known by the end of the day: no case waits for being looked at again before it, and
    none has facts by an earlier set of gauges."""
    generation = GaugeSet.objects.order_by("-id").values_list("id", flat=True).first() or 0
    waits = Case.objects.filter(look_at__lt=end_of(day)).exists()
    return not waits and not Case.objects.filter(generation__lt=generation).exists()
