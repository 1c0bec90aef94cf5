"""`shixiao web`: the web server in production."""

from __future__ import annotations

from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.serving import speaker
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Serve until SIGTERM or Ctrl-C. Raises Refused when the server may not or cannot start."""
    from shixiao.site.serving import CannotServe, web  # loads Django and the server, which only servers need

    try:
        return web(
            host=wishes.chosen("host"),
            port=int(wishes.chosen("port") or 8000),
            is_lan=wishes.has("lan"),
            workers=int(wishes.chosen("workers") or 0),
            threads=int(wishes.chosen("threads") or 0),
            say=speaker(terminal),
        )
    except CannotServe as refused:
        raise Refused(refused.text) from None
