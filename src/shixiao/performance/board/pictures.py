"""What a part of an indicator looks like: its target bar and its year line, in the target's unit."""

from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode

from shixiao.engine.measures import NOTHING, Reading, Reads
from shixiao.engine.prospects import Fit, Mode
from shixiao.engine.targets import Kind, Sense
from shixiao.ledger.readings import Days
from shixiao.performance import amounts
from shixiao.performance.amounts import figure_by, fit_of
from shixiao.performance.standing import Part
from shixiao.ui import formats, target_bar, year_line
from shixiao.ui.target_bar import TargetBar
from shixiao.ui.year_line import Cone, Point, YearLine

WHOLE = 100.0
WAN = 10_000


class Drawer:
    """Draws the parts of one board. `day` is the day of the board; what is drawn once of a month's name is drawn for every row."""

    def __init__(self, day: date, *, as_of: date | None = None) -> None:
        self.day, self.on = day, f"on={as_of}&" if as_of is not None else ""
        self._gauges: dict[int, str] = {}
        self._months: dict[date, str] = {}

    def bar(self, part: Part, *, tone: str, address: str) -> str:
        """The target bar; nothing where the value is no figure."""
        value = part.prospect.value
        if value is None or isinstance(value, bool):
            return ""
        low, high = bounds(part)
        if low is None and high is None:
            return ""
        share = _reads(part) is Reads.SHARE and part.target.sense is Sense.AT_LEAST
        return target_bar.draw(
            TargetBar(
                value=float(value),
                low=low,
                high=high,
                full=WHOLE if part.prospect.unit == "%" else None,
                is_missed_shown=share and part.reading is not None and part.reading.missed > 0,
            ),
            tone=tone,
            address=address,
        )

    def line(self, part: Part, *, tone: str, is_open: bool) -> str:
        """The year line, and the same in words for whoever does not see it; nothing where there are no months."""
        bound, fit = part.bound, fit_of(part)
        if bound is None or fit is None or not part.grown:
            return ""
        address = self._address(part) if is_open else ""
        points = []
        before = bound.days.begin
        for day, reading in part.grown:
            figure = _figure(part, bound.days, fit, reading)
            if figure is not None and bound.days.begin <= day < bound.days.end:
                words = f"{self._month(day)} {_words(figure, fit)}"
                link = f"{address}since={max(before, bound.days.begin)}&until={day}" if address else ""
                points.append(Point(day, figure, words, link))
            before = date.fromordinal(day.toordinal() + 1)
        if not points:
            return ""
        is_share = _is_share(fit)
        low, high = (WHOLE, None) if fit.mode is Mode.ALL_OF else (1.0, None) if fit.mode is Mode.SOME else bounds(part)
        drawn = year_line.draw(
            YearLine(
                begin=bound.days.begin,
                end=bound.days.end,
                today=self.day,
                points=points,
                forecast=None if part.prospect.is_final else _cone(part),
                target=low if low is not None else high,
                full=WHOLE if is_share else None,
            ),
            tone=tone,
        )
        told = escape("，".join([point.words for point in points]))
        return f'{drawn}<span class="visually-hidden">{told}</span>'

    def _address(self, part: Part) -> str:
        """The cases of the gauge over the project, up to the days that are added; empty where a scope cannot be said there."""
        bound = part.bound
        if bound is None or not bound.gauge:
            return ""
        where = bound.where
        if where.units is not None or where.contract is not None or where.subject is not None:
            return ""
        if bound.gauge not in self._gauges:
            self._gauges[bound.gauge] = reverse("casework:gauge", args=[bound.gauge])
        scope = urlencode({"project": where.project}) + "&" if where.project else ""
        return f"{self._gauges[bound.gauge]}?{self.on}{scope}"

    def _month(self, day: date) -> str:
        if day not in self._months:
            self._months[day] = month_name(day)
        return self._months[day]


def month_name(day: date) -> str:
    """3月, or March."""
    return formats.ENGLISH_MONTHS[day.month - 1][:3] if formats.is_english() else f"{day.month}月"


def bounds(part: Part) -> tuple[float | None, float | None]:
    """Between which values the part is met, in its unit; None where it is open."""
    target = part.target
    if target.kind is Kind.RANGE and target.value is not None and target.high is not None:
        return float(target.value), float(target.high)
    if part.prospect.unit == "万元" and part.against is not None and part.against.amounts:
        return None, float(part.against.total) / WAN
    if target.value is None or target.kind is Kind.RANGE:
        return None, None
    value = float(target.value)
    if target.sense is Sense.AT_LEAST:
        return value, None
    return (None, value) if target.sense is Sense.AT_MOST else (value, value)


def _reads(part: Part) -> Reads | None:
    measure = part.bound.made_of if part.bound is not None else None
    return measure.reads if measure is not None else None


def _is_share(fit: Fit) -> bool:
    return fit.mode is Mode.ALL_OF or (fit.unit == "%" and fit.reads in (Reads.SHARE, Reads.RATIO))


def _figure(part: Part, days: Days, fit: Fit, reading: Reading) -> float | None:
    """The figure of a month's end: a share for all-of, a number for at least one; of a ratio only where what it is held against stays the same."""
    match fit.mode:
        case Mode.ALL_OF:
            return None if not reading.counted else reading.met * WHOLE / reading.counted
        case Mode.SOME:
            return float(reading.met)
    if fit.reads is Reads.RATIO and not (part.against or NOTHING).amounts:
        return None
    value = figure_by(part, days, fit, reading)
    return None if value is None or isinstance(value, bool) else float(value)


def _words(figure: float, fit: Fit) -> str:
    unit = "%" if fit.mode is Mode.ALL_OF else fit.unit
    return amounts.shown(Decimal(str(round(figure, 4))), unit)


def _cone(part: Part) -> Cone | None:
    found = part.prospect.forecast
    if found is None or found.low is None or found.mid is None or found.high is None:
        return None
    return Cone(float(found.low), float(found.mid), float(found.high))
