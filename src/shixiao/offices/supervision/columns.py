"""Which column of a list holds what of a task. Pure: guessed by titles, changed by hand, remembered by header."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shixiao.casework.sheets import MOST_COLUMNS, Header, bare, best_header, header_at
from shixiao.engine.bilingual import Text
from shixiao.tables.grid import Sheets

TITLES: Mapping[str, Text] = {
    "matter": Text("事项", "Matter"),
    "unit": Text("主办单位", "Lead unit"),
    "assisting": Text("协办单位", "Assisting units"),
    "done_when": Text("办成标准", "What counts as done"),
    "limit_on": Text("办理期限", "To be done by"),
    "orderer": Text("交办领导", "Leader"),
    "source_ref": Text("来源文号或会议", "Document or meeting"),
}
REQUIRED = ("matter", "unit", "done_when")
IGNORED = "-ignored"
NOT_READ = Text("不读", "Not read")
_WORDS = {
    "matter": ("事项", "督办事项", "任务", "工作任务", "议定事项", "内容", "事项内容", "matter"),
    "unit": ("主办单位", "牵头单位", "责任单位", "承办单位", "单位", "主办", "牵头", "leadunit"),
    "assisting": ("协办单位", "配合单位", "参与单位", "协办", "配合", "assistingunits"),
    "done_when": ("办成标准", "完成标准", "目标要求", "工作要求", "要求", "完成标志", "whatcountsasdone"),
    "limit_on": ("办理期限", "完成时限", "时限", "期限", "完成时间", "截止日期", "办结时限", "tobedoneby"),
    "orderer": ("交办领导", "责任领导", "分管领导", "领导", "leader"),
    "source_ref": ("来源", "文号", "会议", "来源文号或会议", "依据", "documentormeeting"),
}
_MEANS = {word: code for code, several in _WORDS.items() for word in several}


class Taken(NamedTuple):
    """How the columns of a table are taken: which table (from 1), the line of its header, a code for each column from the left,
    and the words above them."""

    grid: int
    line: int
    codes: tuple[str, ...]
    labels: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """A JSON object."""
        return self._asdict() | {"codes": list(self.codes), "labels": list(self.labels)}


def from_json(form: Mapping[str, Any]) -> Taken:
    """What `as_json` gave. Raises ValueError, KeyError or TypeError for anything else."""
    return Taken(
        grid=int(form["grid"]),
        line=int(form["line"]),
        codes=tuple(str(each) for each in form["codes"])[:MOST_COLUMNS],
        labels=tuple(str(each) for each in form["labels"])[:MOST_COLUMNS],
    )


def means(label: str) -> str | None:
    """What the words of a header mean here."""
    return _MEANS.get(bare(label))


def titles() -> list[tuple[str, Text]]:
    """What a column can be, the last of them nothing."""
    return [*TITLES.items(), (IGNORED, NOT_READ)]


def propose(sheets: Sheets, known: Iterable[Taken] = ()) -> Taken | None:
    """The columns of the first table whose header somebody said the meaning of before, or whose header names most; None where no row
    names two."""
    found = best_header(sheets, means, known=known, fewest=2)
    if found is None:
        return None
    number, header, before = found
    if before is not None:
        return before._replace(grid=number, line=header.line)
    return Taken(number, header.line, _codes(header, header.means), header.labels)


def taken(sheets: Sheets, *, grid: int, line: int, codes: Sequence[str]) -> Taken | None:
    """The columns as given by hand; None where the file has no such line. What is named twice counts the first time."""
    header = header_at(sheets, means, grid=grid, line=line)
    if header is None:
        return None
    found: list[str | None] = []
    for code in codes:
        found.append(code if code in TITLES and code not in found else None)
    return Taken(grid, line, _codes(header, found), header.labels)


def _codes(header: Header, said: Sequence[Any | None]) -> tuple[str, ...]:
    """A column for each; of two that mean the same the first."""
    width = max(len(header.labels), len(said))
    found: list[str] = []
    for each in (*said, *(None,) * width):
        found.append(IGNORED if each is None or each in found else each)
    return tuple(found[:width])


def missing(how: Taken) -> list[Text]:
    """What every task needs and no column has."""
    return [TITLES[code] for code in REQUIRED if code not in how.codes]
