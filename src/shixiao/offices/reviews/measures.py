"""What reviews prove. Pure: one case and its events, never the database. Marks are judgements of people, and are said to be so."""

from datetime import date, datetime
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import (
    CANCELLED,
    Aspect,
    Clock,
    CountsOn,
    Happening,
    Reads,
    Timeline,
    Verdict,
    amount,
    measure,
    met,
    missed,
    not_counted,
    pending,
    reason,
)
from shixiao.offices.reviews import events
from shixiao.offices.reviews.steps import REVIEW

OTHER_TIERS = reason("reviews.other_tiers", Text("这件评议没有这个档次", "Judged by tiers without this one"))

_SETTLED = (events.AGREED, events.SETTLED)
_UNSETTLING = (events.REOPENED, events.CANCELLED)


def _day(case: Timeline, of: date) -> date:
    """A review counts in the year that is judged, also when it is settled after that year."""
    year = int(case.recorded[0].particulars["year"])
    return min(max(of, date(year, 1, 1)), date(year, 12, 31))


def _settlement(case: Timeline) -> Happening | None:
    """The last settlement, as long as nothing has undone it: a review that is judged again, or is cancelled then, has none."""
    found = case.last(*_SETTLED, *_UNSETTLING)
    return found if found is not None and found.kind in {str(kind) for kind in _SETTLED} else None


def _not_settled(case: Timeline) -> Verdict:
    """Cancelled, or still to be judged: time alone changes neither."""
    if (cancelled := case.last(events.CANCELLED)) is not None:
        return not_counted(CANCELLED, on=_day(case, case.day(cancelled.happened_at)))
    return pending(on=_day(case, case.day(case.begun_at)), until=None)


@measure(
    "{rubric}评议得分",
    "Mark of {rubric}",
    of=REVIEW,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DATED,
    reads=Reads.MEAN,
    keyed_by="rubric",
    is_judgement=True,
    answers=("{rubric}质量", "工作产生{rubric}", "促进政府{rubric}", "改善优化{rubric}"),
)
def mark(case: Timeline, *, clock: Clock, now: datetime, rubric: str) -> Verdict | None:
    """按评分细则“{rubric}”评定的得分（分值的百分比）的平均，一件评议一票，计入所评的年度。

    得分是评审人一致时的平均分，或者组长裁定的分。没有评定的暂不计；取消的不计，列明理由。重新评议的按最后一次评定，定下以前暂不计。这是人的评议，不是计量。
    """
    settled = _settlement(case)
    if settled is None:
        return _not_settled(case)
    return amount(Decimal(str(settled.particulars["mark"])), on=_day(case, case.day(settled.happened_at)))


@measure(
    "{rubric}达到档次的占比",
    "Share of {rubric} that reach a tier",
    of=REVIEW,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DATED,
    reads=Reads.SHARE,
    keyed_by="rubric",
    is_judgement=True,
    answers=("{rubric}质量", "{rubric}达标率", "{rubric}合格率"),
)
def reaching(case: Timeline, *, clock: Clock, now: datetime, rubric: str, tier: str = "") -> Verdict | None:
    """按评分细则“{rubric}”评定的作品中，达到档次 tier（不写就是最高一档）或更高的占比，计入所评的年度。

    没有评定的暂不计；取消的不计，列明理由；重新评议的按最后一次评定，定下以前暂不计。一件作品一件评议。这是人的评议，不是计量。
    """
    settled = _settlement(case)
    if settled is None:
        return _not_settled(case)
    on = _day(case, case.day(settled.happened_at))
    lows = {code: Decimal(bounds.partition("-")[0]) for code, bounds in case.recorded[0].particulars["tiers"].items()}
    needed = max(lows.values()) if not tier else lows.get(tier)
    if needed is None:
        return not_counted(OTHER_TIERS, on=on)
    return met(on=on) if lows[settled.particulars["tier"]] >= needed else missed(on=on)
