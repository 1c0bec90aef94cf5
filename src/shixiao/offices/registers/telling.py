"""The fields of an entry in words: what they are called, and what their codes mean."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from shixiao.casework import things
from shixiao.casework.models import Case
from shixiao.casework.offices import FieldShown
from shixiao.offices.registers.fields import THINGS, Field, Sort
from shixiao.offices.registers.models import Entry
from shixiao.offices.registers.steps import ENTRY
from shixiao.ui import formats


def worded(field: Field, value: Any, *, named: Mapping[tuple[str, int], str]) -> str:
    """A value as people read it. `named` are the titles of people, units, topics and subjects (`things.titles`)."""
    match field.sort:
        case Sort.CHOICE:
            return next((each.title for each in field.choices if each.code == value), str(value))
        case Sort.NUMBER:
            return f"{Decimal(str(value)):,f}{f' {field.unit}' if field.unit else ''}"
        case Sort.MONEY:
            return f"{Decimal(str(value)):,.2f}"
        case Sort.DATE:
            return formats.day(date.fromisoformat(str(value)))
        case Sort.PERSON | Sort.UNIT | Sort.TOPIC | Sort.SUBJECT:
            return named.get((THINGS[field.sort], value), f"#{value}")
        case Sort.ATTACHMENT:
            return f"{str(value)[:12]}…"
    return str(value)


def named(fields: tuple[Field, ...], rows: list[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """What the people, units, topics and subjects that these rows speak of are called: one statement for each kind."""
    wanted = {
        (THINGS[field.sort], row[field.code])
        for field in fields
        for row in rows
        if field.sort in THINGS and isinstance(row.get(field.code), int)
    }
    return things.titles(wanted)


def fields_of(case: Case) -> Mapping[str, FieldShown]:
    """The fields of the version that the entry keeps; two statements, and one for each kind of thing it names."""
    entry = Entry.objects.select_related("version").get(pk=case.pk)
    fields = entry.version.typed_fields
    names = named(fields, [entry.values])
    return {each.code: FieldShown(each.title, _worder(each, names)) for each in fields}


def _worder(field: Field, names: Mapping[tuple[str, int], str]) -> Callable[[Any], str]:
    return lambda value: worded(field, value, named=names)


FIELDS: Mapping[str, Callable[[Case], Mapping[str, FieldShown]]] = {ENTRY: fields_of}
