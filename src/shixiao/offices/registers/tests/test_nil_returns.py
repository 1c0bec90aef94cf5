"""Nil returns: signed by a named person, and ended by an entry that turns up."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused, loading
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, Deadline
from shixiao.casework.performing import events_of
from shixiao.offices.registers.models import NilReturn, Register
from shixiao.offices.registers.tests.conftest import enter, receive
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


def expect(register: Register, now: datetime, *, period: str = "2026-05", **more: Any) -> Case:
    kind = "registers.restricted_nil_return" if register.is_restricted else "registers.nil_return"
    told = {"register": register.code, "period": period, "due_on": "2026-07-05"} | more
    return casework.open_case(kind, "expect", Opening(unit=register.unit, particulars=told), by=None, now=now)


def held(register: Register, clerk: User, now: datetime, day: str = "2026-05-20") -> Case:
    return enter(register, clerk, now, values={"held_on": day}, texts={"subject": "保密教育"})


def states(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_somebody_signs_that_nothing_occurred(training: Register, clerk: User, now: datetime) -> None:
    case = expect(training, now)
    assert case.title == "学习培训 2026年5月零报告"
    signed = casework.perform(case, "sign", by=clerk, now=now)
    assert signed.state == "signed"
    assert NilReturn.objects.get().signed_by == clerk


def test_nobody_signs_while_the_month_runs(training: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(expect(training, now, period="2026-06"), "sign", by=clerk, now=now)
    assert "还没有过完" in refused.value.text.zh


def test_the_first_day_after_the_month_is_the_first_on_which_it_can_be_signed(
    training: Register, clerk: User, now: datetime
) -> None:
    first = now.replace(month=7, day=1, hour=0, minute=0)
    case = expect(training, now, period="2026-06")
    held(training, clerk, first, "2026-07-01")  # of the next month: no entry of this one
    assert states(case) == "expected"
    with pytest.raises(Refused):
        casework.perform(case, "sign", by=clerk, now=first - timedelta(microseconds=1))
    assert casework.perform(case, "sign", by=clerk, now=first).state == "signed"


def test_nobody_signs_where_there_are_entries(training: Register, clerk: User, now: datetime) -> None:
    held(training, clerk, now)
    case = expect(training, now)
    with pytest.raises(Refused) as refused:
        casework.perform(case, "sign", by=clerk, now=now)
    assert "已有 1 条记录" in refused.value.text.zh
    assert casework.perform(case, "report_entries", by=clerk, now=now).state == "entries_found"


def test_nobody_reports_entries_where_there_are_none(training: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="no entry in this month"):
        casework.perform(expect(training, now), "report_entries", by=clerk, now=now)


def test_an_entry_answers_what_is_expected(training: Register, clerk: User, now: datetime) -> None:
    case = expect(training, now)
    entry = held(training, clerk, now)
    assert states(case) == "entries_found"
    assert events_of(case).last().particulars["entry"] == entry.pk  # type: ignore[union-attr]


def test_an_entry_that_turns_up_ends_a_signed_one(training: Register, clerk: User, now: datetime) -> None:
    case = expect(training, now)
    casework.perform(case, "sign", by=clerk, now=now)
    held(training, clerk, now, "2026-06-01")
    assert states(case) == "signed"
    held(training, clerk, now, "2026-05-31")
    assert states(case) == "entries_found"
    assert events_of(case).last().kind == "registers.nil_revoked"  # type: ignore[union-attr]


def test_when_the_last_entry_goes_somebody_has_to_say_again(
    training: Register, clerk: User, confirmer: User, now: datetime
) -> None:
    case = expect(training, now)
    first, second = held(training, clerk, now), held(training, clerk, now)
    casework.perform(first, "return_", by=confirmer, now=now, reason="不是培训")
    assert states(case) == "entries_found"
    casework.perform(second, "amend", by=clerk, now=now, values={"held_on": "2026-06-02"})
    assert states(case) == "expected"
    assert Deadline.objects.get(case=case, stopped_at=None).due_at == datetime.fromisoformat("2026-07-06T00:00+08:00")


def test_many_entries_at_once_answer_it_once(training: Register, clerk: User, now: datetime) -> None:
    case = expect(training, now)
    told = {"register": "training", "values": {"held_on": "2026-05-04"}, "texts": {"subject": "保密教育"}}
    openings = [Opening(unit=training.unit, particulars=told) for _ in range(3)]
    casework.open_many("registers.entry", "enter", openings, by=clerk, now=now)
    assert [event.kind for event in events_of(case)] == ["registers.nil_expected", "registers.nil_found"]


def test_one_for_a_month_unless_it_was_withdrawn(training: Register, now: datetime) -> None:
    case = expect(training, now)
    with pytest.raises(Refused, match="there already"):
        expect(training, now)
    casework.perform(case, "withdraw", by=None, now=now)
    assert expect(training, now).state == "expected"


@pytest.mark.parametrize("period", ["2026-13", "2026", "五月", "2026-5"])
def test_a_month_is_written_as_one(training: Register, now: datetime, period: str) -> None:
    with pytest.raises(Refused) as refused:
        expect(training, now, period=period)
    assert refused.value.field == "period"


def test_of_a_restricted_register_by_its_own_holders(
    letters: Register, clerk: User, holder: User, now: datetime
) -> None:
    case = expect(letters, now)
    with pytest.raises(NotAllowed):
        casework.perform(case, "sign", by=clerk, now=now)
    assert casework.perform(case, "sign", by=holder, now=now).state == "signed"
    receive(letters, holder, now, received_on="2026-05-11")
    assert states(case) == "entries_found"


def test_in_bulk_one_that_was_written_before_is_reopened(
    training: Register, clerk: User, confirmer: User, now: datetime
) -> None:
    case = expect(training, now)
    with loading.in_bulk():
        entry = held(training, clerk, now)
        casework.perform(entry, "return_", by=confirmer, now=now + timedelta(hours=1), reason="请补充签到表")
    assert states(case) == "expected"
    assert [each.stopped_at for each in Deadline.objects.filter(case=case).order_by("pk")] == [now, None]
