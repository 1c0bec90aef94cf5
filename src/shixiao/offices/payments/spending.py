"""What is spent and what is left of a budget, read once for all cases of a call and then kept up to date in memory."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from shixiao.engine.bilingual import Text
from shixiao.offices.payments.models import Budget, Outlay, Payment
from shixiao.offices.payments.steps import SOURCES

NOTHING = Decimal("0.00")
TITLES = dict(SOURCES)


class Account:
    """A project's budget of a year: approved, paid and approved-but-unpaid, by source. `has_budget` may be false."""

    def __init__(self, project_id: int, year: int, *, is_locked: bool) -> None:
        """Reads three sums; `is_locked` holds the budget until the transaction ends, so that two payments that each
        would fit cannot together exceed it."""
        budgets = Budget.objects.filter(project_id=project_id, year=year)
        self.budget = (budgets.select_for_update() if is_locked else budgets).first()
        here = {"project_id": project_id, "year": year}
        self.paid = _by_source(Outlay.objects.filter(**here))
        self.waiting = _by_source(Payment.objects.filter(**here, is_approved=True))

    def approved(self, source: str) -> Decimal:
        """The budget of this source; nothing where there is no budget."""
        return getattr(self.budget, source) if self.budget else NOTHING

    def over_by(self, source: str, amount: Decimal) -> Decimal:
        """By how much the budget would be exceeded if `amount` more were spent; never negative."""
        used = self.paid.get(source, NOTHING) + self.waiting.get(source, NOTHING) + amount
        return max(NOTHING, used - self.approved(source))

    def sentence(self, source: str, amount: Decimal) -> Text:
        """What is approved, paid and waiting, and by how much it would be exceeded."""
        title, over = TITLES[source], self.over_by(source, amount)
        paid, waiting = self.paid.get(source, NOTHING), self.waiting.get(source, NOTHING)
        if self.budget is None:
            return Text(
                f"这个项目今年没有批复预算，这笔 {amount:,} 元全部超出。确需支出的，请填写超预算理由。",
                f"The project has no approved budget this year, so all {amount:,} yuan exceed it. Give a reason if it must be.",
            )
        return Text(
            f"{title.zh}批复 {self.approved(source):,} 元，已付 {paid:,} 元，已批未付 {waiting:,} 元，"
            f"加上这笔 {amount:,} 元将超出 {over:,} 元。确需支出的，请填写超预算理由。",
            f"{title.en}: approved {self.approved(source):,}, paid {paid:,}, approved and unpaid {waiting:,}; with these "
            f"{amount:,} yuan it is exceeded by {over:,}. Give a reason if it must be.",
        )


def _by_source(rows: Any) -> dict[str, Decimal]:
    return dict(rows.values_list("source").annotate(sum=Sum("amount")).order_by())


def account(shared: dict[Any, Any], project_id: int, year: int, *, is_locked: bool = False) -> Account:
    """The account as this call sees it."""
    key = (Account, project_id, year)
    if key not in shared:
        shared[key] = Account(project_id, year, is_locked=is_locked)
    found: Account = shared[key]
    return found


def left(budget: Mapping[str, Decimal], spent: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is left, by source."""
    return {source: budget.get(source, NOTHING) - spent.get(source, NOTHING) for source, _title in SOURCES}
