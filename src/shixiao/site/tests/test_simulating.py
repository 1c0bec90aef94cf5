"""A simulated year: the same by each road, the same for the same seed, and never among real work."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from shixiao import ledger
from shixiao.casework import events as counter_events
from shixiao.casework import simulated
from shixiao.casework.loading import forking, memory
from shixiao.casework.models import Case, Deadline, Suspension, Timer
from shixiao.casework.performing import zone
from shixiao.ledger import readings
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event, Fact, Gauge
from shixiao.ledger.readings import Days
from shixiao.people.actions import create_unit
from shixiao.site import simulating
from shixiao.site.simulating import NotSimulable, Wanted, simulate

pytestmark = pytest.mark.django_db
JANUARY = datetime(2026, 1, 31, 20, tzinfo=zone())
FEBRUARY = datetime(2026, 2, 26, 18, tzinfo=zone())
MARCH = datetime(2026, 3, 16, 12, tzinfo=zone())


def silent(text: object) -> None:
    del text


def lived(until: datetime, *, seed: int = 7, scale: int = 1, **more: Any) -> dict[str, list[Any]]:
    """Everything that the simulation left behind."""
    simulate(Wanted(year=2026, seed=seed, scale=scale, until=until), say=silent, **more)
    events = [
        (id_, kind, subject, happened, recorded, by, _told(kind, particulars))
        for id_, kind, subject, happened, recorded, by, particulars in Event.objects.order_by("id").values_list(
            "id", "kind", "subject_id", "happened_at", "recorded_at", "by_id", "particulars"
        )
    ]
    facts = Fact.objects.order_by("case_id", "gauge_id", "part", "version").values()
    return {
        "events": events,
        "cases": list(Case.objects.order_by("pk").values()),
        "deadlines": list(Deadline.objects.order_by("pk").values()),
        "suspensions": list(Suspension.objects.order_by("pk").values()),
        "timers": list(Timer.objects.order_by("pk").values()),
        "facts": [{key: value for key, value in row.items() if key != "id"} for row in facts],
        "readings": [readings.reading(gauge.pk, days=Days.year(2026)) for gauge in Gauge.objects.order_by("pk")],
    }


def _told(kind: str, particulars: dict[str, Any]) -> dict[str, Any]:
    """Without the salted hashes of what people wrote, which differ each time."""
    return {name: told for name, told in particulars.items() if name not in DECLARED[kind].texts}


@pytest.mark.database
@pytest.mark.parametrize(("until", "scale", "least"), [(MARCH, 1, 300), (JANUARY, 3, 500)])
def test_in_bulk_and_step_by_step_are_the_same_year(db: None, until: datetime, scale: int, least: int) -> None:
    def taken_back(run: Callable[[], dict[str, list[Any]]]) -> dict[str, list[Any]]:
        with transaction.atomic():
            found = run()
            transaction.set_rollback(True)
        return found

    _restart_sequences()
    bulk = taken_back(lambda: lived(until, scale=scale, in_bulk=True))
    _restart_sequences()
    steps = taken_back(lambda: lived(until, scale=scale, in_bulk=False))
    assert len(bulk["cases"]) > least
    for what, rows in steps.items():
        assert bulk[what] == rows, what


@pytest.mark.database
def test_the_number_of_processes_and_what_stays_in_memory_change_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for processes, kept, left_after in ((1, memory.EVENTS_KEPT, memory.LEFT_AFTER), (3, 50, timedelta(days=4))):
        monkeypatch.setattr(memory, "EVENTS_KEPT", kept)
        monkeypatch.setattr(memory, "LEFT_AFTER", left_after)
        begun = _count_forks(monkeypatch)
        _restart_sequences()
        with transaction.atomic():
            found.append(lived(FEBRUARY, processes=processes))
            transaction.set_rollback(True)
    assert len(begun) > 2
    for what, rows in found[0].items():
        assert found[1][what] == rows, what


def _count_forks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    begun: list[bool] = []
    begin = forking.Forks.begin

    def counted(*arguments: Any) -> bool:
        is_begun = begin(*arguments)
        begun.extend([is_begun] if is_begun else [])
        return is_begun

    monkeypatch.setattr(forking.Forks, "begin", counted)
    return begun


def _restart_sequences() -> None:
    """PostgreSQL takes no id back."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def test_going_on_is_as_going_through(db: None) -> None:
    _restart_sequences()
    with transaction.atomic():
        whole = lived(MARCH)
        transaction.set_rollback(True)
    _restart_sequences()
    lived(FEBRUARY)
    parts = lived(MARCH)

    def without_ids(rows: list[Any]) -> list[Any]:
        """Ids of events differ by the event that says that it went on."""
        return [row[1:6] for row in rows if row[1] not in {"casework.simulated", "casework.limit_passed"}]

    bound = ("performance.", "ledger.")  # and by the events of binding the plan's indicators at its end
    rest = [row for row in without_ids(parts["events"]) if not row[0].startswith(bound)]
    assert rest == [row for row in without_ids(whole["events"]) if not row[0].startswith(bound)]
    looked = {"assessed_event", "assessed_until", "generation", "look_at"}
    assert _leave_out(parts["cases"], looked) == _leave_out(whole["cases"], looked)


def _leave_out(rows: list[Any], names: set[str]) -> list[Any]:
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def test_everything_is_marked(db: None) -> None:
    simulate(Wanted(year=2026, seed=3, until=FEBRUARY), say=silent)
    assert Event.objects.filter(kind="casework.simulated").count() == 1
    entered = Case.objects.filter(kind="payments.payment").values_list("title", flat=True)
    assert entered
    assert all("模拟" in title for title in entered)


def test_never_among_real_work(db: None) -> None:
    create_unit("市政府办公厅", code="REAL", parent=None, since=date(2020, 1, 1), by=None, now=FEBRUARY)
    with pytest.raises(NotSimulable) as refused:
        simulate(Wanted(year=2026, seed=7, until=MARCH), say=silent)
    assert "不能混入" in refused.value.text.zh
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(year=2026, seed=8, until=MARCH), "同样的参数"),
        (Wanted(year=2026, seed=7, scale=2, until=MARCH), "同样的参数"),
        (Wanted(year=2026, seed=7, until=FEBRUARY), "已经模拟到"),
    ],
)
def test_only_the_same_year_goes_on(db: None, wanted: Wanted, words: str) -> None:
    simulating.house_of(Wanted(year=2026, seed=7, until=FEBRUARY), say=silent)
    codes = {"year": 2026, "seed": 7, "scale": 1, "until": FEBRUARY}
    ledger.record(counter_events.SIMULATED, subject=simulated.SUBJECT, by=None, now=FEBRUARY, particulars=codes)
    with pytest.raises(NotSimulable) as refused:
        simulate(wanted, say=silent)
    assert words in refused.value.text.zh
