"""What of the index somebody may see."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from shixiao.casework.search import grams

MOST_UNITS = 64
MOST_KINDS = 3


class Scope(NamedTuple):
    """Whose cases are looked at: those of the units under `paths` (None: of all; empty: of none), of `kinds`
    (None: of all) without `without_kinds`, opened in the half-open time."""

    paths: tuple[str, ...] | None
    without_kinds: tuple[str, ...] = ()
    kinds: tuple[str, ...] | None = None
    opened_from: datetime | None = None
    opened_until: datetime | None = None

    def is_empty(self) -> bool:
        """Nothing can be seen."""
        return self.paths == () or self.kinds == ()

    def marks(self) -> list[set[str]]:
        """Of each of these sets, everything in the scope has a mark. They narrow what is looked at and decide nothing,
        so there is none where marks would not narrow: for many units or kinds."""
        places = self.paths if self.paths and "" not in self.paths else ()
        sets = [set(map(grams.of_unit, places)), set(map(grams.of_kind, self.kinds or ()))]
        return [one for one, most in zip(sets, (MOST_UNITS, MOST_KINDS), strict=True) if 0 < len(one) <= most]

    def conditions(self) -> tuple[str, list[object]]:
        """The same in SQL, to be added behind WHERE, for the columns of the table of texts."""
        parts: list[str] = []
        given: list[object] = []
        for sql, values in self._conditions():
            parts.append(f" AND {sql}")
            given += values
        return "".join(parts), given

    def _conditions(self) -> Iterator[tuple[str, list[object]]]:
        if self.paths is not None and "" not in self.paths:
            ranges = " OR ".join(["(unit_path >= %s AND unit_path < %s)"] * len(self.paths))
            yield f"({ranges})", [end for path in self.paths for end in (path, _after(path))]
        if self.kinds is not None:
            yield f"case_kind IN ({', '.join(['%s'] * len(self.kinds))})", [*self.kinds]
        if self.without_kinds:
            yield f"case_kind NOT IN ({', '.join(['%s'] * len(self.without_kinds))})", [*self.without_kinds]
        if self.opened_from is not None:
            yield "opened_at >= %s", [connection.ops.adapt_datetimefield_value(self.opened_from)]
        if self.opened_until is not None:
            yield "opened_at < %s", [connection.ops.adapt_datetimefield_value(self.opened_until)]


def _after(path: str) -> str:
    """The first path behind all that begin with `path`: digits only, since they sort alike under every collation.
    What is no path has nothing below it."""
    if not path.isdecimal():
        return path
    return f"{path[: -grams.UNIT_WIDTH]}{int(path[-grams.UNIT_WIDTH :]) + 1:0{grams.UNIT_WIDTH}}"
