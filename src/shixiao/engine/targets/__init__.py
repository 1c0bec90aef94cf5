"""The language of targets: wording → reading, reading → judgement and headroom, reading → standard wording."""

from shixiao.engine.targets.explaining import explain
from shixiao.engine.targets.json_form import as_json, from_json
from shixiao.engine.targets.judging import Judgement, Verdict, judge
from shixiao.engine.targets.read import read
from shixiao.engine.targets.reading import Kind, Reading, Sense, Source
from shixiao.engine.targets.reasons import REASONS
from shixiao.engine.targets.spans import spans
from shixiao.engine.targets.writing import write

__all__ = [
    "REASONS",
    "Judgement",
    "Kind",
    "Reading",
    "Sense",
    "Source",
    "Verdict",
    "as_json",
    "explain",
    "from_json",
    "judge",
    "read",
    "spans",
    "write",
]
