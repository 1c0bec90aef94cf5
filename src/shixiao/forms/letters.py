"""What stands in each letter that an office sends about its tasks: frozen values, one class for each kind, one field for each placeholder.

A letter is a Word document by a template; its PDF and its page say what that document says (`blocks`). A letter about several things is
another `Letter` with rows, as any form has them; a letter about one supervised task is an `OfTask`. Nothing is worded here but numbers and
dates; a value that is not known is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from shixiao.forms.contents import Content, Label, Style


@dataclass(frozen=True, kw_only=True)
class Letter(Content):
    """What every letter carries. `address` is what the code on it opens; without one there is no code."""

    CODE: ClassVar[str] = "二维码"
    NEEDED: ClassVar[frozenset[str]] = frozenset({"二维码"})

    year: Annotated[str, Label("年度", needed=False)]
    made_on: Annotated[date, Label("成文日期", Style.DATE)]
    simulated: Annotated[bool, Label("模拟", Style.MARK, needed=False)] = False
    number: Annotated[str, Label("文号")]
    address: Annotated[str, Label("地址", needed=False)] = ""
    issuer: Annotated[str, Label("发文单位", needed=False)] = ""
    recipient: Annotated[str, Label("主送", needed=False)] = ""
    copied: Annotated[str, Label("抄送", needed=False)] = ""
    drafted_by: Annotated[str, Label("经办人", needed=False)] = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What was reported last."""

    on: Annotated[date, Label("日期", Style.DATE, needed=False)]
    text: Annotated[str, Label("内容", needed=False)]
    percent: Annotated[str, Label("进度", needed=False)] = ""


@dataclass(frozen=True, kw_only=True)
class OfTask(Letter):
    """A letter about one supervised task."""

    task: Annotated[str, Label("事项编号", needed=False)]
    matter: Annotated[str, Label("事项")]
    urgency: Annotated[str, Label("紧急程度", needed=False)] = ""
    origin: Annotated[str, Label("来源", needed=False)] = ""
    origin_ref: Annotated[str, Label("来源文号", needed=False)] = ""
    orderer: Annotated[str, Label("交办领导", needed=False)] = ""
    lead: Annotated[str, Label("主办单位", needed=False)] = ""
    assisting: Annotated[str, Label("协办单位", needed=False)] = ""
    handler: Annotated[str, Label("承办人", needed=False)] = ""
    done_when: Annotated[str, Label("办成标准", needed=False)] = ""
    entrusted_on: Annotated[date | None, Label("交办日期", Style.DATE, needed=False)] = None
    first_limit: Annotated[str, Label("原定期限", needed=False)] = ""
    limit: Annotated[str, Label("办理期限", needed=False)] = ""


@dataclass(frozen=True, kw_only=True)
class SupervisionOrder(OfTask):
    """督办单: goes with the task through the hands of those who carry it out, who write on it."""

    TITLE: ClassVar[str] = "督办单"
    WORD: ClassVar[str] = "supervision_order"

    further: Annotated[str, Label("补充要求")] = ""


@dataclass(frozen=True, kw_only=True)
class EntrustingNotice(OfTask):
    """交办通知单: tells the lead unit that the task is theirs."""

    TITLE: ClassVar[str] = "交办通知单"
    WORD: ClassVar[str] = "entrusting_notice"

    accept_by: Annotated[str, Label("签收时限", needed=False)] = ""
    further: Annotated[str, Label("补充要求")] = ""


@dataclass(frozen=True, kw_only=True)
class ReminderLetter(OfTask):
    """催办函: one reminder, in writing."""

    TITLE: ClassVar[str] = "催办函"
    WORD: ClassVar[str] = "reminder_letter"

    urging: Annotated[str, Label("催办内容")]
    count: Annotated[str, Label("催办次数", needed=False)] = ""
    standing: Annotated[str, Label("时限情况", needed=False)] = ""
    progress: Annotated[tuple[Progress, ...], Label("进展", Style.ROWS)] = ()


@dataclass(frozen=True, kw_only=True)
class ExtensionRequest(OfTask):
    """延期申请: the more time that the lead unit asks for, in writing."""

    TITLE: ClassVar[str] = "延期申请"
    WORD: ClassVar[str] = "extension_request"

    more: Annotated[str, Label("申请延长")]
    until: Annotated[str, Label("申请延至")]
    reason: Annotated[str, Label("延期理由")]
    progress: Annotated[tuple[Progress, ...], Label("进展", Style.ROWS)] = ()


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """Something that happened to the task."""

    on: Annotated[date, Label("日期", Style.DATE, needed=False)]
    what: Annotated[str, Label("环节", needed=False)]
    who: Annotated[str, Label("办理人", needed=False)] = ""


@dataclass(frozen=True, kw_only=True)
class ClosingReport(OfTask):
    """办结报告: the result, and how it came about."""

    TITLE: ClassVar[str] = "办结报告"
    WORD: ClassVar[str] = "closing_report"

    result: Annotated[str, Label("办理结果")]
    summary: Annotated[str, Label("呈报内容", needed=False)] = ""
    fed_back_on: Annotated[date | None, Label("反馈日期", Style.DATE, needed=False)] = None
    closed_on: Annotated[date | None, Label("办结日期", Style.DATE, needed=False)] = None
    standing: Annotated[str, Label("时限情况", needed=False)] = ""
    extensions: Annotated[str, Label("延期次数", needed=False)] = ""
    reminders: Annotated[str, Label("催办次数", needed=False)] = ""
    returns: Annotated[str, Label("退回次数", needed=False)] = ""
    further: Annotated[str, Label("补充说明", needed=False)] = ""
    milestones: Annotated[tuple[Milestone, ...], Label("经过", Style.ROWS)] = ()


# Every letter by its permanent word.
LETTERS: dict[str, type[Letter]] = {
    each.WORD: each for each in (SupervisionOrder, EntrustingNotice, ReminderLetter, ExtensionRequest, ClosingReport)
}
