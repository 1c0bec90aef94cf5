"""`shixiao new-office`: the folder of a new office."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from shixiao.casework import scaffolding
from shixiao.casework.finding import ROOM
from shixiao.casework.refusing import Refused as NotPossible
from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Write the folder, or nothing. Raises Refused for a name that cannot be or is taken, and where nothing can be written."""
    name = wishes.word("NAME") or ""
    room = _room()
    taken = [each.name for each in room.iterdir() if each.is_dir()]
    try:
        files = scaffolding.files(name, title=wishes.chosen("title") or "", taken=taken)
        _write(room / name, files)
    except NotPossible as refused:
        raise Refused(refused.text) from None
    except OSError as error:
        raise Refused(
            Text(f"写不了 {room / name}：{error.strerror}。", f"{room / name} cannot be written: {error.strerror}.")
        ) from None
    done = Text(
        f"已建立 {room / name}。接下来：改 steps.py，运行 pytest {room / name}，重新启动。",
        f"{room / name} is there. Next: change steps.py, run pytest {room / name}, and restart.",
    )
    terminal.line(terminal.say(done))
    return CLEAN


def _room() -> Path:
    room = find_spec(ROOM)
    if room is None or not room.submodule_search_locations:
        raise Refused(Text("找不到 offices 文件夹。", "There is no folder for offices."))
    return Path(next(iter(room.submodule_search_locations)))


def _write(folder: Path, files: dict[str, str]) -> None:
    """Into a folder beside it first, so that a full disk leaves no half of an office."""
    beside = folder.with_name(f".{folder.name}")
    for path, text in files.items():
        (beside / path).parent.mkdir(parents=True, exist_ok=True)
        (beside / path).write_text(text, encoding="utf-8")
    beside.rename(folder)
