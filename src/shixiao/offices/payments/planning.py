"""What is spent in a year: the pure plan. Everything is invented: names are marked 模拟."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from shixiao.casework.simulating import ONE_DAY, Character, Days, PlannedStep, chance_of, how_many

# What a project of such a name has a year, in yuan; the first word that fits counts.
USUAL = (
    ("辅助", 70_000), ("交换站", 50_000), ("建设", 260_000), ("运维", 900_000), ("购置", 150_000), ("其他", 1_560_000),
    ("专项", 2_400_000), ("工作", 2_200_000),
)  # fmt: skip
PURPOSES = (
    "印刷费",
    "办公用品",
    "维修维护费",
    "租赁费",
    "委托业务费",
    "培训费",
    "差旅费",
    "网络通信费",
    "物业管理费",
    "会议费",
)
PAYEES = ("模拟印务", "模拟数码", "模拟物业", "模拟通信", "模拟文具", "模拟会务", "模拟软件", "模拟工程")
RETURNED_BECAUSE = ("模拟：附件不全", "模拟：用途写得不清楚", "模拟：发票抬头有误")
OVER = "模拟：水管爆裂抢修，先行支付，待调整预算"
FOR_ROUNDS = Decimal(450_000)  # what the allowances of a year need
FEN = Decimal("0.01")
PEOPLE = (("参事津贴", 28), ("馆员津贴", 36))
FESTIVAL = ("春节慰问金", 64)


@dataclass(frozen=True, kw_only=True)
class PlannedBudget:
    """A budget: approved in January, and for some adjusted in June; `rate` is the share that will be spent."""

    project: int
    fiscal: Decimal
    rate: Decimal
    adjusted: Decimal | None = None

    @property
    def least(self) -> Decimal:
        """What holds all year."""
        return min(self.fiscal, self.adjusted or self.fiscal)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPayment:
    """A payment and every step that becomes of it, the first of them opening."""

    key: str
    project: int
    steps: tuple[PlannedStep, ...]


def budgets(
    names: Sequence[str], who: Character, *, approved: Sequence[Decimal | None] = ()
) -> tuple[PlannedBudget, ...]:
    """For projects of these names. `approved` are budgets that are known; the others are made up."""
    found = []
    for project, name in enumerate(names):
        chance = chance_of("budget", who.year, who.seed, project)
        usual = next((amount for word, amount in USUAL if word in name), 300_000)
        made_up = Decimal(usual * chance.randint(85, 115) // 100 // 1000 * 1000)
        fiscal = (approved[project] if project < len(approved) else None) or made_up
        changed = fiscal * chance.choice((9, 11)) / 10 if chance.random() < 0.2 else None
        rate = Decimal(chance.randint(72, 97)) / 100
        found.append(PlannedBudget(project=project, fiscal=fiscal, rate=rate, adjusted=changed))
    return tuple(found)


def home(names: Sequence[str]) -> int:
    """The project that allowances belong to, by its place."""
    return next((number for number, name in enumerate(names) if "其他" in name), 0)


def plan(
    names: Sequence[str], planned: Sequence[PlannedBudget], days: Days, month: int, *, copies: int = 1
) -> Iterator[PlannedPayment]:
    """The payments that begin in that month: spending that keeps about with the seasons, and some of it goes wrong.

    With `copies` there are so many times more of them, each so much smaller.
    """
    for each in planned:
        room = each.least - (FOR_ROUNDS if each.project == home(names) else 0)
        for copy in range(copies):
            chance = chance_of("payments", days.who.year, days.who.seed, each.project, month, copy)
            whole = max(room, FEN) * each.rate * Decimal(str(round(days.who.months[month - 1] / 12, 6)))
            usual = (1.0 if whole < 20_000 else 2.2) * days.who.volume
            yield from _payments(each.project, whole / copies, days, month, copy, how_many(chance, usual), chance)
    if month == 2 and planned:
        yield _over_budget(max(planned, key=lambda each: each.fiscal).project, days)


def _payments(
    project: int, share: Decimal, days: Days, month: int, copy: int, count: int, chance: Random
) -> Iterator[PlannedPayment]:
    """A month's money of a project in so many payments, none of which is more than there is."""
    weights = [chance.uniform(0.4, 1.6) for _ in range(count)]
    for number, weight in enumerate(weights):
        amount = (share * Decimal(str(round(weight / sum(weights), 6)))).quantize(FEN) - FEN
        key = f"{copy:03d}-{month:02d}-{project:03d}-{number:02d}"
        told = {
            "source": "fiscal",
            "amount": max(amount, FEN),
            "payee": f"{chance.choice(PAYEES)}{chance.choice('甲乙丙丁')}公司",
            "purpose": chance.choice(PURPOSES),
        }
        first = 11 if month == 1 else 0  # nothing is paid before the budgets are there
        day = date(days.who.year, month, 1) + chance.randrange(first, 27) * ONE_DAY
        own = chance_of(days.who.seed, key)
        yield PlannedPayment(key=key, project=project, steps=tuple(_lived(told, key, days, day, own)))


