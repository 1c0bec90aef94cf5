"""Two people at the same moment: what a unique constraint stops becomes a sentence for the second of them.

Only where the constraint is there for that. A model names those of its unique constraints that two people may run into who both did nothing
wrong, since neither could see the other: `races`, as they are named in its Meta, or the field that is unique by itself. Any other is
kept by locks and numbers of our own, and whoever breaches it met a defect.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.db import IntegrityError, models, transaction

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

UNIQUE_VIOLATION = "23505"  # PostgreSQL's class of error
SAID = "UNIQUE constraint failed: "  # SQLite has a sentence only, with the columns; PostgreSQL has the name


class Race(NamedTuple):
    """A unique constraint that somebody else may have been quicker at: its table, its columns, its name on PostgreSQL."""

    table: str
    columns: frozenset[str]
    name: str


@contextmanager
def transaction_of_one() -> Iterator[None]:
    """A transaction. Raises `Refused` where somebody else wrote the same thing while this one was under way; every other breach
    of a constraint is a mistake of the program and stays an IntegrityError."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not _is_lost(error):
            raise
        text = Text(
            "刚才有人记了同样的一笔，这次什么都没有保存。请刷新页面，看看是不是已经办了。",
            "Somebody has just recorded the same; nothing of this was saved. Reload the page and see.",
        )
        raise Refused(text, reason=Reason.OVERTAKEN) from error


@cache
def races() -> frozenset[Race]:
    """What all models of the house say. A name that is none of the model's own unique constraints is a KeyError."""
    return frozenset(_race(model, name) for model in apps.get_models() for name in getattr(model, "races", ()))


def _race(model: type[models.Model], name: str) -> Race:
    fields, table = model._meta.local_fields, model._meta.db_table
    columns = {each.name: str(each.column) for each in fields}
    if name in {each.name for each in fields if each.unique}:
        return Race(table, frozenset([columns[name]]), f"{table}_{columns[name]}_key")
    named = {each.name: each.fields for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)}
    return Race(table, frozenset(columns[field] for field in named[name]), name)


def _is_lost(error: IntegrityError) -> bool:
    if getattr(error.__cause__, "sqlstate", None) == UNIQUE_VIOLATION:
        breached = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
        return any(breached == each.name for each in races())
    _, is_unique, columns = str(error).partition(SAID)
    breached = frozenset(columns.split(", "))
    return bool(is_unique) and any(
        breached == {f"{each.table}.{column}" for column in each.columns} for each in races()
    )
