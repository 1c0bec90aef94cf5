"""`shixiao restore`: a backup becomes an installation again, in an empty place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shixiao.engine.bilingual import Text
from shixiao.site.cli.backing_up import PARTS, passphrase_of
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, NOT_READ, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.watching import Watched

if TYPE_CHECKING:
    from shixiao.site.backup.refusals import Damage
    from shixiao.site.backup.restoring import Restored

SCHEMA = "urn:shixiao:schema:restore:1"
_SHOWN = 100


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Restore and verify; the exit status says whether everything is as it was. Raises Refused when nothing was restored."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.site.backup import refusals, restoring

    is_json = wishes.chosen("format") == "json"
    watched = Watched(terminal, PARTS)
    try:
        restored = restoring.restore(
            Path(wishes.word("BACKUP") or ""), now=timezone.now(), passphrase=passphrase_of(wishes), say=watched
        )
    except refusals.Damaged as damaged:
        watched.clear()
        if is_json:
            terminal.line(_dumped({"damages": _told(damaged.damages, terminal)}))
        else:
            _write_damages(damaged.damages, terminal)
        return NOT_READ
    except refusals.CannotRestore as refused:
        if is_json:
            terminal.line(_dumped({"refused": refused.text.in_(terminal.language)}))
            return NOT_READ
        raise Refused(refused.text) from None
    finally:
        watched.clear()
    if is_json:
        terminal.line(_dumped(_as_json(restored, terminal)))
    else:
        _write(restored, terminal)
    return CLEAN if restored.is_whole else ERRORS_FOUND


def _write_damages(damages: tuple[Damage, ...], terminal: Terminal) -> None:
    for each in damages:
        terminal.line(f"{terminal.paint(each.file, 'error')}  {terminal.say(each.what)}")
    terminal.line(
        terminal.say(
            Text(
                f"这份备份不可信（{len(damages)} 处），什么都没有恢复。请用另一份。",
                f"This backup cannot be trusted (places: {len(damages)}). Nothing was restored; take another one.",
            )
        )
    )


def _told(damages: tuple[Damage, ...], terminal: Terminal) -> list[dict[str, str]]:
    return [{"file": each.file, "what": terminal.say(each.what)} for each in damages]


def _dumped(told: dict[str, Any]) -> str:
    return json.dumps({"schema": SCHEMA, **told}, ensure_ascii=False, indent=1)


def _as_json(restored: Restored, terminal: Terminal) -> dict[str, Any]:
    found, report = restored.manifest, restored.report
    differences = report.differences if report else []
    return {
        "is_whole": restored.is_whole,
        "made_at": found.made_at,
        "damages": _told(tuple(restored.compared), terminal),
        "boards": restored.boards[:_SHOWN],
        "differences": [
            {
                "place": " ".join(part for part in (each.what, each.case, each.gauge, each.where) if part),
                "what": f"{each.stored} / {each.expected}",
            }
            for each in differences[:_SHOWN]
        ],
        "numbers": {
            "rows": restored.rows,
            "events": found.rows_of("ledger_event"),
            "cases": report.cases if report else 0,
            "facts": report.facts if report else 0,
            "board_rows": restored.board_rows,
        },
        "migrated": restored.migrated,
        "seconds": {name: round(value, 1) for name, value in restored.seconds.items()},
    }


def _write(restored: Restored, terminal: Terminal) -> None:
    report = restored.report
    assert report is not None  # noqa: S101
    terminal.line(
        terminal.say(
            Text(
                f"已恢复 {restored.manifest.made_at} 的备份：{restored.rows:,} 行，内容逐表相同；核对事项 {report.cases:,} 个、"
                f"事实 {report.facts:,} 条，看板 {restored.board_rows} 行。",
                f"restored the backup of {restored.manifest.made_at}: rows {restored.rows:,}, the same content in every table; verified "
                f"cases {report.cases:,}, facts {report.facts:,}, rows of boards {restored.board_rows}.",
            )
        )
    )
    for each in restored.boards[:_SHOWN]:
        terminal.line(terminal.paint(terminal.say(Text(f"看板不同：{each}", f"a board differs: {each}")), "error"))
    if report.number:
        terminal.line(
            terminal.paint(
                terminal.say(
                    Text(
                        f"核对有 {report.number} 处不同，详见 shixiao verify。",
                        f"differences found by verifying: {report.number}; see `shixiao verify`.",
                    )
                ),
                "error",
            )
        )
    if restored.migrated:
        said = len(restored.migrated)
        terminal.line(
            terminal.say(Text(f"并升级到这个版本（{said} 个迁移）。", f"brought to this version (migrations: {said})."))
        )
    for text in restored.remarks:
        terminal.note(text)
