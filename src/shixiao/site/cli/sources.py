"""Which files a command line means, and their bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from shixiao import tables
from shixiao.engine.bilingual import Text
from shixiao.site.cli import standard_input
from shixiao.site.cli.layout import Asked
from shixiao.site.cli.refusal import Refused, failure_of
from shixiao.site.cli.terminal import Terminal

# A file named on the command line is read whatever it is called; in a folder these are looked at.
SUFFIXES = (
    ".txt", ".text", ".tsv", ".tab", ".csv", ".json", ".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".pdf", ".html", ".htm",
    ".mht", ".mhtml",
)  # fmt: skip


class Selection:
    """The files to look at, in order and each once, and what was left out of the folders."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.hidden = 0
        self.foreign: dict[str, int] = {}
        self.repaired = 0
        self.unopened: list[tuple[str, Text]] = []

    def left_out(self) -> Text | None:
        """One sentence about what was passed over, None when nothing was."""
        zh, en = [], []
        if self.hidden:
            zh.append(f"隐藏文件 {self.hidden} 个")
            en.append(f"{self.hidden} hidden")
        if self.foreign:
            kinds = [f"{suffix or '?'} {count}" for suffix, count in sorted(self.foreign.items())]
            zh.append(f"其他类型 {sum(self.foreign.values())} 个（{'、'.join(kinds)}）")
            en.append(f"{sum(self.foreign.values())} of other kinds ({', '.join(kinds)})")
        if self.repaired:
            zh.append(f"已有的修改件 {self.repaired} 个")
            en.append(f"{self.repaired} repaired copies")
        if not zh:
            return None
        return Text(f"文件夹里未查：{'，'.join(zh)}。", f"left out in folders: {', '.join(en)}.")


def select(operands: Iterable[str], *, skip_repaired: bool = False) -> Selection:
    """The files that `operands` mean: files as named, folders with everything readable below, by name.

    Links to folders are not followed. `skip_repaired` leaves out what --fix wrote earlier."""
    selection, seen = Selection(), set()
    for operand in operands:
        for path in _below(operand, selection, skip_repaired=skip_repaired):
            identity = os.path.abspath(path) if path != standard_input.NAME else path  # noqa: PTH100 - ten thousand times
            if identity not in seen:
                seen.add(identity)
                selection.paths.append(path)
    return selection


def _below(operand: str, selection: Selection, *, skip_repaired: bool) -> Iterator[str]:
    if operand == standard_input.NAME or not _is_folder(operand):
        yield operand
        return
    open_folders = [iter(_entries(operand, selection))]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif entry.is_dir(follow_symlinks=False):
            open_folders.append(iter(_entries(entry.path, selection)))
        elif _is_wanted(entry, selection, skip_repaired=skip_repaired):
            yield entry.path


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - ValueError for NUL is caught at one place
    except (OSError, ValueError):
        return False  # whoever opens it says what is the matter


def _entries(folder: str, selection: Selection) -> list[os.DirEntry[str]]:
    """The visible entries by name."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        selection.unopened.append((folder, failure_of(error)))
        return []
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    selection.hidden += len(entries) - len(visible)
    return visible


def _is_wanted(entry: os.DirEntry[str], selection: Selection, *, skip_repaired: bool) -> bool:
    if not entry.is_file():
        return False
    suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - ten thousand times
    if suffix not in SUFFIXES:
        selection.foreign[suffix] = selection.foreign.get(suffix, 0) + 1
        return False
    if skip_repaired and ".fixed." in entry.name:
        selection.repaired += 1
        return False
    return True


def content_of(path: str, terminal: Terminal | None = None) -> bytes:
    """The bytes of a file, or of standard input for "-". Raises tables.Unreadable before reading what is too
    large, OSError when the system refuses, ValueError for a name that no file can have."""
    if path == standard_input.NAME:
        content = standard_input.standard_input(terminal).read(tables.MAX_BYTES + 1)
        tables.refuse_large(len(content))
        return content
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib would be loaded for this line only
        tables.refuse_large(os.fstat(file.fileno()).st_size)
        content = file.read(tables.MAX_BYTES + 1)  # a pipe or a device has no size beforehand
    tables.refuse_large(len(content))
    return content


def read_document(path: str, terminal: Terminal, how: Asked = Asked()) -> tables.Document:  # noqa: B008 - a constant
    """The document in a file that a command needs as a whole. Raises Refused in the words of whoever failed."""
    try:
        return tables.read(content_of(path, terminal), name=path, layout=how.layout, assignments=how.assignments)
    except tables.Unreadable as unreadable:
        raise Refused(Text(f"{path}：{unreadable.in_('zh')}", f"{path}: {unreadable.in_('en')}")) from None
    except OSError as error:
        said = failure_of(error)
        raise Refused(
            Text(f"打不开 {path}：{said.zh}。", f"{path} cannot be opened: {said.en}."),
            Text("请核对路径和权限。", "Check path and rights."),
        ) from None
