"""Passkeys: what is asked of a browser, and whether its answer is true (WebAuthn, through the library fido2).

A browser gives them only to a page that came over HTTPS, or from this very machine; `host` is the name in its
address.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from shixiao.people.models import User

PREFERRED = UserVerificationRequirement.PREFERRED
# What a library may say of an answer that somebody made up.
MADE_UP = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError, NotImplementedError)


class Signed(NamedTuple):
    """Which key signed, and its count."""

    credential_id: bytes
    counter: int


def is_possible(request: HttpRequest) -> bool:
    """A browser offers passkeys to this address: a name over HTTPS, or localhost; never a bare number."""
    name = _name(request.get_host())
    is_number = name.replace(".", "").isdigit() or ":" in name
    return not is_number and (request.is_secure() or name == "localhost")


def registration(user: User, *, host: str) -> tuple[dict[str, Any], Any]:
    """What a browser is asked to make a new key, and the state to be kept until it answers."""
    about = PublicKeyCredentialUserEntity(id=str(user.pk).encode(), name=user.username, display_name=user.display_name)
    options, state = _server(host).register_begin(about, _known(user), user_verification=PREFERRED)
    return dict(options), state


def registered(state: Any, response: Mapping[str, Any], *, host: str) -> AuthenticatorData:
    """The new key. Raises `ValidationError` for an answer that is none, or to another question."""
    try:
        return _server(host).register_complete(state, response)
    except MADE_UP as refused:
        raise ValidationError(_("浏览器给的回答核对不上。请回到上一页重新登记。"), code="untrue") from refused


def assertion(user: User, *, host: str) -> tuple[dict[str, Any], Any]:
    """What a browser is asked to sign, and the state to be kept until it answers."""
    options, state = _server(host).authenticate_begin(_known(user), user_verification=PREFERRED)
    return dict(options), state


def signed(
    state: Any, known: Sequence[AttestedCredentialData], response: Mapping[str, Any], *, host: str
) -> Signed | None:
    """The key that signed this very question for this very address, or None."""
    try:
        passed = _server(host).authenticate_complete(state, known, response)
        answer = AuthenticationResponse.from_dict(response)
    except MADE_UP:
        return None
    return Signed(passed.credential_id, answer.response.authenticator_data.counter)


def spelt(credential_id: bytes) -> str:
    """The id of a key as it is stored."""
    return websafe_encode(credential_id)


def _server(host: str) -> Fido2Server:
    name = _name(host)
    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name="实效"), verify_origin=_same_host(name))


def _name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or host


def _same_host(name: str) -> Any:
    """The page's address has this very name. No list of public suffixes is asked: our name is one an office chose."""
    return lambda origin: (
        urlsplit(origin).hostname == name and (urlsplit(origin).scheme == "https" or name == "localhost")
    )


def _known(user: User) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(passkey.credential)) for passkey in user.passkeys.all()]
