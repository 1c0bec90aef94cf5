"""Kills every scene of the disasters at every boundary, and says what came of it: the table of docs/survival.md.

    python tools/kill_everywhere.py [--points NUMBER] [--seed NUMBER] [SCENE…]
    tools/with-postgresql python tools/kill_everywhere.py

The database is the one of DATABASE_URL, SQLite without. It takes from a quarter of an hour on; `TMPDIR=/dev/shm` keeps a throw-away
PostgreSQL in memory, which is several times as fast. Exit status: 1 where something is wrong.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from shixiao.site.tests.disasters import scenes
from shixiao.site.tests.disasters.asking import Stage


def main() -> int:
    """Play the scenes that were asked for, in their order."""
    asked = _asked()
    stage, wrong = Stage(address=os.environ.get("DATABASE_URL", "")), 0
    print("| scene | boundaries | killed | begun again | wrong | s |\n|---|---:|---:|---:|---:|---:|")
    try:
        for name in asked.scenes or scenes.names():
            report = stage.play(name, points=asked.points, seed=asked.seed)
            wrong += len(report["faults"])
            print(_line(report), flush=True)
            for fault in report["faults"]:
                _tell(name, fault)
    finally:
        stage.close()
    return int(wrong > 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", choices=[[], *scenes.names(), "broken"], metavar="SCENE")
    parser.add_argument("--points", type=int, help="at so many boundaries of each scene only")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    return parser.parse_args()


def _line(report: dict[str, Any]) -> str:
    names = ("scene", "boundaries", "killed", "begun_again")
    return f"| {' | '.join(str(report[name]) for name in names)} | {len(report['faults'])} | {report['seconds']:.0f} |"


def _tell(name: str, fault: dict[str, Any]) -> None:
    print(f"{name} at {fault['point']}, {fault['boundary']}:", file=sys.stderr)
    for each in fault["faults"]:
        print(f"    {each}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
