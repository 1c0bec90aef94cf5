"""The labelled cells around a table of indicators, taken up line by line."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from shixiao.engine.plans import Labelled, Place, Task
from shixiao.tables.layouts.indicator_rows.head_labels import (
    PRINTED,
    Label,
    Part,
    execution_column,
    label_of,
    task_column,
)
from shixiao.tables.layouts.indicator_rows.lines import Line, cell
from shixiao.tables.layouts.indicator_rows.words import bare, core, flat, one_line
from shixiao.tables.money import UNITS

_LONGEST_LABEL = 14
_COLUMNS_OF_MONEY = frozenset(("budget", "full_year", "executed", "rate"))


class Money(NamedTuple):
    """An amount as printed, with its label, where it stood, and the unit that its label names ("" for none)."""

    label: str
    known: Label
    text: str
    place: Place
    unit: str


class Spending(NamedTuple):
    """A line of money of a self-evaluation as printed: cells by the fields of `Execution`."""

    label: str
    known: Label
    cells: dict[str, str]
    place: Place
    unit: str


class Head:
    """What stands around one table of indicators."""

    __slots__ = (
        "actual_objective",
        "cycle_objective",
        "department",
        "details",
        "grade",
        "money",
        "money_unit",
        "objective",
        "place",
        "project",
        "score",
        "spender",
        "spending",
        "task_total",
        "tasks",
        "unread",
    )  # fmt: skip

    def __init__(self) -> None:
        self.project = self.department = self.spender = ""
        self.objective = self.cycle_objective = self.actual_objective = ""
        self.grade = self.score = self.money_unit = ""
        self.place: Place | None = None
        self.details: list[Labelled] = []
        self.money: list[Money] = []
        self.spending: list[Spending] = []
        self.tasks: list[Task] = []
        self.task_total: list[Money] = []
        self.unread: list[Line] = []


class HeadReader:
    """Takes up the lines of a head. It knows what the line before began: columns of goals, of money, of tasks."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self._goals: list[tuple[int, Label]] = []
        self._spending: dict[str, int] = {}
        self._spending_unit = ""
        self._spending_line: Line | None = None
        self._tasks: dict[int, str] = {}
        self._task_frame = ""
        self._last_goal: Label | None = None

    def take(self, line: Line) -> bool:
        """Takes up a line; whether it said anything."""
        pieces = line.pieces()
        if self._begins_spending(line, pieces) or self._begins_tasks(pieces):
            return True
        if self._tasks and self._take_task(line, pieces):
            return True
        if self._spending and self._take_spending(line, pieces):
            return True
        if self._goals and self._take_goals(line, pieces):
            return True
        return self._take_pairs(line, pieces)

    # -- money of a self-evaluation: a row of columns, then a row for each source

    def _begins_spending(self, line: Line, pieces: list[tuple[int, str]]) -> bool:
        found: dict[str, int] = {}
        for column, text in pieces:
            if field := execution_column(text):
                found.setdefault(field, column)
        if sum(1 for field in found if field in _COLUMNS_OF_MONEY or field.startswith(PRINTED)) < 2:
            return False
        self._spending, self._spending_line = found, line
        self._spending_unit = ""
        for _, text in pieces:
            self._spending_unit = unit_in(text) or self._spending_unit
        self.head.money_unit = self._spending_unit or self.head.money_unit
        return True

    def _take_spending(self, line: Line, pieces: list[tuple[int, str]]) -> bool:
        labelled = [
            (column, text) for column, text in pieces if (label_of(text) or Label(Part.GROUP)).part is Part.MONEY
        ]
        first = min(self._spending.values())
        if not labelled or labelled[0][0] >= first and not self._is_dropped(line):
            self._spending = {}
            return False
        column, text = labelled[-1] if labelled[-1][0] < first else labelled[0]
        shift = self._shift(line, column, first)
        cells = {field: cell(line.cells, where - shift) for field, where in self._spending.items()}
        known = label_of(text)
        if known:
            place = line.place(column)
            self.head.spending.append(Spending(label_words(text), known, cells, place, self._spending_unit))
        return True

    def _is_dropped(self, line: Line) -> bool:
        return self._spending_line is not None and len(line.cells) < len(self._spending_line.cells)

    def _shift(self, line: Line, column: int, first: int) -> int:
        """Cells dropped at the beginning: the label then has its amount right beside it, too far to the left."""
        if line.grid.merges or column >= first - 1:
            return 0
        between = [cell(line.cells, index) for index in range(column + 1, first)]
        if not all(text and text != cell(line.cells, column) for text in between):
            return 0
        return first - 1 - column

    # -- main tasks of a department

    def _begins_tasks(self, pieces: list[tuple[int, str]]) -> bool:
        found = {column: task_column(text) for column, text in pieces if task_column(text)}
        if (
            self._tasks
            and pieces
            and all((label_of(text) or Label(Part.GROUP)).part is Part.MONEY for _, text in pieces)
        ):
            self._tasks.update({column: label_words(text) for column, text in pieces})
            return True
        if not {"name", "content"} <= set(found.values()) and not ("content" in found.values() and len(pieces) > 2):
            return False
        start = min(found)
        self._tasks = {column: task_column(text) or label_words(text) for column, text in pieces if column >= start}
        self._task_frame = next((text for column, text in pieces if column < start), "")
        for _, text in pieces:
            self.head.money_unit = unit_in(text) or self.head.money_unit
        return True

    def _take_task(self, line: Line, pieces: list[tuple[int, str]]) -> bool:
        pieces = [(column, text) for column, text in pieces if text != self._task_frame]
        if not pieces:
            return True
        known = label_of(pieces[0][1])
        if known and known.part is not Part.MONEY or len(pieces) == 1 and known is None and len(pieces[0][1]) > 60:
            self._tasks = {}
            return False
        by_field: dict[str, str] = {}
        for column, label in self._tasks.items():
            if label and (text := cell(line.cells, column)):
                by_field.setdefault(label, text)
        amounts = {label: text for label, text in by_field.items() if label not in ("name", "content")}
        if known:
            total = [Money(label, label_of(label) or known, text, line.place(), "") for label, text in amounts.items()]
            self.head.task_total += [each for each in total if each.text != pieces[0][1]]
            return True
        name, content = one_line(by_field.get("name", "")), flat(by_field.get("content", ""))
        self.head.tasks.append(Task(name, content, tuple(Labelled(*pair) for pair in amounts.items())))
        return True

    # -- goals side by side: a row of labels, the texts below them

    def _take_goals(self, line: Line, pieces: list[tuple[int, str]]) -> bool:
        goals, self._goals = self._goals, []
        pieces = [(column, text) for column, text in pieces if not _is_frame(text)]
        if not pieces or any(label_of(text) for _, text in pieces):
            return False
        if len(pieces) == len(goals) - 1 and pieces[0][0] == goals[0][0] and not line.grid.merges:
            pieces = [(start, text) for (start, _), (_, text) in zip(goals[1:], pieces, strict=True)]
        for column, text in pieces:
            under = [label for start, label in goals if start <= column]
            self._goal(under[-1] if under else goals[0][1], text)
        return True

    def _goal(self, label: Label, text: str) -> None:
        head, text = self.head, text.strip()
        if label.part is Part.ACTUAL_OBJECTIVE:
            head.actual_objective = _joined(head.actual_objective, text)
        elif label.scope == "cycle":
            head.cycle_objective = _joined(head.cycle_objective, text)
        else:
            head.objective = _joined(head.objective, text)
        self._last_goal = label

    # -- a label, and what stands beside it

    def _take_pairs(self, line: Line, pieces: list[tuple[int, str]]) -> bool:
        if self._last_goal and self._goes_on(pieces):
            return True
        self._last_goal = None
        said = False
        open_label: tuple[int, str, Label] | None = None
        open_texts: list[str] = []
        goals: list[tuple[int, Label]] = []
        values = 0
        for column, text in pieces:
            if own := _own_pairs(text):
                for words, known, value in own:
                    self._put(line, column, words, known, value)
                said, values = True, values + 1
                continue
            label = label_of(text)
            if label is None and open_label is None and column == pieces[0][0] and _is_new_label(pieces):
                label = Label(Part.DETAIL)
            if label is None:
                if open_label:
                    open_texts.append(text)
                    values += 1
                continue
            if open_label:
                self._close(line, open_label, open_texts, goals)
            open_label, open_texts, said = (column, text, label), [], True
        if open_label:
            self._close(line, open_label, open_texts, goals)
        if goals and not (values and len(goals) == 1):
            self._goals = goals
        return said

    def _close(
        self, line: Line, opened: tuple[int, str, Label], texts: list[str], goals: list[tuple[int, Label]]
    ) -> None:
        """Puts what stands beside a label where it belongs; the label of a goal may have its text below."""
        column, words, label = opened
        if not texts and label.part in (Part.OBJECTIVE, Part.ACTUAL_OBJECTIVE):
            goals.append((column, label))
            return
        self._put(line, column, words, label, "\n".join(texts) if label.part is Part.OBJECTIVE else " ".join(texts))

    def _goes_on(self, pieces: list[tuple[int, str]]) -> bool:
        texts = [text for _, text in pieces if not _is_frame(text)]
        is_more = len(texts) == 1 and not label_of(texts[0]) and not _own_pairs(texts[0]) and len(pieces) <= 2
        if is_more and self._last_goal:
            self._goal(self._last_goal, texts[0])
        return is_more

    def _put(self, line: Line, column: int, words: str, label: Label, text: str) -> None:
        head = self.head
        part = label.part
        unit = unit_in(words)
        if part is Part.GROUP or part is Part.MONEY:
            head.money_unit = unit or head.money_unit
        if part is Part.PROJECT:
            head.project = head.project or one_line(text)
            head.place = head.place or line.place(column)
        elif part is Part.DEPARTMENT:
            head.department = head.department or one_line(text)
        elif part is Part.SPENDER:
            head.spender = head.spender or one_line(text)
        elif part in (Part.OBJECTIVE, Part.ACTUAL_OBJECTIVE):
            self._goal(label, text)
        elif part is Part.MONEY:
            head.money.append(Money(label_words(words), label, text, line.place(column), unit))
        elif part is Part.GRADE:
            head.grade = head.grade or one_line(text)
        elif part is Part.SCORE:
            head.score = head.score or one_line(text)
        elif text and part in (Part.DETAIL, Part.FOOTER) or text and part is Part.GROUP and not unit:
            head.details.append(Labelled(label_words(words), flat(text)))


