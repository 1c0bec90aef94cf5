"""Published funds beside approved budgets."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shixiao import casework
from shixiao.casework import Opening, offices
from shixiao.casework.models import Project
from shixiao.ledger.models import Event
from shixiao.people import actions as people
from shixiao.people.models import Unit, User
from shixiao.performance import actions, comparing, matching
from shixiao.performance.comparing import Key, Standing
from shixiao.performance.matching import NotMatchable
from shixiao.performance.models import Counterpart, PlanVersion
from shixiao.performance.tests.conftest import SMALL, row, table

pytestmark = pytest.mark.django_db
KEY = Key("某市某局", "2026年业务经费", 1)


@pytest.fixture
def version(accept: Callable[..., actions.Acceptance]) -> PlanVersion:
    return accept(SMALL, fiscal_year=2026).version


@pytest.fixture
def bureau(now: datetime) -> Unit:
    return people.create_unit("某市某局", code="JU", parent=None, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def project(bureau: Unit) -> Project:
    return Project.objects.create(unit=bureau, name="2026年业务经费", since_year=2026, until_year=2026)


def approve(project: Project, keeper: User, now: datetime, **amounts: str) -> Any:
    told = {"project": project.pk, "year": 2026, "document": "模拟1号"} | amounts
    return casework.open_case(
        "payments.budget", "approve", Opening(unit=project.unit, particulars=told), by=keeper, now=now
    )


@pytest.fixture
def keeper(staff: Callable[..., User], bureau: Unit) -> User:
    return staff("keeper", "payments.budget_keeper", at=bureau)


def standing(version: PlanVersion) -> Standing:
    (line,) = comparing.compare(version).lines
    return line.standing


def test_until_somebody_says_which_project_it_is_nothing_is_compared(version: PlanVersion, project: Project) -> None:
    assert standing(version) is Standing.UNMATCHED


def test_the_project_of_the_same_name_and_unit_is_proposed(version: PlanVersion, project: Project) -> None:
    (proposal,) = matching.proposals(version)
    assert (proposal.chosen, proposal.is_certain) == (str(project.pk), False)


@pytest.mark.parametrize(
    ("fiscal", "expected", "difference"),
    [
        ("100000", Standing.SAME, "0"),
        ("100000.01", Standing.DIFFERS, "0.000001"),
        ("99999.99", Standing.DIFFERS, "-0.000001"),
    ],
)
def test_to_the_fen(
    version: PlanVersion, project: Project, keeper: User, officer: User, now: datetime, fiscal: str, expected: Standing, difference: str
) -> None:  # fmt: skip
    matching.match(version, {KEY: str(project.pk)}, by=officer, now=now)
    assert standing(version) is Standing.UNREGISTERED
    approve(project, keeper, now, fiscal=fiscal)
    assert standing(version) is expected
    assert comparing.compare(version).lines[0].difference == Decimal(difference)


def test_the_same_total_from_another_source_differs(
    version: PlanVersion, project: Project, keeper: User, officer: User, now: datetime
) -> None:
    matching.match(version, {KEY: str(project.pk)}, by=officer, now=now)
    approve(project, keeper, now, fiscal="0", other="100000")
    assert standing(version) is Standing.DIFFERS


def test_an_adjusted_budget_is_compared_as_it_stands(
    version: PlanVersion, project: Project, keeper: User, officer: User, now: datetime
) -> None:
    matching.match(version, {KEY: str(project.pk)}, by=officer, now=now)
    case = approve(project, keeper, now, fiscal="90000")
    casework.perform(case, "adjust", by=keeper, now=now, fiscal="100000", document="模拟2号", reason="追加")
    (line,) = comparing.compare(version).lines
    assert (line.standing, line.first, line.approved) == (Standing.SAME, Decimal(9), Decimal(10))


def test_a_missing_project_is_made_on_request(version: PlanVersion, bureau: Unit, officer: User, now: datetime) -> None:
    (proposal,) = matching.proposals(version)
    assert proposal.chosen == matching.NEW
    assert matching.match(version, {KEY: matching.NEW}, by=officer, now=now) == 1
    made = Project.objects.get()
    assert (made.name, made.unit, made.since_year) == ("2026年业务经费", bureau, 2026)
    event = Event.objects.get(kind="performance.project_matched")
    assert event.particulars["counterpart"] == made.pk
    assert event.particulars["is_created"] is True
    assert matching.match(version, {KEY: str(made.pk)}, by=officer, now=now) == 0


def test_a_unit_below_one_of_the_same_name(version: PlanVersion, bureau: Unit, officer: User, now: datetime) -> None:
    own = people.create_unit("某市某局", code="BJ", parent=bureau, since=date(2020, 1, 1), by=None, now=now)
    assert matching.proposals(version)[0].unit == own
    project = Project.objects.create(unit=own, name="2026年业务经费", since_year=2026, until_year=2026)
    assert matching.proposals(version)[0].chosen == str(project.pk)
    Project.objects.create(unit=bureau, name="别的", since_year=2026, until_year=2026)
    assert matching.proposals(version)[0].chosen == str(project.pk)


def test_two_of_the_same_name_are_proposed_one_each(
    accept: Callable[..., actions.Acceptance], project: Project, bureau: Unit, officer: User, now: datetime
) -> None:
    second = Project.objects.create(unit=bureau, name=project.name, since_year=2025, until_year=2026)
    again = f"{project.name}\t1.00\t1.00\t\t\t办好。\t" + row(1, "开展培训", "3次") + "\n"
    version = accept(table(row(1, "开展培训", "3次")) + again, fiscal_year=2026).version
    listed = matching.proposals(version)
    assert [each.line.key.ordinal for each in listed] == [1, 2]
    assert {each.chosen for each in listed} == {str(project.pk), str(second.pk)}
    chosen = {each.line.key: each.chosen for each in listed}
    assert matching.match(version, chosen, by=officer, now=now) == 2


def test_without_the_unit_nothing_is_made(version: PlanVersion, officer: User, now: datetime) -> None:
    with pytest.raises(NotMatchable, match="还没有叫“某市某局”的单位"):
        matching.match(version, {KEY: matching.NEW}, by=officer, now=now)
    assert not Counterpart.objects.exists()


def test_the_next_version_has_it_too_and_it_can_be_taken_back(
    version: PlanVersion, project: Project, officer: User, accept: Callable[..., actions.Acceptance], now: datetime
) -> None:
    matching.match(version, {KEY: str(project.pk)}, by=officer, now=now)
    newer = accept(table(row(1, "开展培训", "4次")), fiscal_year=2026).version
    assert newer.number == 2
    assert standing(newer) is Standing.UNREGISTERED
    matching.match(newer, {KEY: ""}, by=officer, now=now)
    assert standing(newer) is Standing.UNMATCHED


def test_one_project_is_matched_once(
    accept: Callable[..., actions.Acceptance], project: Project, officer: User, now: datetime
) -> None:
    content = table(row(1, "开展培训", "3次")) + "另一项目\t1.00\t1.00\t\t\t办好。\t" + row(1, "开展培训", "3次") + "\n"
    version = accept(content, fiscal_year=2026).version
    keys = [each.line.key for each in matching.proposals(version)]
    with pytest.raises(NotMatchable, match="已经对应表里的另一个项目"):
        matching.match(version, dict.fromkeys(keys, str(project.pk)), by=officer, now=now)
    assert not Counterpart.objects.exists()


def test_a_reader_may_look_and_not_match(
    version: PlanVersion, project: Project, reader: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(reader)
    base = f"/plans/{version.plan_id}/v{version.number}/funds/"
    assert client.get(base).status_code == 200
    assert client.get(f"{base}match/").status_code == 403
    assert client.post(f"{base}match/", {"p0": str(project.pk)}).status_code == 403


def test_the_pages(desk: Client, version: PlanVersion, project: Project, keeper: User, now: datetime) -> None:
    base = f"/plans/{version.plan_id}/v{version.number}/funds/"
    assert "1 个未对应" in desk.get(base).content.decode()
    assert "建议，尚未确认" in desk.get(f"{base}match/").content.decode()
    assert desk.post(f"{base}match/", {"p0": "999"}).status_code == 422
    assert desk.post(f"{base}match/", {"p0": str(project.pk)}).status_code == 302
    assert "批复预算未登记" in desk.get(base).content.decode()
    approve(project, keeper, now, fiscal="100000")
    assert "公布的资金与批复预算一致" in desk.get(base).content.decode()
    part = desk.get(base, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert "公布的资金与批复预算一致" in part
    assert f"v{version.number}/funds/" in desk.get(f"/plans/{version.plan_id}/").content.decode()


def test_without_an_office_that_keeps_budgets(
    desk: Client, version: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offices, "offer", lambda word: None)
    assert "没有安装登记预算的办公系统" in desk.get(f"/plans/{version.plan_id}/v1/funds/").content.decode()
    assert "funds/" not in desk.get(f"/plans/{version.plan_id}/").content.decode()


def test_a_long_table_asks_no_more(
    desk: Client,
    guangzhou: PlanVersion,
    officer: User,
    staff: Callable[..., User],
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    units: dict[str, Unit] = {}
    for each in matching.proposals(guangzhou):
        name = each.line.key.unit
        units[name] = units.get(name) or people.create_unit(
            name, code=f"U{len(units)}", parent=None, since=date(2020, 1, 1), by=None, now=now
        )
    chosen = {each.line.key: matching.NEW for each in matching.proposals(guangzhou)}
    assert matching.match(guangzhou, chosen, by=officer, now=now) == 14
    for number, unit in enumerate(units.values()):
        keeper = staff(f"keeper{number}", "payments.budget_keeper", at=unit)
        for project in Project.objects.filter(unit=unit):
            approve(project, keeper, now, fiscal="100000")
    address = f"/plans/{guangzhou.plan_id}/v1/funds/"
    desk.get(address)
    with django_assert_max_num_queries(12):
        desk.get(address)
    with django_assert_max_num_queries(9):
        desk.get(address, HTTP_HX_REQUEST="true")
