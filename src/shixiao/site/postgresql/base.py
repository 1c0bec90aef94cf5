"""Django's way to PostgreSQL, but no call waits for ever.

A network that drops packets without a word is noticed by the kernel (`settings.POSTGRESQL_OPTIONS`). What it does not notice is a server, or
something between, that takes what is sent and never answers: then every thread of every process would wait, one after the other, and no page
would come any more. So the processes that serve people, and the worker, say how long they wait for one answer (`patience.wait_at_most`); after
it the connection is given up. Commands wait as long as it takes.
"""

import time
from collections.abc import Generator
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from shixiao.site.postgresql import patience

MORE = 1.1  # and a second: the server breaks off by itself first, where it can, and says so


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that gives up."""

    def get_connection_params(self) -> dict[str, Any]:
        """With what the server is asked to watch over by itself."""
        given: dict[str, Any] = super().get_connection_params()
        if (seconds := patience.seconds()) is not None:
            most = int(seconds * 1000)
            watched = f"-c statement_timeout={most} -c idle_in_transaction_session_timeout={2 * most}"
            given["options"] = f"{given.get('options', '')} {watched}".strip()
        return given

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection."""
        made = super().get_new_connection(conn_params)
        if (seconds := patience.seconds()) is not None:
            _watch(made, seconds * MORE + 1)
        return made


def _watch(connection: "psycopg.Connection[Any]", seconds: float) -> None:
    wait = connection.wait

    def patiently(answer: Generator[Any, Any, Any], *args: Any, **named: Any) -> Any:
        return wait(_within(answer, seconds, connection), *args, **named)

    connection.wait = patiently  # type: ignore[method-assign,assignment]


def _within(
    answer: Generator[Any, Any, Any], seconds: float, connection: "psycopg.Connection[Any]"
) -> Generator[Any, Any, Any]:
    """The same answer. While nothing comes, psycopg looks in ten times a second, with nothing in its hands.

    The connection is closed: what came late would be taken for the answer to the next question.
    """
    until = time.monotonic() + seconds
    try:
        wanted = next(answer)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until:
                answer.close()
                connection.pgconn.finish()
                raise psycopg.OperationalError(f"the database gave no answer for {seconds:g} seconds")
            wanted = answer.send(ready)
    except StopIteration as done:
        return done.value
