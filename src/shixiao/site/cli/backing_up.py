"""`shixiao backup`: everything that an installation holds, while it goes on working."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.watching import Watched

PARTS = {
    "rows": Text("已读写 {} 行", "rows {}"),
    "attachments": Text("附件 {}", "attachments {}"),
    "files": Text("正在把写下的 {} 个文件读回来核对", "reading back the files that were written: {}"),
    "compared": Text("已核对内容 {} 行", "rows compared: {}"),
    "searched": Text("检索索引 {}", "texts indexed: {}"),
    "cases": Text("已核对事项 {}", "cases verified: {}"),
    "cells": Text("已核对汇总格 {}", "cells verified: {}"),
    "frozen": Text("已核对存档读数 {}", "frozen readings verified: {}"),
}


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Make a backup and say where it lies. Raises Refused when none was made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.site import starting
    from shixiao.site.backup import folder, recording, refusals, taking

    passphrase = passphrase_of(wishes) if wishes.has("encrypt") else ""
    if wishes.has("encrypt") and not passphrase:
        raise Refused(
            Text("--encrypt 需要口令。", "--encrypt needs a passphrase."),
            Text(
                "用 --passphrase-file 文件，或环境变量 SHIXIAO_BACKUP_PASSPHRASE。",
                "Give it in --passphrase-file FILE or in the environment (SHIXIAO_BACKUP_PASSPHRASE).",
            ),
        )
    lower_priority()
    root = Path(wishes.chosen("to") or folder.default())
    watched, began = Watched(terminal, PARTS), monotonic()
    try:
        starting.require_reachable()
        taken = taking.take(
            root, now=timezone.now(), passphrase=passphrase, keep=int(wishes.chosen("keep") or 0), say=watched
        )
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    except refusals.CannotBackUp as refused:
        if not starting.pending_migrations():
            recording.backup_failed(reason="manual", seconds=monotonic() - began, now=timezone.now())
        raise Refused(refused.text) from None
    finally:
        watched.clear()
    if not starting.pending_migrations():
        recording.backed_up(taken, reason="manual", now=timezone.now())
    tell(taken, terminal)
    return CLEAN


def tell(taken: object, terminal: Terminal) -> None:
    """Where it lies, what is in it, what went, and what wants telling."""
    from shixiao.site.backup.taking import Taken

    assert isinstance(taken, Taken)  # noqa: S101
    made = taken.manifest
    size, files = made.size / (1 << 20), int(made.attachments["files"])
    terminal.line(
        terminal.say(
            Text(
                f"备份完成：{taken.path}（{made.rows:,} 行，附件 {files:,} 个，{size:,.1f} MB，{made.seconds:.0f} 秒，已读回核对）",
                f"backup made: {taken.path} (rows {made.rows:,}, attachments {files:,}, {size:,.1f} MB, {made.seconds:.0f} s, read back "
                "and found right)",
            )
        )
    )
    if taken.removed:
        said = ", ".join(taken.removed)
        terminal.line(terminal.say(Text(f"删除了旧的：{said}", f"older ones removed: {said}")))
    for each in taken.remarks:
        terminal.note(each)


def passphrase_of(wishes: Wishes) -> str:
    """What the file or the environment says. Raises Refused for a file that cannot be read."""
    from shixiao.site.backup import sealing

    try:
        return sealing.passphrase(wishes.chosen("passphrase-file"))
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise Refused(
            Text(f"口令文件读不出来：{said}。", f"the file of the passphrase cannot be read: {said}.")
        ) from None


def lower_priority() -> None:
    """People at their desks come first."""
    if hasattr(os, "nice"):
        os.nice(5)
