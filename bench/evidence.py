"""Evidence: a board of 123 gauges over up to ten million facts, the cases behind one number, and a rebuild of a million facts.

    python bench/evidence.py board 1000000       prints what `measure` reads, on the database of DATABASE_URL
    python bench/evidence.py fill 1000000        a house with cases from which so many facts follow
    python bench/evidence.py rebuild 1000000     works them out, in a process that did nothing else

The floors are the same requests by the same person through the same middleware: one reads the sums of the 123 gauges with Django's
ORM and puts them into a table of as many cells, the other fifty facts with their cases.
"""

import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import floors
from figure import Figure

HERE = Path(__file__).resolve().parent
POSTGRESQL = HERE.parent / "tools" / "with-postgresql"
SIZES = tuple(int(size) for size in os.environ.get("SHIXIAO_BENCH_FACTS", "100000,1000000,10000000").split(","))
REBUILT = (100_000, 1_000_000)
FACTS_OF_A_CASE = 9  # six gauges, three of which say something twice
ROUNDS = 60
PAGE = 50
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
BOARD_FLOOR = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr><td>{{ row.gauge }}</td><td>{{ row.wording }}</td>
<td>{{ row.met }}</td><td>{{ row.missed }}</td><td>{{ row.pending }}</td><td>{{ row.not_counted }}</td><td>{{ row.total }}</td>
<td>{{ row.weight }}</td></tr>{% endfor %}</table>"""
CASES_FLOOR = """<!doctype html><title>bare</title><table>{% for fact, case in rows %}<tr><td>{{ case.number }}</td><td>{{ case.title }}</td>
<td>{{ fact.day }}</td><td>{{ fact.outcome }}</td><td>{{ fact.reason }}</td><td>{{ case.unit.name }}</td><td>{{ fact.known_at }}</td>
<td>{{ fact.value }}</td></tr>{% endfor %}</table>"""


def measure() -> Iterator[Figure]:
    """Each database and each size in a process of its own."""
    for name, before in (("SQLite", []), ("PostgreSQL", [str(POSTGRESQL)])):
        yield from _boards(name, before)
        yield from _rebuilds(name, before)


def _boards(name: str, before: list[str]) -> Iterator[Figure]:
    boards: dict[int, dict[str, Any]] = {}
    for size in SIZES:
        with _folder() as surroundings:
            boards[size] = found = _run(before, surroundings, "board", size)
        what = f"{size:,} facts, {name}"
        yield Figure(f"{what}: the readings of 123 gauges alone", f"{found['readings'] * 1000:.1f} ms")
        for page, floor, title in (("board", "board_floor", "board of 123"), ("cases", "cases_floor", "50 cases")):
            yield Figure(f"{what}: {title}, bare ORM", f"{found[floor] * 1000:.1f} ms")
            if page not in found:
                continue
            ratio = found[page] / found[floor]
            statements = found[f"{page}_statements"]
            yield Figure(f"{what}: {title}, the page", f"{found[page] * 1000:.1f} ms, {statements} statements")
            yield Figure("… against the bare ORM", f"{ratio:.2f}×", "≤ 2×", ratio <= 2)
    part = "board" if "board" in boards[SIZES[0]] else "readings"
    for many in SIZES[1:]:
        growth = boards[many][part] / boards[SIZES[0]][part]
        what = f"the {part} over {many:,} facts against {SIZES[0]:,}, {name}"
        yield Figure(what, f"{growth:.2f}×", "≤ 1.3×", growth <= 1.3)


def _rebuilds(name: str, before: list[str]) -> Iterator[Figure]:
    """On PostgreSQL filling and rebuilding share the throw-away server, so both run below it."""
    peaks: dict[int, float] = {}
    for size in REBUILT:
        with _folder() as surroundings:
            found = _run(before, surroundings, "fill_and_rebuild", size)
        peaks[size] = found["peak"]
        what = f"rebuild of {found['facts']:,} facts of {found['cases']:,} cases, {name}"
        limit = size == REBUILT[-1]
        yield Figure(
            what, f"{found['seconds']:.0f} s", "< 120 s" if limit else "", found["seconds"] < 120 if limit else None
        )
        yield Figure("… of which putting them into cells", f"{found['folding']:.0f} s")
        yield Figure("… once more, with every fact there already", f"{found['again']:.0f} s")
    first, last = (peaks[size] for size in REBUILT)
    growth = last / first
    yield Figure(f"memory of {REBUILT[-1]:,} against {REBUILT[0]:,}, {name}", f"{last:.0f} MB against {first:.0f} MB",
                 "flat (within 15%)", growth <= 1.15)  # fmt: skip


@contextmanager
def _folder() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        yield surroundings | {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}


def _run(before: list[str], surroundings: dict[str, str], what: str, size: int) -> dict[str, Any]:
    command = [*before, sys.executable, __file__, what, str(size)]
    done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- boards -------------------------------------------------------------------------------------------------------


def board(size: int) -> dict[str, Any]:
    """Fill a database, and time both pages and their floors in turn."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone
    from evidence_house import YEAR, check, fill_facts, gauges

    from shixiao.ledger import readings

    get = _prepared()
    ids = [gauge.pk for gauge in gauges(123, timezone.now())]
    begun = time.perf_counter()
    fill_facts(size, ids)
    _cases_behind(ids[0])
    print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    if size <= 1_000_000:
        check(ids)
    asked = [readings.Asked(gauge, gauge, readings.Days.year(YEAR)) for gauge in ids]
    addresses = {"board_floor": "/bare/board/", "cases_floor": f"/bare/cases/{ids[0]}/"} | _pages(ids[0])
    calls: dict[str, Callable[[], object]] = {"readings": lambda: readings.board(asked)}
    calls |= {name: (lambda address=address: get(address)) for name, address in addresses.items()}
    found: dict[str, Any] = {}
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        statements = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
        found[f"{name}_statements"] = len(statements)
        if "-v" in sys.argv:
            print(
                name,
                *(f"{each['time']} {each['sql'][:600]}" for each in captured.captured_queries),
                sep="\n",
                file=sys.stderr,
            )
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - began)
    return found | {name: statistics.median(taken) for name, taken in times.items()}


