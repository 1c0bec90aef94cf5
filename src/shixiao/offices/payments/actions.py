"""What the steps of this desk do beyond changing the state."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from shixiao.casework.local import local
from shixiao.casework.models import Contract, Project
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger import filling
from shixiao.offices.payments.models import Budget, BudgetVersion, Outlay, Payment, Programme, Round
from shixiao.offices.payments.rounds import calendar_of, due_day, is_within, period_title
from shixiao.offices.payments.spending import NOTHING, Account, account, accounts, forget, no_longer_waits
from shixiao.offices.payments.steps import BUDGET, PAYMENT, ROUND, SOURCES

FEW = 20
SOURCE_CODES = tuple(code for code, _title in SOURCES)
TICK = timedelta(microseconds=1)
PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2})?")


def _year(work: Work) -> int:
    return local(work.happened_at).year


# ---- budgets ---------------------------------------------------------------------------------------------------


def approve_budget(work: Work) -> None:
    """A project has one budget a year; a second one is an adjustment of the first."""
    project: Project = work.thing("project", Project)
    year: int = work["year"]
    if Budget.objects.filter(project=project, year=year).exists():
        raise work.refuse(
            Text(
                f"“{project.name}”{year} 年的预算已经登记。要改请在那份预算上办理“调整预算”。",
                f"The budget of “{project.name}” for {year} is there already; adjust that one.",
            ),
            field="project",
        )
    _check_project(work, project, year=year)
    amounts = _amounts(work)
    work.change_case(project=project, title=f"{project.name[:150]} {year}年预算")
    work.detail = Budget(case=work.case, project=project, year=year, **amounts)
    work.create(_version(work, number=1))
    forget(work.shared, project.pk, year)


def adjust_budget(work: Work) -> None:
    """The whole amounts anew. Below what is already paid needs no permission here, but is said on the event."""
    budget: Budget = work.detail
    amounts = _amounts(work)
    spent = account(work.shared, budget.project_id, budget.year)
    below = sum((max(NOTHING, spent.paid.get(code, NOTHING) - amounts[code]) for code in SOURCE_CODES), NOTHING)
    work.change(**amounts)
    number = budget.versions.count() + 1
    work.create(_version(work, number=number))
    work.note(version=number, **({"below_paid": below} if below else {}))
    forget(work.shared, budget.project_id, budget.year)


def finish_budget(work: Work) -> None:
    """What was approved and what was paid goes on the event."""
    budget: Budget = work.detail
    spent = account(work.shared, budget.project_id, budget.year)
    waiting = sum(spent.waiting.values(), NOTHING)
    if waiting:
        raise work.refuse(
            Text(
                f"还有 {waiting:,} 元已批未付。请先支付或撤销，再结束执行。",
                f"{waiting:,} yuan are approved and unpaid. Pay or cancel them first.",
            )
        )
    work.note(
        budget=sum((getattr(budget, code) for code in SOURCE_CODES), NOTHING), paid=sum(spent.paid.values(), NOTHING)
    )


def _amounts(work: Work) -> dict[str, Decimal]:
    return {code: work[code] or NOTHING for code in SOURCE_CODES}


def _version(work: Work, *, number: int) -> BudgetVersion:
    return BudgetVersion(
        budget=work.detail, number=number, document=work["document"], happened_at=work.happened_at, **_amounts(work)
    )


# ---- payments --------------------------------------------------------------------------------------------------


def register(work: Work) -> None:
    """A payment to be approved."""
    work.detail = _payment(work)
    _check_budget(work, is_locked=False)


def take_over(work: Work) -> None:
    """A payment that was made already, under its own date."""
    work.detail = payment = _payment(work)
    _check_voucher(work, payment.project_id)
    _check_budget(work, is_locked=True)
    payment.voucher, payment.paid_at = work["voucher"], work.happened_at
    _spend(work, payment.amount)


def amend(work: Work) -> None:
    """Other words or amounts before it is approved."""
    work.change(source=work["source"], amount=work["amount"], payee=work["payee"], purpose=work["purpose"])
    work.change_case(title=_title(work))
    _check_budget(work, is_locked=False)


def approve(work: Work) -> None:
    """From now on the amount is bound."""
    _check_budget(work, is_locked=True)
    work.change(is_approved=True)
    spent = account(work.shared, work.detail.project_id, work.detail.year)
    spent.waiting[work.detail.source] = spent.waiting.get(work.detail.source, NOTHING) + work.detail.amount


def pay(work: Work) -> None:
    """The money leaves. It counts in the year in which it does, even when it was approved in another."""
    payment: Payment = work.detail
    _check_voucher(work, payment.project_id)
    year = _year(work)
    spent = account(work.shared, payment.project_id, year, is_locked=True)
    if payment.year == year:
        spent.waiting[payment.source] = spent.waiting.get(payment.source, NOTHING) - payment.amount
    work.change(is_approved=False, voucher=work["voucher"], paid_at=work.happened_at, year=year)
    _check_budget(work, is_locked=True)
    work.note(amount=payment.amount)
    _spend(work, payment.amount)


def cancel(work: Work) -> None:
    """Nothing is bound any more."""
    payment: Payment = work.detail
    if payment.is_approved:
        no_longer_waits(work.shared, payment.project_id, payment.year, payment.source, payment.amount)
    work.change(is_approved=False)


def reverse(work: Work) -> None:
    """The amount comes back under the date of the reversal, in that date's year."""
    work.note(amount=work.detail.amount)
    _spend(work, -work.detail.amount)


