"""From what is known of a part to how it stands: judgement, status, headroom, forecast, chance; and several parts as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reads
from shixiao.engine.prospects.fitting import Mode
from shixiao.engine.prospects.futures import bounds_of, forecast_of
from shixiao.engine.prospects.judged import of_tiers
from shixiao.engine.prospects.position import (
    PLACES,
    Forecast,
    Headroom,
    Position,
    Prospect,
    exact_of,
    rounded,
    value_of,
)
from shixiao.engine.prospects.room import days_left, headroom_of, pace_of
from shixiao.engine.prospects.shares import allowed_failures
from shixiao.engine.prospects.statuses import Chance, Evidence, Status
from shixiao.engine.targets import Judgement, Kind, Sense, Verdict, judge
from shixiao.engine.targets import Reading as Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which probability on which word is used; data that may differ by year and office."""

    likely: float = 0.75
    at_risk: float = 0.25
    certain: float = 0.98
    impossible: float = 0.02


USUAL = Limits()


def prospect(position: Position, *, limits: Limits = USUAL) -> Prospect:
    """Where the part stands on that day. Never ACHIEVED or MISSED before the window's end while anything that may happen could undo it.

    Of what nothing occurred there is no value, but for a count: none at all is a count of 0, which is judged when the window has ended.
    """
    if position.fit.mode is Mode.TIERS:
        return of_tiers(position)
    if position.evidence is Evidence.NO_EVIDENCE:
        return without_evidence(position.target, is_to_be_reviewed=position.fit.is_judgement)
    is_nothing = position.evidence is Evidence.NOTHING_OCCURRED
    if is_nothing and position.fit.reads is not Reads.COUNT:
        return Prospect(status=Status.NOTHING_OCCURRED, unit=_unit(position), is_final=position.left <= 0)
    exact = exact_of(position)
    verdict = _verdict(position, exact)
    final = _final(position, verdict)
    forecast = _forecast(position, exact, final)
    value = _told(position, exact, verdict)
    put_back = value_of(position, is_with_exclusions=True) if position.counting.has_exclusions else None
    status = _status(final, verdict, forecast, limits)
    if position.fit.is_judgement and exact is None and final is None:
        status = Status.TO_BE_REVIEWED
    return Prospect(
        status=Status.NOTHING_OCCURRED if is_nothing and final is None else status,
        judgement=_judgement(position, value, verdict),
        value=value,
        value_with_exclusions=put_back if put_back != value else None,
        unit=_unit(position),
        headroom=headroom_of(position),
        pace=pace_of(position),
        forecast=forecast,
        chance=_chance(position, final, forecast, limits),
        is_final=final is not None,
    )


def _forecast(position: Position, exact: Fraction | bool | None, final: bool | None) -> Forecast | None:
    if position.fit.is_judgement:
        return None  # what people will think is nobody's to forecast
    if exact is None and (position.fit.mode is Mode.BUDGET or not position.counting.pending):
        return None  # nobody knows the budget, or everything there was is left out
    found = forecast_of(position)
    if found is None:
        return None
    if position.fit.mode is Mode.SOME and position.target.text == "否":
        found = replace(found, probability=1 - found.probability)
    return found if final is None else replace(found, probability=1.0 if final else 0.0)


def without_evidence(target: Target, *, is_to_be_reviewed: bool = False) -> Prospect:
    """What nothing stands behind: no binding, no value, an office that is not there yet; or what people have to judge."""
    status = Status.TO_BE_REVIEWED if is_to_be_reviewed else Status.NO_EVIDENCE
    return Prospect(status=status, unit=target.unit or "")


