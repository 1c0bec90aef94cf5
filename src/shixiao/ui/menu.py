"""The menu. A room puts itself there by listing `places` on its app config; nothing else has to know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Place:
    """One entry of the menu. `icon` names a symbol of `ui/icons.svg`; `order` sorts across rooms.

    `within` are the beginnings of addresses, without the leading slash, on which the entry counts as the
    current one; the longest match over all entries wins. `who` says who sees it, and asks no statement of the
    database; None is everybody. `arguments` belong to the address.
    """

    title: str | Promise
    url_name: str
    icon: str
    order: int
    within: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    who: Callable[[HttpRequest], bool] | None = None


@dataclass(frozen=True)
class Entry:
    """A place as a page shows it."""

    title: str
    address: str
    icon: str
    is_current: bool


def entries(path: str, request: HttpRequest | None = None) -> list[Entry]:
    """The menu for a page at `path`: places whose address exists, and that are for whoever asks."""
    seen = (place for place in _places() if place.who is None or _is_for(place.who, request))
    known = sorted(seen, key=lambda place: place.order)
    addressed = [(place, address) for place in known if (address := _address(place))]
    current = max(addressed, key=lambda pair: _match(*pair, path=path), default=None)
    if current and not _match(*current, path=path):
        current = None
    return [
        Entry(title=str(place.title), address=address, icon=place.icon, is_current=(place, address) == current)
        for place, address in addressed
    ]


def _is_for(who: Callable[[HttpRequest], bool], request: HttpRequest | None) -> bool:
    """A request that was refused at the border has no user yet."""
    return request is not None and hasattr(request, "user") and who(request)


def _places() -> Iterable[Place]:
    for config in apps.get_app_configs():
        yield from getattr(config, "places", ())


def _address(place: Place) -> str:
    try:
        return reverse(place.url_name, args=place.arguments)
    except NoReverseMatch:
        return ""


def _match(place: Place, address: str, *, path: str) -> int:
    """How much of `path` belongs to the place: 0 for nothing, longer is better."""
    if path == address:
        return len(path) + 1
    return max((len(start) + 1 for start in place.within if path.startswith("/" + start)), default=0)
