"""A list as a file for a spreadsheet program."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from shixiao import ledger
from shixiao.casework import listing, offices, simulated, things
from shixiao.casework.deadlines import last_moment
from shixiao.casework.events import LIST_EXPORTED
from shixiao.casework.evidence import scoping
from shixiao.casework.filters import CLOSED, ME, NO_LIMIT, NOBODY, OPEN, OVERDUE, SOON, Filters
from shixiao.casework.models import Case, Project, Urgency
from shixiao.casework.money import MoneyField
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Steps
from shixiao.casework.templatetags.casework import words
from shixiao.engine.bilingual import Text
from shixiao.ledger import Reference
from shixiao.people.models import User
from shixiao.people.wordings import said
from shixiao.ui import formats

MOST = 100_000
AT_ONCE = 1_000
_INSTANT, _YUAN = "yyyy-mm-dd hh:mm", "#,##0.00"


def export(table: Steps, filters: Filters, *, by: User, now: datetime) -> tuple[IO[bytes], int]:
    """The cases that the view shows to `by`, as XLSX in a temporary file, and how many. It leaves an event.

    Raises `Refused` for more than 100,000, and then nothing is written.
    """
    seen = listing.sight(table, by=by, now=now)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("列表"))
    columns = listing.columns_of(table.kind)
    for line in _head(table, filters, by=by, now=now):
        sheet.append([cell(sheet, line)])
    sheet.append(
        [
            cell(sheet, title)
            for title in [*_titles(), *(words(offices.title_of(table.kind, field)) for field in columns)]
        ]
    )
    count = 0
    for case, detail in _cases(table, filters, seen=seen, by=by, now=now):
        count += 1
        if count > MOST:
            text = Text(
                "超过 100,000 件，请缩小筛选范围后再导出。", "More than 100,000 cases: narrow the filter first."
            )
            raise Refused(text, reason=Reason.INVALID)
        own = [_own(field, detail) for field in columns]
        sheet.append([cell(sheet, value) for value in [*_values(table, case), *own]])
    note(table.kind, count, by=by, now=now)
    return saved(book), count


def note(kind: str, count: int, *, by: User, now: datetime) -> None:
    """The event that a list was taken away as a file."""
    with transaction.atomic():
        subject = Reference("casework.list", kind)
        ledger.record(LIST_EXPORTED, subject=subject, by=by, now=now, particulars={"kind": kind, "count": count})


def saved(book: Workbook) -> IO[bytes]:
    """The workbook in a temporary file, from its beginning."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 — the answer closes it when it was sent
    book.save(file)
    file.seek(0)
    return file


def _head(table: Steps, filters: Filters, *, by: User, now: datetime) -> Iterator[str]:
    """What the list is, in the first lines: office and kind, filter, when and for whom."""
    office = offices.office_of(table.kind)
    yield " ".join([said(office.title), said(table.title), *simulated.words()])
    yield _("筛选：%(filter)s") % {"filter": "，".join(_words_of(filters, table, by, now)) or _("全部")}
    yield _("导出：%(at)s，%(who)s") % {"at": formats.instant(now), "who": by.display_name}


def _words_of(filters: Filters, table: Steps, by: User, now: datetime) -> Iterator[str]:
    states = {state.name: said(state.title) for state in table.states}
    names = {
        "state": _("状态"),
        "unit": _("单位"),
        "project": _("项目"),
        "lead": _("主办"),
        "due": _("时限"),
        "urgency": _("紧急程度"),
        "since": _("自"),
        "until": _("至"),
        "q": _("字词"),
    }
    wanted = {("people.unit", filters.unit_id), ("casework.project", filters.project_id)}
    known = Project.objects.filter(scoping.known_projects(by=by, now=now), pk=filters.project_id or 0)
    if not known.exists():  # the title of the file says no name that the person does not know
        wanted -= {("casework.project", filters.project_id)}
    called = things.titles((of, key) for of, key in wanted if key is not None)
    said_of = {
        "state": states | {OPEN: _("未办结"), CLOSED: _("已办结")},
        "unit": {filters.unit: called.get(("people.unit", filters.unit_id or 0), filters.unit)},
        "project": {filters.project: called.get(("casework.project", filters.project_id or 0), filters.project)},
        "lead": {ME: by.display_name, NOBODY: _("未指定")},
        "due": {OVERDUE: _("超期"), SOON: _("临期"), NO_LIMIT: _("无时限")},
        "urgency": {value: str(title) for value, title in Urgency.choices},
    }
    for name, title in names.items():
        if value := getattr(filters, name):
            yield f"{title} {said_of.get(name, {}).get(value, value)}"


def _titles() -> list[str]:
    return [
        _("编号"), _("标题"), _("状态"), _("紧急程度"), _("单位"), _("项目"), _("主办"), _("开始"), _("时限"), _("办结"),
    ]  # fmt: skip


def _values(table: Steps, case: Case) -> list[Any]:
    return [
        case.number,
        case.title,
        said(table.state(case.state).title),
        str(case.get_urgency_display()),
        case.unit.name,
        case.project.name if case.project else None,
        case.lead.display_name if case.lead else None,
        case.opened_at,
        last_moment(case.limit_at) if case.limit_at else None,
        case.closed_at,
    ]


def _own(field: Any, detail: Any) -> Any:
    value = getattr(detail, field.name) if detail is not None else None
    if value is not None and field.choices:
        return str(getattr(detail, f"get_{field.name}_display")())
    return Decimal(value) if isinstance(field, MoneyField) and value is not None else value


def _cases(
    table: Steps, filters: Filters, *, seen: listing.Sight, by: User, now: datetime
) -> Iterator[tuple[Case, Any]]:
    view = replace(filters, after="")
    while True:
        page = listing.of_office(table, view, seen=seen, by=by, now=now, limit=AT_ONCE)
        details = listing.details_of(table.kind, page.cases)
        yield from ((case, details.get(case.pk)) for case in page.cases)
        if not page.after:
            return
        view = replace(view, after=page.after)


def cell(sheet: Any, value: Any) -> Any:
    """A value as a spreadsheet keeps it. A text stays a text, whatever it begins with; a moment is local time."""
    cell = WriteOnlyCell(sheet)
    if isinstance(value, datetime):
        cell.value, cell.number_format = (
            timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0),
            _INSTANT,
        )
    elif isinstance(value, Decimal):
        cell.value, cell.number_format = value, _YUAN
    elif value is None or isinstance(value, int | float | date):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))  # a row of another table by its name
        cell.data_type = "s"
    return cell
