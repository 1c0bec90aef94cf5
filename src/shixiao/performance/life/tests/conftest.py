from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case
from shixiao.people.models import Unit, User
from shixiao.performance import actions
from shixiao.performance.life.models import PlanLife
from shixiao.performance.models import Plan, PlanVersion
from shixiao.performance.tests.conftest import SMALL, row, table

CORRECTED = table(row(1, "开展培训", "4次"), row(2, "服务对象满意度", "≥90%", code="31-服务对象满意度"))
BAD = table(
    row(1, "系统周平均无故障时间", "≥170小时", code="12-质量指标"),
    row(2, "服务对象满意度", "≥99%", code="31-服务对象满意度"),
)
LEVELS = ("unit", "department", "finance")


class Desk:
    """Everybody who has to do with a plan's life, and the steps they take."""

    def __init__(self, staff: Callable[..., User], officer: User, unit: Unit, now: datetime) -> None:
        self.officer, self.unit, self.now = officer, unit, now
        self.drafter = staff("drafter", "performance.drafter")
        self.of = {level: staff(f"{level}reviewer", f"performance.{level}_reviewer") for level in LEVELS}
        self.secrecy = staff("secrecy", "performance.secrecy_reviewer")
        self.publisher = staff("publisher", "performance.publisher")

    def accept(self, text: str = SMALL, **more: Any) -> PlanVersion:
        given = {"name": "table.txt", "by": self.officer, "now": self.now} | more
        return actions.accept_plan(text.encode(), **given).version

    def begin(self, plan: Plan, step: str = "begin", *, by: User | None = None, at: Unit | None = None) -> Case:
        opening = Opening(unit=at or self.unit, particulars={"plan": plan.pk})
        return casework.open_case("performance.plan", step, opening, by=by or self.drafter, now=self.now)

    def take(self, case: Case, step: str, *, by: User, **particulars: Any) -> Case:
        return casework.perform(case, step, by=by, now=particulars.pop("now", self.now), **particulars)

    def handed_in(self, text: str = SMALL, **more: Any) -> Case:
        return self.take(self.begin(self.accept(text, **more).plan), "submit", by=self.drafter)

    def approved(self, case: Case, *levels: str) -> Case:
        for level in levels or LEVELS:
            case = self.take(case, f"approve_{level}", by=self.of[level])
        return case

    def published(self, case: Case) -> Case:
        case = self.take(self.approved(case), "ask_secrecy", by=self.publisher)
        case = self.take(case, "pass_secrecy", by=self.secrecy)
        return self.take(case, "publish", by=self.publisher)

    def life(self, case: Case) -> PlanLife:
        return PlanLife.objects.select_related("version", "approved", "published", "compared").get(case=case)


@pytest.fixture
def desk(staff: Callable[..., User], officer: User, unit: Unit, now: datetime) -> Desk:
    return Desk(staff, officer, unit, now)
