"""What the address of a page of evidence says: which gauges, of which cases, over which days, as known when. So a view can be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from shixiao.engine.measures import Outcome
from shixiao.ledger.readings import Days
from shixiao.ledger.tracing import After

LONGEST = 64
EARLIEST, LATEST = 1990, 2200
PARTS = {
    "met": Outcome.MET,
    "missed": Outcome.MISSED,
    "pending": Outcome.PENDING,
    "not_counted": Outcome.NOT_COUNTED,
    "amount": Outcome.AMOUNT,
}


@dataclass(frozen=True)
class Chosen:
    """One view. Every field is the text of the address; what makes no sense there is left out.

    `since` and `until` are the first and the last day, both inside; together they go before `year`. `on`: as it was known at the end of that day.
    """

    office: str = ""
    state: str = ""
    unit: str = ""
    project: str = ""
    contract: str = ""
    subject: str = ""
    topic: str = ""
    year: str = ""
    since: str = ""
    until: str = ""
    on: str = ""
    part: str = ""
    reason: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> "Chosen":
        """From the parameters of an address. A day that is not over cannot be looked back at: it reads as now."""
        said = {each.name: given.get(each.name, "").replace("\0", "").strip()[:LONGEST] for each in fields(cls)}
        for name in ("unit", "project", "contract", "subject", "topic"):
            if _number(said[name]) is None:
                said[name] = ""
        if not (said["year"].isascii() and said["year"].isdigit() and EARLIEST <= int(said["year"]) <= LATEST):
            said["year"] = ""
        since, until = _day(said["since"]), _day(said["until"])
        if since is None or until is None or since > until:
            said["since"] = said["until"] = ""
        on = _day(said["on"])
        if on is None or on >= today:
            said["on"] = ""
        if said["part"] not in PARTS:
            said["part"] = ""
        if said["part"] != "not_counted":
            said["reason"] = ""
        if said["after"] and _after(said["after"]) is None:
            said["after"] = ""
        return cls(**said)

    def address(self, **changes: str) -> str:
        """The query of the same view with something changed; changing anything begins at the first page."""
        changed = replace(self, **({"after": ""} | changes))
        given = {each.name: getattr(changed, each.name) for each in fields(changed)}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def scope(self) -> str:
        """The query that one gauge needs of the view of all: whose cases, which days, as known when."""
        return self.address(office="", state="", topic="", part="", reason="")

    @property
    def is_narrowed(self) -> bool:
        """Not all cases of a whole year as they are known now: what a restricted register shows to nobody but its holders."""
        scope = (self.unit, self.project, self.contract, self.subject, self.topic)
        return any(scope) or bool(self.since or self.on)

    @property
    def unit_id(self) -> int | None:
        """The unit, with everything below it."""
        return _number(self.unit)

    @property
    def project_id(self) -> int | None:
        """The project."""
        return _number(self.project)

    @property
    def contract_id(self) -> int | None:
        """The contract, of cases that have one."""
        return _number(self.contract)

    @property
    def subject_id(self) -> int | None:
        """The device, system or room, of cases that have one."""
        return _number(self.subject)

    @property
    def topic_id(self) -> int | None:
        """The topic, of a measure that counts by topics."""
        return _number(self.topic)

    @property
    def as_of(self) -> date | None:
        """The past day as whose end things were known; None is now."""
        return _day(self.on)

    @property
    def outcome(self) -> Outcome | None:
        """The part that is opened; None is all of them."""
        return PARTS.get(self.part)

    @property
    def cursor(self) -> After | None:
        """The last row of the page before."""
        return _after(self.after) if self.after else None

    def days(self, today: date) -> Days:
        """The window."""
        since, until = _day(self.since), _day(self.until)
        if since is not None and until is not None:
            return Days(since, until + timedelta(days=1))
        return Days.year(int(self.year) if self.year else today.year)


def of_scope(
    days: Days,
    *,
    unit: int | None = None,
    project: int | None = None,
    contract: int | None = None,
    subject: int | None = None,
    on: date | None = None,
) -> Chosen:
    """The view of one window and scope, as a page that is about them has it: a calendar year by its number."""
    ids = {"unit": unit, "project": project, "contract": contract, "subject": subject}
    given = {name: str(each) for name, each in ids.items() if each is not None}
    if days == Days.year(days.begin.year):
        given["year"] = str(days.begin.year)
    else:
        given |= {"since": days.begin.isoformat(), "until": (days.end - timedelta(days=1)).isoformat()}
    return Chosen(**given, on=on.isoformat() if on is not None else "")


def cursor_text(last: After) -> str:
    """How an address says behind which row a page begins."""
    return f"{last.day.isoformat()}.{last.case_id}.{last.part}"


def is_day(text: str) -> bool:
    """A day that an address can speak of."""
    return _day(text) is not None


def _after(text: str) -> After | None:
    day, _dot, rest = text.partition(".")
    case, _dot, part = rest.partition(".")
    found, case_id, number = _day(day), _number(case), _number(part)
    if found is None or case_id is None or number is None:
        return None
    return After(found, case_id, number)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None
