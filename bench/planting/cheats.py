"""Which cheat a planted year has: drawn by kind and seed, before anything of that year is known."""

from dataclasses import dataclass
from random import Random

from planting.ways import MANNERS, WAYS, How, Way

SHARES = (1 / 3, 2 / 3, 1.0)
CARELESSNESS = "carelessness"
KINDS = tuple(WAYS)
# A year holds so many, roughly, of what is plentiful; of the others a season is half a year at least.
A_DAY = {"cleaning": 2.0, "fire_rounds": 1.4, "security": 2.8, "payments": 0.65}
RARE = "petitions"
FEW = {"tasks": (0.3, 0.65), "nil": (0.4, 0.9), RARE: (1.0, 1.0), "allowances": (0.4, 0.8)}  # rates


@dataclass(frozen=True, kw_only=True)
class Cheat:
    """Neglect in a place from the first to the last of some months, and the way in which a share of it is hidden."""

    kind: str
    seed: int
    place: str
    way: Way
    how: How
    first: int
    last: int
    rate: float  # of all cases of the place in the season that are neglected
    share: float  # of these that are hidden

    @property
    def style(self) -> str:
        """How it was done, in a word or three."""
        if not self.share:
            return "nothing hidden"
        is_heap = self.way.__name__.endswith("heaps") or self.way.__name__ == "heap"
        return self.way.__name__ + (f"/{self.how.months}mo/{self.how.manner}" if is_heap else "")


def draw(kind: str, seed: int) -> Cheat:
    """The cheat of that kind and seed; of `CARELESSNESS` the same neglect, and nothing is hidden."""
    chance = Random(f"cheat {kind} {seed}")
    several = WAYS if kind == CARELESSNESS else {kind: WAYS[kind]}
    places = sorted({place for ways in several.values() for _way, fitting in ways for place in fitting})
    place = chance.choice(places)
    if place == RARE and chance.random() < 0.5:  # in a small office they are too few to show anything
        place = chance.choice(places)
    way = chance.choice([way for ways in several.values() for way, fitting in ways if place in fitting])
    is_few = place in FEW
    length = chance.choice((6, 9, 12)) if is_few else chance.choice((1, 2, 3, 6, 12))
    if place in (RARE, "tasks"):
        length = 12
    if place == "payments":
        length = max(3, length)
    first = chance.randint(1, 13 - length)
    how = How(
        months=chance.choice((1, 3) if is_few or length > 2 else (1,)),
        manner=chance.choice(MANNERS),
        choice=chance.random(),
    )
    share = chance.choice(SHARES[1:] if is_few else SHARES)
    return Cheat(
        kind=kind,
        seed=seed,
        place=place,
        way=way,
        how=how,
        first=first,
        last=first + length - 1,
        rate=_rate(place, length, share, chance),
        share=0.0 if kind == CARELESSNESS else share,
    )


def _rate(place: str, length: int, share: float, chance: Random) -> float:
    if place in FEW:
        return chance.uniform(*FEW[place])
    wanted = chance.randint(max(12, round(8 / share)), 60)
    return min(0.5, wanted / (A_DAY[place] * 30.4 * length))
