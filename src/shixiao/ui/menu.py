"""The menu. A room puts itself there by listing `places` on its app config; nothing else has to know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Place:
    """One entry of the menu. `icon` names a symbol of `ui/icons.svg`; `order` sorts across rooms.

    `within` are the beginnings of addresses, without the leading slash, on which the entry counts as the
    current one; the longest match over all entries wins. `who` says who sees it, and asks no statement of the
    database; None is everybody. `arguments` belong to the address. `count` says how much waits there, and asks no
    statement either; such a place stands beside the person's name, on every page, and not in the menu.
    """

    title: str | Promise
    url_name: str
    icon: str
    order: int
    within: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    who: Callable[[HttpRequest], bool] | None = None
    count: Callable[[HttpRequest], int] | None = None


MOST_COUNTED = 99  # more are shown as 99+


@dataclass(frozen=True)
class Entry:
    """A place as a page shows it; `count` is what waits there, in words, empty for nothing."""

    title: str
    address: str
    icon: str
    is_current: bool
    count: str = ""


def entries(path: str, request: HttpRequest | None = None) -> list[Entry]:
    """The menu for a page at `path`: places whose address exists, and that are for whoever asks."""
    seen = (place for place in _places() if place.count is None and (place.who is None or _is_for(place.who, request)))
    known = sorted(seen, key=lambda place: place.order)
    addressed = [(place, address) for place in known if (address := _address(place))]
    current = max(addressed, key=lambda pair: _match(*pair, path=path), default=None)
    if current and not _match(*current, path=path):
        current = None
    return [
        Entry(title=str(place.title), address=address, icon=place.icon, is_current=(place, address) == current)
        for place, address in addressed
    ]


def beside_person(request: HttpRequest | None) -> list[Entry]:
    """The places that say how much waits there; nothing for a page that failed before anybody was known."""
    found = []
    for place in _places():
        if place.count is None or request is None or place.who is None or not _is_for(place.who, request):
            continue
        if address := _address(place):
            number = place.count(request)
            shown = f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number or "")
            found.append(Entry(str(place.title), address, place.icon, request.path == address, shown))
    return found


def _is_for(who: Callable[[HttpRequest], bool], request: HttpRequest | None) -> bool:
    """A request that was refused at the border has no user yet."""
    return request is not None and hasattr(request, "user") and who(request)


def _places() -> Iterable[Place]:
    for config in apps.get_app_configs():
        yield from getattr(config, "places", ())


def _address(place: Place) -> str:
    return _reversed(place.url_name, place.arguments, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def _reversed(url_name: str, arguments: tuple[str, ...], _urlconf: str, _prefix: str) -> str:
    """Asked for by every page for every place; it depends on nothing else."""
    try:
        return reverse(url_name, args=arguments)
    except NoReverseMatch:
        return ""


def _match(place: Place, address: str, *, path: str) -> int:
    """How much of `path` belongs to the place: 0 for nothing, longer is better."""
    if path == address:
        return len(path) + 1
    return max((len(start) + 1 for start in place.within if path.startswith("/" + start)), default=0)
