"""A year of this desk's life, for the demonstration and the benchmarks. Everything is invented: names are marked 模拟.

`plan` is pure: the same projects, year and seed give the same year. `simulate` plays it, until `now`, through casework.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from shixiao import casework
from shixiao.casework import calendars, performing
from shixiao.casework.models import Case, Project
from shixiao.offices.payments.models import Round
from shixiao.offices.payments.programmes import create_programme, plan_year
from shixiao.offices.payments.steps import BUDGET, PAYMENT
from shixiao.people.models import User

SEED = 2026
MONTHS = range(1, 13)
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
RETURNED_BECAUSE = ("附件不全", "用途写得不清楚", "发票抬头有误")
FOR_ROUNDS = Decimal(450_000)  # what the allowances of a year need
# Phases of a month: everything is registered by the first, approved on the second, paid on the third.
REGISTERED_BY, APPROVED_ON, PAID_ON = 19, 21, 25


# What waits on the desk today: registered so many days ago, and the step that followed.
OLDEST_ON_THE_DESK = 24
ON_THE_DESK = ((OLDEST_ON_THE_DESK, ""), (3, ""), (2, ""), (6, "return_"), (8, "approve"), (5, "approve"))


@dataclass(frozen=True, kw_only=True)
class PlannedBudget:
    """A budget: approved in January, and for some adjusted in June."""

    project: int
    fiscal: Decimal
    adjusted: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedPayment:
    """A payment of a month and what becomes of it."""

    project: int
    month: int
    day: int
    amount: Decimal
    payee: str
    purpose: str
    source: str = "fiscal"
    over_reason: str = ""
    is_returned: bool = False
    is_reversed: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class Year:
    """What is going to happen."""

    budgets: tuple[PlannedBudget, ...]
    payments: tuple[PlannedPayment, ...]
    people: tuple[tuple[str, int], ...] = (("参事津贴", 28), ("馆员津贴", 36))


def plan(names: Sequence[str], *, approved: Sequence[Decimal | None] = (), seed: int = SEED) -> Year:
    """A year for projects of these names: spending that keeps about with the time, one reversal, one cancelled, one above the
    budget with its reason, some returned first. `approved` are budgets that are known; the others are made up."""
    chance = Random(seed)  # noqa: S311 — a story, no secret
    budgets: list[PlannedBudget] = []
    payments: list[PlannedPayment] = []
    for project, name in enumerate(names):
        usual = next((amount for word, amount in USUAL if word in name), 300_000)
        made_up = Decimal(usual * chance.randint(85, 115) // 100 // 1000 * 1000)
        fiscal = (approved[project] if project < len(approved) else None) or made_up
        changed = fiscal * chance.choice((9, 11)) / 10 if chance.random() < 0.2 else None
        budgets.append(PlannedBudget(project=project, fiscal=fiscal, adjusted=changed))
        spendable = min(fiscal, changed or fiscal) - (FOR_ROUNDS if "其他" in name else 0)
        payments += _payments(project, max(spendable, Decimal(1)), chance)
    if payments:
        payments += _unusual(max(budgets, key=lambda each: each.fiscal).project)
    return Year(tuple(budgets), tuple(sorted(payments, key=lambda each: (each.month, each.day, each.project))))


def _payments(project: int, budget: Decimal, chance: Random) -> Iterator[PlannedPayment]:
    """Twelve months that leave a little of the budget over."""
    share = budget * chance.randint(78, 96) / 100 / 12
    is_large = budget >= 1_000_000
    for month in MONTHS:
        for _ in range(2 if is_large else chance.choice((0, 1, 1, 1, 2))):
            part = chance.randint(38, 58) if is_large else chance.randint(70, 115)
            amount = (share * part / 100).quantize(Decimal("0.01"))
            yield PlannedPayment(
                project=project,
                month=month,
                day=chance.randint(3, REGISTERED_BY),
                amount=max(amount, Decimal("0.01")),
                payee=f"{chance.choice(PAYEES)}{chance.choice('甲乙丙丁')}公司",
                purpose=chance.choice(PURPOSES),
                is_returned=chance.random() < 0.06,
            )


def _unusual(project: int) -> Iterator[PlannedPayment]:
    """Of the largest project, which can bear it."""
    same: dict[str, Any] = {"project": project, "month": 2, "day": 6}
    yield PlannedPayment(**same, amount=Decimal("860.00"), payee="模拟文具乙公司", purpose="办公用品", is_reversed=True)
    yield PlannedPayment(**same, amount=Decimal("1250.00"), payee="模拟会务丁公司", purpose="会议费", is_cancelled=True)
    yield PlannedPayment(
        **same,
        amount=Decimal("3200.00"),
        payee="模拟工程甲公司",
        purpose="维修维护费",
        source="other",
        over_reason="水管爆裂抢修，先行支付，待调整预算",
    )


# ---- playing it ------------------------------------------------------------------------------------------------


def simulate(
    *,
    projects: Sequence[Project],
    staff: Mapping[str, User],
    now: datetime,
    approved: Mapping[int, Decimal] | None = None,
    seed: int = SEED,
) -> int:
    """Plays the year of `now` from 1 January until `now` and returns how many cases that made.

    `staff` has somebody for each responsibility of this desk; `approved` is the budget in yuan of projects whose one is known.
    """
    year = timezone.localtime(now).year
    running = [each for each in projects if each.since_year <= year <= each.until_year]
    player = _Player(running, staff, year=year, now=now)
    known = [(approved or {}).get(each.pk) for each in running]
    return player.play(plan([each.name for each in running], approved=known, seed=seed))


class _Player:
    """Takes the planned steps in the order of their days, each with its own `now`."""

    def __init__(self, projects: Sequence[Project], staff: Mapping[str, User], *, year: int, now: datetime) -> None:
        self.projects, self.staff, self.year, self.now = projects, staff, year, now
        self.office = calendars.in_force()[calendars.OFFICE]
        self.vouchers = 0
        self.count = 0

    def at(self, month: int, day: int, hour: int = 10) -> datetime:
        """That day, or the next working day of the office."""
        on = date(self.year, month, day)
        while not self.office.is_working_day(on):
            on += timedelta(days=1)
        return datetime.combine(on, time(hour), tzinfo=performing.zone())

    def play(self, planned: Year) -> int:
        """The whole year, as far as it has come."""
        began = self.at(1, 8)
        if began > self.now or not self.projects:
            return 0
        budgets = [self._budget(each, began) for each in planned.budgets]
        rounds = self._rounds(planned, began + timedelta(hours=1))
        for month in MONTHS:
            if month == 6:
                self._adjust(planned, budgets)
            self._month([each for each in planned.payments if each.month == month], month)
            self._pay_rounds([each for each in rounds if each.due_on.month == month], planned)
        self._leave_some_on_the_desk()
        return self.count

    def _leave_some_on_the_desk(self) -> None:
        """What waits today: one overdue, two to be approved, one sent back, two to be paid. Not in the first weeks of a year."""
        first = self.now - timedelta(days=OLDEST_ON_THE_DESK)
        if timezone.localtime(first).year != self.year or first < self.at(1, 8):
            return
        clerk, approver = self.staff["payments.clerk"], self.staff["payments.approver"]
        for number, (days, then) in enumerate(ON_THE_DESK):
            project = self.projects[number % len(self.projects)]
            at = self.now - timedelta(days=days)
            told: dict[str, Any] = {
                "project": project.pk,
                "source": "fiscal",
                "amount": Decimal(80 + 35 * number),
                "payee": f"模拟文印{'甲乙丙丁戊己'[number]}社",
                "purpose": "文印装订费",
            }
            opening = casework.Opening(unit=project.unit, lead=clerk, particulars=told)
            case = casework.open_case(PAYMENT, "register", opening, by=clerk, now=at)
            self.count += 1
            if then:
                more: dict[str, Any] = {"reason": "请补附合同"} if then == "return_" else {}
                casework.perform(case, then, by=approver, now=at + timedelta(hours=2), **more)

    def voucher(self, month: int) -> str:
        """The next number."""
        self.vouchers += 1
        return f"{self.year}-{month:02d}-{self.vouchers:04d}"

    def _budget(self, each: PlannedBudget, at: datetime) -> Case:
        project = self.projects[each.project]
        document = f"模拟财〔{self.year}〕{each.project + 1}号"
        told: dict[str, Any] = {"project": project.pk, "year": self.year, "fiscal": each.fiscal, "document": document}
        opening = casework.Opening(unit=project.unit, particulars=told)
        self.count += 1
        return casework.open_case(BUDGET, "approve", opening, by=self.staff["payments.budget_keeper"], now=at)

    def _adjust(self, planned: Year, budgets: Sequence[Case]) -> None:
        at = self.at(6, 10)
        for each in planned.budgets:
            if each.adjusted is None or at > self.now:
                continue
            told: dict[str, Any] = {
                "fiscal": each.adjusted,
                "document": f"模拟财调〔{self.year}〕{each.project + 1}号",
                "reason": "年中预算调整",
            }
            by = self.staff["payments.budget_keeper"]
            casework.perform(budgets[each.project], "adjust", by=by, now=at, **told)

    def _month(self, payments: Sequence[PlannedPayment], month: int) -> None:
        """Registered one by one over the days, approved together, paid with a voucher each."""
        due = [each for each in payments if self.at(month, each.day) <= self.now]
        registered_at = min(self.at(month, REGISTERED_BY, 18), self.now)
        openings = [self._opening(each) for each in due]
        cases = casework.open_many(PAYMENT, "register", openings, by=self.staff["payments.clerk"], now=registered_at)
        self.count += len(cases)
        approved_at = self.at(month, APPROVED_ON)
        if approved_at > self.now:
            return
        going_on = self._approve(list(zip(due, cases, strict=True)), approved_at)
        paid_at = self.at(month, PAID_ON)
        for number, (each, case) in enumerate(going_on):
            at = paid_at + timedelta(minutes=number)
            if at <= self.now:
                self._pay(each, case, at)

    def _opening(self, each: PlannedPayment) -> casework.Opening:
        project = self.projects[each.project]
        told: dict[str, Any] = {
            "project": project.pk,
            "source": each.source,
            "amount": each.amount,
            "payee": each.payee,
            "purpose": each.purpose,
        }
        if each.over_reason:
            told["over_reason"] = each.over_reason
        happened = self.at(each.month, each.day)
        return casework.Opening(unit=project.unit, happened_at=happened, particulars=told)

    def _approve(self, pairs: Sequence[tuple[PlannedPayment, Case]], at: datetime) -> list[tuple[PlannedPayment, Case]]:
        """Some come back first, one is cancelled, one needs its reason."""
        for each, case in pairs:
            if each.is_cancelled:
                casework.perform(case, "cancel", by=self.staff["payments.clerk"], now=at, reason="活动取消")
            elif each.is_returned:
                self._return(each, case, at)
            elif each.over_reason:
                more: dict[str, Any] = {"over_reason": each.over_reason}
                casework.perform(case, "approve", by=self.staff["payments.approver"], now=at, **more)
        usual = [case for each, case in pairs if not (each.is_cancelled or each.is_returned or each.over_reason)]
        casework.perform_many(usual, "approve", by=self.staff["payments.approver"], now=at)
        return [(each, case) for each, case in pairs if not each.is_cancelled]

    def _return(self, each: PlannedPayment, case: Case, at: datetime) -> None:
        reason = RETURNED_BECAUSE[case.pk % len(RETURNED_BECAUSE)]
        told: dict[str, Any] = {
            "source": each.source,
            "amount": each.amount,
            "payee": each.payee,
            "purpose": f"{each.purpose}（补附件）",
        }
        casework.perform(case, "return_", by=self.staff["payments.approver"], now=at, reason=reason)
        casework.perform(case, "amend", by=self.staff["payments.clerk"], now=at + timedelta(hours=1), **told)
        casework.perform(case, "approve", by=self.staff["payments.approver"], now=at + timedelta(hours=2))

    def _pay(self, each: PlannedPayment, case: Case, at: datetime) -> None:
        more: dict[str, Any] = {"over_reason": each.over_reason} if each.over_reason else {}
        by = self.staff["payments.cashier"]
        casework.perform(case, "pay", by=by, now=at, voucher=self.voucher(each.month), **more)
        back = at + timedelta(days=3)
        if each.is_reversed and back <= self.now:
            voucher = self.voucher(each.month)
            casework.perform(case, "reverse", by=by, now=back, voucher=voucher, reason="收款账户有误，退回")

    def _rounds(self, planned: Year, at: datetime) -> list[Round]:
        """Two allowances each month and a gift before the Spring Festival, of the project that such things belong to."""
        home = next((each for each in self.projects if "其他" in each.name), self.projects[0])
        keeper, clerk = self.staff["payments.budget_keeper"], self.staff["payments.clerk"]
        since = date(self.year, 1, 1)
        found: list[Case] = []
        for name, rhythm in [
            *((name, "monthly") for name, _people in planned.people),
            ("春节慰问金", "spring_festival"),
        ]:
            programme = create_programme(
                name, project=home, source="fiscal", rhythm=rhythm, since=since, by=keeper, now=at
            )
            try:
                found += plan_year(programme, year=self.year, by=clerk, now=at)
            except casework.Refused:  # the holidays of the year are not known yet: nothing to plan
                continue
        self.count += len(found)
        rows = Round.objects.filter(case__in=found).select_related("programme", "case")
        return list(rows.order_by("due_on", "case_id"))

    def _pay_rounds(self, rounds: Sequence[Round], planned: Year) -> None:
        people = dict(planned.people)
        for number, each in enumerate(rounds):
            at = datetime.combine(each.due_on, time(15, number), tzinfo=performing.zone()) - timedelta(days=number % 3)
            if at > self.now:
                continue
            heads = people.get(each.programme.name, 64)
            told: dict[str, Any] = {
                "amount": Decimal(heads * 500),
                "people": heads,
                "voucher": self.voucher(each.due_on.month),
            }
            casework.perform(each.case, "pay", by=self.staff["payments.cashier"], now=at, **told)
