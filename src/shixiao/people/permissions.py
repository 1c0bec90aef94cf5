"""Who may what: plain predicates over an account, its posts and the tree of units.

An office's step names a responsibility. Whoever holds a post that carries it, at the unit of the case or at a unit
above, may do it. That follows from the tree and needs no row per case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from shixiao.people.models import Appointment, Role, Unit, User
from shixiao.people.responsibilities import known

Anybody = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Mandates:
    """What somebody's posts give on one day: for each responsibility the paths of the units where it holds."""

    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    main_unit_id: int | None = None
    main_unit_path: str = ""
    looks_at: tuple[str, ...] = ()  # units at which the person may look without a post; set by who knows why

    @property
    def words(self) -> frozenset[str]:
        """Every responsibility held anywhere."""
        return frozenset(self.places)

    def paths_for(self, word: str) -> tuple[str, ...]:
        """The units where `word` holds, each with everything below it; none lies below another."""
        return self.places.get(known(word), ())

    def allow(self, word: str, path: str | None) -> bool:
        """`word` holds at the unit with that path or above it; with None: it holds somewhere."""
        held = self.paths_for(word)
        return bool(held) if path is None else path.startswith(held) if held else False


NONE = Mandates()
Known = tuple[date, date, Mandates]  # from a day on, until another


def mandates(user: Anybody, on: date) -> Mandates:
    """What `user`'s posts give on that day: one statement, then kept on the account until the day on which one of them begins or ends.

    Nothing for strangers, for disabled accounts and for administrators. Afterwards `user.known_mandates` is dropped
    by whatever action changes an appointment through this very object.
    """
    if not isinstance(user, User) or not user.is_active or user.is_administrator:
        return NONE
    known = user.known_mandates
    if known is None or not known[0] <= on < known[1]:
        known = user.known_mandates = _read(user, on)
    return known[2]


def holds(user: Anybody, word: str, *, unit: Unit | None, on: date) -> bool:
    """`user` holds the responsibility at `unit` or above it on that day; with no unit: anywhere.

    Raises `UnknownResponsibility` for a word that no room declares.
    """
    return mandates(user, on).allow(word, unit.path if unit is not None else None)


def along(account: str, on: date) -> dict[str, models.expressions.BaseExpression | models.F | models.FilteredRelation]:
    """What to annotate rows with, so that the mandates of the account behind the relation `account` come along with them
    in the same statement, in several rows. `learn` takes them in; order the rows by `posts__unit__path`."""
    in_force = models.Q(**{f"{account}__appointments__until__isnull": True})
    in_force |= models.Q(**{f"{account}__appointments__until__gt": on})
    begun = models.Q(**{f"{account}__appointments__since__lte": on})
    return {
        "posts": models.FilteredRelation(f"{account}__appointments", condition=in_force & begun),
        "post_unit": models.F("posts__unit_id"),
        "post_path": models.F("posts__unit__path"),
        "post_is_main": models.F("posts__is_main"),
        "post_word": models.F("posts__post__may__word"),
    }


def learn(user: User, rows: Iterable[Any], on: date) -> None:
    """Take in what came along with `along`, so that `mandates` asks no more."""
    found = [(row.post_unit, row.post_path, row.post_is_main, row.post_word) for row in rows]
    held = _gathered(each for each in found if each[0] is not None)
    user.known_mandates = (on, on + timedelta(days=1), held)


def _read(user: User, on: date) -> Known:
    """The mandates of that day with the days from and until which they are the same."""
    in_force = models.Q(until__isnull=True) | models.Q(until__gt=on)
    named = ("unit_id", "unit__path", "is_main", "post__may__word", "since", "until")
    rows = list(Appointment.objects.filter(in_force, user=user).order_by("unit__path", "id").values_list(*named))
    held = [row[:4] for row in rows if row[4] <= on]
    changes = [day for row in rows for day in row[4:] if day is not None and day > on]
    return on, min(changes, default=date.max), _gathered(held)


def _gathered(rows: Iterable[tuple[int, str, bool, str | None]]) -> Mandates:
    found: dict[str, list[str]] = {}
    main: tuple[int | None, str] = (None, "")
    for unit_id, path, is_main, word in rows:
        if is_main:
            main = (unit_id, path)
        held = found.setdefault(word, []) if word is not None else []
        # Paths come in order, so whatever covers this one came before it.
        if not path.startswith(tuple(held)):
            held.append(path)
    return Mandates({word: tuple(paths) for word, paths in found.items()}, *main)


def may_read_plans(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Everybody who is signed in."""
    return isinstance(user, User) and user.is_active


def may_accept_plans(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Import a table and accept it as the plan: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_correct_readings(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Correct by hand how a wording was read: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_suppress_findings(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Accept a finding with a reason, and take that back: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_bind_indicators(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Say what an indicator stands on, and declare values: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_evaluate(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Freeze self-evaluations and monitorings, edit their texts, choose the profile, keep templates of forms: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_see_questions(user: AbstractBaseUser | AnonymousUser) -> bool:
    """What the records ask, with the persons: the performance officer and the auditor."""
    return _holds(user, Role.OFFICER) or _holds(user, Role.AUDITOR)


def may_answer_questions(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Write down what explains a question: the performance officer. The auditor changes nothing."""
    return _holds(user, Role.OFFICER)


def may_publish(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Publish what was approved, and withdraw it: the performance officer."""
    return _holds(user, Role.OFFICER)


def _holds(user: AbstractBaseUser | AnonymousUser, role: Role) -> bool:
    return isinstance(user, User) and user.is_active and user.role == role


# ---- the three who run the house -------------------------------------------------------------------------------


def may_keep_accounts(user: Anybody) -> bool:
    """Make and disable accounts, keep the tree of units, import staff: the system administrator. It grants no right."""
    return _holds(user, Role.SYSTEM_ADMINISTRATOR)


def may_grant(user: Anybody) -> bool:
    """Posts, responsibilities, appointments, unlocking, resetting a second step: the security administrator."""
    return _holds(user, Role.SECURITY_ADMINISTRATOR)


def may_read_the_book(user: Anybody) -> bool:
    """Look through the events: the auditor, who changes nothing."""
    return _holds(user, Role.AUDITOR)
