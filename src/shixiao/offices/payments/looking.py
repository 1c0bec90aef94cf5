"""What would come of a finance system's file: its rows found again among projects, contracts, vouchers and budgets.

Nothing is written here; everything that is wrong is said at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from shixiao import tables
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import ClosedYear, Contract, Project
from shixiao.casework.sheets import MOST_ROWS, Wrong, cut_off
from shixiao.casework.waiting import sentence
from shixiao.engine.bilingual import Text
from shixiao.offices.payments import columns, reading
from shixiao.offices.payments.columns import Field, Taken
from shixiao.offices.payments.models import Draft, Outlay, Payment, Statement
from shixiao.offices.payments.reading import Line, Read
from shixiao.offices.payments.responsibilities import CLERK
from shixiao.offices.payments.spending import NOTHING, accounts
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates
from shixiao.tables.grid import Sheets

REMEMBERED = 100
CHUNK = 500


class Group(NamedTuple):
    """What a budget is compared by."""

    project: int
    year: int
    source: str

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.project}-{self.year}-{self.source}"


@dataclass(slots=True)
class Over:
    """A budget that would be exceeded: what is approved, spent and bound, what the file adds, and the reason given."""

    group: Group
    project: Project
    approved: Decimal
    used: Decimal
    adding: Decimal
    reason: str

    @property
    def by(self) -> Decimal:
        """By how much."""
        return self.used + self.adding - self.approved


@dataclass(slots=True)
class Preview:
    """What would come of the file. `refusal` says why it cannot be read at all."""

    draft: Draft
    how: Taken | None = None
    refusal: Text | None = None
    lines: list[Line] = field(default_factory=list)
    there: list[tuple[Line, int]] = field(default_factory=list)  # with the case that has it
    wrong: list[Wrong] = field(default_factory=list)
    overs: list[Over] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    totals_left_out: int = 0
    projects: Mapping[int, Project] = field(default_factory=dict)
    before: Statement | None = None
    sheets: Sheets | None = None

    @property
    def amount(self) -> Decimal:
        """What the new rows add up to."""
        return sum((line.amount for line in self.lines), NOTHING)

    @property
    def rows(self) -> int:
        """How many payments the file has."""
        return len(self.lines) + len(self.there)

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way of taking it in, but perhaps reasons."""
        return self.refusal is None and not self.wrong and self.before is None and self.rows > 0

    def sums(self, of: str) -> list[tuple[Any, int, Decimal]]:
        """How many new rows and how much, by `project`, `source` or `month`."""
        found: dict[Any, list[Decimal]] = defaultdict(list)
        for line in self.lines:
            found[(line.on.year, line.on.month) if of == "month" else getattr(line, of)].append(line.amount)
        return [(key, len(amounts), sum(amounts, NOTHING)) for key, amounts in sorted(found.items())]


def places(user: User, *, now: datetime) -> tuple[str, ...]:
    """The paths of the units for which somebody may take payments over. Raises `NotAllowed` where there is none."""
    found = mandates(user, timezone.localtime(now).date()).paths_for(CLERK.word)
    if not found:
        text = Text(
            f"导入财务数据需要“{CLERK.title.zh}”职责。如需办理，请联系安全管理员。",
            f"The import needs the responsibility “{CLERK.title.en}”. Ask the security administrator.",
        )
        raise NotAllowed(text)
    return found


def look(draft: Draft, *, by: User, now: datetime) -> Preview:
    """What would come of the file, with everything that is wrong at once. Writes nothing. Raises `NotAllowed`."""
    paths = places(by, now=now)
    seen = Preview(draft, before=Statement.objects.filter(sha256=draft.sha256).first())
    try:
        sheets = tables.sheets(bytes(draft.content))
    except tables.Unreadable as unreadable:
        seen.refusal = sentence(unreadable)
        return seen
    seen.sheets = sheets
    seen.notes = [each.text for each in sheets.repairs]
    seen.how = _how(draft, sheets)
    seen.refusal = _unreadable_columns(seen.how, sheets) or cut_off(sheets)
    if seen.refusal is None and seen.how is not None:
        _fill(seen, reading.read(sheets, seen.how), paths, now=now)
    return seen


def _how(draft: Draft, sheets: Sheets) -> Taken | None:
    if draft.columns:
        return columns.from_json(draft.columns)
    return columns.propose(sheets, remembered())


def _unreadable_columns(how: Taken | None, sheets: Sheets) -> Text | None:
    if not sheets.grids:
        return Text("文件里没有表格。", "There is no table in the file.")
    if how is None:
        return Text(
            "没有认出表头。请在“各列是什么”里指明表头和各列。",
            "No header was recognised. Say which row is the header and what the columns hold.",
        )
    if not how.missing:
        return None
    zh = "、".join(each.heading.zh for each in how.missing)
    en = ", ".join(each.heading.en for each in how.missing)
    return Text(
        f"还不知道哪一列是：{zh}。请在“各列是什么”里指明。", f"Nobody knows yet which column is: {en}. Say so below."
    )


