"""The index on SQLite: an FTS5 table that keeps nothing but which gram stands in which piece.

It is contentless and without positions (`detail=none`), so a piece is taken out by saying again what was put in; that
is worked out from the stored text. The tokenizer `ascii` cuts at blanks and leaves every character beyond ASCII alone,
whatever SQLite knows of Unicode. An entry without a row (after a flush) or with old marks is harmless: what the index
names is joined with the table and looked at.

The id of a piece is its case's id with SLOTS behind it, so walking ids backwards is walking cases newest first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from shixiao.casework.search import grams
from shixiao.casework.search.scopes import Scope
from shixiao.casework.search.stores import Key, Piece, Standing, Store, Window
from shixiao.ledger import filling

SLOTS = 20  # bits: a million pieces a case; the same number stands in _STANDING
_CHUNK = 2000  # rows a statement: SQLite takes 32,766 values

T = TypeVar("T")

_CREATE = (
    "CREATE VIRTUAL TABLE casework_searchgrams USING"
    " fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')"
)
_STANDING = """
    WITH given (case_id, field) AS (VALUES {given})
    SELECT given.case_id,
        (SELECT max(t.id) FROM casework_searchtext t
         WHERE t.id >= given.case_id << 20 AND t.id < (given.case_id + 1) << 20),
        s.id, s.case_id, s.field, s.piece, s.text, s.folded, s.case_kind, s.unit_path, s.opened_at
    FROM given LEFT JOIN casework_searchtext s ON s.case_id = given.case_id AND s.field = given.field
"""
_WRITE = """
    INSERT INTO casework_searchtext
        (id, case_id, field, piece, text, folded, case_kind, unit_path, opened_at) VALUES {given}
    ON CONFLICT (id) DO UPDATE SET text = excluded.text, folded = excluded.folded, case_kind = excluded.case_kind,
        unit_path = excluded.unit_path, opened_at = excluded.opened_at
"""
_APPEND = """
    INSERT INTO casework_searchtext
        (id, case_id, field, piece, text, folded, case_kind, unit_path, opened_at)
    SELECT coalesce(max(id) + 1, %s), %s, %s, %s, %s, %s, %s, %s, %s
    FROM casework_searchtext WHERE id >= %s AND id < %s
