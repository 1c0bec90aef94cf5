from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case
from shixiao.engine import bundles
from shixiao.people.models import Unit, User
from shixiao.performance import actions
from shixiao.performance.evaluation import editing, making
from shixiao.performance.evaluation.editing import Changes
from shixiao.performance.models import Evaluation, PlanVersion, Publication
from shixiao.performance.publication import filling
from shixiao.performance.results.models import ResultLife
from shixiao.performance.tests.conftest import HEADER, row

UNTIL = date(2026, 6, 29)
LEVELS = ("unit", "department")
FIRST, SECOND = "2026年业务经费", "2026年设备经费"
WHY, RESULT, OFFICE = "证据年底才有", "经审查可以公开", "example-office"


def project(name: str, *rows: str) -> str:
    return f"{name}\t10.00\t10.00\t\t\t办好{name}。\t{''.join(rows)}\n"


TWO = (
    f"部门名称：某市某局\n单位：万元\n{HEADER}\n合计\t20.00\t20.00\n某市某局\t20.00\t20.00\n"
    + project(FIRST, row(1, "开展培训", "3次"), row(2, "服务对象满意度", "≥90%", code="31-服务对象满意度"))
    + project(SECOND, row(3, "采购设备", "5台"))
)


class Desk:
    """Everybody who has to do with the self-evaluations of a day, and the steps they take."""

    def __init__(self, staff: Callable[..., User], officer: User, unit: Unit, now: datetime) -> None:
        self.officer, self.unit, self.now = officer, unit, now
        self.drafter = staff("drafter", "performance.drafter")
        self.of = {level: staff(f"{level}reviewer", f"performance.{level}_reviewer") for level in LEVELS}
        self.secrecy = staff("secrecy", "performance.secrecy_reviewer")
        self.publisher = staff("publisher", "performance.publisher")

    def accept(self, text: str = TWO) -> PlanVersion:
        return actions.accept_plan(text.encode(), name="table.txt", by=self.officer, now=self.now).version

    def freeze(
        self, version: PlanVersion, *, only: Sequence[int] | None = None, until: date = UNTIL
    ) -> list[Evaluation]:
        made = making.make(version, kind="self_evaluation", until=until, only=only, by=self.officer, now=self.now)
        return list(made.evaluations)

    def edit(self, one: Evaluation, text: str = "按月核对", *, by: User | None = None) -> Evaluation:
        """One more revision of a project."""
        return editing.edit(
            one, Changes({("0", "improvement"): text}), reason="补写", by=by or self.officer, now=self.now
        )

    def begin(self, of: PlanVersion, *, until: date = UNTIL, by: User | None = None, **more: Any) -> Case:
        told = {"plan": of.plan_id, "until": until} | more
        opening = Opening(unit=self.unit, particulars=told)
        return casework.open_case("performance.result", "begin", opening, by=by or self.drafter, now=self.now)

    def take(self, case: Case, step: str, *, by: User, **particulars: Any) -> Case:
        return casework.perform(case, step, by=by, now=particulars.pop("now", self.now), **particulars)

    def handed_in(self, version: PlanVersion | None = None, *, by: User | None = None) -> Case:
        if version is None:
            version = self.accept()
            self.freeze(version)
        case = self.begin(version, by=by)
        return self.take(case, "submit", by=by or self.drafter, without_score=WHY)

    def approved(self, case: Case, *levels: str) -> Case:
        for level in levels or LEVELS:
            case = self.take(case, f"approve_{level}", by=self.of[level])
        return case

    def cleared(self, case: Case) -> Case:
        case = self.take(case, "ask_secrecy", by=self.publisher)
        return self.take(case, "pass_secrecy", by=self.secrecy, result=RESULT)

    def published(self, case: Case, **more: Any) -> Case:
        told = {"office": OFFICE} | more
        return self.take(self.cleared(self.approved(case)), "publish", by=self.publisher, **told)

    def life(self, case: Case) -> ResultLife:
        return ResultLife.objects.select_related("version__plan", "publication").get(case=case)

    def publication(self, case: Case) -> Publication:
        made = self.life(case).publication
        assert made is not None
        return made


@pytest.fixture
def desk(staff: Callable[..., User], officer: User, unit: Unit, now: datetime) -> Desk:
    return Desk(staff, officer, unit, now)


Filled = list[list[Evaluation]]


@pytest.fixture(autouse=True)
def filled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> Filled:
    """From which revisions it was filled, each time something was published."""
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    asked: Filled = []
    fill = filling.from_evaluations

    def from_evaluations(version: PlanVersion, *, evaluations: Sequence[Evaluation], **more: Any) -> bundles.Published:
        asked.append(list(evaluations))
        return fill(version, evaluations=evaluations, **more)

    monkeypatch.setattr(filling, "from_evaluations", from_evaluations)
    return asked