def _fill(seen: Preview, read: Read, paths: tuple[str, ...], *, now: datetime) -> None:
    seen.wrong, seen.totals_left_out = read.wrong, read.totals_left_out
    if read.is_too_long:
        most = f"{MOST_ROWS:,}"
        seen.refusal = Text(
            f"文件超过 {most} 行。一次最多导入 {most} 行，请按月拆成几个文件。",
            f"The file has more than {most} rows, which is the most at once. Split it by month.",
        )
        return
    if not read.lines and not read.wrong:
        seen.refusal = Text("表头下面没有一行数据。", "There is no row below the header.")
        return
    finder = _Finder(paths, read.lines)
    lines = [line for line in read.lines if finder.find(line)]
    closed = set(ClosedYear.objects.values_list("year", flat=True))
    lines = [line for line in lines if finder.is_possible(line, closed=closed, today=timezone.localtime(now).date())]
    seen.projects = finder.by_id
    seen.lines, seen.there = _new_and_known(lines, finder)
    seen.wrong = sorted([*seen.wrong, *finder.wrong], key=lambda each: (each.sheet, each.line, each.column))
    seen.overs = _overs(seen)


class _Finder:
    """Finds the projects and contracts that the rows name, and says what is wrong with the rows."""

    def __init__(self, paths: tuple[str, ...], lines: Sequence[Line]) -> None:
        self.paths = paths
        self.wrong: list[Wrong] = []
        self.by_code: dict[str, Project] = {}
        self.by_name: dict[str, list[Project]] = defaultdict(list)
        self.by_id: dict[int, Project] = {}
        for project in Project.objects.select_related("unit"):
            self.by_id[project.pk] = project
            self.by_name["".join(project.name.split())].append(project)
            if project.code:
                self.by_code[project.code] = project
        numbers = sorted({line.contract_number for line in lines if line.contract_number})
        self.contracts: dict[str, Contract] = {}
        for start in range(0, len(numbers), CHUNK):
            rows = Contract.objects.filter(number__in=numbers[start : start + CHUNK])
            self.contracts |= {each.number: each for each in rows}

    def refuse(self, line: Line, at: Field, text: Text) -> bool:
        """Notes what is wrong; always false."""
        self.wrong.append(Wrong(line.sheet, line.line, "", at.heading, text))
        return False

    def find(self, line: Line) -> bool:
        """The project and the contract of a row."""
        project = self._project(line)
        if isinstance(project, Text):
            return self.refuse(line, Field.CODE if line.code else Field.NAME, project)
        line.project = project.pk
        if not line.contract_number:
            return True
        contract = self.contracts.get(line.contract_number)
        if contract is None or contract.project_id != project.pk:
            text = Text(
                f"“{project.name}”没有编号为“{line.contract_number[:40]}”的合同。请先登记合同，或者清空这一格。",
                f"“{project.name}” has no contract “{line.contract_number[:40]}”. Record it first, or empty this cell.",
            )
            return self.refuse(line, Field.CONTRACT, text)
        line.contract = contract.pk
        return True

    def _project(self, line: Line) -> Project | Text:
        if line.code:
            project = self.by_code.get(line.code)
            if project is None:
                code = line.code[:40]
                return Text(f"没有编码为“{code}”的项目。请核对，或先建立项目。", f"No project has the code “{code}”.")
            return project if self._may(project) else self._not_here(project)
        name = "".join(line.name.split())
        every = [each for each in self.by_name.get(name, []) if self._is_of(each.unit, line.unit)]
        fitting = [each for each in every if each.since_year <= line.on.year <= each.until_year and self._may(each)]
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            units = "、".join(sorted({each.unit.name for each in fitting}))
            return Text(
                f"有 {len(fitting)} 个项目叫“{line.name[:40]}”（{units}）。请加一列“项目编码”或“单位”。",
                f"{len(fitting)} projects are called “{line.name[:40]}” ({units}). Add a column with the code or the unit.",
            )
        if every and self._may(every[0]):
            return Text(
                f"“{line.name[:40]}”的年度不含 {line.on.year} 年。",
                f"“{line.name[:40]}” does not run in {line.on.year}.",
            )
        if every:
            return self._not_here(every[0])
        return Text(
            f"没有叫“{line.name[:40]}”的项目。请核对名称，或先建立项目。",
            f"No project is called “{line.name[:40]}”. Check the name, or create it first.",
        )

    def _is_of(self, unit: Unit, said: str) -> bool:
        return not said or "".join(said.split()) in {"".join(unit.name.split()), unit.short_name, unit.code}

    def _may(self, project: Project) -> bool:
        return project.unit.path.startswith(self.paths)

    def _not_here(self, project: Project) -> Text:
        return Text(
            f"您没有{project.unit.name}的“{CLERK.title.zh}”职责，不能导入它的支出。",
            f"You have not the responsibility “{CLERK.title.en}” at {project.unit.name}.",
        )

    def is_possible(self, line: Line, *, closed: set[int], today: date) -> bool:
        """The day has come, its year is open, and the project runs in it."""
        project, year = self.by_id[line.project], line.on.year
        if line.on > today:
            return self.refuse(line, Field.DATE, Text("这一天还没有到。", "This day has not come yet."))
        if year in closed:
            text = Text(
                f"{year} 年已经关账，不能再记入。请删去这一行。",
                f"The books of {year} are closed. Leave this row out.",
            )
            return self.refuse(line, Field.DATE, text)
        if not project.since_year <= year <= project.until_year:
            text = Text(f"“{project.name}”的年度不含 {year} 年。", f"“{project.name}” does not run in {year}.")
            return self.refuse(line, Field.DATE, text)
        return True


