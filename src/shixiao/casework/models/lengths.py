"""Lengths of texts as constraints: SQLite keeps a text of any length in a varchar, PostgreSQL would refuse it."""

from django.db.models import CheckConstraint, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual


def between(table: str, field: str, most: int, *, least: int = 0) -> CheckConstraint:
    """`field` of `table` has `least` to `most` characters, on both databases."""
    condition = Q(LessThanOrEqual(Length(field), most))
    if least:
        condition &= Q(GreaterThanOrEqual(Length(field), least))
    return CheckConstraint(condition=condition, name=f"{table}_{field}_length")
