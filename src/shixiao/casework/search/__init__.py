"""Chinese full-text search over what cases say.

Writing: `put`, `put_many`, `remove`, `remove_case`, `move_units`, inside the caller's transaction. Reading: `find`.
Everything here is derived from texts that lie elsewhere; `rebuild` makes the index anew. Loaded on first use, since
Django's models may only be imported after the rooms are set up. Why it is built so: docs/adr/0018.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shixiao.casework.search.finding import Found, Hit, find
    from shixiao.casework.search.folding import Excerpt
    from shixiao.casework.search.scopes import Scope
    from shixiao.casework.search.terms import Refusal
    from shixiao.casework.search.upkeep import differences, rebuild
    from shixiao.casework.search.writing import Entry, move_units, put, put_many, remove, remove_case

_HOMES = {
    "finding": ("Found", "Hit", "find"),
    "folding": ("Excerpt",),
    "scopes": ("Scope",),
    "terms": ("Refusal",),
    "upkeep": ("differences", "rebuild"),
    "writing": ("Entry", "move_units", "put", "put_many", "remove", "remove_case"),
}
__all__ = [
    "Entry",
    "Excerpt",
    "Found",
    "Hit",
    "Refusal",
    "Scope",
    "differences",
    "find",
    "move_units",
    "put",
    "put_many",
    "rebuild",
    "remove",
    "remove_case",
]


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
