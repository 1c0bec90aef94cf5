"""“Somebody was quicker” is said where that is what happened, and of no defect."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from shixiao.casework import Opening, Refused, open_case, racing
from shixiao.casework.models import Case
from shixiao.casework.models.programs import Answered, Token
from shixiao.casework.refusing import Reason
from shixiao.casework.tests.conftest import KIND
from shixiao.ledger.models import Fact, Gauge
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def token(clerk: User, now: datetime) -> Token:
    until = (now + timedelta(days=30)).date()
    return Token.objects.create(user=clerk, name="程序", digest="a" * 64, created_at=now, valid_until=until)


def answer(token: Token, key: str, now: datetime) -> Answered:
    return Answered(token=token, key=key, request_digest="b" * 64, status=200, body="{}", answered_at=now)


def test_whoever_comes_second_is_told_and_what_was_written_before_is_gone(token: Token, now: datetime) -> None:
    answer(token, "one", now).save()

    @racing.transaction_of_one()
    def answer_twice() -> None:
        answer(token, "other", now).save()
        answer(token, "one", now).save()

    with pytest.raises(Refused) as refused:
        answer_twice()
    assert refused.value.reason is Reason.OVERTAKEN
    assert list(Answered.objects.values_list("key", flat=True)) == ["one"]


def test_a_number_that_is_given_twice_is_a_defect(unit: Unit, clerk: User, now: datetime) -> None:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
    cases = [open_case(KIND, "open", opening, by=clerk, now=now) for _ in range(2)]
    with pytest.raises(IntegrityError), racing.transaction_of_one():
        Case.objects.filter(pk=cases[1].pk).update(number=cases[0].number)


def test_a_version_of_a_fact_that_is_written_twice_is_a_defect(now: datetime) -> None:
    gauge = Gauge.objects.create(measure="desk.done", key="k", added_at=now)
    first, second = (
        Fact(gauge=gauge, case_id=1, version=1, known_at=now, event_id=0, outcome=1, day=now.date(), month=202606)
        for _ in range(2)
    )
    first.save()
    with pytest.raises(IntegrityError), racing.transaction_of_one():
        second.save()


def test_a_key_that_is_there_already_is_a_defect_although_its_table_has_a_race(token: Token, now: datetime) -> None:
    first = answer(token, "one", now)
    first.save()
    second = answer(token, "other", now)
    second.pk = first.pk
    with pytest.raises(IntegrityError), racing.transaction_of_one():
        second.save(force_insert=True)


@pytest.mark.parametrize("race", sorted(racing.races()), ids=lambda race: f"{race.table}-{race.name}")
def test_what_is_said_to_be_a_race_is_unique_in_the_database_by_that_name(race: racing.Race) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, race.table)
    unique = {name: set(each["columns"]) for name, each in found.items() if each["unique"]}
    if connection.vendor == "postgresql":
        assert unique[race.name] == race.columns
    assert race.columns in unique.values()
