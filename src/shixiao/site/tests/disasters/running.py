"""Scenes are played, killed at a boundary, begun again, and compared with the same scene that nobody killed.

A process of its own, without pytest: it has Django loaded, one thread and no connection, so that it can be forked at will.

    python -m shixiao.site.tests.disasters.running FOLDER [DATABASE]   reads requests from stdin, writes reports to stdout, a line of JSON each

`FOLDER` is empty and stays with whoever made it. `DATABASE` is migrated and copied; without it one is made. `DATABASE_URL` says which server.
"""

import gc
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    django.setup()

from django.db import connections

from shixiao.casework import verifying
from shixiao.ledger import gauges
from shixiao.site import starting, working
from shixiao.site.tests.disasters import boundaries, children, copies, furnishing, laws, scenes, standing
from shixiao.site.tests.disasters.scenes import Scene

BASE = "base"
MOST_SHOWN = 12
_NOT_KILLED = "it came to its end: the boundaries are not the same each time"


@dataclass
class Report:
    """What came of one scene: how many boundaries it has, at how many it was killed, from how many different standings it was begun again,
    and what was found wrong where."""

    scene: str
    boundaries: int = 0
    killed: int = 0
    begun_again: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    reached: list[str] = field(default_factory=list)


@dataclass
class _Known:
    """How the house stood before, and the standings from which it came out right, each with how many acts had been told."""

    before: str
    marks: set[tuple[int, str]] = field(default_factory=set)


class Stage:
    """Where scenes are played."""

    def __init__(self, root: Path, *, server: str, migrated: str = "") -> None:
        self.houses = copies.Houses(root, server=server)
        self.houses.found(BASE, migrated=migrated)
        self._is_fresh = False
        furnishing.connect()
        self._furnish()

    def _furnish(self) -> None:
        """By this process itself, so that everything is loaded and warm of which a child is a copy. It leaves no connection open."""
        self.houses.enter(BASE)
        starting.prepare_database()
        furnishing.furnish()
        settle([furnishing.BEGUN + furnishing.HOUR])
        starting.require_database()
        standing.standing()
        verifying.verify(now=furnishing.BEGUN + furnishing.HOUR)
        connections.close_all()
        gauges.forget()
        self.houses.wait_until_left(BASE)
        gc.collect()
        gc.freeze()  # what is never collected is never copied

    def play(self, scene: Scene, *, points: int | None, seed: int = 0) -> Report:
        """Kill it at every boundary, or at `points` of them, spread evenly from a place drawn by `seed`."""
        began, report = monotonic(), Report(scene.name)
        self.houses.copy(BASE, "before")
        try:
            self._in("before", lambda _say: _prepared(scene))
            report.reached, wanted = self._undisturbed(scene, report)
            report.boundaries = len(report.reached)
            known, self._is_fresh = _Known(self.houses.mark("before")), False
            for point in chosen(report.boundaries, points, Random(f"{scene.name} {seed}")):  # noqa: S311
                self._die(scene, point, wanted, report, known)
        finally:
            self.houses.remove("killed")
            self.houses.remove("before")
        report.seconds = round(monotonic() - began, 1)
        return report

    def _undisturbed(self, scene: Scene, report: Report) -> tuple[list[str], standing.Standing]:
        """The boundaries in their order, and how the house stands in the end."""
        self.houses.copy("before", "undisturbed")
        try:
            reached = self._in("undisturbed", lambda say: self._act(scene, "undisturbed", None, say)).said[-1]
            told = self._in("undisturbed", lambda say: say(_again(scene, len(scene.acts), None))).said[-1]
        finally:
            self.houses.remove("undisturbed")
        if told["faults"]:
            report.faults.append({"point": None, "boundary": "undisturbed", "faults": told["faults"]})
        return reached, told["standing"]

    def _die(self, scene: Scene, point: int, wanted: standing.Standing, report: Report, known: "_Known") -> None:
        if not self._is_fresh:
            self.houses.remove("killed")
            self.houses.copy("before", "killed")
        self._is_fresh = False
        try:
            ended = self._in("killed", lambda say: self._act(scene, "killed", point, say))
            faults = self._after(scene, len(ended.said), wanted, report, known) if ended.was_killed else [_NOT_KILLED]
        except children.Failed as failed:
            faults = [str(failed)]
        if faults:
            report.faults.append({"point": point, "boundary": report.reached[point], "faults": faults[:MOST_SHOWN]})

    def _after(self, scene: Scene, told: int, wanted: standing.Standing, report: Report, known: "_Known") -> list[str]:
        """What is wrong. A house that stands exactly as one that was begun again already is not begun again once more."""
        report.killed += 1
        stands = self.houses.mark("killed")
        self._is_fresh = stands == known.before
        if (told, stands) in known.marks:
            return []

        def look(say: children.Say) -> None:
            logical, faults = _left(scene, self.houses.folder("killed"))
            is_new = (told, logical) not in known.marks and not faults
            say([logical, is_new, _again(scene, told, wanted)["faults"] if is_new else faults])

        logical, is_new, faults = self._in("killed", look).said[-1]
        report.begun_again += is_new
        self._is_fresh = False
        if not faults:
            known.marks |= {(told, stands), (told, logical)}
        return list(faults)

    def _act(self, scene: Scene, house: str, deadly: int | None, say: children.Say) -> None:
        counted = boundaries.Boundaries(deadly=deadly)
        boundaries.install(counted, house=self.houses.folder(house))
        boundaries.draw_the_same_lots(scene.name)
        _as_in(scene)
        counted.is_open = True
        for number, act in enumerate(scene.acts):
            act.do()
            counted.reach(f"{act.name} returned")
            say(number)
            counted.reach(f"{act.name} was told")
        counted.is_open = False
        if deadly is None:
            say(counted.reached)

    def _in(self, house: str, part: Any) -> children.Ended:
        def inside(say: children.Say) -> None:
            self.houses.enter(house)
            part(say)
            connections.close_all()

        ended = children.run(inside)
        self.houses.wait_until_left(house)
        return ended


