"""The index on SQLite: an FTS5 table that keeps nothing but which gram stands in which piece.

It is contentless and without positions (`detail=none`), so a piece is taken out by saying again what was put in; that
is worked out from the stored text. The tokenizer `ascii` cuts at blanks and leaves every character beyond ASCII alone,
whatever SQLite knows of Unicode. An entry without a row (after a flush) or with old marks is harmless: what the index
names is joined with the table and looked at.

The id of a piece is its case's id with SLOTS behind it, so walking ids backwards is walking cases newest first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper

from shixiao.casework.search import grams
from shixiao.casework.search.scopes import Scope
from shixiao.casework.search.stores import Key, Piece, Standing, Window

SLOTS = 20  # bits: a million pieces a case
_CHUNK = 2000  # rows a statement: SQLite takes 32,766 values

T = TypeVar("T")

_CREATE = (
    "CREATE VIRTUAL TABLE casework_searchgrams USING"
    " fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
)
_COLUMNS = "case_id, field, piece, text, folded, case_kind, unit_path, opened_at"
_STANDING = f"""
    WITH given (case_id, field) AS (VALUES {{given}})
    SELECT given.case_id,
        (SELECT max(t.id) FROM casework_searchtext t
         WHERE t.id >= given.case_id << {SLOTS} AND t.id < (given.case_id + 1) << {SLOTS}),
        s.id, s.case_id, s.field, s.piece, s.text, s.folded, s.case_kind, s.unit_path, s.opened_at
    FROM given LEFT JOIN casework_searchtext s ON s.case_id = given.case_id AND s.field = given.field
"""
_WRITE = f"""
    INSERT INTO casework_searchtext (id, {_COLUMNS}) VALUES {{given}}
    ON CONFLICT (id) DO UPDATE SET text = excluded.text, folded = excluded.folded, case_kind = excluded.case_kind,
        unit_path = excluded.unit_path, opened_at = excluded.opened_at
"""
_APPEND = f"""
    INSERT INTO casework_searchtext (id, {_COLUMNS})
    SELECT coalesce(max(id) + 1, %s), %s, %s, %s, %s, %s, %s, %s, %s
    FROM casework_searchtext WHERE id >= %s AND id < %s
"""
_INDEX_APPENDED = """
    INSERT INTO casework_searchgrams (rowid, grams)
    SELECT max(id), %s FROM casework_searchtext WHERE id >= %s AND id < %s
"""
_INDEX = "INSERT INTO casework_searchgrams (casework_searchgrams, rowid, grams) VALUES {given}"
_DELETE = "DELETE FROM casework_searchtext WHERE id IN ({given})"
_CLEAR = "INSERT INTO casework_searchgrams (casework_searchgrams) VALUES ('delete-all')"
_WITHIN = "unit_path >= %s AND substr(unit_path, 1, %s) = %s"
_CASES = """
    SELECT case_id FROM casework_searchgrams g CROSS JOIN casework_searchtext t ON t.id = g.rowid
    WHERE casework_searchgrams MATCH %s AND g.rowid >= %s AND g.rowid < %s AND instr(folded, %s) > 0
"""
_HOLDING = "SELECT DISTINCT case_id FROM casework_searchtext WHERE case_id IN ({given}) AND instr(folded, %s) > 0"
_FIRST_TEXTS = """
    SELECT case_id, field, text, min(id) FROM casework_searchtext
    WHERE case_id IN ({given}) AND instr(folded, %s) > 0 GROUP BY case_id
