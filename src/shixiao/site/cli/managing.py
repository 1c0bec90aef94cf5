"""`shixiao manage`: Django's management commands with the settings of this installation."""

from __future__ import annotations

import os

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Hand the words to Django; what it says and how it ends is Django's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    from django.core.management import ManagementUtility  # half a second that only this command pays
    from django.db import DatabaseError

    try:
        ManagementUtility(["shixiao manage", *(wishes.words("WORD") or ["help"])]).execute()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else CLEAN if ended.code is None else 1
    except DatabaseError as error:
        said = str(error).strip().partition("\n")[0]
        raise Refused(
            Text(f"数据库不肯（{said}）。", f"the database refused ({said})."),
            Text(
                "如果还没有建表，请先运行 shixiao manage migrate。",
                "If it has no tables yet, run shixiao manage migrate first.",
            ),
        ) from None
    return CLEAN