def of_value(
    target: Target, value: object, *, today: date, begin: date, end: date, year: int = 0, limits: Limits = USUAL
) -> Prospect:
    """A declared value judged. Before the window's end it is at most on course, since a further value may come; but a day of completion is
    in time or late for good. What cannot be judged (a bound without its budget, a value of another shape) is no evidence."""
    del limits
    try:
        judgement = judge(target, value, year=year or None, started_on=begin)  # type: ignore[arg-type]
    except ValueError:
        judgement = judge(target, None)
    is_over = target.kind is Kind.DEADLINE or today.toordinal() >= end.toordinal() - 1
    words = {
        Verdict.MET: Status.ACHIEVED if is_over else Status.LIKELY,
        Verdict.MISSED: Status.MISSED if is_over else Status.AT_RISK,
        Verdict.UNDECIDED: Status.NO_EVIDENCE,
    }
    shown = value if isinstance(value, bool) else _as_number(value)
    room = judgement.headroom
    headroom = None if room is None else Headroom(amount=room, unit=judgement.unit or "", text=judgement.text)
    return Prospect(
        status=words[judgement.verdict],
        judgement=judgement,
        value=shown,
        unit=target.unit or "",
        headroom=headroom,
        is_final=is_over and judgement.verdict is not Verdict.UNDECIDED,
    )


def combine(parts: Sequence[Prospect]) -> Prospect:
    """Several parts as one: all have to be met, so the part that stands worst gives the word.

    A part with nothing (无发生) does not count beside others, but while it may still occur the whole is not achieved. A part without evidence
    hides what goes well and not what goes badly. The chance is that of the least likely part, which no whole exceeds.
    """
    status = min((each.status for each in parts), key=_ORDER.index)
    is_final = status is Status.MISSED or all(each.is_final for each in parts)
    if status is Status.ACHIEVED and not is_final:
        status = Status.LIKELY
    forecasts = [each.forecast for each in parts if each.forecast is not None]
    chances = [each.chance for each in parts if each.chance is not None]
    is_told = len(forecasts) == len(parts)
    return Prospect(
        status=status,
        forecast=_unlikeliest(forecasts) if is_told else None,
        chance=_chance_of_all(chances, is_whole=len(chances) == len(parts)),
        is_final=is_final,
        parts=tuple(parts),
    )


def _unlikeliest(forecasts: Sequence[Forecast]) -> Forecast:
    return Forecast(low=None, mid=None, high=None, probability=min(each.probability for each in forecasts))


def _chance_of_all(chances: Sequence[Chance], *, is_whole: bool) -> Chance | None:
    """One part that cannot be met is enough to know; anything else only where all parts are told."""
    if Chance.IMPOSSIBLE in chances:
        return Chance.IMPOSSIBLE
    return min(chances, key=_CHANCES.index) if chances and is_whole else None


_ORDER = (
    Status.MISSED,
    Status.UNLIKELY,
    Status.AT_RISK,
    Status.NO_EVIDENCE,
    Status.TO_BE_REVIEWED,
    Status.LIKELY,
    Status.ACHIEVED,
    Status.NOTHING_OCCURRED,
)
_CHANCES = (Chance.IMPOSSIBLE, Chance.POSSIBLE, Chance.CERTAIN)


def _unit(position: Position) -> str:
    return position.fit.unit or position.target.unit or ""


def _as_number(value: object) -> Decimal | None:
    if isinstance(value, date):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


# ---- now -------------------------------------------------------------------------------------------------------


def _verdict(position: Position, exact: Fraction | bool | None) -> bool | None:
    """Whether the value meets the target as it is; None where there is none."""
    if exact is None:
        return None
    if isinstance(exact, bool):
        return exact is not (position.target.kind is Kind.BOOLEAN and position.target.text == "否")
    low, high = bounds_of(position)
    if low is None and high is None:
        return None
    is_low = low is None or (exact > low if position.target.op == ">" else exact >= low)
    is_high = high is None or (exact < high if position.target.op == "<" else exact <= high)
    return is_low and is_high


def _told(position: Position, exact: Fraction | bool | None, verdict: bool | None) -> Decimal | bool | None:
    """The value to four places, on the side of the bound on which it is: 94.99999% is not shown as the 95% that it misses."""
    if exact is None or isinstance(exact, bool):
        return exact
    value = rounded(exact)
    if value != exact and _verdict(position, Fraction(value)) is not verdict:
        return value + PLACES if exact > value else value - PLACES
    return value


