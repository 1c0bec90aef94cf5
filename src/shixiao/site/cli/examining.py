"""Look at one file: read it, ask the rules, write the repaired copy if that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.site.cli.layout import Asked
from shixiao.site.cli.refusal import failure_of
from shixiao.site.cli.report import LOST, Report, Tally, Totals
from shixiao.site.cli.sources import content_of


class Task:
    """What to do with each file, the same for all; it travels to the other processes."""

    def __init__(
        self,
        *,
        settings: lint.Settings,
        format: str = "text",
        language: str = "zh",
        is_colourful: bool = False,
        is_fixing: bool = False,
        how: Asked = Asked(),  # noqa: B008 - a constant
    ) -> None:
        self.settings, self.format, self.language, self.how = settings, format, language, how
        self.is_colourful, self.is_fixing = is_colourful, is_fixing


class Answer:
    """What is to be printed of one file or several: `pieces` for the list, `notices` for the end, and the counts."""

    __slots__ = ("notices", "pieces", "tally")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.notices: list[str] = []
        self.tally = Tally()


def answer(paths: Sequence[str], task: Task) -> Answer:
    """Look at `paths` one after the other. Never raises: what goes wrong with a file is said of that file."""
    return render((examine(path, task) for path in paths), task)


def render(reports: Iterable[Report], task: Task) -> Answer:
    """What is to be printed of `reports`."""
    from importlib import import_module  # one of three formats is needed

    renderer = import_module(f"shixiao.site.cli.as_{task.format}")
    answered = Answer()
    for report in reports:
        answered.pieces += renderer.pieces(report, task)
        answered.notices += renderer.notices(report, task)
        count(report, answered.tally)
    return answered


def examine(path: str, task: Task) -> Report:
    """The report on one file."""
    report = Report(path)
    try:
        content = content_of(path)
        document = tables.read(content, name=path, layout=task.how.layout, assignments=task.how.assignments)
        _check(report, document, task)
        if task.format == "sarif":
            report.text_lines = _text_lines(content, document)
        if task.is_fixing:
            from shixiao.site.cli.mending import mend  # only --fix needs the writer

            report.mending = mend(report, document)
    except tables.Unreadable as unreadable:
        return report.failed(unreadable.code, _joined(unreadable), unreadable.place)
    except OSError as error:
        said = failure_of(error)
        return report.failed(
            "not_opened",
            Text(f"打不开：{said.zh}。请核对路径和权限。", f"cannot be opened: {said.en}. Check path and rights."),
        )
    except ValueError as error:
        if "null byte" not in str(error):
            return _fault(report, error)
        return report.failed("not_opened", Text("文件名里有空字符。请改名。", "the file name holds a NUL. Rename it."))
    except Exception as error:  # noqa: BLE001 - one odd file must not cost the thousands behind it
        return _fault(report, error)
    return report


def _check(report: Report, document: tables.Document, task: Task) -> None:
    checked = [lint.check_all(plan, settings=task.settings, path=report.path) for plan in document.plans]
    report.findings = tuple(finding for each in checked for finding in each.findings)
    report.suppressed = tuple(suppressed for each in checked for suppressed in each.suppressed)
    report.document = document


def _text_lines(content: bytes, document: tables.Document) -> list[str] | None:
    """The lines of a text, so that SARIF can point at characters."""
    if document.format != "txt":
        return None
    from shixiao.tables.decoding import decode  # loaded already: the file was read

    return decode(content).text.split("\n")


def _joined(unreadable: tables.Unreadable) -> Text:
    return Text(unreadable.in_("zh"), unreadable.in_("en"))


def _fault(report: Report, error: Exception) -> Report:
    import os

    if os.environ.get("SHIXIAO_DEBUG"):
        raise error
    said = f"{type(error).__name__}: {error}"[:200]
    return report.failed(
        "fault",
        Text(
            f"程序检查这个文件时出了故障（{said}）。请设 SHIXIAO_DEBUG=1 单独检查它，并报告给维护者。",
            f"the program failed on this file ({said}). Check it alone with SHIXIAO_DEBUG=1 and report it.",
        ),
    )


def count(report: Report, tally: Tally) -> None:
    """Add what `report` says to `tally`."""
    tally.files += 1
    tally.unreadable += report.error is not None
    tally.suppressed += len(report.suppressed)
    for finding in report.findings:
        if finding.severity is lint.Severity.ERROR:
            tally.errors += 1
        elif finding.severity is lint.Severity.WARNING:
            tally.warnings += 1
        else:
            tally.hints += 1
    if report.document is None:
        return
    totals = Totals(report.document)
    tally.units += totals.units
    tally.projects += totals.projects
    tally.indicators += totals.indicators
    tally.repairs += len(report.document.repairs)
    tally.lost += any(each.code in LOST for each in report.document.repairs)
    if report.mending is not None:
        tally.mended += len(report.mending.applied) if report.mending.is_written else 0
        tally.unmended += report.mending.failure is not None
