"""`shixiao serve`: the web server."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Serve until Ctrl-C. Raises Refused when the server cannot start."""
    from shixiao.site.serving import CannotServe, serve  # loads Django and the server, which only this command needs

    def say(text: Text) -> None:
        terminal.line(terminal.say(text))
        terminal.flush()

    try:
        return serve(
            host=wishes.chosen("host") or "127.0.0.1",
            port=int(wishes.chosen("port") or 8000),
            is_demo=wishes.has("demo"),
            say=say,
        )
    except CannotServe as refused:
        raise Refused(refused.text) from None
