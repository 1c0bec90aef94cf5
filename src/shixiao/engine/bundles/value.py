"""What is published, as one frozen value. Whoever approved it fills it; nothing here asks where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from shixiao.engine import measures
from shixiao.engine.bilingual import Text
from shixiao.engine.bundles.records import Record
from shixiao.engine.plans import Funds


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A reading as it was frozen, with the records that it is the sum of; None where they are not public."""

    reading: measures.Reading
    records: tuple[Record, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How one condition is measured. `readings` are one, or one for each topic that is counted apart (the smallest counts); `against` is the
    second figure: the denominator of a ratio, or the approved budget. `mode`, `reads` and `factor` are those of `prospects.Fit`."""

    measure: Text
    mode: str
    reads: str
    factor: Fraction
    readings: tuple[Read, ...]
    against: Read | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An indicator as published. `parts` has the evidence of each condition, None where nothing measures it. `is_restricted`: some of it
    comes from a restricted register, so that no more than a verdict or a ratio leaves the office; `counted` is how many cases that was."""

    row: int
    number: int | None
    code: str
    level1: str
    level2: str
    name: str
    cycle_wording: str
    annual_wording: str
    parts: tuple[Evidence | None, ...]
    is_restricted: bool = False
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project with its score: `sheet`, `profile` and `score` as `engine.scoring` writes them, as they were frozen and approved."""

    unit: int
    name: str
    objective: str
    funds: Funds
    rows: tuple[Row, ...]
    sheet: Mapping[str, Any]
    profile: Mapping[str, Any]
    score: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """A spending unit with its subtotal, None where the table printed none."""

    name: str
    funds: Funds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyReview:
    """保密审查: when, and with what result. Who did it is known to the office and never public."""

    on: date
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """A figure that is known better than it was frozen: both stay."""

    row: int
    part: int
    published: str
    known: str
    causes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One publication of one plan: `office` is the word in its address, `number` counts the publications of that office's year, `replaces`
    is the address of the one before."""

    year: int
    office: str
    number: int
    title: str
    department: str
    as_of: date
    published_on: date
    secrecy: SecrecyReview
    funds: Funds | None
    units: tuple[Unit, ...]
    projects: tuple[Project, ...]
    plan_hash: str
    restatements: tuple[Restatement, ...] = ()
    is_simulated: bool = False
    replaces: str | None = None
    software: str = ""

    @property
    def address(self) -> str:
        """Where it is cited: year, office, version."""
        return f"{self.year}/{self.office}/{self.number}"
