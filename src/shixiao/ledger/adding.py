"""The sums of facts, in SQL: one place for what a fact adds to a cell, whoever adds."""

# ruff: noqa: S608 — names of our own tables and columns go into the SQL.

from typing import NamedTuple

from django.db import connection

from shixiao.engine.measures import Outcome
from shixiao.ledger.models import Fact
from shixiao.ledger.models.facts import _Sums

FACT = Fact._meta.db_table
SUMS = _Sums.SUMS

# What one fact adds to each number of its cell; `{f}` is the alias of its row.
_ADDS = {
    "met": f"CASE WHEN {{f}}.outcome = {Outcome.MET:d} THEN 1 ELSE 0 END",
    "missed": f"CASE WHEN {{f}}.outcome = {Outcome.MISSED:d} THEN 1 ELSE 0 END",
    "pending": f"CASE WHEN {{f}}.outcome = {Outcome.PENDING:d} THEN 1 ELSE 0 END",
    "not_counted": f"CASE WHEN {{f}}.outcome = {Outcome.NOT_COUNTED:d} THEN 1 ELSE 0 END",
    "back_met": f"CASE WHEN {{f}}.outcome = {Outcome.NOT_COUNTED:d} AND {{f}}.otherwise = {Outcome.MET:d} THEN 1 ELSE 0 END",
    "back_missed": f"CASE WHEN {{f}}.outcome = {Outcome.NOT_COUNTED:d} AND {{f}}.otherwise = {Outcome.MISSED:d} THEN 1 ELSE 0 END",
    "amounts": f"CASE WHEN {{f}}.outcome = {Outcome.AMOUNT:d} THEN 1 ELSE 0 END",
    "total": f"CASE WHEN {{f}}.outcome = {Outcome.AMOUNT:d} THEN {{f}}.value ELSE 0 END",
    "weight": f"CASE WHEN {{f}}.outcome = {Outcome.AMOUNT:d} THEN {{f}}.weight ELSE 0 END",
}

# A version takes the place of the one before it. Most are first ones: no database need look for what is before them.
BEFORE = "p.case_id = f.case_id AND p.gauge_id = f.gauge_id AND p.part = f.part AND p.version = f.version - 1 AND f.version > 1"

# The columns by which a version is found, in the order of their unique index.
_KEY = ("case_id", "gauge_id", "part", "version")


def id_of_before(alias: str) -> str:
    """The id of the version before `alias`, NULL where there is none: one look into the unique index for each row.

    It is asked for as the last that is not behind, in the order of that index, and not by four equalities. PostgreSQL may believe that the
    table is empty (it was analysed when everything in it had just been taken back), and takes whichever index comes first then: a
    wrong one would make it read all facts of a gauge for each version. This can be answered from no other.
    """
    before = f"({alias}.case_id, {alias}.gauge_id, {alias}.part, {alias}.version - 1)"
    found = f"CASE WHEN {_key('b')} = {before} THEN b.id END"
    return f'(SELECT {found} FROM "{FACT}" b WHERE {_key("b")} <= {before} {_first("b", "DESC")})'


def known_at_of_next(alias: str) -> str:
    """When the version after `alias`, which must be there, came to be known; looked for in the same way."""
    return f'(SELECT n.known_at FROM "{FACT}" n WHERE {_key("n")} > {_key(alias)} {_first("n", "ASC")})'


def _key(alias: str) -> str:
    return f"({', '.join(f'{alias}.{name}' for name in _KEY)})"


def _first(alias: str, direction: str) -> str:
    return f"ORDER BY {', '.join(f'{alias}.{name} {direction}' for name in _KEY)} LIMIT 1"


def adds(alias: str, *, sign: int = 1) -> str:
    """The columns that the fact `alias` adds, in the order of `SUMS`; with `sign` -1 what it takes away."""
    minus = "" if sign > 0 else "-"
    return ", ".join(f"{minus}({_ADDS[name].format(f=alias)}) AS {name}" for name in SUMS)


def counted(alias: str) -> str:
    """A fact that adds something: one that is gone adds nothing and would only make an empty cell."""
    return f"{alias}.outcome <> {Outcome.GONE:d}"


# ---- what cases tell of themselves -------------------------------------------------------------------------------


class Apart(NamedTuple):
    """How what is told is read one by one: a join, and the two expressions that give the name and the value of each."""

    join: str
    aspect: str
    value: str


def told_apart(alias: str) -> Apart:
    """Of `alias`, whose column `aspects` is not empty, one row for each name and value in it."""
    if connection.vendor == "postgresql":
        join = f"CROSS JOIN LATERAL unnest(string_to_array({alias}.aspects, ' ')) AS told(one)"
        return Apart(join, "split_part(told.one, '=', 1)", "split_part(told.one, '=', 2)")
    join = f"""JOIN json_each('["' || replace({alias}.aspects, ' ', '","') || '"]') AS told"""
    place = "instr(told.value, '=')"
    return Apart(join, f"substr(told.value, 1, {place} - 1)", f"substr(told.value, {place} + 1)")


# A month, and its whole year: the two periods of `AspectCell`.
PERIODS = "(SELECT 1 AS is_year UNION ALL SELECT 0) years"


def period_of(month: str) -> str:
    """The period of a month, in a join with `PERIODS`."""
    return f"CASE WHEN years.is_year = 1 THEN {month} / 100 * 100 ELSE {month} END"
