"""`shixiao board`: where every indicator of a plan stands, now or at the end of a past day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.board_plans import day_asked_for, opened, version_asked_for
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.width import padded, width, wrapped
from shixiao.site.cli.wording import visible

if TYPE_CHECKING:
    from shixiao.performance.guarding import Guarded, Shown
    from shixiao.performance.standing import Board, Row

_COLUMNS = 100
_STATUS, _VALUE = 10, 14
_COLOURS = {
    "missed": "error",
    "unlikely": "error",
    "at_risk": "warning",
    "likely": "hint",
    "achieved": "good",
    "nothing_occurred": "good",
    "no_evidence": "faint",
    "to_be_reviewed": "faint",
}


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print the board. Raises Refused when the database is not ready, or for a plan or day that is none."""
    with opened(terminal) as now:
        from shixiao.performance import guarding, outlets, standing

        as_of = day_asked_for(wishes, now)
        found = standing.read(version_asked_for(wishes), now=now, as_of=as_of)
        # Whoever sits at the machine is nobody in particular: restricted registers show them a ratio at most.
        guarded = guarding.board(found, by=None, now=now)
        rows = _chosen(wishes, guarded)
        match wishes.chosen("format"):
            case "json":
                terminal.line(json.dumps(outlets.board_json(found, guarded, rows), ensure_ascii=False, indent=1))
            case "csv":
                terminal.write(outlets.board_csv(found, guarded, rows))
            case _:
                _write(found, guarded, rows, terminal)
    return CLEAN


def _chosen(wishes: Wishes, guarded: Guarded) -> list[Row]:
    wanted = wishes.chosen("status")
    return [row for row in guarded.rows if wanted is None or row.status.value == wanted]


def _write(found: Board, guarded: Guarded, rows: list[Row], terminal: Terminal) -> None:
    from shixiao.casework import simulated

    plan, day = found.version.plan, found.day.isoformat()
    live = Text("，现在", ", live") if found.as_of is None else Text("日终", ", at the end of the day")
    made_up = terminal.say(Text(" · 模拟数据", " · simulated data")) if simulated.is_simulated() else ""
    heading = f"{plan.department} {plan.fiscal_year} · {day}{terminal.say(live)}{made_up}"
    terminal.line(terminal.paint(visible(heading), "strong"))
    terminal.line(_counts(found, terminal))
    place = None
    for row in rows:
        if (row.place.unit, row.place.project) != place:
            place = (row.place.unit, row.place.project)
            terminal.line()
            terminal.line(terminal.paint(visible(f"{row.place.unit_name} · {row.place.project_name}"), "strong"))
        _write_row(row, guarded.parts(row), terminal)


def _counts(found: Board, terminal: Terminal) -> str:
    from shixiao.engine.prospects import STATUS_WORDS

    told = [f"{terminal.say(words)} {found.statuses[status]}" for status, words in STATUS_WORDS.items()]
    return "  ".join(each for each in told if not each.endswith(" 0"))


def _write_row(row: Row, shown: tuple[Shown, ...], terminal: Terminal) -> None:
    first, *more = wrapped(visible(row.name), 40)
    alone = shown[0] if len(shown) == 1 else None
    figures = f"  {_value(alone, terminal)}  {visible(row.wording)}" if alone else f"  {visible(row.wording)}"
    terminal.line(f"{row.row:>4} {_status(row.status, terminal)} {padded(first, 40)}{figures}".rstrip())
    for line in more:
        terminal.line(f"{'':{5 + _STATUS + 1}}{line}")
    if alone:
        _write_rest(alone, terminal)
        return
    for part in shown:
        words = visible(part.part.target.condition or part.part.target.words or str(part.part.number + 1))
        status = _status(part.part.prospect.status, terminal)
        terminal.line(f"     {status} – {padded(words, 38)}  {_value(part, terminal)}".rstrip())
        _write_rest(part, terminal)


def _status(status: object, terminal: Terminal) -> str:
    from shixiao.engine.prospects import STATUS_WORDS, Status

    said = terminal.say(STATUS_WORDS[Status(status)])
    colour = _COLOURS[Status(status).value]
    return terminal.paint(said, colour) + " " * max(0, _STATUS - width(said))


def _value(shown: Shown, terminal: Terminal) -> str:
    mark = terminal.say(Text("（填报）", " (declared)")) if shown.part.basis == "declared" else ""
    return padded(visible(shown.value) + mark, _VALUE)


def _write_rest(shown: Shown, terminal: Terminal) -> None:
    """Headroom, the other figure, and why something cannot be read: on a line of its own, where there is any."""
    room = shown.part.prospect.headroom
    told = [terminal.say(room.text)] if room is not None else []
    if shown.other:
        told.append(terminal.say(Text(f"计入后 {shown.other}", f"with exclusions {shown.other}")))
    told += [each for each in (shown.note, shown.part.refusal) if each]
    for line in wrapped(visible("；".join(told)), _COLUMNS - 16) if told else ():
        terminal.line(f"{'':16}{terminal.paint(line, 'faint')}")
