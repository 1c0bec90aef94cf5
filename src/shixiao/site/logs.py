"""What the program says of itself in its logs: what happened to it, never what people typed or who they are.

A line carries a moment, a level, the name of the part that speaks, the number of the request, and a sentence of the program. The text of
an exception stays out, since a database puts rows into it ("Key (username)=(…) already exists"); its kind and its places in the code are
told. Of other people's loggers the sentence is told without what they would fill in (Django fills in addresses), and where there is nothing to
fill in, only its place in the code: it may have been put together from anything, such as the words of a file that somebody uploaded.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from http.client import responses
from pathlib import Path
from typing import Any

OURS = "shixiao"
PLACES = 12  # of a trace, the innermost

# The request under way in this thread; "" outside of one.
request_number: ContextVar[str] = ContextVar("request_number", default="")


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What of a record may stand in a log."""
    is_ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    found: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "event": getattr(record, "event", record.name),
        "message": record.getMessage() if is_ours else _of_others(record),
    }
    if number := getattr(record, "request_number", "") or request_number.get():
        found["request"] = number
    found |= _more(record)
    if record.exc_info and record.exc_info[0] is not None:
        found |= _trace(record.exc_info)
    return found


def _of_others(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)  # Django's word for an answer that is an error
    if isinstance(status, int):
        return responses.get(status, str(status))
    return str(record.msg) if record.args else f"{_short(record.pathname)}:{record.lineno}"


def _more(record: logging.LogRecord) -> dict[str, Any]:
    """Numbers and names of the program that whoever logs may add."""
    found = {
        name: value for name in ("method", "view", "status", "ms") if (value := getattr(record, name, None)) is not None
    }
    if (status := getattr(record, "status_code", None)) is not None:
        found["status"] = status
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    if match is not None:
        found["view"] = match.view_name
    return found


def _trace(raised: Any) -> dict[str, Any]:
    kind, error, trace = raised
    places = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__ or trace)
        places += [
            f"{type(error).__name__} {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-PLACES:]
        ]
        trace, error = None, error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {"exception": f"{kind.__module__}.{kind.__qualname__}", "places": places}


def _short(path: str) -> str:
    """The end of a path; what the machine is called is nobody's concern."""
    return "/".join(Path(path).parts[-3:])


class JsonLines(logging.Formatter):
    """One object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """See `told`."""
        return json.dumps(told(record), ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """See `told`."""
        found = told(record)
        head = f"{found.pop('at')} {found.pop('level')} {found.pop('event')} {found.pop('message')}"
        places = found.pop("places", [])
        rest = " ".join(f"{name}={value}" for name, value in found.items())
        return "\n    ".join([f"{head} {rest}".rstrip(), *places])
