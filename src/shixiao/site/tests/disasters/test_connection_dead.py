"""The connection to the database is dead without notice: no request waits for ever, nothing is doubled, and everything heals by itself.

The kernel's own notice of a line that is cut (`tcp_user_timeout`, keepalives) needs a network without acknowledgements, which a test has not;
that the settings reach libpq is looked at instead.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from shixiao.site.tests.disasters.clusters import Cluster
from shixiao.site.tests.disasters.households import House, wait_until
from shixiao.site.tests.disasters.pipes import Pipe
from shixiao.site.tests.processes import surroundings

pytestmark = pytest.mark.cluster

IMPATIENT = {
    "SHIXIAO_DATABASE_PATIENCE": "1",
    "SHIXIAO_DATABASE_PATIENCE_OF_WORKER": "1",
    "SHIXIAO_DATABASE_CONNECT": "2",
}


@pytest.fixture
def pipe(cluster: Cluster) -> Iterator[Pipe]:
    """A network to the cluster."""
    made = Pipe(cluster.url)
    yield made
    made.close()


def test_no_request_waits_for_ever_and_everything_heals_by_itself(
    cluster: Cluster, pipe: Pipe, house_on: Callable[[str], House]
) -> None:
    here = house_on(cluster.url)
    here.told["straight"], here.database = here.database, pipe.through(here.database)
    here.more |= IMPATIENT
    server, worker = here.serve(), here.work()
    person = here.signed_in("clerk")
    assert here.register("before").status == 201

    pipe.die()
    answer = here.register("meanwhile")
    assert (answer.status, answer.problem()) == (503, "unavailable")
    status, page, _ = person.ask("GET", "/todo/")
    assert (status, "数据库暂时连不上" in page) == (503, True)
    assert person.ask("GET", "/health/ready")[0] == 503
    assert person.ask("GET", "/health/live")[0] == 200
    wait_until(lambda: "the database is away" in here.said(worker))

    pipe.revive()
    wait_until(lambda: here.register("meanwhile").status == 201)
    wait_until(lambda: person.ask("GET", "/todo/")[0] == 200)
    wait_until(lambda: "the database is back" in here.said(worker))

    # Done, and nobody heard of it: whoever sends it again under the same key is told what was done. What is lost may be the answer to another's
    # COMMIT, the worker's for one: then it is tried once more.
    unheard: list[str] = []
    is_replayed = False
    while not is_replayed:
        unheard.append(f"unheard-{len(unheard)}")
        assert len(unheard) < 20
        pipe.loses_answer_to = b"COMMIT"
        answer = here.register(unheard[-1])
        assert answer.status in (201, 503), answer
        if answer.status == 503:
            assert not pipe.loses_answer_to
            again = here.register(unheard[-1])
            while again.status == 503:  # another thread's connection may have been meant
                again = here.register(unheard[-1])
            assert again.status == 201
            is_replayed = again.headers.get("idempotency-replayed") == "true"

    pipe.reset()
    wait_until(lambda: here.register("after").status == 201)
    here.check_payments(["before", "meanwhile", *unheard, "after"])
    assert (server.poll(), worker.poll()) == (None, None)
    here.is_verified()


SETTINGS_OF_SERVER = ("tcp_keepalives_idle", "statement_timeout", "idle_in_transaction_session_timeout")
ASKED = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "shixiao.site.settings"
django.setup()
from django.db import connection
import shixiao.site.wsgi
connection.ensure_connection()
told = dict(line.split("=", 1) for line in (f"{each.keyword.decode()}={(each.val or b'').decode()}" for each in connection.connection.pgconn.info))
print(told["connect_timeout"], told["tcp_user_timeout"], told["keepalives_idle"], told["keepalives_interval"])
with connection.cursor() as cursor:
    for name in %r:
        cursor.execute(f"SHOW {name}")
        print(cursor.fetchone()[0])
"""


def test_the_kernel_and_the_server_are_asked_to_look_whether_the_other_is_there(
    cluster: Cluster, house_on: Callable[[str], House]
) -> None:
    """A machine that was cut off must not hold its locks for hours."""
    here = house_on(cluster.url)
    environment = surroundings(here.folder, DATABASE_URL=here.database, SHIXIAO_DATABASE_SILENCE="12")
    command = [sys.executable, "-c", ASKED % (SETTINGS_OF_SERVER,)]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert said.splitlines() == ["5 12000 12 4", "12", "1min", "2min"]
