"""Statistics of supervised tasks over ten thousand and a million of them, on PostgreSQL, against the same cells by bare ORM.

    python bench/supervision_statistics.py measure 1000000     prints what `measure` reads, on the database of DATABASE_URL

The floor is the same request by the same person through the same middleware: it reads the cells of the same gauges and the same year with
Django's ORM and puts them into a table of as many cells, and asks nothing else. Before anything is timed, what the page reads is held against
a recount of every fact.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import floors
from figure import Figure

HERE = Path(__file__).resolve().parent
POSTGRESQL = HERE.parent / "tools" / "with-postgresql"
FEW, MANY = 10_000, 1_000_000
SIZES = tuple(int(size) for size in os.environ.get("SHIXIAO_BENCH_TASKS", f"{FEW},{MANY}").split(","))
ROUNDS = 80
YEAR = 2026
UNITS, LEADERS, TAGS = 60, 12, 40
SOURCES = ("meeting", "document", "instruction", "work_report", "proposal", "petition", "media", "routine")
WAITING = 200  # versions that no worker has folded yet
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
PAGES = {"unit": "by unit", "tag": "by tag", "month": "by month"}
BARE = """<!doctype html><title>bare</title><table>{% for name, cells in rows %}<tr><th>{{ name }}</th>{% for each in cells %}<td>{{ each }}</td>
{% endfor %}</tr>{% endfor %}</table>"""
# Of each measure: how often it says something of a task (of 100), with what outcomes, and on which day after the entrusting.
AMOUNT = 5
FACTS: tuple[tuple[str, int, str, str], ...] = (
    ("issued", 100, "CASE WHEN n % 50 = 0 THEN 4 ELSE 1 END", "0"),
    ("done_in_time", 85, "CASE WHEN n % 13 = 0 THEN 2 ELSE 1 END", "20 + n % 30"),
    ("done_by_first_limit", 85, "CASE WHEN n % 7 = 0 THEN 2 ELSE 1 END", "20 + n % 20"),
    ("closed", 75, "1", "25 + n % 40"),
    ("returned", 70, "CASE WHEN n % 9 = 0 THEN 1 ELSE 2 END", "18 + n % 30"),
    ("extensions", 100, "5", "0"),
    ("reminders", 100, "5", "0"),
    ("handling_time", 75, "5", "17 + n % 30"),
    ("in_hand", 25, "1", "0"),
    ("overdue", 10, "1", "10 + n % 20"),
)


def measure() -> Iterator[Figure]:
    """Each size in a process of its own."""
    found: dict[int, dict[str, Any]] = {}
    for size in SIZES:
        found[size] = of_size = _measured(size)
        what = f"statistics over {size:,} tasks, {of_size['facts']:,} facts, PostgreSQL"
        yield Figure(f"{what}: equal to a recount", "yes", "yes", of_size["is_equal"])
        for by, title in PAGES.items():
            took = of_size[f"read_{by}"] * 1000
            yield Figure(f"{what}: read {title}", f"{took:.1f} ms", "≤ 25 ms", took <= 25)
        for by, title in PAGES.items():
            page, floor = of_size[f"page_{by}"], of_size[f"floor_{by}"]
            yield Figure(f"{what}: bare ORM, {title}", f"{floor * 1000:.1f} ms")
            yield Figure(
                f"{what}: the page, {title}", f"{page * 1000:.1f} ms, {of_size[f'statements_{by}']} statements"
            )
            yield Figure("… against the bare ORM", f"{page / floor:.2f}×")
    for size in SIZES[1:]:
        growth = found[size]["page_unit"] / found[SIZES[0]]["page_unit"]
        what = f"the page by unit over {size:,} tasks against {SIZES[0]:,}"
        yield Figure(what, f"{growth:.2f}×", "≤ 1.5×", growth <= 1.5)


def _measured(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        surroundings |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        command = [str(POSTGRESQL), sys.executable, __file__, "measure", str(size)]
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- in the process ------------------------------------------------------------------------------------------------


def main(size: int) -> None:
    """Fill a database, hold what is read against a recount, and time readings, pages and floors in turn."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from shixiao.offices.supervision.statistics import periods, reading

    call_command("migrate", verbosity=0)
    now = timezone.now()
    get = _prepared(size)
    period = periods.read(str(YEAR), today=now.date())
    is_equal = _is_equal(period)
    calls: dict[str, Callable[[], object]] = {}
    for by in PAGES:
        calls[f"read_{by}"] = lambda by=by: reading.read(period, by, now=now)  # type: ignore[misc]
        calls[f"page_{by}"] = lambda by=by: get(f"/offices/supervision/statistics/?period={YEAR}&by={by}")  # type: ignore[misc]
        calls[f"floor_{by}"] = lambda by=by: get(f"/bare/{by}/")  # type: ignore[misc]
    found: dict[str, Any] = {"is_equal": is_equal, "facts": _count()}
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        if name.startswith("page_"):
            sent = [each for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
            found[name.replace("page_", "statements_")] = len(sent)
            if "-v" in sys.argv:
                print(name, *(f"{each['time']} {each['sql'][:300]}" for each in sent), sep="\n", file=sys.stderr)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _round in range(ROUNDS):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - begun)
    print(json.dumps(found | {name: statistics.median(taken) for name, taken in times.items()}))


