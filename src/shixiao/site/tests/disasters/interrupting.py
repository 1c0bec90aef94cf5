"""Kills a migration, again and again: `python -m shixiao.site.tests.disasters.interrupting COPIES…`.

Each argument is a copy of a database of an older version: for SQLite a folder, for PostgreSQL the name of a database. The first is migrated
without a kill, so that the statements are counted; in the others the process dies (SIGKILL) at places spread evenly over these. Then, in new
processes: what starting says, what `upgrade` does, what verifying finds, and what stands in the tables. Printed as JSON, one object a copy.

With Django loaded once and forked, a kill costs a second, not five.
"""

import hashlib
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHANGES = re.compile(r"\s*(CREATE|ALTER|DROP)\b", re.IGNORECASE)
KEPT = ("ledger_event", "ledger_words", "casework_case", "casework_calendarchange", "payments_payment", "people_user")


class Counter:
    """Counts statements from the first that changes a table; dies before the statement `dies_at`."""

    def __init__(self, dies_at: int = 0) -> None:
        self.count, self.dies_at = 0, dies_at

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        """Django calls it around every statement."""
        if self.count or CHANGES.match(sql):
            self.count += 1
            if self.count == self.dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *more)


def main(copies: list[str]) -> None:
    """Every copy in turn; no connection is open in this process when it forks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django

    django.setup()
    whole, *others = copies
    total = in_child(whole, migrated)["statements"]
    results = [in_child(whole, looked_at) | {"dies_at": 0, "statements": total, "says": "", "migrations": []}]
    for number, copy in enumerate(others, start=1):
        dies_at = max(1, round(total * number / len(others)))
        in_child(copy, lambda dies_at=dies_at: migrated(dies_at))
        said = in_child(copy, started)
        said |= in_child(copy, lambda copy=copy: upgraded(copy))
        results.append(said | in_child(copy, looked_at) | {"dies_at": dies_at, "statements": total})
    json.dump(results, sys.stdout)


def in_child(copy: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `do` returns in a process of its own, on that copy; empty where that was killed."""
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        os.close(ear)
        status = 1
        try:
            from django.db import connection

            is_sqlite = connection.vendor == "sqlite"
            connection.settings_dict["NAME"] = str(Path(copy) / "shixiao.sqlite3") if is_sqlite else copy
            told = json.dumps(do()).encode()
            with os.fdopen(mouth, "wb") as out:
                out.write(told)
            status = 0
        except BaseException:  # noqa: BLE001 - somebody must read what it was
            traceback.print_exc()
        finally:
            os._exit(status)  # nothing of the parent is tidied up twice
    os.close(mouth)
    with os.fdopen(ear, "rb") as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {}
    if status:
        raise SystemExit(f"{do} failed")
    found: dict[str, Any] = json.loads(said)
    return found


def migrated(dies_at: int = 0) -> dict[str, Any]:
    """How many statements it took, if it came to an end."""
    from io import StringIO

    from django.core.management import call_command
    from django.db import connection

    counter = Counter(dies_at)
    with connection.execute_wrapper(counter):
        call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    return {"statements": counter.count}


def started() -> dict[str, Any]:
    """What a server or a worker says when it starts now; nothing where it would start."""
    from shixiao.site import starting

    try:
        starting.require_database()
    except starting.NotReady as refused:
        return {"says": str(refused)}
    return {"says": ""}


def upgraded(copy: str) -> dict[str, Any]:
    """`shixiao upgrade`: which migrations were left, and where the backup lies."""
    from django.utils import timezone

    from shixiao.site.backup import folder, upgrading

    done = upgrading.upgrade(folder.default() / Path(copy).name, now=timezone.now())
    return {"migrations": done.migrations, "backup": str(done.backup.path) if done.backup else ""}


def looked_at() -> dict[str, Any]:
    """What verifying finds, what is unguarded, and a digest of every row that was there before."""
    from django.db import connection
    from django.utils import timezone

    from shixiao.casework import verifying
    from shixiao.ledger import guard
    from shixiao.site import starting

    rows: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in KEPT:
            kind = " WHERE kind NOT LIKE 'site.%%' AND kind <> 'ledger.verified'" if table == "ledger_event" else ""
            cursor.execute(f'SELECT * FROM "{table}"{kind} ORDER BY 1', [])  # noqa: S608
            names = sorted(column[0] for column in cursor.description)
            order = [column[0] for column in cursor.description]
            told = [[str(dict(zip(order, row, strict=True))[name]) for name in names] for row in cursor.fetchall()]
            rows[table] = f"{len(told)} {hashlib.sha256(json.dumps(told).encode()).hexdigest()}"
    report = verifying.verify(now=timezone.now())
    return {
        "rows": rows,
        "differences": report.number,
        "unguarded": list(guard.missing()),
        "pending": list(starting.pending_migrations()),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
