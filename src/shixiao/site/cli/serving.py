"""`shixiao serve`: the web server and the worker."""

from __future__ import annotations

from collections.abc import Callable

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Serve until Ctrl-C. Raises Refused when the server cannot start."""
    from shixiao.site.serving import CannotServe, serve  # loads Django and the server, which only servers need

    try:
        return serve(
            host=wishes.chosen("host"),
            port=int(wishes.chosen("port") or 8000),
            is_demo=wishes.has("demo"),
            is_lan=wishes.has("lan"),
            say=speaker(terminal),
        )
    except CannotServe as refused:
        raise Refused(refused.text) from None


def speaker(terminal: Terminal) -> Callable[[Text], None]:
    """Says each line at once, in the language of the person."""

    def say(text: Text) -> None:
        terminal.line(terminal.say(text))
        terminal.flush()

    return say
