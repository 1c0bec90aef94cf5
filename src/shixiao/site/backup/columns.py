"""How a value of the database becomes a value of a line of JSON, and a value again: the same text from both databases.

A line is a list. Whole numbers stand as numbers, true and false as 1 and 0, everything else as text: a moment in UTC as SQLite keeps
it, a number with places as PostgreSQL writes it, bytes in hexadecimal, JSON as a text of its own, exactly as it was stored.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from django.db import models


class Sort(str, Enum):
    """What a column holds."""

    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    TIME = "time"  # of a day, by the clock of the office
    EXACT = "exact"  # a number with `places` after the point
    BYTES = "bytes"
    JSON = "json"
    ADDRESS = "address"


class Column(NamedTuple):
    """A column of a table: its name, what it holds, and for exact numbers the places after the point."""

    name: str
    sort: Sort
    places: int = 0


class UnknownField(Exception):
    """A field of a kind that nobody has said how to write down. A mistake in the program: a test walks all models."""


_SORTS: "dict[type[models.Field[Any, Any]], Sort]" = {
    models.AutoField: Sort.NUMBER,
    models.BinaryField: Sort.BYTES,
    models.BooleanField: Sort.FLAG,
    models.CharField: Sort.TEXT,
    models.DateField: Sort.DAY,
    models.DateTimeField: Sort.INSTANT,
    models.DecimalField: Sort.EXACT,
    models.GenericIPAddressField: Sort.ADDRESS,
    models.IntegerField: Sort.NUMBER,
    models.JSONField: Sort.JSON,
    models.TextField: Sort.TEXT,
    models.TimeField: Sort.TIME,
}
# A moment is a day to Python, and an automatic key a number: the nearest class decides.


def column_of(field: "models.Field[Any, Any]") -> Column:
    """How the column of `field` is written down. Raises `UnknownField`."""
    target = field
    while isinstance(target, models.ForeignKey):  # the key of the other table may itself point on
        target = target.target_field
    for kind in type(target).__mro__:
        if kind in _SORTS:
            places = target.decimal_places or 0 if isinstance(target, models.DecimalField) else 0
            return Column(str(field.column), _SORTS[kind], places)
    raise UnknownField(f"{field!r}: site/backup/columns.py does not know how to write a {type(target).__name__}")


# ---- out of the database ---------------------------------------------------------------------------------------


def line_on_sqlite(columns: list[Column]) -> str:
    """SQL: one row as a line of JSON."""
    return f"json_array({', '.join(_on_sqlite(each) for each in columns)})"


def _on_sqlite(column: Column) -> str:
    name = f'"{column.name}"'
    match column.sort:
        case Sort.EXACT:
            return f"CASE WHEN {name} IS NOT NULL THEN printf('%.{column.places}f', {name}) END"
        case Sort.BYTES:
            return f"CASE WHEN {name} IS NOT NULL THEN lower(hex({name})) END"
        case Sort.NUMBER | Sort.FLAG:
            return name
        case _:
            # A text that looks like a number came through a column without a type of its own as what it is: a text.
            return f"CAST({name} AS TEXT)"


def line_on_postgresql(columns: list[Column]) -> str:
    """SQL: the same line. Put together piece by piece, since json_build_array looks up every type for every row."""
    parts = " || ',' || ".join(f"coalesce({_on_postgresql(each)}, 'null')" for each in columns)
    return f"'[' || {parts} || ']'"


def _on_postgresql(column: Column) -> str:
    name = f'"{column.name}"'
    match column.sort:
        case Sort.NUMBER:
            return f"{name}::text"
        case Sort.FLAG:
            return f"{name}::int::text"
        case Sort.INSTANT:
            moment = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
            return f"""'"' || replace({moment}, '.000000', '') || '"'"""
        case Sort.DAY:
            return f"""'"' || to_char({name}, 'YYYY-MM-DD') || '"'"""
        case Sort.TIME:
            return f"""'"' || replace(to_char({name}, 'HH24:MI:SS.US'), '.000000', '') || '"'"""
        case Sort.EXACT:
            return f"""'"' || {name}::text || '"'"""
        case Sort.BYTES:
            return f"""'"' || encode({name}, 'hex') || '"'"""
        case Sort.ADDRESS:
            return f"to_json(host({name}))::text"
        case _:
            return f"to_json({name}::text)::text"


# ---- into the database -----------------------------------------------------------------------------------------

Row = list[Any]


def reader(columns: list[Column], vendor: str) -> Callable[[Row], Row] | None:
    """What makes values for the database of a line's values, in place; None where they are right as they are."""
    places = [number for number, column in enumerate(columns) if column.sort is Sort.BYTES]
    if not places:
        return None

    def read(row: Row) -> Row:
        for place in places:
            if row[place] is not None:
                row[place] = bytes.fromhex(row[place]) if vendor == "sqlite" else "\\x" + row[place]
        return row

    return read
