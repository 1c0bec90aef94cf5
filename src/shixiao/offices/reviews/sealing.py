"""What was given, sealed until all have given theirs. Nothing else at this desk reads `Grade`.

A person may always see what they gave themselves. Everything else opens with the event by which a complete round was compared: until that
is written there is no call here that hands out another's grade, whoever asks.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, NamedTuple

from shixiao.casework.models import Case
from shixiao.ledger.models import Event
from shixiao.offices.reviews import events
from shixiao.offices.reviews.models import Grade, Seat
from shixiao.people.models import User


class Opened(NamedTuple):
    """One grade of a round that is open to everybody who sees the review. `reason` is None where the law had it deleted."""

    reviewer: int
    tier: str
    mark: Decimal
    reason: str | None


class Round(NamedTuple):
    """An open round: its grades in the order of the places, and how far their marks lie apart."""

    grades: tuple[Opened, ...]
    spread: Decimal


def _random() -> str:
    return secrets.token_hex(32)


_salt: ContextVar[Callable[[], str]] = ContextVar("shixiao_salt", default=_random)


@contextmanager
def salted(make: Callable[[], str]) -> Iterator[None]:
    """Salts that can be made again, for an invented year: the same seed has to give the same book. Never for grades of people."""
    token = _salt.set(make)
    try:
        yield
    finally:
        _salt.reset(token)


def sealed(case: Case, round_: int, reviewer: User, *, tier: str, mark: Decimal, reason: str) -> tuple[Grade, str]:
    """A grade to be written, and what the event says of it: a commitment that nobody can guess the grade from."""
    grade = Grade(case=case, round=round_, reviewer=reviewer, tier=tier, mark=mark, reason=reason, salt=_salt.get()())
    return grade, commitment(grade)


def commitment(grade: Grade) -> str:
    """SHA-256 over salt, reviewer, tier, mark and reason as canonical JSON."""
    told = {
        "salt": grade.salt,
        "reviewer": grade.reviewer_id,
        "tier": grade.tier,
        "mark": f"{grade.mark:.2f}",
        "reason": grade.reason,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seats_of(case_id: int, round_: int) -> list[Seat]:
    """Who judges in this round now, by place; one statement."""
    rows = Seat.objects.filter(case=case_id, round=round_).select_related("reviewer").order_by("place", "number")
    return list({each.place: each for each in rows}.values())


def given_by(case_id: int, round_: int) -> set[int]:
    """Who has given a grade in this round, by id: that somebody did is no secret."""
    return set(Grade.objects.filter(case=case_id, round=round_).values_list("reviewer_id", flat=True))


def own(case_id: int, round_: int, *, by: User) -> Grade | None:
    """What this very person gave."""
    return Grade.objects.filter(case=case_id, round=round_, reviewer=by).first()


def complete(case_id: int, round_: int) -> list[Grade] | None:
    """Every grade of a round in the order of the places; None while one of them is missing. For the comparison alone."""
    seats = seats_of(case_id, round_)
    grades = {each.reviewer_id: each for each in Grade.objects.filter(case=case_id, round=round_)}
    if not seats or any(each.reviewer_id not in grades for each in seats):
        return None
    return [grades[each.reviewer_id] for each in seats]


def broken(grades: Sequence[Grade], case: Case, round_: int) -> list[int]:
    """Reviewers whose grade is not what their event committed to: somebody changed the row behind the program's back."""
    rows = Event.objects.filter(
        subject_kind=Case.ledger_name, subject_id=str(case.pk), kind=events.GRADED.name
    ).values_list("by_id", "particulars")
    said = {(by, told["round"]): told["commitment"] for by, told in rows}
    return [each.reviewer_id for each in grades if said.get((str(each.reviewer_id), round_)) != commitment(each)]


def opened_rounds(case: Case) -> set[int]:
    """The rounds whose grades were opened; one statement."""
    kinds = (events.AGREED.name, events.DIFFERED.name)
    rows = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk), kind__in=kinds)
    return {told["round"] for told in rows.values_list("particulars", flat=True)}


def opened(case: Case, round_: int) -> Round | None:
    """The grades of a round as the comparing event opened them; None while there is no such event. Two statements."""
    kinds = (events.AGREED.name, events.DIFFERED.name)
    rows = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk), kind__in=kinds)
    found = next((each for each in rows.prefetch_related("words") if each.particulars["round"] == round_), None)
    if found is None:
        return None
    words = {each.name: each.words for each in found.words.all()}
    return _read(found.particulars, json.loads(words["reasons"]) if "reasons" in words else None)


def _read(told: Mapping[str, Any], reasons: Mapping[str, str] | None) -> Round:
    """JSON keeps no order on every database, so places come from the order that the event names."""
    grades = tuple(
        Opened(
            reviewer=int(key),
            tier=str(told["graded"][key]),
            mark=Decimal(str(mark)),
            reason=None if reasons is None else reasons.get(key, ""),
        )
        for key, mark in sorted(told["marks"].items(), key=lambda each: int(each[0]))
    )
    return Round(grades, Decimal(str(told["spread"])))
