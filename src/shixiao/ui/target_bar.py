"""The target bar: a reading against its target on one line, with the side that passes shaded and the target marked.

Drawn with attributes and classes alone, since pages allow no inline style. Only a picture: the reading and the room that is left stand beside
it in words.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 120, 20
MARGIN = 1.15  # of the largest figure, where the scale has no end of its own
THINNEST = 1.5  # what is there is seen, however little


class Stretch(NamedTuple):
    """From where, and how far, in pixels."""

    x: float
    width: float

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.x + self.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Where everything lies on the 120 pixels. `missed` begins where the bar ends and goes to the end of the scale."""

    bar: Stretch
    passing: Stretch | None
    marks: tuple[float, ...]
    missed: Stretch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetBar:
    """A value between `low` and `high`, either of which may be open. `full` is the end of the scale, where it has one (100 for a share);
    `missed` says that what is missing up to there was missed, and not only not reached."""

    value: float
    low: float | None = None
    high: float | None = None
    full: float | None = None
    is_missed_shown: bool = False

    @property
    def scale(self) -> float:
        """What the whole width stands for: always more than nothing, never less than what is drawn."""
        known = [each for each in (self.value, self.low, self.high) if each is not None and each > 0]
        most = max(known, default=1.0)
        return max(self.full, most) if self.full is not None and self.full > 0 else most * MARGIN

    def geometry(self) -> Geometry:
        """Where it is drawn. A value below nothing has no bar."""
        bar = Stretch(0.0, self._at(self.value))
        if self.value > 0:
            bar = Stretch(0.0, max(bar.width, THINNEST))
        low, high = (None if each is None else self._at(each) for each in (self.low, self.high))
        missed = None
        if self.is_missed_shown and self.full is not None and self.value < self.full:
            begin = min(bar.width, WIDTH - THINNEST)
            bar, missed = Stretch(0.0, begin), Stretch(begin, WIDTH - begin)
        marks = tuple(dict.fromkeys(each for each in (low, high) if each is not None))
        passing = None
        if marks:
            begin, end = low if low is not None else 0.0, high if high is not None else float(WIDTH)
            passing = Stretch(begin, max(0.0, end - begin))
        return Geometry(bar=bar, passing=passing, marks=marks, missed=missed)

    def _at(self, figure: float) -> float:
        return min(max(figure, 0.0) / self.scale, 1.0) * WIDTH


_START = (
    f'<svg class="target-bar" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'aria-hidden="true" focusable="false">'
)


def draw(bar: TargetBar, *, tone: str, address: str = "") -> SafeString:
    """The bar as SVG; `tone` names the colour of the status. `address` makes all of it a link."""
    found, pieces = bar.geometry(), [_START]
    if found.passing is not None:
        pieces.append(_rect("tb-passing", found.passing, 0, HEIGHT))
    pieces.append(_rect(f"tb-bar fill-{tone}", found.bar, 6, 8))
    if found.missed is not None:
        pieces.append(_rect("tb-missed", found.missed, 6, 8))
    for at in found.marks:
        x = min(max(at, 1.0), WIDTH - 1.0)
        pieces.append(f'<path class="tb-mark" d="M{x:.1f} 1v18"></path>')
    pieces.append("</svg>")
    drawn = "".join(pieces)
    if address:
        drawn = f'<a class="picture" href="{escape(address)}" tabindex="-1" aria-hidden="true">{drawn}</a>'
    return mark_safe(drawn)  # noqa: S308 — numbers, our own words, and an address that is escaped


def _rect(kind: str, stretch: Stretch, y: int, height: int) -> str:
    return f'<rect class="{kind}" x="{stretch.x:.1f}" y="{y}" width="{stretch.width:.1f}" height="{height}"></rect>'
