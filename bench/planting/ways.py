"""The ways of hiding a miss, by kind: for each, which work it fits and the steps that are taken. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from planting.acts import MANNERS, Act, Moments, Neglected, done
from shixiao.casework.simulating import ONE_DAY

ROUND_REASONS = ("模拟：区域封闭检修", "模拟：当天设备检修", "模拟：临时停用该区域", "模拟：活动占用场地")
TASK_REASONS = ("模拟：会议合并，不再单独召开", "模拟：上级调整安排", "模拟：计划调整，取消本项")
MORE_REASONS = ("模拟：需要补充材料", "模拟：等待有关部门意见", "模拟：人员变动，进度顺延")
BACK_REASONS = ("模拟：请补充完成情况", "模拟：材料不全，请补充", "模拟：内容需要核实")
PAPER_REASONS = ("模拟：附件不全", "模拟：用途写得不清楚", "模拟：发票抬头有误")
MOVE_REASONS = ("模拟：登记时选错项目", "模拟：按实际归口调整", "模拟：经费渠道调整")
WRONG_REASONS = ("模拟：登记有误，重新登记", "模拟：收款账户有误，退回", "模拟：活动取消")


@dataclass(frozen=True, kw_only=True)
class How:
    """How this one goes about it: the rhythm of heaps in months, how a heap is worked off, and other choices of his."""

    months: int
    manner: str
    choice: float


Way = Callable[[Neglected, How, Moments, Random], Iterator[Act]]


# ---- batch closing -----------------------------------------------------------------------------------------------


def heap(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Closed with all the others before the period ends, and not before."""
    at, person = moments.heap(case.end, how.months, how.manner, chance, ahead=3)
    yield from done(case, moments, max(at, case.begin + timedelta(hours=2)), chance, hides=True, person=person)


# ---- close and reopen --------------------------------------------------------------------------------------------


def _closed_in_time(case: Neglected, moments: Moments, chance: Random) -> list[Act]:
    return list(done(case, moments, moments.claimed(case, chance), chance))


def _reopening(case: Neglected) -> tuple[str, str]:
    steps = {"petitions": ("reopen", "restricted_confirmer"), "payments": ("reverse", "cashier")}
    return steps.get(case.sort, ("return_", "confirmer"))


def _reopened(case: Neglected, moments: Moments, back: Any, chance: Random, person: int = 0) -> Iterator[Act]:
    step, by = _reopening(case)
    told = {} if case.sort == "petitions" else {"reason": chance.choice(BACK_REASONS)}
    if case.sort == "payments":
        told = {"reason": chance.choice(WRONG_REASONS[:2]), "voucher": f"{back:%Y-%m}-R{case.key.replace('-', '')}"}
    yield Act(at=back, step=step, by=by, told=told, hides=True, person=person)
    if case.sort == "payments":
        yield from _again(case, moments, back, chance, least=4, most=25)
    elif case.sort == "rounds":
        yield from done(case, moments, back + timedelta(minutes=chance.randint(20, 240)), chance)
    else:
        yield from done(case, moments, moments.later(back, 6, 35, chance), chance)


def _again(case: Neglected, moments: Moments, back: Any, chance: Random, *, least: int, most: int) -> Iterator[Act]:
    """The same payment once more, as a new case."""
    at = moments.later(back, least, most, chance)
    yield Act(at=at, step="register", by="clerk", again=True)
    at = moments.days.after(at, chance.randint(1, 2), "approver", chance)
    yield Act(at=at, step="approve", by="approver", again=True)
    at = moments.days.after(at, chance.randint(1, 3), "cashier", chance)
    voucher = {"voucher": f"{at:%Y-%m}-N{case.key.replace('-', '')}"}
    yield Act(at=at, step="pay", by="cashier", told=voucher, again=True)


