"""Why the command line cannot do what was asked: one sentence and the next step."""

from __future__ import annotations

from collections.abc import Iterable

from shixiao.engine.bilingual import Text

# What the process ends with. 2 is also what every shell user expects of a wrong option.
CLEAN, ERRORS_FOUND, NOT_READ, INTERRUPTED, PIPE_CLOSED, BROKEN = 0, 1, 2, 130, 141, 70


class Refused(Exception):
    """The command stops here. `text` says what and where and what to do next; `status` is the exit status."""

    def __init__(self, text: Text, next_step: Text | None = None, *, status: int = NOT_READ) -> None:
        joined = text if next_step is None else Text(text.zh + next_step.zh, f"{text.en} {next_step.en}")
        super().__init__(joined.en)
        self.text, self.status = joined, status


def nearest(word: str, known: Iterable[str]) -> str:
    """The word of `known` that looks most like `word`, for "did you mean"; "" when nothing is known."""
    from difflib import get_close_matches  # only a mistake pays for loading it

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.0)), "")


def failure_of(error: OSError) -> Text:
    """What the operating system refused, in words ("没有这个文件", "no such file")."""
    import errno  # only a failure pays for loading it

    known = {
        errno.ENOENT: Text("没有这个文件或文件夹", "no such file or folder"),
        errno.EACCES: Text("没有权限", "permission denied"),
        errno.EPERM: Text("没有权限", "permission denied"),
        errno.EISDIR: Text("这是文件夹，不是文件", "it is a folder, not a file"),
        errno.ENOTDIR: Text("路径中间有一段不是文件夹", "a part of the path is not a folder"),
        errno.ENOSPC: Text("磁盘已满", "the disk is full"),
        errno.EROFS: Text("磁盘是只读的", "the disk is read-only"),
        errno.ENAMETOOLONG: Text("文件名太长", "the file name is too long"),
        errno.ELOOP: Text("符号链接绕成了圈", "the symbolic links go in a circle"),
        errno.EEXIST: Text("文件已存在", "the file exists already"),
    }
    said = error.strerror or str(error)
    return known.get(error.errno or 0, Text(said, said))
