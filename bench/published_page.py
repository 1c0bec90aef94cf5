"""A published page beside a static file of the same bytes, through the server that `shixiao serve` runs."""

import gzip
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from figure import Figure

SECONDS, WINDOWS, MOST = 2.0, 5, 1.5
ADDRESSES = {"page": "/published/2026/example-office/1/", "static": "/static/published.html"}


def measure() -> Iterator[Figure]:
    """Both in turn, as often as the answers come over eight connections; with gzip, as browsers ask."""
    from evidence import _folder
    from plan_page import _throughput

    headers: dict[str, str] = {"Accept-Encoding": "gzip"}
    rates: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    with _folder() as surroundings, _server(surroundings) as port:
        _wait_for_static(port)
        for address in ADDRESSES.values():
            _throughput(port, address, headers, seconds=0.5)
        for _window in range(WINDOWS):
            for name, address in ADDRESSES.items():
                rates[name].append(_throughput(port, address, headers, seconds=SECONDS))
    page, static = (statistics.median(rates[name]) for name in ADDRESSES)
    yield Figure("static file of the same bytes", f"{static:.0f} requests/s")
    times = static / page
    yield Figure(
        "published page", f"{page:.0f} requests/s", f"at most {MOST} × the static file ({times:.2f} ×)", times <= MOST
    )


def _wait_for_static(port: int) -> None:
    for _try in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", ADDRESSES["static"])
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not begin to answer in time")


@contextmanager
def _server(surroundings: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, __file__], env=surroundings, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline()) if process.stdout else 0
    finally:
        process.terminate()
        process.wait(timeout=30)


def _prepare(home: Path) -> None:
    """A page on the shelf, and the same bytes among the static files, packed as those are. Neither asks the database for anything."""
    import django

    django.setup()
    from shixiao.engine.bilingual import CHINESE
    from shixiao.engine.bundles import make
    from shixiao.engine.bundles.tests.examples import publication, salts
    from shixiao.performance.publication import pages
    from shixiao.site import starting

    starting.prepare_static_files()
    content = pages.page(make(publication(), salts()).bundle, language=CHINESE).encode()
    page = home / "published" / ADDRESSES["page"].removeprefix("/published/") / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(content)
    (home / "static" / "published.html").write_bytes(content)
    (home / "static" / "published.html.gz").write_bytes(gzip.compress(content))


def application(environ: Any, start_response: Any) -> Any:
    """The house without its look at the book, which needs a database: every middleware is there, in its order."""
    return _house()(environ, start_response)


@cache
def _house() -> Any:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def _serve() -> None:
    import socket

    os.environ["SHIXIAO_STATIC_COLLECTED"] = "1"
    _prepare(Path(os.environ["SHIXIAO_HOME"]))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from shixiao.site.serving import THREADS, WORKERS

    print(port, flush=True)
    Granian(
        "published_page:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    _serve()
