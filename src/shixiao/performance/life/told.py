"""Differences in words, in both languages."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.performance.life.contents import BINDINGS, EVALUATIONS, TARGETS, TITLES, Difference

MOST_ROWS = 12
_NOTHING = Text("无", "none")


class Told(NamedTuple):
    """One difference: which part, which row or project, what was approved and what is there now."""

    title: Text
    row: int | None
    before: Text
    now: Text
    project: str = ""


def in_short(found: Sequence[Difference]) -> Text:
    """Which parts and which rows, of self-evaluations which projects, in one line."""
    zh, en = [], []
    for about in dict.fromkeys(each.about for each in found):
        title = TITLES.get(about, Text(about, about))
        if about == EVALUATIONS:
            projects = [_project(each) for each in found if each.about == about]
            zh.append(f"{title.zh}（{'、'.join(projects[:MOST_ROWS])}{'等' if len(projects) > MOST_ROWS else ''}）")
            en.append(
                f"{title.en} ({', '.join(projects[:MOST_ROWS])}{' and more' if len(projects) > MOST_ROWS else ''})"
            )
            continue
        rows = list(dict.fromkeys(each.row for each in found if each.about == about and each.row is not None))
        listed = "、".join(map(str, rows[:MOST_ROWS]))
        more = len(rows) > MOST_ROWS
        zh.append(f"{title.zh}（第 {listed} 行{'等' if more else ''}）" if rows else title.zh)
        rows_en = ", ".join(map(str, rows[:MOST_ROWS]))
        en.append(f"{title.en} (rows {rows_en}{' and more' if more else ''})" if rows else title.en)
    return Text("；".join(zh) or "没有变化", "; ".join(en) or "nothing")


def one_by_one(found: Iterable[Difference]) -> list[Told]:
    """Each difference with both values."""
    return [
        Told(
            TITLES.get(each.about, Text(each.about, each.about)),
            each.row,
            _said(each, each.before),
            _said(each, each.now),
            _project(each) if each.about == EVALUATIONS else "",
        )
        for each in found
    ]


def _project(of: Difference) -> str:
    """Which project's self-evaluation it is."""
    return str((of.before or of.now)["project"])


def _said(of: Difference, value: Any) -> Text:
    if value is None:
        return Text("按原读法", "as it was read") if of.about == TARGETS and of.row else _NOTHING
    if of.about == TARGETS and of.key == "version":
        return Text(f"第 {value} 版", f"version {value}")
    if of.about == TARGETS and isinstance(value, dict):
        return targets.explain(targets.from_json(value))
    if of.about == BINDINGS and isinstance(value, dict):
        return _binding(value)
    if of.about == EVALUATIONS:
        revision, begin = value["revision"], value["hash"][:16]
        return Text(f"第 {revision} 次（{begin}）", f"revision {revision} ({begin})")
    text = str(value)
    return Text(text[:16], text[:16])


def _binding(value: dict[str, Any]) -> Text:
    """What it stands on; the measure by its name, and until when."""
    bases = {
        "measure": Text("度量", "measure"),
        "declared": Text("填报值", "declared value"),
        "review": Text("评议", "review"),
        "awaited": Text("等待办公系统", "awaited"),
    }
    basis = bases.get(value["basis"], Text(value["basis"], value["basis"]))
    rest = " ".join(str(value[name]) for name in ("measure", "gauge") if name in value)
    window = f"{value['begin']} – {value['end']}"
    return Text(f"{basis.zh} {rest} {window}".strip(), f"{basis.en} {rest} {window}".strip())