def reopened_soon(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Each some days after its limit."""
    closed = _closed_in_time(case, moments, chance)
    yield from closed
    least, most = (1, 5) if case.sort == "rounds" else (3, 14)
    back = moments.later(case.end, least, most, chance)
    yield from _reopened(case, moments, max(back, closed[-1].at + timedelta(hours=1)), chance)


def reopened_in_heaps(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """All of a month on one of the first days of the next, when its figures have been reported."""
    closed = _closed_in_time(case, moments, chance)
    yield from closed
    last = moments.last_of_period(case.end.date(), 1)
    day = moments.on(max(last, case.end.date()), 1 + int(how.choice * 4))
    back = moments.hours(day, chance, 9, 12)
    yield from _reopened(case, moments, max(back, closed[-1].at + timedelta(hours=1)), chance)


# ---- back-dating -------------------------------------------------------------------------------------------------


def _backdated(case: Neglected, moments: Moments, at: Any, chance: Random, person: int) -> Iterator[Act]:
    claimed = moments.claimed(case, chance)
    yield from done(case, moments, at, chance, happened_at=claimed, hides=True, person=person)


def backdated_in_heaps(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """All of a period in one go at its end, each under a moment of its own."""
    at, person = moments.heap(case.end + 2 * ONE_DAY, how.months, how.manner, chance)
    yield from _backdated(case, moments, max(at, case.end + 2 * ONE_DAY), chance, person)


def backdated_weekly(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """On the Monday after next, with whatever else was missing in that week."""
    day = case.end.date() + 3 * ONE_DAY
    day = moments.on(day + (-day.weekday() % 7) * ONE_DAY, 0)
    yield from _backdated(case, moments, moments.hours(day, chance, 9, 11), chance, 0)


def backdated_singly(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Each on a day of its own."""
    yield from _backdated(case, moments, moments.later(case.end, 4, 28, chance), chance, chance.randrange(2))


# ---- late exclusions ---------------------------------------------------------------------------------------------


def _left_out(case: Neglected, at: Any, chance: Random, person: int = 0) -> Act:
    if case.sort == "allowances":
        return Act(at=at, step="drop", by="approver", told={"reason": "模拟：本期暂缓发放"}, hides=True, person=person)
    reasons = ROUND_REASONS if case.sort == "rounds" else WRONG_REASONS if case.sort == "payments" else TASK_REASONS
    by = "clerk" if case.sort == "payments" else "confirmer"
    return Act(at=at, step="cancel", by=by, told={"reason": chance.choice(reasons)}, hides=True, person=person)


def cancelled_in_heaps(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """All that a period missed is struck off at its end."""
    at, person = moments.heap(case.end, how.months, how.manner, chance)
    at = max(at, case.end + timedelta(hours=1))
    yield _left_out(case, at, chance, person)
    if case.sort == "payments":
        yield from _again(case, moments, at, chance, least=1, most=6)


def cancelled_singly(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Each some days after its limit."""
    at = moments.later(case.end, 1, 20, chance)
    yield _left_out(case, at, chance, chance.randrange(2))
    if case.sort == "payments":
        yield from _again(case, moments, at, chance, least=1, most=6)


def cancelled_just_before(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """On the last days before the limit, when it is plain that it will be missed."""
    day = moments.days.open_day(case.end.date() - chance.randint(1, 3) * ONE_DAY)
    at = max(moments.hours(day, chance), case.begin + ONE_DAY)
    yield _left_out(case, at, chance)
    if case.sort == "payments":
        yield from _again(case, moments, at, chance, least=3, most=12)


def extended_after(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """More time, asked for and granted when there was none left; then done within it."""
    asked = moments.later(case.end, 1, 10, chance)
    yield from _extended(case, moments, asked, chance)


def extended_just_before(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """The same on the last days before the limit."""
    day = moments.days.open_day(case.end.date() - chance.randint(1, 2) * ONE_DAY)
    yield from _extended(case, moments, max(moments.hours(day, chance, 9, 15), case.begin + ONE_DAY), chance)


def _extended(case: Neglected, moments: Moments, asked: Any, chance: Random) -> Iterator[Act]:
    by = "approver" if case.sort == "payments" else "confirmer"
    name = "pay" if case.sort == "payments" else "due"
    told = {"name": name, "budget": chance.choice(("20wd", "25wd", "30wd")), "reason": chance.choice(MORE_REASONS)}
    yield Act(at=asked, step="ask", by=by, told=told)
    granted = asked + timedelta(minutes=chance.randint(5, 200))
    yield Act(at=granted, step="grant", by=by, told={"reason": "模拟：情况属实"}, hides=True)
    yield from done(case, moments, moments.later(granted, 4, 14, chance), chance)


def sent_back_just_before(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """A payment goes back on the last days before its limit, which stands still from then on; weeks later it comes again."""
    day = moments.days.open_day(case.end.date() - chance.randint(1, 2) * ONE_DAY)
    at = moments.hours(day, chance, 14, 17)
    yield Act(at=at, step="return_", by="approver", told={"reason": chance.choice(PAPER_REASONS)}, hides=True)
    at = moments.later(at, 12, 35, chance)
    told = {name: case.told[name] for name in ("source", "amount", "payee", "purpose")}
    yield Act(at=at, step="amend", by="clerk", told=told)
    at += timedelta(minutes=chance.randint(10, 60))
    yield Act(at=at, step="approve", by="approver")
    at += timedelta(minutes=chance.randint(10, 60))
    yield from done(case, moments, at, chance)


# ---- changed classification --------------------------------------------------------------------------------------


def _elsewhere(case: Neglected, at: Any, chance: Random, person: int) -> Act:
    reason = {"reason": chance.choice(MOVE_REASONS)}
    return Act(at=at, step="move", by="clerk", told=reason, hides=True, person=person)


def moved_in_heaps(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """What a period missed belongs to another project, as it turns out at its end."""
    at, person = moments.heap(case.end, how.months, how.manner, chance)
    yield _elsewhere(case, max(at, case.end + timedelta(hours=1)), chance, person)
    yield from _finally(case, moments, at, chance)


def moved_singly(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Each some days after its limit."""
    at = moments.later(case.end, 1, 15, chance)
    yield _elsewhere(case, at, chance, chance.randrange(2))
    yield from _finally(case, moments, at, chance)


def _finally(case: Neglected, moments: Moments, at: Any, chance: Random) -> Iterator[Act]:
    if case.sort == "tasks":
        yield from done(case, moments, moments.later(max(at, case.end), 3, 25, chance), chance)


def _relabelled(case: Neglected, at: Any, person: int) -> Act:
    told = {"values": {"service": "other"}, "reason": "模拟：岗位调整，按实际登记"}
    return Act(at=at, step="amend", by="clerk", told=told, hides=True, person=person)


def relabelled_in_heaps(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """The missed shifts of a service become shifts of no service in particular, at the end of a period."""
    at, person = moments.heap(case.end, how.months, how.manner, chance)
    yield _relabelled(case, max(at, case.end + timedelta(hours=1)), person)


def relabelled_singly(case: Neglected, how: How, moments: Moments, chance: Random) -> Iterator[Act]:
    """Each some days later."""
    yield _relabelled(case, moments.later(case.end, 1, 10, chance), chance.randrange(2))


ROUNDS = ("cleaning", "fire_rounds", "security")
# By kind: what fits which place.
WAYS: Mapping[str, tuple[tuple[Way, tuple[str, ...]], ...]] = {
    "batch_closing": ((heap, ("cleaning", "tasks", "nil", "payments")),),
    "reopened": (
        (reopened_soon, ("cleaning", "tasks", "petitions", "payments")),
        (reopened_in_heaps, ("cleaning", "tasks", "petitions", "payments")),
    ),
    "backdated": (
        (backdated_in_heaps, (*ROUNDS, "tasks", "nil", "payments")),
        (backdated_weekly, ROUNDS),
        (backdated_singly, (*ROUNDS, "tasks", "nil", "payments")),
    ),
    "late_exclusion": (
        (cancelled_in_heaps, (*ROUNDS, "tasks", "payments", "allowances")),
        (cancelled_singly, (*ROUNDS, "tasks", "payments", "allowances")),
        (cancelled_just_before, ("tasks", "payments")),
        (extended_after, ("tasks", "payments")),
        (extended_just_before, ("tasks", "payments")),
        (sent_back_just_before, ("payments",)),
    ),
    "reclassified": (
        (moved_in_heaps, (*ROUNDS, "tasks")),
        (moved_singly, (*ROUNDS, "tasks")),
        (relabelled_in_heaps, ("security",)),
        (relabelled_singly, ("security",)),
    ),
}
__all__ = ["MANNERS", "WAYS", "How", "Way"]
