"""The letters of a task: which there are, by which step each is issued, and how it is numbered. Pure."""

from typing import NamedTuple

from shixiao.engine.bilingual import Text

MARK_LENGTH = 20


class Letter(NamedTuple):
    """One kind of letter. `word` is its permanent name, as its content has it (`forms.LETTERS`); `mark` begins its numbers unless an
    officer sets another."""

    word: str
    step: str
    title: Text
    mark: str


# The marks are a beginning and nobody's rule: offices have their own.
LETTERS = (
    Letter("supervision_order", "issue_order", Text("督办单", "Supervision order"), "督单"),
    Letter("entrusting_notice", "issue_notice", Text("交办通知单", "Entrusting notice"), "督交"),
    Letter("reminder_letter", "issue_reminder", Text("催办函", "Letter of reminder"), "督催"),
    Letter("extension_request", "issue_request", Text("延期申请", "Request for more time"), "督延"),
    Letter("closing_report", "issue_report", Text("办结报告", "Closing report"), "督结"),
)
BY_WORD = {each.word: each for each in LETTERS}
BY_STEP = {each.step: each for each in LETTERS}


def label(mark: str, year: int, number: int) -> str:
    """The number of a letter as it stands on it: 督催〔2026〕3号."""
    return f"{mark}〔{year}〕{number}号"
