"""The words for how a target stands: the status that is shown first, the chance at the window's end, and what it all rests on."""

from __future__ import annotations

from enum import Enum

from shixiao.engine.bilingual import Text


class Status(str, Enum):
    """How an indicator stands on one day; the order is from what asks for somebody's attention to what does not."""

    MISSED = "missed"
    UNLIKELY = "unlikely"
    AT_RISK = "at_risk"
    NO_EVIDENCE = "no_evidence"
    TO_BE_REVIEWED = "to_be_reviewed"
    LIKELY = "likely"
    NOTHING_OCCURRED = "nothing_occurred"
    ACHIEVED = "achieved"


class Chance(str, Enum):
    """Whether the target will be met when its window ends."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"


class Evidence(str, Enum):
    """What there is to judge: nobody was watching, somebody was and nothing happened, or there are cases."""

    NO_EVIDENCE = "no_evidence"
    NOTHING_OCCURRED = "nothing_occurred"
    VALUE = "value"


STATUS_WORDS = {
    Status.ACHIEVED: Text("已达成", "Achieved"),
    Status.LIKELY: Text("有望达成", "On course"),
    Status.AT_RISK: Text("有风险", "At risk"),
    Status.UNLIKELY: Text("难以达成", "Hard to reach"),
    Status.MISSED: Text("未达成", "Missed"),
    Status.NOTHING_OCCURRED: Text("无发生", "Nothing occurred"),
    Status.NO_EVIDENCE: Text("尚无证据", "No evidence yet"),
    Status.TO_BE_REVIEWED: Text("待评议", "To be reviewed"),
}
CHANCE_WORDS = {
    Chance.CERTAIN: Text("确定能", "Certain"),
    Chance.POSSIBLE: Text("有可能", "Possible"),
    Chance.IMPOSSIBLE: Text("完全不可能", "Impossible"),
}
