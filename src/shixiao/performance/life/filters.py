"""What the address of the reviewer's desk chooses, and where its page begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q

from shixiao.performance.life.steps import PLANS
from shixiao.performance.models.plans import FIRST_YEAR, LAST_YEAR

MINE, OPEN, ALL = "mine", "open", "all"
FINDINGS = ("error", "warning", "clean")
WAITS = (3, 7, 14, 30)
ENDS = tuple(state.name for state in PLANS.states if state.is_end)
STATES = tuple(state.name for state in PLANS.states)
LONGEST_WORDS = 100


@dataclass(frozen=True, kw_only=True)
class DeskFilters:
    """The chosen state (or `mine`, `open`, `all`), year, findings, least days of waiting, words of the office's name; `after` is the
    last row of the page before."""

    state: str = MINE
    year: int | None = None
    findings: str = ""
    waits: int = 0
    q: str = ""
    after: tuple[datetime, int] | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "DeskFilters":
        """What makes no sense is left out."""
        state, findings = given.get("state", ""), given.get("findings", "")
        return cls(
            state=state if state in (MINE, OPEN, ALL, *STATES) else MINE,
            year=year if FIRST_YEAR <= (year := _whole(given.get("year", ""))) <= LAST_YEAR else None,
            findings=findings if findings in FINDINGS else "",
            waits=min(_whole(given.get("waits", "")), 3650),
            q=given.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS],
            after=_cursor(given.get("after", "")),
        )

    def conditions(self, *, mine: Iterable[str], now: datetime) -> Q:
        """As a condition for rows of plan lives. `mine` are the states that wait for this person."""
        found = Q()
        if self.state == MINE:
            found &= Q(case__state__in=list(mine))
        elif self.state == OPEN:
            found &= ~Q(case__state__in=ENDS)
        elif self.state != ALL:
            found &= Q(case__state=self.state)
        if self.year is not None:
            found &= Q(plan__fiscal_year=self.year)
        if self.findings == "error":
            found &= Q(version__tally__errors__gt=0)
        elif self.findings == "warning":
            found &= Q(version__tally__warnings__gt=0)
        elif self.findings == "clean":
            found &= Q(version__tally__errors=0, version__tally__warnings=0)
        if self.waits:
            found &= Q(waits_since__lte=now - timedelta(days=self.waits))
        for word in self.q.split()[:8]:
            found &= Q(plan__department__icontains=word)
        return found

    def behind(self) -> Q:
        """What stands behind the last row of the page before."""
        if self.after is None:
            return Q()
        moment, case = self.after
        return Q(waits_since__gte=moment) & (Q(waits_since__gt=moment) | Q(case__gt=case))

    def address(self, **other: str) -> str:
        """The query string that chooses the same, with something different; the first page unless `after` is said."""
        here = replace(self, after=None)
        said = {"state": here.state, "year": str(here.year or ""), "findings": here.findings, "q": here.q}
        said |= {"waits": str(here.waits or ""), **other}
        return f"?{urlencode({name: value for name, value in said.items() if value})}"


def cursor(moment: datetime, case: int) -> str:
    """Where a page ends, for the address of the next one."""
    return f"{moment.isoformat()}~{case}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    moment, _tilde, case = text.partition("~")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    key = _whole(case)
    return (found, key) if found.tzinfo is not None and key else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
