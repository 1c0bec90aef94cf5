"""Two people at the same moment, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from shixiao import casework
from shixiao.casework import Refused
from shixiao.casework.models import Case
from shixiao.offices.registers.definitions import change_definition, define
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import TRAINING, enter
from shixiao.offices.registers.tests.test_nil_returns import expect, held, states
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """The calls in threads that start together; what each returned, or the refusal it got."""
    start = Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def test_of_several_who_define_one_name_one_succeeds(unit: Unit, staff: Callable[..., User], now: datetime) -> None:
    keepers = [staff(f"keeper{number}", "registers.keeper") for number in range(4)]
    came = at_once(*[lambda by=by: define({"name": "调研"}, unit=unit, by=by, now=now) for by in keepers])  # type: ignore[misc]
    assert sum(isinstance(each, Register) for each in came) == 1
    assert all("已经有一个台账叫" in each.text.zh for each in came if isinstance(each, Refused))


def test_codes_that_are_made_up_at_once_differ(unit: Unit, staff: Callable[..., User], now: datetime) -> None:
    keepers = [staff(f"keeper{number}", "registers.keeper") for number in range(4)]
    came = at_once(
        *[lambda by=by: define({"name": f"台账{by.pk}"}, unit=unit, by=by, now=now) for by in keepers]  # type: ignore[misc]
    )
    assert len({each.code for each in came if isinstance(each, Register)}) == 4


def test_of_several_who_change_the_version_they_saw_one_succeeds(
    training: Register, staff: Callable[..., User], now: datetime
) -> None:
    keepers = [staff(f"keeper{number}", "registers.keeper") for number in range(4)]
    came = at_once(
        *[
            lambda by=by: change_definition(training, TRAINING | {"name": f"培训{by.pk}"}, seen=1, by=by, now=now)  # type: ignore[misc]
            for by in keepers
        ]
    )
    assert sum(isinstance(each, Register) for each in came) == 1
    assert Register.objects.get().version == 2


def test_whoever_is_first_a_month_is_never_both_signed_and_entered(
    training: Register, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    other = staff("other", "registers.clerk")
    for period, day in (("2026-02", "2026-02-03"), ("2026-03", "2026-03-03"), ("2026-04", "2026-04-03")):
        case = expect(training, now, period=period)
        at_once(
            lambda case=case: casework.perform(case.pk, "sign", by=clerk, now=now),  # type: ignore[misc]
            lambda day=day: held(training, other, now, day),  # type: ignore[misc]
        )
        assert states(case) == "entries_found"


def test_when_all_entries_of_a_month_go_at_once_somebody_is_asked_again(
    training: Register, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    confirmers = [staff(f"confirmer{number}", "registers.confirmer") for number in range(4)]
    case = expect(training, now)
    entries = [held(training, clerk, now) for _ in confirmers]
    came = at_once(
        *[
            lambda entry=entry, by=by: casework.perform(entry, "return_", by=by, now=now, reason="不是培训")  # type: ignore[misc]
            for entry, by in zip(entries, confirmers, strict=True)
        ]
    )
    assert all(isinstance(each, Case) for each in came)
    assert states(case) == "expected"


def test_of_several_who_do_one_entry_one_succeeds(
    training: Register, staff: Callable[..., User], now: datetime
) -> None:
    clerks = [staff(f"clerk{number}", "registers.clerk") for number in range(4)]
    case = enter(training, clerks[0], now, values={"held_on": "2026-06-20"}, texts={"subject": "保密教育"})
    confirmer = staff("confirmer", "registers.confirmer")
    casework.perform(case, "return_", by=confirmer, now=now, reason="再核对")
    came = at_once(*[lambda by=by: casework.perform(case.pk, "do", by=by, now=now) for by in clerks])  # type: ignore[misc]
    assert sum(isinstance(each, Case) for each in came) == 1
    assert Entry.objects.get().day is not None
