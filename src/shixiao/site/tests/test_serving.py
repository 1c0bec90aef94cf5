"""The servers as somebody starts them, asked over HTTP and told to stop."""

import http.client
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from shixiao.site import certificates, serving
from shixiao.site.serving import CannotServe, Place
from shixiao.site.tests.processes import (
    LONGEST,
    Browser,
    done,
    free_port,
    said_until,
    surroundings,
    wait_for,
    wait_until,
)

pytestmark = pytest.mark.database
Started = Callable[..., "subprocess.Popen[str]"]


def test_a_demonstration_starts_from_nothing_is_trusted_by_a_phone_and_never_served_in_production(
    started: Started, tmp_path: Path, empty_database: str
) -> None:
    """One house for all of it: making it takes the longest."""
    starts_from_nothing_shows_the_plan_and_stops_when_told(started)
    a_phone_that_trusts_the_authority_signs_in_over_https(started, tmp_path)
    is_never_served_in_production(tmp_path, empty_database)


def starts_from_nothing_shows_the_plan_and_stops_when_told(started: Started) -> None:
    port = free_port()
    process = started("serve", "--demo", "--port", port)
    said = said_until(process.stdout, "is ready: http")
    wait_for(port)
    assert "123 indicators" in said
    assert "demo-officer  /  shixiao-demo" in said
    browser = Browser(port)
    _, page, headers = browser.ask("GET", "/sign-in/")
    assert "default-src 'self'" in headers["content-security-policy"]
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    fields = {"username": "demo-officer", "password": "shixiao-demo", "csrfmiddlewaretoken": token[1]}
    assert browser.ask("POST", "/sign-in/", fields)[0] == 302
    status, page, _ = browser.ask("GET", "/")
    assert (status, "广州市人民政府办公厅" in page) == (200, True)
    for address in set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', page)):
        assert re.search(r"\.[0-9a-f]{12}\.", address), f"{address} is not named by its content"
        status, _, headers = browser.ask("GET", address)
        assert (status, "immutable" in headers["cache-control"]) == (200, True)
    browser.connection.close()
    said_until(process.stdout, "The worker is ready")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LONGEST) == 0


def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        status, said = done(tmp_path, "serve", "--port", port)
    assert status == 2
    assert said == (
        f"shixiao: error: Port {port} is taken (Address already in use). Stop the program that holds it, or take another: "
        f"--port {port + 1}.\n"
    )
    assert not (tmp_path / "home").exists(), "nothing is made before the port is known to be free"


def test_a_database_that_cannot_be_reached_is_one_clear_sentence(tmp_path: Path) -> None:
    unreachable = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
    for command in (["serve", "--port", free_port()], ["worker"]):
        status, said = done(tmp_path, *command, DATABASE_URL=unreachable)
        assert status == 2
        assert said.startswith("shixiao: error: The database nothing cannot be used:")
    status, said = done(tmp_path, "web", "--port", free_port(), DATABASE_URL=unreachable)
    assert status == 2
    assert "the deploy check found errors (site.database)" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("migrated")
def test_a_book_whose_guard_was_taken_away_is_not_served(tmp_path: Path, empty_database: str) -> None:
    environment = {"DATABASE_URL": empty_database}
    if empty_database:
        taken = "ledger_event_no_change"
        with psycopg.connect(empty_database, autocommit=True) as owner:
            owner.execute("DROP TRIGGER ledger_event_no_change ON ledger_event")
    else:
        taken = "ledger_event_no_delete"
        with closing(sqlite3.connect(tmp_path / "home" / "shixiao.sqlite3")) as file:
            file.execute("DROP TRIGGER ledger_event_no_delete")
    for command in (["serve", "--port", free_port()], ["web", "--port", free_port()], ["worker"]):
        status, said = done(tmp_path, *command, **environment)
        assert status == 2
        assert taken in said
        assert "migrate" in said
    application = [sys.executable, "-c", "import shixiao.site.wsgi"]
    more = surroundings(tmp_path, DJANGO_SETTINGS_MODULE="shixiao.site.settings", **environment)
    assert b"Unguarded" in subprocess.run(application, env=more, check=False, capture_output=True).stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "plans.example.cn"])  # noqa: S104
