"""The index on PostgreSQL: one array of numbers a row, under GIN; no extension.

A tsvector would hold the same in twice the space, and only up to a megabyte. `pg_catalog` is named before the
operators because the extension intarray, where somebody has it, puts its own in their place, which use no such index.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction

from shixiao.casework.search import grams
from shixiao.casework.search.scopes import Scope
from shixiao.casework.search.stores import Key, Piece, Standing, Store, Window
from shixiao.ledger import filling

# What is written waits in a list that every search reads through; the list is kept short.
INDEX = (
    "CREATE INDEX casework_searchtext_grams ON casework_searchtext USING gin (grams)"
    " WITH (fastupdate = on, gin_pending_list_limit = 256)"
)
_CREATE = (
    "ALTER TABLE casework_searchtext ADD COLUMN grams integer[] NOT NULL DEFAULT '{}'",
    # Such numbers do not get smaller by compressing.
    "ALTER TABLE casework_searchtext ALTER COLUMN grams SET STORAGE EXTERNAL",
    INDEX,
)
_DROP = ("DROP INDEX casework_searchtext_grams", "ALTER TABLE casework_searchtext DROP COLUMN grams")
_STANDING = """
    SELECT id, case_id, field, piece, text, folded, case_kind, unit_path, opened_at FROM casework_searchtext
    WHERE (case_id, field) IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))
"""
_INSERT = """
    INSERT INTO casework_searchtext (case_id, field, piece, text, folded, case_kind, unit_path, opened_at, grams)
    SELECT a, b, c, d, e, f, g, h, string_to_array(i, ' ')::integer[]
    FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::timestamptz[], %s::text[]) AS given (a, b, c, d, e, f, g, h, i)
"""
_REPLACE = """
    ON CONFLICT (case_id, field, piece) DO UPDATE SET
        text = excluded.text, folded = excluded.folded, case_kind = excluded.case_kind,
        unit_path = excluded.unit_path, opened_at = excluded.opened_at, grams = excluded.grams
"""
_DELETE = "DELETE FROM casework_searchtext WHERE id = ANY(%s)"
_INDEX = """
    UPDATE casework_searchtext SET grams = string_to_array(given.grams, ' ')::integer[]
    FROM unnest(%s::bigint[], %s::text[]) AS given (id, grams) WHERE casework_searchtext.id = given.id
"""
_LACKING = """
    SELECT given.id FROM unnest(%s::bigint[], %s::text[]) AS given (id, grams)
    JOIN casework_searchtext USING (id)
    WHERE NOT casework_searchtext.grams OPERATOR(pg_catalog.@>) string_to_array(given.grams, ' ')::integer[]
"""
_MOVE = """
    UPDATE casework_searchtext
    SET unit_path = %s || substr(unit_path, %s), grams = grams || %s::integer[]
    WHERE grams OPERATOR(pg_catalog.@>) %s::integer[] AND left(unit_path, %s) = %s
"""
_CASES = """
    SELECT case_id FROM casework_searchtext
    WHERE grams OPERATOR(pg_catalog.@>) %s::integer[] AND case_id >= %s AND case_id < %s AND strpos(folded, %s) > 0
"""
# The planner takes what is frequent to be frequent everywhere, and would read the whole table to the first thousand
# places of a word that was last written years ago; nor does a question of a millisecond want compiling.
_BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off"
_AS_BEFORE = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT"
_ONE_OF = " AND grams OPERATOR(pg_catalog.&&) %s::integer[]"
_HOLDING = "SELECT DISTINCT case_id FROM casework_searchtext WHERE case_id = ANY(%s) AND strpos(folded, %s) > 0"
_FIRST_TEXTS = """
    SELECT DISTINCT ON (case_id) case_id, field, text FROM casework_searchtext
    WHERE case_id = ANY(%s) AND strpos(folded, %s) > 0 ORDER BY case_id, id
