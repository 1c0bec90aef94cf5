"""What came of looking at one file, and how often things came of many."""

from __future__ import annotations

from decimal import Decimal

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import NOWHERE, Place, Repair

# Repairs after which something of the file is missing from what was checked. "Clean" would be untrue then.
LOST = frozenset(
    {
        "cut_character",
        "funds_ambiguous",
        "funds_not_number",
        "indicators_not_read",
        "line_left_out",
        "money_unit_unknown",
        "row_cut_off",
        "text_before_indicators",
        "text_cut_off",
        "unclosed_quote",
    }
)


class Report:
    """One file: either `document` with what was found in it, or `error` (and then nothing else)."""

    __slots__ = ("document", "error", "error_code", "findings", "mending", "path", "place", "suppressed", "text_lines")

    def __init__(self, path: str) -> None:
        self.path = path
        self.document: tables.Document | None = None
        self.findings: tuple[lint.Finding, ...] = ()
        self.suppressed: tuple[lint.Suppressed, ...] = ()
        self.error: Text | None = None
        self.error_code = ""
        self.place: Place = NOWHERE
        self.mending: Mending | None = None
        self.text_lines: list[str] | None = None

    def failed(self, code: str, text: Text, place: Place = NOWHERE) -> Report:
        """The same report saying that the file could not be read."""
        self.error_code, self.error, self.place = code, text, place
        return self

    @property
    def defects(self) -> tuple[Repair, ...]:
        """What could not be mended, so that a person has to look."""
        return tuple(each for each in self.document.repairs if each.defect) if self.document else ()


class Change:
    """One cell of the copy that is not as it was published."""

    __slots__ = ("before", "row", "rule", "suggestion")

    def __init__(self, rule: str, row: int, suggestion: lint.Suggestion, before: str) -> None:
        self.rule, self.row, self.suggestion, self.before = rule, row, suggestion, before


class Mending:
    """What --fix did to one file: where the copy is, what was changed, and what was left and why."""

    __slots__ = ("applied", "failure", "left", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.applied: list[Change] = []
        self.left: list[tuple[lint.Finding, Text]] = []  # with the reason
        self.failure: Text | None = None

    @property
    def is_written(self) -> bool:
        """Whether there is a copy now."""
        return bool(self.applied) and self.failure is None


class Totals:
    """What a file holds, all its tables together. `funds` is in 万元, None when no amount can be read."""

    __slots__ = ("funds", "indicators", "projects", "units")

    def __init__(self, document: tables.Document) -> None:
        each = [tables.totals(plan) for plan in document.plans]
        self.units = sum(totals.units for totals in each)
        self.projects = sum(totals.projects for totals in each)
        self.indicators = sum(totals.indicators for totals in each)
        known = [totals.funds for totals in each if totals.funds is not None]
        self.funds: Decimal | None = sum(known, Decimal()) if known else None


class Tally:
    """Counts over many files; tallies of different processes add up."""

    __slots__ = (
        "errors", "files", "hints", "indicators", "lost", "mended", "projects", "repairs", "suppressed", "units",
        "unmended", "unreadable", "warnings",
    )  # fmt: skip

    def __init__(self) -> None:
        for name in self.__slots__:
            setattr(self, name, 0)

    files: int
    unreadable: int
    units: int
    projects: int
    indicators: int
    errors: int
    warnings: int
    hints: int
    suppressed: int
    repairs: int
    lost: int
    mended: int
    unmended: int

    def add(self, other: Tally) -> None:
        """Count everything that `other` counted, too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
