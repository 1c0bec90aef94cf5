"""Years of a synthetic office in bulk, on both databases: cases a second, beside bare inserts of the same rows; and whether memory stays flat.

    python bench/simulate.py measure SCALE [FOLDER]     prints what `measure` reads, on the database of DATABASE_URL; with a folder, the rows go there
    python bench/simulate.py floor FOLDER               inserts those rows into a new database, and prints how long that took
    python bench/simulate.py ledger bulk|steps          a few weeks by this road, and prints what the ledger then holds, as a hash

The floor is what the database alone takes: every row of every table as it was left behind, by `executemany` or COPY, its constraints,
triggers and indexes asked as always, and nothing decided.
"""
# ruff: noqa: S301, S608 — rows that this very program wrote, and names of our own tables and columns; every value is a parameter.

import hashlib
import json
import os
import pickle
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from figure import Figure

HERE = Path(__file__).resolve().parent
POSTGRESQL = HERE.parent / "tools" / "with-postgresql"
SCALES = tuple(int(each) for each in os.environ.get("SHIXIAO_BENCH_SCALES", "5,20").split(","))
UNTIL = os.environ.get("SHIXIAO_BENCH_UNTIL", "")  # a day of 2026; the whole year without one
PROCESSES = int(os.environ.get("SHIXIAO_BENCH_PROCESSES", "0")) or None  # one for each core without it
LEAST, GROWTH = 5_000, 1.2
YEAR, SEED, PART = 2026, 7, 50_000
WEEKS = "2026-01-20"  # step by step takes long
FACTS = ("case_id", "gauge_id", "part", "version")
NOT_OURS = frozenset({"django_migrations", "django_content_type", "django_session"})


def measure() -> Iterator[Figure]:
    """Each database and each scale in a process of its own."""
    for name, before in (("SQLite", []), ("PostgreSQL", [str(POSTGRESQL)])):
        peaks: list[float] = []
        with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
            for scale in SCALES:
                rows = [folder] if scale == SCALES[-1] else []
                found = _asked([*before, sys.executable, __file__, "measure", str(scale), *rows])
                peaks.append(found["peak"])
                yield from _figures(f"{name}, scale {scale}", found, is_largest=bool(rows))
            floor = _asked([*before, sys.executable, __file__, "floor", folder])
        rate = found["cases"] / floor["seconds"]
        yield Figure(f"{name}, scale {SCALES[-1]}: bare inserts of the same rows", f"{rate:,.0f} cases/s")
        yield Figure("… the whole simulation takes of that", f"{found['seconds'] / floor['seconds']:.1f}×")
        if name == "SQLite":
            own = found["cases"] / floor["computing"]
            yield Figure("… bare inserts for each second of computing", f"{own:,.0f} cases")
        bulk, steps = (_asked([*before, sys.executable, __file__, "ledger", road]) for road in ("bulk", "steps"))
        is_same = bulk == steps
        what = f"{name}: the same ledger in bulk and step by step, until {WEEKS}"
        yield Figure(what, f"{'yes' if is_same else 'no'}, {bulk['cases']:,} cases", "yes", is_same)
        what = f"{name}: memory at its highest, scale {SCALES[-1]} against scale {SCALES[0]}"
        yield Figure(what, f"{peaks[-1] / peaks[0]:.2f}×", f"≤ {GROWTH}×", peaks[-1] <= GROWTH * peaks[0])


def _figures(what: str, found: dict[str, Any], *, is_largest: bool) -> Iterator[Figure]:
    rate = found["cases"] / found["seconds"]
    counted = f"{found['cases']:,} cases, {found['events']:,} events, {found['facts']:,} facts"
    yield Figure(f"{what}: what is there then", counted)
    limit, holds = (f"≥ {LEAST:,}/s", rate >= LEAST) if is_largest else ("", None)
    yield Figure(f"{what}: in bulk", f"{rate:,.0f} cases/s", limit, holds)
    events, facts = found["events"] / found["seconds"], found["facts"] / found["seconds"]
    yield Figure("… events and facts", f"{events:,.0f}/s, {facts:,.0f}/s")
    yield Figure(
        "… for each second of computing, of all its processes", f"{found['cases'] / found['computing']:,.0f} cases"
    )
    yield Figure("… memory at its highest", f"{found['peak']:.0f} MB")


