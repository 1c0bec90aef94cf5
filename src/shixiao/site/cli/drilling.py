"""`shixiao drill`: does a backup give everything back?"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.backing_up import lower_priority, passphrase_of
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.wording import visible

if TYPE_CHECKING:
    from shixiao.site.backup.drilling import Outcome

SCHEMA = "urn:shixiao:schema:drill:1"
_SHOWN = 100


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Hold a drill, record it, and say what came of it; the exit status is 1 when it is red. Raises Refused when none can be held."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.site import starting
    from shixiao.site.backup import drilling, folder, recording

    lower_priority()
    try:
        starting.require_migrations()
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    word = wishes.word("BACKUP")
    path = Path(word) if word else _newest(folder.default())
    try:
        outcome = drilling.drill(path, passphrase=passphrase_of(wishes), where=wishes.chosen("on") or "")
    except drilling.CannotDrill as refused:
        raise Refused(refused.text) from None
    recording.drilled(outcome, now=timezone.now())
    if wishes.chosen("format") == "json":
        terminal.line(_as_json(outcome))
    else:
        _write(outcome, terminal)
    return CLEAN if outcome.is_green else ERRORS_FOUND


def _newest(root: Path) -> Path:
    from shixiao.site.backup import folder

    found = folder.listed(root)
    if not found:
        raise Refused(
            Text(f"{root} 里没有备份。", f"there is no backup in {root}."),
            Text("先运行 shixiao backup，或写明是哪一份。", "Make one with `shixiao backup`, or say which one."),
        )
    return found[0].path


def _write(outcome: Outcome, terminal: Terminal) -> None:
    for each in outcome.findings[:_SHOWN]:
        terminal.line(f"{terminal.paint(visible(each.place), 'error')}  {visible(each.what)}")
    numbers = {name: f"{value:,}" for name, value in outcome.numbers.items()}
    seconds = f"{outcome.seconds:.0f}"
    if outcome.is_green:
        text = Text(
            f"演练通过：{outcome.backup} 在 {outcome.where} 上完整恢复，用时 {seconds} 秒。{numbers['rows']} 行内容相同，核对事项 "
            f"{numbers['cases']} 个、事实 {numbers['facts']} 条，看板 {numbers['board_rows']} 行一个数字不差。已记入台账。",
            f"green: {outcome.backup} was restored whole on {outcome.where} in {seconds} s. Rows of the same content {numbers['rows']}; "
            f"verified cases {numbers['cases']}, facts {numbers['facts']}; rows of boards, equal to the digit, {numbers['board_rows']}. "
            "Recorded in the ledger.",
        )
    else:
        text = Text(
            f"演练不通过：{outcome.backup} 有 {len(outcome.findings)} 处问题，用时 {seconds} 秒。已记入台账。请马上做一份新的备份，再查原因。",
            f"red: {outcome.backup} has {len(outcome.findings)} faults, {seconds} s. Recorded in the ledger. Make a new backup at once, "
            "and then find out why.",
        )
    terminal.line(terminal.paint(terminal.say(text), "good" if outcome.is_green else "error"))


def _as_json(outcome: Outcome) -> str:
    told = {
        "schema": SCHEMA,
        "backup": outcome.backup,
        "is_green": outcome.is_green,
        "made_at": outcome.made_at,
        "where": outcome.where,
        "seconds": round(outcome.seconds, 1),
        "stages": outcome.stages,
        "numbers": outcome.numbers,
        "findings": [{"place": each.place, "what": each.what} for each in outcome.findings],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)
