"""What a rule says of a place in a plan."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.plans import NOWHERE, Place


class Severity(str, Enum):
    """An error is what the file alone proves wrong; a warning wants a person; a hint is for improvement."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Suggestion(NamedTuple):
    """A repair that can be applied as it stands: put `text` into `field` of the finding's row.

    `field` is the name of an `Indicator` attribute (annual_wording, cycle_wording, name, level2), or of
    `funds` for sums."""

    field: str
    text: str


class Finding(NamedTuple):
    """One finding. `row` is the running number of the indicator in the file, None for a project or plan."""

    rule: str
    severity: Severity
    text: Text
    row: int | None = None
    unit: str | None = None
    project: str | None = None
    indicator: str | None = None
    suggestion: Suggestion | None = None
    place: Place = NOWHERE
