"""The clock an hour forward and back, over midnight, on a machine in a wrong time zone: nothing fires twice, nothing is lost, and it is told."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shixiao.site.tests.disasters.households import Answer, House, wait_until

pytestmark = pytest.mark.database
HOUR = 3600.0


def test_an_hour_forward_and_back_over_midnight(house: House) -> None:
    here = house
    here.more["TZ"] = "America/New_York"
    before_midnight = half_past_eleven()
    here.shift(before_midnight)
    server, worker = here.serve(), here.work()
    person = here.signed_in("clerk")
    first = number_of(here.register("first"))
    wait_until(lambda: here.left_to_do() == {} and len(frozen(here)) > 0)

    here.shift(before_midnight + HOUR)
    days = len(frozen(here))
    ahead = number_of(here.register("ahead"))
    status, _, headers = person.ask("GET", "/todo/")
    assert (status, "/sign-in/" in headers.get("location", "")) == (302, True), "an hour without use"
    person = here.signed_in("clerk")
    wait_until(lambda: len(frozen(here)) > days)
    told = frozen(here)

    here.shift(before_midnight)
    back = number_of(here.register("back"))
    assert person.ask("GET", "/todo/")[0] == 200
    assert approve(here, first).status == 200
    refused = approve(here, ahead)
    assert (refused.status, refused.problem()) == (422, "before-the-case")
    assert "时钟" in refused.body
    status, said = here.done("check-deploy")
    assert (status, "site.clock-back" in said, "site.time-zone" in said) == (1, True, True)
    here.shift(before_midnight + 31 * 60)  # half an hour without use is counted from the true moment
    assert person.ask("GET", "/todo/")[0] == 302

    here.shift(before_midnight + 12 * HOUR)
    wait_until(
        lambda: here.left_to_do() == {} and beaten_since(here, before_midnight + 11 * HOUR),
        otherwise=lambda: (here.left_to_do(), here.said(worker)[-2000:]),
    )
    assert [approve(here, each).status for each in (ahead, back)] == [200, 200]
    assert frozen(here) == told, "no night is frozen twice"
    here.check_payments(["first", "ahead", "back"])
    assert (server.poll(), worker.poll()) == (None, None)
    assert "job failed" not in here.said(worker)
    status, said = here.done("check-deploy")
    assert "site.clock-back" not in said
    assert "site.clock-was-back" in said
    # What was frozen in the hour that had not come stays as it was published, and verifying says why it differs.
    status, said = here.done("verify")
    assert status == 1
    assert {line.split()[0] for line in said.splitlines() if line[0] != " "} <= {"frozen", "cases", "the"}, said
    assert "the clock was set back" in said


def half_past_eleven() -> float:
    """So many seconds away is half past eleven at night, in Shanghai, in two days."""
    there = (datetime.now(UTC) + timedelta(days=2)).replace(hour=15, minute=30)
    return (there - datetime.now(UTC)).total_seconds()


def number_of(answer: Answer) -> int:
    """The id of what was registered."""
    assert answer.status == 201, answer
    return int(json.loads(answer.body)["id"])


def approve(house: House, case: int) -> Answer:
    """The approver takes the next step."""
    return house.call("POST", f"/api/v1/cases/{case}/steps/approve", {}, by="approver")


def frozen(house: House) -> list[tuple[object, ...]]:
    """Every day that was frozen, and how many readings."""
    return house.rows("SELECT day, readings FROM ledger_frozenday ORDER BY day")


def beaten_since(house: House, seconds: float) -> bool:
    """A worker has shown a sign of life by a clock at least so far ahead."""
    since = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")
    zone = "+00" if house.database else ""
    return bool(house.rows(f"SELECT 1 FROM ledger_workerheartbeat WHERE seen_at > '{since}{zone}'"))  # noqa: S608
