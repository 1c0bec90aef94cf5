"""How the database is reached: over a network only where it proves who it is. Pure; `settings` asks."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

POSTGRESQL = "django.db.backends.postgresql"


def with_encryption(database: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a database. For PostgreSQL on another machine `sslmode` is `verify-full` unless DATABASE_URL says something else:
    encrypted, with a certificate for that very name."""
    made = dict(database)
    options = dict(made.get("OPTIONS") or {})
    if made.get("ENGINE") == POSTGRESQL and not is_here(str(made.get("HOST") or "")):
        options.setdefault("sslmode", "verify-full")
    return made | {"OPTIONS": options} if options else made


def is_here(host: str) -> bool:
    """A socket, or this machine itself: what is said does not leave it."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
