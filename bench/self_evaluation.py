"""The self-evaluation of the whole published table, with every form in three formats: `shixiao evaluate` over the demonstration.

    python bench/self_evaluation.py            prints what `measure` reads, on the database of DATABASE_URL

Its floor is the same command with nothing to freeze and nothing to write: what starting and looking for the plan takes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from figure import Figure

MOST = 20.0  # seconds
ROUNDS = 3


def measure() -> Iterator[Figure]:
    """The first time, when everything is frozen, and again, when nothing is otherwise."""
    from evidence import POSTGRESQL, _folder

    for name, before in (("SQLite", []), ("PostgreSQL", [str(POSTGRESQL)])):
        with _folder() as surroundings:
            command = [*before, sys.executable, __file__, "measure"]
            done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
        first, again, files, projects, start = done.stdout.splitlines()[-1].split()
        what = f"self-evaluation of {projects} projects with {files} files, {name}"
        yield Figure(what, f"{float(first):.1f} s", f"< {MOST:.0f} s", float(first) < MOST)
        yield Figure("… again, with nothing new to freeze", f"{float(again):.1f} s")
        yield Figure("… of which starting a command that looks at the database takes", f"{float(start):.1f} s")


def measured() -> str:
    """Seconds of the first run and of a run with nothing new, how many files and projects there were, seconds of a start."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from shixiao.performance.models import PlanVersion, Project
    from shixiao.site import demonstration

    call_command("migrate", verbosity=0)
    now = timezone.now()
    demonstration.begin(say=lambda _text: None, now=now)
    version = PlanVersion.objects.get()
    projects = Project.objects.filter(unit__version=version, indicators__isnull=False).distinct().count()
    year = version.plan.fiscal_year
    connections.close_all()
    with tempfile.TemporaryDirectory(prefix="shixiao-forms-") as folder:
        first = _timed("evaluate", "--year", str(year), "--out", folder)
        files = sum(path.is_file() for path in Path(folder).rglob("*"))
        again = min(_timed("evaluate", "--year", str(year), "--out", folder) for _round in range(ROUNDS))
    start = min(_timed("manage", "showmigrations", "ledger") for _round in range(ROUNDS))
    return f"{first} {again} {files} {projects} {start}"


def _timed(*words: str) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "shixiao", *words]
    subprocess.run(command, env=dict(os.environ), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(measured())
