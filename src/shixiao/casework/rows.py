"""A case as a row of a list: everything in words already, so that a template only puts it down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import IntegerField, Model
from django.urls import reverse
from django.utils.safestring import SafeString

from shixiao.casework import listing, offices
from shixiao.casework.models import Case
from shixiao.casework.money import MoneyField
from shixiao.casework.templatetags.casework import last_moment, limit_mark, words
from shixiao.people.wordings import said
from shixiao.ui import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of the office's own row. `is_number`: it stands at the right."""

    title: str
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table, one card on a phone."""

    id: int
    address: str
    number: str
    title: str
    kind: str
    state: str
    is_end: bool
    is_urgent: str
    mark: SafeString | str
    limit: str
    unit: str
    project: str
    lead: str
    opened: str
    cells: tuple[Cell, ...]


def rows_of(cases: Sequence[Case], *, now: datetime, details: Mapping[int, Model] | None = None) -> list[Row]:
    """The cases in words, in their order. No statement: what they name was read with them."""
    start = reverse("casework:case", args=(0,)).rsplit("0", 1)[0]
    return [_row(case, details, start=start, now=now) for case in cases if offices.is_known(case.kind)]


def _row(case: Case, details: Mapping[int, Model] | None, *, start: str, now: datetime) -> Row:
    table = offices.table_of(case.kind)
    state = table.state(case.state)
    return Row(
        id=case.pk,
        address=f"{start}{case.pk}/",
        number=case.number,
        title=case.title,
        kind=said(table.title),
        state=said(state.title),
        is_end=state.is_end,
        is_urgent="" if case.urgency == "normal" else str(case.get_urgency_display()),
        mark="" if case.limit_at is None else limit_mark(case.limit_at, now),
        limit="" if case.limit_at is None else last_moment(case.limit_at),
        unit=str(case.unit),
        project=case.project.name if case.project else "",
        lead=case.lead.display_name if case.lead else "",
        opened=formats.day(case.opened_at),
        cells=() if details is None else tuple(cells_of(case.kind, details.get(case.pk))),
    )


def heads_of(kind: str) -> list[Cell]:
    """The heads of the office's columns."""
    return [
        Cell(
            title=words(offices.title_of(kind, field)), text="", is_number=isinstance(field, (MoneyField, IntegerField))
        )
        for field in listing.columns_of(kind)
    ]


def cells_of(kind: str, detail: Model | None) -> Iterable[Cell]:
    """The columns that the office shows in lists."""
    for field in listing.columns_of(kind):
        value: Any = getattr(detail, field.name) if detail is not None else None
        is_number = isinstance(value, (Decimal, int)) and not isinstance(value, bool)
        yield Cell(title=words(offices.title_of(kind, field)), text=_worded(field, value, detail), is_number=is_number)


def _worded(field: Any, value: Any, detail: Model | None) -> str:
    if value is None:
        return ""
    if isinstance(field, MoneyField):
        return f"{value:,.2f}"
    if field.choices:
        return str(getattr(detail, f"get_{field.name}_display")())
    return formats.instant(value) if isinstance(value, datetime) else str(value)
