"""The append-only book of what happened.

`ledger.record(...)` writes one event. It is loaded on first use, since Django's models may only be imported
after the rooms are set up, and each room's `events.py` needs `ledger.kinds` before that.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shixiao.ledger.book import Entry, Reference, erase, record, record_many

__all__ = ["Entry", "Reference", "erase", "record", "record_many"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module("shixiao.ledger.book"), name)
    return found
