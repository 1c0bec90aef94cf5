"""Statistics for programs and spreadsheets: the same figures as the page shows. Where there is nothing to say there is null, or an empty cell."""

import csv
import io
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shixiao.casework import simulated
from shixiao.offices.supervision.statistics.figures import FIGURES, Line
from shixiao.offices.supervision.statistics.reading import ASPECTS, Row, Statistics
from shixiao.offices.supervision.statistics.showing import by_age
from shixiao.people.wordings import said

SCHEMA = "urn:shixiao:schema:supervision-statistics:1"
Json = dict[str, Any]
_MARK = "\ufeff"  # without it Excel takes UTF-8 for GBK
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(told: Statistics) -> Json:
    """The object that the interface describes."""
    return {
        "schema": SCHEMA,
        "period": told.period.written,
        "title": said(told.period.title),
        "since": told.period.days.begin.isoformat(),
        "until": told.period.last.isoformat(),
        "by": told.by,
        "day": told.day.isoformat(),
        "as_of": None if told.as_of is None else told.as_of.isoformat(),
        "is_live": told.as_of is None,
        "is_everywhere": told.is_everywhere,
        "simulated": simulated.is_simulated(),
        "figures": [{"code": each.code, "title": said(each.title), "measure": each.measure} for each in FIGURES],
        "total": _line(told.total),
        "rows": [_row(row) for row in told.rows],
        "months": [_row(row) for row in told.months],
    }


def _row(row: Row) -> Json:
    return {"value": row.value, "name": row.name, **_line(row.line)}


def _line(line: Line) -> Json:
    found = line.interval
    return {
        **{figure.code: _plain(line.value(figure.code)) for figure in FIGURES},
        "in_time_counted": line.rate.counted,
        "in_time_low": None if found is None else round(found.low, 1),
        "in_time_high": None if found is None else round(found.high, 1),
        "is_of_few": line.is_of_few,
        "in_hand_by_age": by_age(line.ages),
        "overdue_by_age": by_age(line.late_ages),
    }


def _plain(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def as_csv(told: Statistics) -> str:
    """A line for each value and one for all."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    now = _("（现在）")
    heads = [f"{said(each.title)}{now if each.stands else ''}" for each in FIGURES]
    writer.writerow([said(ASPECTS[told.by]), *heads, _("按期率的件数"), _("按期率下限%"), _("按期率上限%")])
    for row in (*told.rows, Row("", _("合计"), told.total)):
        found = row.line.interval
        sure = ["", ""] if found is None else [f"{found.low:.1f}", f"{found.high:.1f}"]
        figures = [_cell(row.line.value(each.code)) for each in FIGURES]
        writer.writerow([_safe(row.name), *figures, str(row.line.rate.counted), *sure])
    return _MARK + file.getvalue()


def _cell(value: Decimal | int | None) -> str:
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    """A name as a spreadsheet program takes for no formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text
