"""`shixiao verify`: everything is counted again and compared with what is stored."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, Refused
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.watching import Watched

if TYPE_CHECKING:
    from shixiao.casework.verifying import Difference, Report

SCHEMA = "urn:shixiao:schema:verify:1"
_PARTS = {
    "cases": Text("已核对事项 {}", "cases verified: {}"),
    "cells": Text("已核对汇总格 {}", "cells verified: {}"),
    "frozen": Text("已核对存档读数 {}", "frozen readings verified: {}"),
    "files": Text("已核对文件 {}", "files verified: {}"),
}
_WHATS = {
    "fact": Text("事实", "fact"),
    "superseded": Text("事实的截止时间", "when a fact was superseded"),
    "look_at": Text("下次查看时间", "when it is looked at again"),
    "orphan": Text("没有事项的事实", "fact of no case"),
    "month": Text("月格", "month cell"),
    "day": Text("日格", "day cell"),
    "bin": Text("直方格", "bin cell"),
    "frozen": Text("存档读数", "frozen reading"),
    "frozen_day": Text("存档日", "frozen day"),
    "guard": Text("防篡改触发器", "guard"),
    "file": Text("文件", "file"),
    "message": Text("消息", "message"),
    "delivery": Text("发送", "sending"),
}


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print every difference; the exit status says whether there is one. Raises Refused when the database is not ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone

    from shixiao.casework import verifying
    from shixiao.site import starting

    watched = Watched(terminal, _PARTS)
    try:
        starting.require_migrations()
        report = verifying.verify(now=timezone.now(), say=watched)
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    finally:
        watched.clear()
    if wishes.chosen("format") == "json":
        terminal.line(_as_json(report))
    else:
        _write(report, terminal)
    return ERRORS_FOUND if report.number else CLEAN


def _write(report: Report, terminal: Terminal) -> None:
    for each in report.differences:
        terminal.line(f"{terminal.paint(terminal.say(_WHATS[each.what]), 'error')}  {_where(each)}")
        terminal.line(
            terminal.say(
                Text(
                    f"    存的：{each.stored}；应当：{each.expected}",
                    f"    stored: {each.stored}; should be: {each.expected}",
                )
            )
        )
    if report.number > len(report.differences):
        more = report.number - len(report.differences)
        terminal.line(terminal.say(Text(f"另有 {more} 处不同没有列出。", f"differences not listed: {more}.")))
    terminal.line(terminal.say(_summary(report)))
    for text in _remarks(report):
        terminal.line(terminal.say(text))


def _where(each: Difference) -> str:
    return " ".join(part for part in (each.case, each.gauge, each.where) if part)


def _summary(report: Report) -> Text:
    return Text(
        f"核对了 {report.cases} 个事项、{report.facts} 条事实、{report.cells} 个汇总格、{report.frozen} 个存档读数、{report.files} 个文件，"
        + (
            f"不同之处 {report.number}。请查明原因；按事件改正事实用 shixiao rebuild。"
            if report.number
            else "全部一致。"
        ),
        f"cases {report.cases}, facts {report.facts}, cells {report.cells}, frozen readings {report.frozen}, files {report.files}: "
        + (
            f"differences {report.number}. Find out why; `shixiao rebuild` puts facts right by the events."
            if report.number
            else "everything agrees."
        ),
    )


def _remarks(report: Report) -> list[Text]:
    found: list[Text] = []
    if report.waiting:
        zh = f"其中 {report.waiting} 个事项还在等待重算，没有核对：shixiao rebuild。"
        found.append(
            Text(zh, f"Cases that wait for a rebuild were not compared: {report.waiting} (`shixiao rebuild`).")
        )
    if report.other_revision:
        zh = f"其中 {report.other_revision} 个存档读数出自度量的以前版本，照原样保留，不作比较。"
        en = f"Frozen readings by an earlier revision of their measure stand as they are: {report.other_revision}."
        found.append(Text(zh, en))
    return [*found, *_clock_set_back(report)]


def _clock_set_back(report: Report) -> list[Text]:
    """Where frozen readings differ, the night may have been frozen by a clock that ran ahead."""
    from shixiao.ledger import clocks

    if not any(each.what in ("frozen", "frozen_day") for each in report.differences):
        return []
    found = clocks.last_set_back()
    if found is None:
        return []
    before, after = (moment.astimezone().strftime("%Y-%m-%d %H:%M %z") for moment in (found.before, found.after))
    return [
        Text(
            f"时钟倒退过（从 {before} 到 {after}，{found.event} 号事件）：夹在中间的午夜，存档读数冻结得太早，少算了调回以后登记的。它照公布的样子保留。",
            f"the clock was set back (from {before} to {after}, event {found.event}): readings of a midnight in between were frozen too early and "
            "lack what was recorded afterwards. They stay as they were published.",
        )
    ]


def _as_json(report: Report) -> str:
    names = ("cases", "waiting", "facts", "cells", "frozen", "other_revision", "files")
    summary = {name: getattr(report, name) for name in names} | {"differences": report.number}
    fields = ("what", "case", "gauge", "where", "stored", "expected")
    differences = [{name: getattr(each, name) for name in fields} for each in report.differences]
    return json.dumps({"schema": SCHEMA, "differences": differences, "summary": summary}, ensure_ascii=False, indent=1)