def _asked(command: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as home:
        surroundings = os.environ | {"SHIXIAO_HOME": home, "DATABASE_URL": ""}
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- in the process of its own ---------------------------------------------------------------------------------------


def live(scale: int) -> dict[str, float]:
    """A year, and how long it took; the house is there before."""
    from shixiao.casework import loading
    from shixiao.casework.models import Case
    from shixiao.casework.performing import zone
    from shixiao.ledger.models import Event, Fact
    from shixiao.site import simulating

    until = simulating.year_end(YEAR)
    if UNTIL:
        until = datetime.fromisoformat(f"{UNTIL}T23:59:59").replace(tzinfo=zone())
    wanted = simulating.Wanted(year=YEAR, seed=SEED, scale=scale, until=until)
    house = simulating.house_of(wanted, say=lambda text: None)
    begun, computed = time.perf_counter(), time.process_time()
    with loading.in_bulk(PROCESSES):
        simulating.live(house, wanted, after=None)
    seconds, computing = time.perf_counter() - begun, time.process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    beside = resource.getrusage(resource.RUSAGE_CHILDREN)
    computing += beside.ru_utime + beside.ru_stime
    counts = {"cases": Case.objects.count(), "events": Event.objects.count(), "facts": Fact.objects.count()}
    return {"seconds": seconds, "computing": computing, "peak": peak, **counts}


def ledger_by(road: str) -> dict[str, Any]:
    """What a few weeks left behind in every table that tells of cases, but for the salted hashes of what people wrote."""
    from django.db import transaction

    from shixiao.casework import living, loading
    from shixiao.casework.models import Case, Deadline, Timer
    from shixiao.casework.performing import zone
    from shixiao.ledger.kinds import DECLARED
    from shixiao.ledger.models import Event, Fact
    from shixiao.site import simulating

    until = datetime.fromisoformat(f"{WEEKS}T20:00:00").replace(tzinfo=zone())
    wanted = simulating.Wanted(year=YEAR, seed=SEED, scale=1, until=until)
    house = simulating.house_of(wanted, say=lambda text: None)
    with loading.in_bulk() if road == "bulk" else transaction.atomic():
        simulating.live(house, wanted, after=None)
    living.settle(until)
    told = hashlib.sha256()
    for model, order in ((Event, ("id",)), (Case, ("id",)), (Deadline, ("id",)), (Timer, ("id",)), (Fact, FACTS)):
        for row in model.objects.order_by(*order).values():
            if model is Fact:
                del row["id"]
            if model is Event:
                texts = DECLARED[row["kind"]].texts
                row["particulars"] = {name: said for name, said in row["particulars"].items() if name not in texts}
            told.update(repr(sorted(row.items())).encode())
    return {"ledger": told.hexdigest(), "cases": Case.objects.count()}


def keep_rows(folder: Path) -> None:
    """Every row that is there, as the database keeps it."""
    from django.db import connection

    if connection.vendor == "postgresql":
        for table in _tables():
            with connection.cursor() as cursor, (folder / f"{table}.copy").open("wb") as file:
                names = ", ".join(f'"{name}"' for name in _columns(cursor, table))
                with cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as copy:
                    file.writelines(copy)
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as plain:
        for table in _tables():
            rows = plain.execute(f'SELECT * FROM "{table}"')
            with (folder / f"{table}.rows").open("wb") as file:
                while part := rows.fetchmany(PART):
                    pickle.dump(part, file)


@dataclass
class Watch:
    """How long the inserting took: by the clock on the wall, and of this process's own computing (SQLite computes in it)."""

    seconds: float = 0.0
    computing: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """What happens within counts."""
        begun, computed = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - begun
        self.computing += time.process_time() - computed


def insert_rows(folder: Path) -> Watch:
    """All of them into an empty database, in one transaction."""
    from django.db import connection, transaction

    insert = _copy if connection.vendor == "postgresql" else _insert
    watch = Watch()
    with transaction.atomic():
        for table in _tables():
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT EXISTS (SELECT * FROM "{table}")')
                if not cursor.fetchone()[0]:  # otherwise it ships with the program
                    insert(cursor, folder, table, watch)
    return watch


def _copy(cursor: Any, folder: Path, table: str, watch: Watch) -> None:
    names = ", ".join(f'"{name}"' for name in _columns(cursor, table))
    into = f'COPY "{table}" ({names}) FROM STDIN'
    with watch.running(), (folder / f"{table}.copy").open("rb") as file, cursor.copy(into) as copy:
        while part := file.read(1 << 20):
            copy.write(part)


def _insert(cursor: Any, folder: Path, table: str, watch: Watch) -> None:
    with (folder / f"{table}.rows").open("rb") as file:
        for rows in _parts(file):
            marks = ", ".join(["%s"] * len(rows[0]))
            with watch.running():
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
            if table == "casework_searchtext":
                _index(cursor, rows, watch)


def _index(cursor: Any, rows: Sequence[Any], watch: Watch) -> None:
    """What stands in the index of texts; worked out before the clock runs."""
    from shixiao.casework.search.stores import Piece

    entries = [(row[0], " ".join(Piece(*row[1:]).grams())) for row in rows]
    with watch.running():
        cursor.executemany("INSERT INTO casework_searchgrams (rowid, grams) VALUES (%s, %s)", entries)


def _parts(file: Any) -> Iterator[list[Any]]:
    while True:
        try:
            yield pickle.load(file)
        except EOFError:
            return


def _tables() -> list[str]:
    """Our own; those of the index of texts are filled along with their texts."""
    from django.db import connection

    names = connection.introspection.table_names()
    return [name for name in names if name not in NOT_OURS and not name.startswith("casework_searchgrams")]


def _columns(cursor: Any, table: str) -> list[str]:
    from django.db import connection

    return [each.name for each in connection.introspection.get_table_description(cursor, table)]


def main(arguments: Sequence[str]) -> None:
    """One part of it, on the database of DATABASE_URL."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    what, first, *more = arguments
    if what == "ledger":
        print(json.dumps(ledger_by(first)))
        return
    if what == "floor":
        print(json.dumps(asdict(insert_rows(Path(first)))))
        return
    found = live(int(first))
    for folder in more:
        keep_rows(Path(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
