"""Lines of a grid → forms: which line is a title, a part of a head, a header, an indicator, a total, a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from shixiao.engine.plans import Place, Repair
from shixiao.tables.assignments import Assignment, Field
from shixiao.tables.grid import Grid
from shixiao.tables.layouts.indicator_rows.alignment import shift_of
from shixiao.tables.layouts.indicator_rows.head_labels import Part, label_of
from shixiao.tables.layouts.indicator_rows.headers import Header, headers_of
from shixiao.tables.layouts.indicator_rows.heads import Head, HeadReader
from shixiao.tables.layouts.indicator_rows.labels import scope_of
from shixiao.tables.layouts.indicator_rows.lines import Line, cell, lines_of
from shixiao.tables.layouts.indicator_rows.words import SIMPLIFIED, bare, core, is_level1, is_level2
from shixiao.tables.money import UNITS
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

_TOTALS = frozenset(
    (
        "总分",
        "合计",
        "总计",
        "小计",
        "总得分",
        "自评总分",
        "自评得分",
        "总分合计",
        "分值合计",
        "得分合计",
        "合计得分",
        "自评总得分",
        "评价总分",
        "总",
    )
)
_NOTES = (
    "注",
    "备注",
    "说明",
    "填表说明",
    "填报说明",
    "附",
    "制表",
    "审核人",
    "填报人",
    "填表人",
    "单位负责人",
    "第",
    "—",
    "-",
)


class Entry:
    """A row of indicators: its cells in the columns of the header, as printed and with merged cells filled."""

    __slots__ = ("cells", "filled", "header", "line", "repairs", "shift")

    def __init__(self, line: Line, header: Header, shift: int) -> None:
        self.line, self.header, self.shift = line, header, shift
        self.cells = [""] * shift + line.cells if shift else line.cells
        self.filled = [""] * shift + line.filled if shift else line.filled
        self.repairs: list[Repair] = []

    def text(self, field: Field) -> str:
        """The cell of a field, also where only a merged cell reaches it."""
        return cell(self.filled, self.header.column(field))

    def own(self, field: Field) -> str:
        """The cell of a field as printed in this very row: what counts once, such as points."""
        return cell(self.cells, self.header.column(field))

    def place(self, field: Field) -> Place:
        """Where the cell of a field stands."""
        column = self.header.column(field)
        return self.line.place(max(column - self.shift, 0)) if column >= 0 else self.line.place()


class Block:
    """The rows under one header."""

    __slots__ = ("entries", "header", "place", "scope")

    def __init__(self, header: Header, place: Place, scope: str) -> None:
        self.header, self.place, self.scope = header, place, scope or header.scope
        self.entries: list[Entry] = []


class Draft:
    """One form: what stands above it, its head, and its tables of indicators."""

    __slots__ = ("blocks", "grid", "head", "money_unit", "place", "repairs", "title", "totals")

    def __init__(self, grid: Grid, title: str, money_unit: str, place: Place) -> None:
        self.grid, self.title, self.money_unit, self.place = grid, title, money_unit, place
        self.head = Head()
        self.blocks: list[Block] = []
        self.totals: list[Entry] = []
        self.repairs: list[Repair] = []

    @property
    def has_rows(self) -> bool:
        """Whether any row of indicators was found."""
        return any(block.entries for block in self.blocks)


class Found:
    """What a grid holds: its forms, the repairs outside them, and how its columns were taken."""

    __slots__ = ("assignments", "drafts", "repairs")

    def __init__(self, drafts: list[Draft], repairs: list[Repair], assignments: list[Assignment]) -> None:
        self.drafts, self.repairs, self.assignments = drafts, repairs, assignments


def drafts_of(grid: Grid, number: int, assignments: Sequence[Assignment] = ()) -> Found | Unreadable:
    """The forms of a grid, or why there is none."""
    lines = lines_of(grid)
    headers, near = headers_of(lines, assignments)
    if not headers:
        if near:
            return Unreadable("missing_columns", lines[near.line].place(), missing=near.missing)
        return Unreadable("no_table")
    walk = _Walk(grid, lines, headers)
    drafts = walk.walked()
    if not drafts:
        first = next(iter(headers.values()))
        return Unreadable("no_rows", lines[first.last].place())
    return Found(drafts, walk.outside(), _assignments(lines, headers, number))


def _assignments(lines: Sequence[Line], headers: dict[int, Header], number: int) -> list[Assignment]:
    """One for each header that differs from the one before it."""
    found: list[Assignment] = []
    for header in headers.values():
        if not found or found[-1].columns != header.fields:
            found.append(Assignment(number, lines[header.last].row.line, header.fields, header.labels))
    return found


_TOP_LABELS = (Part.PROJECT, Part.DEPARTMENT, Part.SPENDER)


class _Walk:
    """Goes through the lines once, knowing what came before."""

    def __init__(self, grid: Grid, lines: Sequence[Line], headers: dict[int, Header]) -> None:
        self.grid, self.lines, self.headers = grid, lines, headers
        self.drafts: list[Draft] = []
        self.draft = Draft(grid, "", "", grid.place(grid.rows[0]) if grid.rows else Place())
        self.reader = HeadReader(self.draft.head)
        self.header: Header | None = None
        self.block: Block | None = None
        self.title = self.money_unit = self.department = ""
        self.is_new = False
        self.scope = ""
        self.strays: list[Line] = []
        self.above: list[Line] = []
        self.is_below = False

    def walked(self) -> list[Draft]:
        """Every form that has rows of indicators."""
        index = 0
        while index < len(self.lines):
            header = self.headers.get(index)
            if header:
                self._header(header, self.lines[header.last])
                index = header.last + 1
                continue
            line = self.lines[index]
            if not line.is_blank:
                self._step(line)
            index += 1
        self._end_draft()
        return self.drafts

    def outside(self) -> list[Repair]:
        """The lines that belong to no form, said once."""
        if not self.strays:
            return []
        first = self.strays[0]
        return [repair("text_outside_table", first.place(), count=len(self.strays), text=first.text())]

    def _header(self, header: Header, line: Line) -> None:
        if self.is_new and self.draft.has_rows and self.title and self.title != self.draft.title:
            self._new_draft(line)
        scope = self.scope or scope_of(header.labels[0]) if header.fields[:1] == (Field.IGNORED,) else self.scope
        self.scope, self.is_new = "", False
        self.header, self.is_below = header, False
        block = self.block
        if block and block.header.fields == header.fields and block.scope == (scope or header.scope):
            block.header = header if not block.entries else block.header
            return
        self.block = Block(header, line.place(), scope)
        self.draft.blocks.append(self.block)

    def _step(self, line: Line) -> None:
        if self._heading(line):
            return
        if self.header is None or self.block is None:
            self._head(line)
            return
        entry = Entry(line, self.header, 0 if self.grid.merges else shift_of(line.filled, self.header))
        kind = self._kind(entry)
        if kind == "total":
            self.draft.totals.append(entry)
        elif kind == "entry":
            self.block.entries.append(entry)
        elif kind == "head":
            self._head(line)
        else:
            self.strays.append(line)

    # -- what stands above and between

    def _heading(self, line: Line) -> bool:
        """A title, the year below it, 金额单位：万元, the department: what begins a form or a page."""
        pieces = line.pieces()
        if len(pieces) > 4:
            return False
        if len(pieces) == 1:
            text = pieces[0][1]
            if is_title(text):
                self.title, self.is_new = _plain_title(text), True
                self._note_unit(text)
                return True
            if self.title and self.is_new and _is_year(text):
                self.title = (
                    self.title + "".join(text.split()) if "".join(text.split()) not in self.title else self.title
                )
                return True
            scope = _block_scope(text)
            if scope and "指标" in text:
                self.scope = scope
                return True
        return self._note_units(pieces, line)

    def _note_units(self, pieces: list[tuple[int, str]], line: Line) -> bool:
        statements = [each for _, text in pieces for each in _statements(text)]
        found = False
        for statement in statements:
            label, colon, value = statement.replace(":", "：", 1).partition("：")
            if not colon or not value.strip():
                continue
            word, value = core(label), value.strip()
            unit = _money_unit(value)
            if word in ("金额单位", "单位", "货币单位", "计量单位") and unit:
                self.money_unit, found = unit, True
            elif word in (
                "填报单位",
                "编制单位",
                "部门名称",
                "填报部门",
                "预算部门",
                "主管部门",
                "单位名称",
                "预算单位",
                "填表单位",
                "部门",
            ) and (len(pieces) == 1 or line.row.is_prose or len(statements) == len(pieces)):
                if self.draft.blocks and self.department != value:
                    self.is_new = True
                self.department, found = value, True
        if found and not self.draft.blocks:
            self.draft.money_unit = self.draft.money_unit or self.money_unit
        return found

    def _note_unit(self, text: str) -> None:
        for name in ("（万元）", "(万元)", "（元）", "(元)"):
            if name in text:
                self.money_unit = name[1:-1]

    def _head(self, line: Line) -> None:
        if self._begins_form(line) or self._ends_another_kind():
            self._new_draft(line)
        elif self.is_new and not self.draft.blocks:
            self._named(self.draft)
        if not self.reader.take(line):
            self.strays.append(line)
        elif not self.draft.blocks:
            self.above.append(line)

    def _ends_another_kind(self) -> bool:
        """Whether what stood above the title was a table of another kind: money without any name to it."""
        head = self.draft.head
        is_nameless = not (head.project or head.department or head.spender or head.objective)
        if not (self.is_new and is_nameless and self.above and not self.draft.blocks):
            return False
        self.strays += self.above
        return True

    def _named(self, draft: Draft) -> None:
        draft.title = draft.title or self.title
        draft.money_unit = draft.money_unit or self.money_unit
        self.is_new = False

    def _begins_form(self, line: Line) -> bool:
        """Whether the line is the first of a new form below another: it names a project, or its department again."""
        pieces = line.pieces()
        parts = [
            label.part
            for _, text in pieces
            if (label := label_of(text.partition("：")[0] if "：" in text[:12] else text))
        ]
        if not parts:
            return False
        head = self.draft.head
        if parts[0] is Part.PROJECT:
            return bool(head.project or self.draft.has_rows)
        is_top = parts[0] in (Part.DEPARTMENT, Part.SPENDER)
        return is_top and self.draft.has_rows

    def _new_draft(self, line: Line) -> None:
        before = self.draft
        self._end_draft()
        title = self.title or before.title
        self.draft = Draft(self.grid, title, self.money_unit or before.money_unit, line.place())
        self.reader = HeadReader(self.draft.head)
        self.header = self.block = None
        self.is_new, self.scope, self.is_below = False, "", False
        self.above = []

    def _end_draft(self) -> None:
        draft = self.draft
        draft.title = draft.title or self.title
        draft.money_unit = draft.head.money_unit or draft.money_unit or self.money_unit
        draft.head.department = draft.head.department or self.department
        if draft.has_rows or draft.head.project and draft.blocks:
            self.drafts.append(draft)

    # -- below a header

    def _kind(self, entry: Entry) -> str:
        """What a line below a header is: "entry", "total", "head" (a labelled line above or below), or ""."""
        line, header = entry.line, entry.header
        printed = line.pieces()
        if (
            printed
            and printed[0][1].startswith(_NOTES)
            and (len(printed) == 1 or ":" in printed[0][1].replace("：", ":"))
        ):
            return ""
        if line.row.is_prose:
            return "head" if any(label_of(text.partition("：")[0]) for _, text in line.pieces()) else ""
        pieces = [(column, text) for column, text in line.pieces() if not _is_frame(header, column + entry.shift, text)]
        if not pieces:
            return ""
        first = core(pieces[0][1])
        has_name = bool(entry.own(Field.NAME) or entry.own(Field.CYCLE_NAME))
        if first in _TOTALS and (header.lists_projects or not _is_named(entry, first)):
            return "total"
        if len(pieces) == 1 and (is_level1(pieces[0][1]) or is_level2(pieces[0][1])):
            return "entry"
        if header.lists_projects:
            return "entry"
        known = label_of(pieces[0][1]) if not (is_level1(pieces[0][1]) or is_level2(pieces[0][1])) else None
        if known and known.part in _TOP_LABELS and pieces[0][0] == 0:
            return "head"  # however few cells it has: 项目名称 | 业务培训 begins the next form
        at_name = pieces[0][0] + entry.shift >= header.column(Field.NAME) >= 0
        if known and not (at_name and len(pieces) > 1 and has_name):
            return "head"
        if (
            len(pieces) == 1
            and not has_name
            and "：" in pieces[0][1][:14]
            and label_of(pieces[0][1].partition("：")[0])
        ):
            return "head"
        if len(pieces) == 1 and pieces[0][0] < max(header.column(Field.NAME), 1) and len(header.fields) > 2:
            return "" if not self.is_below else "head"
        return "entry"


def _is_named(entry: Entry, first: str) -> bool:
    """Whether a word of totals is the name of an indicator (小计 below a name is none)."""
    return core(entry.own(Field.NAME)) != first and bool(entry.own(Field.LEVEL2))


def _is_frame(header: Header, column: int, text: str) -> bool:
    """The cell of a column beside the table that runs down along it: 绩效指标."""
    if column >= header.width or header.fields[column] is not Field.IGNORED:
        return False
    word = bare(text)
    return (
        word == header.labels[column]
        or ("指标" in word and not is_level1(text) and not is_level2(text))
        or word in ("绩效", "目标")
    )


@lru_cache(maxsize=1024)
def is_title(text: str) -> bool:
    """A line that names a form: 项目支出绩效目标表（2024年度）."""
    if not 4 <= len(text) <= 80:
        return False
    plain = "".join(text.split()).translate(SIMPLIFIED).strip("#*")
    plain = re.sub(r"^(?:附件|附表|附|表)[\d一二三四五六七八九十]*(?:[-—－.]\d+)*[:：、.]?", "", plain)
    ends = re.sub(r"[（(][^（()）]*[)）]\d*$", "", plain).rstrip("0123456789一二三四五六七八九十")
    names = "绩效" in plain or "自评" in plain
    return (
        names and ends.endswith(("表", "绩效目标", "绩效自评", "绩效指标")) and "。" not in plain and not label_of(text)
    )


def _plain_title(text: str) -> str:
    return "".join(text.split()).strip("#*")


def _is_year(text: str) -> bool:
    return (
        re.fullmatch(r"[（(]?\s*(?:20\d\d|\d{2}|[一二三四五六七八九〇○零]{4})\s*年\s*度?\s*[)）]?", text.strip())
        is not None
    )


def _block_scope(text: str) -> str:
    return scope_of(bare(text)) if len(text) <= 16 else ""


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(r"\s{2,}|\u3000+|\n")


def _statements(text: str) -> list[str]:
    return (
        [piece.strip(" \u3000") for piece in _gap().split(text) if piece.strip(" \u3000")] if len(text) <= 200 else []
    )


def _money_unit(value: str) -> str:
    unit = value.strip("）) 。").replace("人民币", "").strip()
    return unit if unit in UNITS else ""
