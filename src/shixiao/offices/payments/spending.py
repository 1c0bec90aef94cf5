"""What is spent and what is left of a budget, read once for all cases of a call and then kept up to date in memory."""

from collections.abc import Collection
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

    def __init__(self, budget: Budget | None, *, paid: dict[str, Decimal], waiting: dict[str, Decimal]) -> None:
        self.budget, self.paid, self.waiting = budget, paid, waiting

    @classmethod
    def read(cls, project_id: int, year: int, *, is_locked: bool) -> "Account":
        """Reads three sums; `is_locked` holds the budget until the transaction ends, so that two payments that each
        would fit cannot together exceed it."""
        here = {"project_id": project_id, "year": year}
        budgets = Budget.objects.filter(**here)
        budget = (budgets.select_for_update() if is_locked else budgets).first()
        paid = _by_source(Outlay.objects.filter(**here))
        return cls(budget, paid=paid, waiting=_by_source(Payment.objects.filter(**here, is_approved=True)))

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
        shared[key] = Account.read(project_id, year, is_locked=is_locked)
    found: Account = shared[key]
    return found


def accounts(keys: Collection[tuple[int, int]], *, is_locked: bool = False) -> dict[tuple[int, int], Account]:
    """The accounts of several projects and years, in three statements. Budgets are locked in the order of their ids, so that
    two imports cannot wait for each other."""
    here = {"project_id__in": {project for project, _year in keys}, "year__in": {year for _project, year in keys}}
    budgets = Budget.objects.filter(**here).order_by("case_id")
    found = {(each.project_id, each.year): each for each in (budgets.select_for_update() if is_locked else budgets)}
    paid = _by_account(Outlay.objects.filter(**here))
    waiting = _by_account(Payment.objects.filter(**here, is_approved=True))
    return {
        key: Account(found.get(key), paid=dict(paid.get(key, {})), waiting=dict(waiting.get(key, {}))) for key in keys
    }


def _by_account(rows: Any) -> dict[tuple[int, int], dict[str, Decimal]]:
    found: dict[tuple[int, int], dict[str, Decimal]] = {}
    grouped = rows.values_list("project_id", "year", "source").annotate(sum=Sum("amount")).order_by()
    for project, year, source, amount in grouped:
        found.setdefault((project, year), {})[source] = amount
    return found
