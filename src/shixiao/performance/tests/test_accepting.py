from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from shixiao import tables
from shixiao.engine import targets
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import actions, rows
from shixiao.performance.content import content_hash
from shixiao.performance.models import Correction, Finding, Indicator, Plan, PlanVersion, Project, Unit
from shixiao.performance.tests.conftest import SMALL, first, row, table
from shixiao.tables import samples

Accept = Callable[..., actions.Acceptance]


def test_the_guangzhou_table_is_stored_whole(guangzhou: PlanVersion) -> None:
    assert (guangzhou.unit_count, guangzhou.project_count, guangzhou.indicator_count) == (3, 14, 123)
    assert Unit.objects.count() == 3
    assert Project.objects.count() == 14
    assert Indicator.objects.count() == 123
    guangzhou.refresh_from_db()
    assert guangzhou.total == Decimal("1497.06")
    assert bytes(guangzhou.source) == samples.guangzhou()
    assert tables.read(guangzhou.document.encode(), name="").plans[0].department == "广州市人民政府办公厅"
    assert guangzhou.plan.fiscal_year == 2026


def test_what_is_stored_is_what_the_engine_read(guangzhou: PlanVersion) -> None:
    read = tables.read(samples.guangzhou(), name="").plans[0]
    again = rows.plan_of(PlanVersion.objects.select_related("plan").get(pk=guangzhou.pk))
    assert content_hash(again) == content_hash(read)
    stored = {indicator.row: indicator for _unit, _project, indicator in again.indicators()}
    for _unit, _project, indicator in read.indicators():
        assert stored[indicator.row].annual == indicator.annual
        assert stored[indicator.row].cycle == indicator.cycle


def test_accepting_leaves_one_event(guangzhou: PlanVersion, officer: User) -> None:
    event = Event.objects.get(kind="performance.plan_accepted")
    assert event.pk == guangzhou.event_id
    assert (event.subject_id, event.by_id) == (str(guangzhou.plan_id), str(officer.pk))
    assert event.particulars["indicators"] == 123
    assert event.particulars["content_hash"] == guangzhou.content_hash


def test_the_same_content_twice_makes_no_second_copy(accept: Accept) -> None:
    one, two = accept(), accept()
    assert (one.is_new, two.is_new) == (True, False)
    assert one.version == two.version
    assert PlanVersion.objects.count() == Event.objects.filter(kind="performance.plan_accepted").count() == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_another_encoding_of_the_same_table_is_the_same_content(accept: Accept, encoding: str) -> None:
    first_time = accept()
    assert accept(SMALL.encode(encoding)).version == first_time.version


def test_another_content_becomes_the_next_version_and_the_old_one_stays(accept: Accept) -> None:
    old = accept().version
    new = accept(SMALL.replace("3次", "4次")).version
    assert (old.number, new.number) == (1, 2)
    assert first(old).annual_wording == "3次"
    assert first(new).annual_wording == "4次"


def test_another_year_is_another_plan(accept: Accept) -> None:
    accept()
    assert accept(fiscal_year=2027).version.plan.fiscal_year == 2027
    assert Plan.objects.count() == 2


def test_without_a_year_in_the_table_one_has_to_be_given(accept: Accept) -> None:
    text = table(row(1, "开展培训", "3次"), project="业务经费")
    with pytest.raises(actions.NotAcceptable) as refused:
        accept(text)
    assert refused.value.field == "fiscal_year"
    assert not Plan.objects.exists()
    assert accept(text, fiscal_year=2026).is_new


@pytest.mark.parametrize("year", [1999, 2101])
def test_an_implausible_year_is_refused(accept: Accept, year: int) -> None:
    with pytest.raises(actions.NotAcceptable):
        accept(fiscal_year=year)


def test_a_table_without_department_needs_one(accept: Accept) -> None:
    text = SMALL.replace("部门名称：某市某局\n", "")
    with pytest.raises(actions.NotAcceptable) as refused:
        accept(text)
    assert refused.value.field == "department"
    assert accept(text, department="某市某局").version.plan.department == "某市某局"


@pytest.mark.parametrize(
    "text",
    [
        SMALL.replace("10.00", "99999999999.00"),
        SMALL.replace("10.00", "0.00000001"),
        SMALL.replace("2026年业务经费", "2026年" + "业务" * 300),
        SMALL.replace("2、3-满意度指标", "99999999999、3-满意度指标"),
        SMALL.replace("单位：万元", "单位：万元" + "（" + "人民币" * 30 + "）"),
    ],
    ids=["huge amount", "tiny amount", "long name", "huge number", "long unit of money"],
)
def test_what_the_database_cannot_hold_is_refused_in_words_or_read_otherwise(accept: Accept, text: str) -> None:
    try:
        accept(text)
    except actions.NotAcceptable as refused:
        assert "请核对" in str(refused)
        assert not Plan.objects.exists()


