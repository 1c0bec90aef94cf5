"""A question: something in the records that wants an explanation. Never an accusation; a good answer is as likely as a bad one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import Enum

from shixiao.engine.bilingual import Text


class Kind(str, Enum):
    """What is asked about."""

    BATCH_CLOSING = "batch_closing"
    REOPENED = "reopened"
    BACKDATED = "backdated"
    LATE_EXCLUSION = "late_exclusion"
    RECLASSIFIED = "reclassified"


KIND_WORDS = {
    Kind.BATCH_CLOSING: Text("期末集中办结", "Many closed at the end of a period"),
    Kind.REOPENED: Text("临期办结又重开", "Closed before the limit and opened again"),
    Kind.BACKDATED: Text("逾期后补记为按时", "Recorded after the limit as done before it"),
    Kind.LATE_EXCLUSION: Text("逾期后改为不计", "Left out after it was missed"),
    Kind.RECLASSIFIED: Text("逾期后改了归类", "Classified otherwise after it was missed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, of which gauge and office, about which days and cases. `person` is the id of who wrote most of it down, empty where
    several did; `strength` grows with what speaks for asking, and 1 is the least that is asked about. `text` names no person and no case."""

    kind: Kind
    gauge: int
    office: str
    unit: int
    person: str
    days: tuple[date, ...]
    cases: tuple[int, ...]
    strength: float
    text: Text

    @property
    def key(self) -> str:
        """The same as long as it is the same question about the same cases: what an answer is kept under."""
        written = f"{self.kind.value}:{self.gauge}:{','.join(map(str, sorted(self.cases)))}"
        return hashlib.sha256(written.encode()).hexdigest()


def days_in_words(days: tuple[date, ...]) -> Text:
    """One day, or from the first to the last."""
    first, last = days[0], days[-1]
    if first == last:
        return Text(f"{first.month} 月 {first.day} 日", f"{first:%d %B}".lstrip("0"))
    return Text(
        f"{first.month} 月 {first.day} 日至 {last.month} 月 {last.day} 日",
        f"{first:%d %B} to {last:%d %B}".replace(" 0", " ").lstrip("0"),
    )
