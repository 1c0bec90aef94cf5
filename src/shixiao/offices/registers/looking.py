"""What would come of a filled-in sheet: its rows against the definition, people and units found again, rows that are there already.

Nothing is written here; everything that is wrong is said at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Model
from django.utils import timezone

from shixiao import tables
from shixiao.casework import visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import ClosedYear, Project, Subject, Topic
from shixiao.casework.particulars import canonical
from shixiao.casework.sheets import MOST_ROWS, Wrong, cut_off
from shixiao.casework.waiting import sentence
from shixiao.engine.bilingual import Text
from shixiao.offices.registers import columns, reading
from shixiao.offices.registers.columns import PROJECT, UNIT, Taken
from shixiao.offices.registers.fields import Field, Sort
from shixiao.offices.registers.models import Draft, Entry, Sheet, SheetRow
from shixiao.offices.registers.reading import Line, Read
from shixiao.offices.registers.responsibilities import CLERK
from shixiao.people.models import Unit, User
from shixiao.tables.grid import Sheets

REMEMBERED = 50
CHUNK = 500
_NOT_COMPUTED = "formula_without_value"


@dataclass(slots=True)
class Preview:
    """What would come of the file. `refusal` says why it cannot be read at all."""

    draft: Draft
    fields: tuple[Field, ...]
    how: Taken | None = None
    refusal: Text | None = None
    lines: list[Line] = field(default_factory=list)
    there: list[tuple[Line, int]] = field(default_factory=list)  # with the case that has it
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    totals_left_out: int = 0
    units: Mapping[int, Unit] = field(default_factory=dict)
    projects: Mapping[int, Project] = field(default_factory=dict)
    before: Sheet | None = None
    sheets: Sheets | None = None

    @property
    def rows(self) -> int:
        """How many entries the file has."""
        return len(self.lines) + len(self.there)

    @property
    def is_plan(self) -> bool:
        """Its rows are still to be done."""
        return self.draft.step == "plan"

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way of taking it in."""
        return self.refusal is None and not self.wrong and self.before is None and self.rows > 0


def check_clerk(draft: Draft, *, by: User, now: datetime) -> None:
    """Raises `NotAllowed` for whoever may not enter for the unit of the file."""
    if not visibility.held_by(by, now=now).allow(CLERK.word, draft.unit.path):
        raise NotAllowed(
            Text(
                f"导入需要{draft.unit.name}的“{CLERK.title.zh}”职责。如需办理，请联系安全管理员。",
                f"The import needs the responsibility “{CLERK.title.en}” at {draft.unit.name}.",
            )
        )


def look(draft: Draft, *, by: User, now: datetime) -> Preview:
    """What would come of the file, with everything that is wrong at once. Writes nothing. Raises `NotAllowed`."""
    check_clerk(draft, by=by, now=now)
    fields = draft.register.current.typed_fields
    before = Sheet.objects.filter(register=draft.register, sha256=draft.sha256).first()
    seen = Preview(draft, fields, before=before)
    try:
        sheets = tables.sheets(bytes(draft.content))
    except tables.Unreadable as unreadable:
        seen.refusal = sentence(unreadable)
        return seen
    seen.sheets = sheets
    seen.notes = [each.text for each in sheets.repairs]
    seen.how = columns.from_json(draft.columns) if draft.columns else columns.propose(sheets, fields, remembered(draft))
    seen.refusal = _unreadable(seen, sheets)
    if seen.refusal is None and seen.how is not None:
        _fill(seen, reading.read(sheets, seen.how, fields, is_plan=seen.is_plan), by=by, now=now)
    return seen


def remembered(draft: Draft) -> list[Taken]:
    """How the columns of files of this register that were taken in were read, the newest first."""
    listed = Sheet.objects.filter(register=draft.register).order_by("-id").values_list("columns", flat=True)
    return [columns.from_json(each) for each in listed[:REMEMBERED] if each]


def _unreadable(seen: Preview, sheets: Sheets) -> Text | None:
    if not seen.is_plan and (files := [f.title for f in seen.fields if f.is_required and f.sort is Sort.ATTACHMENT]):
        return Text(
            f"每条记录都要有“{'、'.join(files)}”，表格带不了文件。请逐条登记，或者作为安排导入。",
            f"Each entry needs a file ({', '.join(files)}), which a sheet cannot bring. Enter one by one, or import plans.",
        )
    if not sheets.grids:
        return Text("文件里没有表格。", "There is no table in the file.")
    if seen.how is None:
        return Text(
            "没有认出表头。请在“各列是什么”里指明表头和各列，或者用本台账的模板。",
            "No header was recognised. Say which row is the header and what the columns hold, or use the template.",
        )
    if open_ := columns.missing(seen.how, seen.fields, is_plan=seen.is_plan):
        names = [each.title for each in open_]
        return Text(
            f"还不知道哪一列是：{'、'.join(names)}。请在“各列是什么”里指明。",
            f"Nobody knows yet which column is: {', '.join(names)}. Say so below.",
        )
    if repair := next((each for each in sheets.repairs if each.code == _NOT_COMPUTED), None):
        return repair.text
    return cut_off(sheets)