def test_a_demonstration_serves_this_machine_only(host: str) -> None:
    with pytest.raises(CannotServe, match="password is public"):
        serving._check_exposure(Place(host, 8000), is_demo=True, is_lan=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    serving._check_exposure(Place(host, 8000), is_demo=True, is_lan=False)


def test_whoever_serves_others_says_under_which_name(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("0.0.0.0", 8000)  # noqa: S104
    monkeypatch.delenv("SHIXIAO_HOSTS", raising=False)
    with pytest.raises(CannotServe, match="SHIXIAO_HOSTS"):
        serving._check_exposure(place, is_demo=False, is_lan=False)
    monkeypatch.setenv("SHIXIAO_HOSTS", "plans.example.cn")
    serving._check_exposure(place, is_demo=False, is_lan=False)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Place("127.0.0.1", 0), "There is no port 0"),
        (Place("127.0.0.1", 65536), "There is no port 65536"),
        (Place("192.0.2.1", 8000), r"Port 8000|no address"),
        (Place("no such host", 8000), "This machine has no address"),
    ],
)
def test_a_place_that_is_none_says_so(place: Place, says: str) -> None:
    with pytest.raises(CannotServe, match=says):
        serving._check_place(place)


def test_with_our_own_certificate_the_names_are_known_and_a_demonstration_stays_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SHIXIAO_HOSTS", raising=False)
    place = serving._place(None, 8000, is_lan=True)
    assert (place.host, place.is_local) == ("0.0.0.0", False)  # noqa: S104
    serving._check_exposure(place, is_demo=False, is_lan=True)
    with pytest.raises(CannotServe, match="password is public"):
        serving._check_exposure(place, is_demo=True, is_lan=True)
    assert serving._place("127.0.0.1", 8000, is_lan=True).is_local
    assert serving._place(None, 8000, is_lan=False).is_local


@pytest.mark.parametrize(("workers", "threads"), [(0, 3), (2, 0), (257, 1), (1, 257)])
def test_no_server_without_processes_or_with_too_many(workers: int, threads: int) -> None:
    with pytest.raises(CannotServe, match="between 1 and 256"):
        serving.web(host=None, port=8000, is_lan=False, say=print, workers=workers, threads=threads)


# ---- web: production -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("migrated")
def test_the_production_server_answers_and_stops_when_told(started: Started) -> None:
    port = free_port()
    process = started("web", "--port", port, "--workers", 1, "--threads", 2)
    said_until(process.stdout, "is ready: http")
    wait_for(port)
    browser = Browser(port)
    assert browser.ask("GET", "/sign-in/")[0] == 200
    assert browser.ask("GET", "/.well-known/shixiao-ca.crt")[0] == 404
    browser.connection.close()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LONGEST) == 0


@pytest.mark.usefixtures("migrated")
def test_a_server_that_was_killed_leaves_its_port_to_the_next_one(started: Started) -> None:
    port = free_port()
    killed = started("web", "--port", port)
    said_until(killed.stdout, "is ready: http")
    wait_for(port)
    assert answers(port)
    with children_ended_at_last(killed):
        killed.kill()
        assert killed.wait(timeout=LONGEST) == -signal.SIGKILL
        wait_until(lambda: not is_taken(port))
    following = started("web", "--port", port)
    said_until(following.stdout, "is ready: http")
    wait_for(port)
    assert answers(port)
    following.send_signal(signal.SIGTERM)
    assert following.wait(timeout=LONGEST) == 0


