"""What a change of a binding would move: the change is made, read and taken back, so that nothing but the real rules decides."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from shixiao.casework import assessing
from shixiao.casework.models import Case
from shixiao.engine.prospects.statuses import STATUS_WORDS
from shixiao.ledger import gauges
from shixiao.ledger.models import GaugeSet
from shixiao.people.models import User
from shixiao.performance import guarding, standing
from shixiao.performance.binding import Wanted, bind
from shixiao.performance.guarding import Shown
from shixiao.performance.models import Indicator
from shixiao.performance.wordings import said


@dataclass(frozen=True)
class Preview:
    """The part before and after. `is_new`: its gauge counts for the first time, so `after` says nothing yet."""

    before: Shown
    after: Shown
    is_new: bool
    cases: int

    @property
    def before_word(self) -> str:
        """The status before, in the language of the page."""
        return said(STATUS_WORDS[self.before.part.prospect.status])

    @property
    def after_word(self) -> str:
        """The status after, in the language of the page."""
        return said(STATUS_WORDS[self.after.part.prospect.status])

    @property
    def is_hidden(self) -> bool:
        """From a restricted register that this person does not hold: nothing is tried out on it (law 9)."""
        return not self.after.is_open

    @property
    def is_moved(self) -> bool:
        """The status or the value is another one."""
        return (self.before.part.prospect.status, self.before.value) != (
            self.after.part.prospect.status,
            self.after.value,
        )


@dataclass(frozen=True)
class Progress:
    """How far the worker has come with looking at every case again."""

    done: int
    total: int

    @property
    def is_over(self) -> bool:
        """Nothing is left to look at."""
        return self.done >= self.total


def preview(
    indicator: Indicator, part: int, wanted: Wanted, *, reason: str, by: User, now: datetime, seen: int | None = None
) -> Preview:
    """Before and after, with nothing written. Raises what `bind` raises."""
    before = _part(indicator, part, by, now)
    with transaction.atomic():
        generation = _generation()
        bind(indicator, part, wanted, reason=reason, by=by, now=now, seen=seen)
        is_new = _generation() != generation
        after = _part(indicator, part, by, now)
        transaction.set_rollback(True)
    if not after.is_open:
        # One status after the other, of one window after the other and without a trace, would tell what the ratio keeps.
        after = replace(after, part=before.part, value=before.value)
    gauges.forget()  # what was read inside speaks of a gauge that is not there
    return Preview(before, after, is_new, Case.objects.count() if is_new else 0)


def progress(now: datetime) -> Progress:
    """How many cases were looked at with the gauges that are in use, of how many."""
    total = Case.objects.count()
    return Progress(total - assessing.count_behind(now), total)


def _part(indicator: Indicator, part: int, by: User, now: datetime) -> Shown:
    """As this person may see it (law 9)."""
    (row,) = standing.read(indicator.version, now=now, only=[indicator.row]).rows
    return guarding.shown(row.parts[part], by=by, now=now)


def _generation() -> int:
    return GaugeSet.objects.order_by("-id").values_list("id", flat=True).first() or 0
