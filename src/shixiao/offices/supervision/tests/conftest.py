from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case
from shixiao.casework.refusing import Refused
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MATTER = "模拟：开展老旧小区消防整治"
WRITTEN = "请住建局牵头，月底前拿出方案；消防隐患台账一并报我。"
CLAUSES = {"clause_1": "月底前拿出方案", "clause_2": "报消防隐患台账"}


@contextmanager
def refused(words: str, field: str | None = None) -> Iterator[None]:
    """The sentence has these words, and stands beside that field."""
    with pytest.raises(Refused) as caught:
        yield
    assert words in caught.value.text.zh
    assert field in (None, caught.value.field)


class People:
    """Everybody of the desk, each with one post."""

    def __init__(self, staff: Callable[..., User], unit: Unit, bureau: Unit) -> None:
        self.officer = staff("officer1", "supervision.officer")
        self.second = staff("officer2", "supervision.officer")
        self.head = staff("head", "supervision.head", "supervision.officer")
        self.leader = staff("leader", "supervision.leader", display_name="模拟市长甲")
        self.other_leader = staff("leader2", "supervision.leader", display_name="模拟市长乙")
        self.keeper = staff("keeper", "supervision.instructions", "supervision.officer")
        self.handler = staff("handler", "supervision.handler", at=bureau)


@pytest.fixture
def bureau(unit: Unit, now: datetime) -> Unit:
    """The lead unit."""
    return create_unit("模拟综合处", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def helping(unit: Unit, now: datetime) -> Unit:
    """A unit that helps."""
    return create_unit("模拟行政处", code="SIM2", parent=unit, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def people(staff: Callable[..., User], unit: Unit, bureau: Unit) -> People:
    return People(staff, unit, bureau)


@pytest.fixture
def propose(people: People, bureau: Unit, now: datetime) -> Callable[..., Case]:
    """Opens a task; whatever is told in addition takes the place of the usual."""

    def opened(unit: Unit = bureau, at: datetime = now, urgency: str = "normal", **told: Any) -> Case:
        given = {
            "matter": MATTER,
            "source": "meeting",
            "done_when": "隐患全部整改并复查",
            "led_by": "own",
            "orderer": people.leader.pk,
            **told,
        }
        opening = Opening(unit=unit, particulars=given, urgency=urgency)  # type: ignore[arg-type]
        return casework.open_case("supervision.task", "propose", opening, by=people.officer, now=at)

    return opened


Take = Callable[..., Case]


@pytest.fixture
def take(now: datetime) -> Take:
    """Takes a step: `take(case, "accept", by=people.handler)`."""

    def taken(case: Case, step: str, *, by: User | None, at: datetime = now, **told: Any) -> Case:
        return casework.perform(case.pk, step, by=by, now=at, **told)

    return taken


def through(case: Case, take: Take, people: People, *, until: str, at: datetime, **told: Any) -> Case:
    """The usual way of a task up to the step `until`."""
    way: tuple[tuple[str, User, dict[str, Any]], ...] = (
        ("establish", people.officer, {}),
        ("entrust", people.officer, {}),
        ("accept", people.handler, {}),
        ("feed_back", people.handler, {"result": "已整改 12 处"}),
        ("pass_", people.officer, {}),
        ("present", people.officer, {"summary": "已整改完毕，请审阅"}),
        ("consent", people.leader, {}),
        ("archive", people.officer, {"archive_number": "2026-001"}),
    )
    for step, by, given in way:
        case = take(case, step, by=by, at=at, **{**given, **(told if step == until else {})})
        if step == until:
            return case
    raise LookupError(until)


@pytest.fixture
def register(people: People, unit: Unit, now: datetime) -> Callable[..., Case]:
    """Opens an instruction."""

    def opened(at: datetime = now, **told: Any) -> Case:
        given = {
            "leader": people.leader.pk,
            "medium": "document",
            "document": "模拟〔2026〕1号",
            "given_on": "2026-06-29",
            "secrecy": "none",
            "instruction": WRITTEN,
            **told,
        }
        opening = Opening(unit=unit, particulars=given)
        return casework.open_case("supervision.instruction", "register", opening, by=people.keeper, now=at)

    return opened