@contextmanager
def children_ended_at_last(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Should they not end by themselves, the test fails and leaves nothing behind."""
    found = subprocess.run(["pgrep", "-P", str(process.pid)], check=True, capture_output=True, text=True).stdout.split()
    assert len(found) >= serving.WORKERS
    try:
        yield
    finally:
        for child in found:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)


def is_taken(port: int) -> bool:
    """Somebody listens there."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int) -> bool:
    """A page comes."""
    browser = Browser(port)
    status = browser.ask("GET", "/sign-in/")[0]
    browser.connection.close()
    return status == 200


def test_the_production_server_migrates_nothing(tmp_path: Path, empty_database: str) -> None:
    status, said = done(tmp_path, "web", "--port", free_port(), DATABASE_URL=empty_database)
    assert status == 2
    assert "the deploy check found errors (site.migrations)" in said
    assert "shixiao manage migrate" in said
    assert done(tmp_path, "worker", DATABASE_URL=empty_database)[0] == 2


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    ("environment", "id"),
    [
        ({"SHIXIAO_HOSTS": "plans.example.cn"}, "site.https"),
        ({"SHIXIAO_HOSTS": "*", "SHIXIAO_HTTPS": "1"}, "site.hosts-any"),
        ({"SHIXIAO_HOSTS": "plans.example.cn", "SHIXIAO_HTTPS": "1", "SHIXIAO_DEBUG": "1"}, "site.debug"),
        ({"SHIXIAO_HOSTS": "plans.example.cn", "SHIXIAO_HTTPS": "1", "SHIXIAO_SECRET_KEY": "short"}, "site.secret-key"),
    ],
)
def test_others_are_not_served_with_errors_of_the_deploy_check(
    tmp_path: Path, empty_database: str, environment: dict[str, str], id: str
) -> None:
    more = {"DATABASE_URL": empty_database} | environment
    for command in ("web", "serve"):
        status, said = done(tmp_path, command, "--host", "0.0.0.0", "--port", free_port(), **more)  # noqa: S104
        assert status == 2
        assert f"the deploy check found errors ({id})" in said


@pytest.mark.usefixtures("migrated")
def test_behind_a_proxy_on_this_machine_errors_are_said_and_pages_served(started: Started) -> None:
    port = free_port()
    process = started("web", "--port", port, SHIXIAO_HOSTS="plans.example.cn,127.0.0.1")
    assert "site.https" in said_until(process.stdout, "is ready: http")
    wait_for(port)
    browser = Browser(port)
    assert browser.ask("GET", "/sign-in/")[0] == 200
    browser.connection.close()


def is_never_served_in_production(tmp_path: Path, empty_database: str) -> None:
    more = {"DATABASE_URL": empty_database}
    status, said = done(tmp_path, "web", "--port", free_port(), **more)
    assert (status, "demo-officer" in said) == (2, True)
    assert "the deploy check found errors (people.E002)" in said
    status, said = done(tmp_path, "web", "--port", free_port(), SHIXIAO_DEMO="1", **more)
    assert status == 2
    found = said.partition("the deploy check found errors (")[2].partition(")")[0]
    assert {"people.E001", "people.E002"} <= set(found.split(", "))


# ---- HTTPS made here -------------------------------------------------------------------------------------------


def a_phone_that_trusts_the_authority_signs_in_over_https(started: Started, tmp_path: Path) -> None:
    port = free_port()
    process = started("serve", "--demo", "--lan", "--host", "127.0.0.1", "--port", port)
    said = said_until(process.stdout, "is ready: https")
    wait_for(port)

    # Whoever does not know the authority is warned.
    stranger = http.client.HTTPSConnection("127.0.0.1", port, timeout=LONGEST, context=ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/sign-in/")
    stranger.close()

    # Trust on first use: the certificate is downloaded, and compared with the fingerprint on the screen.
    unverified = http.client.HTTPSConnection(
        "127.0.0.1",
        port,
        timeout=LONGEST,
        context=ssl._create_unverified_context(),  # noqa: S323
    )
    unverified.request("GET", "/.well-known/shixiao-ca.crt")
    response = unverified.getresponse()
    assert (response.status, response.getheader("content-type")) == (200, "application/x-x509-ca-cert")
    downloaded = response.read()
    unverified.close()
    authority = certificates.authority_of(tmp_path / "home" / "certificates")
    assert authority
    assert certificates.as_bytes(authority) == downloaded
    assert certificates.fingerprint(authority) in said
    assert b"PRIVATE" not in downloaded

    trusting = ssl.DER_cert_to_PEM_cert(downloaded)
    for host in ("localhost", "127.0.0.1"):
        browser = Browser(port, host=host, trusting=trusting)
        _, page, headers = browser.ask("GET", "/sign-in/")
        assert "strict-transport-security" not in headers
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"username": "demo-officer", "password": "shixiao-demo", "csrfmiddlewaretoken": token[1]}
        sent_from = {"Origin": f"https://{host}:{port}", "Referer": f"https://{host}:{port}/sign-in/"}
        assert browser.ask("POST", "/sign-in/", fields, **sent_from)[0] == 302
        assert browser.ask("GET", "/account/")[0] == 200
        assert browser.set_cookies
        assert all("Secure" in cookie for cookie in browser.set_cookies)
        browser.connection.close()
    wrong = Browser(port, trusting=trusting)
    assert wrong.ask("GET", "/sign-in/", Host="evil.example.cn")[0] == 400
    wrong.connection.close()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LONGEST) == 0


