"""Lines of the board: a gauge with its reading, or a rate across two measures, which has no facts of its own and opens to both."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.standing import Standing, Watch
from shixiao.engine.measures import CATALOGUE, Ratio, RatioReading, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One gauge, what it says, and how that stands. `watch`: the nil returns, where there is a measure of them."""

    gauge: Named
    reading: Reading
    standing: Standing
    watch: Watch | None = None

    @property
    def office(self) -> str:
        """The office that has it."""
        return self.gauge.measure.office

    @property
    def group(self) -> str:
        """The register in which it stands."""
        return self.gauge.group


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioLine:
    """A ratio over the scope and window of its two lines."""

    ratio: Ratio
    numerator: Line
    denominator: Line

    @property
    def office(self) -> str:
        """The office that has it."""
        return self.ratio.office

    @property
    def group(self) -> str:
        """The register in which both stand."""
        return self.numerator.group if self.numerator.group == self.denominator.group else ""

    @property
    def value(self) -> Fraction | None:
        """One by the other; None where the denominator is nothing or none."""
        above, below = (
            None if (value := line.reading.value(line.gauge.reads)) is None else Fraction(value)
            for line in (self.numerator, self.denominator)
        )
        return RatioReading(above, below).value

    @property
    def standing(self) -> Standing:
        """A value where there is one; hidden where one of its parts is."""
        both = (self.numerator, self.denominator)
        if any(line.standing is Standing.HIDDEN for line in both):
            return Standing.HIDDEN
        if self.value is not None:
            return Standing.VALUE
        return Standing.UNDECIDED if any(line.reading.cases for line in both) else Standing.NO_EVIDENCE


def ratios_of(lines: Sequence[Line]) -> list[RatioLine]:
    """Every ratio of which both measures are in use with the same parameters."""
    by_measure: dict[str, list[Line]] = {}
    for line in lines:
        by_measure.setdefault(line.gauge.measure.name, []).append(line)
    return [
        RatioLine(ratio=ratio, numerator=above, denominator=below)
        for ratio in CATALOGUE.values()
        if isinstance(ratio, Ratio)
        for above in by_measure.get(ratio.numerator, ())
        for below in by_measure.get(ratio.denominator, ())
        if _is_about_the_same(above, below)
    ]


def _is_about_the_same(one: Line, other: Line) -> bool:
    shared = set(one.gauge.parameters) & set(other.gauge.parameters)
    return all(one.gauge.parameters[name] == other.gauge.parameters[name] for name in shared)
