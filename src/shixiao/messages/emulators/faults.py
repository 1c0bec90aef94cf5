"""What goes wrong, how often, and that the same seed makes the same go wrong."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from threading import Lock


class Fault(StrEnum):
    """What goes wrong, as whoever calls (or is called) meets it."""

    REFUSED = "refused"  # the line is closed before anything was read
    CUT_BEFORE = "cut_before"  # the request was read, nothing was taken, no answer
    CUT_AFTER = "cut_after"  # it was taken, no answer
    SLOW = "slow"  # taken and answered, late
    PAGE = "page"  # a page of the gateway in front (HTML, 502) instead of an answer; taken or not
    TRUNCATED = "truncated"  # taken; the answer ends halfway
    BUSY = "busy"  # not taken: it says itself that it is busy
    LIMITED = "limited"  # not taken: too many calls
    EXPIRED = "expired"  # not taken: the token ended before its time
    TWICE = "twice"  # a callback or report comes twice
    OUT_OF_ORDER = "out_of_order"  # a callback or report is overtaken by the next one
    LATE = "late"  # a report comes long after
    EARLY = "early"  # a report comes before the answer to what it is about


LINE = (Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.SLOW, Fault.PAGE, Fault.TRUNCATED)
CONNECTION = "connection"  # the place where nothing was read yet


@dataclass(frozen=True)
class Happened:
    """A fault that was met: where, about which message (or whose sign-in), and whether that was taken all the same."""

    fault: Fault
    place: str
    about: str
    taken: bool
    at: float


@dataclass(frozen=True)
class Drawn:
    """A fault and a coin, for the faults that come in two kinds."""

    fault: Fault
    coin: bool


class Faults:
    """Which requests suffer. The n-th request to a place meets the same fault with the same seed, whatever happens elsewhere meanwhile.

    `share`: of the requests to a place; a quarter of that of the connections. A caller that tries again gets through.
    """

    def __init__(self, seed: int = 0, *, share: float = 0.2) -> None:
        self.seed = seed
        self.share = share
        self._plan: Mapping[str, Sequence[Fault | None]] | None = None
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    @classmethod
    def none(cls) -> "Faults":
        """Nothing goes wrong."""
        return cls(share=0)

    @classmethod
    def planned(cls, plan: Mapping[str, Sequence[Fault | None]]) -> "Faults":
        """These, one after the other for each place (`message/send`, `callback`, `connection`…); after them nothing goes wrong."""
        planned = cls()
        planned._plan = plan
        return planned

    def check(self, places: Mapping[str, Iterable[Fault]]) -> None:
        """Raises `ValueError` where a plan names what cannot happen there: such a test would prove nothing."""
        for place, faults in (self._plan or {}).items():
            if wrong := set(filter(None, faults)) - set(places.get(place, ())):
                raise ValueError(
                    f"{', '.join(sorted(wrong))} cannot happen at {place!r}; places: {', '.join(sorted(places))}"
                )

    def draw(self, place: str, among: Sequence[Fault]) -> Drawn | None:
        """What this request meets."""
        with self._lock:
            turn = self._counts[place]
            self._counts[place] += 1
        chance = Random(f"{self.seed} {place} {turn}")  # noqa: S311 — no secret: it has to come out the same
        hit, fault, coin = chance.random(), chance.choice(among) if among else None, chance.random() < 0.5
        if self._plan is not None:
            planned = self._plan.get(place, ())
            fault = planned[turn] if turn < len(planned) else None
        elif hit >= (self.share / 4 if place == CONNECTION else self.share):
            fault = None
        return Drawn(fault, coin) if fault else None