def _payment(work: Work) -> Payment:
    project: Project = work.thing("project", Project)
    contract: Contract | None = work.thing("contract", Contract)
    if contract is not None and contract.project_id != project.pk:
        raise work.refuse(
            Text("合同不属于这个项目。", "The contract belongs to another project."),
            field="contract",
            reason=Reason.INVALID,
        )
    _check_project(work, project, year=_year(work))
    work.change_case(project=project, contract=contract, title=_title(work))
    return filling.made(
        Payment,
        case=work.case,
        project=project,
        year=_year(work),
        source=work["source"],
        amount=work["amount"],
        payee=work["payee"],
        purpose=work["purpose"],
        over_by=NOTHING,
    )


def _title(work: Work) -> str:
    return f"{work['purpose']}（{work['payee']}）"[:200]


def _check_project(work: Work, project: Project, *, year: int) -> None:
    """The project is in its years, and belongs to the unit of the case or to one below it."""
    if not project.since_year <= year <= project.until_year:
        raise work.refuse(
            Text(
                f"“{project.name}”的年度是 {project.since_year}—{project.until_year}，不含 {year} 年。",
                f"“{project.name}” runs from {project.since_year} to {project.until_year}, not in {year}.",
            ),
            field="project",
            reason=Reason.INVALID,
        )
    if project.unit_id != work.case.unit_id:
        raise work.refuse(
            Text(
                f"“{project.name}”是{project.unit.name}的项目，请在该单位登记。",
                f"“{project.name}” is a project of {project.unit.name}; record it there.",
            ),
            field="project",
            reason=Reason.INVALID,
        )


def _check_voucher(work: Work, project_id: int) -> None:
    """A voucher is used once a year, whatever it pays. The first of a call asks for its own, many read those of the year."""
    year, voucher = _year(work), work["voucher"]
    used: set[str] = work.shared.setdefault(("vouchers", year), set())
    if voucher in used or _is_used(work, project_id, year, voucher):
        raise work.refuse(
            Text(
                f"{year} 年已经有一笔支出用了凭证号 {voucher}。请核对是不是重复登记。",
                f"Voucher {voucher} is used by another payment of {year}. See whether this one is recorded twice.",
            ),
            field="voucher",
        )
    used.add(voucher)


def _is_used(work: Work, project_id: int, year: int, voucher: str) -> bool:
    asked = account(work.shared, project_id, year, is_locked=True, voucher=voucher).is_used
    if voucher in asked:
        return asked[voucher]
    key = ("vouchers in the book", year)
    if key not in work.shared:
        of_the_year = Outlay.objects.filter(year=year, amount__gt=0)
        work.shared[key] = set(of_the_year.values_list("voucher", flat=True))
    return voucher in work.shared[key]


