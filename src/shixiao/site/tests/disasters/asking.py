"""Asking a stage to play: the process of `running`, with its folder, and its reports. For the tests, and for whoever wants every boundary."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from shixiao.site.tests import processes

MEMORY = Path("/dev/shm")  # noqa: S108 — a process that dies loses nothing by it: it is no power cut, and houses are copied often


class Stage:
    """A process in which scenes are played, on the server of `address` (empty: SQLite). `migrated` is copied, and nobody is in it."""

    def __init__(self, *, address: str = "", migrated: str = "") -> None:
        where = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="shixiao-killed-", dir=where))
        (self._folder / "houses").mkdir()
        self._said = (self._folder / "said").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                f"{__package__}.running",
                str(self._folder / "houses"),
                *([migrated] if migrated else []),
            ],
            env=processes.surroundings(self._folder, DATABASE_URL=address),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        self.scenes: dict[str, str] = self._answer()

    def play(self, scene: str, *, points: int | None, seed: int = 0) -> dict[str, Any]:
        """The report of `running.Report`. `points`: at how many boundaries it is killed; None for every one."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"scene": scene, "points": points, "seed": seed}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = self._answer()
        return found

    def close(self) -> None:
        """It removes its houses and ends."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=processes.LONGEST)
        self._process.stdout.close()
        self._said.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(timeout=processes.LONGEST)
            self._said.seek(0)
            raise RuntimeError(f"the stage ended with {self._process.returncode}:\n{self._said.read()}")
        return json.loads(line)
