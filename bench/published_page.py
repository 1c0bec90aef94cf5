"""A published page beside a static file of the same bytes, through the server that `shixiao serve` runs."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figure import Figure

SECONDS, WINDOWS, MOST = 2.0, 5, 1.5
ADDRESSES = {"page": "/published/2026/example-office/1/", "static": "/static/published.html"}


def measure() -> Iterator[Figure]:
    """Both in turn, as often as the answers come over eight connections; with gzip, as browsers ask."""
    from evidence import _folder
    from plan_page import _throughput, _wait_for

    headers: dict[str, str] = {"Accept-Encoding": "gzip"}
    rates: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    with _folder() as surroundings, _server(surroundings) as port:
        _wait_for(port)
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


@contextmanager
def _server(surroundings: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, __file__], env=surroundings, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline()) if process.stdout else 0
    finally:
        process.terminate()
        process.wait(timeout=30)


def _prepare(home: Path) -> None:
    """A house with one page on its shelf, and the same bytes among the static files, packed as those are."""
    import gzip

    import django

    django.setup()
    from shixiao.engine.bilingual import CHINESE
    from shixiao.engine.bundles import make
    from shixiao.engine.bundles.tests.examples import publication, salts
    from shixiao.performance.publication import pages
    from shixiao.site import starting

    starting.prepare_database()
    starting.prepare_static_files()
    content = pages.page(make(publication(), salts()).bundle, language=CHINESE).encode()
    page = home / "published" / ADDRESSES["page"].removeprefix("/published/") / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(content)
    (home / "static" / "published.html").write_bytes(content)
    (home / "static" / "published.html.gz").write_bytes(gzip.compress(content))


def _serve() -> None:
    import socket

    os.environ["SHIXIAO_STATIC_COLLECTED"] = "1"
    _prepare(Path(os.environ["SHIXIAO_HOME"]))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    from shixiao.site.serving import THREADS, WORKERS, Place, _listen

    print(port, flush=True)
    _listen(Place(host="127.0.0.1", port=port), workers=WORKERS, threads=THREADS)


if __name__ == "__main__":
    _serve()
