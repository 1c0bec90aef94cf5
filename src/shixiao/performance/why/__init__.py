"""Why is it this number: from the wording of a row down to the cases, as facts, as sentences in both languages, and as JSON.

    why = explain(row, by=user, now=now)
    why.sentences          → in order, each with the addresses that its parts lead to
    as_json(why)           → the object of `shixiao schema why`, whose shape does not change within a version

Every number in it is the number on the board. Of a restricted register whoever does not hold it gets what `guarding` shows (law 9).
"""

from shixiao.performance.why.as_json import SCHEMA, as_json
from shixiao.performance.why.gathering import explain
from shixiao.performance.why.model import STEPS, VERSION, Sentence, Why, WhyPart

__all__ = ["SCHEMA", "STEPS", "VERSION", "Sentence", "Why", "WhyPart", "as_json", "explain"]