def _lived(told: dict[str, Any], key: str, days: Days, day: date, chance: Random) -> Iterator[PlannedStep]:
    """Registered, approved, paid within its ten working days or not; returned, cancelled or reversed now and then."""
    who = days.who
    happened = days.at(day, "nobody", chance)
    is_late_entry = chance.random() < who.late_entries
    at = days.after(happened, chance.randint(1, 4), "clerk", chance) if is_late_entry else happened
    is_late = happened if at.date() != happened.date() else None
    yield PlannedStep(at=at, step="register", by="clerk", told=told, happened_at=is_late)
    if chance.random() < who.exclusions * 0.3:
        gone = days.after(at, chance.randint(1, 3), "clerk", chance)
        yield PlannedStep(at=gone, step="cancel", by="clerk", told={"reason": "模拟：活动取消"})
        return
    at = days.after(at, chance.randint(1, 3), "approver", chance)
    if chance.random() < who.returns:
        reason = {"reason": chance.choice(RETURNED_BECAUSE)}
        yield PlannedStep(at=at, step="return_", by="approver", told=reason)
        at = days.after(at, chance.randint(1, 2), "clerk", chance)
        again = told | {"purpose": f"{told['purpose']}（补附件）"}
        yield PlannedStep(at=at, step="amend", by="clerk", told=again)
        at = days.after(at, 1, "approver", chance)
    yield PlannedStep(at=at, step="approve", by="approver", told={})
    yield from _paid(key, days, at, chance)


def _paid(key: str, days: Days, at: datetime, chance: Random) -> Iterator[PlannedStep]:
    who, lot = days.who, chance.random()
    if lot < who.share(who.misses, at.date()):
        return
    waits = chance.randint(8, 16) if lot < who.share(who.misses + who.lateness, at.date()) else chance.randint(1, 4)
    at = days.after(at, waits, "cashier", chance)
    voucher = f"{at:%Y-%m}-{key.replace('-', '')}"
    yield PlannedStep(at=at, step="pay", by="cashier", told={"voucher": voucher})
    if chance.random() < who.corrections * 0.4:
        back = days.after(at, chance.randint(2, 8), "cashier", chance)
        reason = {"voucher": f"{voucher}R", "reason": "模拟：收款账户有误，退回"}
        yield PlannedStep(at=back, step="reverse", by="cashier", told=reason)


def _over_budget(project: int, days: Days) -> PlannedPayment:
    """One that no budget foresaw, with its reason."""
    chance = chance_of("over", days.who.year, days.who.seed)
    at = days.at(date(days.who.year, 2, chance.randint(3, 12)), "clerk", chance)
    told = {
        "source": "other",
        "amount": Decimal(chance.randint(1500, 6000)),
        "payee": "模拟工程甲公司",
        "purpose": "维修维护费",
        "over_reason": OVER,
    }
    approved = days.after(at, 1, "approver", chance)
    paid = days.after(approved, 2, "cashier", chance)
    voucher = {"voucher": f"{paid:%Y-%m}-OVER", "over_reason": OVER}
    steps = (
        PlannedStep(at=at, step="register", by="clerk", told=told),
        PlannedStep(at=approved, step="approve", by="approver", told={"over_reason": OVER}),
        PlannedStep(at=paid, step="pay", by="cashier", told=voucher),
    )
    return PlannedPayment(key="over", project=project, steps=steps)


def round_paid(days: Days, key: str, due_on: date, heads: int) -> PlannedStep | None:
    """When a round of allowances is paid, and how much; now and then a few days late; None for never."""
    who, chance = days.who, chance_of("round", days.who.year, days.who.seed, key)
    lot = chance.random()
    if lot < who.share(who.misses * 0.3, due_on):
        return None
    day = due_on - chance.randint(0, 4) * ONE_DAY
    if lot < who.share(who.lateness * 0.6, due_on):
        day = due_on + chance.randint(1, 6) * ONE_DAY
    at = days.at(days.open_day(day), "nobody", chance)
    heads += chance.randint(-2, 2)
    told = {"amount": Decimal(heads * 500), "people": heads, "voucher": f"{at:%Y-%m}-{key}"}
    return PlannedStep(at=at, step="pay", by="cashier", told=told)


def january(days: Days) -> datetime:
    """When the budgets of the year are approved."""
    chance = chance_of("january", days.who.year, days.who.seed)
    return days.at(date(days.who.year, 1, chance.randint(4, 9)), "nobody", chance)


def june(days: Days) -> datetime:
    """When some are adjusted."""
    chance = chance_of("june", days.who.year, days.who.seed)
    return days.at(date(days.who.year, 6, chance.randint(5, 20)), "nobody", chance)


def later(moment: datetime, number: int) -> datetime:
    """One after another, a minute each."""
    return moment + timedelta(minutes=number)
