"""Why something cannot be done, in one sentence for the person and one word for the program."""

from collections.abc import Iterable
from enum import Enum

from shixiao.engine.bilingual import Text


class Reason(str, Enum):
    """The words of `Refused.reason`; the interface for programs passes them on, so they are permanent."""

    INVALID = "invalid"  # a particular is missing or wrong
    WRONG_STATE = "wrong-state"  # the step table has no such step here
    OVERTAKEN = "overtaken"  # somebody else was quicker
    NOT_ALLOWED = "not-allowed"  # the person has not the responsibility
    SAME_PERSON = "same-person"  # two steps that two people must take
    GUARDED = "guarded"  # a rule of the office speaks against it
    NOT_YET = "not-yet"  # said to have happened in the future
    BEFORE_THE_CASE = "before-the-case"  # said to have happened before the case was opened
    YEAR_CLOSED = "year-closed"  # the books of that year are closed
    UNKNOWN = "unknown"  # no such kind of case, step, case


class Refused(Exception):
    """Nothing was done. `text` says why and what to do next; `field` names the particular that is meant, if one is.

    `others` are further refusals of the same attempt, so that a form can mark every field at once.
    """

    def __init__(
        self, text: Text, *, reason: Reason, field: str = "", others: Iterable["Refused"] = (), row: int | None = None
    ) -> None:
        super().__init__(text.en)
        self.text = text
        self.reason = reason
        self.field = field
        self.row = row
        self.others = tuple(others)

    @property
    def all(self) -> tuple["Refused", ...]:
        """This one and the others."""
        return (self, *self.others)

    def __str__(self) -> str:
        return self.text.en
