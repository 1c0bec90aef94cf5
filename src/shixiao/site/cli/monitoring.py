"""`shixiao monitor`: freeze what the records say until a day of the year, and write the monitoring forms."""

from __future__ import annotations

from shixiao.site.cli.evaluating import carry_out
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Raises Refused where nothing can be frozen or written."""
    return carry_out(wishes, terminal, is_monitoring=True)
