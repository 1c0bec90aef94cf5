"""Two workers by mistake: every timer fires once, each message goes out once, facts are the same, and somebody is told."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shixiao.messages.tests.servers import MailServer, running
from shixiao.site.tests.disasters.households import House, wait_until

pytestmark = pytest.mark.database
PAYMENTS = 12
LATE = timedelta(days=20)  # a payment is to be dealt with within ten working days, a holiday of a week between


@pytest.fixture
def mails() -> Iterator[MailServer]:
    """A mail server that remembers."""
    server = MailServer()
    with running(server):
        yield server


def test_two_workers_share_and_nothing_is_done_twice(house: House, mails: MailServer) -> None:
    here = house
    here.more |= {
        "SHIXIAO_MAIL_HOST": "127.0.0.1",
        "SHIXIAO_MAIL_PORT": str(mails.port),
        "SHIXIAO_MAIL_TLS": "none",
        "SHIXIAO_MAIL_SENDER": "noreply@example.cn",
        "SHIXIAO_ADDRESS": "https://plans.example.cn",
    }
    here.shift(0)
    here.serve()
    for number in range(PAYMENTS):
        assert here.register(str(number)).status == 201
    days = to_ten_in_the_morning(LATE)
    here.shift(days.total_seconds())
    workers = [here.work(), here.work()]
    wait_until(lambda: passed(here).total() >= PAYMENTS and here.left_to_do() == {})
    while queued(here):  # at night, and over a holiday, a mail waits for a working hour
        days += timedelta(days=1)
        here.shift(days.total_seconds())
        wait_until(lambda: here.left_to_do() == {})
    assert set(passed(here).values()) == {1}
    assert len(passed(here)) == PAYMENTS
    assert rungs_are_climbed_once(here)
    sent = here.rows("SELECT count(*) FROM outbox_delivery WHERE channel = 'email' AND state <> 'withdrawn'")[0][0]
    keys = [re.search(rb"(?im)^Message-ID: *(\S+)", mail) for mail in mails.mails]
    assert len(keys) == sent > 0
    assert len({key[1] for key in keys if key}) == sent

    _, said = here.done("check-deploy")
    assert "site.workers" in said
    assert all(f":{worker.pid}" in said for worker in workers)
    assert [worker.poll() for worker in workers] == [None, None]
    assert not any("job failed" in here.said(worker) or "is away" in here.said(worker) for worker in workers)
    here.is_verified()


def to_ten_in_the_morning(after: timedelta) -> timedelta:
    """So far away is ten in the morning, in Shanghai, of the day after so much time."""
    there = datetime.now(UTC) + after
    return there.replace(hour=2, minute=0) - datetime.now(UTC)


def passed(house: House) -> Counter[str]:
    """Of each case how often it was written down that a limit passed."""
    rows = house.rows("SELECT subject_id FROM ledger_event WHERE kind = 'casework.limit_passed'")
    return Counter(str(case) for (case,) in rows)


def queued(house: House) -> int:
    """Mails that were not handed over."""
    return int(house.rows("SELECT count(*) FROM outbox_delivery WHERE state = 'queued'")[0][0])


def rungs_are_climbed_once(house: House) -> bool:
    """Nobody has two messages of one event."""
    rows = house.rows("SELECT event_id, person_id, count(*) FROM outbox_message GROUP BY event_id, person_id")
    return bool(rows) and all(number == 1 for _event, _person, number in rows)