def _fill(seen: Preview, read: Read, *, by: User, now: datetime) -> None:
    seen.wrong, seen.totals_left_out = read.wrong, read.totals_left_out
    if read.is_too_long:
        most = f"{MOST_ROWS:,}"
        seen.refusal = Text(
            f"文件超过 {most} 行。一次最多导入 {most} 行，请拆成几个文件。",
            f"The file has more than {most} rows, which is the most at once. Split it.",
        )
        return
    if not read.lines and not read.wrong:
        seen.refusal = Text("表头下面没有一行数据。", "There is no row below the header.")
        return
    finder = _Finder(seen, by=by, now=now)
    lines = [line for line in read.lines if finder.find(line)]
    seen.units, seen.projects = finder.units, finder.projects
    seen.lines, seen.there = _new_and_known(seen, lines, finder)
    seen.wrong = sorted([*seen.wrong, *finder.wrong], key=lambda each: (each.sheet, each.line, each.column))


# ---- finding what the words mean -----------------------------------------------------------------------------


class _Finder:
    """Finds units, projects, people, topics and subjects that rows name, each kind in one statement."""

    def __init__(self, seen: Preview, *, by: User, now: datetime) -> None:
        self.seen, self.draft = seen, seen.draft
        self.wrong: list[Wrong] = []
        self.today = timezone.localtime(now).date()
        self.places = visibility.held_by(by, now=now).paths_for(CLERK.word)
        self.closed = set(ClosedYear.objects.values_list("year", flat=True))
        self.units = {unit.pk: unit for unit in Unit.objects.open_on(self.today)}
        self.units_named = _by_words(self.units.values(), ("name", "short_name", "code"))
        self.projects = {each.pk: each for each in Project.objects.select_related("unit")}
        self.projects_named = _by_words(self.projects.values(), ("name", "code"))
        self.named: dict[Sort, dict[str, list[Any]]] = {}
        version = seen.draft.register.current
        self.day_field, self.is_every = version.day_field, version.entering == "every"

    def refuse(self, line: Line, title: Text, text: Text) -> bool:
        """Notes what is wrong; always false."""
        self.wrong.append(Wrong(line.sheet, line.line, "", title, text))
        return False

    def find(self, line: Line) -> bool:
        """Everything that a row names."""
        found = [self._unit(line), self._project(line), *(self._thing(line, each) for each in self.seen.fields)]
        return all(found) and self._day(line)

    def _unit(self, line: Line) -> bool:
        unit = self.draft.unit
        if line.unit:
            here = self.units_named.get(_key(line.unit), [])
            if len(here) != 1:
                return self.refuse(line, UNIT, _none_or_many("单位", line.unit, len(here)))
            unit = here[0]
        register = self.draft.register
        is_of_it = unit.is_within(register.unit) if self.is_every else unit.pk == register.unit_id
        if not is_of_it or not unit.path.startswith(self.places):
            text = Text(f"您不能为{unit.name}登记这个台账。", f"You may not enter into this register for {unit.name}.")
            return self.refuse(line, UNIT, text)
        line.unit_key = unit.pk
        return True

    def _project(self, line: Line) -> bool:
        if not line.project:
            return True
        unit = self.units.get(line.unit_key, self.draft.unit)
        here = [each for each in self.projects_named.get(_key(line.project), []) if unit.is_within(each.unit)]
        fitting = [each for each in here if each.since_year <= self._year(line) <= each.until_year]
        if len(fitting) != 1:
            return self.refuse(line, PROJECT, _none_or_many("项目", line.project, len(fitting)))
        line.project_key = fitting[0].pk
        return True

    def _year(self, line: Line) -> int:
        told = line.values.get(self.day_field, "")
        return date.fromisoformat(told).year if told else (line.due_on or self.today).year

    def _thing(self, line: Line, each: Field) -> bool:
        words = line.things.get(each.code)
        if words is None:
            return True
        here = self._of(each.sort).get(_key(words), [])
        if len(here) != 1:
            return self.refuse(line, each.words, _none_or_many(each.title, words, len(here)))
        line.values[each.code] = here[0].pk
        return True

    def _of(self, sort: Sort) -> dict[str, list[Any]]:
        if sort not in self.named:
            kinds: Mapping[Sort, tuple[type[Model], tuple[str, ...]]] = {
                Sort.PERSON: (User, ("display_name", "username")),
                Sort.TOPIC: (Topic, ("name",)),
                Sort.SUBJECT: (Subject, ("label", "name")),
            }
            if sort is Sort.UNIT:
                self.named[sort] = self.units_named
            else:
                model, names = kinds[sort]
                rows = User.objects.filter(is_active=True) if model is User else model._default_manager.all()
                self.named[sort] = _by_words(rows, names)
        return self.named[sort]

    def _day(self, line: Line) -> bool:
        """The day has come and its year is open; a plan is not for a day that has passed long ago, which is its own affair."""
        told = line.values.get(self.day_field, "")
        if self.seen.is_plan or not told:
            return True
        title = next(each.words for each in self.seen.fields if each.code == self.day_field)
        day = date.fromisoformat(told)
        if day > self.today:
            text = Text(
                "这一天还没有到，不能登记为已完成。可以作为安排导入。",
                "This day has not come yet: it cannot be entered as done. Import it as a plan.",
            )
            return self.refuse(line, title, text)
        if day.year in self.closed:
            text = Text(
                f"{day.year} 年已经关账，不能再记入。请删去这一行。",
                f"The books of {day.year} are closed. Leave this row out.",
            )
            return self.refuse(line, title, text)
        return True


