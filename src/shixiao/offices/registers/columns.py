"""Which column of a sheet holds which field of a register. Pure: guessed by titles, changed by hand, remembered by header."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shixiao.casework.sheets import MOST_COLUMNS, Header, Meaning, bare, best_header, header_at
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.fields import Field, Sort
from shixiao.tables.grid import Sheets

UNIT, PROJECT, DUE = Text("单位", "Unit"), Text("项目", "Project"), Text("完成期限", "To be done by")
# What every register has beside its fields. Codes of fields begin with a letter, so these are none.
OF_THE_HOUSE = {"-unit": UNIT, "-project": PROJECT, "-due_on": DUE}
IGNORED = "-ignored"
NOT_READ = Text("不读", "Not read")
_WORDS = {
    "-unit": ("单位", "单位名称", "unit"),
    "-project": ("项目", "项目名称", "项目编码", "project"),
    "-due_on": ("完成期限", "期限", "截止日期", "tobedoneby"),
}


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


def heading(field: Field) -> str:
    """What stands above its column in the template."""
    if field.sort is Sort.MONEY:
        return f"{field.title}（元）"
    return f"{field.title}（{field.unit}）" if field.unit else field.title


def readable(fields: Iterable[Field]) -> list[Field]:
    """A sheet brings no files."""
    return [each for each in fields if each.sort is not Sort.ATTACHMENT]


def titles(fields: Iterable[Field]) -> list[tuple[str, Text]]:
    """What a column can be, the last of them nothing."""
    own = [(each.code, each.words) for each in readable(fields)]
    return [*own, *OF_THE_HOUSE.items(), (IGNORED, NOT_READ)]


def meaning_of(fields: Sequence[Field]) -> Meaning:
    """What the words of a header mean in this register: titles first, whatever unit and remarks stand behind them."""
    words = {word: code for code, several in _WORDS.items() for word in several}
    words |= {bare(each.title): each.code for each in readable(fields)}
    words |= {bare(heading(each)): each.code for each in readable(fields)}
    words.pop("", None)
    return lambda label: words.get(bare(label))


def propose(sheets: Sheets, fields: Sequence[Field], known: Iterable[Taken] = ()) -> Taken | None:
    """The columns of the first table whose header somebody said the meaning of before, or whose header names most; None where
    no row names two fields, or the only one."""
    fewest = min(2, len(readable(fields))) or 1
    found = best_header(sheets, meaning_of(fields), known=known, fewest=fewest)
    if found is None:
        return None
    number, header, before = found
    if before is not None:
        here = {each.code for each in readable(fields)} | set(OF_THE_HOUSE)
        codes = tuple(code if code in here else IGNORED for code in before.codes)
        return before._replace(grid=number, line=header.line, codes=codes)
    return Taken(number, header.line, _codes(header, header.means), header.labels)


def taken(sheets: Sheets, fields: Sequence[Field], *, grid: int, line: int, codes: Sequence[str]) -> Taken | None:
    """The columns as given by hand; None where the file has no such line. A field that is named twice counts the first time."""
    header = header_at(sheets, meaning_of(fields), grid=grid, line=line)
    if header is None:
        return None
    known = {code for code, _title in titles(fields)}
    found: list[str | None] = []
    for code in codes:
        found.append(code if code in known and code not in found else None)
    return Taken(grid, line, _codes(header, found), header.labels)


def _codes(header: Header, means: Sequence[Any | None]) -> tuple[str, ...]:
    width = max(len(header.labels), len(means))
    return tuple((each or IGNORED) for each in (*means, *(None,) * width))[:width]


def missing(how: Taken, fields: Sequence[Field], *, is_plan: bool) -> list[Field]:
    """Required fields without a column. A plan may leave them open."""
    return [] if is_plan else [each for each in fields if each.is_required and each.code not in how.codes]
