"""Lengths of texts as constraints: SQLite keeps a text of any length in a varchar, PostgreSQL would refuse it."""

from django.db.models import CheckConstraint

from shixiao.people.models.limits import length_within

WORD_LENGTH = 64


def word(field: str, table: str, *, shortest: int = 1, limit: int = WORD_LENGTH) -> CheckConstraint:
    """`field` of `table` holds a word of that length, on both databases."""
    return length_within(field, limit, f"{table}_{field}_length", shortest=shortest)
