"""A score as JSON, for pages, forms and programs. Both languages everywhere; points as text, so that they stay exact.

It is written and not read: whoever wants to know it again works it out from the sheet and the profile.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.departments import Department
from shixiao.engine.scoring.outcomes import CAUSE_WORDS
from shixiao.engine.scoring.rounding import plain
from shixiao.engine.scoring.scores import Explanation, RowScore, Score, Total
from shixiao.engine.scoring.weighing import Weights

SCHEMA = 1


def score_as_json(score: Score) -> dict[str, Any]:
    """The whole score."""
    return {
        "schema": SCHEMA,
        "project": score.project,
        "profile": score.profile,
        "weights": _weights(score.weights),
        "execution": _line(score.execution),
        "rows": [_line(row) for row in score.rows],
        "computed": _total(score.computed),
        "with_hand": None if score.with_hand is None else _total(score.with_hand),
        "put_back": _points(score.put_back),
        "by_basis": {basis.value: plain(points) for basis, points in score.by_basis.items()},
        "explanations": [_explanation(each) for each in score.explanations],
        "explanations_by_hand": _explanations_by_hand(score),
    }


def _explanations_by_hand(score: Score) -> list[dict[str, Any]] | None:
    return None if score.with_hand is None else [_explanation(each) for each in score.explanations_by_hand]


def department_as_json(department: Department) -> dict[str, Any]:
    """The total of a department and what each project has in it; its share of the whole as a fraction."""
    return {
        "schema": SCHEMA,
        "total": _total(department.total),
        "projects": [
            {
                "project": each.project,
                "share": str(each.share),
                "points": plain(each.points),
                "lost": plain(each.lost),
            }
            for each in department.projects
        ],
    }


def _points(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _weights(weights: Weights) -> dict[str, Any]:
    return {
        "total": plain(weights.total),
        "is_right": weights.is_right,
        "check": _text(weights.check),
        "moved": [_text(text) for text in weights.moved],
        "groups": [
            {"code": each.code, "title": _text(each.title), "due": plain(each.due), "points": plain(each.points)}
            for each in weights.groups
        ],
    }


def _line(line: RowScore) -> dict[str, Any]:
    typed = line.by_hand
    return {
        "row": line.row,
        "code": line.code,
        "name": line.name,
        "weight": plain(line.weight),
        "basis": line.basis.value,
        "points": _points(line.points),
        "lost": plain(line.lost),
        "open": plain(line.open),
        "put_back": _points(line.put_back),
        "by_hand": None if typed is None else {"points": plain(typed.points), "reason": typed.reason},
        "found": _text(line.found),
        "notes": [{"code": each.code, "text": _text(each.text)} for each in line.notes],
    }


def _explanation(each: Explanation) -> dict[str, Any]:
    return {
        "row": each.row,
        "part": each.part,
        "cause": each.cause.value,
        "word": _text(CAUSE_WORDS[each.cause]),
        "lost": plain(each.lost),
        "is_open": each.is_open,
        "text": _text(each.text),
        "numbers": dict(each.numbers),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "points": plain(total.points),
        "scored": plain(total.scored),
        "open": plain(total.open),
        "whole": plain(total.whole),
        "most": plain(total.most),
        "is_whole": total.is_whole,
        "grade": _text(total.grade),
        "lowest": _text(total.lowest),
        "highest": _text(total.highest),
    }
