"""A filled-in sheet: on somebody's desk, looked at (`looking`), taken in. All of it or nothing, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shixiao import casework, ledger
from shixiao.casework import racing, waiting
from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.columns import Taken
from shixiao.offices.registers.events import SHEET_IMPORTED
from shixiao.offices.registers.looking import Preview, check_clerk, digest_of, look
from shixiao.offices.registers.models import Draft, Register, Sheet, SheetRow
from shixiao.offices.registers.reading import Line
from shixiao.offices.registers.steps import ENTRY
from shixiao.people.models import Unit, User

CHUNK = 500


def receive(content: bytes, *, name: str, register: Register, unit: Unit, step: str, by: User, now: datetime) -> Draft:
    """Put a file on the desk; the same bytes twice are one file, with the step and unit that were said last.

    Raises `NotAllowed`; `Refused` for an empty file, a larger one than is read, and a restricted register, which takes none.
    """
    if register.is_restricted:
        text = Text("限制台账不用表格导入。", "A restricted register takes no sheets.")
        raise Refused(text, reason=Reason.GUARDED)
    check_clerk(Draft(register=register, unit=unit), by=by, now=now)
    of = {"register": register}
    return waiting.receive(Draft, content, name=name, by=by, now=now, of=of, unit=unit, step=step)


def say_columns(draft: Draft, how: Taken | None) -> None:
    """Take the columns so from now on; None: as the program would by itself."""
    waiting.say_columns(draft, how.as_json() if how else None)


class Imported(NamedTuple):
    """What came of it; not new where the same file was taken in before."""

    sheet: Sheet
    is_new: bool


def take_in(draft: Draft, *, by: User, now: datetime) -> Imported:
    """Take over every new row of the file, all or none, and take the file off the desk.

    The same bytes again change nothing. Raises `Refused` while something is wrong; nothing is written then.
    """
    with racing.transaction_of_one():
        before = Sheet.objects.filter(register=draft.register, sha256=draft.sha256).first()
        if before is not None:
            draft.delete()
            return Imported(before, is_new=False)
        seen = look(draft, by=by, now=now)
        _check_ready(seen)
        cases = _open(seen, by=by, now=now)
        sheet = _store(seen, cases, by=by, now=now)
        draft.delete()
    return Imported(sheet, is_new=True)


def _check_ready(seen: Preview) -> None:
    if seen.refusal:
        raise Refused(seen.refusal, reason=Reason.INVALID)
    if seen.wrong:
        count = len(seen.wrong)
        text = Text(f"还有 {count} 处错误，什么都没有导入。", f"There are {count} errors; nothing was taken in.")
        raise Refused(text, reason=Reason.INVALID)


def _open(seen: Preview, *, by: User, now: datetime) -> list[Case]:
    try:
        openings = [_opening(line, seen) for line in seen.lines]
        return casework.open_many(ENTRY, seen.draft.step, openings, by=by, now=now)
    except Refused as refused:
        if refused.row is None:
            raise
        line = seen.lines[refused.row]
        sheet = f"“{line.sheet}”" if line.sheet else ""
        text = Text(
            f"{sheet}第 {line.line} 行：{refused.text.zh}", f"{line.sheet} row {line.line}: {refused.text.en}".strip()
        )
        raise Refused(text, reason=refused.reason, row=refused.row) from refused


def _opening(line: Line, seen: Preview) -> casework.Opening:
    told: dict[str, Any] = {"register": seen.draft.register.code, "values": line.values, "texts": line.texts}
    if seen.is_plan and line.due_on:
        told["due_on"] = line.due_on
    project = seen.projects[line.project_key] if line.project_key else None
    return casework.Opening(unit=seen.units[line.unit_key], project=project, particulars=told)


def _store(seen: Preview, cases: Sequence[Case], *, by: User, now: datetime) -> Sheet:
    register = seen.draft.register
    sheet = Sheet.objects.create(
        register=register,
        sha256=seen.draft.sha256,
        name=seen.draft.name,
        rows=seen.rows,
        opened=len(cases),
        columns=seen.how.as_json() if seen.how else {},
        recorded_by=by,
        recorded_at=now,
    )
    rows = [
        SheetRow(case=case, sheet=sheet, register=register, digest=digest_of(register.code, seen.draft.step, line))
        for case, line in zip(cases, seen.lines, strict=True)
    ]
    SheetRow.objects.bulk_create(rows, batch_size=CHUNK)
    codes = {
        "register": register.code,
        "sha256": sheet.sha256,
        "rows": sheet.rows,
        "opened": sheet.opened,
        "already_there": len(seen.there),
    }
    ledger.record(SHEET_IMPORTED, subject=sheet, by=by, now=now, particulars=codes)
    return sheet
