"""An event and what people are told of it stand or fall together, once for each event, person and step."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from shixiao import ledger
from shixiao.ledger.book import NotRecordable, Reference
from shixiao.ledger.models import Event
from shixiao.messages import queries, saying, telling, wordings
from shixiao.messages.models import Message, Sort
from shixiao.messages.tests.conftest import HIDDEN, KIND, Tell
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


class Killed(Exception):
    """The process is no more."""


def notice(event: Event, people: list[User], **more: Any) -> telling.Notice:
    given: dict[str, Any] = {"step": "arrived", "wording": wordings.known("letters.arrived")} | more
    return telling.Notice(event=event, to=[user.pk for user in people], **given)


def test_everybody_gets_one_row_however_often_they_are_named(people: list[User], tell: Tell) -> None:
    messages = tell([*people, people[0]])
    assert Message.objects.count() == 3
    assert [message.person_id for message in messages[:3]] == [user.pk for user in people]
    assert queries.unread(people[0].pk) == 1


def test_the_database_refuses_the_same_event_person_and_step(people: list[User], tell: Tell, now: datetime) -> None:
    (message,) = tell(people[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        telling.tell([notice(message.event, people[:1])], now=now)
    with transaction.atomic():
        telling.tell([notice(message.event, people[:1], step="another")], now=now)
    assert Message.objects.filter(event=message.event).count() == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_outside_a_transaction(people: list[User], now: datetime) -> None:
    with pytest.raises(NotRecordable):
        telling.tell([], now=now)


def test_three_hundred_people_take_one_statement(
    account: Callable[..., User], now: datetime, django_assert_max_num_queries: Any
) -> None:
    people = [
        User(username=f"u{number}", display_name=f"u{number}", role="staff", created_at=now) for number in range(300)
    ]
    User.objects.bulk_create(people)
    with transaction.atomic():
        event = ledger.record("letters.arrived", subject=Reference(KIND, "1"), by=None, now=now)
        with django_assert_max_num_queries(1):
            assert telling.tell([notice(event, people)], now=now) == 300
    with transaction.atomic(), django_assert_max_num_queries(0):
        assert telling.tell([], now=now) == 0


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_there_is_neither_event_nor_message_or_both(people: list[User], now: datetime) -> None:
    def step(die_after: int) -> None:
        left = count(die_after, -1)

        def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if next(left) <= 0:
                raise Killed
            return run(sql, params, many, context)

        with connection.execute_wrapper(execute), transaction.atomic():
            event = ledger.record("letters.arrived", subject=Reference(KIND, "1"), by=None, now=now)
            telling.tell([notice(event, people)], now=now)

    for statements in count():
        try:
            step(statements)
        except Killed:
            assert (Event.objects.filter(kind="letters.arrived").count(), Message.objects.count()) == (0, 0)
            continue
        break
    assert statements >= 1
    assert (Event.objects.filter(kind="letters.arrived").count(), Message.objects.count()) == (1, 3)


# ---- what it says ------------------------------------------------------------------------------------------------


def test_words_are_made_when_it_is_read(people: list[User], tell: Tell, now: datetime) -> None:
    (message,) = tell(people[:1], letter=7)
    (said,) = saying.said([message], to=people[0], now=now)
    assert said.text == ("信-7 标题7 到了", "信-7 标题7 arrived")
    assert "标题" not in str(message.slots)  # nobody's words lie in the message


def test_whoever_may_not_look_reads_no_particulars(people: list[User], tell: Tell, now: datetime) -> None:
    (message,) = tell(people[:1], letter=HIDDEN, slots={"number": "信-13"})
    (said,) = saying.said([message], to=people[0], now=now)
    assert said.about is None
    assert "13" not in said.text.zh + said.text.en


def test_a_wording_of_an_office_that_is_gone_can_still_be_read(people: list[User], tell: Tell, now: datetime) -> None:
    (message,) = tell(people[:1])
    del wordings._declared["letters.arrived"]
    (said,) = saying.said([message], to=people[0], now=now)
    assert said.text == wordings.GONE.text


def test_a_slot_that_nobody_fills_is_left_empty() -> None:
    wording = wordings.Wording("letters.x", wordings.Text("{number}：{unknown}。", "{number}: {unknown}."))
    assert wording.say({"number": "甲1"}) == ("甲1：。", "甲1: .")


def test_a_sort_that_is_none_is_refused(people: list[User], tell: Tell) -> None:
    with pytest.raises(ValueError, match="gossip"):
        tell(people, sort="gossip")
    assert tell(people, sort=Sort.TODO)[0].sort == "todo"
