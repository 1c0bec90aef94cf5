"""`shixiao why`: why one indicator stands as it does, in sentences or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.board_plans import day_asked_for, opened, version_asked_for
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.width import wrapped
from shixiao.site.cli.wording import visible

if TYPE_CHECKING:
    from shixiao.performance.standing import Board, Row
    from shixiao.performance.why import Why

_COLUMNS = 100
_MOST_NAMED = 30


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print the explanation. Raises Refused for a row that is none, and with the list of those that it may be."""
    asked = " ".join(wishes.words("INDICATOR"))
    with opened(terminal) as now:
        from shixiao.performance import outlets, standing, why

        as_of = day_asked_for(wishes, now)
        found = standing.read(version_asked_for(wishes), now=now, as_of=as_of)
        meant = outlets.meant(found.rows, asked)
        if meant.row is None:
            raise _not_one(asked, meant.several, found)
        told = why.explain(meant.row, by=None, now=now, as_of=found.as_of)
        if wishes.chosen("format") == "json":
            terminal.line(json.dumps(why.as_json(told), ensure_ascii=False, indent=1))
        else:
            _write(told, terminal)
    return CLEAN


def _not_one(asked: str, several: tuple[Row, ...], found: Board) -> Refused:
    if not several:
        last = found.rows[-1].row if found.rows else 0
        return Refused(
            Text(f"没有“{visible(asked)}”这条指标。", f"there is no indicator {visible(asked)!r}."),
            Text(
                f"请写行号（1 到 {last}）或名称里的字，全部见 shixiao board。",
                f"Say its row (1 to {last}) or words of its name; shixiao board lists all of them.",
            ),
        )
    listed = "".join(f"\n  {row.row}  {visible(row.name)}" for row in several[:_MOST_NAMED])
    if more := len(several) - _MOST_NAMED if len(several) > _MOST_NAMED else 0:
        listed += f"\n  … +{more}"
    zh = f"“{visible(asked)}”可以是 {len(several)} 条指标，请写行号：{listed}"
    return Refused(Text(zh, f"{visible(asked)!r} may be one of {len(several)} indicators; say its row: {listed}"))


def _write(told: Why, terminal: Terminal) -> None:
    from shixiao.casework import simulated
    from shixiao.performance.why import STEPS

    made_up = terminal.say(Text("  ·  模拟数据", "  ·  simulated data")) if simulated.is_simulated() else ""
    heading = f"{told.row}  {told.name}  ·  {told.unit} · {told.project}  ·  {told.day.isoformat()}{made_up}"
    terminal.line(terminal.paint(visible(heading), "strong"))
    step = None
    for sentence in told.sentences:
        if sentence.step != step:
            step = sentence.step
            terminal.line()
            terminal.line(terminal.paint(terminal.say(STEPS[step]), "faint"))
        for line in wrapped(visible(terminal.say(sentence.text)), _COLUMNS - 2):
            terminal.line(f"  {line}")
