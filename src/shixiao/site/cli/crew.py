"""Several processes look at files; the answers come back in the order of the files.

Each worker has two batches at most, and only so many batches are on their way at a time, so that neither a slow
file nor a slow reader of our output makes memory grow. A worker that dies (out of memory, killed) costs the
batch it was at, which is said of those files; another one takes its place. The standard library's pools do neither.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.site.cli.examining import Answer, Task, answer, render
from shixiao.site.cli.report import Report

_START = "fork" if sys.platform == "linux" else "spawn"
_BATCH = 8
_AHEAD = 2  # batches for each worker: one at work, one waiting
_WINDOW = 8  # batches for each worker between the one printed next and the one handed out last


class Worker:
    """One process with its two-way pipe, and the batches it has, by number."""

    def __init__(self, task: Task, colleagues: Sequence[Worker] = ()) -> None:
        # Fork where it is safe and cheap: this program has no threads.
        context: Any = multiprocessing.get_context(_START)
        self.connection, theirs = context.Pipe()
        # A forked worker has our ends of all pipes, too. It has to close them, or it would never see us end.
        ours = [self.connection, *(each.connection for each in colleagues)] if _START == "fork" else []
        self.process: BaseProcess = context.Process(target=_work, args=(theirs, ours, task), daemon=True)
        self.process.start()
        theirs.close()
        self.batches: list[int] = []

    def end(self) -> None:
        """Stop the process and wait for it."""
        self.connection.close()
        self.process.terminate()
        self.process.join()


def answers(paths: Sequence[str], task: Task, *, jobs: int) -> Iterator[tuple[int, Answer]]:
    """How many files, and their answer, batch by batch in the order of `paths`."""
    batches = [paths[start : start + _BATCH] for start in range(0, len(paths), _BATCH)]
    gc.freeze()  # what is loaded is shared with the workers; their collector need not touch (and so copy) it
    crew: list[Worker] = []
    try:
        while len(crew) < min(jobs, len(batches)):
            crew.append(Worker(task, crew))
        yield from _in_order(batches, crew, task)
    finally:
        for worker in crew:
            worker.end()


def _in_order(batches: Sequence[Sequence[str]], crew: list[Worker], task: Task) -> Iterator[tuple[int, Answer]]:
    ready: dict[int, Answer] = {}
    handed = 0
    for printed in range(len(batches)):
        while printed not in ready:
            limit = min(len(batches), printed + _WINDOW * len(crew))
            handed = _hand_out(batches, crew, handed, limit)
            _collect(batches, crew, ready, task)
        yield len(batches[printed]), ready.pop(printed)


def _hand_out(batches: Sequence[Sequence[str]], crew: list[Worker], handed: int, limit: int) -> int:
    """Give the next batches to the workers that have fewest; returns how many have been handed out."""
    while handed < limit:
        worker = min(crew, key=lambda each: len(each.batches))
        if len(worker.batches) >= _AHEAD:
            break
        worker.batches.append(handed)
        try:
            worker.connection.send(list(batches[handed]))
        except OSError:
            return handed + 1  # it has died; whoever collects from it notices
        handed += 1
    return handed


def _collect(batches: Sequence[Sequence[str]], crew: list[Worker], ready: dict[int, Answer], task: Task) -> None:
    """Take in what is there, waiting until something is."""
    by_connection = {worker.connection: worker for worker in crew if worker.batches}
    for connection in wait(list(by_connection)):
        worker = by_connection[connection]
        try:
            done: Answer = worker.connection.recv()
        except (EOFError, OSError):
            crew.remove(worker)
            crew.append(_replaced(worker, crew, batches, ready, task))
            continue
        ready[worker.batches.pop(0)] = done


def _replaced(
    worker: Worker, crew: Sequence[Worker], batches: Sequence[Sequence[str]], ready: dict[int, Answer], task: Task
) -> Worker:
    """Another worker for one that died: the batch it was at is lost, the one that waited goes to the next."""
    at_work, *waiting = worker.batches
    ready[at_work] = _lost(batches[at_work], task)
    worker.end()
    successor = Worker(task, crew)
    for number in waiting:
        successor.batches.append(number)
        successor.connection.send(list(batches[number]))
    return successor


def _lost(paths: Sequence[str], task: Task) -> Answer:
    """What is said of files whose worker died."""
    text = Text(
        "检查它的进程意外退出（内存不足，或被终止）。请单独检查这个文件。",
        "the process that checked it ended unexpectedly (out of memory, or killed). Check this file alone.",
    )
    return render([Report(path).failed("worker_died", text) for path in paths], task)


def _work(connection: Connection, others: Sequence[Connection], task: Task) -> None:
    """The life of a worker: batches in, answers out, until the pipe closes."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends the crew
    gc.freeze()
    try:
        while True:
            connection.send(answer(connection.recv(), task))
    except (EOFError, OSError):
        return
