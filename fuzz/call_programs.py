"""Schemathesis against a running house, for minutes: every phase it has, sequences of requests included.

    python fuzz/call_programs.py [seconds] [seed]      on the database of DATABASE_URL, SQLite without it

The test suite does the same for a few hundred requests (`src/shixiao/site/tests/api/test_schema.py`).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
CHECKED = HERE / "schemathesis.toml"


def main(seconds: str = "600", seed: str = "1") -> int:
    """Schemathesis' own exit status: 0 when it found nothing."""
    with tempfile.TemporaryDirectory(prefix="shixiao-fuzz-") as folder:
        os.environ |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        import counter  # the house that the benchmark furnishes, with the server it starts
        import django

        django.setup()
        counter.WAITING = 400
        secret = furnished(counter)
        with counter.server() as port:
            program = Path(sys.executable).with_name("schemathesis")
            address = f"http://127.0.0.1:{port}/api/v1/openapi.json"
            command = [program, "--config-file", CHECKED, "run", address, "--max-time", seconds, "--seed", seed]
            more = ["--header", f"Authorization:Bearer {secret}", "--continue-on-failure", "--no-color"]
            hooks = {"SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py")}
            return subprocess.run([*command, *more], cwd=folder, env=os.environ | hooks, check=False).returncode


def furnished(counter: object) -> str:
    """A house with cases in every state, and the token of somebody who may do everything."""
    from django.db import connections
    from django.utils import timezone

    from shixiao.casework import tokens
    from shixiao.people import actions
    from shixiao.people.models import Unit, User

    counter.furnish()  # type: ignore[attr-defined]
    cashier, unit, now = User.objects.get(username="cashier"), Unit.objects.get(), timezone.now()
    words = [f"payments.{word}" for word in ("clerk", "approver", "cashier", "budget_keeper")]
    post = actions.create_post("all", code="ALL", words=words, by=None, now=now)
    actions.appoint(cashier, post=post, unit=unit, since=timezone.localdate(), by=None, now=now)
    made = tokens.create_token(
        "fuzz", user=cashier, scope={"*": "write"}, valid_until=timezone.localdate(), by=None, now=now
    )
    connections.close_all()
    return made.secret


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