def chosen(number: int, points: int | None, chance: Random) -> Sequence[int]:
    """All of so many, or `points` of them at even distances."""
    if points is None or points >= number:
        return range(number)
    first = chance.random()
    return [int((each + first) * number / points) for each in range(points)]


def _prepared(scene: Scene) -> None:
    furnishing.set_clock(scene.moment)
    scene.prepare()


def _left(scene: Scene, home: Path) -> tuple[str, list[str]]:
    """How the house stands as the dead left it, in words without ids, and what is wrong with that. Nothing is changed."""
    _as_in(scene)
    starting.require_database()
    told = json.dumps([standing.standing(strictly=True), copies.files(home)], ensure_ascii=False)
    return sha256(told.encode()).hexdigest(), scene.check()


def _again(scene: Scene, acknowledged: int, wanted: standing.Standing | None) -> dict[str, Any]:
    """The program is started again: whoever was not told tries again, the worker works, and everything is counted."""
    _as_in(scene)
    faults: list[str] = []
    for act in scene.acts[acknowledged:]:
        act.retry()
    moments = scene.moments or tuple(scene.moment + number * furnishing.HOUR for number in range(3))
    settle(moments, without=scene.without)
    found = {label: lines for label, lines in standing.standing().items() if label not in scene.aside}
    faults += [*laws.broken(), *scene.finally_()]
    if wanted is not None:
        faults += standing.differences(wanted, found)
    report = verifying.verify(now=moments[-1])
    faults += [f"verify: {each}" for each in report.differences]
    return {"faults": faults, "standing": found if wanted is None else None}


def _as_in(scene: Scene) -> None:
    furnishing.set_clock(scene.moment)
    if scene.in_small_batches:
        furnishing.work_in_small_batches()


def settle(moments: Sequence[datetime], *, without: frozenset[str] = frozenset()) -> int:
    """Every job of the worker until none has anything left to do, at each of these moments; how many things were done."""
    gauges.forget()
    jobs, done = [job for job in working.offered_jobs() if job.name not in without], 0
    for moment in moments:
        while now_done := sum(job.run(moment) for job in jobs):
            done += now_done
    return done


def main() -> None:
    """Until nobody asks any more."""
    root, *more = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    stage = Stage(Path(root), server=copies.here(), migrated=more[0] if more else "")
    try:
        told = {name: scene.about for name, scene in scenes.scenes().items()}
        print(json.dumps(told, ensure_ascii=False), file=answers, flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            report = stage.play(scenes.scenes()[asked["scene"]], points=asked["points"], seed=asked.get("seed", 0))
            print(json.dumps(vars(report), ensure_ascii=False), file=answers, flush=True)
    finally:
        stage.houses.remove_all()


if __name__ == "__main__":
    main()
