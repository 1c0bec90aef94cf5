"""What people wrote lies apart from its event, bound by its hash."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger import kinds
from shixiao.ledger.book import Entry, NotRecordable, Reference, words_hash
from shixiao.ledger.models import Event, Words

pytestmark = pytest.mark.django_db
SUBJECT = Reference("people.user", "7")


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    kinds._declared["test.told"] = kinds.Kind("test.told", Text("说", "Told"), frozenset({"to"}), frozenset({"reason"}))
    yield
    del kinds._declared["test.told"]


def told(now: datetime, reason: str) -> Event:
    return ledger.record("test.told", subject=SUBJECT, by=None, now=now, texts={"reason": reason})


def test_the_event_carries_the_hash_and_not_the_words(now: datetime) -> None:
    event = told(now, "参事因病未能出席")
    (words,) = event.words.all()
    assert event.particulars == {"reason": words_hash("参事因病未能出席", salt=words.salt)}
    assert words.words == "参事因病未能出席"
    assert "因病" not in str(event.particulars)


def test_the_same_words_twice_have_two_hashes(now: datetime) -> None:
    assert told(now, "同意").particulars != told(now, "同意").particulars


def test_an_empty_text_leaves_nothing(now: datetime) -> None:
    assert told(now, "").particulars == {}
    assert not Words.objects.exists()


def test_erasing_leaves_the_hash_and_says_so(now: datetime) -> None:
    event = told(now, "住址")
    erased = ledger.erase(event, "reason", by=SUBJECT, now=now, ground="personal_information")
    assert not Words.objects.exists()
    event.refresh_from_db()
    assert event.particulars["reason"].startswith("sha256:")
    assert erased.particulars == {"event": event.pk, "name": "reason", "ground": "personal_information"}
    with pytest.raises(NotRecordable, match="no words"):
        ledger.erase(event, "reason", by=SUBJECT, now=now, ground="personal_information")


CHANGES = {
    "update": "UPDATE ledger_words SET words = 'x'",
    "replace": "INSERT INTO ledger_words (id, event_id, name, salt, words) SELECT id, event_id, name, salt, 'x' "
    "FROM ledger_words WHERE true ON CONFLICT (id) DO UPDATE SET words = 'x'",
} | (
    {"truncate": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE ledger_words"}
    if connection.vendor == "postgresql"
    else {"replace into": "REPLACE INTO ledger_words SELECT * FROM ledger_words"}
)


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_words_cannot_be_changed(now: datetime, statement: str) -> None:
    told(now, "原话")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Words.objects.get().words == "原话"


@pytest.mark.parametrize("words", ["密级：机密", "a\0b", "\ud800"])
def test_what_no_database_keeps_or_no_office_may_hold_is_refused(now: datetime, words: str) -> None:
    with pytest.raises(NotRecordable, match=r"mark of secrecy|no database keeps"):
        told(now, words)
    assert not Event.objects.exists()


def test_a_text_is_declared(now: datetime) -> None:
    with pytest.raises(NotRecordable, match="does not declare the text 'note'"):
        ledger.record("test.told", subject=SUBJECT, by=None, now=now, texts={"note": "x"})


def test_many_events_are_two_statements(now: datetime, django_assert_num_queries: object) -> None:
    entries = [
        Entry(kind="test.told", subject=SUBJECT, by=None, now=now, particulars={"to": n}, texts={"reason": f"第{n}"})
        for n in range(50)
    ]
    with django_assert_num_queries(2):  # type: ignore[operator]
        events = ledger.record_many(entries)
    assert [event.particulars["to"] for event in events] == list(range(50))
    assert [words.words for words in Words.objects.order_by("event")] == [f"第{n}" for n in range(50)]


def test_nothing_at_all_is_written_when_one_of_many_cannot_be(now: datetime) -> None:
    good = Entry(kind="test.told", subject=SUBJECT, by=None, now=now)
    with pytest.raises(NotRecordable):
        ledger.record_many([good, Entry(kind="test.unknown", subject=SUBJECT, by=None, now=now)])
    assert not Event.objects.exists()
