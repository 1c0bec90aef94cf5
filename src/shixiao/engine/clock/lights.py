"""The light of a deadline: a word, a colour and the reason. When it turns is dated data, not code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.counting import Due
from shixiao.engine.clock.deadlines import Deadline
from shixiao.engine.clock.explaining import due_in_words
from shixiao.engine.clock.instants import ticks
from shixiao.engine.clock.remaining import Remaining, remaining
from shixiao.engine.clock.unworkable import Unworkable
from shixiao.engine.clock.wordings import amount_in_words


class LightCode(Enum):
    """What a light says. The values are permanent: they are stored and sent."""

    NORMAL = "normal"
    NEAR = "near"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"


class Colour(Enum):
    """What a light looks like. Colour never stands alone: the word is always beside it."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


LIGHT_WORDS = {
    LightCode.NORMAL: Text("正常", "on track"),
    LightCode.NEAR: Text("临期", "due soon"),
    LightCode.OVERDUE: Text("超期", "overdue"),
    LightCode.SUSPENDED: Text("暂停", "paused"),
    LightCode.DONE_ON_TIME: Text("按时办结", "closed on time"),
    LightCode.DONE_LATE: Text("逾期办结", "closed late"),
}
_COLOURS = {
    LightCode.NORMAL: Colour.GREEN,
    LightCode.NEAR: Colour.AMBER,
    LightCode.OVERDUE: Colour.RED,
    LightCode.SUSPENDED: Colour.GREY,
    LightCode.DONE_ON_TIME: Colour.GREEN,
    LightCode.DONE_LATE: Colour.RED,
}


@dataclass(frozen=True)
class LightRule:
    """An open deadline is near its end when at most this is left: a share of the whole, or working time, or both.

    Where both are given, either is enough. `word` and `colour` may differ from the usual 临期 in amber, since
    offices have several warnings (yellow at 30%, orange at 15%).
    """

    share_left: float | None = None
    working_left: timedelta | None = None
    colour: Colour = Colour.AMBER
    word: Text = LIGHT_WORDS[LightCode.NEAR]

    def __post_init__(self) -> None:
        if self.share_left is None and self.working_left is None:
            raise Unworkable(
                Text(
                    "亮灯规则须写明剩余比例或剩余工作时间",
                    "A rule for a light needs a share or a working time that is left",
                )
            )
        if self.share_left is not None and not 0 < self.share_left <= 1:
            raise Unworkable(
                Text(
                    f"剩余比例应大于 0、不超过 1，这里是 {self.share_left}",
                    f"A share that is left is above 0 and at most 1, not {self.share_left}",
                )
            )

    def reason(self, left: Remaining) -> Text | None:
        """Why the rule holds of what is left; None where it does not."""
        if self.working_left is not None and left.working <= self.working_left:
            limit = amount_in_words(self.working_left)
            return Text(f"不超过{limit.zh}即提醒", f"the warning is at {limit.en}")
        if self.share_left is not None and left.share <= self.share_left:
            return Text(f"剩余不超过 {self.share_left:.0%} 即提醒", f"the warning is at {self.share_left:.0%} left")
        return None


@dataclass(frozen=True)
class LightScheme:
    """The rules in force from a day on; the first rule that holds wins, so the most urgent one stands first."""

    since: date
    rules: tuple[LightRule, ...]


@dataclass(frozen=True)
class Light:
    """A light and the sentence that gives its reason."""

    code: LightCode
    colour: Colour
    word: Text
    reason: Text


USUAL_SCHEME = LightScheme(since=date.min, rules=(LightRule(share_left=0.25, working_left=timedelta(hours=4)),))


def light(
    deadline: Deadline,
    *,
    now: datetime,
    schemes: Iterable[LightScheme] = (USUAL_SCHEME,),
    closed_at: datetime | None = None,
) -> Light:
    """The light of `deadline` at `now`; of what is closed, whether it was closed on time.

    Of several schemes the youngest that is in force on the day of `now` holds; where none is, nothing is near.
    """
    if closed_at is not None:
        return _closed(deadline, closed_at)
    left = remaining(deadline, now=now)
    if deadline.is_overdue(now):
        return _shown(LightCode.OVERDUE, _over(deadline, left))
    if left.is_suspended:
        return _shown(LightCode.SUSPENDED, _still(deadline, left, now))
    ahead = _ahead(deadline, left, ticks(now))
    for rule in _in_force(schemes, now.astimezone(deadline.calendar.zone).date()):
        why = rule.reason(left)
        if why is not None:
            reason = Text(f"{ahead.zh}；{why.zh}", f"{ahead.en}; {why.en}")
            return Light(LightCode.NEAR, rule.colour, rule.word, reason)
    return _shown(LightCode.NORMAL, ahead)


def _in_force(schemes: Iterable[LightScheme], day: date) -> tuple[LightRule, ...]:
    past = [scheme for scheme in schemes if scheme.since <= day]
    return max(past, key=lambda scheme: scheme.since).rules if past else ()


def _shown(code: LightCode, reason: Text) -> Light:
    return Light(code, _COLOURS[code], LIGHT_WORDS[code], reason)


def _ahead(deadline: Deadline, left: Remaining, now: int) -> Text:
    due = due_in_words(deadline, deadline.due_as_of(now))
    amount = amount_in_words(left.working)
    return Text(f"{due.zh}到期，还剩工作时间{amount.zh}", f"due {due.en}, {amount.en} of working time left")


def _over(deadline: Deadline, left: Remaining) -> Text:
    due = due_in_words(deadline, _settled(deadline))
    if not left.over_working:
        return Text(f"{due.zh}已到期", f"was due {due.en}")
    amount = amount_in_words(left.over_working)
    return Text(f"{due.zh}已到期，超过工作时间{amount.zh}", f"was due {due.en}, {amount.en} of working time ago")


def _still(deadline: Deadline, left: Remaining, now: datetime) -> Text:
    amount = amount_in_words(left.working)
    why = next(one.why for one in deadline.suspensions if one.is_on(now))
    return Text(
        f"暂停计时（{why.zh}），恢复后还剩工作时间{amount.zh}",
        f"paused ({why.en}); {amount.en} of working time left",
    )


def _closed(deadline: Deadline, closed_at: datetime) -> Light:
    on_time = deadline.is_on_time(closed_at)
    code = LightCode.DONE_ON_TIME if on_time else LightCode.DONE_LATE
    due = due_in_words(deadline, deadline.due_as_of(ticks(closed_at)))
    reason = Text(f"时限为{due.zh}", f"it was due {due.en}")
    if on_time and ticks(closed_at) > ticks(deadline.first_due):
        first = due_in_words(deadline, deadline.without_suspensions().without_extensions().due_as_of(0))
        reason = Text(f"{reason.zh}（原时限{first.zh}，已过）", f"{reason.en} (first {first.en}, which had passed)")
    return _shown(code, reason)


def _settled(deadline: Deadline) -> Due:
    return deadline.due_as_of(ticks(deadline.start))
