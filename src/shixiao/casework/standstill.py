"""Nobody is working in the background: deadlines do not fall due, readings do not follow, notices stay. Said to those who can act."""

from dataclasses import dataclass
from datetime import datetime

from shixiao.casework import offices, visibility
from shixiao.ledger import heartbeats
from shixiao.people.models import Role, User


@dataclass(frozen=True, slots=True)
class Standstill:
    """Since when no worker was seen; None when there never was one."""

    since: datetime | None


def concerns(user: User, *, now: datetime) -> bool:
    """Performance officers, and whoever oversees some kind of case. No statement beyond the person's posts."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = visibility.held_by(user, now=now).words
    return user.role == Role.OFFICER or any(table.overseer in held for table in offices.tables())


def standstill(user: User, *, now: datetime) -> Standstill | None:
    """What to tell this person: nothing while a worker is at work. One statement then, for those whom it concerns only."""
    if not concerns(user, now=now):
        return None
    seen = heartbeats.last_seen(now=now)
    if seen is not None and seen.is_working:
        return None
    return Standstill(seen.seen_at if seen else None)
