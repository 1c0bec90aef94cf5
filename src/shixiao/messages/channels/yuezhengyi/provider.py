"""Who this installation is to 粤政易, and where that is asked: from the settings; secrets from files that are read anew each time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi import envelopes


class Unset(Exception):
    """A setting is missing or cannot be read; its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One app of one corporation. `secret_file` holds what a token is given for; `purpose` tells the tokens of two secrets apart."""

    place: calling.Place
    corp: str
    agent: int
    secret_file: str
    authority: str
    purpose: str = "app"

    @property
    def app(self) -> str:
        """What its token is kept under: another place or app has another one."""
        said = "\n".join(
            (self.place.scheme, self.place.host, str(self.place.port), self.place.base, self.corp, str(self.agent))
        )
        return hashlib.sha256(f"{self.purpose}\n{said}".encode()).hexdigest()


def provider() -> Provider:
    """The app that sends. Raises `Unset`."""
    return _provider("app", settings.SHIXIAO_YUEZHENGYI_SECRET_FILE)


def reader() -> Provider:
    """The same for the address book, which may have a secret of its own. Raises `Unset`."""
    own = settings.SHIXIAO_YUEZHENGYI_CONTACTS_FILE
    return _provider("contacts", own) if own else provider()


def _provider(purpose: str, secret_file: str) -> Provider:
    missing = lacking()
    if missing:
        raise Unset(missing[0])
    return Provider(
        place=calling.place(settings.SHIXIAO_YUEZHENGYI_ADDRESS),
        corp=settings.SHIXIAO_YUEZHENGYI_CORP,
        agent=settings.SHIXIAO_YUEZHENGYI_AGENT,
        secret_file=secret_file,
        authority=settings.SHIXIAO_YUEZHENGYI_AUTHORITY,
        purpose=purpose,
    )


def lacking() -> list[str]:
    """The settings without which nothing is sent, and that are missing or wrong. Reads no file and asks nobody."""
    wanted = (
        "SHIXIAO_YUEZHENGYI_CORP",
        "SHIXIAO_YUEZHENGYI_AGENT",
        "SHIXIAO_YUEZHENGYI_SECRET_FILE",
        "SHIXIAO_ADDRESS",
    )
    missing = [name for name in wanted if not getattr(settings, name)]
    return missing if is_placed() else ["SHIXIAO_YUEZHENGYI_ADDRESS", *missing]


def is_placed() -> bool:
    """The address is one, and nobody on the way reads the token in it."""
    try:
        return calling.place(settings.SHIXIAO_YUEZHENGYI_ADDRESS).is_safe
    except calling.NoAddress:
        return False


def secret(name: str) -> str:
    """What the file that the setting `name` points to holds. Raises `Unset`."""
    return read(getattr(settings, name), name)


def read(path: str, name: str) -> str:
    """The one line of a secret file. Raises `Unset` with the name of its setting."""
    try:
        found = Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found or not found.isprintable():
        raise Unset(name)
    return found


def hears() -> bool:
    """Callbacks are set up, and can be opened: buttons may be pressed. Reads the two secrets, as each callback does: a button that nobody hears
    would be worse than none."""
    try:
        secret("SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE")
        envelopes.key_of(secret("SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE"))
    except (Unset, envelopes.Refused):
        return False
    return True
