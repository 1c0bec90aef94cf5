"""Children: each part of a scene happens in a process of its own, forked from one that has Django loaded and no connection open."""

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST = 480.0  # seconds: a child that is still there has stopped at a lock


class Failed(Exception):
    """A child that was not to die ended otherwise than by coming to its end; the text is its traceback."""


@dataclass(frozen=True)
class Ended:
    """What a child said until it ended, line by line, and whether it was killed."""

    said: list[Any]
    was_killed: bool


Say = Callable[[Any], None]


def run(part: Callable[[Say], object]) -> Ended:
    """Do it in a child. `part` gets a way to say something, which is in the pipe before the call returns. Raises `Failed`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(part, writing)
    os.close(writing)
    text = _all_of(reading, child)
    _pid, status = os.waitpid(child, 0)
    lines = [json.loads(line) for line in text.splitlines()]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Ended(lines, was_killed=True)
    if status:
        raise Failed(lines[-1] if lines else f"status {status}")
    return Ended(lines, was_killed=False)


def _live(part: Callable[[Say], object], writing: int) -> None:
    def say(what: Any) -> None:
        os.write(writing, json.dumps(what, ensure_ascii=False).encode() + b"\n")

    status = 0
    try:
        part(say)
    except BaseException:  # noqa: BLE001 — the parent raises it
        say(traceback.format_exc())
        status = 1
    os._exit(status)  # connections that the parent has open are not closed for it


def _all_of(reading: int, child: int) -> str:
    until = time.monotonic() + LONGEST
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([reading], [], [], max(until - time.monotonic(), 0))
        if not ready:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said = b"".join(parts)[-300:]
            raise Failed(f"a child was still at work after {LONGEST:g} s, having said {said!r}")
        part = os.read(reading, 1 << 20)
        if not part:
            os.close(reading)
            return b"".join(parts).decode()
        parts.append(part)
