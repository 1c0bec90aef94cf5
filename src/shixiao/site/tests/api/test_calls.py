"""The life of a payment, told by programs."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shixiao.casework.models import Case, Project, Relation
from shixiao.engine.measures import Aspect, CountsOn, Outcome, Reads, Timeline, declaring, measure, met, pending
from shixiao.ledger import gauges
from shixiao.ledger.models import Event, Fact
from shixiao.people import actions
from shixiao.people.models import Unit

pytestmark = pytest.mark.django_db
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def test_from_registering_to_paying(registered: int, approver: Any, cashier: Any) -> None:
    approved = approver.post(f"/cases/{registered}/steps/approve", {})
    assert (approved.status_code, approved.json()["state"]["name"]) == (200, "approved"), approved.content.decode()
    told = {"particulars": {"voucher": "2026-06-0001"}, "seen": 2}
    paid = cashier.post(f"/cases/{registered}/steps/pay", told)
    assert (paid.status_code, paid.json()["state"]["name"], paid.json()["revision"]) == (200, "paid", 3)
    assert [event.kind for event in Event.objects.filter(subject_id=str(registered), subject_kind="casework.case")] == [
        "payments.registered",
        "payments.approved",
        "payments.paid",
    ]


def test_a_step_says_what_can_be_done_next_by_this_person(registered: int, approver: Any) -> None:
    seen = approver.get(f"/cases/{registered}").json()
    assert [each["name"] for each in seen["allowed"]] == ["approve", "return_"]
    assert approver.post(f"/cases/{registered}/steps/approve", {}).json()["allowed"] == []


def test_a_case_is_read_by_its_number_or_its_id_with_deadlines_and_amounts_as_text(registered: int, clerk: Any) -> None:
    case = Case.objects.get(pk=registered)
    by_number, by_id = clerk.get(f"/cases/{case.number}").json(), clerk.get(f"/cases/{registered}").json()
    assert by_number == by_id
    assert by_id["details"]["amount"] == "1200.50"
    assert [(each["name"], each["first_due_at"]) for each in by_id["limits"]] == [("pay", "2026-07-15T00:00:00+08:00")]
    assert by_id["limit_at"] == "2026-07-15T00:00:00+08:00"


def test_events_come_with_the_words_of_people_and_without_their_hashes(registered: int, clerk: Any) -> None:
    (event,) = clerk.get(f"/cases/{registered}/events").json()["items"]
    assert event["texts"] == {"payee": "模拟印刷厂", "purpose": "印刷费"}
    assert event["particulars"]["amount"] == "1200.50"
    assert "payee" not in event["particulars"]
    assert event["by"] == clerk.user.pk


def test_lists_go_page_by_page_the_youngest_first(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    made = [
        clerk.post("/cases/payments.payment/register", asked, Idempotency_Key=f"n{n}").json()["id"] for n in range(5)
    ]
    first = clerk.get("/cases?kind=payments.payment&limit=2").json()
    second = clerk.get(f"/cases?kind=payments.payment&limit=2&before={first['next']}").json()
    third = clerk.get(f"/cases?kind=payments.payment&limit=2&before={second['next']}").json()
    assert [each["id"] for page in (first, second, third) for each in page["items"]] == made[::-1]
    assert third["next"] is None


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("state=registered", 1),
        ("state=paid", 0),
        ("only=open", 1),
        ("only=closed", 0),
        ("only=overdue", 0),
        ("lead=1", 0),
    ],
)
def test_lists_are_filtered(registered: int, clerk: Any, filters: str, count: int) -> None:
    assert len(clerk.get(f"/cases?kind=payments.payment&{filters}").json()["items"]) == count


def test_a_filter_that_does_not_exist_is_refused_rather_than_showing_everything(clerk: Any) -> None:
    response = clerk.get("/cases?knid=payments.payment")
    assert (response.status_code, response.json()["field"]) == (422, "knid")


def test_many_at_once_all_or_none(budget: Case, asked: dict[str, Any], clerk: Any, approver: Any) -> None:
    made = [
        clerk.post("/cases/payments.payment/register", asked, Idempotency_Key=f"n{n}").json()["id"] for n in range(3)
    ]
    approver.post(f"/cases/{made[1]}/steps/approve", {})
    refused = approver.post("/steps/payments.payment/approve", {"cases": made}, Idempotency_Key="a")
    assert (refused.status_code, refused.json()["row"], refused.json()["reason"]) == (409, 1, "wrong-state")
    assert Case.objects.filter(state="approved").count() == 1
    rest = {"cases": [made[0], made[2]]}
    done = approver.post("/steps/payments.payment/approve", rest, Idempotency_Key="b")
    assert [each["state"]["name"] for each in done.json()["items"]] == ["approved", "approved"]


def test_more_than_five_hundred_at_once_are_refused(approver: Any) -> None:
    body = {"cases": list(range(1, 502))}
    response = approver.post("/steps/payments.payment/approve", body, Idempotency_Key="a")
    assert (response.status_code, response.json()["field"]) == (422, "cases")


def test_two_cases_are_related_once(registered: int, budget: Case, program: Callable[..., Any]) -> None:
    both = program("both", "payments.clerk", "payments.budget_keeper")
    for _ in range(2):
        response = both.post(f"/cases/{registered}/relations", {"other": budget.pk, "as": "paid_from"})
        assert response.status_code == 200, response.content.decode()
    assert Relation.objects.count() == 1


def test_kinds_say_what_the_scope_allows(program: Callable[..., Any]) -> None:
    some = program("some", "payments.clerk", scope={"payments.payment": "read", "payments.round": "write"})
    may = {each["name"]: each["may"] for each in some.get("/kinds").json()["items"]}
    of_payments = {name: right for name, right in may.items() if name.startswith("payments.")}
    assert of_payments == {"payments.payment": "read", "payments.round": "write", "payments.budget": "none"}
    assert {right for name, right in may.items() if name not in of_payments} <= {"none"}


def test_a_kind_brings_its_step_table_and_the_schema_of_every_step(clerk: Any) -> None:
    found = clerk.get("/kinds/payments.payment").json()
    register = next(each for each in found["steps"] if each["name"] == "register")
    assert register["opens"]
    assert register["particulars"]["properties"]["source"]["enum"] == ["fiscal", "special", "other"]
    assert "amount" in register["particulars"]["required"]


def test_units_and_projects_can_be_read(unit: Unit, registered: int, clerk: Any) -> None:
    assert [each["code"] for each in clerk.get("/units").json()["items"]] == ["SIM"]
    assert [each["unit"] for each in clerk.get("/projects").json()["items"]] == [unit.pk]


def test_what_happened_earlier_is_recorded_under_its_own_moment(registered: int, approver: Any, now: datetime) -> None:
    told = {"happened_at": "2026-06-30T09:00:00+08:00"}
    assert approver.post(f"/cases/{registered}/steps/approve", told).status_code == 200
    assert Event.objects.get(kind="payments.approved").happened_at == now


# ---- statements ------------------------------------------------------------------------------------------------


def statements(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code in (200, 201), response.content.decode()
    return len([each for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)])


@pytest.fixture
def gauge(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something looks at payments, so that every step works out facts."""
    before = set(declaring.CATALOGUE)

    def settled(case: Timeline, *, clock: Any, now: datetime) -> Any:
        """Payments that were paid."""
        paid, on = case.last("payments.paid"), case.day(case.begun_at)
        return pending(on=on, until=None) if paid is None else met(on=on)

    declared = {"of": "payments.payment", "unit": "笔", "aspect": Aspect.QUANTITY, "reads": Reads.COUNT}
    made = measure("已支付笔数", "Paid", counts_on=CountsOn.BEGUN, name="payments.settled", **declared)(settled)
    gauges.put(made.name, {}, by=None, now=now)
    # As after the commit, which a test never comes to: which gauges are in use is kept for some seconds.
    monkeypatch.setattr(gauges, "_is_changing", lambda: False)
    gauges.read(now)
    yield
    for name in set(declaring.CATALOGUE) - before:
        del declaring._catalogue[name]


