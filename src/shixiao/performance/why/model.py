"""What explains a number, as values. All words are there in both languages; texts that people wrote are as they wrote them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.engine.prospects import Limits, Prospect

VERSION = 1
# The order in which a number is explained.
STEPS = {
    "wording": Text("公布的原文", "As published"),
    "understood": Text("怎样读懂", "How it was understood"),
    "bound": Text("绑定到什么", "What it is bound to"),
    "cases": Text("哪些事项", "Which cases"),
    "value": Text("数值", "The value"),
    "judged": Text("怎样判定", "How it is judged"),
    "changes": Text("什么会改变它", "What would change it"),
    "unknown": Text("还不知道的", "What is not known"),
    "open": Text("打开事项", "Down to the cases"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to say, with a permanent code."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `address` leads to what it speaks of."""

    text: Text
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the explanation. `part` is the number of the part it is about; None: the whole row."""

    step: str
    part: int | None
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> Text:
        """The whole sentence."""
        return Text("".join(each.text.zh for each in self.pieces), "".join(each.text.en for each in self.pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """How the wording is read. `corrected_by` is "" for whoever may not see it."""

    plain: Text
    standard: str
    doubts: tuple[Text, ...] = ()
    is_corrected: bool = False
    corrected_at: datetime | None = None
    corrected_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTo:
    """The binding that counts. `made_by` is "" for whoever may not see names; `last` is the last day of the window.

    `scope` says of which unit, project, contract and subject: what, id, name. `changed` is how often it was bound otherwise before.
    """

    id: int
    basis: str
    measure: str
    wording: Text
    parameters: Mapping[str, Any]
    gauge: int | None
    against: int | None
    against_wording: Text | None
    window: str
    begin: date
    last: date
    scope: tuple[tuple[str, int, str], ...]
    topics: tuple[tuple[int, str], ...]
    awaits: str
    made_at: datetime
    made_by: str
    reason: str
    question: str
    is_provisional: bool
    is_carried: bool
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """What one gauge counts. `role` is "value", "against" or "topic"; `reasons` say why cases are not counted: code, words, how many.

    `value` is what the gauge itself says, in its own unit. `addresses` lead to the cases: under "" to all, under "met", "missed", "pending",
    "not_counted" and "amount" to those; `sentence` says the same in words, each piece with its address, and `why_not` the reasons
    where there are several.
    """

    role: str
    gauge: int
    wording: Text
    reading: Reading
    unit: str
    value: Text
    topic: tuple[int, str] | None = None
    reasons: tuple[tuple[str, Text, int], ...] = ()
    addresses: Mapping[str, str]
    sentence: tuple[Piece, ...] = ()
    why_not: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A value that somebody typed."""

    id: int
    value: Any
    text: Text
    on: date
    note: str
    file_name: str
    file_hash: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPart:
    """One part of the row. `state` is "value", "undecided" (cases, and none of them decided), "nothing_occurred", "no_evidence",
    "declared" or "to_be_reviewed". `is_hidden`: from a restricted register that this person does not hold; there are no figures then, and
    `value` is what everybody may see.
    """

    number: int
    words: str
    condition: str
    target: targets.Reading
    plain: Text
    state: str
    basis: str
    prospect: Prospect
    limits: Limits
    value: Text
    other: Text | None
    is_hidden: bool
    note: Text | None
    is_frozen: bool
    is_bound_later: bool
    bound: BoundTo | None
    cases: tuple[Cases, ...]
    declared: Declared | None
    returns: Reading | None
    rules: tuple[Told, ...] = ()
    changes: tuple[Told, ...] = ()
    unknown: tuple[Told, ...] = ()

    @property
    def number_value(self) -> Decimal | bool | None:
        """The value in the unit of the target."""
        return self.prospect.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The explanation of one row on one day."""

    plan: int
    plan_version: int
    year: int
    department: str
    row: int
    code: str
    name: str
    unit: str
    project: str
    wording: str
    cycle_wording: str
    day: date
    as_of: date | None
    understood: Understood
    prospect: Prospect
    basis: str
    parts: tuple[WhyPart, ...]
    sentences: tuple[Sentence, ...] = ()
    version: int = VERSION
