"""A bare view with a table of 120 rows, and a server that has it beside the house's own pages.

python bench/bare.py          prints its port and serves until it is ended
"""

import socket
from collections.abc import Callable

import floors

BARE = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{% endfor %}</tr>{% endfor %}</table>"""


def add_bare_view() -> None:
    """Put the view at /bare/, behind the middleware that every page has."""
    from django.urls import path

    floors.add(path("bare/", _bare_view()))


def _bare_view() -> Callable[..., object]:
    from django.http import HttpResponse
    from django.template import engines

    template = engines["django"].from_string(BARE)
    rows = [[f"第{row}行第{cell}格的文字" for cell in range(8)] for row in range(120)]
    return lambda request: HttpResponse(template.render({"rows": rows}, request))


def application(environ: dict[str, object], start_response: Callable[..., object]) -> object:
    """The house's application with the bare view, made in each worker at its first request."""
    global _ready  # noqa: PLW0603 — one application for each worker process
    if _ready is None:
        from shixiao.site.wsgi import application as house

        add_bare_view()
        _ready = house
    return _ready(environ, start_response)  # type: ignore[operator]


_ready: object = None


def serve(application: str = "bare:application") -> None:
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
        application,
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


if __name__ == "__main__":
    serve()
