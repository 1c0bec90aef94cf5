"""Two versions of a plan side by side: what came, what went, what changed, and whether a target became stricter.

    for change in compare(last_year, this_year): ...

Rows are found again by what they are called, then by how alike they are; a new order alone is no change.
"""

from shixiao.engine.changes.comparing import Change, FieldChange, Followed, How, compare, follow
from shixiao.engine.changes.tendency import Tendency
from shixiao.engine.changes.wordings import Piece, pieces
from shixiao.engine.changes.words import HOW, TENDENCIES, field_name

__all__ = [
    "HOW",
    "TENDENCIES",
    "Change",
    "FieldChange",
    "Followed",
    "How",
    "Piece",
    "Tendency",
    "compare",
    "field_name",
    "follow",
    "pieces",
]
