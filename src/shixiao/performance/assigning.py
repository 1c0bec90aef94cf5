"""The page on which a person says what the columns of a table hold."""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from shixiao import tables
from shixiao.engine.plans import Place
from shixiao.performance import intake, wordings
from shixiao.performance.models import Upload
from shixiao.performance.originals import title_of
from shixiao.tables.assignments import MOST_COLUMNS, Assignment, Field
from shixiao.tables.columns import Columns, columns_of

# What is wrong with a file of which a person could say what its columns hold.
EXPLAINABLE = ("no_table", "missing_columns", "no_rows")
TABLES_SHOWN = 12
CELL_LENGTH = 60


class Choice(NamedTuple):
    """One of the fields a column can hold."""

    value: str
    label: str
    is_chosen: bool


class Line(NamedTuple):
    """A row of the table as it stands."""

    number: int
    cells: list[str]
    is_header: bool


@dataclass(frozen=True)
class Shown:
    """A table with the choices for each column."""

    grid: int
    title: str
    columns: list[list[Choice]]
    lines: list[Line]
    is_posted: bool


def shown(upload: Upload, posted: QueryDict) -> list[Shown]:
    """The tables of the file, with what is known, guessed, or was just chosen."""
    try:
        sheets = tables.sheets(bytes(upload.content))
    except tables.Unreadable:
        return []
    listed = columns_of(sheets, _known(upload))[:TABLES_SHOWN]
    return [_shown(each, posted if posted.get("grid") == str(each.grid) else None) for each in listed]


def _known(upload: Upload) -> tuple[Assignment, ...]:
    """How the columns are taken now."""
    given = intake.assignments_of(upload)
    if given:
        return given
    try:
        return intake.document_of(upload).assignments
    except tables.Unreadable:
        return ()


def _shown(columns: Columns, posted: QueryDict | None) -> Shown:
    fields = [field.value for field in columns.fields]
    line = columns.line
    if posted is not None:
        fields = [posted.get(f"c{number}", field) for number, field in enumerate(fields)]
        line = _number(posted.get("line", "")) or line
    place = Place(sheet=columns.sheet, page=columns.page, table=columns.table)
    return Shown(
        grid=columns.grid,
        title=title_of(place),
        columns=[_choices(field) for field in fields],
        lines=[Line(number, [_cut(cell) for cell in cells], number == line) for number, cells in columns.rows],
        is_posted=posted is not None,
    )


def _choices(chosen: str) -> list[Choice]:
    return [Choice(field.value, wordings.said(field.label), field.value == chosen) for field in Field]


def _cut(text: str) -> str:
    return text if len(text) <= CELL_LENGTH else text[:CELL_LENGTH] + "…"


def taken(document: tables.Document) -> list[tuple[str, str]]:
    """What the columns of the first table were taken for, those with words above them."""
    first = document.assignments[0] if document.assignments else Assignment(0, 0, ())
    return [
        (label, wordings.said(field.label))
        for label, field in zip(first.labels, first.columns, strict=False)
        if label and field is not Field.IGNORED
    ]


def from_post(posted: QueryDict) -> Assignment:
    """What was chosen. Raises ValueError for what no such page sends."""
    columns = []
    for number in range(MOST_COLUMNS):
        if f"c{number}" not in posted:
            break
        columns.append(Field(posted[f"c{number}"]))
    return Assignment(_number(posted.get("grid", "")), _number(posted.get("line", "")), tuple(columns))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def sentence(refused: ValueError | tables.Unreadable) -> str:
    """Why nothing can be read so, and what to do."""
    sentences = {
        "name": _("请指出哪一列是指标名称（三级指标）。"),
        "value": _("请指出哪一列是指标值：年度指标值、实施周期指标值或实际完成值。"),
        "line": _("请指出哪一行是表头。"),
    }
    return sentences.get(str(refused), _("没有认出所选的内容，请重新选择。"))