def _count() -> int:
    from shixiao.ledger.models import Fact

    return Fact.objects.count()


def _is_equal(period: Any) -> bool:
    """What the page reads by unit and by tag, and the medians, against every fact looked at on its own."""
    from shixiao.engine.measures.bins import about
    from shixiao.ledger import by_aspect, gauges

    ids = {each.measure.name: each.id for each in gauges.current(_now()).gauges}
    rate, hours = ids["supervision.done_in_time"], ids["supervision.handling_time"]
    for by in ("unit", "tag"):
        asked = by_aspect.Asked([rate], period.days, by)
        (told,) = by_aspect.board([asked])
        counted = by_aspect.recount(asked)
        if {key: (each.met, each.missed) for key, each in told.items()} != {
            key: (each.met, each.missed) for key, each in counted.items()
        }:
            return False
    of_hours = by_aspect.recount(by_aspect.Asked([hours], period.days, "unit"))
    (middles,) = by_aspect.medians(hours, [(period.days, "unit", by_aspect.By.VALUE)])
    return middles == {value: about(each.bins, Fraction(1, 2)) for (_gauge, value), each in of_hours.items()}


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _prepared(size: int) -> Callable[[str], None]:
    from django.test import Client

    from shixiao.casework import vocabulary
    from shixiao.ledger import gauges
    from shixiao.people import actions
    from shixiao.people.models import Role

    now, top, since = _now(), None, date(2020, 1, 1)
    for number in range(1, UNITS + 1):
        unit = actions.create_unit(f"模拟单位{number}", code=f"B{number}", parent=top, since=since, by=None, now=now)
        top = top or unit
    people = [
        actions.create_account(f"bench{n}", display_name=f"模拟{n}", role=Role.OFFICER if n == 0 else Role.STAFF,
                               password=secrets.token_urlsafe(12), by=None, now=now)
        for n in range(LEADERS + 1)
    ]  # fmt: skip
    tags = [vocabulary.create(f"模拟标签{n}", by=None, now=now).pk for n in range(TAGS)]
    put = gauges.put_many([(f"supervision.{name}", {}) for name, *_more in FACTS], by=None, now=now)
    units = _ids("people_unit")
    _fill(size, [gauge.pk for gauge in put], units=units, leaders=[each.pk for each in people[1:]], tags=tags)
    _add_floor([gauge.pk for gauge in put])
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(people[0], backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get


def _ids(table: str) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id")  # noqa: S608 — a name of our own
        return [key for (key,) in cursor.fetchall()]


def _fill(size: int, gauges: list[int], *, units: list[int], leaders: list[int], tags: list[int]) -> None:
    """The facts of so many tasks over two years, and the cells by the program's own statements. The last ones are not folded yet."""
    from django.db import connection

    from shixiao.ledger import folding

    columns = (
        "gauge_id, case_id, part, version, known_at, event_id, outcome, otherwise, day, month, unit, project, contract, "
        "topic, subject, reason, value, weight, bin, aspects, is_folded"
    )
    picked = {name: f"(ARRAY{values})[n * {step} % {len(values)} + 1]" for name, values, step in (
        ("unit", units, 31), ("leader", leaders, 7), ("source", list(SOURCES), 3), ("tag", tags, 11), ("other", tags, 17))}  # fmt: skip
    aspects = (
        f"'kind=' || CASE WHEN n % 10 = 0 THEN 'part' WHEN n % 4 = 0 THEN 'routine' ELSE 'single' END || ' leader=' || {picked['leader']} "
        f"|| ' source=' || {picked['source']} || CASE WHEN n % 3 = 0 THEN '' ELSE ' tag=' || {picked['tag']} END "
        f"|| CASE WHEN n % 5 <> 0 OR {picked['tag']} = {picked['other']} OR n % 3 = 0 THEN '' ELSE ' tag=' || {picked['other']} END "
        f"|| ' unit=' || {picked['unit']}"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'") if connection.in_atomic_block else cursor.execute(
            "SET work_mem = '128MB'"
        )
        for gauge, (name, often, outcome, later) in zip(gauges, FACTS, strict=True):
            ticks = "(n * 7919 % 400 + 1) * 6000" if name == "handling_time" else "(n % 4) / 3 * 10000"
            value = ticks if outcome == str(AMOUNT) else "0"
            cursor.execute(
                f"INSERT INTO ledger_fact ({columns}) SELECT {gauge}, n, 0, 1, day + TIME '20:00', n, {outcome}, 0, day, "  # noqa: S608
                f"EXTRACT(YEAR FROM day)::int * 100 + EXTRACT(MONTH FROM day)::int, {picked['unit']}, 0, 0, 0, 0, "
                f"CASE WHEN {outcome} = 4 THEN 'cancelled' ELSE '' END, {value}, CASE WHEN {outcome} = {AMOUNT} THEN 10000 ELSE 0 END, "
                f"NULL, {aspects}, n <= {size - WAITING // len(FACTS)} "
                f"FROM (SELECT n, DATE '2025-01-01' + (n * 7919 % 700)::int + ({later})::int AS day FROM generate_series(1::bigint, {size}::bigint) AS n "
                f"WHERE n * 37 % 100 < {often}) s"
            )
        _fill_bins(cursor)
        for statement in folding._into_aspects(folding._facts("f", "f.superseded_at IS NULL AND f.is_folded")):  # noqa: SLF001
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def _fill_bins(cursor: Any) -> None:
    """The bin of each amount, as the program works it out."""
    from shixiao.engine.measures.bins import bin_of_ticks

    cursor.execute(f"SELECT DISTINCT value FROM ledger_fact WHERE outcome = {AMOUNT}")  # noqa: S608
    pairs = [(value, bin_of_ticks(value)) for (value,) in cursor.fetchall()]
    listed = ", ".join(f"({value}, {bin_})" for value, bin_ in pairs)
    cursor.execute(
        f"UPDATE ledger_fact f SET bin = b.bin FROM (VALUES {listed}) b(value, bin) WHERE f.outcome = {AMOUNT} AND f.value = b.value"  # noqa: S608
    )


def _add_floor(gauges: list[int]) -> None:
    from django.db.models import Sum
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import path

    from shixiao.ledger.models import AspectCell

    template = engines["django"].from_string(BARE)
    numbers = ("met", "missed", "amounts", "total")

    def bare(request: Any, by: str) -> HttpResponse:
        cells = AspectCell.objects.filter(gauge__in=gauges, aspect="kind" if by == "month" else by)
        cells = (
            cells.filter(period__gt=YEAR * 100, period__lte=YEAR * 100 + 12)
            if by == "month"
            else cells.filter(period=YEAR * 100)
        )
        key = "period" if by == "month" else "value"
        rows: dict[Any, list[Any]] = {}
        for cell in cells.order_by(key, "gauge").values(key, "gauge").annotate(**{name: Sum(name) for name in numbers}):
            rows.setdefault(cell[key], []).append([cell[name] for name in numbers])
        return HttpResponse(template.render({"rows": list(rows.items())}, request))

    floors.add(path("bare/<str:by>/", bare))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main(int(sys.argv[2]))
