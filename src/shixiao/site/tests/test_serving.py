"""The server as somebody starts it: a process of its own, asked over HTTP, told to stop."""

import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from shixiao.site import serving
from shixiao.site.serving import CannotServe, Place

pytestmark = pytest.mark.database

PROGRAM = """
import sys
from shixiao.site import serving
if __name__ == "__main__":
    try:
        sys.exit(serving.serve(host="127.0.0.1", port={port}, is_demo={is_demo}, say=lambda text: print(text.en, flush=True)))
    except serving.CannotServe as error:
        sys.exit(error.text.en)
"""


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A DATABASE_URL for the server: its default, a file in its own folder, or a new database on PostgreSQL."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name, server = f"serving_{uuid4().hex}", os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        yield server.rpartition("/")[0] + f"/{name}"
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start(folder: Path, port: int, *, is_demo: bool = False, **more: str) -> "subprocess.Popen[str]":
    """In an empty folder, as an installed package would run."""
    program = folder / "start.py"
    program.write_text(PROGRAM.format(port=port, is_demo=is_demo), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME", "LANG")}
    return subprocess.Popen(
        [sys.executable, str(program)],
        cwd=folder,
        env=kept | {"SHIXIAO_HOME": str(folder / "home")} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said_until(output: IO[str], words: str) -> str:
    said = ""
    for line in output:
        said += line
        if words in line:
            return said
    pytest.fail(f"it never said {words!r} but:\n{said}")


class Browser:
    """One connection that keeps cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        response = self.connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].strip().partition("=")
                self.cookies[cookie] = content
        return response.status, response.read().decode(errors="replace"), dict(response.getheaders())


@pytest.fixture
def demonstration(tmp_path: Path, empty_database: str) -> Iterator[tuple[int, str, "subprocess.Popen[str]"]]:
    port = free_port()
    process = start(tmp_path, port, is_demo=True, DATABASE_URL=empty_database)
    assert process.stdout
    try:
        said = said_until(process.stdout, "is ready")
        wait_for(port)
        yield port, said, process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def wait_for(port: int) -> None:
    """Connecting is refused until the workers listen; each refusal comes at once, so there is a limit to them."""
    for _ in range(200_000):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail("it said that it was ready and did not listen")


def test_the_demonstration_starts_from_nothing_shows_the_plan_and_stops_when_told(
    demonstration: tuple[int, str, "subprocess.Popen[str]"],
) -> None:
    port, said, process = demonstration
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
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        process = start(tmp_path, port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == (
        f"Port {port} is taken (Address already in use). Stop the program that holds it, or take another: "
        f"--port {port + 1}.\n"
    )
    assert not (tmp_path / "home").exists(), "nothing is made before the port is known to be free"


def test_a_database_that_cannot_be_reached_is_one_clear_sentence(tmp_path: Path) -> None:
    unreachable = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
    process = start(tmp_path, free_port(), DATABASE_URL=unreachable)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("The database nothing cannot be used:")
    assert "Traceback" not in said


def test_a_book_whose_guard_was_taken_away_is_not_served(tmp_path: Path) -> None:
    environment = {**os.environ, "SHIXIAO_HOME": str(tmp_path / "home"), "DATABASE_URL": ""}
    manage = [sys.executable, "-m", "django"]
    environment["DJANGO_SETTINGS_MODULE"] = "shixiao.site.settings"
    subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, check=True)
    database = sqlite3.connect(tmp_path / "home" / "shixiao.sqlite3")
    database.execute("DROP TRIGGER ledger_event_no_delete")
    database.close()
    process = start(tmp_path, free_port())
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ledger_event_no_delete" in said
    assert "migrate" in said
    application = [sys.executable, "-c", "import shixiao.site.wsgi"]
    assert b"Unguarded" in subprocess.run(application, env=environment, check=False, capture_output=True).stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "plans.example.cn"])  # noqa: S104
def test_a_demonstration_serves_this_machine_only(host: str) -> None:
    with pytest.raises(CannotServe, match="password is public"):
        serving._check_exposure(Place(host, 8000), is_demo=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    serving._check_exposure(Place(host, 8000), is_demo=True)


def test_whoever_serves_others_says_under_which_name(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("0.0.0.0", 8000)  # noqa: S104
    monkeypatch.delenv("SHIXIAO_HOSTS", raising=False)
    with pytest.raises(CannotServe, match="SHIXIAO_HOSTS"):
        serving._check_exposure(place, is_demo=False)
    monkeypatch.setenv("SHIXIAO_HOSTS", "plans.example.cn")
    serving._check_exposure(place, is_demo=False)


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
