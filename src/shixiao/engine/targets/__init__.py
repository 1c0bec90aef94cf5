"""The language of targets: wording → reading, reading → judgement and headroom, reading → standard wording.

Names are loaded when they are first asked for: checking a table needs only the reader, and the command line counts
every millisecond of its start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shixiao.engine.targets.explaining import explain
    from shixiao.engine.targets.highlighting import Span, spans
    from shixiao.engine.targets.json_form import as_json, from_json
    from shixiao.engine.targets.judging import Judgement, Verdict, judge
    from shixiao.engine.targets.reader import read
    from shixiao.engine.targets.reading import Kind, Reading, Sense, Source
    from shixiao.engine.targets.reasons import REASONS
    from shixiao.engine.targets.writing import write

__all__ = [
    "REASONS",
    "Judgement",
    "Kind",
    "Reading",
    "Sense",
    "Source",
    "Span",
    "Verdict",
    "as_json",
    "explain",
    "from_json",
    "judge",
    "read",
    "spans",
    "write",
]

_HOMES = {
    "REASONS": "reasons",
    "Judgement": "judging",
    "Kind": "reading",
    "Reading": "reading",
    "Sense": "reading",
    "Source": "reading",
    "Span": "highlighting",
    "Verdict": "judging",
    "as_json": "json_form",
    "explain": "explaining",
    "from_json": "json_form",
    "judge": "judging",
    "read": "reader",
    "spans": "highlighting",
    "write": "writing",
}


def __getattr__(name: str) -> Any:
    """The public `name`, from the module it lives in."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found
