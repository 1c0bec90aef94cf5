"""The plan page with its 123 indicators: SQL statements, and time against a bare view with a table of 120 rows."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
from figure import Figure
from sample import SAMPLE

ROUNDS = 60
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
BARE = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{% endfor %}</tr>{% endfor %}</table>"""


def measure() -> Iterator[Figure]:
    """The two pages are asked for in turn, through the same middleware, by somebody who is signed in."""
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        os.environ |= {"SHIXIAO_HOME": folder, "DATABASE_URL": "", "SHIXIAO_DEMO": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "shixiao.site.settings"
        django.setup()
        yield from _figures()


def _figures() -> Iterator[Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get, plan, bare = _prepared()
    for address in (plan, bare):
        get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        get(plan)
    statements = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
    yield Figure("SQL statements of the plan page", f"{len(statements)}", "≤ 8", len(statements) <= 8)
    times = {plan: [], bare: []}
    for _ in range(ROUNDS):
        for address, taken in times.items():
            begun = time.perf_counter()
            get(address)
            taken.append(time.perf_counter() - begun)
    quick, full = statistics.median(times[bare]), statistics.median(times[plan])
    yield Figure("bare view, 120 rows of eight cells", f"{quick * 1000:.1f} ms")
    yield Figure("plan page, 123 indicators", f"{full * 1000:.1f} ms")
    yield Figure("… against the bare view", f"{full / quick:.2f}×", "≤ 2×", full <= 2 * quick)


def _prepared() -> tuple[Callable[[str], None], str, str]:
    """A database with the sample in it; how to ask for a page; the addresses of both pages."""
    from django.core.management import call_command
    from django.test import Client
    from django.urls import path, reverse

    from shixiao.people import demonstration
    from shixiao.performance import actions
    from shixiao.site import urls

    now = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
    call_command("migrate", verbosity=0)
    officer, _ = demonstration.ensure_accounts(now=now)
    accepted = actions.accept_plan(SAMPLE.read_bytes(), name=SAMPLE.name, by=officer, now=now)
    urls.urlpatterns.append(path("bare/", _bare_view()))
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(officer, backend="shixiao.people.backends.Accounts")

    def get(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")

    return get, reverse("performance:plan", args=[accepted.version.plan_id]), "/bare/"


def _bare_view() -> Callable[..., object]:
    from django.http import HttpResponse
    from django.template import engines

    template = engines["django"].from_string(BARE)
    rows = [[f"第{row}行第{cell}格的文字" for cell in range(8)] for row in range(120)]
    return lambda request: HttpResponse(template.render({"rows": rows}, request))
