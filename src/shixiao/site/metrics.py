"""Figures for a monitoring program (Prometheus's text format): how quickly pages come, whether the worker keeps up, how old backups are.

Names of views and numbers only. Several processes serve pages; each keeps its own counts in a file, and whoever is asked adds them up.
A room adds figures of its own by listing `watched` on its AppConfig: `watched = (Watched("messages_waiting", "…", read),)`.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings

from shixiao import __version__

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
WRITES_EVERY = 1.0
FOLDER = "counts"


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure of a room: its name (without `shixiao_`), what it is, and how to read it; None where there is none."""

    name: str
    what: str
    read: Callable[[datetime], float | None]


class _Counts:
    """The counts of this process: how many answers by view, method and status, and how long they took by view."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pid, self.written_at = 0, 0.0
        self.answers: dict[str, int] = {}
        self.times: dict[str, list[float]] = {}

    def begin(self) -> None:
        """A process that was forked begins with nothing: what it got was its parent's."""
        if self.pid != os.getpid():
            self.pid, self.answers, self.times = os.getpid(), {}, {}


_counts = _Counts()


def count(*, view: str, method: str, status: int, seconds: float) -> None:
    """One more answer."""
    with _counts.lock:
        _counts.begin()
        key = f"{view} {method} {status}"
        _counts.answers[key] = _counts.answers.get(key, 0) + 1
        times = _counts.times.setdefault(view, [0.0] * (len(BOUNDS) + 2))
        for at, bound in enumerate(BOUNDS):
            times[at] += seconds <= bound
        times[-2] += 1
        times[-1] += seconds
        if time.monotonic() - _counts.written_at >= WRITES_EVERY:
            _write()


def _folder() -> Path:
    return Path(settings.HOME) / FOLDER


def _write() -> None:
    """A page does not fail because a count cannot be kept."""
    _counts.written_at = time.monotonic()
    path = _folder() / f"{_counts.pid}.json"
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps({"answers": _counts.answers, "times": _counts.times}), encoding="utf-8")
        beside.replace(path)


def forget() -> None:
    """A server that starts counts anew; only before its processes start."""
    for path in _folder().glob("*.json"):
        with suppress(OSError):
            path.unlink()


def _all() -> tuple[dict[str, int], dict[str, list[float]]]:
    with _counts.lock:
        _counts.begin()
        _write()
    answers: dict[str, int] = {}
    times: dict[str, list[float]] = {}
    for path in sorted(_folder().glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            told = json.loads(path.read_text(encoding="utf-8"))
            for key, number in told["answers"].items():
                answers[key] = answers.get(key, 0) + number
            for view, several in told["times"].items():
                before = times.get(view, [0.0] * len(several))
                times[view] = [one + other for one, other in zip(before, several, strict=True)]
    return answers, times


# ---- the page --------------------------------------------------------------------------------------------------


def text(now: datetime) -> str:
    """Everything, in the text format of Prometheus (version 0.0.4)."""
    return "\n".join(_lines(now)) + "\n"


def _lines(now: datetime) -> Iterator[str]:
    answers, times = _all()
    yield from _head("requests_total", "Answers by view, method and status.", "counter")
    for key, number in sorted(answers.items()):
        view, method, status = key.rsplit(" ", 2)
        yield f'shixiao_requests_total{{view="{view}",method="{method}",status="{status}"}} {number}'
    yield from _head("request_seconds", "How long answers took, by view.", "histogram")
    for view, several in sorted(times.items()):
        for at, bound in enumerate(BOUNDS):
            yield f'shixiao_request_seconds_bucket{{view="{view}",le="{bound:g}"}} {several[at]:g}'
        yield f'shixiao_request_seconds_bucket{{view="{view}",le="+Inf"}} {several[-2]:g}'
        yield f'shixiao_request_seconds_sum{{view="{view}"}} {several[-1]:.6f}'
        yield f'shixiao_request_seconds_count{{view="{view}"}} {several[-2]:g}'
    yield from _head("info", "The version of the program.", "gauge")
    yield f'shixiao_info{{version="{__version__}"}} 1'
    for each in (*own(), *_of_rooms()):
        value = each.read(now)
        if value is not None:
            yield from _head(each.name, each.what, "gauge")
            yield f"shixiao_{each.name} {value:g}"


def _head(name: str, what: str, kind: str) -> Iterator[str]:
    yield f"# HELP shixiao_{name} {what}"
    yield f"# TYPE shixiao_{name} {kind}"


def _of_rooms() -> Iterator[Watched]:
    for config in apps.get_app_configs():
        yield from getattr(config, "watched", ())


def own() -> tuple[Watched, ...]:
    """What the site itself watches over."""
    from shixiao.site import watching  # loads models

    return watching.WATCHED
