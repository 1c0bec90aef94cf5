"""A list of tasks that somebody brought, such as a meeting's decisions: on the desk, looked at, taken in. All of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from shixiao import casework, ledger, tables
from shixiao.casework import racing, visibility, waiting
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.sheets import MOST_ROWS, Wrong, cut_off
from shixiao.casework.waiting import sentence
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import columns, listing_tasks, wording
from shixiao.offices.supervision.columns import TITLES, Taken
from shixiao.offices.supervision.events import SHEET_IMPORTED
from shixiao.offices.supervision.listing_tasks import Line
from shixiao.offices.supervision.models import Draft, Sheet
from shixiao.offices.supervision.responsibilities import OFFICER
from shixiao.offices.supervision.steps import MOST_ASSISTING, TASK
from shixiao.people.models import Unit, User
from shixiao.tables.grid import Sheets

REMEMBERED = 50


@dataclass(slots=True)
class Preview:
    """What would come of a list. `refusal` says why it cannot be read at all."""

    draft: Draft
    how: Taken | None = None
    refusal: Text | None = None
    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    units: Mapping[int, Unit] = field(default_factory=dict)
    before: Sheet | None = None
    sheets: Sheets | None = None

    @property
    def is_ready(self) -> bool:
        """Nothing stands in the way of taking it in."""
        return self.refusal is None and not self.wrong and self.before is None and bool(self.lines)


def check_officer(by: User, *, now: datetime) -> None:
    """Raises `NotAllowed` for whoever proposes no tasks."""
    if OFFICER.word not in visibility.held_by(by, now=now).words:
        raise NotAllowed(
            Text(
                f"批量登记需要“{OFFICER.title.zh}”职责。如需办理，请联系安全管理员。",
                f"This needs the responsibility “{OFFICER.title.en}”.",
            )
        )


def receive(
    content: bytes,
    *,
    name: str,
    source: str,
    source_ref: str = "",
    led_by: str = "own",
    orderer: User,
    by: User,
    now: datetime,
) -> Draft:
    """Put a list on the desk; the same bytes twice are one list, with what was said last. Raises `NotAllowed`, `Refused`."""
    check_officer(by, now=now)
    told: dict[str, Any] = {"source": source, "source_ref": source_ref, "led_by": led_by, "orderer": orderer}
    return waiting.receive(Draft, content, name=name, by=by, now=now, **told)


def say_columns(draft: Draft, how: Taken | None) -> None:
    """Take the columns so from now on; None: as the program would by itself."""
    waiting.say_columns(draft, how.as_json() if how else None)


def look(draft: Draft, *, by: User, now: datetime) -> Preview:
    """What would come of the list, with everything that is wrong at once. Writes nothing. Raises `NotAllowed`."""
    check_officer(by, now=now)
    seen = Preview(draft, before=Sheet.objects.filter(sha256=draft.sha256).first())
    try:
        sheets = tables.sheets(bytes(draft.content))
    except tables.Unreadable as unreadable:
        seen.refusal = sentence(unreadable)
        return seen
    seen.sheets, seen.notes = sheets, [each.text for each in sheets.repairs]
    seen.how = columns.from_json(draft.columns) if draft.columns else columns.propose(sheets, _remembered())
    seen.refusal = _unreadable(seen, sheets)
    if seen.refusal is None and seen.how is not None:
        _fill(seen, listing_tasks.read(sheets, seen.how), by=by, now=now)
    return seen


def _remembered() -> list[Taken]:
    """How the columns of lists that were taken in were read, the newest first."""
    listed = Sheet.objects.order_by("-id").values_list("columns", flat=True)
    return [columns.from_json(each) for each in listed[:REMEMBERED] if each]


def _unreadable(seen: Preview, sheets: Sheets) -> Text | None:
    if not sheets.grids:
        return Text("文件里没有表格。", "There is no table in the file.")
    if seen.how is None:
        return Text(
            "没有认出表头。请在“各列是什么”里指明表头和各列。",
            "No header was recognised. Say which row is the header and what the columns hold.",
        )
    if open_ := columns.missing(seen.how):
        zh, en = "、".join(each.zh for each in open_), ", ".join(each.en for each in open_)
        return Text(
            f"还不知道哪一列是：{zh}。请在“各列是什么”里指明。",
            f"Nobody knows yet which column is: {en}. Say so below.",
        )
    return cut_off(sheets)


def _fill(seen: Preview, found: listing_tasks.Read, *, by: User, now: datetime) -> None:
    if found.is_too_long:
        most = f"{MOST_ROWS:,}"
        seen.refusal = Text(f"清单超过 {most} 行，请拆成几个文件。", f"The list has more than {most} rows. Split it.")
        return
    if not found.lines and not found.wrong:
        seen.refusal = Text("表头下面没有一行数据。", "There is no row below the header.")
        return
    finder = _Finder(seen.draft, by=by, now=now)
    seen.lines = [line for line in found.lines if finder.find(line)]
    seen.units = finder.units
    seen.wrong = sorted([*found.wrong, *finder.wrong], key=lambda each: (each.sheet, each.line, each.column))


class _Finder:
    """Finds the units and leaders that rows name."""

    def __init__(self, draft: Draft, *, by: User, now: datetime) -> None:
        self.draft, self.today = draft, timezone.localtime(now).date()
        self.wrong: list[Wrong] = []
        self.places = visibility.held_by(by, now=now).paths_for(OFFICER.word)
        self.units = {unit.pk: unit for unit in Unit.objects.open_on(self.today)}
        self.named = wording.by_words(self.units.values(), ("name", "short_name", "code"))
        self.leaders = wording.people_who_order(now)
        self.met: dict[tuple[str, int], int] = {}

    def find(self, line: Line) -> bool:
        """Everything that a row names; what is wrong is noted."""
        before = len(self.wrong)
        line.unit_key = self._unit(line, "unit", line.words["unit"])
        if line.unit_key and not self.units[line.unit_key].path.startswith(self.places):
            name = self.units[line.unit_key].name
            self._refuse(line, "unit", Text(f"您不能为{name}登记督办事项。", f"You may propose no tasks for {name}."))
        line.assisting_keys = tuple(self._unit(line, "assisting", each) for each in line.assisting)
        self._check_assisting(line)
        line.orderer_key = self._orderer(line)
        if line.limit_on is not None and line.limit_on < self.today:
            text = Text(f"期限 {line.limit_on} 已经过去。", f"{line.limit_on} has passed.")
            self._refuse(line, "limit_on", text)
        key = (line.words["matter"], line.unit_key)
        if key in self.met:
            text = Text(
                f"与第 {self.met[key]} 行是同一件事、同一个主办单位。一事一项，请删去一行。",
                f"The same matter and lead unit as row {self.met[key]}. One matter, one task: leave one out.",
            )
            self._refuse(line, "matter", text)
        self.met.setdefault(key, line.line)
        return len(self.wrong) == before

    def _check_assisting(self, line: Line) -> None:
        keys = [key for key in line.assisting_keys if key]
        if len(keys) > MOST_ASSISTING:
            text = Text(f"协办单位最多 {MOST_ASSISTING} 个。", f"At most {MOST_ASSISTING} assisting units.")
            self._refuse(line, "assisting", text)
        elif len({line.unit_key, *keys}) <= len(keys):
            text = Text("协办单位重复，或者就是主办单位。", "A unit stands there twice, or leads it already.")
            self._refuse(line, "assisting", text)

    def _unit(self, line: Line, code: str, words: str) -> int:
        here = wording.meant(self.named, words)
        if len(here) == 1:
            return int(here[0].pk)
        self._refuse(line, code, wording.none_or_many("单位", words, len(here)))
        return 0

    def _orderer(self, line: Line) -> int:
        words = line.words.get("orderer")
        if words is None:
            return int(self.draft.orderer_id)
        here = wording.meant(self.leaders, words)
        if len(here) == 1:
            return int(here[0].pk)
        self._refuse(line, "orderer", wording.none_or_many("交办领导", words, len(here)))
        return 0

    def _refuse(self, line: Line, code: str, text: Text) -> None:
        self.wrong.append(Wrong(line.sheet, line.line, "", TITLES[code], text))


# ---- taking it in ------------------------------------------------------------------------------------------------


class Imported(NamedTuple):
    """What came of it; not new where the same file was taken in before."""

    sheet: Sheet
    is_new: bool


def take_in(draft: Draft, *, by: User, now: datetime) -> Imported:
    """A task for every row, all or none, and the list is off the desk. The same bytes again change nothing. Raises `Refused`."""
    with racing.transaction_of_one():
        before = Sheet.objects.filter(sha256=draft.sha256).first()
        if before is not None:
            draft.delete()
            return Imported(before, is_new=False)
        seen = look(draft, by=by, now=now)
        if seen.refusal:
            raise Refused(seen.refusal, reason=Reason.INVALID)
        if seen.wrong:
            count = len(seen.wrong)
            text = Text(f"还有 {count} 处错误，什么都没有登记。", f"There are {count} errors; nothing was taken in.")
            raise Refused(text, reason=Reason.INVALID)
        cases = _open(seen, by=by, now=now)
        sheet = _store(seen, cases, by=by, now=now)
        draft.delete()
    return Imported(sheet, is_new=True)


def _open(seen: Preview, *, by: User, now: datetime) -> list[Case]:
    openings = [_opening(line, seen) for line in seen.lines]
    try:
        return casework.open_many(TASK, "propose", openings, by=by, now=now)
    except Refused as refused:
        if refused.row is None:
            raise
        line = seen.lines[refused.row]
        text = Text(f"第 {line.line} 行：{refused.text.zh}", f"Row {line.line}: {refused.text.en}")
        raise Refused(text, reason=refused.reason, row=refused.row) from refused


def _opening(line: Line, seen: Preview) -> casework.Opening:
    unit, draft = seen.units[line.unit_key], seen.draft
    told: dict[str, Any] = {
        "matter": line.words["matter"],
        "source": draft.source,
        "source_ref": line.words.get("source_ref", draft.source_ref),
        "done_when": line.words["done_when"],
        "led_by": draft.led_by,
        "orderer": line.orderer_key,
        "limit_on": line.limit_on,
    }
    told |= {f"assisting_{number}": key for number, key in enumerate(line.assisting_keys, start=1)}
    return casework.Opening(unit=unit, particulars=told)


def _store(seen: Preview, cases: list[Case], *, by: User, now: datetime) -> Sheet:
    sheet = Sheet.objects.create(
        sha256=seen.draft.sha256,
        name=seen.draft.name,
        rows=len(cases),
        columns=seen.how.as_json() if seen.how else {},
        recorded_by=by,
        recorded_at=now,
    )
    codes = {"sha256": sheet.sha256, "rows": sheet.rows, "opened": len(cases)}
    ledger.record(SHEET_IMPORTED, subject=sheet, by=by, now=now, particulars=codes)
    return sheet
