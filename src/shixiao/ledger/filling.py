"""Many rows into one table the quickest way that the database has, without Django's work on each of them.

For rows that are complete, their keys included or left to the database, and of which nothing is needed afterwards. Every constraint
and every trigger of the table is asked as always; the order of the rows is kept.
"""
# ruff: noqa: S608, SLF001 — names of our own tables and columns go into the SQL, every value is a parameter; how a row is made
# without `__init__` Django keeps in `_state` only.

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=models.Model)


class _Shape(NamedTuple):
    """How rows of a model become rows of its table."""

    table: str
    columns: tuple[str, ...]
    read: Callable[[Any], Any]
    converts: tuple[tuple[int, Convert], ...]


class Filled(NamedTuple):
    """A statement for many rows, of which each is plain values in the order of its marks; or a COPY, with the rows behind it."""

    sql: str
    rows: Sequence[Sequence[Any]]
    is_copy: bool = False


_aside: ContextVar[list[Filled] | None] = ContextVar("shixiao_filled_aside", default=None)


@contextmanager
def aside() -> Iterator[list[Filled]]:
    """What is filled within is not executed; the list has it in its order, for `execute`."""
    kept: list[Filled] = []
    token = _aside.set(kept)
    try:
        yield kept
    finally:
        _aside.reset(token)


def is_aside() -> bool:
    """Whether what is filled now is only kept: then nothing may be executed in another way."""
    return _aside.get() is not None


def run(sql: str, rows: Sequence[Sequence[Any]], *, is_copy: bool = False) -> None:
    """This statement for these rows, in their order; nothing for none."""
    if not rows:
        return
    filled, kept = Filled(sql, rows, is_copy), _aside.get()
    if kept is not None:
        kept.append(filled)
    else:
        execute(filled)


def execute(filled: Filled) -> None:
    """What was kept aside, or is done at once."""
    with connection.cursor() as cursor:
        if not filled.is_copy:
            cursor.executemany(filled.sql, filled.rows)
            return
        with cursor.copy(filled.sql) as copy:
            for row in filled.rows:
                copy.write_row(row)


def insert(rows: Sequence[Any], *, has_keys: bool = True, of: type[models.Model] | None = None) -> None:
    """Add rows of one model: of `of`, where they are no models but have all its columns by name. Without keys of their own
    (`has_keys`) the database gives them, in the order of the rows."""
    if not rows:
        return
    model: Any = of or type(rows[0])
    shape = _shape(model, has_keys, connection.vendor, of is None)
    values = list(_values(rows, shape))
    names = ", ".join(f'"{name}"' for name in shape.columns)
    if connection.vendor == "postgresql":
        run(f'COPY "{shape.table}" ({names}) FROM STDIN', values, is_copy=True)
        return
    marks = ", ".join(["%s"] * len(shape.columns))
    run(f'INSERT INTO "{shape.table}" ({names}) VALUES ({marks})', values)


def update(rows: Sequence[Any], fields: Iterable[str] | None = None, *, of: type[models.Model] | None = None) -> None:
    """Write these fields of rows that are there, by key; all of them where none are named. `of` as for `insert`."""
    if not rows:
        return
    table: Any = of or type(rows[0])
    shape = _shape(table, True, connection.vendor, of is None)
    model = table._meta
    assert model.pk is not None  # noqa: S101 — every table has one
    key = model.pk.column
    named = None if fields is None else set(fields)
    wanted = {
        each.column
        for each in model.concrete_fields
        if (each.name in named if named is not None else each.column != key)
    }
    places = [number for number, name in enumerate(shape.columns) if name in wanted]
    names = ", ".join(f'"{shape.columns[number]}" = %s' for number in places)
    where = shape.columns.index(key)
    values = [(*(row[number] for number in places), row[where]) for row in _values(rows, shape)]
    run(f'UPDATE "{shape.table}" SET {names} WHERE "{key}" = %s', values)


