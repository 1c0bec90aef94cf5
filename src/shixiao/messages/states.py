"""What can become of a message and of a delivery, in words. Pure: which change may follow which is said here, once.

queued → handed → sent → delivered → read → acknowledged        a receipt may leave out what lies between
                → not_reached: queued again                      nothing was handed over
                → unknown → sent, delivered, failed              by a receipt, or because a person says so
                → failed                                         the other side said no
unknown, failed → again: queued                                  because a person says so, or the channel repeats
queued → withdrawn
"""

from enum import Enum

from shixiao.engine.bilingual import Text


class Fate(str, Enum):
    """One thing that happened to a message or a delivery. `HANDED` is the moment before anything is handed over."""

    HANDED = "handed"
    NOT_REACHED = "not_reached"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    UNKNOWN = "unknown"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"


class State(str, Enum):
    """Where a delivery stands; of a message in the inbox only delivered, read, acknowledged and withdrawn."""

    QUEUED = "queued"
    HANDED = "handed"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


TITLES = {
    State.QUEUED: Text("待发", "Queued"),
    State.HANDED: Text("正在发送", "Being sent"),
    State.SENT: Text("已发出", "Sent"),
    State.DELIVERED: Text("已送达", "Delivered"),
    State.READ: Text("已读", "Read"),
    State.ACKNOWLEDGED: Text("已知悉", "Acknowledged"),
    State.FAILED: Text("失败", "Failed"),
    State.UNKNOWN: Text("未知", "Unknown"),
    State.WITHDRAWN: Text("已撤回", "Withdrawn"),
}

# A receipt may come late, twice or out of order: what says more wins, what says less changes nothing.
_RANK = {State.SENT: 1, State.DELIVERED: 2, State.READ: 3, State.ACKNOWLEDGED: 4}


def after(state: State, fate: Fate) -> State | None:
    """The state after that; None where it changes nothing, since the delivery is already further or has ended."""
    if fate is Fate.HANDED:
        return State.HANDED if state is State.QUEUED else None
    if fate is Fate.NOT_REACHED:
        return State.QUEUED if state is State.HANDED else None
    if fate is Fate.AGAIN:
        return State.QUEUED if state in (State.UNKNOWN, State.FAILED) else None
    new = State(fate.value)
    if new in _RANK:
        if state in _RANK:
            return new if _RANK[new] > _RANK[state] else None
        return new if state in (State.HANDED, State.UNKNOWN, State.FAILED) else None
    if new is State.UNKNOWN:
        return new if state is State.HANDED else None
    if new is State.WITHDRAWN:
        return new if state is State.QUEUED else None
    return new if state in (State.HANDED, State.UNKNOWN, State.QUEUED, State.SENT) else None


def derived(fates: "list[Fate]") -> State:
    """Where a delivery stands after these, in the order in which they happened: what the stored state must be."""
    state = State.QUEUED
    for fate in fates:
        state = after(state, fate) or state
    return state