"""
_APPEND_MANY = """
    INSERT INTO casework_searchtext
        (id, case_id, field, piece, text, folded, case_kind, unit_path, opened_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_INDEX_MANY = "INSERT INTO casework_searchgrams (rowid, grams) VALUES (%s, %s)"
_INDEX_APPENDED = """
    INSERT INTO casework_searchgrams (rowid, grams)
    SELECT max(id), %s FROM casework_searchtext WHERE id >= %s AND id < %s
"""
_INDEX = "INSERT INTO casework_searchgrams (casework_searchgrams, rowid, grams) VALUES {given}"
_DELETE = "DELETE FROM casework_searchtext WHERE id IN ({given})"
_ADD_MARKS = """
    INSERT INTO casework_searchgrams (rowid, grams)
    SELECT id, %s FROM casework_searchtext WHERE substr(unit_path, 1, %s) = %s
"""
_MOVE = """
    UPDATE casework_searchtext SET unit_path = %s || substr(unit_path, %s) WHERE substr(unit_path, 1, %s) = %s
"""
_CLEAR = "INSERT INTO casework_searchgrams (casework_searchgrams) VALUES ('delete-all')"
_CASES = """
    SELECT case_id FROM casework_searchgrams g CROSS JOIN casework_searchtext t ON t.id = g.rowid
    WHERE casework_searchgrams MATCH %s AND g.rowid >= %s AND g.rowid < %s AND instr(folded, %s) > 0
"""
_HOLDING = "SELECT DISTINCT case_id FROM casework_searchtext WHERE case_id IN ({given}) AND instr(folded, %s) > 0"
_FIRST_TEXTS = """
    SELECT case_id, field, text, min(id) FROM casework_searchtext
    WHERE case_id IN ({given}) AND instr(folded, %s) > 0 GROUP BY case_id
"""


class SQLite(Store):
    """See `stores.Store`."""

    @property
    def is_newest_first(self) -> bool:
        """Yes: ids are walked backwards."""
        return True

    def create(self) -> None:
        """A table of FTS5."""
        self.run(_CREATE)

    def drop(self) -> None:
        """The table and what FTS5 keeps beside it away."""
        self.run("DROP TABLE casework_searchgrams")

    def standing(self, keys: Collection[Key]) -> Standing:
        """What is stored of these texts."""
        pieces: dict[int, Piece] = {}
        highest: dict[int, int] = {}
        for some in _chunks(list(keys)):
            given = ", ".join(["(%s, %s)"] * len(some))
            for case_id, top, row, *columns in self.rows(
                _STANDING.format(given=given), [x for key in some for x in key]
            ):
                highest[case_id] = (case_id << SLOTS) - 1 if top is None else top
                if row is not None:
                    pieces[row] = self._piece(columns)
        return Standing(pieces, highest)

    def append(self, piece: Piece) -> None:
        """Two statements."""
        low, high = piece.case_id << SLOTS, (piece.case_id + 1) << SLOTS
        self.run(_APPEND, [low, *self.values(piece), low, high])
        self.run(_INDEX_APPENDED, [" ".join(piece.grams()), low, high])

    def append_many(self, pieces: Sequence[Piece]) -> None:
        """Two statements, prepared once; the pieces of a case get ids one after another."""
        numbers: dict[int, int] = {}
        rows: list[tuple[int, Piece]] = []
        for piece in pieces:
            number = numbers[piece.case_id] = numbers.get(piece.case_id, -1) + 1
            rows.append(((piece.case_id << SLOTS) + number, piece))
        instants = filling.Instants()
        filling.run(_APPEND_MANY, [(row, *piece[:-1], instants[piece.opened_at]) for row, piece in rows])
        filling.run(_INDEX_MANY, [(row, " ".join(piece.grams())) for row, piece in rows])

    def replace(self, standing: Standing, pieces: Sequence[Piece]) -> None:
        """At most three statements for each 2,000 pieces; a piece keeps its id."""
        rows = {(piece.key, piece.piece): row for row, piece in standing.pieces.items()}
        highest = dict(standing.highest)
        written: dict[int, Piece] = {}
        for piece in pieces:
            row = rows.get((piece.key, piece.piece))
            if row is None:
                row = highest[piece.case_id] = highest[piece.case_id] + 1
            written[row] = piece
        self._delete([row for row in standing.pieces if row not in written])
        self._write(written)
        self._index([("delete", row, piece) for row, piece in standing.pieces.items()], written)

    def index(self, pieces: Mapping[int, Piece]) -> None:
        """An entry of each."""
        self._index([], pieces)

    def clear(self) -> None:
        """Every entry away."""
        self.run(_CLEAR)

    def lacking(self, pieces: Mapping[int, Piece]) -> Iterable[int]:
        """All grams of a piece in one question each: slow, and sure."""
        find = "SELECT count(*) FROM casework_searchgrams WHERE casework_searchgrams MATCH %s AND rowid = %s"
        for row, piece in pieces.items():
            asked = " AND ".join(map(_quoted, piece.grams()))
            if asked and not self.rows(find, [asked, row])[0][0]:
                yield row

    def add_units(self, old_path: str, new_path: str) -> None:
        """Two statements, which look at every row: units move rarely."""
        within = [len(old_path), old_path]
        self.run(_ADD_MARKS, [" ".join(grams.of_place(new_path)), *within])
        self.run(_MOVE, [new_path, len(old_path) + 1, *within])

    def cases(self, word: str, window: Window, scope: Scope, *, at_most: int) -> list[int]:
        """One statement that stops by itself."""
        asked = " AND ".join(map(_quoted, grams.of_word(word)))
        for marks in scope.marks():
            asked += f" AND ({' OR '.join(map(_quoted, marks))})"
        conditions, values = scope.conditions()
        given = [asked, window.low << SLOTS, window.high << SLOTS, word, *values, at_most]
        rows = self.rows(f"{_CASES}{conditions} ORDER BY g.rowid DESC LIMIT %s", given)
        return [case_id for (case_id,) in rows]

    def holding(self, word: str, cases: Sequence[int]) -> set[int]:
        """By the texts themselves."""
        given = ", ".join(["%s"] * len(cases))
        return {case_id for (case_id,) in self.rows(_HOLDING.format(given=given), [*cases, word])}

    def first_texts(self, word: str, cases: Sequence[int]) -> dict[int, tuple[str, str]]:
        """By the ids, which grow as texts are written."""
        given = ", ".join(["%s"] * len(cases))
        rows = self.rows(_FIRST_TEXTS.format(given=given), [*cases, word])
        return {case_id: (field, text) for case_id, field, text, _ in rows}

    # ---- within --------------------------------------------------------------------------------------------

    def _delete(self, ids: Sequence[int]) -> None:
        for some in _chunks(ids):
            self.run(_DELETE.format(given=", ".join(["%s"] * len(some))), some)

    def _write(self, pieces: Mapping[int, Piece]) -> None:
        for some in _chunks(list(pieces.items())):
            row = f"({', '.join(['%s'] * 9)})"
            values = [value for number, piece in some for value in (number, *self.values(piece))]
            self.run(_WRITE.format(given=", ".join([row] * len(some))), values)

    def _index(self, gone: Iterable[tuple[str, int, Piece]], pieces: Mapping[int, Piece]) -> None:
        """Takes out first: the last word of FTS5 on a gram of a piece is the one that counts."""
        orders = [*gone, *((None, row, piece) for row, piece in pieces.items())]
        for some in _chunks(orders):
            values = [value for order, row, piece in some for value in (order, row, " ".join(piece.grams()))]
            self.run(_INDEX.format(given=", ".join(["(%s, %s, %s)"] * len(some))), values)

    def values(self, piece: Piece) -> list[object]:
        """The columns of a piece behind its id."""
        return [*piece[:-1], self.database.ops.adapt_datetimefield_value(piece.opened_at)]

    def _piece(self, row: Sequence[Any]) -> Piece:
        *others, opened_at = row  # without its zone, as Django's connection reads it
        return Piece._make((*others, opened_at.replace(tzinfo=self.database.timezone)))


def _quoted(gram: str) -> str:
    """A gram has letters and digits only; quoted, AND and OR are no words of FTS5's own."""
    return f'"{gram}"'


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