def _check_budget(work: Work, *, is_locked: bool) -> None:
    """Above the approved budget only with a reason, which stays with the event. A reason given before still holds for
    no more than what it was given for."""
    payment: Payment = work.detail
    spent = account(work.shared, payment.project_id, payment.year, is_locked=is_locked)
    over = spent.over_by(payment.source, payment.amount)
    is_excused = bool(work["over_reason"]) or NOTHING < over <= payment.over_by
    if over and not is_excused:
        raise work.refuse(spent.sentence(payment.source, payment.amount), field="over_reason")
    if over != payment.over_by:
        work.change(over_by=over)
    if over:
        work.note(over_by=over)


def _spend(work: Work, amount: Decimal) -> None:
    payment: Payment = work.detail
    _book(work, project_id=payment.project_id, source=payment.source, amount=amount)


def _book(work: Work, *, project_id: int, source: str, amount: Decimal) -> None:
    """The one place where money leaves or comes back."""
    day = local(work.happened_at)
    work.create(
        filling.made(
            Outlay,
            case=work.case,
            project_id=project_id,
            year=day.year,
            month=day.month,
            source=source,
            amount=amount,
            voucher=work["voucher"],
            happened_at=work.happened_at,
        )
    )
    spent = account(work.shared, project_id, day.year, is_locked=amount > 0)
    spent.paid[source] = spent.paid.get(source, NOTHING) + amount


# ---- rounds ----------------------------------------------------------------------------------------------------


def plan_round(work: Work) -> None:
    """One round with its due day: the last working day of the month, or the day before the Spring Festival holiday."""
    programme: Programme = work.thing("programme", Programme)
    period = work["period"] or _period_of_window(work, programme)
    year = _period_year(work, programme, period)
    _check_project(work, programme.project, year=year)
    _check_runs(work, programme, period)
    if Round.objects.filter(programme=programme, period=period, is_withdrawn=False).exists():
        raise work.refuse(
            Text(f"{programme.name}的 {period} 已经安排。", f"{period} of {programme.name} is planned already."),
            field="period",
        )
    work.change_case(project=programme.project, title=f"{programme.name} {period_title(period)}")
    due = _due(work, programme, period)
    if work.window is not None:
        # A duty may want it earlier than the programme does, and not later: then the end of its window stays the limit.
        last = local(work.window[1] - TICK).date()
        due = min(due, last)
    work.detail = Round(case=work.case, programme=programme, period=period, due_on=due)
    work.note(period=period)
    work.limit("pay", until=due)


def _period_of_window(work: Work, programme: Programme) -> str:
    """The month or the year in which the window of an expected round begins; a longer or shorter window is none of its."""
    is_monthly = programme.rhythm == Programme.Rhythm.MONTHLY
    if work.window is None:
        raise work.refuse(Text("请填写期间。", "Period is needed."), field="period", reason=Reason.INVALID)
    begin, last = (local(each) for each in (work.window[0], work.window[1] - TICK))
    is_whole = begin.day == 1 and (begin.month == 1 or is_monthly)
    if not is_whole or last.year != begin.year or (last.month != begin.month) == is_monthly:
        raise work.refuse(
            Text(
                f"“{programme.name}”{'按月' if is_monthly else '每年一次'}发放，例行的周期要和它一致。",
                f"“{programme.name}” is paid {'monthly' if is_monthly else 'once a year'}; the duty's schedule has to be the same.",
            ),
            field="schedule",
            reason=Reason.INVALID,
        )
    return f"{begin:%Y-%m}" if is_monthly else f"{begin:%Y}"


