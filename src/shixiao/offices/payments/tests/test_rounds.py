"""Rounds: their day, paying, taking back, what a programme allows."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused, calendars, duties, expecting
from shixiao.casework.models import Case, Deadline, Duty, DutyCase, Project
from shixiao.casework.performing import events_of
from shixiao.engine import clock
from shixiao.offices.payments import queries
from shixiao.offices.payments.models import Outlay, Programme, Round
from shixiao.offices.payments.programmes import create_programme, plan_year
from shixiao.offices.payments.rounds import due_day, is_within, period_title, periods_of
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("rhythm", "period", "due"),
    [
        ("monthly", "2026-01", date(2026, 1, 30)),  # the 31st is a Saturday
        ("monthly", "2026-02", date(2026, 2, 28)),  # a Saturday on which the office works, in lieu
        ("monthly", "2026-06", date(2026, 6, 30)),
        ("monthly", "2025-09", date(2025, 9, 30)),  # the holiday begins on the day after
        ("monthly", "2026-12", date(2026, 12, 31)),
        ("spring_festival", "2026", date(2026, 2, 14)),  # the holiday is from the 15th to the 23rd of February
        ("spring_festival", "2025", date(2025, 1, 27)),
        ("spring_festival", "2060", None),
    ],
)
def test_the_day_of_a_round(rhythm: str, period: str, due: date | None) -> None:
    assert due_day(rhythm, period, here=calendars.in_force()) == due


@pytest.mark.parametrize(
    ("since", "until", "first", "count"),
    [
        (date(2026, 1, 1), None, "2026-01", 12),
        (date(2026, 3, 31), None, "2026-03", 10),
        (date(2025, 1, 1), date(2026, 3, 1), "2026-01", 3),
        (date(2025, 1, 1), date(2026, 2, 28), "2026-01", 2),
        (date(2027, 1, 1), None, None, 0),
        (date(2025, 1, 1), date(2025, 12, 31), None, 0),
    ],
)
def test_the_rounds_of_a_year(since: date, until: date | None, first: str | None, count: int) -> None:
    found = list(periods_of("monthly", 2026, since=since, until=until))
    assert (next(iter(found), None), len(found)) == (first, count)


def test_a_yearly_round_counts_if_the_programme_runs_on_any_day_of_it() -> None:
    assert is_within("2026", since=date(2026, 12, 31), until=None)
    assert not is_within("2026", since=date(2027, 1, 1), until=None)
    assert (period_title("2026"), period_title("2026-03")) == ("2026年", "2026年3月")


@pytest.fixture
def programme(project: Project, keeper: User, now: datetime) -> Programme:
    return create_programme(
        "参事津贴", project=project, source="fiscal", rhythm="monthly", since=date(2026, 2, 1), by=keeper, now=now
    )


def plan(programme: Programme, by: User, now: datetime, period: str = "2026-07") -> Case:
    told = {"programme": programme.pk, "period": period}
    return casework.open_case(
        "payments.round", "plan", Opening(unit=programme.project.unit, particulars=told), by=by, now=now
    )


def test_a_round_waits_until_its_day_and_stops_when_paid(
    budget: Case, programme: Programme, clerk: User, cashier: User, now: datetime
) -> None:
    case = plan(programme, clerk, now)
    assert case.limit_at is not None
    assert case.limit_at.isoformat()[:10] in {"2026-08-01", "2026-07-31"}  # the midnight after the 31st
    told = {"amount": "14000", "people": 28, "voucher": "v1"}
    paid = casework.perform(case, "pay", by=cashier, now=now + 20 * DAY, **told)
    assert (paid.state, paid.limit_at) == ("paid", None)
    round_ = Round.objects.get()
    assert (round_.amount, round_.people, round_.due_on) == (Decimal(14000), 28, date(2026, 7, 31))
    assert Outlay.objects.get().month == 7


def test_a_round_that_was_paid_wrongly_is_to_be_paid_again_by_the_same_day(
    budget: Case, programme: Programme, clerk: User, cashier: User, now: datetime
) -> None:
    case = plan(programme, clerk, now)
    told = {"amount": "14000", "people": 28}
    casework.perform(case, "pay", by=cashier, now=now + DAY, voucher="v1", **told)
    again = casework.perform(case, "reverse", by=cashier, now=now + 2 * DAY, voucher="v2", reason="少发一人")
    assert (again.state, again.closed_at) == ("planned", None)
    assert sum(Outlay.objects.values_list("amount", flat=True)) == 0
    assert (
        Deadline.objects.filter(case=case, stopped_at=None).get().first_due_at == Deadline.objects.first().first_due_at
    )
    casework.perform(case, "pay", by=cashier, now=now + 3 * DAY, voucher="v3", **(told | {"people": 29}))
    kinds = ["planned", "paid", "reversed", "paid"]
    assert [event.kind for event in events_of(case)] == [f"payments.round_{kind}" for kind in kinds]


def test_a_round_above_the_budget_needs_a_reason(
    budget: Case, programme: Programme, clerk: User, cashier: User, now: datetime
) -> None:
    case = plan(programme, clerk, now)
    told = {"amount": "156380.01", "people": 28, "voucher": "v1"}
    with pytest.raises(Refused) as refused:
        casework.perform(case, "pay", by=cashier, now=now, **told)
    assert refused.value.field == "over_reason"
    casework.perform(case, "pay", by=cashier, now=now, **told, over_reason="人数增加")


@pytest.mark.parametrize("period", ["2026-01", "2026-13", "2026", "26-01", "2026-3", "2026-003"])
def test_periods_that_are_none_of_it(programme: Programme, clerk: User, now: datetime, period: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(programme, clerk, now, period)
    assert refused.value.field == "period"


def test_a_period_is_planned_once(programme: Programme, clerk: User, now: datetime) -> None:
    plan(programme, clerk, now)
    with pytest.raises(Refused, match="planned already"):
        plan(programme, clerk, now)


def test_a_year_is_planned_in_one_call_and_only_what_is_missing(
    programme: Programme, clerk: User, now: datetime
) -> None:
    plan(programme, clerk, now)
    made = plan_year(programme, year=2026, by=clerk, now=now)
    assert len(made) == 10  # February to December, without July
    assert plan_year(programme, year=2026, by=clerk, now=now) == []


def test_how_rounds_stand(budget: Case, programme: Programme, clerk: User, cashier: User, approver: User, now: datetime) -> None:  # fmt: skip
    plan_year(programme, year=2026, by=clerk, now=now)
    by_period = {each.period: each.case for each in Round.objects.select_related("case")}
    told = {"amount": "1", "people": 1}
    late, in_time, dropped = (by_period[f"2026-{month}"] for month in ("05", "06", "07"))
    casework.perform(late, "pay", by=cashier, now=now, voucher="1", **told)
    casework.perform(in_time, "pay", by=cashier, now=now + timedelta(hours=14, minutes=59), voucher="2", **told)
    casework.perform(dropped, "drop", by=approver, now=now, reason="本月停发")
    (found,) = queries.programmes([programme.project], year=2026, today=now.date())
    standings = {cell.month: cell.standing for cell in found.rounds}
    assert 1 not in standings
    expected = {2: "overdue", 5: "paid-late", 6: "paid", 7: "dropped", 8: "planned"}
    assert {month: standings[month] for month in expected} == expected


@pytest.mark.parametrize(("today", "standing"), [(date(2026, 7, 31), "planned"), (date(2026, 8, 1), "overdue")])
def test_a_round_is_in_time_on_its_day(
    programme: Programme, clerk: User, now: datetime, today: date, standing: str
) -> None:
    plan(programme, clerk, now)
    (found,) = queries.programmes([programme.project], year=2026, today=today)
    assert next(cell.standing for cell in found.rounds if cell.month == 7) == standing


def test_who_may_set_a_programme_up(project: Project, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="Budget keeper"):
        create_programme(
            "津贴", project=project, source="fiscal", rhythm="monthly", since=date(2026, 1, 1), by=clerk, now=now
        )
    assert not Programme.objects.exists()


# ---- planned by a duty -----------------------------------------------------------------------------------------


@pytest.fixture
def duty(programme: Programme, officer: User, now: datetime) -> Duty:
    draft = duties.Draft(
        title="参事津贴发放",
        kind="payments.round",
        step="plan",
        unit=programme.project.unit,
        schedule=clock.Monthly(),
        since=now.date(),
        told={"programme": programme.pk},
    )
    return duties.create(draft, by=officer, now=now)


def make_ahead(now: datetime) -> None:
    while expecting.make_ahead(now):
        pass


def test_a_duty_plans_its_rounds_and_the_window_says_the_period(duty: Duty, now: datetime) -> None:
    make_ahead(now)
    found = {each.period: (each.due_on, each.case.title) for each in Round.objects.select_related("case")}
    assert found == {
        "2026-06": (date(2026, 6, 30), "参事津贴 2026年6月"),
        "2026-07": (date(2026, 7, 31), "参事津贴 2026年7月"),
        "2026-08": (date(2026, 8, 31), "参事津贴 2026年8月"),
    }
    event = events_of(Round.objects.get(period="2026-07").case).get()
    assert event.particulars["period"] == "2026-07"
    assert event.particulars["duty"] == duty.pk
    assert event.particulars["due"]["pay"] == "2026-08-01T00:00:00+08:00"


def test_what_a_duty_planned_is_not_planned_again_by_the_year(
    duty: Duty, programme: Programme, clerk: User, now: datetime
) -> None:
    make_ahead(now)
    planned = {each.title[-2:] for each in plan_year(programme, year=2026, by=clerk, now=now)}
    assert "7月" not in planned
    assert Round.objects.filter(programme=programme).count() == 11
    make_ahead(now + 60 * DAY)
    assert Round.objects.filter(programme=programme).count() == 11
    refused = DutyCase.objects.filter(duty=duty, case=None)
    assert [row.key for row in refused] == ["2026-09/1", "2026-10/1"]


def test_a_round_that_its_duty_takes_back_leaves_its_period(
    duty: Duty, programme: Programme, officer: User, clerk: User, now: datetime
) -> None:
    make_ahead(now)
    duties.end(duty, until=date(2026, 8, 1), by=officer, now=now)
    taken_back = Round.objects.get(period="2026-08")
    assert (taken_back.is_withdrawn, taken_back.case.state) == (True, "withdrawn")
    assert plan(programme, clerk, now, "2026-08").state == "planned"


def test_an_earlier_day_of_a_duty_holds(programme: Programme, officer: User, now: datetime) -> None:
    draft = duties.Draft(
        title="津贴",
        kind="payments.round",
        step="plan",
        unit=programme.project.unit,
        schedule=clock.Monthly(by=10),
        since=date(2026, 7, 1),
        told={"programme": programme.pk},
    )
    duties.create(draft, by=officer, now=now)
    make_ahead(now)
    assert Round.objects.get(period="2026-07").due_on == date(2026, 7, 10)
    assert Deadline.objects.get(case__title__contains="7月").overdue_from == datetime(2026, 7, 11, tzinfo=now.tzinfo)


@pytest.mark.parametrize("schedule", [clock.Daily(), clock.Quarterly(), clock.Yearly()])
def test_a_schedule_of_another_rhythm_is_refused(
    programme: Programme, officer: User, now: datetime, schedule: clock.Schedule
) -> None:
    draft = duties.Draft(
        title="津贴",
        kind="payments.round",
        step="plan",
        unit=programme.project.unit,
        schedule=schedule,
        since=date(2026, 7, 1),
        told={"programme": programme.pk},
    )
    with pytest.raises(Refused, match="paid monthly"):
        duties.create(draft, by=officer, now=now)
    with pytest.raises(Refused, match="planned already"):
        duties.create(replace(draft, schedule=clock.Monthly(times=2)), by=officer, now=now)
    assert not Duty.objects.exists()
    assert not Round.objects.exists()


def test_a_round_without_a_window_needs_its_period(programme: Programme, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        plan(programme, clerk, now, "")
    assert refused.value.field == "period"
