"""A step table as a drawing: states below each other, steps as numbered arrows. Pure, and narrow enough for a phone.

The numbers are those of the table of steps beside it, which says in words all that the drawing shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from shixiao.casework.steps import Steps

BOX_WIDTH, BOX_HEIGHT, GAP, LANE, EDGE = 150, 36, 34, 26, 14
TOP = 52
_STROKE = 'fill="none" stroke="currentColor" stroke-width="1.25"'


@dataclass(frozen=True, slots=True)
class Arrow:
    """Steps of one number from some states to one. A source of -1 is the beginning."""

    number: int
    sources: tuple[int, ...]
    target: int

    @property
    def span(self) -> tuple[int, int]:
        """The places it passes, from the highest to the lowest."""
        return min(*self.sources, self.target), max(*self.sources, self.target)


def numbered(table: Steps) -> dict[str, int]:
    """The number of each step, by name."""
    return {step.name: number for number, step in enumerate(table.steps, 1)}


def svg(table: Steps, *, language: str, is_alone: bool = False) -> str:
    """The drawing. `is_alone`: for a file of its own, with a white ground."""
    drawing = _Drawing(table, language)
    ground = f'<rect width="{drawing.width}" height="{drawing.height}" fill="#fff"/>' if is_alone else ""
    name = table.kind.replace(".", "-")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'width="{drawing.width}" height="{drawing.height}" role="img" '
        f'aria-labelledby="{name}-title {name}-text" class="step-diagram">'
    )
    words = (
        f'<title id="{name}-title">{escape(table.title.in_(language))}</title>'
        f'<desc id="{name}-text">{escape(sentence(table, language))}</desc>'
    )
    return "\n".join([head + words + ground, *drawing.parts(), "</svg>"])


def sentence(table: Steps, language: str) -> str:
    """What the drawing shows, in words."""
    titles = {state.name: state.title.in_(language) for state in table.states}
    start = "开始" if not language.startswith("en") else "start"
    parts = []
    for number, step in enumerate(table.steps, 1):
        sources = "/".join(titles[name] for name in step.after) or start
        target = titles[step.to] if step.to else sources
        parts.append(f"{number} {step.title.in_(language)}: {sources} → {target}")
    return "; ".join(parts)


def arrows(table: Steps) -> list[Arrow]:
    """Every step as one arrow for each direction: down, up, or staying where it is."""
    place = {state.name: number for number, state in enumerate(table.states)}
    found = []
    for number, step in enumerate(table.steps, 1):
        sources = tuple(place[name] for name in step.after) or (-1,)
        if step.to is None:
            found += [Arrow(number, (source,), source) for source in sources]
            continue
        target = place[step.to]
        groups = (
            tuple(source for source in sources if source < target),
            tuple(source for source in sources if source > target),
            tuple(source for source in sources if source == target),
        )
        found += [Arrow(number, group, target) for group in groups if group]
    return found


class _Drawing:
    """Where everything goes. Steps to the next state run between the boxes, others beside them."""

    def __init__(self, table: Steps, language: str) -> None:
        self.table, self.language = table, language
        every = arrows(table)
        self.short = [each for each in every if _is_short(each)]
        self.staying = [each for each in every if each.sources == (each.target,)]
        beside = [each for each in every if each not in self.short and each not in self.staying]
        self.right = _lanes([each for each in beside if each.target >= max(each.sources)])
        self.left = _lanes([each for each in beside if each.target < max(each.sources)])
        loops = LANE + 6 if self.staying else 0
        self.box_x = EDGE + LANE * len(self.left) + (loops if self.left or self.staying else 0)
        self.width = self.box_x + BOX_WIDTH + LANE * (len(self.right) or 0) + EDGE + 8
        self.height = TOP + len(table.states) * (BOX_HEIGHT + GAP) - GAP + EDGE
        self.loops = loops
        self.used: dict[tuple[int, str], int] = {}

    def parts(self) -> list[str]:
        """The elements, lines first, numbers above them."""
        lines: list[str] = []
        labels: list[str] = []
        for arrow in self.short:
            self._down(arrow, lines, labels)
        for side, lanes in (("right", self.right), ("left", self.left)):
            for lane, several in enumerate(lanes):
                for arrow in several:
                    self._beside(arrow, side, lane, lines, labels)
        for arrow in self.staying:
            self._loop(arrow, lines, labels)
        return [*lines, *self._boxes(), *labels]

    def _y(self, place: int) -> float:
        """The upper edge of a box; the beginning stands above all."""
        return TOP + place * (BOX_HEIGHT + GAP) if place >= 0 else 6

    def _boxes(self) -> list[str]:
        middle = self.box_x + BOX_WIDTH / 2
        found = [f'<circle cx="{middle:g}" cy="9" r="5" fill="currentColor"/>']
        for place, state in enumerate(self.table.states):
            y = self._y(place)
            width = 'stroke-width="2.5"' if state.is_end else 'stroke-width="1.25"'
            title = state.title.in_(self.language)
            size = 14 if _breadth(title) <= BOX_WIDTH - 12 else 14 * (BOX_WIDTH - 12) / _breadth(title)
            found.append(
                f'<rect x="{self.box_x:g}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="4" fill="none" '
                f'stroke="currentColor" {width}/><text x="{middle:g}" y="{y + 23:g}" text-anchor="middle" '
                f'font-size="{size:.1f}" fill="currentColor">{escape(title)}</text>'
            )
        return found

    def _down(self, arrow: Arrow, lines: list[str], labels: list[str]) -> None:
        """To the next box, between the two; several stand beside each other."""
        many = [each for each in self.short if each.target == arrow.target]
        x = self.box_x + BOX_WIDTH * (many.index(arrow) + 1) / (len(many) + 1)
        if arrow.sources == (-1,):
            x = self.box_x + BOX_WIDTH / 2 if len(many) == 1 else x
        top = self._y(arrow.sources[0]) + (BOX_HEIGHT if arrow.sources[0] >= 0 else 8)
        bottom = self._y(arrow.target)
        lines.append(f'<path d="M{x:g} {top:g}V{bottom:g}" {_STROKE}/>{_head(x, bottom, "down")}')
        labels.append(_number(x, (top + bottom) / 2 - 3, arrow.number))

    def _beside(self, arrow: Arrow, side: str, lane: int, lines: list[str], labels: list[str]) -> None:
        """Out of its boxes, along a lane, and into its target."""
        edge = self.box_x + BOX_WIDTH if side == "right" else self.box_x
        away = 1 if side == "right" else -1
        start = self.loops if side == "left" else 0
        x = edge + away * (start + LANE * (lane + 1) - 4)
        ends = []
        for source in arrow.sources:
            y = self._port(source, side) if source >= 0 else 9
            begin = edge if source >= 0 else self.box_x + BOX_WIDTH / 2
            ends.append(y)
            lines.append(f'<path d="M{begin:g} {y:g}H{x:g}" {_STROKE}/>')
        into = self._port(arrow.target, side)
        lines.append(f'<path d="M{x:g} {ends[0]:g}V{into:g}H{edge:g}" {_STROKE}/>')
        lines.append(f'<path d="M{x:g} {min(*ends, into):g}V{max(*ends, into):g}" {_STROKE}/>')
        lines.append(_head(edge, into, "left" if side == "right" else "right"))
        nearest = min(ends, key=lambda y: abs(y - into))
        part = 1 / 3 if len(arrow.sources) == 1 else 1 / 2  # nearer to where it comes from, out of the way of crossings
        labels.append(_number(x, nearest + (into - nearest) * part, arrow.number))

    def _loop(self, arrow: Arrow, lines: list[str], labels: list[str]) -> None:
        """It stays where it is."""
        y = self._y(arrow.target) + 17 + 4 * self.used.get((arrow.target, "loop"), 0)
        self.used[arrow.target, "loop"] = self.used.get((arrow.target, "loop"), 0) + 1
        x = self.box_x
        lines.append(f'<path d="M{x:g} {y:g}h-14v14h14" {_STROKE}/>{_head(x, y + 14, "right")}')
        labels.append(_number(x - 16, y + 7, arrow.number))

    def _port(self, place: int, side: str) -> float:
        """Where on the side of a box: one below the other."""
        used = self.used.get((place, side), 0)
        self.used[place, side] = used + 1
        return self._y(place) + 6 + (used * 7) % (BOX_HEIGHT - 8)


def _is_short(arrow: Arrow) -> bool:
    return len(arrow.sources) == 1 and arrow.target == arrow.sources[0] + 1


def _lanes(several: Sequence[Arrow]) -> list[list[Arrow]]:
    """Arrows that pass the same places run in different lanes; the shortest are nearest to the boxes."""
    lanes: list[list[Arrow]] = []
    for arrow in sorted(several, key=lambda each: (each.span[1] - each.span[0], each.span)):
        top, bottom = arrow.span
        free = next((lane for lane in lanes if all(bottom < o.span[0] or o.span[1] < top for o in lane)), None)
        if free is None:
            lanes.append([arrow])
        else:
            free.append(arrow)
    return lanes


def _head(x: float, y: float, to: str) -> str:
    points = {
        "down": f"{x:g},{y:g} {x - 4:g},{y - 8:g} {x + 4:g},{y - 8:g}",
        "left": f"{x:g},{y:g} {x + 8:g},{y - 4:g} {x + 8:g},{y + 4:g}",
        "right": f"{x:g},{y:g} {x - 8:g},{y - 4:g} {x - 8:g},{y + 4:g}",
    }
    return f'<polygon points="{points[to]}" fill="currentColor"/>'


def _number(x: float, y: float, number: int) -> str:
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="9" class="step-number" fill="#fff" stroke="currentColor" stroke-width="1"/>'
        f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle" font-size="11" class="step-number" fill="#111">{number}</text>'
    )


def _breadth(text: str) -> float:
    return sum(14 if ord(letter) > 0x2E80 else 7.6 for letter in text)
