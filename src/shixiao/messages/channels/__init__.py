"""Channels: ways to reach somebody outside the browser, one folder each, found by themselves.

    channels/email/__init__.py     says in its docstring what it is; its tables, if any, in models.py (imported by messages/models)
    channels/email/channel.py      CHANNEL = Email(): a subclass of `Channel`
    channels/email/urls.py         urlpatterns, below /messages/channels/email/ (optional)

How a notice goes out, and what a channel can rely on:

1. `planning` asks `targets(people)` who can be reached, in one call for many, and writes a `Delivery` for each person (or digest), with
   the moment at which it may go. A channel that does not serve persons (webhooks) writes deliveries of its own in `gather(now)`, with
   `target` and `event`: the database lets each pair through once.
2. `sending` writes down, and commits, that the notice is being handed over (`Fate.HANDED`); only then does it call `send(parcel, now=now)`,
   outside any transaction; then it writes the outcome. The worker may be killed at any moment in between.
3. `send` returns an `Outcome`, and says truthfully which:
   - `accepted(…)`, `delivered(…)`: the other side has it.
   - `refused(reason)`: the other side said no for good. The delivery has failed.
   - `not_reached(reason)`: **nothing** was handed over (no name, no connection, or it said itself that it did not take it). It is tried again after
     `waits`, by itself, until it is of no use any more.
   - `unknown(reason)`: the other side may have it. Any exception, and a worker that never came back (`patience`), counts as this.
4. What is unknown is never sent again by itself, unless the channel `repeats()`: the other side then takes the same `parcel.key` twice
   as one. Otherwise a receipt (`fates.happen(delivery, Fate.DELIVERED, …)`) or a person on the page of deliveries decides.

Reasons are codes (`smtp_550`), never what somebody wrote and never an address.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.messages.states import Fate

if TYPE_CHECKING:
    from shixiao.messages.models import Delivery
    from shixiao.people.models import User

INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a channel can do, and what it costs.

    `receipts`: what comes back after `sent`. `repeats`: the same key may be handed over again by the program. `longest`: how many
    characters one notice may have; None for any. `cost`: what one notice costs, in words; None for nothing.
    """

    receipts: frozenset[Fate] = frozenset()
    repeats: bool = False
    longest: int | None = None
    cost: Text | None = None


class Result(Enum):
    """How handing over ended."""

    ACCEPTED = Fate.SENT
    DELIVERED = Fate.DELIVERED
    REFUSED = Fate.FAILED
    NOT_REACHED = Fate.NOT_REACHED
    UNKNOWN = Fate.UNKNOWN


@dataclass(frozen=True, slots=True)
class Outcome:
    """How handing over ended, and the code of why. `again_in`: the other side said when to come back (with `not_reached`)."""

    result: Result
    reason: str = ""
    again_in: timedelta | None = None


def accepted(reason: str = "") -> Outcome:
    """The other side took it."""
    return Outcome(Result.ACCEPTED, reason)


def delivered(reason: str = "") -> Outcome:
    """The other side says that it has arrived."""
    return Outcome(Result.DELIVERED, reason)


def refused(reason: str) -> Outcome:
    """The other side said no, and would say so again."""
    return Outcome(Result.REFUSED, reason)


def not_reached(reason: str, *, again_in: timedelta | None = None) -> Outcome:
    """Nothing was handed over."""
    return Outcome(Result.NOT_REACHED, reason, again_in)


def unknown(reason: str) -> Outcome:
    """It may have arrived."""
    return Outcome(Result.UNKNOWN, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is handed over. `title` and `lines` are in the language of the person, a line for each message, and fit `longest`;
    both are empty for a delivery of the channel's own (`target`). `address` is what `targets` said of the person."""

    delivery: "Delivery"
    key: str
    attempt: int
    person: "User | None"
    address: str
    title: str
    lines: tuple[str, ...]
    language: str


class Channel:
    """One way out. Stateless: everything that it knows is in the settings and in the database."""

    name: ClassVar[str]
    title: ClassVar[Text]
    about: ClassVar[Text]
    abilities: ClassVar[Abilities]
    is_inside: ClassVar[bool] = False
    is_for_people: ClassVar[bool] = True
    source: ClassVar[Text] = Text("", "")  # who says where people are reached, and whom they tell that it is wrong
    page: ClassVar[str] = ""  # the name of the address at which the system administrator looks after it
    # The channel whose receipt is waited for: whoever that one reaches gets nothing by this one from planning, but from `gather`.
    stands_in_for: ClassVar[str] = ""
    # How long to wait after a first, second … time at which nothing could be handed over, up to a tenth less each (`sending.spread`); after the last
    # one it has failed.
    waits: ClassVar[tuple[timedelta, ...]] = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720))
    patience: ClassVar[timedelta] = timedelta(minutes=10)

    def is_ready(self) -> bool:
        """It is set up here, so that people may choose it. Asks no statement of the database."""
        return False

    def lacks(self) -> list[str]:
        """The settings that are missing or wrong where somebody began to set it up; none where nobody did. For the deploy check."""
        return []

    def way_in(self) -> tuple[Text, str] | None:
        """What the page of sign-in says of signing in by it, and where that begins; None where nobody does. Asks no statement."""
        return None

    def urgencies(self, on: date) -> Collection[str] | None:
        """Which urgencies go by it on that day; None for each. A statement at most."""
        return None

    def targets(self, people: "Sequence[User]") -> Mapping[int, str]:
        """Where each of these can be reached, by id; whoever is left out cannot. A bounded number of statements."""
        return {}

    def titles(self, targets: Collection[str]) -> Mapping[str, str]:
        """What its own targets are called, for the page of deliveries; one statement."""
        return {}

    def repeats(self) -> bool:
        """The same key may be handed over again by the program, as this installation is set up. Asks no statement of the database."""
        return self.abilities.repeats

    def gather(self, now: datetime) -> int:
        """Deliveries that no message asks for; one batch in a transaction of its own, how many. The worker calls until 0."""
        return 0

    def try_out(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Hand over a test that is no delivery (`channels.trying`): nothing is written down of it here."""
        raise NotImplementedError

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Hand one notice over, in bounded time (well below `patience`). Outside any transaction."""
        raise NotImplementedError


@cache
def found() -> Mapping[str, Channel]:
    """Every channel whose folder lies here, by name; the inbox first. Cached: they come and go with a restart."""
    here = Path(__file__).parent
    names = sorted((each.parent.name for each in here.glob("*/channel.py")), key=lambda name: (name != INBOX, name))
    channels = [import_module(f"{__name__}.{name}.channel").CHANNEL for name in names]
    for name, channel in zip(names, channels, strict=True):
        if channel.name != name:
            raise ValueError(f"the channel in the folder {name!r} calls itself {channel.name!r}")
    return {channel.name: channel for channel in channels}


def outside() -> list[Channel]:
    """The channels that leave the house and are set up."""
    return [channel for channel in found().values() if not channel.is_inside and channel.is_ready()]


def for_people() -> list[Channel]:
    """Those of them that a person may choose. None in a demonstration: its people are invented."""
    if settings.SHIXIAO_DEMO:
        return []
    return [channel for channel in outside() if channel.is_for_people]


def ways_in() -> list[tuple[Text, str]]:
    """Where people sign in by a channel."""
    return [found_there for channel in found().values() if (found_there := channel.way_in()) is not None]


def with_pages() -> list[str]:
    """The names of channels that have pages of their own."""
    return [name for name in found() if find_spec(f"{__name__}.{name}.urls")]
