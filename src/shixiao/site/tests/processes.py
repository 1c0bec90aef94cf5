"""The program as somebody starts it: a process of its own, asked over HTTP, told to stop."""

import http.client
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO
from urllib.parse import urlencode

import pytest

from shixiao.site import folders

LONGEST = 480.0  # seconds: a limit for what never comes, no measure; below that of pytest, so that a test says what it waited for


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    """What a process knows: an own data folder, and nothing of the test's settings."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    kept["PYTHONPATH"] = str(folders.PACKAGE.parent)  # this tree, wherever the process is started
    return kept | {"SHIXIAO_HOME": str(folder / "home"), "SHIXIAO_LANG": "en", "TZ": "Asia/Shanghai"} | more


def start(
    folder: Path,
    *words: object,
    output: int | IO[str] = subprocess.PIPE,
    before: Sequence[str] = ("-m", "shixiao"),
    **more: str,
) -> "subprocess.Popen[str]":
    """`shixiao WORDS` in an empty folder, as an installed package would run; `before` names another module to run it."""
    return subprocess.Popen(
        [sys.executable, *before, *map(str, words)],
        cwd=folder,
        env=surroundings(folder, **more),
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )


def done(folder: Path, *words: object, **more: str) -> tuple[int, str]:
    """The exit status of `shixiao WORDS`, and what it said."""
    process = start(folder, *words, **more)
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        pytest.fail(f"it never ended: shixiao {' '.join(map(str, words))}\n{said}")
    return process.returncode, said


def copy_file(database: str, target: Path) -> None:
    """A copy of a file of SQLite, with everything that was committed, and without what was taken back."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("VACUUM")


def said_until(output: IO[str] | None, words: str) -> str:
    said = ""
    for line in output or ():
        said += line
        if words in line:
            return said
    pytest.fail(f"it never said {words!r} but:\n{said}")


def wait_for(port: int) -> None:
    """Connecting is refused until the workers listen."""

    def listens() -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens)


def wait_until(is_so: Callable[[], bool], *, otherwise: Callable[[], object] = str) -> None:
    """Ask again and again, ten times a second at most; `otherwise` tells what is to be known where it never comes to be so."""
    until = monotonic() + LONGEST
    while not is_so():
        if monotonic() > until:
            pytest.fail(f"it never came to be so {otherwise()}".rstrip())
        Event().wait(0.1)


class Browser:
    """One connection that keeps cookies; with `trusting` (a PEM of certificates) it speaks HTTPS."""

    def __init__(self, port: int, *, host: str = "127.0.0.1", trusting: str = "") -> None:
        self.connection: http.client.HTTPConnection
        if trusting:
            context = ssl.create_default_context(cadata=trusting)
            self.connection = http.client.HTTPSConnection(host, port, timeout=LONGEST, context=context)
        else:
            self.connection = http.client.HTTPConnection(host, port, timeout=LONGEST)
        self.is_new = True
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, **more: str
    ) -> tuple[int, str, dict[str, str]]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | more
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        try:
            self.connection.request(method, path, urlencode(fields) if fields else None, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server ends a connection on which nothing was said for long; browsers then ask on a new one, if asking twice is the same.
            if method != "GET" or self.is_new:
                raise
            self.connection.close()
            self.connection.request(method, path, None, headers)
            response = self.connection.getresponse()
        self.is_new = False
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.set_cookies.append(value)
                cookie, _, content = value.partition(";")[0].strip().partition("=")
                self.cookies[cookie] = content
        return response.status, response.read().decode(errors="replace"), dict(response.getheaders())
