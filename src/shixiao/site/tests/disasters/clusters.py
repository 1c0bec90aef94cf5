"""A PostgreSQL of a test's own, to be ended as roughly as the test wishes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from shixiao.site.tests.processes import free_port

# A server that is ended at once loses nothing that the system has taken: only a power cut would need fsync. What is acknowledged is with the system.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "40",
    "fsync": "off",
    "full_page_writes": "off",
}


def programs() -> Path:
    """Where `initdb` lies. Tests that need it are marked `cluster`, and tools/everything.py says so where it is not there."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    there = sorted((each for each in places if (each / "initdb").exists()), key=lambda path: path.parts[-2])
    if there:
        return there[-1]
    raise FileNotFoundError("there is no PostgreSQL server here: apt-get install postgresql")


class Cluster:
    """A server with a data folder of its own. PostgreSQL refuses to run as root, so root hands it to `postgres`."""

    def __init__(self) -> None:
        self._programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="shixiao-disaster."))
        self.port = free_port()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb", f"--pgdata={self.data}", "--username=shixiao", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--no-instructions",
        )  # fmt: skip
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "cluster"

    @property
    def url(self) -> str:
        """What DATABASE_URL says."""
        return f"postgres://shixiao@127.0.0.1:{self.port}/postgres"

    def start(self, settings: Mapping[str, str] = SETTINGS) -> None:
        told = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.folder / "server.log"
        self._run(
            "pg_ctl", f"--pgdata={self.data}", f"--log={log}", "--wait", f"--options=-p {self.port} {told}", "start"
        )

    def stop(self) -> None:
        """At once, as when the power goes: no session is waited for, nothing is written out."""
        self._run("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "--wait", "stop")

    def restart(self) -> None:
        """As `stop`, and up again."""
        log = self.folder / "server.log"
        self._run("pg_ctl", f"--pgdata={self.data}", f"--log={log}", "--mode=immediate", "--wait", "restart")

    def end(self) -> None:
        """Nothing is left of it."""
        self._run("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "--silent", "stop", check=False)
        shutil.rmtree(self.folder)

    def _run(self, program: str, *words: str, check: bool = True) -> None:
        before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*before, str(self._programs / program), *words]
        # A pipe would stay open as long as the server lives.
        done = subprocess.run(command, cwd=self.folder, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)  # fmt: skip
        if check and done.returncode:
            log = self.folder / "server.log"
            pytest.fail(f"{program} failed: {log.read_text(encoding='utf-8') if log.exists() else done.returncode}")
