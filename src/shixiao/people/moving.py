"""Who keeps paths of units elsewhere, and follows when a unit moves: upper rooms register, this room never looks up.

As `handing_over`: called inside the transaction of the move, so that both stand or fall together.
"""

from collections.abc import Callable

Follow = Callable[[str, str], None]
_registered: dict[str, Follow] = {}


def register(name: str, follow: Follow) -> None:
    """`follow(old_path, new_path)` is called when a unit, with everything below it, got another path."""
    _registered[name] = follow


def followed(old_path: str, new_path: str) -> None:
    """Everybody who keeps paths hears of the move."""
    for follow in _registered.values():
        follow(old_path, new_path)
