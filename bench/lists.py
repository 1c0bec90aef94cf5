"""My overdue cases out of ten thousand and out of a million, on both databases, against the same rows by bare ORM.

    python bench/lists.py measure 1000000     prints what `measure` reads, on the database of DATABASE_URL

The floor is the same request by the same person through the same middleware: it reads the same fifty rows with Django's ORM and
puts them into a table of as many cells, and asks nothing else.
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
from pathlib import Path
from typing import Any

import floors
from figure import Figure

HERE = Path(__file__).resolve().parent
ROUNDS = 120
FEW, MANY = 10_000, 1_000_000
PASSWORD = "bench-house-29"  # noqa: S105 — of a database that is thrown away
LEADS = 400  # people among whom the cases are spread
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
MINE = "/todo/?due=overdue"
BARE = """<!doctype html><title>bare</title><table>{% for case in rows %}<tr><td>{{ case.number }}</td><td>{{ case.title }}</td>
<td>{{ case.kind }}</td><td>{{ case.state }}</td><td>{{ case.limit_at }}</td><td>{{ case.unit.name }}</td><td>{{ case.lead }}</td></tr>
{% endfor %}</table>"""


def measure() -> Iterator[Figure]:
    """Each database and each size in a process of its own."""
    for name, before in (("SQLite", []), ("PostgreSQL", [str(HERE.parent / "tools" / "with-postgresql")])):
        pages: dict[int, float] = {}
        for size in (FEW, MANY):
            found = _measured(before, size)
            pages[size] = found["page"]
            what = f"my overdue cases out of {size:,}, {name}"
            yield Figure(f"{what}: statements", f"{found['statements']}", "≤ 6", found["statements"] <= 6)
            yield Figure(f"{what}: bare ORM, 50 rows", f"{found['floor'] * 1000:.1f} ms")
            yield Figure(f"{what}: the page", f"{found['page'] * 1000:.1f} ms")
            ratio = found["page"] / found["floor"]
            yield Figure("… against the bare ORM", f"{ratio:.2f}×", "≤ 2×", ratio <= 2)
        growth = pages[MANY] / pages[FEW]
        yield Figure(f"the page over {MANY:,} against {FEW:,}, {name}", f"{growth:.2f}×", "≤ 1.5×", growth <= 1.5)


def _measured(before: list[str], size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        surroundings |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        command = [*before, sys.executable, __file__, "measure", str(size)]
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
    for address in (MINE, "/bare/"):
        get(address)
    with CaptureQueriesContext(connection) as captured:
        get(MINE)
    statements = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
    times: dict[str, list[float]] = {MINE: [], "/bare/": []}
    for _ in range(ROUNDS):
        for address, taken in times.items():
            begun = time.perf_counter()
            get(address)
            taken.append(time.perf_counter() - begun)
    medians = {address: statistics.median(taken) for address, taken in times.items()}
    if "-v" in sys.argv:
        print(*statements, sep="\n", file=sys.stderr)
    print(json.dumps({"statements": len(statements), "page": medians[MINE], "floor": medians["/bare/"]}))


def _prepared(size: int) -> Callable[[str], None]:
    from django.test import Client
    from django.utils import timezone

    from shixiao.people import actions
    from shixiao.people.models import Role, User

    now = timezone.now()
    unit = actions.create_unit("模拟市政府办公厅", code="BENCH", parent=None, since=date(2020, 1, 1), by=None, now=now)
    me = actions.create_account("bench", display_name="模拟人", role=Role.STAFF, password=PASSWORD, by=None, now=now)
    post = actions.create_post("经办", code="BENCH", words=["payments.clerk"], by=None, now=now)
    actions.appoint(me, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
    User.objects.bulk_create(
        User(username=f"lead-{number}", display_name=f"模拟{number}", role=Role.STAFF, created_at=now, password="!")  # noqa: S106
        for number in range(LEADS)
    )
    leads = [me.pk, *User.objects.exclude(pk=me.pk).values_list("pk", flat=True)]
    _fill(size, unit=unit, leads=leads)
    _add_bare_view(me)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(me, backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get


def _fill(size: int, *, unit: Any, leads: list[int]) -> None:
    """Half of the cases are closed; of the open ones two in five are overdue. A twentieth of all are mine."""
    from django.db import connection
    from django.utils import timezone

    from shixiao.casework.models import Case

    now = timezone.now()
    cases = []
    for number in range(1, size + 1):
        is_closed = number % 2 == 0
        limit = now + timedelta(minutes=(number * 7919) % 40_000 - 16_000)
        lead = leads[0] if number % 20 == 1 else leads[number * 31 % len(leads)]
        cases.append(
            Case(
                id=number,
                number=f"支2026-{number:06d}",
                kind="payments.payment",
                title=f"第{number}笔模拟支出（模拟收款人）",
                unit=unit,
                state="paid" if is_closed else "registered",
                opened_at=now - timedelta(days=30),
                limit_at=None if is_closed else limit,
                closed_at=now if is_closed else None,
                lead_id=lead,
            )
        )
        if len(cases) == 5000:
            Case.objects.bulk_create(cases, batch_size=5000)
            cases = []
    Case.objects.bulk_create(cases)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _add_bare_view(me: Any) -> None:
    from django.http import HttpResponse
    from django.template import engines
    from django.urls import path
    from django.utils import timezone

    from shixiao.casework.models import Case

    template = engines["django"].from_string(BARE)

    def bare(request: Any) -> HttpResponse:
        mine = Case.objects.filter(lead=request.user, closed_at=None, limit_at__lte=timezone.now())
        rows = mine.select_related("unit", "project", "lead").order_by("limit_at", "id")[:50]
        return HttpResponse(template.render({"rows": list(rows)}, request))

    floors.add(path("bare/", bare))


if __name__ == "__main__":
    main(int(sys.argv[2]))
