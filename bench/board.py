"""The board: 123 indicators bound over up to ten million facts, now and on a past day; one of them, why it is this number, and the cases
behind it.

    python bench/board.py measure 1000000        prints what `measure` reads, on the database of DATABASE_URL
    python bench/board.py serve                  a server with the pages and their floors

The floor of a page is the same rows through the same middleware by the same person, with Django's ORM and as many cells of a template
(`board_floors`). A page keeps what it has worked out for as long as nothing of what it read has changed; the page with nothing kept is measured too.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from figure import Figure

HERE = Path(__file__).resolve().parent
SIZES = tuple(int(size) for size in os.environ.get("SHIXIAO_BENCH_FACTS", "100000,1000000,10000000").split(","))
ROUNDS = 60
CONNECTIONS, SECONDS, WINDOWS = 8, 3.0, 5
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
# Each page, what it is measured against, and how many statements it may take.
PAGES: dict[str, tuple[str, str, int | None]] = {
    "page": ("the page", "page_floor", 10),
    "page_anew": ("the page with nothing kept", "page_floor_anew", None),
    "past": ("the page of a past day", "past_floor", 10),
    "past_anew": ("the page of a past day with nothing kept", "past_floor_anew", None),
    "json": ("JSON", "json_floor", None),
    "indicator": ("the page of an indicator", "indicator_floor", None),
    "why": ("why it is this number", "why_floor", None),
    "why_json": ("why it is this number, JSON", "why_floor", None),
    "trace": ("50 cases behind a number", "trace_floor", None),
}
UNLIMITED = ("page_anew", "past_anew", "json")  # nothing was promised of them


def measure() -> Iterator[Figure]:
    """Each database and each size in a process of its own."""
    from evidence import POSTGRESQL, _folder

    for name, before in (("SQLite", []), ("PostgreSQL", [str(POSTGRESQL)])):
        for size in SIZES:
            with _folder() as surroundings:
                command = [*before, sys.executable, __file__, "measure", str(size)]
                done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
            yield from _figures(f"{size:,} facts, {name}", json.loads(done.stdout.splitlines()[-1]))


def _figures(what: str, found: dict[str, Any]) -> Iterator[Figure]:
    yield Figure(f"{what}: indicators with evidence of 123", str(found["measured"]))
    yield Figure(f"{what}: where 123 indicators stand, without a page", f"{found['read'] * 1000:.1f} ms")
    for page, (title, under, most) in PAGES.items():
        floor, took, many = found[under], found[page], found[f"{page}_statements"]
        is_promised = page not in UNLIMITED
        yield Figure(f"{what}: {title}", f"{took * 1000:.1f} ms against {floor * 1000:.1f} ms bare")
        yield Figure("… against the bare ORM", f"{took / floor:.2f}×", "≤ 2×" if is_promised else "",
                     took <= 2 * floor if is_promised else None)  # fmt: skip
        yield Figure("… statements", f"{many} against {found[f'{under}_statements']}", f"≤ {most}" if most else "",
                     many <= most if most else None)  # fmt: skip
    for page in ("page", "past"):
        title, under, _most = PAGES[page]
        rate, floor = found[f"{page}_rate"], found[f"{under}_rate"]
        yield Figure(f"{what}: {title}, {CONNECTIONS} connections", f"{rate:.0f}/s against {floor:.0f}/s bare")
        yield Figure("… of the bare ORM", f"{rate / floor:.2f}×", "≥ 0.5×", rate >= 0.5 * floor)


# ---- one connection, and eight ------------------------------------------------------------------------------------


def measured(size: int) -> dict[str, Any]:
    """Fill a database, and ask for the pages and their floors in turn: first in this process, then over the server."""
    from board_floors import add_floors
    from board_house import prepare
    from django.db import connection
    from django.utils import timezone

    from shixiao.performance import standing
    from shixiao.performance.models import PlanVersion

    begun = time.perf_counter()
    session, addresses = prepare(size)
    print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    add_floors()
    version = PlanVersion.objects.select_related("plan").get()
    board = standing.read(version, now=timezone.now())
    found: dict[str, Any] = {"measured": sum(row.basis == "measured" for row in board.rows)}
    calls: dict[str, Callable[[], object]] = {"read": lambda: standing.read(version, now=timezone.now())}
    calls |= _asking(session, addresses)
    found |= _statements(calls)
    found |= _timed(calls)
    print(json.dumps(found), file=sys.stderr)  # should the server not begin
    connection.close()
    return found | _rates(session, {name: addresses[name] for name in ("page", "page_floor", "past", "past_floor")})


def _asking(session: str, addresses: dict[str, str]) -> dict[str, Callable[[], object]]:
    """How to ask for each page, and for the two boards as if they had never been asked for."""
    from django.conf import settings
    from django.test import Client

    from shixiao.performance import remembering

    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    def anew(address: str) -> None:
        remembering.forget()
        get(address)

    calls: dict[str, Callable[[], object]] = {}
    for name, address in addresses.items():
        calls[name] = lambda address=address: get(address)  # type: ignore[misc]
    for name in ("page", "past"):
        calls[f"{name}_anew"] = lambda address=addresses[name]: anew(address)  # type: ignore[misc]
        calls[f"{name}_floor_anew"] = calls[f"{name}_floor"]  # in the same turns: what else the machine does changes
    return calls


def _statements(calls: dict[str, Callable[[], object]]) -> dict[str, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        told = [each for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
        found[f"{name}_statements"] = len(told)
        if "-v" in sys.argv:
            print(name, *(f"{each['time']} {each['sql'][:300]}" for each in told), sep="\n", file=sys.stderr)
    return found


def _timed(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median of each, asked for in turn; those that begin anew last, or the others would find nothing kept."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for is_anew in (False, True):
        for _ in range(ROUNDS):
            for name, call in calls.items():
                if name.endswith("_anew") is is_anew:
                    began = time.perf_counter()
                    call()
                    times[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in times.items()}


def _rates(session: str, addresses: dict[str, str]) -> dict[str, float]:
    from django.conf import settings

    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    rates: dict[str, list[float]] = {name: [] for name in addresses}
    process = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline()) if process.stdout else 0
        from plan_page import _throughput, _wait_for

        _wait_for(port)
        for address in addresses.values():
            _throughput(port, address, headers, seconds=1.0)
        for _window in range(WINDOWS):
            for name, address in addresses.items():
                rates[name].append(_throughput(port, address, headers, seconds=SECONDS))
    finally:
        process.terminate()
        process.wait(timeout=30)
    return {f"{name}_rate": statistics.median(each) for name, each in rates.items()}


def application(environ: dict[str, object], start_response: Callable[..., object]) -> object:
    """The house's application with the floors, made in each worker at its first request."""
    global _ready  # noqa: PLW0603 — one application for each worker process
    if _ready is None:
        import watching  # noqa: F401 — its measures are in the catalogue from here on
        from board_floors import add_floors

        from shixiao.site.wsgi import application as house

        add_floors()
        _ready = house
    return _ready(environ, start_response)  # type: ignore[operator]


_ready: object = None


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    if sys.argv[1] == "serve":
        import bare

        bare.serve("board:application")
    else:
        import django

        django.setup()
        import watching  # noqa: F401 — its measures are in the catalogue from here on

        print(json.dumps(measured(int(sys.argv[2]))), flush=True)
