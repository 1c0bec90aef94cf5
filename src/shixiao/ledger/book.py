"""Writing in the book."""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db import transaction

from shixiao.engine.secrecy import is_marked
from shixiao.ledger.events import WORDS_ERASED
from shixiao.ledger.filling import made
from shixiao.ledger.kinds import DECLARED, Kind
from shixiao.ledger.models import REFERENCE_LENGTH, Event, Words

# A code or an id: visible ASCII without blanks. A sentence, a person's name, a NUL or a lone surrogate is none.
CODE = re.compile(r"[!-~]{0,200}")

PLAIN = "a code, an id, a whole number, a Decimal, a date, true, false, nothing, or lists and mappings of these"


class Reference(NamedTuple):
    """What an event speaks of: a permanent word for the kind of thing, and the thing's id."""

    kind: str
    id: str


_PROGRAM = Reference("", "")


class Referable(Protocol):
    """A stored thing that events may speak of. `ledger_name` is as permanent as the name of an event."""

    ledger_name: str
    pk: Any


class NotRecordable(ValueError):
    """The event may not be written as it was given; the sentence says why. Always a mistake in the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event that is about to be written; what each part means stands at `record`."""

    kind: Kind | str
    subject: Referable | Reference
    by: Referable | Reference | None
    now: datetime
    happened_at: datetime | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def record(
    kind: Kind | str,
    *,
    subject: Referable | Reference,
    by: Referable | Reference | None,
    now: datetime,
    happened_at: datetime | None = None,
    particulars: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Event:
    """Write one event, inside the caller's transaction, so that the change and its event stand or fall together.

    `by` is None when the program itself acted. `happened_at` is when it happened if that was before `now`.
    `texts` are what people wrote: they lie apart (`Words`), the event carries their salted hash; an empty text is left out.
    Raises `NotRecordable` for an undeclared kind or particular, a moment without time zone or after `now`,
    a text that is not a code, a text with a secrecy mark, or a call outside a transaction.
    """
    entry = Entry(
        kind=kind,
        subject=subject,
        by=by,
        now=now,
        happened_at=happened_at,
        particulars=particulars or {},
        texts=texts or {},
    )
    (event,) = record_many([entry])
    return event


@dataclass(slots=True)
class Draft:
    """An event as `record` would write it, under the names of the columns of `Event`: for who writes many at once. `words` lie apart."""

    id: int
    kind: str
    subject_kind: str
    subject_id: str
    by_kind: str
    by_id: str
    happened_at: datetime
    recorded_at: datetime
    particulars: dict[str, Any]
    words: Sequence[Words]


def draft(entry: Entry, *, id_: int) -> Draft:
    """What `record` would write, and nothing written. Raises `NotRecordable`."""
    declared = _declared(entry.kind)
    happened = entry.happened_at or entry.now
    _check_moments(happened=happened, now=entry.now)
    about = reference(entry.subject)
    actor = reference(entry.by) if entry.by is not None else _PROGRAM
    words = [_words(declared, name, text) for name, text in entry.texts.items() if text] if entry.texts else []
    particulars = _particulars(declared, entry.particulars)
    if words:
        particulars |= {each.name: words_hash(each.words, salt=each.salt) for each in words}
    return Draft(id_, declared.name, *about, *actor, happened, entry.now, particulars, words)


def record_many(entries: Sequence[Entry]) -> list[Event]:
    """Write many events as `record` writes one, in two statements; in the order given."""
    if not transaction.get_connection().in_atomic_block:
        raise NotRecordable("an event is written in the transaction of the step it belongs to, and there is none")
    drafts = [_draft(entry) for entry in entries]
    _save([event for event, _words in drafts])
    words = [_of(event, each) for event, several in drafts for each in several]
    if len(words) == 1:
        words[0].save(force_insert=True)
    elif words:
        Words.objects.bulk_create(words)
    return [event for event, _words in drafts]


def _save(events: list[Event]) -> None:
    """One plain INSERT for one event: bulk_create would open a savepoint around it."""
    if len(events) == 1:
        events[0].save(force_insert=True)
    else:
        Event.objects.bulk_create(events)


def _of(event: Event, words: Words) -> Words:
    words.event = event
    return words


def _draft(entry: Entry) -> tuple[Event, Sequence[Words]]:
    found = draft(entry, id_=0)
    event = Event(
        kind=found.kind,
        subject_kind=found.subject_kind,
        subject_id=found.subject_id,
        by_kind=found.by_kind,
        by_id=found.by_id,
        happened_at=found.happened_at,
        recorded_at=found.recorded_at,
        particulars=found.particulars,
    )
    return event, found.words


def _words(kind: Kind, name: str, text: str) -> Words:
    if name not in kind.texts:
        raise NotRecordable(f"{kind.name} does not declare the text {name!r}")
    if is_marked(text):
        raise NotRecordable(f"{kind.name}.{name} carries a mark of secrecy")
    if "\0" in text or not _is_encodable(text):
        raise NotRecordable(f"{kind.name}.{name} has characters that no database keeps")
    return made(Words, name=name, salt=secrets.token_hex(16), words=text)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def words_hash(words: str, *, salt: str) -> str:
    """What an event carries of the words: `sha256:` and the hash of salt and words."""
    return "sha256:" + hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def erase(event: Event, name: str, *, by: Referable | Reference, now: datetime, ground: str) -> Event:
    """Delete the words `name` of an event because the law wants it; their hash stays, and this is an event itself.

    `ground` is the code of the legal ground. Raises `NotRecordable` when there are no such words.
    """
    found = Words.objects.filter(event=event, name=name)
    if not found.delete()[0]:
        raise NotRecordable(f"event {event.pk} has no words {name!r}")
    particulars = {"event": event.pk, "name": name, "ground": ground}
    about = Reference(event.subject_kind, event.subject_id)
    return record(WORDS_ERASED, subject=about, by=by, now=now, particulars=particulars)


def reference(thing: Referable | Reference) -> Reference:
    """How an event names `thing`; refused while it has no id."""
    if isinstance(thing, Reference):
        found = thing
    else:
        key = thing.pk
        found = Reference(thing.ledger_name, str(key or ""))
        if type(key) is int and key > 0 and found.kind in _KNOWN_KINDS:
            return found  # as nearly always
    for part in found:
        if not part or len(part) > REFERENCE_LENGTH or not CODE.fullmatch(part):
            raise NotRecordable(f"{found!r} names nothing: both parts are codes of 1 to {REFERENCE_LENGTH} characters")
    if not isinstance(thing, Reference):
        _KNOWN_KINDS.add(found.kind)
    return found


_KNOWN_KINDS: set[str] = set()  # that were found to be codes; programs have a few dozen


def _declared(kind: Kind | str) -> Kind:
    try:
        return DECLARED[str(kind)]
    except KeyError:
        raise NotRecordable(
            f"no room declares the kind of event {str(kind)!r}: add it to the room's events.py"
        ) from None


def _check_moments(*, happened: datetime, now: datetime) -> None:
    if happened.tzinfo is None or now.tzinfo is None:
        raise NotRecordable("a moment without a time zone cannot be recorded")
    if happened > now:
        raise NotRecordable(f"{happened.isoformat()} has not happened yet at {now.isoformat()}")


def _particulars(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    if not kind.carries.issuperset(given):
        raise NotRecordable(f"{kind.name} does not declare the particulars {sorted(set(given) - kind.carries)}")
    return {key: _plain(value, kind.name, key) for key, value in given.items()}


def _plain(value: Any, kind: str, name: str) -> Any:
    """`value` as JSON keeps it exactly; a Decimal and a date become their text, a fraction has no place here."""
    exact = type(value)  # most are plain already, and every event comes by here
    if exact is int or (exact is str and CODE.fullmatch(value)):
        return value
    if exact is dict:
        return {_key(each, value, kind, name): _plain(item, kind, name) for each, item in value.items()}
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
            return {str(key): _plain(item, kind, name) for key, item in value.items()}
        case Sequence() if not isinstance(value, (str, bytes)):
            return [_plain(item, kind, name) for item in value]
    raise _not_plain(value, kind, name)


def _key(key: Any, of: Any, kind: str, name: str) -> str:
    if isinstance(key, str) and CODE.fullmatch(key):
        return str(key)
    raise _not_plain(of, kind, name)


def _not_plain(value: Any, kind: str, name: str) -> NotRecordable:
    return NotRecordable(
        f"{kind}.{name} is {value!r:.80}: an event carries only {PLAIN}. Text lies apart, bound by its hash"
    )
