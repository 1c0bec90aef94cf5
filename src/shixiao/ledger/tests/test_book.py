"""Writing an event."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from shixiao import ledger
from shixiao.ledger import kinds
from shixiao.ledger.book import NotRecordable, Reference
from shixiao.ledger.kinds import RESERVED
from shixiao.ledger.models import Event
from shixiao.people.models import User

KIND = "people.sign_in_refused"
SUBJECT = Reference("people.user", "7")


def record(now: datetime, reason: Any = "x", **more: Any) -> Event:
    return ledger.record(
        **{"kind": KIND, "subject": SUBJECT, "by": None, "now": now, "particulars": {"reason": reason}} | more
    )


def test_an_event_says_what_happened_to_what_by_whom_and_when(officer: User, now: datetime) -> None:
    earlier = now - timedelta(hours=3)
    written = record(now, by=officer, happened_at=earlier)
    event = Event.objects.get(pk=written.pk)
    assert (event.kind, event.subject_kind, event.subject_id) == (KIND, "people.user", "7")
    assert (event.by_kind, event.by_id) == ("people.user", str(officer.pk))
    assert (event.happened_at, event.recorded_at) == (earlier, now)
    assert event.particulars == {"reason": "x"}


def test_without_another_moment_it_happened_when_it_was_recorded(db: None, now: datetime) -> None:
    assert record(now).happened_at == now


def test_what_the_program_did_itself_has_no_name_beside_it(db: None, now: datetime) -> None:
    event = record(now)
    assert (event.by_kind, event.by_id) == ("", "")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (Decimal("1497.06"), "1497.06"),
        (True, True),
        (None, None),
        (2**60, 2**60),
        (date(2026, 6, 30), "2026-06-30"),
        (["a", Decimal("0.10")], ["a", "0.10"]),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ("", ""),
    ],
)
def test_particulars_come_back_exactly(db: None, now: datetime, given: Any, stored: Any) -> None:
    written = record(now, given)
    assert Event.objects.get(pk=written.pk).particulars == {"reason": stored}


@pytest.mark.parametrize(
    "text",
    [
        "one sentence",
        "张三",
        "a\0b",
        "\ud800",
        "a\nb",
        "x" * 201,
        1.5,
        b"x",
        object(),
        {"a b": 1},
        {1: "x"},
        ["ok", "not ok"],
    ],
)
def test_text_about_people_and_what_a_database_cannot_keep_are_refused(db: None, now: datetime, text: Any) -> None:
    with pytest.raises(NotRecordable, match="an event carries only"):
        record(now, text)
    assert not Event.objects.exists()


def test_a_particular_that_the_kind_does_not_declare_is_refused(db: None, now: datetime) -> None:
    with pytest.raises(NotRecordable, match="does not declare the particulars"):
        record(now, particulars={"password": "x"})


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_the_reserved_particulars_need_no_declaration(db: None, now: datetime, name: str) -> None:
    assert name not in kinds.DECLARED[KIND].particulars
    written = record(now, particulars={name: ["2026-06-30T00:00:00+08:00", None]})
    assert Event.objects.get(pk=written.pk).particulars == {name: ["2026-06-30T00:00:00+08:00", None]}


def test_an_undeclared_kind_is_refused(db: None, now: datetime) -> None:
    with pytest.raises(NotRecordable, match="no room declares"):
        record(now, kind="people.vanished")


def test_what_has_not_happened_yet_is_refused(db: None, now: datetime) -> None:
    with pytest.raises(NotRecordable, match="has not happened yet"):
        record(now, happened_at=now + timedelta(microseconds=1))


def test_a_moment_without_a_time_zone_is_refused(db: None, now: datetime) -> None:
    with pytest.raises(NotRecordable, match="time zone"):
        record(now.replace(tzinfo=None))


@pytest.mark.parametrize(
    "subject",
    [Reference("", "7"), Reference("people.user", ""), Reference("people.user", "x" * 65), User(username="new")],
)
def test_what_has_no_name_cannot_be_spoken_of(db: None, now: datetime, subject: Any) -> None:
    with pytest.raises(NotRecordable, match="names nothing"):
        record(now, subject=subject)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_the_transaction_of_its_step_is_refused(now: datetime) -> None:
    with pytest.raises(NotRecordable, match="there is none"):
        record(now)


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_when_its_step_fails(now: datetime) -> None:
    with transaction.atomic():
        record(now)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "x" * 101},
        {"kind": ""},
        {"subject_id": "x" * 65},
        {"subject_kind": ""},
        {"by_id": "x" * 65, "by_kind": "y"},
        {"by_id": "7"},
        {"id": -1},
        {"happened_at": datetime.fromisoformat("2026-07-01T00:00:00+08:00")},
    ],
)
def test_the_database_itself_refuses_what_no_event_can_be(db: None, now: datetime, broken: dict[str, Any]) -> None:
    whole = {"kind": KIND, "subject_kind": "a", "subject_id": "1", "happened_at": now, "recorded_at": now}
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.create(**whole | broken)
    Event.objects.create(**whole)


def test_an_event_costs_one_statement(db: None, now: datetime, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        record(now)
    assert connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_all_get_through(now: datetime) -> None:
    """Each reads and then writes, which on SQLite fails at once unless the lock is taken at the beginning."""
    failures: list[Exception] = []
    together = Barrier(4)

    def write() -> None:
        try:
            for _ in range(25):
                together.wait(timeout=480)
                with transaction.atomic():
                    Event.objects.count()
                    record(now)
        except Exception as failure:  # noqa: BLE001 — it is shown below
            failures.append(failure)
            together.abort()
        finally:
            connection.close()

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert Event.objects.count() == 100
