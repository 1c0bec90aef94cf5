"""Batches that another process makes ready: handed back in their order, and nothing where one of them is lost."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shixiao import casework
from shixiao.casework import Opening, loading, through, timers
from shixiao.casework.loading import forking, memory
from shixiao.casework.loading.forking import BatchLost, Forks
from shixiao.casework.models import Case, ClosedYear, Deadline, Timer
from shixiao.casework.search.models import SearchText
from shixiao.casework.tests.conftest import KIND
from shixiao.ledger import filling
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO casework_closedyear (year, closed_at) VALUES (%s, %s)"
UPDATE = "UPDATE casework_closedyear SET closed_at = %s WHERE year = %s"


def years() -> list[int]:
    return list(ClosedYear.objects.order_by("pk").values_list("year", flat=True))


def closing(*several: int) -> Callable[[], None]:
    return lambda: filling.run(INSERT, [(year, "2026-01-01 00:00:00") for year in several])


def closing_again(year: int, *, day: int) -> Callable[[], None]:
    return lambda: filling.run(UPDATE, [(f"2026-01-{day:02d} 00:00:00", year)])


def day_of(year: int) -> int:
    return ClosedYear.objects.get(year=year).closed_at.astimezone(UTC).day


def _look() -> None:
    years()


def has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def test_what_forks_worked_out_is_written_in_the_order_of_their_batches() -> None:
    forks = Forks(3)
    for work in (closing(2001, 2002), closing_again(2001, day=2), closing_again(2001, day=3)):
        assert forks.begin(work, {1})
    assert (years(), day_of(2001)) == ([2001, 2002], 1)  # two are at work at most: the third waited for the first
    forks.end()
    assert (day_of(2001), day_of(2002)) == (3, 1)
    assert not has_children()


def test_one_process_forks_nothing() -> None:
    assert not Forks(1).begin(closing(2001), {1})
    assert years() == []


def test_cases_are_on_their_way_until_their_fork_has_ended() -> None:
    forks = Forks(2)
    forks.begin(closing(2001), {1, 2})
    assert (forks.have([2, 3]), forks.have([3])) == (True, False)
    forks.end()
    assert not forks.have([2])


def test_a_fork_that_is_killed_is_an_error_that_says_so() -> None:
    forks = Forks(2)
    forks.begin(lambda: os.kill(os.getpid(), signal.SIGKILL), {1})
    with pytest.raises(BatchLost) as lost:
        forks.end()
    assert "SIGKILL" in lost.value.text.zh
    assert "--processes 1" in lost.value.text.en


def test_a_fork_tells_what_went_wrong_in_it() -> None:
    forks = Forks(2)
    forks.begin(lambda: 1 / 0, {1})  # type: ignore[arg-type, return-value]
    with pytest.raises(BatchLost, match="ZeroDivisionError"):
        forks.end()


def test_a_fork_leaves_the_database_alone() -> None:
    forks = Forks(2)
    forks.begin(_look, {1})
    with pytest.raises(BatchLost, match="asks the database"):
        forks.end()


def test_who_gives_up_leaves_no_process_and_no_row() -> None:
    forks = Forks(2)
    forks.begin(signal.pause, {1})
    forks.give_up()
    assert not has_children()
    assert years() == []


def test_where_there_are_threads_nothing_is_forked_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forking.sys, "platform", "linux")
    monkeypatch.setattr(forking.os, "sched_getaffinity", lambda _process: set(range(4)), raising=False)
    monkeypatch.setattr(forking.threading, "active_count", lambda: 2)
    assert forking.processes() == 1
    monkeypatch.setattr(forking.threading, "active_count", lambda: 1)
    assert forking.processes() == 4
    monkeypatch.setattr(forking.sys, "platform", "darwin")
    assert forking.processes() == 1


# ---- with steps --------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def overseer(staff: Callable[..., User]) -> User:
    return staff("overseer", "desk.overseer")


def lives(unit: Unit, clerk: User, now: datetime, *, count: int) -> list[int]:
    """Cases that were opened, taken and finished, one after another."""
    found = []
    for number in range(count):
        opening = Opening(unit=unit, title=f"修窗{number}", particulars={"topic": "窗"}, lead=clerk)
        case = casework.open_case(KIND, "open", opening, by=clerk, now=now)
        casework.perform(case, "take", by=clerk, now=now)
        casework.perform(case, "finish", by=clerk, now=now)
        found.append(case.pk)
    return found


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_steps_are_written_whatever_the_number_of_processes(
    processes: int, unit: Unit, clerk: User, overseer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "EVENTS_KEPT", 6)
    with loading.in_bulk(processes):
        cases = lives(unit, clerk, now, count=7)
        assert Case.objects.get(pk=cases[2]).state == "done"  # whoever looks meanwhile sees it as it is
        again = casework.perform(cases[0], "reopen", by=overseer, now=now, reason="未办完")
    assert (again.state, again.revision) == ("taken", 4)
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == ["taken", *["done"] * 6]
    kinds = list(Event.objects.filter(subject_kind=Case.ledger_name).order_by("pk").values_list("kind", flat=True))
    assert kinds == [*["desk.opened", "desk.taken", "desk.done"] * 7, "desk.reopened"]


def test_of_a_fork_that_dies_no_step_is_left(
    unit: Unit, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "EVENTS_KEPT", 6)
    monkeypatch.setattr(forking.pickle, "dump", lambda *_arguments: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(BatchLost), loading.in_bulk(2):
        lives(unit, clerk, now, count=7)
    assert not Case.objects.exists()
    assert not has_children()


def test_who_is_interrupted_leaves_no_process_behind(
    unit: Unit, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "EVENTS_KEPT", 6)
    monkeypatch.setattr(forking.pickle, "dump", lambda *_arguments: signal.pause())

    def interrupted() -> None:
        lives(unit, clerk, now, count=2)
        assert has_children()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), loading.in_bulk(2):
        interrupted()
    assert not Case.objects.exists()
    assert not has_children()


def test_a_case_that_was_renamed_after_it_was_written_is_found_by_its_new_title(
    unit: Unit, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with loading.in_bulk(2):
        (first, *_others) = lives(unit, clerk, now, count=2)
        assert Case.objects.filter(pk=first).exists()  # whoever looks has it written
        monkeypatch.setattr(memory, "EVENTS_KEPT", 6)
        held = through.current()._held[first]  # type: ignore[union-attr]  # the desk renames nothing
        held.case.title, held.is_renamed, held.is_dirty = "换窗", True, True
        through.current()._dirty[first] = held  # type: ignore[union-attr]
        lives(unit, clerk, now, count=2)
    assert SearchText.objects.get(case_id=first).text.endswith("换窗")


def test_a_case_that_was_left_alone_for_weeks_waits_in_the_database(unit: Unit, clerk: User, now: datetime) -> None:
    weeks = memory.LEFT_AFTER
    with loading.in_bulk(1) as book:
        opening = Opening(unit=unit, title="修窗", particulars={"topic": "窗"}, lead=clerk)
        case = casework.open_case(KIND, "open", opening, by=clerk, now=now)
        casework.perform(case, "take", by=clerk, now=now)
        timers.fire_due(now + weeks)
        assert case.pk in book._held
        timers.fire_due(now + weeks + memory.LOOKED_EVERY)
        assert case.pk not in book._held
        done = casework.perform(case.pk, "finish", by=clerk, now=now + 2 * weeks)
    assert (done.state, done.revision) == ("done", 3)
    kinds = list(Event.objects.filter(subject_kind=Case.ledger_name).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["desk.opened", "desk.taken", "casework.limit_passed", "desk.done"]
    assert Timer.objects.get().fired_at == now + weeks
    assert Deadline.objects.get().stopped_at == now + 2 * weeks