def test_an_amount_that_is_too_large_is_named(accept: Accept) -> None:
    with pytest.raises(actions.NotAcceptable, match=r"99999999999\.00 万元太大"):
        accept(SMALL.replace("10.00", "99999999999.00"))


def test_a_reader_may_not_accept(reader: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        actions.accept_plan(SMALL.encode(), name="t.txt", by=reader, now=now)
    assert not Plan.objects.exists()


def test_two_tables_in_one_file_are_accepted_one_by_one(accept: Accept) -> None:
    both = SMALL + "\n" + table(row(1, "印发公报", "38期"), department="某市某办")
    assert accept(both, table=2).version.plan.department == "某市某办"
    assert accept(both, table=1).version.plan.department == "某市某局"
    with pytest.raises(actions.NotAcceptable):
        accept(both, table=3)


def test_the_second_table_of_a_file_alone_is_the_same_content(accept: Accept) -> None:
    second = table(row(1, "印发公报", "38期"), department="某市某办")
    together = accept(SMALL + "\n" + second, table=2)
    assert accept(second).version == together.version


def test_a_unit_without_projects_is_kept(accept: Accept) -> None:
    text = SMALL.replace("合计\t", "空的单位\t0.00\t0.00\n合计\t") + "又一个单位\t0.00\t0.00\n"
    names = [unit.name for unit in accept(text).version.units.order_by("position")]
    assert "又一个单位" in names


def test_findings_stand_beside_their_rows_and_projects(guangzhou: PlanVersion) -> None:
    of_rows = Finding.objects.filter(version=guangzhou, indicator__isnull=False)
    assert of_rows.exists()
    yes = of_rows.filter(rule="L03").first()
    assert yes is not None
    assert yes.indicator.annual_wording == "是"
    assert Finding.objects.filter(version=guangzhou, indicator=None, project__isnull=False).exists()


def test_the_database_refuses_a_second_version_with_the_same_content(accept: Accept) -> None:
    version = accept().version
    version.pk, version.number, version.event_id = None, 2, 999
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (Plan, {"fiscal_year": 1900}, "performance_plan_year_plausible"),
        (Finding, {"severity": "awful", "position": 9999}, "performance_finding_severity_known"),
        (Indicator, {"annual_kind": "guess", "row": 9999}, "performance_indicator_kind_known"),
        (
            PlanVersion,
            {"number": 0, "content_hash": "0", "event_id": 9999},
            "performance_version_number_from_1",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(
    guangzhou: PlanVersion, model: type[Plan], change: dict[str, object], constraint: str
) -> None:
    another = model.objects.first()
    assert another is not None
    for name, value in ({"pk": None} | change).items():
        setattr(another, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        another.save(force_insert=True)


def test_corrections_of_rows_that_stay_the_same_come_over(accept: Accept, officer: User, now: datetime) -> None:
    old = accept().version
    reading = targets.read("恰好3次")
    kept = actions.correct_reading(first(old), which="annual", reading=reading, reason="按文件", by=officer, now=now)
    accepted = accept(SMALL.replace("≥90%", "≥95%"))
    assert accepted.carried == 1
    carried = Correction.objects.get(indicator__version=accepted.version)
    assert carried.carried_from == kept
    assert actions.counting_reading(first(accepted.version), "annual") == reading


def test_corrections_of_rows_that_changed_do_not_come_over(accept: Accept, officer: User, now: datetime) -> None:
    old = accept().version
    reading = targets.read("恰好3次")
    actions.correct_reading(first(old), which="annual", reading=reading, reason="按文件", by=officer, now=now)
    assert accept(SMALL.replace("3次", "4次")).carried == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_who_accept_the_same_table_at_once_make_one_version(officer: User, now: datetime) -> None:
    start = Barrier(2)

    def accepting() -> actions.Acceptance:
        try:
            start.wait(timeout=480)
            return actions.accept_plan(SMALL.encode(), name="t.txt", by=officer, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = [future.result() for future in [pool.submit(accepting), pool.submit(accepting)]]
    assert sorted(each.is_new for each in both) == [False, True]
    assert both[0].version == both[1].version
    assert PlanVersion.objects.count() == 1
    assert Event.objects.filter(kind="performance.plan_accepted").count() == 1
