"""A house with payments that wait, the floor under a step, and a server that has both.

    python bench/counter.py measure     prints what `perform.py` reads, on the database of DATABASE_URL
    python bench/counter.py serve       prints its port and serves until it is ended

Three gauges look at every payment. The floor is the same request without the counter: authenticated by the same token, with the
same rows read, locked and written by Django's ORM as one would write it by hand, and nothing checked.
"""

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

import floors

HERE = Path(__file__).resolve().parent
PROJECTS = 40
ROUNDS = 250
CONNECTIONS = 8
SECONDS = 3.0
WINDOWS = 3
MANY = 500
WAITING = 12_000
FLOOR, STEP = "/bare/pay/{}", "/api/v1/cases/{}/steps/pay"
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
_vouchers = count(1)


# ---- the floor -------------------------------------------------------------------------------------------------


def bare_pay(request: Any, case: int) -> Any:
    """Pay without the counter: the same statements, and nothing asked."""
    import hashlib

    from django.db import transaction
    from django.db.models import DateTimeField, Sum, Value
    from django.db.models.functions import Greatest
    from django.http import JsonResponse
    from django.utils import timezone

    from shixiao.casework.models import Answered, Case, Deadline, Token
    from shixiao.ledger.models import Event, Fact
    from shixiao.offices.payments.models import Budget, Outlay, Payment
    from shixiao.people.models import Appointment

    secret = request.headers["Authorization"].removeprefix("Bearer ")
    token = Token.objects.select_related("user").get(digest=hashlib.sha256(secret.encode()).hexdigest())
    now, told = timezone.now(), json.loads(request.body)
    voucher = told["particulars"]["voucher"]
    with transaction.atomic():
        lock = Payment.objects.select_related("case__unit").select_for_update(of=("self", "case"))
        payment = lock.get(pk=case)
        list(Appointment.objects.filter(user=token.user).values_list("unit__path", "post__may__word"))
        Budget.objects.select_for_update().get(project_id=payment.project_id, year=payment.year)
        here = {"project_id": payment.project_id, "year": payment.year}
        paid = Outlay.objects.filter(**here).order_by().values("source").annotate(sum=Sum("amount"), what=Value("p"))
        waits = Payment.objects.filter(**here, is_approved=True).order_by().values("source")
        waits = waits.annotate(sum=Sum("amount"), what=Value("w"))
        list(paid.values_list("what", "sum").union(waits.values_list("what", "sum"), all=True))
        events = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case)).order_by("id")
        list(events.values_list("id", "kind", "happened_at", "recorded_at", "by_id", "particulars"))
        revision = payment.case.revision + 1
        Case.objects.filter(pk=case).update(
            state="paid", closed_at=now, revision=revision, limit_at=None, assessed_until=now, look_at=None
        )
        Payment.objects.filter(pk=case).update(is_approved=False, voucher=voucher, paid_at=now)
        Outlay(
            case_id=case,
            **here,
            source=payment.source,
            amount=payment.amount,
            voucher=voucher,
            happened_at=now,
            month=timezone.localtime(now).month,
        ).save(force_insert=True)
        event = Event(
            kind="payments.paid",
            subject_kind=Case.ledger_name,
            subject_id=str(case),
            by_kind=token.user.ledger_name,
            by_id=str(token.user_id),
            happened_at=now,
            recorded_at=now,
            particulars={"voucher": voucher, "amount": str(payment.amount)},
        )
        event.save(force_insert=True)
        Fact.objects.bulk_create([_bare_fact(number, case, payment, event) for number in range(1, 4)])
        stopped = Greatest("started_at", Value(now, output_field=DateTimeField()))
        Deadline.objects.filter(case_id=case, stopped_at=None).update(stopped_at=stopped)
        body = {"id": case, "number": payment.case.number, "state": "paid", "revision": revision}
        Answered(
            token=token,
            key=request.headers["Idempotency-Key"],
            request_digest=hashlib.sha256(request.body).hexdigest(),
            status=200,
            body=json.dumps(body),
            answered_at=now,
        ).save(force_insert=True)
    return JsonResponse(body)


