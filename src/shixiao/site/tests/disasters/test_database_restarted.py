"""The database is restarted under load: nothing acknowledged is missing, nothing is doubled, everybody is told, and everything heals by itself."""

import threading
from collections.abc import Callable
from itertools import count

import pytest

from shixiao.site.tests.disasters.clusters import Cluster
from shixiao.site.tests.disasters.households import Answer, House, wait_until
from shixiao.site.tests.processes import Browser

pytestmark = pytest.mark.cluster

PROGRAMS = 4


class Load:
    """Programs that register payments one after the other, each key until it is answered."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.acknowledged: set[str] = set()
        self.failed: list[Answer] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(PROGRAMS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _call(self, program: int) -> None:
        for number in count():
            key = f"{program}-{number}"
            while (answer := self.house.register(key)).status != 201:
                self.failed.append(answer)
                self._is_over.wait(0.2)
            self.acknowledged.add(key)
            if self._is_over.is_set():
                return


def test_nothing_acknowledged_is_missing_and_everything_heals_by_itself(
    cluster: Cluster, house_on: Callable[[str], House]
) -> None:
    here = house_on(cluster.url)
    server, worker = here.serve(), here.work()
    person = here.signed_in("clerk")
    with Load(here) as load:
        wait_until(lambda: len(load.acknowledged) >= 2 * PROGRAMS)
        cluster.restart()
        before = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) >= before + 2 * PROGRAMS)
        cluster.stop()
        wait_until(lambda: len(load.failed) >= 2 * PROGRAMS)
        everybody_is_told(here, person, load.failed)
        cluster.start()
        before = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) >= before + 2 * PROGRAMS)
    others = [answer.body for answer in load.failed if answer.status != 503]
    assert others == []
    here.check_payments(load.acknowledged)
    assert person.ask("GET", "/todo/")[0] == 200, "nobody signs in again"
    assert person.ask("GET", "/health/ready")[0] == 200
    wait_until(lambda: "the database is back" in here.said(worker))
    assert (server.poll(), worker.poll()) == (None, None), "neither was started again"
    here.is_verified()


def everybody_is_told(house: House, person: Browser, failed: list[Answer]) -> None:
    """Programs, people, and whoever watches."""
    assert failed[-1].problem() == "unavailable"
    assert failed[-1].headers["retry-after"] == "10"
    for method, says in (
        ("GET", "Open the page again in 10 seconds"),
        ("POST", "Your last step may not have been done"),
    ):
        status, page, headers = person.ask(method, "/todo/")
        assert (status, headers["retry-after"]) == (503, "10")
        assert "数据库暂时连不上" in page
        assert says in page
        assert "Traceback" not in page
    assert person.ask("GET", "/health/ready")[:2] == (503, "not ready\n")
    assert person.ask("GET", "/health/live")[0] == 200
    assert person.ask("GET", "/metrics")[0] == 503
    status, said = house.done("check-deploy")
    assert (status, "site.database" in said) == (1, True)
