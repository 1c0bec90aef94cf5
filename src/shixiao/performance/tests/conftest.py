from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from shixiao.people.models import User
from shixiao.performance import actions, question_list
from shixiao.performance.models import Indicator, PlanVersion
from shixiao.tables import samples

HEADER = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"


def row(number: int, name: str, annual: str, *, code: str = "11-数量指标", cycle: str = "") -> str:
    """One indicator as the Guangdong layout prints it."""
    level1 = {"1": "1-产出指标", "2": "2-效益指标", "3": "3-满意度指标", "4": "4-成本指标"}[code[0]]
    return f"{number}、{level1}；{code}；{name}；实施周期指标值:{cycle or annual}；年度指标值:{annual}。"


def table(*rows: str, department: str = "某市某局", project: str = "2026年业务经费", total: str = "10.00") -> str:
    """A whole table of one unit and one project."""
    return (
        f"部门名称：{department}\n单位：万元\n{HEADER}\n合计\t{total}\t{total}\n{department}\t{total}\t{total}\n"
        f"{project}\t{total}\t{total}\t\t\t办好业务。\t{''.join(rows)}\n"
    )


SMALL = table(row(1, "开展培训", "3次"), row(2, "服务对象满意度", "≥90%", code="31-服务对象满意度"))


@pytest.fixture(autouse=True)
def _no_questions_of_another_test() -> None:
    """They are kept by the process; a test's own are rolled back."""
    question_list.forget()


@pytest.fixture
def accept(officer: User, now: datetime) -> Callable[..., actions.Acceptance]:
    """Accepts a text as the officer."""

    def accepting(text: str | bytes = SMALL, **more: object) -> actions.Acceptance:
        content = text.encode() if isinstance(text, str) else text
        given = {"name": "table.txt", "by": officer, "now": now} | more
        return actions.accept_plan(content, **given)

    return accepting


@pytest.fixture
def guangzhou(accept: Callable[..., actions.Acceptance]) -> PlanVersion:
    """The published table of 2026, accepted."""
    return accept(samples.guangzhou(), name="guangzhou-2026.txt").version


@pytest.fixture
def desk(signed_in: Callable[[User], Client], officer: User) -> Client:
    """A browser of the officer."""
    return signed_in(officer)


def first(version: PlanVersion, number: int = 1) -> Indicator:
    return version.indicators.select_related("project__unit", "version__plan").get(row=number)
