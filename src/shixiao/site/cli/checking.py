"""`shixiao check`: findings of many files, printed file by file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import IO

from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.site.cli import standard_input
from shixiao.site.cli.as_text import summary
from shixiao.site.cli.examining import Answer, Task, answer, render
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.layout import asked
from shixiao.site.cli.progress import Progress
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, NOT_READ, Refused
from shixiao.site.cli.report import Report, Tally
from shixiao.site.cli.settings import refused_of, settings_for
from shixiao.site.cli.sources import Selection, select
from shixiao.site.cli.terminal import Terminal

_WORTH_A_CREW = 24  # files; below that, starting processes takes longer than it saves


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Check what was named; the exit status says how it went."""
    task = _task(wishes, terminal)
    selection = select(wishes.words("PATH"), skip_repaired=task.is_fixing)
    if not selection.paths and not selection.unopened:
        _say_left_out(selection, terminal)
        raise Refused(
            Text("没有可检查的文件，", "there is no file to check;"),
            Text("请给出文件，或有 .txt、.json 文件的文件夹。", "name a file, or a folder with .txt or .json files."),
        )
    output = wishes.chosen("output")
    progress = Progress(len(selection.paths), terminal, is_wanted=wishes.has("progress"))
    jobs = _jobs(wishes.chosen("jobs") or "auto", len(selection.paths))
    if output is None or output == standard_input.NAME:
        tally = _print(selection, task, jobs, progress, terminal.out)
    else:
        _refuse_to_overwrite_input(output, selection)
        with _replacing(output) as out:
            tally = _print(selection, task, jobs, progress, out)
    _say_left_out(selection, terminal)
    if task.format != "text" or output is not None:
        terminal.note(summary(tally))
    return _status(tally)


def _task(wishes: Wishes, terminal: Terminal) -> Task:
    settings = settings_for(wishes.chosen("config"))
    try:
        settings = settings.choosing(select=wishes.every("select"), ignore=wishes.every("ignore"))
    except lint.SettingsRefused as refused:
        raise refused_of(refused, "--select / --ignore") from None
    return Task(
        settings=settings,
        format=wishes.chosen("format") or "text",
        how=asked(wishes),
        language=terminal.language,
        is_colourful=terminal.is_colourful and not wishes.chosen("output"),
        is_fixing=wishes.has("fix"),
    )


def _jobs(wish: str, files: int) -> int:
    """How many processes; a number is taken at its word, but there are never more than files."""
    if wish == "auto":
        return _processors() if files >= _WORTH_A_CREW else 1
    if int(wish) == 0:
        raise Refused(Text("--jobs 至少是 1，", "--jobs is at least 1;"), Text("或写 auto。", "or write auto."))
    return min(int(wish), files, 256)


def _processors() -> int:
    """The processors this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _print(selection: Selection, task: Task, jobs: int, progress: Progress, out: IO[str]) -> Tally:
    renderer = import_module(f"shixiao.site.cli.as_{task.format}")
    tally, notices, is_first = Tally(), [], True
    out.write(renderer.opening(task))
    try:
        for files, answered in _answers(selection, task, jobs):
            if answered.pieces:
                progress.clear()
                out.write(("" if is_first else renderer.BETWEEN) + renderer.BETWEEN.join(answered.pieces))
                is_first = False
            notices += answered.notices
            tally.add(answered.tally)
            progress.advance(files)
    finally:
        progress.clear()
    out.write(renderer.closing(tally, notices, task))
    return tally


def _answers(selection: Selection, task: Task, jobs: int) -> Iterator[tuple[int, Answer]]:
    if selection.unopened:
        yield 0, render([_unopened(path, text) for path, text in selection.unopened], task)
    if jobs > 1:
        from shixiao.site.cli import crew  # multiprocessing takes a third of the start-up of one file

        yield from crew.answers(selection.paths, task, jobs=jobs)
        return
    for path in selection.paths:
        yield 1, answer([path], task)


def _unopened(path: str, text: Text) -> Report:
    return Report(path).failed(
        "not_opened",
        Text(f"打不开文件夹：{text.zh}。请核对权限。", f"the folder cannot be opened: {text.en}. Check the rights."),
    )


def _say_left_out(selection: Selection, terminal: Terminal) -> None:
    left_out = selection.left_out()
    if left_out is not None:
        terminal.note(left_out)


def _status(tally: Tally) -> int:
    if tally.unreadable or tally.lost or tally.unmended:
        return NOT_READ
    return ERRORS_FOUND if tally.errors else CLEAN


def _refuse_to_overwrite_input(output: str, selection: Selection) -> None:
    if os.path.realpath(output) in map(os.path.realpath, selection.paths):
        raise Refused(
            Text(f"--output {output} 是要检查的文件之一，", f"--output {output} is one of the files to check;"),
            Text("请换一个名字。", "choose another name."),
        )


class _replacing:  # noqa: N801 - reads as a verb, like open
    """A file for writing that appears under its name when it is complete, and not at all when it fails."""

    def __init__(self, path: str) -> None:
        self.path, self.draft = path, f"{path}.part"

    def __enter__(self) -> IO[str]:
        self.file = open(self.draft, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: PTH123
        return self.file

    def __exit__(self, kind: object, *_: object) -> None:
        self.file.close()
        if kind is None:
            os.replace(self.draft, self.path)  # noqa: PTH105
        else:
            os.unlink(self.draft)  # noqa: PTH108
