"""One year, honest or with a cheat planted, and what the monitor asks about it at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from planting.cheats import Cheat, draw
from planting.house import YEAR, wanted_of

WORDS = {
    "registers": ("clerk", "confirmer", "restricted_clerk", "restricted_confirmer"),
    "payments": ("clerk", "approver", "cashier"),
}


@dataclass(frozen=True)
class Asked:
    """Which year: honest where it has no kind."""

    seed: int
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """One question of the monitor: how many cases it names, how many of these were part of the cheat, and how many were hidden misses."""

    kind: str
    gauge: str
    strength: float
    cases: int
    guilty: int
    touched: int


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What was planted in a year, and what was asked."""

    seed: int
    kind: str
    place: str = ""
    style: str = ""
    share: float = 0.0
    neglected: int = 0
    touched: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    questions: tuple[Raised, ...] = ()
    failed: str = ""  # why the year could not be lived


def lived(house: Any, asked: Asked) -> Lived:
    """Live that year in the current database, and ask."""
    from django.db import DatabaseError

    from shixiao.casework.refusing import Refused

    try:
        return _lived(house, asked)
    except (Refused, DatabaseError) as failure:  # of the honest desks: what is planted may be refused
        return Lived(seed=asked.seed, kind=asked.kind, failed=str(failure))


def _lived(house: Any, asked: Asked) -> Lived:
    from django.db import transaction

    from shixiao.casework import living, loading
    from shixiao.people import demonstration
    from shixiao.people.models import User
    from shixiao.performance import questions
    from shixiao.site import simulating

    wanted = wanted_of(asked.seed)
    cheat = draw(asked.kind, asked.seed) if asked.kind else None
    deeds: Any = None
    with transaction.atomic():
        second = _second_people(wanted.began) if cheat else {}
    with loading.in_bulk():
        if cheat is None:
            simulating.live(house, wanted, after=None)
        else:
            deeds = _live_cheating(house, wanted, cheat, second)
    living.settle(wanted.until)
    officer = User.objects.get(username=demonstration.OFFICER.username)
    simulating.bind(house, by=officer, say=lambda text: None, now=wanted.until)
    found = questions.raised(YEAR, now=wanted.until)
    if cheat is None:
        return Lived(seed=asked.seed, kind="", questions=_raised(found, set(), set()))
    return Lived(
        seed=asked.seed,
        kind=cheat.kind,
        place=cheat.place,
        style=cheat.style,
        share=cheat.share,
        neglected=deeds.neglected,
        touched=len(deeds.touched),
        refused=dict(deeds.refused),
        questions=_raised(found, deeds.touched, deeds.instead),
    )


def _raised(found: Sequence[Any], touched: set[int], instead: set[int]) -> tuple[Raised, ...]:
    from shixiao.ledger.models import Gauge

    names = dict(Gauge.objects.values_list("pk", "measure"))
    return tuple(
        Raised(
            kind=each.kind.value,
            gauge=names.get(each.gauge, str(each.gauge)),
            strength=float(each.strength),
            cases=len(each.cases),
            guilty=len(set(each.cases) & (touched | instead)),
            touched=len(set(each.cases) & touched),
        )
        for each in found
    )


def _live_cheating(house: Any, wanted: Any, cheat: Cheat, second: dict[str, Any]) -> Any:
    """As `simulating.live`, with a cheat at the desks."""
    from planting.desks import CheatingDesk, Deeds
    from shixiao import ledger
    from shixiao.casework import events, living, offices, simulated
    from shixiao.casework.simulating import character

    codes = {"year": wanted.year, "seed": wanted.seed, "scale": wanted.scale, "until": wanted.until}
    ledger.record(events.SIMULATED, subject=simulated.SUBJECT, by=None, now=wanted.began, particulars=codes)
    who = character(year=wanted.year, seed=wanted.seed)
    told: dict[str, Any] = {"staff": house.staff, "scale": wanted.scale, "approved": house.published}
    deeds = Deeds()
    desks = []
    for office in offices.installed():
        desk = getattr(office.part("simulate"), "Desk", None)
        if desk is not None:
            honest = desk(who, projects=house.projects, **told)
            desks.append(
                CheatingDesk(honest, cheat, deeds, second, office=office.label) if office.label in WORDS else honest
            )
    living.live(desks, year=wanted.year, after=None, until=wanted.until)
    return deeds


def _second_people(now: datetime) -> dict[str, Any]:
    """Somebody else for every post, as an office of more than one has."""
    from shixiao.people import actions
    from shixiao.people.models import Post, Role, Unit
    from shixiao.site.simulating import BEGAN, CODE

    found = {}
    for office, words in WORDS.items():
        for word in words:
            name = f"{office}.{word}"
            post = Post.objects.get(code=name.replace(".", "").replace("_", "").upper())
            user = actions.create_account(
                f"second-{office}-{word.replace('_', '-')}",
                display_name=f"演示-{post.name}乙",
                role=Role.STAFF,
                password=None,
                by=None,
                now=now,
                is_demonstration=True,
            )
            unit = Unit.objects.get(code=CODE)
            actions.appoint(user, post=post, unit=unit, since=BEGAN, is_main=True, by=None, now=now)
            found[name] = user
    return found
