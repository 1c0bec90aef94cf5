"""What is spent and what is left of a budget, read once for all cases of a call and then kept up to date in memory."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Sum, Value

from shixiao.engine.bilingual import Text
from shixiao.offices.payments.models import Budget, Outlay, Payment
from shixiao.offices.payments.steps import SOURCES

NOTHING = Decimal("0.00")
TITLES = dict(SOURCES)
PAID, WAITING, APPROVED, USED = "paid", "waiting", "approved", "used"


class Account:
    """A project's budget of a year: approved, paid and approved-but-unpaid, by source; `budget` is None without one.

    `is_used` says of vouchers that were asked for along with it whether they paid something in the year.
    """

    def __init__(
        self,
        budget: Mapping[str, Decimal] | None,
        *,
        paid: dict[str, Decimal],
        waiting: dict[str, Decimal],
        is_used: dict[str, bool] | None = None,
    ) -> None:
        self.budget, self.paid, self.waiting, self.is_used = budget, paid, waiting, is_used or {}

    @classmethod
    def read(cls, project_id: int, year: int, *, is_locked: bool, voucher: str = "") -> "Account":
        """What is approved, spent and waiting, and whether `voucher` is used this year, in one statement.

        `is_locked` holds the budget until the transaction ends, so that two payments that each would fit cannot
        together exceed it. Then it takes two: what is spent is read by a statement that begins after the lock was got.
        """
        here = {"project_id": project_id, "year": year}
        budgets = Budget.objects.filter(**here)
        budget = budgets.select_for_update().values(*TITLES).first() if is_locked else None
        parts = [_by_source(Payment.objects.filter(**here, is_approved=True), WAITING)]
        parts += [_used(voucher, year)] if voucher else []
        parts += [] if is_locked else [_approved(budgets, source) for source in TITLES]
        sums: dict[str, dict[str, Decimal]] = {PAID: {}, WAITING: {}, USED: {}, APPROVED: {}}
        for what, source, amount in _by_source(Outlay.objects.filter(**here), PAID).union(*parts, all=True):
            sums[what][source] = amount
        is_used = {voucher: bool(sums[USED])} if voucher else {}
        return cls(budget or sums[APPROVED] or None, paid=sums[PAID], waiting=sums[WAITING], is_used=is_used)

    def approved(self, source: str) -> Decimal:
        """The budget of this source; nothing where there is no budget."""
        return self.budget[source] if self.budget else NOTHING

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


def _by_source(rows: Any, what: str) -> Any:
    of = Value(what, output_field=CharField())
    return rows.order_by().values("source").annotate(sum=Sum("amount"), what=of).values_list("what", "source", "sum")


def _approved(budgets: Any, source: str) -> Any:
    named = {"what": Value(APPROVED, output_field=CharField()), "source": Value(source, output_field=CharField())}
    return budgets.annotate(**named).values_list("what", "source", source)


def _used(voucher: str, year: int) -> Any:
    """A voucher that paid something in the year; its amount does not matter."""
    return _by_source(Outlay.objects.filter(year=year, voucher=voucher, amount__gt=0), USED)


def account(
    shared: dict[Any, Any], project_id: int, year: int, *, is_locked: bool = False, voucher: str = ""
) -> Account:
    """The account as this call sees it. `voucher` is looked up along with it where the account is not known yet."""
    key = (Account, project_id, year)
    if key not in shared:
        shared[key] = Account.read(project_id, year, is_locked=is_locked, voucher=voucher)
    found: Account = shared[key]
    return found


def no_longer_waits(shared: dict[Any, Any], project_id: int, year: int, source: str, amount: Decimal) -> None:
    """What was approved will not be paid after all; of an account that nobody asked for there is nothing to keep up to date."""
    found: Account | None = shared.get((Account, project_id, year))
    if found is not None:
        found.waiting[source] = found.waiting.get(source, NOTHING) - amount


def forget(shared: dict[Any, Any], project_id: int, year: int) -> None:
    """Something else than spending changed: the account is read again where it is needed."""
    shared.pop((Account, project_id, year), None)


def accounts(keys: Collection[tuple[int, int]], *, is_locked: bool = False) -> dict[tuple[int, int], Account]:
    """The accounts of several projects and years, in three statements. Budgets are locked in the order of their ids, so that
    two imports cannot wait for each other."""
    here = {"project_id__in": {project for project, _year in keys}, "year__in": {year for _project, year in keys}}
    budgets = Budget.objects.filter(**here).order_by("case_id")
    rows = (budgets.select_for_update() if is_locked else budgets).values("project_id", "year", *TITLES)
    found = {(row["project_id"], row["year"]): {code: row[code] for code in TITLES} for row in rows}
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
