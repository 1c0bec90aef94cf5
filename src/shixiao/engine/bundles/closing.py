"""What of a score may leave the office where a row stands on a restricted register: the verdict, or the ratio of no small number.

Neither counts nor texts that tell them remain. Points of such a row tell its ratio; where that could tell a small count, they are kept back
together with the totals of the project, since a total less the other rows would tell them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from shixiao.engine.bundles.value import Row
from shixiao.engine.scoring.rounding import half_up, plain

SMALL = 5  # fewer cases than that are nobody's to know
_KEPT_BACK = {"zh": "限制登记簿，理由不公开", "en": "a restricted register: the reason is not public"}
_VERDICTS = {
    "met": {
        "zh": "达到目标（限制登记簿，只公开结论）",
        "en": "reached (a restricted register: only the verdict is public)",
    },
    "missed": {
        "zh": "没有达到目标（限制登记簿，只公开结论）",
        "en": "not reached (a restricted register: only the verdict is public)",
    },
    "undecided": {"zh": "未计分（限制登记簿）", "en": "not scored (a restricted register)"},
}


def close(
    sheet: Mapping[str, Any], score: Mapping[str, Any], rows: Sequence[Row]
) -> tuple[dict[str, Any], dict[str, Any], dict[int, str], bool]:
    """The sheet and the score as they may be public, how much is told of each row ("records", "ratio" or "verdict"), and whether totals are
    kept back."""
    open_sheet, open_score = deepcopy(dict(sheet)), deepcopy(dict(score))
    told = {row.row: "records" for row in rows}
    is_withheld = False
    by_row = {row.row: row for row in rows if row.is_restricted}
    if not by_row:
        return open_sheet, open_score, told, False
    lines = {line["row"]: line for line in open_score["rows"]}
    for written in open_sheet["rows"]:
        row = by_row.get(written["row"])
        if row is None:
            continue
        is_ratio = row.counted >= SMALL and all(_is_rate(part) for part in written["parts"])
        told[row.row] = "ratio" if is_ratio else "verdict"
        _close_sheet(written, is_ratio=is_ratio)
        line = lines[row.row]
        is_kept_back = not is_ratio and _is_between(line)
        is_withheld = is_withheld or is_kept_back
        _close_line(line, is_kept_back=is_kept_back)
    _close_explanations(open_score, by_row)
    _sum_up(open_score, is_withheld=is_withheld)
    return open_sheet, open_score, told, is_withheld


def _is_rate(part: Mapping[str, Any]) -> bool:
    value = part["value"]
    return part["target"]["unit"] == "%" and isinstance(value, dict) and "number" in value


def _is_between(line: Mapping[str, Any]) -> bool:
    """Neither all of the points nor none: then they tell more than a verdict."""
    return line["points"] is not None and 0 < Fraction(line["points"]) < Fraction(line["weight"])


def _close_sheet(row: dict[str, Any], *, is_ratio: bool) -> None:
    row["over_reason"] = ""
    if row["by_hand"] is not None:
        row["by_hand"] = {**row["by_hand"], "reason": _KEPT_BACK["zh"]}
    for part in row["parts"]:
        percent = half_up(Fraction(part["value"]["number"]), 0) if is_ratio else None
        nothing = dict.fromkeys(("counts", "value_put_back", "counts_put_back", "mark", "budget", "started_on"))
        value = None if percent is None else {"number": plain(percent)}
        part |= {**nothing, "value": value, "tier": "", "basis": _open_basis(part["basis"])}


def _open_basis(basis: str) -> str:
    """That nothing occurred is a count of 0: it is not told apart from being measured."""
    return "measured" if basis == "nothing_occurred" else basis


def _close_line(line: dict[str, Any], *, is_kept_back: bool) -> None:
    is_full = line["points"] is not None and Fraction(line["points"]) == Fraction(line["weight"])
    verdict = "met" if is_full else "undecided" if Fraction(line["open"]) else "missed"
    line |= {"found": _VERDICTS[verdict], "notes": [], "put_back": None, "basis": _open_basis(line["basis"])}
    if line["by_hand"] is not None:
        line["by_hand"] = {**line["by_hand"], "reason": _KEPT_BACK["zh"]}
    if is_kept_back:
        line |= {"points": None, "lost": None, "by_hand": None}


def _close_explanations(score: dict[str, Any], closed: Mapping[int, Row]) -> None:
    kept_back = {line["row"] for line in score["rows"] if line["lost"] is None}
    for name in ("explanations", "explanations_by_hand"):
        if score[name] is None:
            continue
        score[name] = [each for each in score[name] if each["row"] not in kept_back]
        for each in score[name]:
            if each["row"] in closed:
                each |= {"text": _VERDICTS["undecided" if each["is_open"] else "missed"], "numbers": {}}


def _sum_up(score: dict[str, Any], *, is_withheld: bool) -> None:
    """The sums around what was closed."""
    lines = [score["execution"], *score["rows"]]
    if is_withheld:
        nothing = dict.fromkeys(score["computed"])
        score |= {
            "computed": nothing,
            "with_hand": None,
            "put_back": None,
            "by_basis": {},
            "explanations_by_hand": None,
        }
        return
    second = [line for line in lines if line["put_back"] is not None]
    total = sum((Fraction(line["put_back"] or line["points"] or 0) for line in lines), Fraction(0))
    score["put_back"] = plain(half_up(total, 9)) if second else None
    by_basis: dict[str, Fraction] = {}
    for line in lines:
        by_basis[line["basis"]] = by_basis.get(line["basis"], Fraction(0)) + Fraction(line["points"] or 0)
    score["by_basis"] = {basis: plain(half_up(points, 9)) for basis, points in by_basis.items()}
