"""The counter at which every office works: cases, their steps, deadlines, tags, attachments, search.

`casework.open_case`, `perform`, `perform_many`, `ask` and `relate` are loaded on first use: an office's `steps.py`
needs `casework.steps`, which is pure, before Django's models may be imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shixiao.casework.performing import Opening, ask, open_case, open_many, perform, perform_many, relate
    from shixiao.casework.refusing import Refused

__all__ = ["Opening", "Refused", "ask", "open_case", "open_many", "perform", "perform_many", "relate"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "refusing" if name == "Refused" else "performing"
    found = globals()[name] = getattr(import_module(f"shixiao.casework.{room}"), name)
    return found
