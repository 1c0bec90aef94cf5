"""The reviewer's desk over a thousand plans, on both databases, against the same rows by bare ORM.

    python bench/reviewers_desk.py measure 1000     prints what `measure` reads, on the database of DATABASE_URL

The floor is the same request by the same person through the same middleware: it reads the same hundred rows with Django's ORM and
puts them into a table of as many cells, and asks nothing else: no post, no counts for the filters.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import floors
from figure import Figure

HERE = Path(__file__).resolve().parent
ROUNDS = 120
PLANS = 1_000
PASSWORD = "bench-house-29"  # noqa: S105 — of a database that is thrown away
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
DESK = "/reviews/?state=open"
STATES = ("unit_review", "department_review", "finance_review", "returned")
BARE = """<!doctype html><title>bare</title><table>{% for life in rows %}<tr><td>{{ life.case.number }}</td><td>{{ life.plan.department }}</td>
<td>{{ life.plan.fiscal_year }}</td><td>{{ life.case.state }}</td><td>{{ life.waits_since }}</td><td>{{ life.version.tally.errors }}</td>
<td>{{ life.version.tally.warnings }}</td><td>{{ life.version.tally.hints }}</td><td>{{ life.rows_added }} {{ life.rows_removed }} {{ life.rows_changed }}</td>
<td>{{ life.amount_before }}</td><td>{{ life.amount_now }}</td></tr>{% endfor %}</table>"""


def measure() -> Iterator[Figure]:
    """Each database in a process of its own."""
    for name, before in (("SQLite", []), ("PostgreSQL", [str(HERE.parent / "tools" / "with-postgresql")])):
        found = _measured(before)
        what = f"reviewer's desk over {PLANS:,} plans, {name}"
        yield Figure(f"{what}: statements", f"{found['statements']}", "≤ 8", found["statements"] <= 8)
        yield Figure(f"{what}: bare ORM, 100 rows", f"{found['floor'] * 1000:.1f} ms")
        yield Figure(f"{what}: the page, 100 rows", f"{found['page'] * 1000:.1f} ms")
        ratio = found["page"] / found["floor"]
        yield Figure("… against the bare ORM", f"{ratio:.2f}×", "≤ 2×", ratio <= 2)


def _measured(before: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        surroundings |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        command = [*before, sys.executable, __file__, "measure", str(PLANS)]
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- in the process ------------------------------------------------------------------------------------------------


def main(size: int) -> None:
    """Fill a database, and time both pages in turn."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    get = _prepared(size)
    for address in (DESK, "/bare/"):
        get(address)
    with CaptureQueriesContext(connection) as captured:
        get(DESK)
    statements = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
    times: dict[str, list[float]] = {DESK: [], "/bare/": []}
    for _ in range(ROUNDS):
        for address, taken in times.items():
            begun = time.perf_counter()
            get(address)
            taken.append(time.perf_counter() - begun)
    medians = {address: statistics.median(taken) for address, taken in times.items()}
    if "-v" in sys.argv:
        print(*statements, sep="\n", file=sys.stderr)
    print(json.dumps({"statements": len(statements), "page": medians[DESK], "floor": medians["/bare/"]}))


def _prepared(size: int) -> Callable[[str], None]:
    from django.test import Client
    from django.utils import timezone

    from shixiao.people import actions
    from shixiao.people.models import Role

    now = timezone.now()
    unit = actions.create_unit("模拟市财政局", code="BENCH", parent=None, since=date(2020, 1, 1), by=None, now=now)
    me = actions.create_account("bench", display_name="模拟人", role=Role.STAFF, password=PASSWORD, by=None, now=now)
    words = ["performance.finance_reviewer"]
    post = actions.create_post("财政审核", code="BENCH", words=words, by=None, now=now)
    actions.appoint(me, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
    _fill(size, top=unit, by=me)
    _add_bare_view()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(me, backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get


def _fill(size: int, *, top: Any, by: Any) -> None:
    """A unit, a plan, a version, a case for each office; findings as they are counted."""
    from django.db import connection
    from django.utils import timezone

    from shixiao.casework.models import Case
    from shixiao.performance.models import FindingTally, Plan, PlanLife, PlanVersion

    now, numbers = timezone.now(), range(1, size + 1)
    Plan.objects.bulk_create(Plan(id=n, department=f"模拟市第{n}局", fiscal_year=2026) for n in numbers)
    PlanVersion.objects.bulk_create(
        PlanVersion(
            id=n, plan_id=n, number=1, content_hash=f"{n:064}", source=b"", source_hash=f"{n:064}", source_name="bench", source_format="json",
            document="", unit_count=1, project_count=1, indicator_count=123, accepted_by=by, accepted_at=now, event_id=n,
        )
        for n in numbers
    )  # fmt: skip
    FindingTally.objects.bulk_create(
        FindingTally(version_id=n, errors=n % 4, warnings=n % 17, hints=n % 31) for n in numbers
    )
    Case.objects.bulk_create(
        Case(
            id=n, number=f"绩2026-{n:06}", kind="performance.plan", title=f"模拟市第{n}局 2026年度绩效目标表", unit=top,
            state=STATES[n % len(STATES)], opened_at=now - timedelta(days=30), limit_at=now + timedelta(hours=n - 300),
        )
        for n in numbers
    )  # fmt: skip
    PlanLife.objects.bulk_create(
        PlanLife(
            case_id=n, plan_id=n, version_id=n, content_hash=f"{n:064}", round=1, waits_since=now - timedelta(hours=n * 7919 % 900),
            compared_id=n, rows_added=n % 5, rows_removed=n % 3, rows_changed=n % 11, amount_before=Decimal(n), amount_now=Decimal(n + n % 9),
        )
        for n in numbers
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _add_bare_view() -> None:
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import path

    from shixiao.performance.models import PlanLife

    template = engines["django"].from_string(BARE)

    def bare(request: Any) -> HttpResponse:
        rows = PlanLife.objects.exclude(case__state__in=["published", "imported", "withdrawn"]).select_related(
            "case", "plan", "version__tally"
        )
        rows = rows.defer("version__source", "version__document", "version__repairs").order_by("waits_since", "case_id")
        return HttpResponse(template.render({"rows": list(rows[:100])}, request))

    floors.add(path("bare/", bare))


if __name__ == "__main__":
    main(int(sys.argv[2]))
