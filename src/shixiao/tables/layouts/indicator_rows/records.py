"""Forms as they were found → records: one for each project, with all that is known of it but its readings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shixiao.engine.plans import Execution, Form, Funds, Labelled, Place, Repair, Task
from shixiao.tables.assignments import Field
from shixiao.tables.layouts.indicator_rows.drafts import Block, Draft, Entry
from shixiao.tables.layouts.indicator_rows.headers import Header
from shixiao.tables.layouts.indicator_rows.items import Item, items_of, matched
from shixiao.tables.layouts.indicator_rows.levels import sorted_out
from shixiao.tables.layouts.indicator_rows.lines import Line
from shixiao.tables.layouts.indicator_rows.money_of import (
    SPENDING_LABELS,
    Part,
    Reader,
    as_printed,
    combined,
    executions,
    funds_of,
    funds_of_spending,
    number,
)
from shixiao.tables.layouts.indicator_rows.words import bare, core, flat, one_line
from shixiao.tables.money import amount
from shixiao.tables.repairs import repair

_MONEY = {
    Field.TOTAL: "total",
    Field.FISCAL: "fiscal",
    Field.SPECIAL_ACCOUNT: "special_account",
    Field.OTHER: "other",
}
_TOTALS = frozenset(("合计", "总计", "小计", "部门合计", "单位合计", "总合计", "合计数"))


class Record:
    """One project. `subtotal` is the amount of its unit or of the whole, for a row that holds nothing else."""

    __slots__ = (
        "actual_objective", "amounts", "cycle_funds", "cycle_objective", "department", "details", "execution", "form",
        "funds", "grade", "items", "money_unit", "name", "objective", "place", "repairs", "spender", "tasks", "title",
        "total_score",
    )  # fmt: skip

    def __init__(self, draft: Draft, place: Place) -> None:
        self.title, self.money_unit, self.place = draft.title, draft.money_unit, place
        self.form = Form.TARGET_TABLE
        self.department = self.spender = self.name = self.grade = ""
        self.objective = self.cycle_objective = self.actual_objective = ""
        self.funds = Funds()
        self.cycle_funds: Funds | None = None
        self.details: tuple[Labelled, ...] = ()
        self.amounts: tuple[Labelled, ...] = ()
        self.execution: tuple[Execution, ...] = ()
        self.tasks: tuple[Task, ...] = ()
        self.total_score: Decimal | None = None
        self.items: list[Item] = []
        self.repairs: list[Repair] = []


class Subtotal:
    """A row that has amounts and a name, but neither project nor indicators: a unit, a department, or 合计."""

    __slots__ = ("funds", "is_total", "name", "place", "repairs")

    def __init__(self, name: str, funds: Funds, place: Place, *, is_total: bool) -> None:
        self.name, self.funds, self.place, self.is_total = name, funds, place, is_total
        self.repairs: list[Repair] = []


def records_of(draft: Draft) -> list[Record | Subtotal]:
    """The projects of a form: one, or as many as its rows name. Subtotals stand between them."""
    blocks = [block for block in draft.blocks if block.entries or len(draft.blocks) == 1]
    listed = [block for block in blocks if block.header.lists_projects]
    if listed:
        return _listed(draft, listed)
    return [_single(draft, blocks)]


# -- a form for one project


def _single(draft: Draft, blocks: Sequence[Block]) -> Record:
    head = draft.head
    place = head.place or (blocks[0].place if blocks else draft.place)
    record = Record(draft, place)
    record.repairs += draft.repairs
    record.name, record.department, record.spender = head.project, head.department, head.spender
    record.objective, record.cycle_objective = head.objective, head.cycle_objective
    record.actual_objective, record.grade = head.actual_objective, head.grade
    record.tasks, record.details = tuple(head.tasks), tuple(head.details)
    record.form = form_of(draft, blocks)
    reader = Reader(draft.money_unit, place, record.repairs)
    money = [each for each in head.money if each.known.amount != "use"] or head.task_total
    uses = [each for each in head.money if each.known.amount == "use"]
    record.execution = executions(head.spending, reader)
    if head.spending:
        record.funds = funds_of_spending(head.spending, record.execution, reader)
        if record.funds == Funds():
            record.funds, record.cycle_funds = funds_of(money, reader)
    else:
        record.funds, record.cycle_funds = funds_of(money, reader)
    if (
        record.funds.total is None
        and record.form is Form.DEPARTMENT
        and head.task_total
        and money is not head.task_total
    ):
        record.funds, _ = funds_of(head.task_total, reader)
    record.amounts = as_printed((*money, *uses), head.spending, SPENDING_LABELS)
    _say_notes(record, blocks)
    record.items = _items(blocks, record.repairs)
    record.total_score = _total_score(draft, record)
    if not record.name:
        _without_name(record)
    if record.objective and record.objective == record.cycle_objective and not head.objective:
        record.cycle_objective = ""
    if record.cycle_objective and not record.objective and not record.cycle_funds and _only_annual(blocks):
        record.objective, record.cycle_objective = record.cycle_objective, ""
    return record


def _only_annual(blocks: Sequence[Block]) -> bool:
    """Whether a form has one set of indicators, so that its one goal is theirs, whatever it is called."""
    return len(blocks) == 1 and not any(field.value.startswith("cycle_") for field in blocks[0].header.fields)


def _without_name(record: Record) -> None:
    if record.form is Form.DEPARTMENT or "整体" in record.title:
        record.name = "部门整体支出"
    else:
        record.repairs.append(repair("project_name_missing", record.place))


def form_of(draft: Draft, blocks: Sequence[Block]) -> Form:
    """Which form it is, by its title, and by its columns where there is none."""
    title, head = draft.title, draft.head
    has_scores = any(Field.SCORE in block.header.fields and Field.ACTUAL in block.header.fields for block in blocks)
    if "自评" in title or has_scores:
        return Form.SELF_EVALUATION
    if "整体" in title or (head.tasks and not head.project):
        return Form.DEPARTMENT
    return Form.DECLARATION if "申报" in title else Form.TARGET_TABLE


def _items(blocks: Sequence[Block], repairs: list[Repair]) -> list[Item]:
    annual: list[Item] = []
    cycle: list[Item] = []
    for block in blocks:
        found = items_of(block.entries, block.header, scope=block.scope, repairs=repairs)
        (cycle if block.scope == "cycle" else annual).extend(found)
    return matched(annual, cycle) if cycle else annual


def _say_notes(record: Record, blocks: Sequence[Block]) -> None:
    said: set[tuple[str, str]] = set()
    for block in blocks:
        for code, words in block.header.notes:
            key = (code, str(words))
            if key not in said:
                record.repairs.append(repair(code, block.place, row=None, **words))
            said.add(key)


def _total_score(draft: Draft, record: Record) -> Decimal | None:
    """The score of the whole form: in its row of totals, or beside its own label."""
    found = number(draft.head.score)
    for entry in draft.totals:
        texts = [text for _, text in entry.line.pieces()]
        words = texts[0]
        record.details += (Labelled(one_line(words), " ".join(texts[1:])),) if len(texts) > 1 else ()
        own = number(entry.own(Field.SCORE))
        numbers = [value for text in texts[1:] if (value := number(text)) is not None]
        is_score = "得分" in core(words) or core(words)[-1:] == "分" and "得" in core(words)
        if own is None and (len(numbers) > 1 or numbers and is_score):
            own = numbers[-1]
        if own is not None and ("小计" not in words):
            found = own
    return found


# -- one table for many projects


def _listed(draft: Draft, blocks: Sequence[Block]) -> list[Record | Subtotal]:
    found: list[Record | Subtotal] = []
    for block in blocks:
        lister = _Lister(draft, block)
        for entry in _in_order(block.entries, draft.totals, block.header):
            lister.take(entry)
        found += lister.finished()
    first = next((record for record in found if isinstance(record, Record)), None)
    if first:
        _say_notes(first, blocks)
        first.repairs += draft.repairs
    return found


def _in_order(entries: Sequence[Entry], totals: Sequence[Entry], header: Header) -> list[Entry]:
    own = [entry for entry in totals if entry.header is header or entry.header.fields == header.fields]
    return sorted((*entries, *own), key=lambda entry: entry.line.order)


class _Lister:
    """Goes through the rows of a list, knowing the project, the unit and the department so far."""

    def __init__(self, draft: Draft, block: Block) -> None:
        self.draft, self.block, self.header = draft, block, block.header
        self.found: list[Record | Subtotal] = []
        self.record: Record | None = None
        self.entries: list[Entry] = []
        self.spender, self.department = draft.head.spender, draft.head.department
        self.unit = _unit_of_header(self.header) or draft.money_unit
        self.first_row: Line | None = None

    def take(self, entry: Entry) -> None:
        """Takes up a row: of a new project, of the one before, or a subtotal."""
        project = one_line(entry.text(Field.PROJECT))
        spender = one_line(entry.text(Field.SPENDER))
        department = one_line(entry.text(Field.DEPARTMENT))
        level1, level2 = sorted_out(entry.text(Field.LEVEL1), entry.text(Field.LEVEL2), has_second=True)
        has_indicator = bool(entry.text(Field.NAME) or entry.text(Field.VALUE) or level1 or level2)
        if not has_indicator and self._is_subtotal(entry, project):
            self._subtotal(entry, project or spender or department)
            return
        self.department = department or self.department
        if spender and spender != self.spender:
            self.spender, is_new_spender = spender, True
        else:
            is_new_spender = False
        if project and (self.record is None or project != self.record.name or is_new_spender):
            self._begin(entry, project)
        elif self.record is None:
            self._begin(entry, project or self.draft.head.project)
        if self.record:
            self._goals(self.record, entry)
        self.entries.append(entry)

    def _is_subtotal(self, entry: Entry, project: str) -> bool:
        if _is_amount(project):
            return True
        has_money = any(entry.own(field) for field in _MONEY)
        return has_money and (not project or core(project) in _TOTALS or not entry.text(Field.OBJECTIVE))

    def _subtotal(self, entry: Entry, name: str) -> None:
        self._close()
        place = entry.line.place()
        if not name or _is_amount(name):
            name = next((text for _, text in entry.line.pieces()), "")
        is_total = core(name) in _TOTALS or any(core(text) in _TOTALS for _, text in entry.line.pieces()[:2])
        row = Subtotal(name, Funds(), place, is_total=is_total)
        row.funds = self._funds(entry, Reader(self.unit, place, row.repairs))
        self.found.append(row)
        if not is_total and name and entry.text(Field.SPENDER):
            self.spender = name
        self.record = None

    def _begin(self, entry: Entry, project: str) -> None:
        self._close()
        record = Record(self.draft, entry.place(Field.PROJECT))
        record.name, record.spender, record.department = project, self.spender, self.department
        record.form = form_of(self.draft, [self.block])
        record.money_unit = self.unit
        reader = Reader(self.unit, record.place, record.repairs)
        record.funds = self._funds(entry, reader)
        record.amounts = tuple(
            Labelled(self.header.labels[self.header.column(field)], text)
            for field in _MONEY
            if (text := entry.own(field))
        )
        if not project:
            record.repairs.append(repair("project_name_missing", record.place))
        self.record = record

    def _funds(self, entry: Entry, reader: Reader) -> Funds:
        texts = [text for _, text in entry.line.pieces()]
        if _is_amount(entry.text(Field.PROJECT)):
            amounts = [text for text in texts if _is_amount(text)]
            kinds = [(field, kind) for field, kind in _MONEY.items() if field in self.header.fields]
            ordered = sorted(kinds, key=lambda pair: self.header.column(pair[0]))
            place = entry.line.place()
            moved = zip(ordered, amounts, strict=False)
            parts = [
                Part(kind, field.value, reader.amount(text, label=text, place=place)) for (field, kind), text in moved
            ]
            return combined(parts, reader)
        parts = [
            Part(kind, label, reader.amount(entry.own(field), label=label, place=entry.place(field)))
            for field, kind in _MONEY.items()
            if field in self.header.fields and (label := self.header.labels[self.header.column(field)]) is not None
        ]
        return combined(parts, reader)

    @staticmethod
    def _goals(record: Record, entry: Entry) -> None:
        record.objective = _more(record.objective, flat(entry.text(Field.OBJECTIVE)))
        record.cycle_objective = _more(record.cycle_objective, flat(entry.text(Field.CYCLE_OBJECTIVE)))
        record.actual_objective = _more(record.actual_objective, flat(entry.text(Field.ACTUAL_OBJECTIVE)))

    def _close(self) -> None:
        if self.record:
            self.record.items = items_of(self.entries, self.header, scope=self.block.scope, repairs=self.record.repairs)
            self.found.append(self.record)
        self.record, self.entries = None, []

    def finished(self) -> Iterator[Record | Subtotal]:
        """All that was found, in order."""
        self._close()
        return iter(self.found)


def _is_amount(text: str) -> bool:
    found = amount(text) if text else None
    return found is not None and found.value is not None


def _more(before: str, text: str) -> str:
    if not text or text in before:
        return before
    return f"{before}\n{text}" if before else text


def _unit_of_header(header: Header) -> str:
    for field in _MONEY:
        label = header.labels[header.column(field)] if field in header.fields else ""
        if match := re.search(r"[（(](元|万元|亿元|千元|百元)[)）]", label):
            return match[1]
    return ""


def year_of(title: str) -> str:
    """The year that a title names, "" for none."""
    match = re.search(r"20\d\d", title)
    return match[0] if match else ""


def same_office(one: str, other: str) -> bool:
    """Whether two names can be of one department: the same but for codes, or one of them unsaid."""
    plain, others = (re.sub(r"[\d\[\]【】()（）\-－—]", "", bare(name)) for name in (one, other))
    return plain == others or not plain or not others
