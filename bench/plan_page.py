"""The plan page with its 123 indicators: SQL statements, and time against a bare view with a table of 120 rows."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import django
from figure import Figure
from sample import SAMPLE

ROUNDS = 60
CONNECTIONS = 8
SECONDS = 3.0  # of one window of throughput
WAITS = 180.0  # seconds, for a server to begin beside other work
WINDOWS = 5
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
HERE = Path(__file__).resolve().parent


def measure() -> Iterator[Figure]:
    """The two pages are asked for in turn, through the same middleware, by somebody who is signed in. Nothing is
    remembered between requests: the page is worked out anew each time."""
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        os.environ |= {"SHIXIAO_HOME": folder, "DATABASE_URL": "", "SHIXIAO_DEMO": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "shixiao.site.settings"
        django.setup()
        yield from _one_connection()
        yield from _eight_connections()


# ---- one connection --------------------------------------------------------------------------------------------


def _one_connection() -> Iterator[Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get, plan, bare = _prepared()
    for address in (plan, bare):
        get(address)
    with CaptureQueriesContext(connection) as captured:
        get(plan)
    statements = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
    yield Figure("SQL statements of the plan page", f"{len(statements)}", "≤ 8", len(statements) <= 8)
    times: dict[str, list[float]] = {plan: [], bare: []}
    for _ in range(ROUNDS):
        for address, taken in times.items():
            begun = time.perf_counter()
            get(address)
            taken.append(time.perf_counter() - begun)
    quick, full = statistics.median(times[bare]), statistics.median(times[plan])
    yield Figure("bare view, 120 rows of eight cells", f"{quick * 1000:.1f} ms")
    yield Figure("plan page, 123 indicators, nothing remembered", f"{full * 1000:.1f} ms")
    yield Figure("… against the bare view", f"{full / quick:.2f}×", "≤ 2×", full <= 2 * quick)


def _prepared() -> tuple[Callable[[str], None], str, str]:
    """A database with the sample in it; how to ask for a page; the addresses of both pages."""
    from bare import add_bare_view
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from shixiao.people import demonstration
    from shixiao.performance import actions

    now = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
    call_command("migrate", verbosity=0)
    officer = demonstration.ensure_accounts(now=now)[0]
    accepted = actions.accept_plan(SAMPLE.read_bytes(), name=SAMPLE.name, by=officer, now=now)
    add_bare_view()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(officer, backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get, reverse("performance:plan", args=[accepted.version.plan_id]), "/bare/"


# ---- eight connections -------------------------------------------------------------------------------------------


def _eight_connections() -> Iterator[Figure]:
    """Requests a second, by the server that `shixiao serve` runs with the same settings; the pages take turns."""
    from django.conf import settings
    from django.test import Client

    from shixiao.people.models import User
    from shixiao.site.serving import WORKERS

    client = Client()
    client.force_login(User.objects.get(username="demo-officer"), backend="shixiao.people.backends.Accounts")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    rates: dict[str, list[float]] = {"/plans/1/": [], "/bare/": []}
    with _server() as port:
        for address in rates:
            _throughput(port, address, headers, seconds=1.0)
        for _window in range(WINDOWS):
            for address, measured in rates.items():
                measured.append(_throughput(port, address, headers, seconds=SECONDS))
    plan, bare = (statistics.median(each) for each in rates.values())
    what = f"{CONNECTIONS} connections, granian with {WORKERS} workers"
    yield Figure(f"bare view, {what}", f"{bare:.0f} requests/s")
    yield Figure(f"plan page, {what}", f"{plan:.0f} requests/s")
    yield Figure("… the bare view against it", f"{bare / plan:.2f}×", "≤ 2×", bare <= 2 * plan)


@contextmanager
def _server() -> Iterator[int]:
    """A server of its own with both pages, ended afterwards."""
    process = subprocess.Popen([sys.executable, str(HERE / "bare.py")], stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline()) if process.stdout else 0
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + WAITS
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not begin to answer in time")


def _throughput(port: int, address: str, headers: dict[str, str], *, seconds: float) -> float:
    """Answers a second over all connections, each of which asks again as soon as it has its answer."""
    counts = [0] * CONNECTIONS
    begun = time.perf_counter()
    until = begun + seconds

    def asking(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < until:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{address} answered {answer.status}")
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=asking, args=[number]) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)
