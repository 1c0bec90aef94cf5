"""The command line: `shixiao COMMAND …`.

Start-up time is a feature here: reviewers run it on one file at a time, and pipelines on thousands. A command's
module is imported when that command runs, and Django only by the commands that need the database.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from shixiao.engine.bilingual import Text
from shixiao.site.cli.commands import BY_NAME
from shixiao.site.cli.grammar import parse
from shixiao.site.cli.refusal import BROKEN, CLEAN, INTERRUPTED, PIPE_CLOSED, Refused, failure_of, nearest
from shixiao.site.cli.terminal import Terminal, this_terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what `arguments` ask for; returns the exit status, never raises.

    Without `arguments` it is the process: it does what its own arguments ask for, and the commands that need no
    Django end the process at once, because taking down an interpreter costs as much as checking a table. With
    SHIXIAO_DEBUG=1 an unexpected failure shows its trace instead of one sentence."""
    terminal = this_terminal()
    if arguments is not None:
        return _guarded(list(arguments), terminal)
    words = sys.argv[1:]
    is_light = not words or words[0] not in _DJANGO
    if is_light:
        gc.set_threshold(50_000)  # the collector finds nothing in half a second of work, but it looks 50 times
    status = _guarded(words, terminal)
    if is_light:
        os._exit(status)  # everything is written, flushed and closed by now
    return status


_DJANGO = ("import", "serve", "web", "worker", "check-deploy", "manage", "backup", "restore", "drill", "upgrade")


def _guarded(words: list[str], terminal: Terminal) -> int:
    """Obey, and turn whatever goes wrong into one sentence and an exit status."""
    try:
        status = _obey(words, terminal)
        terminal.flush()
    except Refused as refused:
        terminal.note(Text(f"错误：{refused.text.zh}", f"error: {refused.text.en}"))
        return refused.status
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        terminal.note(Text("已中断。", "interrupted."), is_urgent=True)
        return INTERRUPTED
    except OSError as error:
        return _system_said_no(error, terminal)
    except Exception as error:  # noqa: BLE001 - the last resort: a person must never meet a traceback
        return _broke(error, terminal)
    return status


def _obey(arguments: list[str], terminal: Terminal) -> int:
    first = arguments[0] if arguments else "--help"
    if first in ("--version", "-V"):
        from shixiao import __version__

        terminal.line(f"shixiao {__version__}")
        return CLEAN
    if first in ("--help", "-h", "help"):
        return _explain(arguments[1:2], terminal)
    if first not in BY_NAME:
        near = nearest(first, BY_NAME)
        raise Refused(
            Text(
                f"没有“{first}”这个命令，最接近的是 {near}。", f"there is no command {first!r}; the nearest is {near}."
            ),
            Text("所有命令见 shixiao --help。", "See shixiao --help for all of them."),
        )
    return _run(first, arguments[1:], terminal)


def _run(name: str, arguments: list[str], terminal: Terminal) -> int:
    command = BY_NAME[name]
    wishes = parse(command, arguments)
    if wishes.has("help"):
        return _explain([name], terminal)
    from importlib import import_module  # each command loads what it needs and no more

    status: int = import_module(f"shixiao.site.cli.{command.module}").run(wishes, terminal)
    return status


def _explain(names: Sequence[str], terminal: Terminal) -> int:
    from shixiao.site.cli.help import overview, page  # help is rarely asked for

    command = BY_NAME.get(names[0]) if names else None
    terminal.write(page(command, terminal.language) if command else overview(terminal.language))
    return CLEAN


def _closed_pipe() -> int:
    # Whoever read our output has enough. Python would complain once more when it flushes at exit.
    import contextlib  # only a closed pipe pays for loading it

    with contextlib.suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return PIPE_CLOSED


def _system_said_no(error: OSError, terminal: Terminal) -> int:
    what, where = failure_of(error), f"{error.filename}" if error.filename else "shixiao"
    terminal.note(Text(f"错误：{where}：{what.zh}。", f"error: {where}: {what.en}."))
    if os.environ.get("SHIXIAO_DEBUG"):
        raise error
    return 2


def _broke(error: Exception, terminal: Terminal) -> int:
    if os.environ.get("SHIXIAO_DEBUG"):
        raise error
    said = f"{type(error).__name__}: {error}"[:200].replace("\n", " ")
    terminal.note(
        Text(
            f"错误：程序自身出了故障（{said}）。请设 SHIXIAO_DEBUG=1 再运行一次，把输出和版本号一起报告给维护者。",
            f"error: the program itself failed ({said}). Run it again with SHIXIAO_DEBUG=1 and report the output and "
            "the version to its maintainers.",
        )
    )
    return BROKEN
