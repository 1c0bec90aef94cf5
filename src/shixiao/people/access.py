"""Who may go to an address: declared beside the addresses, in the room's `access.py`, for every one of them.

    ACCESS = {
        "book": roles(Role.AUDITOR),
        "unit": SIGNED_IN,
        "sign_in": public("Whoever signs in is not signed in yet."),
    }

The views and actions decide, as before: they know the case and its unit. A declaration says the outer bound of it in one place, so
that a test can walk every address as everybody and see that nobody gets further (docs/security.md), and it says how often in a
minute somebody may ask. An address without a declaration is answered to nobody, and the start-up check names it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from shixiao.people.models import Role, User
from shixiao.people.permissions import Mandates

OFTEN, SELDOM, RARELY = 600, 60, 12  # a minute: a page; a file, an export, a search; a password


@dataclass(frozen=True, slots=True)
class Access:
    """Whom an address lets in, in so far as that follows from role and posts alone.

    `words`: a responsibility, or all of a room by `payments.`, held at any unit. `decides` where the thing behind the address has a
    say, too: a case is seen at its unit. `sending` bounds the writing methods, where it differs. `reason`: why it is public.
    """

    reason: str = ""
    is_of_programs: bool = False
    everybody: bool = False
    roles: frozenset[Role] = frozenset()
    words: tuple[str, ...] = ()
    decides: bool = False
    sending: "Access | None" = None
    a_minute: int = OFTEN

    def admits(self, user: User | None, held: Mandates, *, is_sending: bool = False) -> bool:
        """Whether that person gets as far as the thing behind the address; None is nobody."""
        if is_sending and self.sending is not None:
            return self.sending.admits(user, held)
        if self.reason or self.is_of_programs:
            return True
        if user is None or not user.is_active:
            return False
        return self.everybody or user.role in self.roles or any(word.startswith(self.words) for word in held.words)

    def __or__(self, other: "Access") -> "Access":
        return replace(
            self,
            everybody=self.everybody or other.everybody,
            roles=self.roles | other.roles,
            words=self.words + other.words,
        )

    def but(self, **more: Any) -> "Access":
        """The same, with something different."""
        return replace(self, **more)


def public(reason: str, **more: Any) -> Access:
    """For everybody, signed in or not."""
    return Access(reason=reason, **more)


def roles(*several: Role) -> Access:
    """For accounts of these roles."""
    return Access(roles=frozenset(several))


def holders(*words: str) -> Access:
    """For whoever holds one of these responsibilities somewhere."""
    return Access(words=words)


SIGNED_IN = Access(everybody=True)
OF_PROGRAMS = Access(is_of_programs=True, decides=True, a_minute=0)  # counted by token


# ---- found -----------------------------------------------------------------------------------------------------


def declared(callback: Any, name: str) -> Access | None:
    """What the room of a view declares for the address of that name; None where it declares nothing."""
    own: Access | None = getattr(callback, "access", None)
    room = "" if own is not None else _room(callback.__module__)
    return _table(room).get(name) if room else own


@cache
def _table(room: str) -> Mapping[str, Access]:
    found: Mapping[str, Access] = import_module(f"{room}.access").ACCESS
    return found


@cache
def _room(module: str) -> str:
    """The package of the module, or one above it, that has an `access.py`; "" where none has."""
    parts = module.split(".")
    for end in range(len(parts), 1, -1):
        package = ".".join(parts[:end])
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations and find_spec(f"{package}.access"):
            return package
    return ""


def undeclared() -> list[str]:
    """The names of addresses for which nothing is declared, of all that the house has."""
    return [f"{name} ({each.pattern})" for name, each in _every(get_resolver(), "") if _of(each) is None]


def _of(pattern: URLPattern) -> Access | None:
    return declared(pattern.callback, pattern.name or "")


def _every(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _every(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        else:
            yield f"{prefix}{each.name}", each


# ---- this room -------------------------------------------------------------------------------------------------

_KEEPER, _GRANTER = roles(Role.SYSTEM_ADMINISTRATOR), roles(Role.SECURITY_ADMINISTRATOR)
_EITHER, _OWN_SECRET = _KEEPER | _GRANTER, SIGNED_IN.but(a_minute=RARELY)
ACCESS: Mapping[str, Access] = {
    "sign_in": public("Whoever signs in is not signed in yet."),
    "second_step": public("Only the password was shown so far; the session knows whose.", decides=True),
    "sign_out": public("Somebody whose session has ended meanwhile is out already."),
    "choose_language": public("The page of sign-in is read in a language, too."),
    "account": SIGNED_IN,
    "change_password": _OWN_SECRET,
    "begin_authenticator": _OWN_SECRET,
    "confirm_authenticator": _OWN_SECRET,
    "remove_authenticator": _OWN_SECRET,
    "renew_recovery_codes": _OWN_SECRET,
    "add_passkey": _OWN_SECRET,
    "remove_passkey": _OWN_SECRET.but(decides=True),
    "sessions": _OWN_SECRET,
    "units": SIGNED_IN,
    "unit": SIGNED_IN,
    "posts": SIGNED_IN,
    "post": SIGNED_IN.but(sending=_GRANTER),
    "staff": SIGNED_IN,
    "member": SIGNED_IN,
    "new_unit": _KEEPER,
    "rename_unit": _KEEPER,
    "move_unit": _KEEPER,
    "close_unit": _KEEPER,
    "new_post": _GRANTER,
    "new_account": _KEEPER,
    "appoint": _GRANTER,
    "transfer": _GRANTER,
    "leave": _EITHER,
    "role": _GRANTER,
    "set_password": _KEEPER.but(a_minute=RARELY),
    "switch": _KEEPER,
    "unlock": _GRANTER,
    "reset_second_step": _GRANTER,
    "end_sessions": _EITHER,
    "end_appointment": _GRANTER,
    "import": _EITHER.but(a_minute=SELDOM),
    "import_template": _EITHER,
    "import_accept": _EITHER,
    "book": roles(Role.AUDITOR),
}
