"""Writing in the book."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from django.utils import timezone

from shixiao.ledger.kinds import DECLARED, Kind
from shixiao.ledger.models import REFERENCE_LENGTH, Event

# A code or an id: visible ASCII without blanks. A sentence, a person's name, a NUL or a lone surrogate is none.
CODE = re.compile(r"[!-~]{0,200}")

PLAIN = "a code, an id, a whole number, a Decimal, a date, true, false, nothing, or lists and mappings of these"


class Reference(NamedTuple):
    """What an event speaks of: a permanent word for the kind of thing, and the thing's id."""

    kind: str
    id: str


class Referable(Protocol):
    """A stored thing that events may speak of. `ledger_name` is as permanent as the name of an event."""

    ledger_name: str
    pk: Any


class NotRecordable(ValueError):
    """The event may not be written as it was given; the sentence says why. Always a mistake in the program."""


def record(
    kind: Kind | str,
    *,
    subject: Referable | Reference,
    by: Referable | Reference | None,
    now: datetime,
    happened_at: datetime | None = None,
    particulars: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event, inside the caller's transaction, so that the change and its event stand or fall together.

    `by` is None when the program itself acted. `happened_at` is when it happened if that was before `now`.
    Raises `NotRecordable` for an undeclared kind or particular, a moment without time zone or after `now`,
    a text that is not a code, or a call outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotRecordable("an event is written in the transaction of the step it belongs to, and there is none")
    declared = _declared(kind)
    happened = happened_at or now
    _check_moments(happened=happened, now=now)
    about, actor = reference(subject), reference(by) if by is not None else Reference("", "")
    return Event.objects.create(
        kind=declared.name,
        subject_kind=about.kind,
        subject_id=about.id,
        by_kind=actor.kind,
        by_id=actor.id,
        happened_at=happened,
        recorded_at=now,
        particulars=_particulars(declared, particulars or {}),
    )


def reference(thing: Referable | Reference) -> Reference:
    """How an event names `thing`; refused while it has no id."""
    found = thing if isinstance(thing, Reference) else Reference(thing.ledger_name, str(thing.pk or ""))
    for part in found:
        if not part or len(part) > REFERENCE_LENGTH or not CODE.fullmatch(part):
            raise NotRecordable(f"{found!r} names nothing: both parts are codes of 1 to {REFERENCE_LENGTH} characters")
    return found


def _declared(kind: Kind | str) -> Kind:
    try:
        return DECLARED[str(kind)]
    except KeyError:
        raise NotRecordable(
            f"no room declares the kind of event {str(kind)!r}: add it to the room's events.py"
        ) from None


def _check_moments(*, happened: datetime, now: datetime) -> None:
    if timezone.is_naive(happened) or timezone.is_naive(now):
        raise NotRecordable("a moment without a time zone cannot be recorded")
    if happened > now:
        raise NotRecordable(f"{happened.isoformat()} has not happened yet at {now.isoformat()}")


def _particulars(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(given) - kind.particulars)
    if unknown:
        raise NotRecordable(f"{kind.name} does not declare the particulars {unknown}")
    return {key: _plain(value, of=f"{kind.name}.{key}") for key, value in given.items()}


def _plain(value: Any, *, of: str) -> Any:
    """`value` as JSON keeps it exactly; a Decimal and a date become their text, a fraction has no place here."""
    match value:
        case None | bool() | int():
            return value
        case Decimal():
            return str(value)
        case date():  # and datetime
            return value.isoformat()
        case str() if CODE.fullmatch(value):
            return str(value)
        case Mapping() if all(isinstance(key, str) and CODE.fullmatch(key) for key in value):
            return {str(key): _plain(item, of=of) for key, item in value.items()}
        case Sequence() if not isinstance(value, (str, bytes)):
            return [_plain(item, of=of) for item in value]
    raise NotRecordable(f"{of} is {value!r:.80}: an event carries only {PLAIN}. Text lies apart, bound by its hash")
