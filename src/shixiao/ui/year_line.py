"""The year line: how a figure grew over its window, with today marked and the forecast dotted to the window's end.

Drawn with attributes and classes alone. A picture with a text beside it for whoever does not see it; each point is a link of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 132, 32
TOP, BOTTOM = 3.0, 29.0
MARGIN = 1.08


class Point(NamedTuple):
    """A figure at the end of a day. `words` say it, `address` is where it opens; both may be empty."""

    day: date
    value: float
    words: str = ""
    address: str = ""


class Cone(NamedTuple):
    """Where the figure will be at the window's end: the middle and an interval around it."""

    low: float
    mid: float
    high: float


class Spot(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """Points in order of their days within the half-open window; `target` is drawn across."""

    begin: date
    end: date
    today: date
    points: Sequence[Point]
    forecast: Cone | None = None
    target: float | None = None
    full: float | None = None

    @property
    def scale(self) -> float:
        """What the whole height stands for; the line begins at nothing."""
        figures = [point.value for point in self.points]
        figures += [self.target] if self.target is not None else []
        figures += [self.forecast.high] if self.forecast is not None else []
        most = max([each for each in figures if each > 0], default=1.0)
        return max(self.full, most) if self.full is not None and self.full > 0 else most * MARGIN

    def spots(self) -> list[Spot]:
        """Where the points lie."""
        return [Spot(self.x(point.day), self.y(point.value)) for point in self.points]

    def x(self, day: date) -> float:
        """How far right the end of a day lies; days outside the window lie at its edges."""
        whole = max(1, (self.end - self.begin).days)
        return min(max(((day - self.begin).days + 1) / whole, 0.0), 1.0) * WIDTH

    def y(self, figure: float) -> float:
        """How far down a figure lies."""
        return BOTTOM - min(max(figure, 0.0) / self.scale, 1.0) * (BOTTOM - TOP)


_START = (
    f'<svg class="year-line" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'aria-hidden="true" focusable="false"><path class="yl-ground" d="M0 29H132"></path>'
)


def draw(line: YearLine, *, tone: str) -> SafeString:
    """The line as SVG; `tone` names the colour of the status. Nothing without a point."""
    if not line.points:
        return SafeString("")
    spots, pieces = line.spots(), [_START]
    if line.target is not None:
        pieces.append(f'<path class="yl-target" d="M0 {line.y(line.target):.1f}H{WIDTH}"></path>')
    last = spots[-1]
    if line.forecast is not None and last.x < WIDTH - 1:
        low, mid, high = (line.y(each) for each in line.forecast)
        pieces.append(f'<path class="yl-cone" d="M{last.x:.1f} {last.y:.1f}L{WIDTH} {high:.1f}V{low:.1f}Z"></path>')
        pieces.append(f'<path class="yl-forecast" d="M{last.x:.1f} {last.y:.1f}L{WIDTH} {mid:.1f}"></path>')
    if line.begin <= line.today < line.end:
        pieces.append(f'<path class="yl-today" d="M{line.x(line.today):.1f} 0V{HEIGHT}"></path>')
    path = "L".join([f"{spot.x:.1f} {spot.y:.1f}" for spot in spots])
    pieces.append(f'<path class="yl-line stroke-{tone}" d="M{path}"></path>' if len(spots) > 1 else "")
    pieces.append(f'<circle class="fill-{tone}" cx="{last.x:.1f}" cy="{last.y:.1f}" r="2.2"></circle>')
    pieces += _links(line, spots)
    pieces.append("</svg>")
    return mark_safe("".join(pieces))  # noqa: S308 — numbers, our own words, and texts that are escaped


def _links(line: YearLine, spots: Sequence[Spot]) -> list[str]:
    """From the point before to each point: a strip that opens what came in between."""
    found, before = [], 0.0
    for point, spot in zip(line.points, spots, strict=True):
        if point.address and spot.x > before:
            found.append(
                f'<a href="{escape(point.address)}" tabindex="-1"><rect class="yl-strip" x="{before:.1f}" y="0" '
                f'width="{spot.x - before:.1f}" height="{HEIGHT}"><title>{escape(point.words)}</title></rect></a>'
            )
        before = max(before, spot.x)
    return found
