"""A finance system's file: on somebody's desk, looked at (`looking`), taken in. All of it or nothing, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from shixiao import casework, ledger
from shixiao.casework import performing, racing, waiting
from shixiao.casework.models import Case
from shixiao.casework.particulars import words
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.payments.columns import Taken
from shixiao.offices.payments.events import STATEMENT_IMPORTED
from shixiao.offices.payments.looking import Group, Preview, look, places
from shixiao.offices.payments.models import Draft, Payment, Statement
from shixiao.offices.payments.reading import Line
from shixiao.offices.payments.spending import accounts
from shixiao.offices.payments.steps import PAYMENT
from shixiao.people.models import User

CHUNK = 500
_REASON = words("over_reason", Text("超预算理由", "Reason for exceeding the budget"), most=500)


# ---- the desk --------------------------------------------------------------------------------------------------


def receive(content: bytes, *, name: str, by: User, now: datetime) -> Draft:
    """Put a file on the desk; the same bytes twice are one file. Files of a month ago are taken off, and the oldest beyond
    twenty. Raises `NotAllowed`, and `Refused` for an empty file or a larger one than is read."""
    places(by, now=now)
    return waiting.receive(Draft, content, name=name, by=by, now=now)


def say_columns(draft: Draft, how: Taken | None) -> None:
    """Take the columns so from now on; None: as the program would by itself."""
    waiting.say_columns(draft, how.as_json() if how else None)


def give_reasons(draft: Draft, reasons: Mapping[str, str]) -> None:
    """Keep what was written for going above a budget, by the key of its group. Raises `Refused` naming the group."""
    read = {}
    for key, text in reasons.items():
        try:
            read[key] = _REASON.read(text, zone=performing.zone()) if text.strip() else ""
        except Refused as refused:
            raise Refused(refused.text, reason=Reason.INVALID, field=f"reason-{key}") from refused
    draft.reasons = draft.reasons | read
    draft.save(update_fields=["reasons"])


# ---- taking in -------------------------------------------------------------------------------------------------


class Imported(NamedTuple):
    """What came of it; not new where the same file was taken in before."""

    statement: Statement
    is_new: bool


def take_in(draft: Draft, *, by: User, now: datetime) -> Imported:
    """Take over every new row of the file, all or none, and take the file off the desk.

    The same bytes again change nothing. Raises `Refused` while something is wrong or a reason is missing; nothing is written then.
    """
    with racing.transaction_of_one():
        before = Statement.objects.filter(sha256=draft.sha256).first()
        if before is not None:
            draft.delete()
            return Imported(before, is_new=False)
        seen = look(draft, by=by, now=now)
        accounts({(line.project, line.on.year) for line in seen.lines}, is_locked=True)
        _check_ready(seen)
        cases = _open(seen, by=by, now=now)
        statement = _store(seen, cases, by=by, now=now)
        draft.delete()
    return Imported(statement, is_new=True)


def _check_ready(seen: Preview) -> None:
    if seen.refusal:
        raise Refused(seen.refusal, reason=Reason.INVALID)
    if seen.wrong:
        count = len(seen.wrong)
        text = Text(f"还有 {count} 处错误，什么都没有导入。", f"There are {count} errors; nothing was taken in.")
        raise Refused(text, reason=Reason.INVALID)
    missing = [over for over in seen.overs if not over.reason.strip()]
    if missing:
        each = Text("请写明超预算的理由。", "Say why the budget is exceeded.")
        others = [Refused(each, reason=Reason.GUARDED, field=f"reason-{over.group.key}") for over in missing]
        raise Refused(each, reason=Reason.GUARDED, field=others[0].field, others=others[1:])


def _open(seen: Preview, *, by: User, now: datetime) -> list[Case]:
    try:
        openings = [_opening(line, seen) for line in seen.lines]
        return casework.open_many(PAYMENT, "take_over", openings, by=by, now=now)
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
    told: dict[str, Any] = {
        "project": line.project,
        "source": line.source,
        "amount": line.amount,
        "payee": line.payee,
        "purpose": line.purpose,
        "voucher": line.voucher,
        "contract": line.contract,
    }
    if line.over_by:
        told["over_reason"] = seen.draft.reasons.get(Group(line.project, line.on.year, line.source).key, "")
    happened = datetime.combine(line.on, time(), tzinfo=performing.zone())
    return casework.Opening(unit=seen.projects[line.project].unit, happened_at=happened, particulars=told)


def _store(seen: Preview, cases: Sequence[Case], *, by: User, now: datetime) -> Statement:
    how = seen.how.as_json() if seen.how else {}
    statement = Statement.objects.create(
        sha256=seen.draft.sha256,
        name=seen.draft.name,
        rows=seen.rows,
        opened=len(cases),
        amount=seen.amount,
        columns=how,
        recorded_by=by,
        recorded_at=now,
    )
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), CHUNK):
        Payment.objects.filter(pk__in=keys[start : start + CHUNK]).update(statement=statement)
    codes = {
        "sha256": statement.sha256,
        "rows": statement.rows,
        "opened": statement.opened,
        "already_there": len(seen.there),
        "amount": seen.amount,
    }
    ledger.record(STATEMENT_IMPORTED, subject=statement, by=by, now=now, particulars=codes)
    return statement
