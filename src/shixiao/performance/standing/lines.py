"""The rows of a version as a board reads them."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from shixiao.engine import targets
from shixiao.performance import rows as plan_rows
from shixiao.performance.models import Correction, Indicator, PlanVersion
from shixiao.performance.remembering import Memory
from shixiao.performance.standing.model import Place


class Line(NamedTuple):
    """A row as it was read from the database."""

    id: int
    row: int
    code: str
    level2: str
    name: str
    wording: str
    target: targets.Reading
    place: Place


@lru_cache(maxsize=4000)
def _read(stored: str) -> targets.Reading:
    """A stored reading: the same text says the same."""
    return targets.from_json(json.loads(stored))


def lines_of(version: PlanVersion, only: Iterable[int] | None) -> list[Line]:
    """The rows of a version, or those with these running numbers; one statement, and one for corrections where there are any."""
    chosen = Indicator.objects.filter(version=version).order_by("row")
    if only is not None:
        chosen = chosen.filter(row__in=list(only))
    rows = chosen.values_list(
        "id",
        "row",
        "code",
        "level2",
        "name",
        "annual_wording",
        Cast("annual_reading", TextField()),
        "understanding__is_corrected",
        "project__unit_id",
        "project__unit__position",
        "project__unit__name",
        "project_id",
        "project__position",
        "project__name",
    )
    listed: list[tuple[Any, ...]] = list(rows)
    corrected = plan_rows.newest_corrections(version) if any(each[7] for each in listed) else {}
    return [_kept(each, corrected.get((each[0], "annual"))) for each in listed]


def line_of(indicator: Indicator) -> Line:
    """The same of a row that is at hand with its project, its unit and its understanding; a statement only where it was corrected."""
    project, is_corrected = indicator.project, indicator.understanding.is_corrected
    named = (indicator.id, indicator.row, indicator.code, indicator.level2, indicator.name, indicator.annual_wording)
    place = (project.unit_id, project.unit.position, project.unit.name, project.id, project.position, project.name)
    corrected = plan_rows.newest_corrections(indicator.version) if is_corrected else {}
    stored = (*named, json.dumps(indicator.annual_reading), is_corrected, *place)
    return _kept(stored, corrected.get((indicator.id, "annual")))


_LINES: Memory[Line] = Memory()


def _kept(stored: tuple[Any, ...], newest: Correction | None) -> Line:
    reading = json.dumps(newest.reading) if newest else stored[6]
    return _LINES.by_value((stored, reading), lambda: _line(stored, reading))


def _line(stored: tuple[Any, ...], reading: str) -> Line:
    id_, row, code, level2, name, wording = stored[:6]
    return Line(id_, row, code, level2, name, wording, _read(reading), Place(*stored[8:]))
