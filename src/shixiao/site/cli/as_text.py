"""Findings for people and for grep: one line each."""

from __future__ import annotations

from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Repair
from shixiao.site.cli.examining import Task
from shixiao.site.cli.report import Mending, Report, Tally
from shixiao.site.cli.terminal import paint
from shixiao.site.cli.wording import SEVERITIES, field_of, repair_of, visible

BETWEEN = ""


def opening(task: Task) -> str:
    """Nothing stands before the findings."""
    return ""


def pieces(report: Report, task: Task) -> list[str]:
    """The lines about one file."""
    if report.error is not None:
        where = report.path + (f":{report.place.line}" if report.place.line else "")
        label = _painted(task, Text("读不了", "unreadable").in_(task.language), "error")
        return [f"{visible(where)} {label} {visible(report.error.in_(task.language))}\n"]
    lines = [_defect(report.path, repair, task) for repair in report.defects]
    lines += [_finding(report.path, finding, task) for finding in report.findings]
    if report.mending is not None:
        lines += _mended(report.mending, task)
    return lines


def notices(report: Report, task: Task) -> list[str]:
    """Nothing is kept for the end."""
    return []


def _finding(path: str, finding: lint.Finding, task: Task) -> str:
    about = finding.indicator or finding.project or finding.unit
    row = "" if finding.row is None else f":{finding.row}"
    severity = SEVERITIES[finding.severity].in_(task.language)
    parts = [f"{visible(path)}{row}", finding.rule, _painted(task, severity, finding.severity.value)]
    if about:
        parts.append(f"[{visible(about)}]")
    parts.append(visible(finding.text.in_(task.language)))
    if finding.suggestion is not None:
        parts.append(_painted(task, visible(repair_of(finding.suggestion).in_(task.language)), "good"))
    return " ".join(parts) + "\n"


def _defect(path: str, repair: Repair, task: Task) -> str:
    row = "" if repair.row is None else f":{repair.row}"
    line = (
        Text(f"第{repair.place.line}行 ", f"line {repair.place.line}: ").in_(task.language) if repair.place.line else ""
    )
    label = _painted(task, Text("缺损", "defect").in_(task.language), "warning")
    return f"{visible(path)}{row} {repair.code} {label} {line}{visible(repair.text.in_(task.language))}\n"


def _mended(mending: Mending, task: Task) -> list[str]:
    language, path = task.language, visible(mending.path)
    if mending.failure is not None:
        label = _painted(task, Text("未写出", "not written").in_(language), "error")
        return [f"{path} {label} {mending.failure.in_(language)}\n"]
    label = _painted(task, Text("已改", "changed").in_(language), "good")
    lines = []
    for change in mending.applied:
        field = field_of(change.suggestion).in_(language)
        said = f"{field} “{visible(change.before)}” → “{visible(change.suggestion.text)}”"
        lines.append(f"{path}:{change.row} {change.rule} {label} {said}\n")
    return lines + _left(mending, path, task)


def _left(mending: Mending, path: str, task: Task) -> list[str]:
    """What was not changed, by reason: the findings themselves stand above."""
    label = _painted(task, Text("未改", "left").in_(task.language), "warning")
    by_reason: dict[Text, list[str]] = {}
    for finding, reason in mending.left:
        by_reason.setdefault(reason, []).append(f"{finding.rule}:{finding.row}" if finding.row else finding.rule)
    return [
        f"{path} {label} {reason.in_(task.language)}: {len(rules)} ({', '.join(rules)})\n"
        for reason, rules in by_reason.items()
    ]


def _painted(task: Task, text: str, colour: str) -> str:
    return paint(text, colour) if task.is_colourful else text


def closing(tally: Tally, notices: list[str], task: Task) -> str:
    """The summary."""
    return summary(tally).in_(task.language) + "\n"


def summary(tally: Tally) -> Text:
    """What was looked at and what was found, in one line."""
    zh = f"{tally.files} 个文件，{tally.units} 个单位，{tally.projects} 个项目，{tally.indicators} 条指标："
    zh += f"错误 {tally.errors}，警告 {tally.warnings}，提示 {tally.hints}"
    en = f"files {tally.files}, units {tally.units}, projects {tally.projects}, indicators {tally.indicators}: "
    en += f"errors {tally.errors}, warnings {tally.warnings}, hints {tally.hints}"
    for number, text in (
        (tally.suppressed, Text("已说明理由 {}", "suppressed {}")),
        (tally.repairs, Text("读取时修补 {} 处", "mended while reading {}")),
        (tally.mended, Text("修改件中改了 {} 处", "changed in the copies {}")),
        (tally.unmended, Text("修改件未写出 {} 个", "copies not written {}")),
        (tally.lost, Text("内容有缺损的文件 {} 个", "files with lost content {}")),
        (tally.unreadable, Text("读不了的文件 {} 个", "unreadable files {}")),
    ):
        if number:
            zh, en = f"{zh}，{text.zh.format(number)}", f"{en}, {text.en.format(number)}"
    return Text(zh + "。", en + ".")