def label_words(text: str) -> str:
    """A label as published, on one line and without its colon."""
    return one_line(text).strip("：: \u3000")


def _joined(before: str, text: str) -> str:
    if not before or before == text or before.endswith("\n" + text):
        return text if not before or before == text else before
    return f"{before}\n{text}"


def _is_frame(text: str) -> bool:
    """A word that runs down beside several rows: 总体目标, 年度目标, 绩效目标."""
    label = label_of(text)
    return label is not None and label.part in (Part.OBJECTIVE, Part.GROUP) and "\n" not in text


def _is_new_label(pieces: list[tuple[int, str]]) -> bool:
    """A short word before a text, where only labels stand."""
    word = pieces[0][1]
    is_short = 2 <= len(bare(word)) <= _LONGEST_LABEL and not any(mark in word for mark in "。；，、！,;0123456789")
    return is_short and len(pieces) == 2 and "指标" not in word


@cache
def _pair() -> re.Pattern[str]:
    return re.compile(r"\s*([^：:\n]{2,24})[：:]\s*(.*)", re.DOTALL)


def _own_pairs(text: str) -> list[tuple[str, Label, str]]:
    """Labels and texts in one cell: 年度资金总额：16, one on each line for money."""
    if "：" not in text and ":" not in text:
        return []
    lines = [each for each in text.splitlines() if each.strip()]
    found: list[tuple[str, Label, str]] = []
    for index, each in enumerate(lines):
        match = _pair().fullmatch(each.strip())
        if match and bare(match[1]).startswith("其中") and core(match[1]) == "":
            match = _pair().fullmatch(match[2])
        label = label_of(match[1]) if match else None
        if match is None or label is None:
            if not found:
                return []
            words, known, before = found[-1]
            found[-1] = (words, known, f"{before}\n{each.strip()}")
            continue
        if index and label.part is not Part.MONEY and found and found[-1][1].part in (Part.OBJECTIVE, Part.DETAIL):
            words, known, before = found[-1]
            found[-1] = (words, known, f"{before}\n{each.strip()}")
            continue
        found.append((match[1], label, match[2].strip()))
    if len(found) == 1 and not found[0][2]:
        return []
    return found


@cache
def _unit() -> re.Pattern[str]:
    names = "|".join(sorted(UNITS, key=len, reverse=True))
    return re.compile(rf"[（(](?:单位[：:])?(?:人民币)?({names})[)）]|单位[：:](?:人民币)?({names})")


def unit_in(text: str) -> str:
    """The unit of money that a label names in brackets, "" for none."""
    if "元" not in text:
        return ""
    match = _unit().search("".join(text.split()))
    return (match[1] or match[2]) if match else ""