def _bare_fact(gauge: int, case: int, payment: Any, event: Any) -> Any:
    from shixiao.ledger.models import Fact

    day = event.happened_at.date()
    return Fact(
        gauge_id=gauge,
        case_id=case,
        version=3,
        known_at=event.recorded_at,
        event_id=event.pk,
        outcome=1,
        day=day,
        month=day.year * 100 + day.month,
        unit=payment.case.unit_id,
        project=payment.project_id,
    )


def add_floor() -> None:
    """Put the floor beside the house's own addresses, behind the middleware that programs have."""
    from django.contrib.auth.decorators import login_not_required
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    floors.add(path("bare/pay/<int:case>", csrf_exempt(login_not_required(bare_pay))), is_of_programs=True)


_ready: Any = None


def application(environ: Any, start_response: Any) -> Any:
    """The house with the floor, made in each worker at its first request."""
    global _ready  # noqa: PLW0603 — one application for each worker process
    if _ready is None:
        import watching  # noqa: F401 — the measures of the gauges that were put

        from shixiao.site.wsgi import application as house

        add_floor()
        _ready = house
    return _ready(environ, start_response)


def serve() -> None:
    """Serve with the settings of `shixiao serve` on a port that is free."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from shixiao.site.serving import STOP_AFTER, THREADS, WORKERS

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    print(port, flush=True)
    Granian(
        "counter:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_AFTER,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


# ---- the house -------------------------------------------------------------------------------------------------


def furnish() -> tuple[str, list[int], float]:
    """Payments that wait to be paid: a cashier's token, their ids, and how many events a second `perform_many` wrote."""
    import watching
    from django.core.management import call_command
    from django.utils import timezone

    from shixiao import casework
    from shixiao.casework import tokens
    from shixiao.casework.models import Project
    from shixiao.ledger import gauges
    from shixiao.people import actions
    from shixiao.people.models import Role

    call_command("migrate", verbosity=0)
    now = timezone.now() - timedelta(hours=1)
    gauges.put_many([(each.name, {"number": 1}) for each in watching.MEASURES], by=None, now=now)
    year = timezone.localtime(now).year
    unit = actions.create_unit("模拟办公厅", code="SIM", parent=None, since=date(2020, 1, 1), by=None, now=now)
    people = {}
    for name in ("clerk", "approver", "cashier", "budget_keeper"):
        user = actions.create_account(
            name,
            display_name=name,
            role=Role.STAFF,
            password=secrets.token_urlsafe(12),
            by=None,
            now=now,
        )
        post = actions.create_post(
            name, code=name.upper().replace("_", ""), words=[f"payments.{name}"], by=None, now=now
        )
        actions.appoint(user, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
        people[name] = user
    ids: list[int] = []
    for number in range(PROJECTS):
        project = Project.objects.create(unit=unit, name=f"项目{number}", since_year=year, until_year=year)
        told: dict[str, Any] = {"project": project.pk, "year": year, "fiscal": "99999999.00", "document": "模拟1号"}
        casework.open_case(
            "payments.budget",
            "approve",
            casework.Opening(unit=unit, particulars=told),
            by=people["budget_keeper"],
            now=now,
        )
        told = {
            "project": project.pk,
            "source": "fiscal",
            "amount": Decimal("12.50"),
            "payee": "厂",
            "purpose": "印刷费",
        }
        openings = [casework.Opening(unit=unit, particulars=told)] * (WAITING // PROJECTS)
        made = casework.open_many("payments.payment", "register", openings, by=people["clerk"], now=now)
        ids += [case.pk for case in made]
    taken = []
    for start in range(0, len(ids), MANY):
        begun = time.perf_counter()
        casework.perform_many(
            [casework.performing.Case(pk=pk, kind="payments.payment") for pk in ids[start : start + MANY]],
            "approve",
            by=people["approver"],
            now=now + timedelta(minutes=1),
        )
        taken.append(time.perf_counter() - begun)
    made_ = tokens.create_token(
        "量速度", user=people["cashier"], scope={"*": "write"}, valid_until=timezone.localdate(), by=None, now=now
    )
    return made_.secret, ids, MANY / statistics.median(taken)


# ---- measuring -------------------------------------------------------------------------------------------------


def measure() -> None:
    """Print one line of JSON."""
    import django

    django.setup()
    from django.db import connections

    secret, ids, events_a_second = furnish()
    waiting = iter(ids)
    statements = _statements(secret, [next(waiting), next(waiting)])
    connections.close_all()
    lock = threading.Lock()

    def next_id() -> int:
        with lock:
            return next(waiting)

    with server() as port:
        for address in (FLOOR, STEP):
            _throughput(port, address, secret, next_id, seconds=1.0)
        latencies: dict[str, list[float]] = {FLOOR: [], STEP: []}
        with _connected(port) as connection:
            for _ in range(ROUNDS):
                for address, taken in latencies.items():
                    taken.append(_pay(connection, address, secret, next_id()))
        rates: dict[str, list[float]] = {FLOOR: [], STEP: []}
        for _ in range(WINDOWS):
            for address, measured in rates.items():
                measured.append(_throughput(port, address, secret, next_id, seconds=SECONDS))
    found = {
        "floor_ms": statistics.median(latencies[FLOOR]) * 1000,
        "step_ms": statistics.median(latencies[STEP]) * 1000,
        "floor_rate": statistics.median(rates[FLOOR]),
        "step_rate": statistics.median(rates[STEP]),
        "many_rate": events_a_second,
        "statements": statements,
    }
    print(json.dumps(found), flush=True)


def _statements(secret: str, cases: list[int]) -> int:
    """How many statements a step takes, in this process; the first use of the day is written down before."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for number, case in enumerate(cases):
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"first-{number}"}
        body = json.dumps({"particulars": {"voucher": f"first-{number}"}})
        with CaptureQueriesContext(connection) as captured:
            answer = Client(SERVER_NAME="127.0.0.1").post(
                STEP.format(case), body, content_type="application/json", headers=headers
            )
        if answer.status_code != 200:
            raise RuntimeError(f"pay answered {answer.status_code}: {answer.content.decode()[:300]}")
    return len([each for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)])


@contextmanager
def server() -> Iterator[int]:
    """A server of its own, ended afterwards; gives its port once it answers."""
    process = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True, cwd=HERE)
    try:
        port = int(process.stdout.readline()) if process.stdout else 0
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with _connected(port) as connection:
                    connection.request("GET", "/api/v1/openapi.json")
                    connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _connected(port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def _pay(connection: HTTPConnection, address: str, secret: str, case: int) -> float:
    number = next(_vouchers)
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{os.getpid()}-{number}",
    }
    body = json.dumps({"particulars": {"voucher": f"V-{number}"}})
    begun = time.perf_counter()
    connection.request("POST", address.format(case), body, headers)
    answer = connection.getresponse()
    said = answer.read()
    taken = time.perf_counter() - begun
    if answer.status != 200:
        raise RuntimeError(f"{address} answered {answer.status}: {said.decode()[:300]}")
    return taken


def _throughput(port: int, address: str, secret: str, next_id: Callable[[], int], *, seconds: float) -> float:
    """Steps a second over all connections, each of which asks again as soon as it has its answer."""
    counts = [0] * CONNECTIONS
    begun = time.perf_counter()

    def asking(number: int) -> None:
        with _connected(port) as connection:
            while time.perf_counter() < begun + seconds:
                _pay(connection, address, secret, next_id())
                counts[number] += 1

    threads = [threading.Thread(target=asking, args=[number]) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    {"serve": serve, "measure": measure}[sys.argv[1]]()