def test_a_step_takes_twelve_statements_at_most_with_the_facts_that_follow(
    gauge: None, registered: int, approver: Any, cashier: Any
) -> None:
    for program in (approver, cashier):
        program.get("/kinds")  # the first use of the day is written down
    approve = {"seen": 1}
    pay = {"particulars": {"voucher": "2026-06-0001"}, "seen": 2}
    # What happened so far is read once: for the two people that it takes, and for what the gauges say. Two statements are of the outbox.
    assert statements(lambda: approver.post(f"/cases/{registered}/steps/approve", approve, Idempotency_Key="a")) == 11
    assert statements(lambda: cashier.post(f"/cases/{registered}/steps/pay", pay, Idempotency_Key="p")) == 12
    assert [fact.outcome for fact in Fact.objects.order_by("version")] == [Outcome.PENDING, Outcome.MET]


def test_a_step_of_which_no_gauge_says_anything_takes_ten(registered: int, approver: Any, cashier: Any) -> None:
    for program in (approver, cashier):
        program.get("/kinds")
    approver.post(f"/cases/{registered}/steps/approve", {"seen": 1})
    pay = {"particulars": {"voucher": "2026-06-0001"}, "seen": 2}
    assert statements(lambda: cashier.post(f"/cases/{registered}/steps/pay", pay, Idempotency_Key="p")) == 10


def test_opening_a_case_takes_no_more_statements_than_are_known(
    gauge: None, budget: Case, asked: dict[str, Any], clerk: Any
) -> None:
    """Ten rows are written, one of them a message, and on SQLite the index of the search is a table of its own."""
    clerk.get("/kinds")
    most = 15 if connection.vendor == "postgresql" else 16
    assert statements(lambda: clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")) == most
    assert Fact.objects.count() == 1


def test_a_project_of_another_unit_or_of_none_is_named(
    budget: Case, asked: dict[str, Any], clerk: Any, project: Project
) -> None:
    """Unit and project are looked up together; each is still checked for itself."""
    since = date(2020, 1, 1)
    elsewhere = actions.create_unit("别处", code="ELSE", parent=None, since=since, by=None, now=clerk.token.created_at)
    away = Project.objects.create(unit=elsewhere, name="别处的项目", since_year=2026, until_year=2026)
    for told, unit, field in (
        (away.pk, asked["unit"], "project"),
        (10**9, asked["unit"], "project"),
        (project.pk, 10**9, "unit"),
        (10**9, 10**9, "unit"),
    ):
        body = {"unit": unit, "particulars": asked["particulars"] | {"project": told}}
        refused = clerk.post("/cases/payments.payment/register", body, Idempotency_Key=f"{told}-{unit}")
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.content.decode()
    assert Case.objects.filter(kind="payments.payment").count() == 0


def test_a_list_takes_no_more_statements_for_more_cases(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    clerk.get("/kinds")
    counts = []
    for number in range(2):
        clerk.post("/cases/payments.payment/register", asked, Idempotency_Key=f"n{number}")
        counts.append(statements(lambda: clerk.get("/cases")))
    assert counts[0] == counts[1] <= 3
