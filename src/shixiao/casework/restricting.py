"""Restricted registers hold number, dates and state only (law 9): what the counter does to any other case is refused here."""

from shixiao.casework import offices
from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Steps
from shixiao.engine.bilingual import Text
from shixiao.people.models import User


def is_restricted(case: Case) -> bool:
    """The case is in a restricted register."""
    return offices.is_known(case.kind) and offices.table_of(case.kind).is_restricted


def check_unrestricted(*cases: Case) -> None:
    """Raises `Refused` for a case of a restricted register: no tags, remarks, files, names, reasons or relations."""
    for case in cases:
        if is_restricted(case):
            text = Text(
                f"{case.number} 属于限制登记，只记编号、日期和状态，不加标签、备注和附件，不指定办理人，不写理由，不与别的事项关联。",
                f"{case.number} is in a restricted register: number, dates and state only, no tags, remarks or files, no "
                "persons, no reasons, no related cases.",
            )
            raise Refused(text, reason=Reason.GUARDED)


def check_opening(table: Steps, case: Case, *, by: User | None) -> None:
    """Raises `Refused` where a new case of a restricted register would carry more: refused, not dropped, so that nobody thinks it
    was kept. Its unit and project say whose figure it is in. A title that the program made up has nobody's words in it."""
    if not table.is_restricted:
        return
    more = (
        case.title if by is not None else "",
        case.lead_id,
        case.contract_id,
        case.topic_id,
        case.subject_id,
        case.origin_id,
    )
    if any(more):
        text = Text(
            f"{table.title.zh}只记编号、日期和状态：不能写标题，也不能指定主办、合同、主题、物件和来源。",
            f"{table.title.en}: number, dates and state only, no title, lead, contract, topic, subject or origin.",
        )
        raise Refused(text, reason=Reason.INVALID, field="title" if case.title else "")