"""


class PostgreSQL(Store):
    """See `stores.Store`."""

    @property
    def is_newest_first(self) -> bool:
        """No: the order of the bitmap is that of the pages."""
        return False

    def create(self) -> None:
        """A column and its index."""
        for statement in _CREATE:
            self.run(statement)

    def drop(self) -> None:
        """Both away."""
        for statement in _DROP:
            self.run(statement)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Answered by the index; the settings end with the transaction, or with the search in somebody else's."""
        is_within = self.database.in_atomic_block
        with transaction.atomic(using=self.database.alias, savepoint=False):
            self.run(_BY_INDEX)
            yield
            if is_within:
                self.run(_AS_BEFORE)

    def standing(self, keys: Collection[Key]) -> Standing:
        """What is stored of these texts."""
        rows = self.rows(_STANDING, [[case_id for case_id, _ in keys], [field for _, field in keys]])
        return Standing({row[0]: Piece(*row[1:]) for row in rows}, highest={})

    def append(self, piece: Piece) -> None:
        """One statement."""
        self.run(_INSERT, _columns([piece]))

    def append_many(self, pieces: Sequence[Piece]) -> None:
        """One statement."""
        if pieces:
            filling.run(_INSERT, [_columns(pieces)])

    def replace(self, standing: Standing, pieces: Sequence[Piece]) -> None:
        """At most two statements: pieces too many away, the others in."""
        places = {(piece.key, piece.piece) for piece in pieces}
        gone = [row for row, piece in standing.pieces.items() if (piece.key, piece.piece) not in places]
        if gone:
            self.run(_DELETE, [gone])
        if pieces:
            self.run(_INSERT + _REPLACE, _columns(pieces))

    def index(self, pieces: Mapping[int, Piece]) -> None:
        """The array of each, written anew."""
        self.run(_INDEX, [list(pieces), [_written(grams_of(piece)) for piece in pieces.values()]])

    def clear(self) -> None:
        """Nothing: an array is replaced whole."""

    def lacking(self, pieces: Mapping[int, Piece]) -> Iterable[int]:
        """One statement."""
        given = [_written(grams_of(piece)) for piece in pieces.values()]
        return [row for (row,) in self.rows(_LACKING, [list(pieces), given])]

    def add_units(self, old_path: str, new_path: str) -> None:
        """One statement."""
        new, old = _numbers(grams.of_place(new_path)), _numbers({grams.of_unit(old_path)})
        self.run(_MOVE, [new_path, len(old_path) + 1, new, old, len(old_path), old_path])

    def cases(self, word: str, window: Window, scope: Scope, *, at_most: int) -> list[int]:
        """One statement over the index, in the band if the window is one."""
        wanted, one_of = grams.of_word(word), []
        if window.bits:
            wanted.add(grams.of_band(window.bits, window.low >> window.bits))
        for marks in scope.marks():
            if len(marks) == 1:
                wanted |= marks
            else:
                one_of.append(_numbers(marks))
        sql, given = _CASES + _ONE_OF * len(one_of), [_numbers(wanted), window.low, window.high, word, *one_of]
        conditions, values = scope.conditions()
        rows = self.rows(f"{sql}{conditions} LIMIT %s", [*given, *values, at_most])
        return [case_id for (case_id,) in rows]

    def holding(self, word: str, cases: Sequence[int]) -> set[int]:
        """By the texts themselves."""
        return {case_id for (case_id,) in self.rows(_HOLDING, [list(cases), word])}

    def first_texts(self, word: str, cases: Sequence[int]) -> dict[int, tuple[str, str]]:
        """By the ids, which grow as texts are written."""
        rows = self.rows(_FIRST_TEXTS, [list(cases), word])
        return {case_id: (field, text) for case_id, field, text in rows}


def grams_of(piece: Piece) -> set[str]:
    """All that stands in the index for a piece, with the marks of the bands in which its case lies."""
    return piece.grams() | grams.of_case(piece.case_id)


def _numbers(of: Collection[str]) -> list[int]:
    return sorted(map(grams.as_number, of))


def _written(of: Collection[str]) -> str:
    return " ".join(map(str, _numbers(of)))


def _columns(pieces: Sequence[Piece]) -> list[list[object]]:
    rows = [(*piece, _written(grams_of(piece))) for piece in pieces]
    return [list(column) for column in zip(*rows, strict=True)]
