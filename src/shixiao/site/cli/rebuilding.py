"""`shixiao rebuild`: every fact is made anew from the events."""

from __future__ import annotations

import os
from functools import partial
from time import sleep

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.watching import Watched

_PARTS = {"left": Text("还有事项 {}", "cases left: {}")}
_PAUSE = 0.2  # seconds: another worker holds what is left


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Ask for it, or go on with the one under way, until no case is left. Raises Refused when the database is not ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.casework import rebuilding
    from shixiao.site import starting

    watched = Watched(terminal, _PARTS)
    try:
        starting.require_database()
        number = rebuilding.begin(now=timezone.now())
        rebuilding.go_on(timezone.now, wait=partial(sleep, _PAUSE), say=lambda left: watched("left", left))
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    finally:
        watched.clear()
    terminal.line(
        terminal.say(Text(f"已按事件重新查看 {number} 个事项。", f"cases looked at again by their events: {number}."))
    )
    return CLEAN
