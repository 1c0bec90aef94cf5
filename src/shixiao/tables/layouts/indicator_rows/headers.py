"""The header of a table of indicators: one row, or two or three with groups above and parts below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shixiao.engine.targets.normalise import operator_words
from shixiao.engine.targets.units import UNITS
from shixiao.tables.assignments import MOST_COLUMNS, Assignment, Field
from shixiao.tables.layouts.indicator_rows.labels import Meaning, is_grade, meaning_of, scope_of
from shixiao.tables.layouts.indicator_rows.lines import Line, cell
from shixiao.tables.layouts.indicator_rows.words import bare, core, is_level1, is_level2

_CYCLE = {
    Field.LEVEL1: Field.CYCLE_LEVEL1,
    Field.LEVEL2: Field.CYCLE_LEVEL2,
    Field.NAME: Field.CYCLE_NAME,
    Field.OPERATOR: Field.CYCLE_OPERATOR,
    Field.VALUE: Field.CYCLE_VALUE,
    Field.MEASURE: Field.CYCLE_MEASURE,
    Field.OBJECTIVE: Field.CYCLE_OBJECTIVE,
}
# What only a table with a column of projects has.
_OF_PROJECTS = frozenset(
    (Field.SPENDER, Field.DEPARTMENT, Field.OBJECTIVE, Field.CYCLE_OBJECTIVE, Field.ACTUAL_OBJECTIVE, Field.TOTAL,
     Field.FISCAL, Field.SPECIAL_ACCOUNT, Field.OTHER)
)  # fmt: skip
_SUMS = frozenset(("合计", "总计", "小计", "全县", "全区", "全市", "汇总", "总数"))


class Header(NamedTuple):
    """The columns of a table: a field and a label for each, and the lines `first` to `last` on which they stand.

    `notes` are the codes of what was decided about columns, with the words for it. `scope` is "cycle" for a table
    that is for the whole cycle alone.
    """

    fields: tuple[Field, ...]
    labels: tuple[str, ...]
    first: int
    last: int
    notes: tuple[tuple[str, dict[str, object]], ...] = ()
    scope: str = ""

    def column(self, field: Field) -> int:
        """Where a field is, -1 if the table has none."""
        return self.fields.index(field) if field in self.fields else -1

    @property
    def lists_projects(self) -> bool:
        """Whether a column says which project a row belongs to."""
        return Field.PROJECT in self.fields

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.fields)


class NearMiss(NamedTuple):
    """A line that looks like a header but lacks something."""

    line: int
    missing: str


def headers_of(
    lines: Sequence[Line], assignments: Sequence[Assignment] = ()
) -> tuple[dict[int, Header], NearMiss | None]:
    """The headers of a grid by the number of their first line, and the first line that almost is one."""
    by_hand = {assignment.line: assignment for assignment in assignments}
    found: dict[int, Header] = {}
    near: NearMiss | None = None
    known: dict[tuple[str, ...], list[Meaning | None] | None] = {}
    end = -1
    for index, line in enumerate(lines):
        assignment = by_hand.get(line.row.line)
        if assignment:
            start = index - 1 if index > end + 1 and index - 1 in found else index
            found[start] = _assigned(line, assignment, index)
            end = index
            continue
        if index <= end or not _may_be_header(line):
            continue
        key = tuple(line.filled)
        if key not in known:
            known[key] = _meanings(line, lines[index + 1 : index + 1 + _ROWS_LOOKED_AT])
        header = _header(lines, index, known[key], floor=end)
        if isinstance(header, Header):
            found[header.first] = header
            end = header.last
        else:
            near = near or header
    return found, near


def _may_be_header(line: Line) -> bool:
    return (
        not line.row.is_prose
        and len(line.cells) >= 2
        and any("级" in text or "指" in text or "級" in text for text in line.cells)
    )


def _assigned(line: Line, assignment: Assignment, index: int) -> Header:
    fields = assignment.columns[:MOST_COLUMNS]
    labels = tuple(bare(cell(line.filled, column)) for column in range(len(fields)))
    return Header(fields, labels, index, index)


def _meanings(line: Line, below: Sequence[Line]) -> list[Meaning | None] | None:
    """The meaning of each cell, None if the line is certainly no header: it holds levels, or too little. A header without
    the word for a level (绩效指标 | 指标内容 | 指标值) is one where levels stand below it."""
    texts = [text for text in line.filled if text]
    if len(texts) < 2 or any(len(text) > 80 for text in texts):
        return None
    meanings = [meaning_of(text) for text in line.filled]
    fields = {meaning.field for meaning in meanings if meaning}
    has_level = bool(fields & {Field.LEVEL1, Field.LEVEL2})
    has_more = bool(fields & {Field.NAME, Field.VALUE, Field.OPERATOR, Field.ACTUAL, Field.MEASURE})
    if not has_level and Field.NAME in fields and Field.VALUE in fields:
        has_level = any(is_level1(text) or is_level2(text) for each in below for text in each.filled[:3] if text)
    return meanings if has_level and has_more else None


def _header(
    lines: Sequence[Line], index: int, meanings: list[Meaning | None] | None, *, floor: int
) -> Header | NearMiss | None:
    if meanings is None:
        return None
    line = lines[index]
    above = lines[index - 1] if index - 1 > floor and _is_group_row(lines[index - 1]) else None
    below = lines[index + 1] if index + 1 < len(lines) and _is_part_row(line, lines[index + 1]) else None
    columns = _Columns(line, above, below)
    columns.settle()
    first = index if above is None else index - 1
    last = index if below is None else index + 1
    if missing := columns.missing():
        return NearMiss(index, missing)
    fields = _told_by_cells(columns.fields, lines[last + 1 : last + 1 + _ROWS_LOOKED_AT])
    return Header(tuple(fields), tuple(columns.labels), first, last, tuple(columns.notes), columns.scope)


_ROWS_LOOKED_AT = 40
_OPERATORS = frozenset("≥ ≤ > < = ＞ ＜ ＝ ≧ ≦ >= <= 定性 定量".split()) | frozenset(operator_words())


def _told_by_cells(fields: list[Field], below: Sequence[Line]) -> list[Field]:
    """Columns whose label says nothing, such as 性质, but whose cells are operators or units throughout."""
    found = list(fields)
    if not {Field.LEVEL1, Field.LEVEL2}.intersection(found):
        _levels_by_cells(found, below)
    for field, words in ((Field.OPERATOR, _OPERATORS), (Field.MEASURE, UNITS)):
        if field in found or Field.VALUE not in found:
            continue
        for column, known in enumerate(fields):
            if known is not Field.KEPT:
                continue
            cells = [text for line in below if (text := cell(line.filled, column))]
            fitting = sum(text in words for text in cells)
            if len(cells) >= _FEWEST_CELLS and fitting * 10 >= len(cells) * 9:
                found[column] = field
                break
    return found


_FEWEST_CELLS = 2


def _levels_by_cells(found: list[Field], below: Sequence[Line]) -> None:
    """Columns before the names that hold nothing but levels."""
    for column in range(found.index(Field.NAME) if Field.NAME in found else 0):
        cells = [text for line in below if (text := cell(line.filled, column))]
        for field, is_one in ((Field.LEVEL2, is_level2), (Field.LEVEL1, is_level1)):
            if cells and field not in found and sum(map(is_one, cells)) * 10 >= len(cells) * 8:
                found[column] = field
                break


def _is_group_row(line: Line) -> bool:
    """A row of groups: 绩效指标, 中期目标 | 年度目标. One of its own that says a value beside a label is none."""
    texts = [text for text in line.filled if text]
    if not texts or line.row.is_prose:
        return False
    meanings = [meaning_of(text) for text in texts]
    return all(meanings) and any(
        meaning and (meaning.field is None or meaning.scope or len(texts) > 2) for meaning in meanings
    )


def _is_part_row(line: Line, below: Line) -> bool:
    """A row of parts below the labels: 符号 | 数值 | 单位, or the villages of a table with a value for each."""
    if below.row.is_prose:
        return False
    new = [
        (column, text)
        for column, text in enumerate(below.filled)
        if text and bare(text) != bare(cell(line.filled, column))
    ]
    if not new or any(is_level1(text) or is_level2(text) for _, text in new):
        return False
    above = [_spanning(line, column) for column, _ in new]
    if not all(above):
        return False
    if all(meaning_of(text) for _, text in new):
        return not any(
            (meaning_of(text) or Meaning(None)).field in (Field.LEVEL1, Field.LEVEL2) for _, text in new
        ) or (line.is_blank is False and not _has_names(line))
    groups = {bare(text) for text in above}
    is_value = all((meaning_of(text) or Meaning(None)).field is Field.VALUE for text in above)
    return (
        is_value
        and len(new) >= 2
        and len(groups) == 1
        and all(
            1 < len(text) <= 12 and not any(mark.isdigit() or mark in "≥≤<>=%％" for mark in text) for _, text in new
        )
    )


def _has_names(line: Line) -> bool:
    return any((meaning_of(text) or Meaning(None)).field is Field.NAME for text in line.filled if text)


def _spanning(line: Line, column: int) -> str:
    """The label at a column, or the nearest to its left, of which a merged cell may have lost its text."""
    while column >= 0:
        if text := cell(line.filled, column):
            return text
        column -= 1
    return ""


class _Columns:
    """Decides the field of each column from up to three rows of labels."""

    def __init__(self, line: Line, above: Line | None, below: Line | None) -> None:
        width = max(len(each.filled) for each in (line, above, below) if each)
        self.width = min(width, MOST_COLUMNS)
        self.fields: list[Field] = [Field.IGNORED] * self.width
        self.labels: list[str] = [""] * self.width
        self.notes: list[tuple[str, dict[str, object]]] = []
        self.scope = ""
        self.meanings: list[Meaning | None] = []
        self.parents: list[str] = []
        for column in range(self.width):
            own, part = cell(line.filled, column), cell(below.filled, column) if below else ""
            group = _spanning(above, column) if above else ""
            if part and bare(part) != bare(own):
                label, parent = part, own or _spanning(line, column)
            elif own:
                label, parent = own, group
            else:
                label, parent = (cell(above.filled, column) if above else ""), ""
            self.labels[column] = bare(label)
            self.meanings.append(meaning_of(label) if label else None)
            self.parents.append(parent)
        self._trim()

    def _trim(self) -> None:
        while self.labels and not self.labels[-1]:
            self.labels.pop()
            self.fields.pop()
            self.meanings.pop()
            self.parents.pop()
        self.width = len(self.labels)

    def settle(self) -> None:
        """Every column gets its field."""
        lists = any(meaning and meaning.field is Field.PROJECT for meaning in self.meanings)
        strong = {meaning.field for meaning in self.meanings if meaning and not meaning.is_weak}
        first_name = self._first_name()
        for column, meaning in enumerate(self.meanings):
            if not self.labels[column]:
                continue
            if self._repeats(column):
                self.fields[column] = Field.IGNORED
                continue
            field = meaning.field if meaning else None
            if meaning is None:
                field = Field.KEPT
            elif field is None:
                field = Field.VALUE if meaning.scope and self._is_below_value(column) else Field.IGNORED
            elif meaning.is_weak and (field in strong or column == 0 and self.labels[0].endswith("绩效指标")):
                field = Field.IGNORED if self.labels[column].endswith("绩效指标") else Field.KEPT
            elif field in _OF_PROJECTS and not lists:
                field = self._outside_list(field, strong)
            elif field is Field.MEASURE and lists and self.labels[column] == "单位" and column < first_name:
                field = Field.SPENDER
            elif field is Field.PROJECT and self.labels[column] == "项目" and column > first_name:
                field = Field.KEPT
            if field is Field.KEPT and self._is_part_of_value(column):
                field = Field.VALUE if not is_grade(self.labels[column]) else Field.KEPT
            self.fields[column] = self._scoped(column, field, meaning)
        self._whole_cycle()
        self._second_set()
        self._names_of_last_level()
        self._matrix()
        self._thresholds()
        self._twice()

    def _first_name(self) -> int:
        wanted = (Field.NAME, Field.LEVEL1, Field.LEVEL2)
        return next(
            (column for column, meaning in enumerate(self.meanings) if meaning and meaning.field in wanted), self.width
        )

    def _repeats(self, column: int) -> bool:
        """A label that only goes on from the cell before it: a merged cell, repeated."""
        if column == 0 or self.labels[column] != self.labels[column - 1]:
            return False
        return bare(self.parents[column]) == bare(self.parents[column - 1])

    @staticmethod
    def _outside_list(field: Field, strong: set[Field | None]) -> Field:
        if field is Field.OBJECTIVE and Field.VALUE not in strong:
            return Field.VALUE
        if field is Field.ACTUAL_OBJECTIVE and Field.ACTUAL not in strong:
            return Field.ACTUAL
        return Field.KEPT

    def _is_part_of_value(self, column: int) -> bool:
        """One of several unknown columns under 指标值."""
        return self.meanings[column] is None and self._is_below_value(column)

    def _is_below_value(self, column: int) -> bool:
        parent = meaning_of(self.parents[column]) if self.parents[column] else None
        return parent is not None and parent.field is Field.VALUE

    def _scoped(self, column: int, field: Field, meaning: Meaning | None) -> Field:
        scope = (meaning.scope if meaning else "") or scope_of(bare(self.parents[column]))
        return _CYCLE.get(field, field) if scope == "cycle" else field

    def _whole_cycle(self) -> None:
        """A table that is for the whole cycle alone keeps the fields; only its values are those of the cycle."""
        if Field.CYCLE_NAME not in self.fields or Field.NAME in self.fields:
            return
        back = {cycle: field for field, cycle in _CYCLE.items()}
        if Field.VALUE not in self.fields:
            self.scope = "cycle"
            self.fields = [back.get(field, field) for field in self.fields]
        else:
            keep = (Field.CYCLE_VALUE, Field.CYCLE_OPERATOR, Field.CYCLE_MEASURE)
            self.fields = [field if field in keep else back.get(field, field) for field in self.fields]

    def _second_set(self) -> None:
        """Names and values that stand twice, without groups above: the first are those of the whole cycle."""
        for field in (Field.NAME, Field.VALUE):
            if self.fields.count(field) != 2:
                return
        if Field.CYCLE_VALUE in self.fields:
            return
        second = len(self.fields) - 1 - self.fields[::-1].index(Field.NAME)
        start = second
        while start > 0 and self.fields[start - 1] in (Field.LEVEL1, Field.LEVEL2):
            start -= 1
        for column in range(start):
            if self.fields[column] is not Field.LEVEL1 or Field.LEVEL1 in self.fields[start:]:
                self.fields[column] = _CYCLE.get(self.fields[column], self.fields[column])

    def _names_of_last_level(self) -> None:
        """Without a third level, the second one holds the names."""
        if Field.NAME in self.fields or Field.LEVEL2 not in self.fields or Field.LEVEL1 not in self.fields:
            return
        first, second = self.fields.index(Field.LEVEL1), self.fields.index(Field.LEVEL2)
        self.fields[first], self.fields[second] = Field.LEVEL2, Field.NAME
        self.notes.append(("names_in_level2", {"column": self.labels[second]}))

    def _matrix(self) -> None:
        """Several values beside each other, one for each village: that of the whole is taken, else the first."""
        for field in (Field.VALUE, Field.CYCLE_VALUE):
            columns = [column for column, found in enumerate(self.fields) if found is field]
            if len(columns) < 2 or self.meanings[columns[0]] is not None and self.meanings[columns[1]] is not None:
                continue
            taken = next((column for column in columns if core(self.labels[column]) in _SUMS), columns[0])
            others = [self.labels[column] for column in columns if column != taken]
            for column in columns:
                self.fields[column] = field if column == taken else Field.KEPT
            self.notes.append(("matrix_column_taken", {"column": self.labels[taken], "others": "、".join(others)}))

    def _thresholds(self) -> None:
        """The four thresholds 优, 良, 中, 差 without another value: 优 is what is aimed at."""
        if Field.VALUE in self.fields or Field.CYCLE_VALUE in self.fields:
            return
        grades = [column for column, label in enumerate(self.labels) if is_grade(label)]
        if len(grades) >= 2 and core(self.labels[grades[0]]) in ("优", "优秀"):
            self.fields[grades[0]] = Field.VALUE
            self.notes.append(("threshold_as_value", {"column": self.labels[grades[0]]}))

    def _twice(self) -> None:
        """A field stands once; another column of the same kind is kept as published."""
        self._points_of_levels()
        seen: set[Field] = set()
        for column, field in enumerate(self.fields):
            if field in (Field.KEPT, Field.IGNORED):
                continue
            if field in seen:
                self.fields[column] = Field.KEPT
                self.notes.append(("column_twice", {"column": self.labels[column], "number": column + 1}))
            seen.add(field)

    def _points_of_levels(self) -> None:
        """Some forms print points behind each level: those of an indicator stand behind its name."""
        name = self.fields.index(Field.NAME) if Field.NAME in self.fields else -1
        for field in (Field.WEIGHT, Field.SCORE):
            if field not in self.fields[name + 1 :]:
                continue
            for column in range(max(name, 0)):
                if self.fields[column] is field:
                    self.fields[column] = Field.KEPT

    def missing(self) -> str:
        """The column without which nothing can be read, "" if all are there."""
        if Field.NAME not in self.fields and Field.CYCLE_NAME not in self.fields:
            return "三级指标"
        wanted = (Field.VALUE, Field.CYCLE_VALUE, Field.OPERATOR, Field.ACTUAL)
        return "" if any(field in self.fields for field in wanted) else "指标值"
