"""Are the questions about gaming few and right? Alarms in 50 honest years, and how many cheats of each kind are found in 30 planted ones.

    python bench/questions.py [practice] [honest=50] [planted=30] [careless=10] [kinds=reopened,backdated] [details=FILE]

`practice` takes other seeds than `measure`, which nobody looked at while the monitor was made. What is planted, and how strong it is,
says `bench/planting`. The year is asked about at its end, as its page asks.

**Found** is a year in which one question of the kind that was planted names cases of which half or more belong to the cheat, or half
or more of the cases whose miss was hidden. Years in which fewer than five were hidden (no pattern that anybody could show) do not count.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figure import Figure

if TYPE_CHECKING:
    from planting.year import Lived

# 930,000,000 and on were the final ones once: they told that payments taken back were not looked at (docs/benchmarks.md).
FIRST = {"final": 970_000_000, "practice": 810_000_000}
HONEST, PLANTED, CARELESS, SPARE = 50, 30, 10, 6
KINDS = ("batch_closing", "reopened", "backdated", "late_exclusion", "reclassified")
CARELESSNESS = "carelessness"
FEWEST = 5


def measure() -> Iterator[Figure]:
    """Over the seeds that are kept for it, in a process of its own: other parts have set up Django in this one."""
    done = subprocess.run([sys.executable, __file__, "json"], stdout=subprocess.PIPE, text=True, check=True)
    yield from (Figure(*each) for each in json.loads(done.stdout.splitlines()[-1]))


def _asked(which: str, honest: int, planted: int, careless: int, kinds: Sequence[str]) -> list[tuple[int, str]]:
    """Seeds and kinds: every kind has seeds of its own."""
    first = FIRST[which]
    several = [(first + number, "") for number in range(1, _with_spare(honest) + 1)]
    for number in range(1, _with_spare(planted) + 1):
        several += [(first + 1000 * (KINDS.index(kind) + 1) + number, kind) for kind in kinds]
    return several + [(first + 9000 + number, CARELESSNESS) for number in range(1, careless + 1)]


def _with_spare(count: int) -> int:
    return count + SPARE if count else 0


def _lived(asked: Sequence[tuple[int, str]], processes: int = 2) -> Iterator["Lived"]:
    from planting import house

    with house.prepared() as prepared:
        from planting.year import Asked, lived

        yield from house.years(prepared, lived, [Asked(*each) for each in asked], processes=processes)


def _refusals() -> Figure:
    from planting import house

    with house.prepared() as prepared:
        from planting.refusals import tried

        (found,) = house.years(prepared, tried, [None], processes=1)
    allowed = [what for what, is_refused in found if not is_refused]
    refused = f"{len(found) - len(allowed)} of {len(found)}"
    return Figure("other ways to hide a miss, refused by the steps", ", not: ".join((refused, *allowed)))


# ---- what came of it ---------------------------------------------------------------------------------------------


def is_precise(year: "Lived") -> bool:
    """Some question of the kind is about the cheat: half or more of its cases."""
    return any(each.kind == year.kind and each.guilty * 2 >= each.cases for each in year.questions)


def is_complete(year: "Lived") -> bool:
    """Some question of the kind names half or more of what was hidden."""
    return any(each.kind == year.kind and each.touched * 2 >= year.touched for each in year.questions)


def is_found(year: "Lived") -> bool:
    """Either."""
    return is_precise(year) or is_complete(year)


def is_asked_about(year: "Lived") -> bool:
    """Some question, of whatever kind, is about the cheat."""
    return any(each.guilty * 2 >= each.cases for each in year.questions)


def others(year: "Lived") -> int:
    """Questions that are mostly about other cases."""
    return sum(each.guilty * 2 < each.cases for each in year.questions)


def _figures(found: Sequence["Lived"]) -> Iterator[Figure]:
    by_kind: dict[str, list[Lived]] = defaultdict(list)
    for each in found:
        if not each.failed:
            by_kind[each.kind].append(each)
    if failed := [each for each in found if each.failed]:
        yield Figure("years that the simulator could not live", f"{len(failed)}: {failed[0].seed}, {failed[0].failed}")
    if honest := by_kind[""][:HONEST]:
        alarms = [len(each.questions) for each in honest]
        yield Figure(
            f"questions raised in {len(honest)} honest years: most in one year",
            str(max(alarms)),
            "≤ 1",
            max(alarms) <= 1,
        )
        yield Figure("… in all of them", str(sum(alarms)))
    for kind in KINDS:
        if strong := [each for each in by_kind[kind] if each.touched >= FEWEST][:PLANTED]:
            yield from _of_kind(kind, strong)
    if careless := by_kind[CARELESSNESS]:
        count = sum(len(each.questions) for each in careless)
        yield Figure(f"questions in {len(careless)} years of as much neglect with nothing hidden", str(count))


def _of_kind(kind: str, years: Sequence["Lived"]) -> Iterator[Figure]:
    share = _share(years)
    yield Figure(f"cheats found of {len(years)} years with {kind}", f"{share:.0%}", "≥ 80%", share >= 0.8)
    precise, complete = sum(map(is_precise, years)), sum(map(is_complete, years))
    yield Figure("… half of what a question names is part of it; half of it is named", f"{precise}; {complete}")
    weak, strong = ([each for each in years if (each.touched < 15) is is_weak] for is_weak in (True, False))
    told = [f"{_share(each):.0%} of {len(each)}" for each in (weak, strong) if each]
    yield Figure("… by strength: below 15 cases hidden, and more", "; ".join(told))
    elsewhere = sum(not is_found(each) and is_asked_about(each) for each in years)
    yield Figure("… not found, but asked about by a question of another kind", str(elsewhere))
    yield Figure("… questions in these years that are not about the cheat", str(sum(map(others, years))))


def _share(years: Sequence["Lived"]) -> float:
    return sum(map(is_found, years)) / len(years)


# ---- by hand -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> None:
    """Print the figures, and a line for each year where `details` says so."""
    which = "practice" if "practice" in arguments else "final"
    told: dict[str, Any] = dict(each.split("=", 1) for each in arguments if "=" in each)
    kinds = [kind for kind in told.get("kinds", ",".join(KINDS)).split(",") if kind]
    honest, planted, careless = (
        int(told.get(name, usual)) for name, usual in (("honest", HONEST), ("planted", PLANTED), ("careless", CARELESS))
    )
    asked = _asked(which, honest, planted, careless, kinds)
    found = []
    for year in _lived(asked, int(told.get("processes", 2))):
        found.append(year)
        if "details" in told:
            with Path(told["details"]).open("a", encoding="utf-8") as file:
                print(json.dumps(asdict(year) | {"found": bool(year.kind) and is_found(year)}), file=file)
    figures = [*_figures(found), _refusals()]
    if "json" in arguments:
        print(json.dumps(figures))
        return
    for figure in figures:
        print(f"{figure.what}: {figure.value}  {figure.limit}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
