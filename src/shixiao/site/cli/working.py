"""`shixiao worker`: the process that does what is due."""

from __future__ import annotations

import os

from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.serving import speaker
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Work until SIGTERM or Ctrl-C. Raises Refused when the database is not ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from shixiao.site import starting, working

    try:
        return working.work(say=speaker(terminal))
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