def made(model: type[Row], **given: Any) -> Row:
    """A new row as `model(**given)` makes it, in a fraction of the time: for who makes tens of thousands. Related rows are given as such,
    everything else by the names of its fields; what is left out has its default."""
    defaults, relations = _made_of(model)
    row = model.__new__(model)
    row._state = state = ModelState()
    own = row.__dict__
    own.update(defaults)
    own.update(given)
    cached = state.fields_cache
    for name, (column, key) in relations.items():
        if name in given:
            value = cached[name] = own.pop(name)
            own[column] = None if value is None else value.__dict__[key]
    return row


@cache
def _made_of(model: type[models.Model]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The defaults of its columns; and of its relations the column, with that of the key to which it leads. No default here is made
    anew for each row."""
    fields = model._meta.concrete_fields
    defaults = {each.attname: each.get_default() for each in fields}
    relations = {
        each.name: (each.attname, each.target_field.attname) for each in fields if isinstance(each, models.ForeignKey)
    }
    return defaults, relations


def _values(rows: Sequence[Any], shape: _Shape) -> Iterable[Sequence[Any]]:
    if not shape.converts:
        yield from map(shape.read, rows)
        return
    instants = Instants().__getitem__
    converts = [(number, instants if convert is _INSTANT else convert) for number, convert in shape.converts]
    read = shape.read
    for row in rows:
        values = list(read(row))
        for number, convert in converts:
            if (value := values[number]) is not None:
                values[number] = convert(value)
        yield values


@cache
def _shape(model: type[models.Model], has_keys: bool, vendor: str, is_model: bool) -> _Shape:
    fields = [each for each in model._meta.concrete_fields if has_keys or not each.primary_key]
    converts = [(number, found) for number, each in enumerate(fields) if (found := _convert(each, vendor)) is not None]
    return _Shape(
        model._meta.db_table,
        tuple(str(each.column) for each in fields),
        _reading(is_model, [each.attname for each in fields]),
        tuple(converts),
    )


def _reading(is_model: bool, names: Sequence[str]) -> Callable[[Any], Any]:
    """All columns of a row at once: those of a model as it holds them, which asks no descriptor of Django's."""
    if not is_model:
        return attrgetter(*names)
    read, anyway = itemgetter(*names), attrgetter(*names)

    def held(row: models.Model) -> Any:
        try:
            return read(row.__dict__)
        except KeyError:  # a column that was not read along
            return anyway(row)

    return held


# Fields whose values both databases take as they are; a field of somebody's own knows better than this file.
_TAKEN = {
    models.AutoField, models.BigAutoField, models.BigIntegerField, models.BooleanField, models.CharField, models.ForeignKey,
    models.IntegerField, models.OneToOneField, models.PositiveIntegerField, models.PositiveSmallIntegerField, models.TextField,
}  # fmt: skip
_TAKEN_BY_POSTGRESQL = {models.DateField, models.DateTimeField, models.DecimalField}


def _convert(field: "models.Field[Any, Any]", vendor: str) -> Convert | None:
    """What the database wants instead of the value; None where it takes it as it is."""
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)().encode
        return lambda value: "{}" if value == {} else encode(value)
    if type(field) in _TAKEN or (vendor == "postgresql" and type(field) in _TAKEN_BY_POSTGRESQL):
        return None
    if type(field) is models.DateTimeField:
        return _INSTANT
    return lambda value: field.get_db_prep_save(value, connection)


def _INSTANT(moment: datetime) -> Any:  # noqa: N802 — stands for an `Instants` that is made for each call
    return Instants()[moment]


class Days(dict[date, str]):
    """Days as SQLite keeps them: what its driver would ask Django for each anew."""

    def __missing__(self, day: date) -> str:
        found = self[day] = day.isoformat()
        return found


class Instants(dict[datetime, str]):
    """Instants as this connection to SQLite keeps them; many rows have the same few."""

    def __init__(self) -> None:
        super().__init__()
        self.zone = connection.timezone

    def __missing__(self, moment: datetime) -> str:
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        found = self[moment] = str(moment.astimezone(self.zone).replace(tzinfo=None))
        return found