def test_certificates_that_are_broken_are_one_clear_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "certificates"
    folder.mkdir(parents=True)
    (folder / "authority.pem").write_text("-----BEGIN NONSENSE-----", encoding="ascii")
    status, said = done(tmp_path, "serve", "--lan", "--host", "127.0.0.1", "--port", free_port())
    assert status == 2
    assert said.startswith("shixiao: error: The certificates in ")
    assert "authority.pem cannot be read" in said
    assert "start again" in said


# ---- worker ----------------------------------------------------------------------------------------------------


def workers(tmp_path: Path, database_url: str) -> list[tuple[int, bool]]:
    """Number and end of every worker that left a sign of life."""
    query = "SELECT pid, ended_at IS NOT NULL FROM ledger_workerheartbeat ORDER BY started_at"
    if connection.vendor == "postgresql":
        with psycopg.connect(database_url) as asking:
            return [(pid, bool(ended)) for pid, ended in asking.execute(query).fetchall()]
    with sqlite3.connect(tmp_path / "home" / "shixiao.sqlite3") as asked:
        return [(pid, bool(ended)) for pid, ended in asked.execute(query).fetchall()]


@pytest.mark.usefixtures("migrated")
def test_a_worker_stops_when_told_and_one_that_was_killed_is_followed_by_the_next(
    started: Started, tmp_path: Path, empty_database: str
) -> None:
    killed = started("worker")
    assert "site.sessions" in said_until(killed.stdout, "The worker is ready")
    wait_until(lambda: [pid for pid, _ in workers(tmp_path, empty_database)] == [killed.pid])
    killed.kill()
    assert killed.wait(timeout=LONGEST) == -signal.SIGKILL
    assert workers(tmp_path, empty_database) == [(killed.pid, False)]
    following, other = started("worker"), started("worker")
    pids = {killed.pid, following.pid, other.pid}
    wait_until(lambda: {pid for pid, _ in workers(tmp_path, empty_database)} == pids)
    said = done(tmp_path, "check-deploy", DATABASE_URL=empty_database)[1]
    told = {line.split()[1] for line in said.splitlines() if line.startswith(("error ", "warning "))}
    assert "site.workers" in told  # three of them
    assert "site.worker" not in told
    following.send_signal(signal.SIGTERM)
    other.send_signal(signal.SIGINT)
    assert (following.wait(timeout=LONGEST), other.wait(timeout=LONGEST)) == (0, 0)
    assert dict(workers(tmp_path, empty_database)) == {killed.pid: False, following.pid: True, other.pid: True}


def test_a_worker_beside_the_server_that_is_killed_is_started_again_and_ends_with_it(
    started: Started, tmp_path: Path, empty_database: str
) -> None:
    port = free_port()
    process = started("serve", "--port", port)
    said_until(process.stdout, "The worker is ready")
    wait_until(lambda: len(workers(tmp_path, empty_database)) == 1)
    ((first, _),) = workers(tmp_path, empty_database)
    os.kill(first, signal.SIGKILL)
    assert "the worker ended (SIGKILL)" in said_until(process.stdout, "The worker is ready")
    wait_for(port)
    wait_until(lambda: len(workers(tmp_path, empty_database)) == 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=LONGEST) == 0
    assert [ended for _, ended in workers(tmp_path, empty_database)] == [False, True]