def _key(words: str) -> str:
    return "".join(words.split())


def _by_words(rows: Iterable[Any], names: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for word in {_key(str(getattr(row, name))) for name in names if getattr(row, name)}:
            found[word].append(row)
    return found


def _none_or_many(title: str, words: str, count: int) -> Text:
    if count:
        return Text(
            f"有 {count} 个“{words[:40]}”，不知道是哪一个。请写编码或者登录名。",
            f"{count} are called “{words[:40]}”. Write the code or the user name.",
        )
    return Text(
        f"系统里没有叫“{words[:40]}”的{title}。请核对写法。",
        f"Nothing is called “{words[:40]}” here. Check the spelling.",
    )


# ---- what is there already -----------------------------------------------------------------------------------


def digest_of(register: str, step: str, line: Line) -> str:
    """The hash of what a row says; stored for rows that were taken in."""
    values, texts, due_on, unit = line.content
    told = {
        "register": register,
        "step": step,
        "values": list(values),
        "texts": list(texts),
        "due": due_on,
        "unit": unit,
    }
    return sha256(canonical(told).encode()).hexdigest()


def _new_and_known(seen: Preview, lines: Sequence[Line], finder: _Finder) -> tuple[list[Line], list[tuple[Line, int]]]:
    """Rows that were taken in before, and rows with exactly what an entry of the book says, are there; a row that stands twice in
    the file is an error, since nobody can tell it from a slip."""
    register = seen.draft.register
    digests = [digest_of(register.code, seen.draft.step, line) for line in lines]
    imported: dict[str, int] = {}
    for start in range(0, len(digests), CHUNK):
        rows = SheetRow.objects.filter(register=register, digest__in=digests[start : start + CHUNK])
        imported |= dict(rows.values_list("digest", "case_id"))
    typed = {} if seen.is_plan else _in_the_book(seen, lines, finder)
    new: list[Line] = []
    known: list[tuple[Line, int]] = []
    met: dict[str, Line] = {}
    for line, digest in zip(lines, digests, strict=True):
        first = met.setdefault(digest, line)
        case = imported.get(digest) or typed.get(_content(line.unit_key, line.values, line.texts))
        if first is not line:
            text = Text(
                f"与第 {first.line} 行完全相同。如果确实是两条，请在文字里写明区别；否则删去一行。",
                f"The same as row {first.line}. If these are two, say in words how they differ; otherwise leave one out.",
            )
            finder.refuse(line, Text("整行", "Row"), text)
        elif case:
            known.append((line, case))
        else:
            new.append(line)
    return new, known


def _in_the_book(seen: Preview, lines: Sequence[Line], finder: _Finder) -> dict[tuple[Any, ...], int]:
    """Counted entries of the days of the file, by what they say."""
    days = sorted({str(line.values[finder.day_field]) for line in lines if finder.day_field in line.values})
    if not days:
        return {}
    rows = Entry.objects.filter(register=seen.draft.register, day__gte=days[0], day__lte=days[-1])
    told = rows.values_list("case__unit_id", "values", "texts", "case_id")
    return {_content(unit, values, texts): case for unit, values, texts, case in told}


def _content(unit: int, values: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[Any, ...]:
    return (unit, tuple(sorted((code, str(value)) for code, value in values.items())), tuple(sorted(texts.items())))
