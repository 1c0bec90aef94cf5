"""Other ways in than account and password: rooms above say here where they begin, and the page of sign-in shows those that are set up."""

from collections.abc import Callable, Sequence

from shixiao.engine.bilingual import Text

Entrance = tuple[Text, str]  # what the link says, and where it leads
_suppliers: dict[str, Callable[[], Sequence[Entrance]]] = {}


def register(name: str, supply: Callable[[], Sequence[Entrance]]) -> None:
    """`supply` is asked each time the page is shown, and asks no statement. The same name again takes the place of the one before."""
    _suppliers[name] = supply


def entrances() -> list[Entrance]:
    """Those that are set up now."""
    return [each for supply in _suppliers.values() for each in supply()]