# ---- what is there already -------------------------------------------------------------------------------------


def _new_and_known(lines: Iterable[Line], finder: _Finder) -> tuple[list[Line], list[tuple[Line, int]]]:
    """Rows whose voucher is in the book already with the same day, amount, payee and project are there; the same voucher with
    anything else is an error, and so is a voucher that stands twice in the file."""
    lines = list(lines)
    book = _book({line.on.year for line in lines})
    new: list[Line] = []
    known: list[tuple[Line, int]] = []
    met: dict[tuple[int, str], Line] = {}
    for line in lines:
        key = (line.on.year, line.voucher)
        first = met.setdefault(key, line)
        if first is not line:
            text = Text(
                f"凭证号 {line.voucher} 在第 {first.line} 行已经有了。一个凭证号一年只能付一次。",
                f"Voucher {line.voucher} stands in row {first.line} already. A voucher pays once a year.",
            )
            finder.refuse(line, Field.VOUCHER, text)
        elif key not in book:
            new.append(line)
        elif book[key].facts == (line.on, line.amount, line.payee, line.project):
            known.append((line, book[key].case))
        else:
            finder.refuse(line, Field.VOUCHER, _other_content(line, book[key]))
    return new, known


class _Booked(NamedTuple):
    case: int
    number: str
    facts: tuple[date, Decimal, str, int]


def _book(years: set[int]) -> dict[tuple[int, str], _Booked]:
    """Every voucher of these years and what it paid, in two statements; a round has no payee."""
    found = {}
    paid = Outlay.objects.filter(year__in=years, amount__gt=0)
    named = ("year", "voucher", "case_id", "case__number", "happened_at", "amount", "project_id")
    payees = dict(Payment.objects.filter(year__in=years, paid_at__isnull=False).values_list("case_id", "payee"))
    for year, voucher, case, number, happened_at, amount, project in paid.values_list(*named):
        on = timezone.localtime(happened_at).date()
        found[year, voucher] = _Booked(case, number, (on, amount, payees.get(case, ""), project))
    return found


def _other_content(line: Line, booked: _Booked) -> Text:
    on, amount, payee, project = booked.facts
    differing = [
        (title, was)
        for title, was, now in (
            (Field.DATE.heading, str(on), str(line.on)),
            (Field.AMOUNT.heading, f"{amount:,}", f"{line.amount:,}"),
            (Field.PAYEE.heading, payee, line.payee),
            (Field.NAME.heading, str(project), str(line.project)),
        )
        if was != now
    ]
    zh = "、".join(title.zh if title is Field.NAME.heading else f"{title.zh}（{was}）" for title, was in differing)
    en = ", ".join(title.en if title is Field.NAME.heading else f"{title.en} ({was})" for title, was in differing)
    return Text(
        f"凭证号 {line.voucher} 已经记在 {booked.number}，内容不同：{zh}。请核对；记错了的，先冲销那一笔。",
        f"Voucher {line.voucher} is recorded as {booked.number} with another content: {en}. If that is wrong, reverse it first.",
    )


# ---- budgets ---------------------------------------------------------------------------------------------------


def _overs(seen: Preview) -> list[Over]:
    """Which budgets the new rows would exceed. Each row learns by how much, as the book will have it."""
    groups = [Group(line.project, line.on.year, line.source) for line in seen.lines]
    known = accounts({(group.project, group.year) for group in groups})
    adding: dict[Group, Decimal] = defaultdict(lambda: NOTHING)
    for line, group in zip(seen.lines, groups, strict=True):
        adding[group] += line.amount
        line.over_by = known[group.project, group.year].over_by(group.source, adding[group])
    found = []
    for group, amount in sorted(adding.items()):
        account = known[group.project, group.year]
        if account.over_by(group.source, amount):
            used = account.paid.get(group.source, NOTHING) + account.waiting.get(group.source, NOTHING)
            reason = str(seen.draft.reasons.get(group.key, ""))
            project = seen.projects[group.project]
            found.append(Over(group, project, account.approved(group.source), used, amount, reason))
    return found


def remembered() -> list[Taken]:
    """How the columns of files that were taken in were read, the newest first."""
    listed = Statement.objects.order_by("-id").values_list("columns", flat=True)[:REMEMBERED]
    return [columns.from_json(each) for each in listed]
