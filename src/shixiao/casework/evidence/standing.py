"""What a reading stands on: nothing that was watched, something that was watched and did not happen, or a value. Pure."""

from dataclasses import dataclass
from enum import Enum

from shixiao.engine.measures import Reading, Reads


class Standing(Enum):
    """How a reading stands. `UNDECIDED`: there are cases, and none of them is decided yet; `HIDDEN`: a restricted register (law 9)."""

    MISSED = "missed"
    VALUE = "value"
    UNDECIDED = "undecided"
    NOTHING_OCCURRED = "nothing"
    NO_EVIDENCE = "none"
    HIDDEN = "hidden"

    @property
    def has_evidence(self) -> bool:
        """There is a value, or somebody was watching and nothing happened."""
        return self in (Standing.MISSED, Standing.VALUE, Standing.NOTHING_OCCURRED)


@dataclass(frozen=True, slots=True)
class Watch:
    """Whether somebody was watching, by the nil returns of the window: signed, missing, not due yet."""

    signed: int = 0
    missing: int = 0
    due: int = 0

    @classmethod
    def of(cls, reading: Reading) -> "Watch":
        """From the reading of the measure that the gauge is watched by."""
        return cls(reading.met, reading.missed, reading.pending)

    @property
    def is_whole(self) -> bool:
        """At least one was signed and none is missing."""
        return self.signed > 0 and not self.missing


def standing(reading: Reading, reads: Reads, watch: Watch | None) -> Standing:
    """How it stands. Nothing to count is no value, never 0 and never 100: it is 无发生 only where nil returns prove that
    somebody was watching, and one missing return makes it no evidence."""
    if reading.value(reads) is not None:
        return Standing.MISSED if reading.missed else Standing.VALUE
    if reading.cases:
        return Standing.UNDECIDED
    return Standing.NOTHING_OCCURRED if watch is not None and watch.is_whole else Standing.NO_EVIDENCE