def _judgement(position: Position, value: Decimal | bool | None, verdict: bool | None) -> Judgement | None:
    """In the words of the language of targets, where it can say them of a single value; otherwise met or missed."""
    if verdict is None or value is None:
        return None
    target, budget = position.target, None
    if not isinstance(value, bool) and target.kind is Kind.BUDGET_BOUND:
        budget = bounds_of(position)[1]
    is_number = target.kind in (Kind.NUMERIC, Kind.RANGE) or budget is not None
    if is_number and not isinstance(value, bool):
        found = judge(target, value, budget=None if budget is None else rounded(budget))
        if (found.verdict is Verdict.MET) is verdict:
            return found
    text = Text("达到", "met") if verdict else Text("未达到", "missed")
    return Judgement(Verdict.MET if verdict else Verdict.MISSED, None, None, text)


# ---- what can still happen -------------------------------------------------------------------------------------


def _final(position: Position, verdict: bool | None) -> bool | None:
    """True: met, and nothing can undo it; False: missed, and nothing can mend it; None: open."""
    return verdict if position.is_over else _settled_early(position, verdict)


def _settled_early(position: Position, verdict: bool | None) -> bool | None:
    reading = position.counting
    match position.fit.mode, position.fit.reads:
        case Mode.ALL_OF, _:
            return False if _is_broken(position) else None
        case Mode.SOME, _:
            return position.target.text != "否" if reading.met else None
        case Mode.BUDGET, _:
            return None  # a payment may be reversed
        case _, Reads.COUNT:
            return _of_count(position, verdict)
        case _, Reads.SHARE:
            return False if _is_spoilt(position) else _of_pending(position)
    return None


def _is_broken(position: Position) -> bool:
    """One was missed and stays so, or the day has passed with some of them open."""
    reading = position.counting
    if reading.missed:
        return not position.fit.mends
    days = days_left(position)
    return days is not None and days < 0 and reading.pending > 0


def _is_spoilt(position: Position) -> bool:
    """A share that has to be whole and is not, or that has to be nothing and is something: no further case helps."""
    reading, target = position.counting, position.target
    if target.kind is not Kind.NUMERIC or target.value is None:
        return False
    bound = Fraction(target.value) / position.fit.factor
    if target.sense is Sense.AT_MOST:
        return reading.met > 0 and bound <= 0
    return reading.missed > 0 and bound >= 1 and not position.fit.mends


def _of_count(position: Position, verdict: bool | None) -> bool | None:
    """A count only grows: at least so many is settled once reached, at most so many once broken; after the window only what is pending
    is open."""
    low, high = bounds_of(position)
    factor, op = position.fit.factor, position.target.op
    met = position.counting.met * factor
    if high is not None and (met > high or (op == "<" and met >= high)):
        return False
    if high is None and verdict:
        return True
    if position.left > 0:
        return None
    most = met + position.counting.pending * factor
    if low is not None and (most < low or (op == ">" and most <= low)):
        return False
    is_within = high is not None and (most < high or (op != "<" and most == high))
    return True if verdict and is_within else None


def _of_pending(position: Position) -> bool | None:
    """After the window only what is pending is open."""
    target = position.target
    if position.left > 0 or target.kind is not Kind.NUMERIC or target.sense is Sense.EXACT:
        return None
    allowed = allowed_failures(position)
    if allowed < 0:
        return None if position.fit.mends else False
    return True if allowed >= position.future.pending and position.counting.counted else None


# ---- words -----------------------------------------------------------------------------------------------------


def _status(final: bool | None, verdict: bool | None, forecast: Forecast | None, limits: Limits) -> Status:
    if final is not None:
        return Status.ACHIEVED if final else Status.MISSED
    if verdict is None and forecast is None:
        return Status.NO_EVIDENCE
    probability = forecast.probability if forecast is not None else (1.0 if verdict else 0.0)
    if probability >= limits.likely:
        return Status.LIKELY
    return Status.AT_RISK if probability >= limits.at_risk else Status.UNLIKELY


def _chance(position: Position, final: bool | None, forecast: Forecast | None, limits: Limits) -> Chance | None:
    """What can be made up for, or what a count may still reach, is never said to be impossible before the end."""
    if final is not None:
        return Chance.CERTAIN if final else Chance.IMPOSSIBLE
    if forecast is None:
        return None
    if forecast.probability >= limits.certain:
        return Chance.CERTAIN
    may_mend = position.fit.mends and position.counting.missed > 0
    is_out = forecast.probability <= limits.impossible and not may_mend
    return Chance.IMPOSSIBLE if is_out else Chance.POSSIBLE
