"""`shixiao upgrade`: the database follows the program, with a backup before."""

from __future__ import annotations

import os
from pathlib import Path

from shixiao.engine.bilingual import Text
from shixiao.site.cli.backing_up import PARTS, passphrase_of, tell
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.watching import Watched


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Upgrade, and say how to go back. Raises Refused when nothing was done, or a migration failed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.ledger import guard
    from shixiao.site import starting
    from shixiao.site.backup import folder, refusals, upgrading

    root = Path(wishes.chosen("to") or folder.default())
    watched = Watched(terminal, PARTS)
    try:
        starting.require_reachable()
        done = upgrading.upgrade(root, now=timezone.now(), passphrase=passphrase_of(wishes), say=watched)
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    except (refusals.CannotBackUp, upgrading.NotUpgraded) as refused:
        raise Refused(refused.text) from None
    except guard.Unguarded as unguarded:
        raise Refused(Text(str(unguarded), str(unguarded))) from None
    finally:
        watched.clear()
    if not done.migrations:
        terminal.line(
            terminal.say(
                Text(
                    "数据库已经是这个版本的结构，什么都不用做。",
                    "the database is as this version needs it; nothing to do.",
                )
            )
        )
        return CLEAN
    if done.backup:
        tell(done.backup, terminal)
    number = len(done.migrations)
    terminal.line(terminal.say(Text(f"已升级：做了 {number} 个迁移。", f"upgraded: migrations done {number}.")))
    if done.backup:
        terminal.line(terminal.say(upgrading.way_back(done.backup)))
    if done.report and done.report.number:
        found = done.report.number
        terminal.line(
            terminal.say(
                Text(
                    f"升级后核对有 {found} 处不同，请看 shixiao verify。",
                    f"differences after the upgrade: {found}; see `shixiao verify`.",
                )
            )
        )
        return ERRORS_FOUND
    return CLEAN
