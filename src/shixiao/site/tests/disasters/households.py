"""A house in a disaster: its processes, its programs that call, its people who look, and its ledger."""

import http.client
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from shixiao.site import folders
from shixiao.site.tests import processes
from shixiao.site.tests.disasters.founding import PASSWORD
from shixiao.site.tests.processes import LONGEST, Browser, free_port, said_until, wait_for, wait_until

SHIFTED = Path(__file__).with_name("shifted")
REGISTER = "/api/v1/cases/payments.payment/register"


@dataclass
class House:
    """What `founding` made, and how to deal with it."""

    folder: Path
    database: str
    told: dict[str, Any]
    more: dict[str, str] = field(default_factory=dict)
    port: int = 0
    logs: Path | None = None  # where processes write what they say, if elsewhere
    processes: "list[subprocess.Popen[str]]" = field(default_factory=list)
    browsers: list[Browser] = field(default_factory=list)

    # ---- processes -------------------------------------------------------------------------------------------------

    def start(
        self, *words: object, ready: str, before: Sequence[str] = ("-m", "shixiao"), **more: str
    ) -> "subprocess.Popen[str]":
        """`shixiao WORDS`, until it says `ready`; what it says goes to a file, since nobody empties a pipe."""
        log = (self.logs or self.folder) / f"process-{len(self.processes)}.log"
        with log.open("w", encoding="utf-8") as output:
            process = processes.start(self.folder, *words, output=output, before=before, **self._environment(more))
        self.processes.append(process)
        process.log = log  # type: ignore[attr-defined]
        wait_until(lambda: ready in log.read_text(encoding="utf-8") or process.poll() is not None)
        said = log.read_text(encoding="utf-8")
        assert ready in said, said
        return process

    def serve(self, **more: Any) -> "subprocess.Popen[str]":
        """`shixiao web` on a port of its own."""
        self.port = free_port()
        process = self.start("web", "--port", self.port, ready="is ready: http", **more)
        wait_for(self.port)
        return process

    def work(self, **more: Any) -> "subprocess.Popen[str]":
        """`shixiao worker`."""
        return self.start("worker", ready="The worker is ready", **more)

    def said(self, process: "subprocess.Popen[str]") -> str:
        """Everything that a process has said so far."""
        return str(process.log.read_text(encoding="utf-8"))  # type: ignore[attr-defined]

    def done(self, *words: object, **more: str) -> tuple[int, str]:
        """The exit status of `shixiao WORDS`, and what it said."""
        return processes.done(self.folder, *words, **self._environment(more))

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {"DATABASE_URL": self.database} | self.more | more

    def _straight(self) -> dict[str, str]:
        return {"DATABASE_URL": self.told["straight"]} if "straight" in self.told else {}

    def shift(self, seconds: float) -> None:
        """Every clock of the house is so many seconds ahead of the machine's; processes started from now on follow it."""
        told, coming = self.folder / "clock", self.folder / "clock-to-be"
        coming.write_text(str(seconds), encoding="ascii")
        coming.replace(told)  # a process that asks meanwhile must not find it empty
        path = f"{SHIFTED}{os.pathsep}{folders.PACKAGE.parent}"
        self.more |= {"SHIXIAO_TEST_CLOCK": str(told), "PYTHONPATH": path}

    def now(self) -> datetime:
        """What the clocks of the house show."""
        told = self.folder / "clock"
        ahead = float(told.read_text(encoding="ascii")) if told.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def end(self) -> None:
        """No process is left, and no connection."""
        for browser in self.browsers:
            browser.connection.close()
        for process in self.processes:
            if process.poll() is None:
                process.terminate()  # the server ends its own processes
        for process in self.processes:
            try:
                process.wait(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # ---- who calls -------------------------------------------------------------------------------------------------

    def register(self, key: str, *, amount: str = "1.00", timeout: float = LONGEST) -> "Answer":
        """A program registers a payment; status 0 where the connection failed."""
        told = {
            "project": self.told["project"],
            "source": "fiscal",
            "amount": amount,
            "payee": "模拟印刷厂",
            "purpose": key,
        }
        body = {"unit": self.told["unit"], "particulars": told}
        return self.call("POST", REGISTER, body, by="clerk", timeout=timeout, **{"Idempotency-Key": key})

    def call(
        self, method: str, path: str, body: Any = None, *, by: str = "clerk", timeout: float = LONGEST, **more: str
    ) -> "Answer":
        """One call on a connection of its own."""
        headers = {"Authorization": f"Bearer {self.told[by]}", "Content-Type": "application/json"} | more
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), {n.lower(): v for n, v in response.getheaders()})
        except (OSError, http.client.HTTPException) as failed:
            return Answer(0, str(failed), {})
        finally:
            connection.close()

    def signed_in(self, name: str) -> Browser:
        """A person's browser."""
        browser = Browser(self.port)
        self.browsers.append(browser)
        _, page, _ = browser.ask("GET", "/sign-in/")
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        status, page, _ = browser.ask("POST", "/sign-in/", fields)
        assert status == 302, page
        return browser

    # ---- what is in the book ---------------------------------------------------------------------------------------

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database itself says; past any proxy when `straight` names it."""
        if self.database:
            with psycopg.connect(self.told.get("straight", self.database)) as asking:
                return list(asking.execute(query).fetchall())
        asked = sqlite3.connect(self.folder / "home" / "shixiao.sqlite3", timeout=20)
        try:
            return asked.execute(query).fetchall()
        finally:
            asked.close()

    def left_to_do(self) -> dict[str, int]:
        """What is due by the house's clock and no worker has done: empty when there is nothing."""
        now = self.now().strftime("%Y-%m-%d %H:%M:%S")
        now = f"'{now}+00'" if self.database else f"'{now}'"
        asked = {
            "timers": f"casework_timer WHERE fired_at IS NULL AND due_at <= {now}",
            "cases": f"casework_case WHERE look_at <= {now}",
            "messages": "outbox_message WHERE NOT is_planned",
            "facts": "ledger_fact WHERE NOT is_folded",
            "mails": f"outbox_delivery WHERE state = 'queued' AND next_at <= {now}",
        }
        found = {name: self.rows(f"SELECT count(*) FROM {what}")[0][0] for name, what in asked.items()}  # noqa: S608
        return {name: number for name, number in found.items() if number}

    def is_verified(self) -> None:
        """`shixiao verify` finds nothing."""
        status, said = self.done("verify", **self._straight())
        assert status == 0, said

    def check_payments(self, keys: Iterable[str]) -> None:
        """Each of these is registered once, with one event, and nothing else is."""
        cases = self.rows("SELECT case_id, count(*) FROM payments_payment GROUP BY case_id")
        events = self.rows(
            "SELECT subject_id, count(*) FROM ledger_event WHERE kind = 'payments.registered' GROUP BY subject_id"
        )
        answered = self.rows("SELECT key FROM casework_answered")
        wanted = sorted(keys)
        assert sorted(key for (key,) in answered) == wanted
        assert len(cases) == len(events) == len(wanted)
        assert all(number == 1 for _, number in [*cases, *events])


@dataclass(frozen=True)
class Answer:
    """What a program got."""

    status: int
    body: str
    headers: dict[str, str]

    def problem(self) -> str:
        """The sort of the problem."""
        assert self.headers["content-type"] == "application/problem+json", self
        return str(json.loads(self.body)["reason"])


__all__ = ["Answer", "House", "said_until", "wait_until"]