"""


class SQLite(NamedTuple):
    """See `stores.Store`."""

    database: BaseDatabaseWrapper

    @property
    def is_newest_first(self) -> bool:
        return True

    def create(self) -> None:
        self._run(_CREATE)

    def drop(self) -> None:
        self._run("DROP TABLE casework_searchgrams")

    def standing(self, keys: Collection[Key]) -> Standing:
        pieces: dict[int, Piece] = {}
        highest: dict[int, int] = {}
        for some in _chunks(list(keys)):
            given = ", ".join(["(%s, %s)"] * len(some))
            for case_id, top, id, *row in self._rows(_STANDING.format(given=given), [x for key in some for x in key]):
                highest[case_id] = (case_id << SLOTS) - 1 if top is None else top
                if id is not None:
                    pieces[id] = self._piece(row)
        return Standing(pieces, highest)

    def append(self, piece: Piece) -> None:
        low, high = piece.case_id << SLOTS, (piece.case_id + 1) << SLOTS
        self._run(_APPEND, [low, *self._values(piece), low, high])
        self._run(_INDEX_APPENDED, [" ".join(piece.grams()), low, high])

    def replace(self, standing: Standing, pieces: Sequence[Piece]) -> None:
        ids = {(piece.key, piece.piece): id for id, piece in standing.pieces.items()}
        highest = dict(standing.highest)
        written: dict[int, Piece] = {}
        for piece in pieces:
            id = ids.get((piece.key, piece.piece))
            if id is None:
                id = highest[piece.case_id] = highest[piece.case_id] + 1
            written[id] = piece
        self._delete([id for id in standing.pieces if id not in written])
        self._write(written)
        self._index([("delete", id, piece) for id, piece in standing.pieces.items()], written)

    def index(self, pieces: Mapping[int, Piece]) -> None:
        self._index([], pieces)

    def clear(self) -> None:
        self._run(_CLEAR)

    def lacking(self, pieces: Mapping[int, Piece]) -> Iterable[int]:
        """Each gram is asked for by itself: slow, and sure."""
        find = "SELECT count(*) FROM casework_searchgrams WHERE casework_searchgrams MATCH %s AND rowid = %s"
        for id, piece in pieces.items():
            asked = " AND ".join(map(_quoted, piece.grams()))
            if asked and not self._rows(find, [asked, id])[0][0]:
                yield id

    def add_units(self, old_path: str, new_path: str) -> None:
        marks = " ".join(grams.of_place(new_path))
        within = [old_path, len(old_path), old_path]
        add = f"INSERT INTO casework_searchgrams (rowid, grams) SELECT id, %s FROM casework_searchtext WHERE {_WITHIN}"
        self._run(add, [marks, *within])
        move = f"UPDATE casework_searchtext SET unit_path = %s || substr(unit_path, %s) WHERE {_WITHIN}"
        self._run(move, [new_path, len(old_path) + 1, *within])

    def cases(self, word: str, window: Window, scope: Scope, *, at_most: int) -> list[int]:
        asked = " AND ".join(map(_quoted, grams.of_word(word)))
        if marks := scope.marks():
            asked += f" AND ({' OR '.join(map(_quoted, marks))})"
        conditions, values = scope.conditions()
        given = [asked, window.low << SLOTS, window.high << SLOTS, word, *values, at_most]
        rows = self._rows(f"{_CASES}{conditions} ORDER BY g.rowid DESC LIMIT %s", given)
        return [case_id for (case_id,) in rows]

    def holding(self, word: str, cases: Sequence[int]) -> set[int]:
        given = ", ".join(["%s"] * len(cases))
        return {case_id for (case_id,) in self._rows(_HOLDING.format(given=given), [*cases, word])}

    def first_texts(self, word: str, cases: Sequence[int]) -> dict[int, tuple[str, str]]:
        given = ", ".join(["%s"] * len(cases))
        rows = self._rows(_FIRST_TEXTS.format(given=given), [*cases, word])
        return {case_id: (field, text) for case_id, field, text, _ in rows}

    # ---- within --------------------------------------------------------------------------------------------

    def _delete(self, ids: Sequence[int]) -> None:
        for some in _chunks(ids):
            self._run(_DELETE.format(given=", ".join(["%s"] * len(some))), some)

    def _write(self, pieces: Mapping[int, Piece]) -> None:
        for some in _chunks(list(pieces.items())):
            row = f"({', '.join(['%s'] * 9)})"
            values = [value for id, piece in some for value in (id, *self._values(piece))]
            self._run(_WRITE.format(given=", ".join([row] * len(some))), values)

    def _index(self, gone: Iterable[tuple[str, int, Piece]], pieces: Mapping[int, Piece]) -> None:
        """Takes out first: the last word of FTS5 on a gram of a piece is the one that counts."""
        orders = [*gone, *((None, id, piece) for id, piece in pieces.items())]
        for some in _chunks(orders):
            values = [value for order, id, piece in some for value in (order, id, " ".join(piece.grams()))]
            self._run(_INDEX.format(given=", ".join(["(%s, %s, %s)"] * len(some))), values)

    def _values(self, piece: Piece) -> list[object]:
        return [*piece[:-1], self.database.ops.adapt_datetimefield_value(piece.opened_at)]

    def _piece(self, row: Sequence[Any]) -> Piece:
        *others, opened_at = row  # without its zone, as Django's connection reads it
        return Piece(*others, opened_at=opened_at.replace(tzinfo=self.database.timezone))

    def _run(self, sql: str, given: Sequence[object] = ()) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(sql, given or None)

    def _rows(self, sql: str, given: Sequence[object]) -> list[tuple[Any, ...]]:
        with self.database.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()


def _quoted(gram: str) -> str:
    """A gram has letters and digits only; quoted, AND and OR are no words of FTS5's own."""
    return f'"{gram}"'


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
