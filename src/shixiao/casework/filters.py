"""What the address of a list says: which cases, in which order, from where on. So a view can be sent, and saved."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from shixiao.casework.models import Urgency
from shixiao.casework.steps import Steps
from shixiao.people.models import User

OPEN, CLOSED = "open", "closed"
OVERDUE, SOON, NO_LIMIT = "overdue", "soon", "none"
ME, NOBODY = "me", "nobody"
NEWEST, BY_LIMIT = "", "limit"
SOON_IS = timedelta(days=3)
LONGEST = 200


class Cursor(NamedTuple):
    """Behind which case the page begins: its id, and its limit where the order is by limits."""

    id: int
    limit_at: datetime | None = None

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """From an address; None where it is none."""
        id_, _at, limit = text.partition("@")
        if not (id_.isascii() and id_.isdigit() and len(id_) < 19):
            return None
        try:
            moment = datetime.fromisoformat(limit) if limit else None
        except ValueError:
            return None
        return None if moment is not None and timezone.is_naive(moment) else cls(int(id_), moment)

    def __str__(self) -> str:
        return f"{self.id}@{self.limit_at.isoformat()}" if self.limit_at else str(self.id)


@dataclass(frozen=True)
class Filters:
    """One view of a list. Every field is the text of the address; what makes no sense there is left out."""

    kind: str = ""
    state: str = ""
    unit: str = ""
    project: str = ""
    lead: str = ""
    due: str = ""
    urgency: str = ""
    since: str = ""
    until: str = ""
    q: str = ""
    sort: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """From the parameters of an address."""
        said = {each.name: given.get(each.name, "").replace("\0", "").strip()[:LONGEST] for each in fields(cls)}
        for name in ("unit", "project"):
            if _number(said[name]) is None:
                said[name] = ""
        for name in ("since", "until"):
            if _day(said[name]) is None:
                said[name] = ""
        for name, known in _KNOWN.items():
            if said[name] not in known:
                said[name] = ""
        if said["lead"] not in {ME, NOBODY} and _number(said["lead"]) is None:
            said["lead"] = ""
        return cls(**said)

    def address(self, **changes: str) -> str:
        """The query of the same view with something changed; changing anything begins at the first page."""
        changed = replace(self, **({"after": ""} | changes))
        given = {each.name: getattr(changed, each.name) for each in fields(changed)}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def plain(self) -> str:
        """The query of the view's first page."""
        return self.address()

    @property
    def is_narrowed(self) -> bool:
        """Something beside kind, order and page was chosen."""
        given = replace(self, kind="", sort="", after="")
        return given != Filters()

    @property
    def cursor(self) -> Cursor | None:
        """Where the page begins."""
        return Cursor.read(self.after) if self.after else None

    @property
    def unit_id(self) -> int | None:
        """The unit with everything below it."""
        return _number(self.unit)

    @property
    def project_id(self) -> int | None:
        """The project."""
        return _number(self.project)

    @property
    def is_by_limit(self) -> bool:
        """The nearest limit first. What is asked of limits is shown so."""
        return self.sort == BY_LIMIT or self.due in {OVERDUE, SOON}

    def conditions(self, table: Steps | None, *, by: User, now: datetime) -> Q:
        """What must hold of a case, units and words apart."""
        found = Q(kind=table.kind) if table else Q()
        found &= self._of_state(table)
        if self.project_id is not None:
            found &= Q(project=self.project_id)
        if self.lead:
            found &= Q(lead=None) if self.lead == NOBODY else Q(lead=by.pk if self.lead == ME else _number(self.lead))
        if self.urgency:
            found &= Q(urgency=self.urgency)
        if (since := _day(self.since)) is not None:
            found &= Q(opened_at__gte=_midnight(since))
        if (until := _day(self.until)) is not None:
            found &= Q(opened_at__lt=_midnight(until + timedelta(days=1)))
        return found & self.of_limits(now)

    def _of_state(self, table: Steps | None) -> Q:
        if self.state == OPEN:
            return Q(closed_at=None)
        if self.state == CLOSED:
            return Q(closed_at__isnull=False)
        known = {state.name: state for state in table.states} if table else {}
        if self.state not in known:
            return Q()
        # An open state says so twice, since the indexes of open cases ask for it.
        return Q(state=self.state) if known[self.state].is_end else Q(state=self.state, closed_at=None)

    def of_limits(self, now: datetime) -> Q:
        """What must hold of the limit."""
        match self.due:
            case "overdue":
                return Q(closed_at=None, limit_at__lte=now)
            case "soon":
                return Q(closed_at=None, limit_at__gt=now, limit_at__lte=now + SOON_IS)
            case "none":
                return Q(closed_at=None, limit_at=None)
        return Q(closed_at=None, limit_at__isnull=False) if self.sort == BY_LIMIT else Q()


_KNOWN = {
    "due": {OVERDUE, SOON, NO_LIMIT},
    "urgency": set(Urgency.values),
    "sort": {NEWEST, BY_LIMIT},
}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 < found.year < 9999 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
