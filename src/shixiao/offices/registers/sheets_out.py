"""Workbooks that this desk writes: the entries of a register, and the empty one that people fill in. What people wrote stays a
text, whatever it begins with."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from shixiao.casework import exporting, simulated, things
from shixiao.casework.deadlines import last_moment
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.registers import listing
from shixiao.offices.registers.columns import DUE, PROJECT, UNIT, heading
from shixiao.offices.registers.fields import SORTS, THINGS, Definition, Field, Sort
from shixiao.offices.registers.listing import View
from shixiao.offices.registers.models import Register
from shixiao.people.models import User
from shixiao.people.wordings import said
from shixiao.ui import formats

AT_ONCE = 1000
ROWS = 1000
CHOICES = "选项"


def export(register: Register, view: View, *, by: User, now: datetime) -> IO[bytes]:
    """The entries that the view shows to `by`, as XLSX in a temporary file. It leaves an event.

    Raises `Refused` for more than 100,000, and then nothing is written.
    """
    rows = listing.rows_of(register, view, by=by, now=now)
    count = rows.count()
    if count > exporting.MOST:
        text = Text("超过 100,000 件，请缩小筛选范围后再导出。", "More than 100,000 entries: narrow the filter first.")
        raise Refused(text, reason=Reason.INVALID)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("台账"))
    fields = register.current.typed_fields
    about = _("导出：%(at)s，%(who)s") % {"at": formats.instant(now), "who": by.display_name}
    titles = [_("编号"), _("状态"), _("单位"), _("项目"), _("计入日期"), _("期限"), *(each.title for each in fields)]
    for line in ([" ".join([register.name, *simulated.words()])], [about], titles):
        sheet.append([exporting.cell(sheet, each) for each in line])
    for line in _lines(rows, fields, now=now):
        sheet.append([exporting.cell(sheet, each) for each in line])
    kind = "registers.restricted_entry" if register.is_restricted else "registers.entry"
    exporting.note(kind, count, by=by, now=now)
    return exporting.saved(book)


def _lines(rows: Any, fields: tuple[Field, ...], *, now: datetime) -> Iterator[list[Any]]:
    several: list[Any] = []
    for row in rows.iterator(chunk_size=AT_ONCE):
        several.append(row)
        if len(several) == AT_ONCE:
            yield from _of(several, fields, now=now)
            several = []
    yield from _of(several, fields, now=now)


def _of(rows: list[Any], fields: tuple[Field, ...], *, now: datetime) -> Iterator[list[Any]]:
    named = {
        (THINGS[each.sort], row.values[each.code])
        for row in rows
        for each in fields
        if each.sort in THINGS and each.code in row.values
    }
    called = things.titles(named)
    for row in rows:
        mark = listing.mark_of(
            row.case, needs_confirmation=row.version.needs_confirmation, now=now, is_closed=row.is_closed
        )
        due = last_moment(row.case.limit_at).date() if row.case.limit_at else None
        project = row.case.project.name if row.case.project else None
        head = [row.case.number, str(mark.word), row.case.unit.name, project, row.counted_on, due]
        yield [*head, *(_value(each, row, called) for each in fields)]


def _value(each: Field, row: Any, called: Any) -> Any:
    value = None if each.is_text else row.values.get(each.code)
    if value is not None and each.sort in {Sort.NUMBER, Sort.MONEY}:
        return Decimal(value) if each.sort is Sort.MONEY else float(value)
    if value is not None and each.sort is Sort.DATE:
        return date.fromisoformat(value)
    return listing.cell_text(each, row, called) or None


# ---- the workbook to be filled in --------------------------------------------------------------------------------


def template(register: Register, *, is_plan: bool) -> bytes:
    """A header with the titles of the fields, typed cells, lists to choose from; a second sheet explains each field."""
    definition = register.current.definition
    columns = _columns(definition, is_plan=is_plan)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 — a new workbook has one
    sheet.title = "填写"
    for number, (title, _about, each) in enumerate(columns, 1):
        cell = sheet.cell(1, number)
        cell.value, cell.data_type, cell.font = title, "s", Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(len(title) * 2 + 4, 40))
        for row in range(2, ROWS + 2):
            sheet.cell(row, number).number_format = _format(title, each)
    sheet.freeze_panes = "A2"
    _lists(book, sheet, columns)
    _explanation(book, columns)
    with exporting.saved(book) as file:
        return file.read()


def _columns(definition: Definition, *, is_plan: bool) -> list[tuple[str, str, Field | None]]:
    """Title, explanation, field; those that every register has come last."""
    found: list[tuple[str, str, Field | None]] = [
        (heading(each), _about(each, definition), each)
        for each in definition.fields
        if each.sort is not Sort.ATTACHMENT
    ]
    if is_plan:
        found.append((said(DUE), _("完成期限，如 2026-03-31。可以不填。"), None))
    return [
        *found,
        (said(UNIT), _("只有一个单位的不填。"), None),
        (said(PROJECT), _("项目名称或者项目编码。可以不填。"), None),
    ]


def _about(each: Field, definition: Definition) -> str:
    must = _("必填。") if each.is_required else _("可以不填。")
    counts = _("按这一天计。") if each.code == definition.day_field else ""
    how = {
        Sort.TEXT: _("文字，2000 字以内。"),
        Sort.NUMBER: _("数，最多四位小数，不写单位。"),
        Sort.MONEY: _("金额，单位元，最多两位小数。"),
        Sort.DATE: _("日期，如 2026-03-05。"),
        Sort.CHOICE: _("从列表里选：%(choices)s。") % {"choices": "、".join(one.title for one in each.choices)},
        Sort.PERSON: _("姓名，与系统里的一致；重名的写登录名。"),
        Sort.UNIT: _("单位名称，与系统里的一致。"),
        Sort.TOPIC: _("主题名称，与系统里的一致。"),
        Sort.SUBJECT: _("物件的标签。"),
    }
    return f"{must}{counts}{how.get(each.sort, said(SORTS[each.sort]))}"


def _format(title: str, each: Field | None) -> str:
    if each is None:
        return "yyyy-mm-dd" if title == said(DUE) else "@"
    return {Sort.DATE: "yyyy-mm-dd", Sort.MONEY: "#,##0.00", Sort.NUMBER: "General"}.get(each.sort, "@")


def _lists(book: Workbook, sheet: Any, columns: list[tuple[str, str, Field | None]]) -> None:
    """The choices stand on a sheet of their own: a list inside a rule may have no more than 255 characters, and no commas."""
    chosen = [(number, each) for number, (_t, _a, each) in enumerate(columns, 1) if each and each.sort is Sort.CHOICE]
    if not chosen:
        return
    other = book.create_sheet(CHOICES)
    for place, (number, each) in enumerate(chosen, 1):
        for row, title in enumerate((each.title, *(one.title for one in each.choices)), 1):
            cell = other.cell(row, place)
            cell.value, cell.data_type = title, "s"
        letter, of = get_column_letter(number), get_column_letter(place)
        rule = f"{quote_sheetname(CHOICES)}!${of}$2:${of}${len(each.choices) + 1}"
        listed = DataValidation(type="list", formula1=rule, allow_blank=True, showErrorMessage=True)
        listed.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(listed)


def _explanation(book: Workbook, columns: list[tuple[str, str, Field | None]]) -> None:
    about = book.create_sheet("填写说明")
    for row, line in enumerate([(_("列"), _("怎样填")), *((title, text) for title, text, _each in columns)], 1):
        for column, text in enumerate(line, 1):
            cell = about.cell(row, column)
            cell.value, cell.data_type, cell.alignment = text, "s", Alignment(wrap_text=True, vertical="top")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 70
