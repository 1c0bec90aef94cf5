"""A desk whose cases indicators stand on: for tests that need numbers with cases behind them. This room knows no office."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shixiao.casework import Opening, offices, open_case, perform
from shixiao.casework.models import Case
from shixiao.casework.tests.conftest import KIND, Desk, desk  # noqa: F401 — a fixture for every test here
from shixiao.casework.tests.measured import declared
from shixiao.engine.measures import Aspect, CountsOn, Reads, measure, met, missed
from shixiao.people.models import Unit, User
from shixiao.performance import actions, binding, standing
from shixiao.performance.binding import Wanted
from shixiao.performance.models import Basis, PlanVersion
from shixiao.performance.standing import Board
from shixiao.performance.tests.conftest import first, row, table

ON_TIME, FINISHED, WORTH, WATCHED = "desk.answered_on_time", "desk.finished", "desk.worth", "desk.complaints"
TABLE = table(
    row(1, "按时办结率", "≥95%", code="12-质量指标"),
    row(2, "办结件数", "3件"),
    row(3, "支出", "≤100元", code="14-成本指标"),
    row(4, "办结", "城区≥90%，郊区≥80%", code="12-质量指标"),
    row(5, "投诉件数", "≤3件"),
    row(6, "服务水平", "优", code="12-质量指标"),
)


@pytest.fixture(autouse=True)
def measures() -> Iterator[None]:
    """Those of the desk, and one of complaints that monthly returns watch over."""
    with declared():

        def returned(case: Any, *, clock: Any, now: Any) -> Any:
            """Nil returns: a finished task called 零报告 is one that was signed, an open one is missing."""
            if not _is_return(case):
                return None
            done = case.has("desk.done")
            return (met if done else missed)(on=case.day(case.begun_at))

        def complaints(case: Any, *, clock: Any, now: Any) -> Any:
            """Complaints: no case of these tests is one."""
            return None

        given = {"of": KIND, "unit": "件", "aspect": Aspect.QUANTITY, "counts_on": CountsOn.BEGUN}
        measure("零报告", "Returns", reads=Reads.SHARE, **given)(returned)
        measure("投诉件数", "Complaints", reads=Reads.COUNT, watched_by="desk.returned", **given)(complaints)
        yield


def _is_return(case: Any) -> bool:
    return case.told("amount") == "0.01"


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    """Does the cases of the desk and holds them."""
    return staff("clerk", "desk.clerk", "desk.overseer")


@pytest.fixture
def stranger(staff: Callable[..., User]) -> User:
    """A member of staff who holds nothing."""
    return staff("stranger")


def opened(unit: Unit, clerk: User, at: datetime, *, amount: str = "12.50", title: str = "一件事", **more: Any) -> Case:
    """A case of the desk."""
    opening = Opening(unit=unit, title=title, particulars={"topic": "甲", "amount": amount}, **more)
    return open_case(KIND, "open", opening, by=clerk, now=at)


def finished(unit: Unit, clerk: User, begun: datetime, done: datetime, **more: Any) -> Case:
    """A case from its beginning to its end."""
    case = opened(unit, clerk, begun, **more)
    perform(case.pk, "take", by=clerk, now=begun + timedelta(minutes=1))
    return perform(case.pk, "finish", by=clerk, now=done)


@pytest.fixture
def version(accept: Callable[..., actions.Acceptance]) -> PlanVersion:
    """Six rows, bound to nothing."""
    return accept(TABLE).version


@pytest.fixture
def bind(version: PlanVersion, officer: User, now: datetime) -> Callable[..., Any]:
    """Binds a part of a row: `bind(1, ON_TIME)`. Long ago, so that every case is looked at at once."""

    def binding_(number: int, name: str = "", part: int = 0, *, at: datetime | None = None, **more: Any) -> Any:
        wanted = Wanted(basis=more.pop("basis", Basis.MEASURE), measure=name, **more)
        moment = at or now - timedelta(days=100)
        return binding.bind(first(version, number), part, wanted, reason="对得上", by=officer, now=moment)

    return binding_


@pytest.fixture
def life(bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime) -> dict[str, Case]:
    """Rows 1 to 4 are bound; one case on time, one late, one running, one swept and not counted."""
    bind(1, ON_TIME)
    bind(2, FINISHED)
    bind(3, WORTH)
    bind(4, ON_TIME, 0)
    begun = now - timedelta(days=35)
    cases = {
        "met": finished(unit, clerk, begun, begun + timedelta(hours=2), title="按时的"),
        "missed": finished(unit, clerk, begun, begun + timedelta(days=6), title="超时的"),
        "pending": opened(unit, clerk, now - timedelta(minutes=9), title="还没到的"),
        "not_counted": opened(unit, clerk, begun, title="清理的"),
    }
    perform(cases["not_counted"].pk, "sweep", by=None, now=begun + timedelta(hours=1))
    return cases


@pytest.fixture
def restrict(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on the desk's tasks are a restricted register."""

    def now_restricted() -> None:
        hidden = replace(Desk.tables[0], is_restricted=True)
        monkeypatch.setattr(Desk, "tables", (hidden,))
        monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (Desk, hidden)})

    return now_restricted


def board_of(version: PlanVersion, now: datetime, **more: Any) -> Board:
    """The board as it is read."""
    return standing.read(PlanVersion.objects.get(pk=version.pk), now=now, **more)