def _pages(gauge: int) -> dict[str, str]:
    """The pages, where this version of the house has them."""
    from django.urls import NoReverseMatch, reverse

    try:
        return {"board": reverse("casework:evidence"), "cases": reverse("casework:gauge", args=(gauge,))}
    except NoReverseMatch:
        return {}


def _prepared() -> Callable[[str], None]:
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone
    from evidence_house import PROJECTS, UNITS, YEAR

    from shixiao.casework.models import Project
    from shixiao.people import actions
    from shixiao.people.models import Role

    call_command("migrate", verbosity=0)
    now = timezone.now()
    top, since = None, date(2020, 1, 1)
    for number in range(1, UNITS + 1):
        unit = actions.create_unit(f"模拟单位{number}", code=f"B{number}", parent=top, since=since, by=None, now=now)
        top = top or unit
    for number in range(1, PROJECTS + 1):
        Project.objects.create(unit=top, name=f"模拟项目{number}", since_year=YEAR, until_year=YEAR)
    me = actions.create_account(
        "bench", display_name="模拟人", role=Role.OFFICER, password=secrets.token_urlsafe(12), by=None, now=now
    )
    _add_floors()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(me, backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get


def _cases_behind(gauge: int) -> None:
    """The cases of the first pages of one number; nobody looks at the others."""
    from shixiao.casework.models import Case
    from shixiao.ledger.models import Fact

    rows = Fact.objects.filter(gauge_id=gauge).order_by("day", "case_id")[: 10 * PAGE]
    Case.objects.bulk_create(
        Case(
            id=row.case_id,
            number=f"支2026-{row.case_id:08d}",
            kind="payments.payment",
            title=f"第{row.case_id}笔模拟支出（模拟收款人）",
            unit_id=row.unit,
            project_id=row.project,
            state="paid",
            opened_at=row.known_at,
            closed_at=row.known_at,
        )
        for row in rows
    )


def _add_floors() -> None:
    from django.db.models import Sum
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import path
    from evidence_house import YEAR

    from shixiao.casework.models import Case
    from shixiao.ledger.models import Fact, Gauge, MonthCell

    of_board, of_cases = (engines["django"].from_string(each) for each in (BOARD_FLOOR, CASES_FLOOR))
    numbers = ("met", "missed", "pending", "not_counted", "total", "weight")

    def bare_board(request: Any) -> HttpResponse:
        cells = MonthCell.objects.filter(month__gte=YEAR * 100 + 1, month__lte=YEAR * 100 + 12).order_by()
        sums = {row["gauge"]: row for row in cells.values("gauge").annotate(**{name: Sum(name) for name in numbers})}
        rows = [sums[gauge.pk] | {"wording": gauge.measure} for gauge in Gauge.objects.order_by("id")]
        return HttpResponse(of_board.render({"rows": rows}, request))

    def bare_cases(request: Any, gauge: int) -> HttpResponse:
        here = Fact.objects.filter(
            gauge=gauge, superseded_at=None, day__gte=date(YEAR, 1, 1), day__lt=date(YEAR + 1, 1, 1)
        )
        facts = list(here.order_by("day", "case_id", "part")[:PAGE])
        cases = Case.objects.select_related("unit").in_bulk([fact.case_id for fact in facts])
        return HttpResponse(of_cases.render({"rows": [(fact, cases[fact.case_id]) for fact in facts]}, request))

    floors.add(path("bare/board/", bare_board), path("bare/cases/<int:gauge>/", bare_cases))


# ---- rebuild ------------------------------------------------------------------------------------------------------


def fill_and_rebuild(size: int) -> dict[str, Any]:
    """Fill in one process, rebuild in the next, whose memory is its own."""
    for what in ("fill", "rebuild"):
        done = subprocess.run(
            [sys.executable, __file__, what, str(size)], stdout=subprocess.PIPE, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(size: int) -> dict[str, Any]:
    """Cases with what happened to them, and the gauges that are to look at them."""
    from django.core.management import call_command
    from evidence_house import OPENED, fill_cases, gauges

    from shixiao.people import actions

    call_command("migrate", verbosity=0)
    unit = actions.create_unit(
        "模拟市政府办公厅", code="BENCH", parent=None, since=date(2020, 1, 1), by=None, now=OPENED
    )
    fill_cases(size // FACTS_OF_A_CASE, unit, have_events=True)
    gauges(6, OPENED)
    return {}


def rebuild(size: int) -> dict[str, Any]:
    """As the worker does it: batch after batch of cases, then batch after batch of facts into the cells."""
    import watching
    from evidence_house import LATER

    from shixiao.casework import assessing
    from shixiao.casework.models import Case
    from shixiao.ledger import folding, gauges
    from shixiao.ledger.models import Fact

    del watching
    begun = time.perf_counter()
    while assessing.catch_up(LATER):
        pass
    assessed = time.perf_counter()
    while folding.fold(LATER):
        pass
    done, worked = time.perf_counter(), time.process_time()
    gauges.ask_rebuild(by=None, now=LATER)
    gauges.forget()
    while assessing.catch_up(LATER):
        pass
    again = time.perf_counter()
    if "-v" in sys.argv:
        told = f"assessing {assessed - begun:.1f} folding {done - assessed:.1f} again {again - done:.1f}"
        print(f"{told}; this process computed {worked:.1f} until everything was folded", file=sys.stderr)
    return {
        "facts": Fact.objects.count(),
        "cases": Case.objects.count(),
        "seconds": done - begun,
        "folding": done - assessed,
        "again": again - done,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    import django

    django.setup()
    sys.path.insert(0, str(HERE))
    import watching  # noqa: F401 — its measures are in the catalogue from here on

    told = {"board": board, "fill": fill, "rebuild": rebuild, "fill_and_rebuild": fill_and_rebuild}[sys.argv[1]](
        int(sys.argv[2])
    )
    print(json.dumps(told), flush=True)
