"""What comes of one condition: a share of its points with the cause of what is missing, or why nothing can be scored; in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from shixiao.engine.bilingual import Text


class Cause(str, Enum):
    """Why points are missing. The last four say why there is no score at all."""

    LATE = "late"
    FAILED = "failed"
    SHORT = "short"
    EXCEEDED = "exceeded"
    OUTSIDE = "outside"
    NOT_DONE = "not_done"
    DAYS_LATE = "days_late"
    REVIEWED = "reviewed"
    FAR_ABOVE = "far_above"
    UNSPENT = "unspent"
    BY_HAND = "by_hand"
    NO_EVIDENCE = "no_evidence"
    NOT_REVIEWED = "not_reviewed"
    UNREADABLE = "unreadable"
    NO_RULE = "no_rule"


CAUSE_WORDS: Mapping[Cause, Text] = {
    Cause.LATE: Text("超时", "Late"),
    Cause.FAILED: Text("未达标", "Missed"),
    Cause.SHORT: Text("未达到目标值", "Short of the target"),
    Cause.EXCEEDED: Text("超过上限", "Above the limit"),
    Cause.OUTSIDE: Text("不在要求的数值上", "Not the value asked for"),
    Cause.NOT_DONE: Text("没有做到", "Not done"),
    Cause.DAYS_LATE: Text("晚于期限", "After the deadline"),
    Cause.REVIEWED: Text("评议扣分", "By the review"),
    Cause.FAR_ABOVE: Text("远超目标值", "Far above the target"),
    Cause.UNSPENT: Text("预算未执行完", "Budget not spent"),
    Cause.BY_HAND: Text("人工打分", "Scored by hand"),
    Cause.NO_EVIDENCE: Text("尚无证据", "No evidence"),
    Cause.NOT_REVIEWED: Text("待评议", "To be reviewed"),
    Cause.UNREADABLE: Text("目标没有读懂", "Target not understood"),
    Cause.NO_RULE: Text("须人工打分", "A person has to decide"),
}


class Note(NamedTuple):
    """Something to be said beside a score; `code` is a permanent word."""

    code: str
    text: Text


NOTES: Mapping[str, Text] = {
    "declared": Text("填报值，没有记录计量", "a declared value, not measured from records"),
    "nothing_occurred": Text("无发生：一直有人看着，没有出现", "nothing occurred while somebody was watching"),
    "left_out": Text("无发生，不参与计分", "nothing occurred, so it takes no part"),
    "pending": Text("有未到期、暂不计的", "some cases are not decided yet"),
    "second_figure": Text("有不计的，恢复计入后得分不同", "with what is not counted put back the points differ"),
    "far_above": Text("远超目标值，须说明理由", "far above the target: an explanation is needed"),
    "far_above_explained": Text("远超目标值，已说明", "far above the target, explained"),
    "by_steps": Text("未达目标，但按分档得满分", "the target is missed, and its step has full points"),
    "none_below_limit": Text(
        "一件也没有，却在上限以内得满分", "full points with none at all, since the target is a limit"
    ),
    "overspent": Text("执行数超过全年预算数，按满分计", "more was spent than the budget; full points"),
    "by_hand": Text("人工打分，与计算得分并列", "scored by hand, beside the computed score"),
}


def note(code: str, zh: str = "", en: str = "") -> Note:
    """The note, with something more about it."""
    text = NOTES[code]
    return Note(code, Text(f"{text.zh}：{zh}", f"{text.en}: {en}") if zh else text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """`share` of the points (0 to 1). Unless `is_full`, some are lost, for the `cause`; `text` says what was reached, with its `numbers`."""

    share: Fraction
    is_full: bool
    text: Text
    cause: Cause | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Nothing is scored; `text` says why and what to do."""

    cause: Cause
    text: Text
    notes: tuple[Note, ...] = ()


WHOLE = Fraction(1)
NONE = Fraction(0)


def full(text: Text, *notes: Note, numbers: Mapping[str, str] | None = None) -> Reached:
    """Full points."""
    return Reached(share=WHOLE, is_full=True, text=text, numbers=numbers or {}, notes=notes)
