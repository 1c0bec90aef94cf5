"""What the rules look at: each indicator with its plain forms worked out once, inside its project and its table."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.years import years_in
from shixiao.engine.plans import Indicator, Plan, Project, Unit
from shixiao.engine.sums import disagreements
from shixiao.engine.targets.reading import Kind

if TYPE_CHECKING:
    from shixiao.engine.lint.settings import Settings

# Looking a member up on its enum costs more than a rule may spend on a row.
NUMERIC, RANGE, BOOLEAN, QUALITATIVE = Kind.NUMERIC, Kind.RANGE, Kind.BOOLEAN, Kind.QUALITATIVE
DEADLINE, BUDGET_BOUND, COMPOUND, UNPARSEABLE = Kind.DEADLINE, Kind.BUDGET_BOUND, Kind.COMPOUND, Kind.UNPARSEABLE


WORDS = (QUALITATIVE, UNPARSEABLE)  # the kinds of a target made of words


class Wording(Enum):
    """What sort of words a target without a number is made of. Each is the subject of one rule."""

    REPEATS_NAME = 1
    GRADE = 2
    PROMPT = 3
    REFERENCE = 4
    CHECKABLE = 5
    VAGUE = 6


class Row:
    """One indicator. `name` and `value` are plain spellings, `stem` the name without a final bracket or stop;
    `reading` is the annual one. `wording` is None when the value is more than words."""

    __slots__ = (
        "code",
        "cycle",
        "indicator",
        "is_share",
        "kind",
        "name",
        "reading",
        "sheet",
        "stem",
        "value",
        "wording",
    )

    def __init__(self, indicator: Indicator, sheet: ProjectRows, settings: Settings) -> None:
        self.indicator, self.sheet = indicator, sheet
        self.code = indicator.code
        self.name = words.plain(indicator.name)
        self.stem = words.stem(self.name)
        self.value = words.plain(indicator.annual_wording)
        self.reading, self.cycle = indicator.annual, indicator.cycle
        self.kind = self.reading.kind
        self.is_share = words.is_share(self.stem)
        self.wording = _wording(self, settings) if _is_words(self) else None


def _is_words(row: Row) -> bool:
    return row.kind is QUALITATIVE or (row.kind is UNPARSEABLE and "outside-reference" in row.reading.unsure)


def _wording(row: Row, settings: Settings) -> Wording:
    value = row.value.rstrip("。.;；")
    if value.removesuffix("以上").removesuffix("及") in words.GRADES or "grade-scale" in row.reading.unsure:
        return Wording.GRADE
    if value == row.stem:
        return Wording.REPEATS_NAME
    if any(word in value for word in words.PROMPT_WORDS):
        return Wording.PROMPT
    if any(word in value for word in words.CHECKABLE_WORDS) or _is_all_or_standard(value):
        return Wording.CHECKABLE
    if row.kind is UNPARSEABLE:
        return Wording.REFERENCE
    if repeats(value, row.stem, settings.repeated_share):
        return Wording.REPEATS_NAME
    if any(word in value for word in words.REFERENCE_WORDS):
        return Wording.REFERENCE
    return Wording.VAGUE


def _is_all_or_standard(value: str) -> bool:
    """应保尽保, 等保三级, GB 50174-2017: words that can be checked one by one."""
    return "级" in value or ("应" in value and "尽" in value) or any(map(str.isdecimal, value))


def repeats(value: str, name: str, share: int) -> bool:
    """Whether at least `share` percent of the name's characters and half of its pairs stand in the value again, or
    one contains the other. Short names say too little to tell."""
    if len(name) < 4:
        return False
    if len(value) >= 5 and value in name:
        return True
    if sum(character in value for character in name) * 100 < share * len(name):
        return False
    pairs = [
        name[at : at + 2] for at in range(len(name) - 1)
    ]  # the same characters in another order say something else
    return sum(pair in value for pair in pairs) * 2 >= len(pairs)


class ProjectRows:
    """One project with its unit and its rows. `years` are those of its name, else of the table's title, sorted;
    empty when neither names any."""

    __slots__ = ("codes", "project", "rows", "unit", "years")

    def __init__(self, unit: Unit, project: Project, settings: Settings, years: list[int]) -> None:
        self.unit, self.project = unit, project
        self.years = (sorted(years_in(project.name)) if "20" in project.name else []) or years
        self.rows = [Row(indicator, self, settings) for indicator in project.indicators]
        self.codes = {row.code for row in self.rows}


class PlanRows:
    """One published table with the rows of all its projects."""

    __slots__ = ("disagreements", "plan", "sheets")

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan = plan
        years = sorted(years_in(plan.title)) if "20" in plan.title else []
        self.sheets = [ProjectRows(unit, project, settings, years) for unit, project in plan.projects()]
        self.disagreements = list(disagreements(plan))

    def rows(self) -> Iterator[Row]:
        """Every row of the table, in published order."""
        for sheet in self.sheets:
            yield from sheet.rows


def listed(rows: list[Row], most: int = 12) -> str:
    """The running numbers of `rows` for a sentence, cut after `most`: 9、15、28…"""
    numbers = [str(row.indicator.row) for row in rows[:most]]
    return "、".join(numbers) + ("…" if len(rows) > most else "")