def _period_year(work: Work, programme: Programme, period: str) -> int:
    is_monthly = programme.rhythm == Programme.Rhythm.MONTHLY
    wanted = "2026-03" if is_monthly else "2026"
    is_good = PERIOD.fullmatch(period) and (len(period) == 7) == is_monthly and 2000 <= int(period[:4]) <= 2100
    if not is_good or (is_monthly and not 1 <= int(period[5:]) <= 12):
        raise work.refuse(
            Text(f"期间写成 {wanted} 这样。", f"Write the period as {wanted}."), field="period", reason=Reason.INVALID
        )
    return int(period[:4])


def _check_runs(work: Work, programme: Programme, period: str) -> None:
    """The programme runs in that period."""
    if is_within(period, since=programme.since, until=programme.until):
        return
    until = programme.until or "…"
    raise work.refuse(
        Text(
            f"“{programme.name}”自 {programme.since} 起、至 {until} 止发放，不含 {period}。",
            f"“{programme.name}” runs from {programme.since} to {until}, not in {period}.",
        ),
        field="period",
        reason=Reason.INVALID,
    )


def _due(work: Work, programme: Programme, period: str) -> date:
    day = due_day(programme.rhythm, period, here=calendar_of(work.shared))
    if day is None:
        raise work.refuse(
            Text(
                f"{period} 年的春节放假安排还没有录入，到期日无法确定。请先在“节假日”里录入。",
                f"The Spring Festival holiday of {period} is not in the calendar yet. Enter the holidays first.",
            ),
            field="period",
        )
    return day


def pay_round(work: Work) -> None:
    """The round is paid; its amount counts in the budget like any payment."""
    round_: Round = work.detail
    programme = round_.programme
    amount: Decimal = work["amount"]
    _check_voucher(work, programme.project_id)
    spent = account(work.shared, programme.project_id, _year(work), is_locked=True)
    over = spent.over_by(programme.source, amount)
    if over and not work["over_reason"]:
        raise work.refuse(spent.sentence(programme.source, amount), field="over_reason")
    if over:
        work.note(over_by=over)
    work.change(amount=amount, people=work["people"], paid_at=work.happened_at, over_by=over)
    _book(work, project_id=programme.project_id, source=programme.source, amount=amount)


def reverse_round(work: Work) -> None:
    """The amount comes back under the date of the reversal; the round is to be paid again, by the day it was."""
    round_: Round = work.detail
    programme = round_.programme
    work.note(amount=round_.amount)
    _book(work, project_id=programme.project_id, source=programme.source, amount=-round_.amount)
    work.change(amount=None, people=None, paid_at=None, over_by=NOTHING)
    work.limit("pay", until=round_.due_on)


def withdraw_round(work: Work) -> None:
    """Its duty expects it no more: its period is free for another."""
    work.change(is_withdrawn=True)


def lock_budgets(works: Sequence[Work]) -> None:
    """The accounts of all payments at once, locked in the order of their budgets: two calls over several projects cannot
    wait for each other, and need no more statements for many projects than for one."""
    keys = {(work.detail.project_id, year) for work in works for year in (work.detail.year, _year(work))}
    shared = works[0].shared
    shared |= {(Account, *key): found for key, found in accounts(keys, is_locked=True).items()}


PREPARATIONS: Mapping[tuple[str, str], Callable[[Sequence[Work]], None]] = {
    (PAYMENT, "approve"): lock_budgets,
    (PAYMENT, "pay"): lock_budgets,
}
# Every action here keeps them as the book is: accounts by counting along or by having them read again.
LASTING = frozenset({Account, "vouchers", "vouchers in the book"})
ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {
    (BUDGET, "approve"): approve_budget,
    (BUDGET, "adjust"): adjust_budget,
    (BUDGET, "finish"): finish_budget,
    (PAYMENT, "register"): register,
    (PAYMENT, "take_over"): take_over,
    (PAYMENT, "amend"): amend,
    (PAYMENT, "approve"): approve,
    (PAYMENT, "pay"): pay,
    (PAYMENT, "cancel"): cancel,
    (PAYMENT, "reverse"): reverse,
    (ROUND, "plan"): plan_round,
    (ROUND, "pay"): pay_round,
    (ROUND, "reverse"): reverse_round,
    (ROUND, "withdraw"): withdraw_round,
}
